"""What the holdings index may answer (chỉ mục nắm giữ): held from a row, absent only where the register is read whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from reuse_gateway.domain.announcement import IndexedPaper, Standing, newest
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.register_cursor import Cursor
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.subject import Citizen, PersonalId, Subject

_STATE = {Standing.VALID: State.VALID, Standing.REVOKED: State.REVOKED, Standing.INCOMPLETE: State.INCOMPLETE}
# Of versions that came together and differ the worse one counts: a wrong "must not ask" is worse than a question.
_WORST = (State.REVOKED, State.INCOMPLETE, State.VALID)


@dataclass(frozen=True, slots=True)
class Count:
    """Records of one kind of paper: answerable ones, those without an owner who could be asked for, unreadable ones."""

    held: int = 0
    ownerless: int = 0
    unreadable: int = 0

    def plus(self, rows: Iterable[IndexedPaper], times: int) -> Count:
        """With these rows of this kind added (`times` 1) or taken away (-1)."""
        held = ownerless = unreadable = 0
        for row in rows:
            if row.standing is Standing.UNREADABLE:
                unreadable += times
            elif row.standing is not Standing.REVOKED:
                held, ownerless = (held, ownerless + times) if row.owner is None else (held + times, ownerless)
        return Count(self.held + held, self.ownerless + ownerless, self.unreadable + unreadable)


@dataclass(frozen=True, slots=True)
class IndexHead:
    """How the index of one source stands after its batch `number` (0 = nothing was ever written)."""

    source: str
    number: int = 0
    announced_at: datetime | None = None
    tally: Mapping[str, Count] = field(default_factory=dict)
    cursor: Cursor = field(default_factory=Cursor)

    @property
    def fresh_at(self) -> datetime | None:
        """The instant for which the index speaks: the last whole round, or the last announcement where none is read."""
        return self.cursor.synced_at if self.cursor.facts else self.announced_at

    @property
    def papers(self) -> int:
        """Papers that can be answered for, each owner's by itself."""
        return sum(count.held for count in self.tally.values())

    @property
    def ownerless(self) -> int:
        """Papers of nobody who could be asked for."""
        return sum(count.ownerless for count in self.tally.values())

    @property
    def unreadable(self) -> int:
        """Records that say something that cannot be."""
        return sum(count.unreadable for count in self.tally.values())


@dataclass(frozen=True, slots=True)
class Completeness:
    """The owner's promise: every such paper of these people is in the register.

    `places`: people whose birth was registered there (the first three digits of their number); empty = all.
    `born_from`: people born since that year. Both can be told from the personal id alone.
    """

    places: frozenset[str] = frozenset()
    born_from: int | None = None

    def covers(self, subject: Subject) -> bool:
        """Is this subject among those promised?"""
        if not self.places and self.born_from is None:
            return True
        number = subject.personal_id if isinstance(subject, Citizen) else None
        if not isinstance(number, PersonalId):
            return False
        placed = not self.places or number.value[:3] in self.places
        return placed and (self.born_from is None or number.birth_year >= self.born_from)


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What the manifest says of the index of one source. `alone`: the source itself cannot be asked by owner."""

    source: str
    tier: Tier
    alone: bool
    fresh_s: float
    complete: Mapping[str, Completeness] = field(default_factory=dict)
    synced: bool = False
    announced: bool = False
    simulated: bool = False

    def fresh(self, head: IndexHead, now: datetime) -> bool:
        """Is what the index says still to be trusted? A head from the future is not: some clock stands wrong."""
        at = head.fresh_at
        return at is not None and timedelta(minutes=-1) <= now - at <= timedelta(seconds=self.fresh_s)


def tallied(tally: Mapping[str, Count], before: Iterable[IndexedPaper], after: Iterable[IndexedPaper]) -> Mapping[str, Count]:
    """The counts once the newest version of one record has changed."""
    told = dict(tally)
    for rows, times in ((newest(before), -1), (newest(after), 1)):
        for kind in {row.evidence_type for row in rows}:
            told[kind] = told.get(kind, Count()).plus((row for row in rows if row.evidence_type == kind), times)
    return {kind: count for kind, count in sorted(told.items()) if count != Count()}


def index_answers(
    facts: IndexFacts,
    head: IndexHead,
    rows: Iterable[IndexedPaper],
    subject: Subject,
    kinds: tuple[str, ...],
    now: datetime,
) -> tuple[Holding, ...]:
    """One holding per kind; `rows` are the newest ones of this subject. They are as old as the last sync."""
    listed = tuple(rows)
    blank = Holding(facts.source, facts.tier, "", Outcome.UNKNOWN, head.fresh_at or now, cached=True)
    if not facts.fresh(head, now):
        return tuple(replace(blank, evidence_type=kind, doubt=Doubt.STALE_INDEX) for kind in kinds)
    return tuple(_answer(replace(blank, evidence_type=kind), facts, head, listed, subject) for kind in kinds)


def _answer(blank: Holding, facts: IndexFacts, head: IndexHead, rows: tuple[IndexedPaper, ...], subject: Subject) -> Holding:
    own = [row for row in rows if row.evidence_type == blank.evidence_type]
    readable = [row for row in own if row.standing in _STATE]
    if readable:
        records = {row.ref: [each for each in readable if each.ref == row.ref] for row in readable}
        return max((_held(blank, together, subject) for together in records.values()), key=_worth)
    if own:
        return replace(blank, doubt=Doubt.BAD_ANSWER)
    whole = facts.alone and _whole(facts, head, blank.evidence_type, subject)
    return replace(blank, outcome=Outcome.ABSENT) if whole else replace(blank, doubt=Doubt.INDEX_INCOMPLETE)


def _held(blank: Holding, together: list[IndexedPaper], subject: Subject) -> Holding:
    row = min(together, key=lambda each: _WORST.index(_STATE[each.standing]))
    return replace(
        blank,
        outcome=Outcome.HELD,
        state=_STATE[row.standing],
        owner=subject.key,
        result_code=row.result_code,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
    )


def _whole(facts: IndexFacts, head: IndexHead, kind: str, subject: Subject) -> bool:
    """A record without an owner, or one that cannot be read, may be this very person's."""
    promised = facts.complete.get(kind)
    if not facts.synced or promised is None or not promised.covers(subject):
        return False
    return all(not (count.ownerless or count.unreadable) for name, count in head.tally.items() if name in (kind, ""))


def _worth(holding: Holding) -> tuple[bool, date, date]:
    """A valid paper before any other, then the one that lasts longest, then the newest."""
    return holding.state is State.VALID, holding.expires_on or date.max, holding.issued_on or date.min
