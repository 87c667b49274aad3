"""Generated cases for the properties of `decide`: any dossier, sources, authority and answers; and an oracle of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, permutations

from hypothesis import strategies as st

from reuse_gateway.domain.decide import decide
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.plan import Plan
from reuse_gateway.domain.procedure import Fallback, ProcedureVersion
from reuse_gateway.domain.source import Offer, Source, Tier
from reuse_gateway.domain.verdict import Verdict

from .builders import (
    BIRTH,
    DAY,
    KINDS,
    MARRIAGE,
    RESIDENCE,
    agency,
    citizen,
    filed,
    holding,
    law,
    planned,
    request,
    row,
    source,
    version,
    wanted,
)

PAPERS = (BIRTH, MARRIAGE, RESIDENCE)
OWNERS = (citizen().key, citizen().key, citizen().key, citizen(2).key, None, "", "citizen:", "business:" + citizen().number)


@dataclass(frozen=True)
class Scenario:
    """One generated case about the birth certificate of the usual applicant."""

    sources: tuple[Source, ...]
    dossier: ProcedureVersion
    askable: frozenset[str]
    answers: tuple[Holding, ...]

    def plan(self, *later: Source) -> Plan:
        """The plan, with the sources that were added later."""
        asked, who = request(wanted(BIRTH)), agency("nothing", *self.askable)
        return planned(*self.sources, *later, asked=asked, dossier=self.dossier, who=who)

    def verdict(self, *more: Holding) -> Verdict:
        """The verdict, with the answers that came later."""
        return decide(self.plan(), filed(*self.answers, *more), law(), KINDS)[0]

    def usable(self, paper: str) -> list[Source]:
        """Sources that could hold the paper on the day, told without the code under test."""
        return [each for each in self.sources if paper in each.offers and within(each, each.offers[paper])]

    def may_be_asked(self, each: Source, paper: str) -> bool:
        """The agency is entitled, and what is known of the person suffices."""
        return each.id in self.askable and each.offers[paper].needs <= citizen().known

    def answer(self, source_id: str, paper: str) -> Holding | None:
        """What that source said about that paper."""
        return next((each for each in self.answers if (each.source, each.evidence_type) == (source_id, paper)), None)

    def valid(self, paper: str) -> bool:
        """A usable source that may be asked holds a good paper of this person."""
        asked = (each for each in self.usable(paper) if self.may_be_asked(each, paper))
        answers = (self.answer(each.id, paper) for each in asked)
        return any(answer is not None and good(answer) for answer in answers)


def within(each: Source, offer: Offer) -> bool:
    """Live connection or published scope on the usual day."""
    windows = ((each.connected_from, each.connected_to), (offer.published_from, offer.published_to))
    return any(first is not None and first <= DAY <= (last or date.max) for first, last in windows)


def good(answer: Holding) -> bool:
    """The applicant's own paper, issued by the day and still good on it; marriage papers are good for six months."""
    own = answer.outcome is Outcome.HELD and answer.owner == citizen().key and answer.state is State.VALID
    issued, expires = answer.issued_on or DAY, answer.expires_on or DAY
    six_months_before = date(2026, 5, 23)
    fresh = answer.evidence_type != MARRIAGE or issued >= six_months_before
    return own and issued <= DAY <= expires and fresh


NOTABLE = [None, *(DAY + timedelta(n) for n in (-400, -200, -1, 0, 1, 200)), date(2026, 5, 22), date(2026, 5, 23)]
WINDOWS = [(a, b) for a in NOTABLE for b in NOTABLE if a is None or b is None or a <= b]
SAID = [(outcome, doubt, state) for outcome in Outcome for doubt in (None, *Doubt) for state in (State.VALID, None, *State)]
NEEDS = [frozenset(), frozenset({"full_name"})]
days = st.sampled_from(NOTABLE)


@st.composite
def a_source(draw: st.DrawFn, number: int) -> Source:
    """A source of any tier and connection; often a plainly connected one, so that answers matter."""
    papers = draw(st.sampled_from([PAPERS, PAPERS[:2], PAPERS[::2], PAPERS[:1], PAPERS[1:]]))
    if draw(st.booleans()):
        return source(f"s{number}", *papers)
    first, last = draw(st.sampled_from(WINDOWS))
    published = dict(zip(("published_from", "published_to"), draw(st.sampled_from(WINDOWS)), strict=True))
    offers = [Offer(paper, needs=draw(st.sampled_from(NEEDS)), **published) for paper in papers]
    return source(f"s{number}", *offers, tier=draw(st.sampled_from(Tier)), connected_from=first, connected_to=last)


@st.composite
def an_answer(draw: st.DrawFn, source_id: str, paper: str) -> Holding:
    """Any answer, however contradictory; often the person's own valid paper."""
    outcome, doubt, state = draw(st.one_of(st.just(SAID[0]), st.sampled_from(SAID)))
    owner = draw(st.sampled_from(OWNERS))
    told = {"doubt": doubt, "state": state, "owner": owner, "issued_on": draw(days), "expires_on": draw(days)}
    return holding(outcome, source=source_id, evidence_type=paper, **told)


TOGETHER = [each for size in (1, 2, 3) for each in combinations(PAPERS, size)]
DOSSIERS = [lists for size in (1, 2, 3) for lists in permutations(TOGETHER, size) if any(BIRTH in each for each in lists)]


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """A dossier that wants the birth certificate or alternatives, up to three sources, any answers, any missing ones."""
    dossier = version(row(*draw(st.sampled_from(DOSSIERS)), fallback=draw(st.sampled_from(Fallback))))
    sources = tuple(draw(a_source(number)) for number in range(draw(st.integers(0, 3))))
    ids = [each.id for each in sources]
    barred = {draw(st.sampled_from(["s0", "s1", "nobody", "no one"]))}
    pairs = [(each.id, paper) for each in sources for paper in PAPERS]
    answers = tuple(draw(an_answer(*pair)) for pair in pairs if draw(st.integers(0, 4)))
    return Scenario(sources, dossier, frozenset(set(ids) - barred), answers)
