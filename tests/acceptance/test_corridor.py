"""The main job on real input: asked over HTTP, answered from registries over HTTP, durable, provable."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from pathlib import Path

import pytest

from reuse_gateway.bootstrap_proof import verified_pack
from reuse_gateway.domain.merkle import leaf_hash, verify_consistency, verify_inclusion
from tests.acceptance.conftest import AN, Standing, person, question, settings_for, standing

pytestmark = pytest.mark.acceptance


def decisions(answer: dict) -> dict[str, tuple[str, str]]:
    return {item["ref"]: (item["decision"], item["reason"]) for item in answer["items"]}


async def test_a_real_case_is_decided_paper_by_paper(here: Standing) -> None:
    answer = (await here.check()).json()
    assert decisions(answer) == {
        "id_card": ("must_not_ask", "held_valid"),
        "residence_confirmation": ("must_not_ask", "held_valid"),
        "marital_status": ("must_not_ask", "held_valid"),
        "household_book": ("must_not_ask", "abolished_document"),
    }
    again = (await here.check()).json()
    assert all(holding["cached"] for item in again["items"] for holding in item["holdings"])
    assert await here.good()


@pytest.mark.parametrize(
    ("who", "kind", "procedure", "expected"),
    [
        (("999090000002", "Trần Văn Bình", "1990-02-02"), "id_card", "1.000894", ("may_ask", "not_held")),
        (("999090000002", "Trần Văn Bình", "1990-02-02"), "marital_status", "1.000894", ("must_not_ask", "agency_must_obtain")),
        (("999090000003", "Lê Văn Cường", "1990-03-03"), "id_card", "1.000894", ("may_ask", "held_expired")),
        (("999090000004", "Phạm Văn Dũng", "1990-04-04"), "id_card", "1.000894", ("may_ask", "held_mismatch")),
        (("999090000005", "Hoàng Văn Em", "1990-05-05"), "id_card", "1.000894", ("ask_later", "bad_answer")),
        (("999090000006", "Phan Văn Giang", "1990-06-06"), "id_card", "1.000894", ("ask_later", "source_unavailable")),
        (("999090000007", "Vũ Văn Hải", "1990-07-07"), "id_card", "1.000894", ("ask_later", "source_timed_out")),
        (("999090000008", "Đặng Văn Ích", "1990-08-08"), "id_card", "1.000894", ("ask_later", "bad_answer")),
        (("999090000009", "Bùi Văn Khánh", "1990-09-09"), "id_card", "1.000894", ("ask_later", "bad_answer")),
        (("999090000010", "Đỗ Văn Lâm", "1990-10-10"), "id_card", "1.000894", ("ask_later", "bad_answer")),
        (("999090000011", "Hồ Văn Minh", "1990-11-11"), "id_card", "1.000894", ("not_decided", "no_authority")),
        (("999090000013", "Dương Văn Oanh", "1990-01-13"), "land_use_certificate", "1.013225", ("must_not_ask", "held_valid")),
    ],
)
async def test_every_scripted_person_gets_the_promised_answer(
    tmp_path: Path, who: tuple[str, str, str], kind: str, procedure: str, expected: tuple[str, str]
) -> None:
    async with standing(settings_for(f"sqlite:///{tmp_path}/store.db", tmp_path / "home")) as here:
        answer = (await here.check(person(*who), kind, procedure=procedure)).json()
    assert decisions(answer) == {kind: expected}


async def test_a_source_that_is_off_is_unknown_and_no_error(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path}/store.db", tmp_path / "home", simulate=False)
    async with standing(settings) as here:
        answer = (await here.check(AN, "id_card")).json()
        ready = (await here.client.get("/readyz")).json()
    assert (answer["degraded"], decisions(answer)) == (True, {"id_card": ("ask_later", "source_unavailable")})
    assert ready["sources"]["population"] == "off"


async def test_an_answered_check_survives_the_end_of_the_process(url: str, tmp_path: Path) -> None:
    settings = settings_for(url, tmp_path / "home")
    async with standing(settings) as here:
        made = (await here.check()).json()
    async with standing(settings) as here:
        kept = await here.client.get(f"/v1/checks/{made['check_id']}", headers=await here.headers())
        assert kept.json() == made
        assert await here.good()


async def test_a_receipt_is_proved_by_the_published_tree_alone(here: Standing) -> None:
    for _ in range(5):
        await here.check()
    made = (await here.check()).json()
    for _ in range(3):
        await here.check()
    claims = (await here.client.post("/v1/receipts:verify", json={"receipt": made["receipt"]})).json()["claims"]
    note = (await here.client.get("/v1/ledger/checkpoint")).text.split("\n")
    size, root, index = int(note[1]), base64.b64decode(note[2]), claims["ledger"]["index"]
    proof = await here.client.get("/v1/ledger/proofs/inclusion", params={"index": index, "size": size})
    bundle = (await here.client.get(f"/v1/ledger/tile/entries/000.p/{size}")).content
    leaf = _entries(bundle)[index]
    verify_inclusion(leaf_hash(leaf), index, size, [base64.b64decode(each) for each in proof.json()["hashes"]], root)
    assert made["check_id"].encode() in leaf
    assert b"999090000001" not in bundle


async def test_a_kept_checkpoint_is_a_beginning_of_every_later_one(here: Standing) -> None:
    await here.check()
    first = (await here.client.get("/v1/ledger/checkpoint")).text.split("\n")
    for _ in range(6):
        await here.check()
    second = (await here.client.get("/v1/ledger/checkpoint")).text.split("\n")
    sizes = {"from": first[1], "to": second[1]}
    proof = (await here.client.get("/v1/ledger/proofs/consistency", params=sizes)).json()["hashes"]
    roots = (base64.b64decode(first[2]), base64.b64decode(second[2]))
    verify_consistency(int(first[1]), int(second[1]), [base64.b64decode(each) for each in proof], *roots)


async def test_a_forbidden_demand_becomes_a_violation_that_an_auditor_sees(here: Standing) -> None:
    asked = question(AN, "id_card", "household_book") | {"kind": "counter", "made_at": "2026-11-20T08:30:00+07:00"}
    judged = (await here.client.post("/v1/demands", json=asked, headers=await here.headers())).json()
    assert [(item["finding"], item["type"]) for item in judged["items"]] == [("violation", "V01"), ("violation", "V05")]
    auditor = await here.headers("demo-auditor")
    listed = (await here.client.get("/v1/violations", params={"type": "V01"}, headers=auditor)).json()
    one = (await here.client.get(f"/v1/violations/{judged['items'][0]['violation_id']}", headers=auditor)).json()
    (row,) = listed["items"]
    assert row == {name: one[name] for name in row}
    assert one["personal_liability"] is False, "the source was asked after the demand"
    assert (await here.client.get("/v1/violations", headers=await here.headers())).status_code == 403
    assert await here.good()


async def test_a_bundle_of_what_was_sought_is_proved_offline(here: Standing, tmp_path: Path) -> None:
    asked = question(AN, "id_card", "household_book") | {"kind": "counter", "made_at": "2026-11-20T08:30:00+07:00"}
    assert (await here.client.post("/v1/demands", json=asked, headers=await here.headers())).status_code == 200
    auditor = await here.headers("demo-auditor")
    order = {"format": "bundle", "purpose": "Hồ sơ cho đoàn thanh tra", "q": "type:V05"}
    told = (await here.client.post("/v1/exports", json=order, headers=auditor)).json()
    while told["state"] == "running":
        await asyncio.sleep(0.05)
        told = (await here.client.get(f"/v1/exports/{told['export_id']}", headers=auditor)).json()
    assert (told["state"], told["rows"]) == ("done", 1)
    answer = await here.client.get(told["file"])
    assert (answer.headers["content-type"], hashlib.sha256(answer.content).hexdigest()) == ("application/zip", told["sha256"])
    (tmp_path / "bundle.zip").write_bytes(answer.content)
    assert verified_pack(tmp_path / "bundle.zip", ())[0].good
    (tmp_path / "bent.zip").write_bytes(answer.content.replace(b'"V05"', b'"V01"'))
    assert not verified_pack(tmp_path / "bent.zip", ())[0].good


async def test_violations_are_paged_without_gap_or_repetition(here: Standing) -> None:
    headers, auditor = await here.headers(), await here.headers("demo-auditor")
    asked = question(AN, "household_book") | {"kind": "counter", "made_at": "2026-11-20T08:30:00+07:00"}
    made = [
        (await here.client.post("/v1/demands", json=asked, headers=headers)).json()["items"][0]["violation_id"]
        for _ in range(5)
    ]
    seen, cursor = [], None
    for _ in range(5):
        page = (
            await here.client.get(
                "/v1/violations", params={"limit": 2} | ({"cursor": cursor} if cursor else {}), headers=auditor
            )
        ).json()
        seen += [item["violation_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]
    stale = await here.client.get("/v1/violations", params={"type": "V01", "cursor": "AAAA"}, headers=auditor)
    assert (stale.status_code, stale.json()["code"]) == (400, "stale_cursor")


async def test_two_processes_on_one_database_keep_one_order(url: str, tmp_path: Path) -> None:
    settings = settings_for(url, tmp_path / "home")
    async with standing(settings) as one, standing(settings) as two:
        headers = await one.headers(), await two.headers()
        calls = [
            house.client.post("/v1/checks", json=question(), headers=held)
            for _ in range(20)
            for house, held in zip((one, two), headers, strict=True)
        ]
        answers = await asyncio.gather(*calls)
        assert {answer.status_code for answer in answers} == {200}
        receipts = [
            (await one.client.post("/v1/receipts:verify", json={"receipt": a.json()["receipt"]})).json() for a in answers
        ]
        assert len({receipt["claims"]["ledger"]["index"] for receipt in receipts}) == len(answers)
        assert await one.good()


async def test_the_same_idempotency_key_in_two_processes_is_one_check(url: str, tmp_path: Path) -> None:
    settings = settings_for(url, tmp_path / "home")
    async with standing(settings) as one, standing(settings) as two:
        calls = [house.check(AN, "id_card", **{"idempotency-key": "k-1"}) for house in (one, two) for _ in range(3)]
        answers = await asyncio.gather(*calls)
        done = {answer.content for answer in answers if answer.status_code == 200}
        assert len(done) == 1
        assert {answer.status_code for answer in answers} <= {200, 409}


def _entries(bundle: bytes) -> list[bytes]:
    found = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        found.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    assert all(hashlib.sha256(entry) for entry in found)
    return found
