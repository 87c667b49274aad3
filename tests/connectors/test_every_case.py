"""Every synthetic person at every lookup of every shipped source, over real HTTP: each source can play every kind of answer,
and the gateway makes of each what the cases say. A new source is tested by being there."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.simulation import running, simulated_secret
from reuse_gateway.simulation.facts import Person

from .builders import PURPOSE, SHIPPED, WallClock
from .shipped_people import CASES, MANIFESTS, MEANINGS, PEOPLE, meaning, papers_of, question, subject_of

pytestmark = pytest.mark.acceptance
OF_ANY = {"valid", "absent", "expired", "mismatch", "ambiguous"}
OVER_HTTP = {"wrong_owner", "denied", "error_in_200"}
FAULTS = {"server_error", "slow", "html", "truncated", "broken_json", "oversized"}
SLOW_S = 0.5
# Nobody synthetic has these: no certificate of death, guardianship, adoption and so on was made up for the settlement system.
HELD_BY_NOBODY = {
    ("civil_status", "death_certificate"),
    ("procedure_settlement", "death_certificate"),
    ("procedure_settlement", "marital_status"),
    ("procedure_settlement", "guardianship"),
    ("procedure_settlement", "adoption_certificate"),
    ("procedure_settlement", "residence_confirmation"),
    ("procedure_settlement", "cooperative_registration"),
    ("procedure_settlement", "food_safety_certificate"),
    ("procedure_settlement", "construction_practice_certificate"),
}
Asked = tuple[Manifest, int, Person]


def _asked() -> list[Asked]:
    return [
        (manifest, place, person)
        for manifest in MANIFESTS
        for place, lookup in enumerate(manifest.lookups)
        for person in PEOPLE.people
        if papers_of(lookup, subject_of(person).kind)
    ]


def _title(value: object) -> str:
    return value.number if isinstance(value, Person) else value.id if isinstance(value, Manifest) else str(value)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=_title)
def test_a_source_plays_every_kind_of_answer(manifest: Manifest) -> None:
    facts = CASES[manifest.id]
    if not facts.routes:
        rows = facts.table.cases if facts.table else {k: v for f in facts.dropped.files.values() for k, v in f.items()}
        assert OF_ANY - {"absent"} <= set(rows), f"{manifest.id}.cases.yaml lacks {OF_ANY - {'absent'} - set(rows)}"
        return
    assert len(facts.routes) == len(manifest.lookups), "routes stand in the order of the lookups"
    for route in facts.routes:
        missing = (OF_ANY | OVER_HTTP) - set(route.cases)
        assert not missing, f"{manifest.id}.cases.yaml, {route.path}: no case {sorted(missing)}"
    assert set(PEOPLE.faults) >= FAULTS


def test_somebody_has_every_fate_as_a_citizen_and_as_a_business() -> None:
    for citizen in (True, False):
        fates = {person.case for person in PEOPLE.people if bool(person.birth_date) is citizen}
        assert fates >= OF_ANY | OVER_HTTP | FAULTS


def test_what_cases_mean_is_said_in_known_words() -> None:
    told = {case.means for facts in CASES.values() for route in facts.routes for case in route.cases.values()}
    told |= {word for facts in CASES.values() for word in facts.means.values()}
    assert told - {None} <= set(MEANINGS)


@pytest.fixture(scope="module")
def asked_once() -> dict[tuple[str, int, str], tuple[Holding, ...]]:
    """All answers, asked in one loop at one time; breakers and limits have their own tests."""
    return asyncio.run(_ask_all())


async def _ask_all() -> dict[tuple[str, int, str], tuple[Holding, ...]]:
    async with running(SHIPPED) as urls:
        registry = SourceRegistry([_patient(manifest) for manifest in MANIFESTS], urls, simulated_secret, WallClock())
        turns = asyncio.Semaphore(150)

        async def ask(manifest: Manifest, lookup: LookupFacts, person: Person) -> tuple[Holding, ...]:
            async with turns:
                slow = person.case_at(manifest.id) == "slow" and not CASES[manifest.id].dropped
                deadline = asyncio.get_running_loop().time() + (SLOW_S if slow else 20)
                return await registry.lookup(question(manifest, lookup, person), PURPOSE, deadline)

        asked = _asked()
        told = await asyncio.gather(*(ask(manifest, manifest.lookups[place], person) for manifest, place, person in asked))
        await registry.aclose()
        return {(manifest.id, place, person.number): each for (manifest, place, person), each in zip(asked, told, strict=True)}


def _patient(manifest: Manifest) -> Manifest:
    circuit = manifest.limits.circuit.model_copy(update={"window": 1_000, "min": 1_000})
    patient = {"circuit": circuit, "max_in_flight": 100, "timeout_s": 20, "connect_timeout_s": 20}
    return manifest.model_copy(update={"limits": manifest.limits.model_copy(update=patient)})


@pytest.mark.parametrize(("manifest", "place", "person"), _asked(), ids=_title)
def test_the_gateway_makes_of_an_answer_what_the_cases_say(
    manifest: Manifest, place: int, person: Person, asked_once: dict
) -> None:
    told = asked_once[manifest.id, place, person.number]
    assert tuple(each.evidence_type for each in told) == papers_of(manifest.lookups[place], subject_of(person).kind)
    name = person.case_at(manifest.id)
    expected = meaning(manifest, place, name)
    assert _made_of(told[0]) is expected
    for each in told:
        assert (each.owner == subject_of(person).key) == (each.outcome is Outcome.HELD)
        if isinstance(expected, Doubt):
            assert each.outcome is not Outcome.HELD
        if expected is Outcome.ABSENT:
            assert each.outcome is Outcome.ABSENT


def _made_of(holding: Holding) -> State | Outcome | Doubt:
    """A valid paper whose last day is over has expired, as `decide` will say."""
    lapsed = holding.state is State.VALID and holding.expires_on is not None and holding.expires_on < date.today()
    return State.EXPIRED if lapsed else holding.doubt or holding.state or holding.outcome


@pytest.mark.parametrize("manifest", MANIFESTS, ids=_title)
def test_every_paper_that_a_source_offers_is_held_for_somebody(manifest: Manifest, asked_once: dict) -> None:
    told = [each for (source, _, _), all_told in asked_once.items() if source == manifest.id for each in all_told]
    held = {each.evidence_type for each in told if each.state is State.VALID}
    offered = {paper for lookup in manifest.lookups for paper in lookup.evidence}
    assert {paper for paper in offered - held if (manifest.id, paper) not in HELD_BY_NOBODY} == set()
