"""Shipped sources over real HTTP: tokens that end, numbers nobody has, health, and what is logged of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from reuse_gateway.connectors.loading import load_manifests, read_mapping
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.domain.holding import Outcome
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, PartialDate, PersonalId
from reuse_gateway.simulation import build_app, serve, simulated_secret

from .builders import PURPOSE, SHIPPED, Everything, WallClock, state_of

pytestmark = pytest.mark.acceptance
_SHARED = read_mapping(SHIPPED / "people.yaml")
PEOPLE, THINGS = _SHARED["people"], _SHARED["things"]
MANIFESTS = load_manifests(SHIPPED, Everything())


def _subject(person: dict) -> Citizen | Business:
    if "birth_date" in person:
        born = PartialDate.parse(person["birth_date"])
        return Citizen(PersonalId.parse(person["number"]), person["full_name"], born)
    return Business(EnterpriseCode.parse(person["number"]), person["full_name"])


def _papers(manifest: Manifest, lookup: LookupFacts, kind: str) -> tuple[str, ...]:
    """The papers of this lookup for such a subject; the first one decides what a case must look like."""
    return tuple(paper for paper in lookup.evidence if manifest.lookup_for(paper, kind) is lookup)


def _about(person: dict, lookup: LookupFacts) -> tuple[tuple[str, str], ...]:
    """The things this lookup asks about; each has the prefix of its kind and the owner's last five digits."""
    plate, other = THINGS[_subject(person).kind]
    told = [need.removeprefix("about.") for need in lookup.needs if need.startswith("about.")]
    return tuple((name, (plate if name == "plate" else other) + person["number"][-5:]) for name in told)


@pytest.fixture
async def registries() -> AsyncIterator[tuple[SourceRegistry, dict]]:
    app = build_app(SHIPPED)
    async with serve(app) as url:
        urls = {source: f"{url}/{source}" for source in app.state.sources}
        registry = SourceRegistry(MANIFESTS, urls, simulated_secret, WallClock())
        yield registry, app.state.sources
        await registry.aclose()


async def _ask(registry: SourceRegistry, source: str, person: dict, *kinds: str):
    deadline = asyncio.get_running_loop().time() + 2
    manifest, subject = next(each for each in MANIFESTS if each.id == source), _subject(person)
    lookup = manifest.lookups[0]
    kinds = kinds or _papers(manifest, lookup, subject.kind)
    return await registry.lookup(Lookup(source, subject, kinds, _about(person, lookup)), PURPOSE, deadline)


async def test_revoked_tokens_are_renewed_without_the_caller_noticing(registries) -> None:
    registry, sources = registries
    for source in ("population", "civil_status", "insurance", "procedure_settlement"):
        await _ask(registry, source, PEOPLE[1])
        sources[source].tokens.revoke_all()
        assert (await _ask(registry, source, PEOPLE[0]))[0].outcome is Outcome.HELD, source
        assert sources[source].tokens.issued == 2


async def test_an_unknown_number_is_absent_everywhere(registries) -> None:
    registry, _ = registries
    nobody = {"number": "999085123456", "full_name": "Không Có Ai", "birth_date": "1985-01-01"}
    real_looking = nobody | {"number": "040" + "085123456"}
    for person in (nobody, real_looking):
        for source in ("population", "civil_status", "insurance", "procedure_settlement"):
            assert {each.outcome for each in await _ask(registry, source, person)} == {Outcome.ABSENT}


async def test_one_population_answer_proves_several_papers(registries) -> None:
    registry, sources = registries
    kinds = ("id_card", "personal_id_notice", "residence_confirmation", "kinship_proof", "marital_status")
    assert {each.outcome for each in await _ask(registry, "population", PEOPLE[0], *kinds)} == {Outcome.HELD}
    assert sources["population"].asked == 1


async def test_health_tells_what_the_calls_have_shown(registries) -> None:
    registry, _ = registries
    assert state_of(registry, "insurance") == "unknown"
    await _ask(registry, "insurance", PEOPLE[0])
    health = registry.seen()["insurance"]
    assert (state_of(registry, "insurance"), health.success_ratio) == ("ok", 1.0)
    assert health.p95_ms > 0
    assert health.last_answered_at is not None


async def test_no_log_line_holds_a_number_or_a_name(registries, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "aiohttp.client", "asyncio", "uvicorn.error"):
        caplog.set_level(logging.DEBUG, logger=name)
    registry, _ = registries
    for person in PEOPLE:
        if person["case"] != "slow":
            source = "procedure_settlement" if "birth_date" in person else "business_registration"
            await _ask(registry, source, person)
    told = caplog.text + "".join(str(line.args) for line in caplog.records)
    assert not any(person["number"] in told or person["full_name"] in told for person in PEOPLE)
