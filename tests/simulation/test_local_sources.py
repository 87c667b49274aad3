"""Views and dropped files misbehave for real: whatever befalls them is unknown, never absent, and ends when it is mended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import httpx
import pytest

from reuse_gateway.application.ports import Purpose
from reuse_gateway.connectors.loading import load_manifests
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.domain.holding import Doubt, Holding, Outcome
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.subject import Citizen, PartialDate, PersonalId
from reuse_gateway.simulation import simulated, simulated_secret
from reuse_gateway.simulation.facts import load_cases, load_people
from reuse_gateway.simulation.local import build_local
from reuse_gateway.simulation.local_files import DroppedFiles
from reuse_gateway.simulation.local_rows import Misfortune
from reuse_gateway.simulation.local_view import View
from reuse_gateway.system import SystemClock
from tests.connectors.builders import SHIPPED, Everything

AN = Citizen(PersonalId.parse("999090000001"), "Nguyễn Văn An", PartialDate(1990, 5, 14))
BINH = Citizen(PersonalId.parse("999090000002"), "Trần Văn Bình", PartialDate(1990, 2, 2))
PURPOSE = Purpose("chk_1", "H41.14", "1.001193", "officer-1")
PAPERS = {"poor_household": "poor_household_certificate", "digitized_archive": "birth_certificate"}
PEOPLE, CASES = load_people(SHIPPED), load_cases(SHIPPED)


def _forgetful(manifest: Manifest) -> Manifest:
    """Remembers nothing between questions and looks at its files each time."""
    freshness = manifest.freshness.model_copy(update={"found_s": 0, "absent_s": 0})
    limits = manifest.limits.model_copy(update={"retries": 0})
    drop = manifest.drop.model_copy(update={"look_again_s": 0}) if manifest.drop else None
    return manifest.model_copy(update={"freshness": freshness, "limits": limits, "drop": drop})


MANIFESTS = {each.id: _forgetful(each) for each in load_manifests(SHIPPED, Everything()) if each.id in PAPERS}


@asynccontextmanager
async def _asked(source: str, where: str) -> AsyncIterator[SourceRegistry]:
    registry = SourceRegistry([MANIFESTS[source]], {source: where}, simulated_secret, SystemClock())
    try:
        yield registry
    finally:
        await registry.aclose()


async def _told(registry: SourceRegistry, source: str, who: Citizen = AN, within_s: float = 1.0) -> Holding:
    deadline = asyncio.get_running_loop().time() + within_s
    return (await registry.lookup(Lookup(source, who, (PAPERS[source],)), PURPOSE, deadline))[0]


@pytest.mark.parametrize(
    ("source", "misfortune"),
    [("poor_household", each) for each in sorted(View.misfortunes)]
    + [("digitized_archive", each) for each in sorted(DroppedFiles.misfortunes)],
)
async def test_whatever_befalls_a_source_is_unknown_for_everybody_and_ends(
    tmp_path: Path, source: str, misfortune: Misfortune
) -> None:
    local = build_local(source, CASES[source], PEOPLE, tmp_path, date.today())
    async with _asked(source, local.where) as registry:
        assert (await _told(registry, source)).outcome is Outcome.HELD
        local.suffer(misfortune)
        told = [await _told(registry, source, who, 0.4) for who in (AN, BINH)]
        assert {each.outcome for each in told} == {Outcome.UNKNOWN}
        local.mend()
        told = [await _told(registry, source, who) for who in (AN, BINH)]
        assert [each.outcome for each in told] == [Outcome.HELD, Outcome.ABSENT]


async def test_one_misfortune_takes_the_place_of_another(tmp_path: Path) -> None:
    view = build_local("poor_household", CASES["poor_household"], PEOPLE, tmp_path, date.today())
    async with _asked("poor_household", view.where) as registry:
        for misfortune in (Misfortune.LOCKED, Misfortune.GONE, Misfortune.LOCKED):
            view.suffer(misfortune)
        assert (await _told(registry, "poor_household", within_s=0.4)).outcome is Outcome.UNKNOWN
        view.mend()
        assert (await _told(registry, "poor_household")).outcome is Outcome.HELD


def test_a_source_that_speaks_http_is_not_built_here(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither"):
        build_local("population", CASES["population"], PEOPLE, tmp_path, date.today())


@pytest.mark.acceptance
@pytest.mark.parametrize(
    ("source", "kind", "doubt"),
    [
        ("poor_household", "down", Doubt.SOURCE_UNAVAILABLE),
        ("poor_household", "silent", None),
        ("poor_household", "truncated", Doubt.SOURCE_UNAVAILABLE),
        ("digitized_archive", "down", Doubt.SOURCE_UNAVAILABLE),
        ("digitized_archive", "html", Doubt.SOURCE_UNAVAILABLE),
        ("digitized_archive", "truncated", Doubt.SOURCE_UNAVAILABLE),
        ("digitized_archive", "garbage", Doubt.SOURCE_UNAVAILABLE),
    ],
)
async def test_the_fault_switch_reaches_views_and_files_too(source: str, kind: str, doubt: Doubt | None) -> None:
    async with simulated(SHIPPED) as simulation, _asked(source, simulation.sources[source]) as registry:
        assert (await _told(registry, source)).outcome is Outcome.HELD
        assert await _switched(simulation, {"source": source, "kind": kind, "for_s": 0.6}) == 201
        told = await _told(registry, source, within_s=0.3)
        assert told.outcome is Outcome.UNKNOWN
        assert told.doubt is (doubt or told.doubt)
        await asyncio.sleep(0.8)
        assert (await _told(registry, source)).outcome is Outcome.HELD


@pytest.mark.acceptance
@pytest.mark.parametrize(
    "fault",
    [
        {"source": "digitized_archive", "kind": "silent"},
        {"source": "poor_household", "kind": "html"},
        {"source": "poor_household", "kind": "slow", "add_s": 1},
        {"source": "digitized_archive", "kind": "errors"},
        {"source": "digitized_archive", "kind": "down", "share": 0.5},
    ],
)
async def test_what_cannot_befall_such_a_source_is_refused_and_not_left_standing(fault: dict) -> None:
    async with simulated(SHIPPED) as simulation, _asked(fault["source"], simulation.sources[fault["source"]]) as registry:
        assert await _switched(simulation, fault) == 422
        assert (await _told(registry, fault["source"])).outcome is Outcome.HELD


async def _switched(simulation, fault: dict) -> int:
    headers = {"authorization": f"Bearer {simulation.token}"}
    async with httpx.AsyncClient(base_url=simulation.url, trust_env=False, headers=headers) as client:
        answer = await client.post("/admin/faults", json=fault)
        standing = (await client.get("/admin/faults")).json()["faults"]
    assert bool(standing) == (answer.status_code == 201)
    return answer.status_code
