"""A whole gateway with its index: registers are read over HTTP, systems announce, and silent sources are answered for."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import AN, Standing, person, settings_for, standing
from tests.acceptance.test_commands import command
from tests.holdings.builders import line, ndjson

pytestmark = pytest.mark.acceptance
PHUC = person("999090000014", "Lý Văn Phúc", "1990-01-14")
GIANG = person("999090000006", "Phan Văn Giang", "1990-06-06")
BIRTH_IN = "1.004859"
TYPE = {"content-type": "application/x-ndjson"}


async def told_of(here: Standing, who: dict[str, Any], kind: str, source: str, procedure: str) -> dict[str, Any]:
    answer = await here.check(who, kind, procedure=procedure)
    assert answer.status_code == 200, answer.text
    holdings = {each["source"]: each for each in answer.json()["items"][0]["holdings"] if each["evidence_type"] == kind}
    return holdings[source]


async def announced(here: Standing, *lines: dict[str, Any], **headers: str) -> dict[str, Any]:
    told = await here.headers("demo-settlement") | TYPE | headers
    answer = await here.client.post("/v1/holdings", content=ndjson(*lines), headers=told)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_a_register_announced_is_held_while_the_source_itself_does_not_answer(here: Standing):
    before = await told_of(here, PHUC, "birth_certificate", "civil_status", BIRTH_IN)
    assert (before["outcome"], before["cached"]) == ("unknown", False)
    report = await here.gateway.registers.read("civil_status", lambda *_: None)
    assert (report.outcome, report.new) == ("synced", 6)
    after = await told_of(here, PHUC, "birth_certificate", "civil_status", BIRTH_IN)
    assert (after["outcome"], after["cached"], after["issued_on"]) == ("held", True, "2015-02-12")
    sources = {each["id"]: each for each in (await here.client.get("/v1/sources")).json()["items"]}
    told = sources["civil_status"]["index"]
    assert (told["answers"], told["fresh"], told["papers"], told["ownerless"]) == ("behind", True, 4, 1)
    assert sources["population"]["index"] is None
    assert await here.good()


async def test_what_a_system_announced_is_held_until_it_is_revoked(here: Standing):
    about = {"evidence_type": "land_use_certificate", "changed_at": "2026-01-05T08:00:00+07:00"}
    told = await announced(here, line("so-hoa/1", GIANG["personal_id"], **about), **{"idempotency-key": "k1"})
    assert told == await announced(here, line("so-hoa/1", GIANG["personal_id"], **about), **{"idempotency-key": "k1"})
    held = await told_of(here, GIANG, "land_use_certificate", "procedure_settlement", "1.013225")
    assert (told["new"], held["outcome"], held["cached"]) == (1, "held", True)
    gone = {"state": "revoked", "changed_at": "2026-01-06T08:00:00+07:00"}
    await announced(here, line("so-hoa/1", GIANG["personal_id"], **(about | gone)))
    answer = await here.check(GIANG, "land_use_certificate", procedure="1.013225")
    assert answer.json()["items"][0]["reason"] == "held_expired"
    metrics = await here.client.get("/metrics", headers=await here.headers("demo-admin"))
    assert 'reuse_gateway_index_papers{source="procedure_settlement"} 0.0' in metrics.text
    assert await here.good()


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_registers_are_read_beside_the_service(url: str, tmp_path):
    async with standing(settings_for(url, tmp_path / "home")) as here, here.gateway.registers.watched():
        async with asyncio.timeout(30):
            while not (await here.gateway.services.holdings.indexes.heads())["civil_status"].fresh_at:
                assert (await here.check()).status_code == 200
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(("source", "papers", "ownerless"), [("civil_status", 4, 1), ("education", 2, 1)])
async def test_every_shipped_register_can_be_read(url: str, tmp_path, source: str, papers: int, ownerless: int):
    async with standing(settings_for(url, tmp_path / "home")) as here:
        assert source in here.gateway.registers.readable
        report = await here.gateway.registers.read(source, lambda *_: None)
        assert (report.outcome, report.code) == ("synced", None)
        assert (report.head.papers, report.head.ownerless, report.head.unreadable) == (papers, ownerless, 0)
        assert (await here.gateway.registers.read(source, lambda *_: None)).new == 0


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_what_the_archive_dropped_is_held_while_its_folder_cannot_be_read(url: str, tmp_path):
    async with standing(settings_for(url, tmp_path / "home")) as here:
        await here.gateway.registers.read("digitized_archive", lambda *_: None)
        folder = Path(here.gateway.source_urls["digitized_archive"])
        (folder / "9.ndjson").write_text("{", encoding="utf-8")
        assert (await here.gateway.registers.read("digitized_archive", lambda *_: None)).outcome == "failed"
        held = await told_of(here, AN, "birth_certificate", "digitized_archive", BIRTH_IN)
        assert (held["outcome"], held["cached"], held["issued_on"]) == ("held", True, "2015-02-12")
        nothing = await told_of(here, GIANG, "birth_certificate", "digitized_archive", BIRTH_IN)
        assert nothing["outcome"] == "unknown"


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_registers_are_left_alone_where_the_settings_say_so(url: str, tmp_path):
    async with standing(settings_for(url, tmp_path / "home", sync_registers=False)) as here, here.gateway.registers.watched():
        await asyncio.sleep(0.3)
        assert (await here.gateway.services.holdings.indexes.heads())["civil_status"].number == 0


async def test_the_command_reads_and_tells(tmp_path):
    code, said, _ = await command(tmp_path, "holdings", "sync", "--json")
    assert (code, {each["source"]: each["papers"] for each in json.loads(said)}["civil_status"]) == (0, 4)
    code, said, _ = await command(tmp_path, "holdings", "status", "--json")
    assert {each["source"]: each["ownerless"] for each in json.loads(said)}["civil_status"] == 1
    assert (await command(tmp_path, "holdings", "sync", "--source", "population"))[0] == 2
    assert (await command(tmp_path, "ledger", "verify"))[0] == 0
