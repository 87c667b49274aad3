"""What was recorded comes back word for word, except the owner's number, which never reaches the store."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

from reuse_gateway.application.ports import AccessNote, Claim, Refusal
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.violation import RecordedViolation
from reuse_gateway.storage.checks import check_body, check_of

from .builders import AT, Store, a_check, a_demand, a_holding


async def test_a_check_comes_back_word_for_word_with_its_place(store: Store):
    await store.recorder.record_check(a_check(1), None)
    position = await store.recorder.record_check(a_check(2), Claim("demo", "key", b"f" * 32))
    by_id = await store.archive.check(a_check(2).id)
    by_code = await store.archive.check_by_short_code(a_check(2).short_code)
    assert by_id == by_code
    assert (by_id.check, by_id.position) == (a_check(2), position)


async def test_a_check_recorded_in_a_group_keeps_the_size_that_was_signed(store: Store):
    positions = await asyncio.gather(*(store.recorder.record_check(a_check(number), None) for number in range(20)))
    for number, position in enumerate(positions):
        assert (await store.archive.check(a_check(number).id)).position == position


async def test_nothing_is_found_under_unknown_keys(store: Store):
    assert await store.archive.check("chk_0") is None
    assert await store.archive.check_by_short_code("X") is None
    assert await store.archive.claimed("demo", "key") is None
    assert await store.archive.violation("vio_0") is None


async def test_a_claim_leads_to_its_check(store: Store):
    claim = Claim("demo", "key", b"f" * 32)
    await store.recorder.record_check(a_check(1), claim)
    assert await store.archive.claimed("demo", "key") == (claim, a_check(1).id)
    assert await store.archive.claimed("other", "key") is None


async def test_the_owner_a_source_names_is_never_stored(store: Store):
    number = "999095000123"
    verdict = a_check().verdicts[0]
    owned = replace(verdict, holdings=(a_holding(owner=f"citizen:{number}"),))
    check = a_check(verdicts=(owned,))
    await store.recorder.record_check(check, None)
    assert number not in check_body(check)
    assert (await store.archive.check(check.id)).check.verdicts == (verdict,)
    for table in ("checks", "ledger_leaves"):
        assert number not in str(await store.rows(f"SELECT * FROM {table}"))


def test_a_body_is_canonical_and_comes_back_exactly():
    body = check_body(a_check())
    assert check_of(body) == a_check()
    assert check_body(check_of(body)) == body
    assert canonical(json.loads(body)).decode() == body


async def test_a_violation_is_found_by_its_id_with_its_place_and_channel(store: Store):
    await store.recorder.record_demand(a_demand(1))
    found = await store.archive.violation(a_demand(1).violations[0].id)
    assert replace(found, case_id="") == RecordedViolation(a_demand(1).violations[0], 0, "counter", state="detected")
    assert found.case_id.startswith("case_")


async def test_refusals_and_reads_are_leaves_of_their_own(store: Store):
    await store.recorder.record_refusal(Refusal(AT, "demo", "H41", "insufficient_scope", "/v1/checks"))
    await store.recorder.record_access(AccessNote(AT, "auditor", "H41", "check_read", "chk_1"))
    rows = await store.rows("SELECT kind, client_id, code, target FROM audit_events ORDER BY leaf_index")
    assert rows == [("refusal", "demo", "insufficient_scope", "/v1/checks"), ("access", "auditor", "check_read", "chk_1")]
