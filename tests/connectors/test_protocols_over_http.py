"""Every synthetic person at a source of every protocol, behind every kind of door, over real HTTP, databases and files."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from reuse_gateway.connectors.loading import load_manifest
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.simulation import build_app, serve, simulated_secret

from .builders import MEANING_OF_A_CASE, PURPOSE, Everything, WallClock
from .protocol_people import CITIZENS, MANIFESTS, citizen, registry_of, with_people

pytestmark = pytest.mark.acceptance
LOCAL = {"poverty_view", "dropped_diplomas"}
# What a file cannot do for one person alone, and cases that a source has no rows for.
NO_ROWS = {("dropped_diplomas", case) for case in ("server_error", "slow", "oversized")}
NO_ROWS |= {(source, case) for source in LOCAL for case in ("wrong_owner", "denied", "error_in_200")}
EXPECTED = MEANING_OF_A_CASE
# What differs from the table above, and why: see the cases of each source.
DIFFERENT = {
    ("expired", "portal_rpc"): State.REVOKED,
    ("expired", "soap_people"): State.VALID,
    ("expired", "card_gateway"): State.EXPIRED,
    ("expired", "path_lookup"): State.REVOKED,
    ("expired", "paged_dossiers"): Doubt.BAD_ANSWER,
    ("expired", "composite_keys"): State.INCOMPLETE,
    ("expired", "poverty_view"): State.VALID,
    ("expired", "dropped_diplomas"): Outcome.ABSENT,
    ("ambiguous", "card_gateway"): Doubt.BAD_ANSWER,
}


async def _ask_all(folder: Path) -> dict[tuple[str, str], Holding]:
    patient = [_patient(manifest) for manifest in MANIFESTS]
    async with registry_of(folder, *patient) as registry:
        pairs = [(person, manifest) for person in CITIZENS for manifest in MANIFESTS]
        now = asyncio.get_running_loop().time()
        calls = []
        for person, manifest in pairs:
            deadline = now + (1 if person["case"] == "slow" and manifest.id != "dropped_diplomas" else 20)
            asked = Lookup(manifest.id, citizen(person), tuple(manifest.lookups[0].evidence))
            calls.append(registry.lookup(asked, PURPOSE, deadline))
        told = await asyncio.gather(*calls)
        return {(person["number"], manifest.id): each[0] for (person, manifest), each in zip(pairs, told, strict=True)}


def _patient(manifest: Manifest) -> Manifest:
    circuit = manifest.limits.circuit.model_copy(update={"window": 1_000, "min": 1_000})
    patient = {"circuit": circuit, "timeout_s": 20, "connect_timeout_s": 20}
    return manifest.model_copy(update={"limits": manifest.limits.model_copy(update=patient)})


@pytest.fixture(scope="module")
def asked_once(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Holding]:
    return asyncio.run(_ask_all(with_people(tmp_path_factory.mktemp("protocols"))))


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda each: each.id)
@pytest.mark.parametrize(
    "person", [each for each in CITIZENS if each["case"] in {*EXPECTED, "expired"}], ids=lambda p: p["number"]
)
def test_a_source_says_about_a_person_what_its_case_says(person: dict, manifest: Manifest, asked_once: dict) -> None:
    told, case = asked_once[person["number"], manifest.id], person["case"]
    expected = DIFFERENT.get((case, manifest.id)) or EXPECTED[case]
    if (manifest.id, case) in NO_ROWS:
        expected = Outcome.ABSENT
    assert (told.doubt or told.state or told.outcome) is expected
    assert (told.owner == citizen(person).key) == (told.outcome is Outcome.HELD)


async def _held(registry, source: str, person: dict) -> Holding:
    manifest = next(each for each in MANIFESTS if each.id == source)
    asked = Lookup(source, citizen(person), tuple(manifest.lookups[0].evidence))
    return (await registry.lookup(asked, PURPOSE, asyncio.get_running_loop().time() + 3))[0]


def _lines(caplog: pytest.LogCaptureFixture) -> str:
    return caplog.text + "".join(str(line.args) for line in caplog.records)


async def test_no_log_line_holds_a_number_a_session_or_a_credential(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "aiohttp.client", "asyncio", "uvicorn.error", "sqlalchemy.engine", "aiosqlite"):
        caplog.set_level(logging.DEBUG, logger=name)
    async with registry_of(with_people(tmp_path)) as registry:
        for manifest in MANIFESTS:
            assert (await _held(registry, manifest.id, CITIZENS[0])).outcome is Outcome.HELD, manifest.id
    told = _lines(caplog)
    assert CITIZENS[0]["number"] not in told
    assert CITIZENS[0]["full_name"] not in told
    assert "simulated" not in told.replace("simulated source", "")


@pytest.mark.parametrize("source", ["portal_rpc", "card_gateway", "path_lookup", "paged_dossiers"])
async def test_an_ended_session_is_renewed_without_the_caller_noticing(tmp_path: Path, source: str) -> None:
    app = build_app(with_people(tmp_path))
    async with serve(app) as url:
        manifest = next(each for each in MANIFESTS if each.id == source)
        registry = SourceRegistry([manifest], {source: f"{url}/{source}"}, simulated_secret, WallClock())
        simulated = app.state.sources[source]
        issuer = simulated.sessions or simulated.tokens
        assert (await _held(registry, source, CITIZENS[1])).outcome is Outcome.ABSENT
        issuer.revoke_all()
        assert (await _held(registry, source, CITIZENS[0])).outcome is Outcome.HELD
        assert issuer.issued == 2
        await registry.aclose()


@pytest.mark.parametrize(
    "source", ["portal_rpc", "card_gateway", "path_lookup", "paged_dossiers", "soap_people", "composite_keys"]
)
async def test_wrong_secrets_open_no_door_and_are_not_tried_again_and_again(tmp_path: Path, source: str) -> None:
    app = build_app(with_people(tmp_path))
    async with serve(app) as url:
        manifest = next(each for each in MANIFESTS if each.id == source)
        registry = SourceRegistry([manifest], {source: f"{url}/{source}"}, lambda name: "guessed", WallClock())
        told = [await _held(registry, source, person) for person in CITIZENS[:3]]
        assert {each.outcome for each in told} == {Outcome.UNKNOWN}
        assert app.state.sources[source].asked == 0
        await registry.aclose()


async def test_the_security_servers_own_error_is_never_the_sources_answer(tmp_path: Path) -> None:
    folder = with_people(tmp_path)
    people = folder / "people.yaml"
    people.write_text(people.read_text("utf-8").replace("case: absent}", "case: server_down}", 1), "utf-8")
    manifest = next(each for each in MANIFESTS if each.id == "soap_people")
    async with registry_of(folder, manifest) as registry:
        assert (await _held(registry, "soap_people", CITIZENS[1])).doubt is Doubt.SOURCE_UNAVAILABLE


async def test_elements_in_another_order_are_not_understood_by_a_soap_source(tmp_path: Path) -> None:
    folder = with_people(tmp_path)
    facts = (folder / "national" / "soap_people.yaml").read_text("utf-8")
    moved = facts.replace('          MaYeuCau: "{request_id}"\n', "").replace(
        '          HoVaTen: "{subject.full_name|plain}"\n',
        '          HoVaTen: "{subject.full_name|plain}"\n          MaYeuCau: "{request_id}"\n',
    )
    (folder / "national" / "soap_people.yaml").write_text(moved, "utf-8")
    manifest = load_manifest(folder / "national" / "soap_people.yaml", Everything())
    async with registry_of(folder, manifest) as registry:
        assert (await _held(registry, "soap_people", CITIZENS[0])).outcome is Outcome.UNKNOWN
