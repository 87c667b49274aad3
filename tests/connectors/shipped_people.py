"""The shipped sources and the synthetic people who are asked about at them; nothing here names a source."""

from __future__ import annotations

from reuse_gateway.connectors.loading import load_manifests
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.domain.holding import Doubt, Outcome, State
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, PartialDate, PersonalId
from reuse_gateway.simulation.facts import Case, Person, load_cases, load_people
from reuse_gateway.simulation.local_rows import playable

from .builders import MEANING_OF_A_CASE, SHIPPED, Everything

PEOPLE = load_people(SHIPPED)
CASES = load_cases(SHIPPED)
MANIFESTS = load_manifests(SHIPPED, Everything())
EXPECTED = MEANING_OF_A_CASE | {"expired": State.EXPIRED, "unlisted_state": Doubt.BAD_ANSWER}
MEANINGS = {str(each): each for each in (*State, *Outcome, *Doubt)}


def person(number: str) -> Person:
    return next(each for each in PEOPLE.people if each.number == number)


def subject_of(person: Person) -> Citizen | Business:
    """The person or business as a caller names them."""
    if person.birth_date:
        return Citizen(PersonalId.parse(person.number), person.full_name, PartialDate.parse(person.birth_date))
    return Business(EnterpriseCode.parse(person.number), person.full_name)


def papers_of(lookup: LookupFacts, kind: str) -> tuple[str, ...]:
    return tuple(paper for paper in lookup.evidence if kind in lookup.asked_about(paper))


def question(manifest: Manifest, lookup: LookupFacts, person: Person) -> Lookup:
    """All that this lookup can be asked about the person, and about their thing where it is asked by one."""
    subject = subject_of(person)
    return Lookup(manifest.id, subject, papers_of(lookup, subject.kind), about_of(person, lookup))


def about_of(person: Person, lookup: LookupFacts) -> tuple[tuple[str, str], ...]:
    """The things this lookup asks about; each has the prefix of its kind and the owner's last five digits."""
    plate, other = PEOPLE.things[person.kind]
    asked = {name.removeprefix("about.") for name in (*lookup.needs, *lookup.either) if name.startswith("about.")}
    return tuple((name, (plate if name == "plate" else other) + person.number[-5:]) for name in sorted(asked))


def declared(manifest: Manifest, place: int, name: str) -> Case | None:
    """What the cases of this source say of the case with that name, for the lookup at that place."""
    facts = CASES[manifest.id]
    if facts.routes:
        return facts.routes[place].cases.get(name)
    of_each = [facts.table.cases] if facts.table else facts.dropped.files.values() if facts.dropped else []
    return Case(means=facts.means.get(name)) if any(name in cases for cases in of_each) else None


def meaning(manifest: Manifest, place: int, name: str) -> State | Outcome | Doubt:
    """What the gateway has to make of it: as the cases say, else what such a case means anywhere."""
    case = declared(manifest, place, name) or playable(CASES[manifest.id], PEOPLE).get(name)
    if case is None:
        return Outcome.ABSENT
    return MEANINGS[case.means] if case.means is not None else EXPECTED[name]
