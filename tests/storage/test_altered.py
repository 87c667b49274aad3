"""What stands in a row is answered only while its leaf says the same; claims and public leaves tell no more than they must."""

from __future__ import annotations

import json

import pytest

from reuse_gateway.application.ports import AccessNote, Claim, Refusal
from reuse_gateway.domain.errors import StoreError

from .builders import AT, Store, a_check, a_demand, as_owner

CLAIM = Claim("demo-intake", "POST /v1/checks Nguyen Van An", b"f" * 32)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checks SET body = replace(body, 'held_valid', 'not_held')",
        "UPDATE checks SET body = replace(body, '1.001193', '1.001194')",
        "UPDATE checks SET body = '{}'",
        "UPDATE ledger_leaves SET entry = hash",
        "DELETE FROM ledger_leaves",
        "UPDATE checks SET leaf_index = 7",
    ],
)
async def test_a_check_that_is_not_what_was_signed_is_never_answered(store: Store, statement: str):
    await store.recorder.record_check(a_check(1), None)
    await as_owner(store.url, statement)
    for reading in (store.archive.check(a_check(1).id), store.archive.check_by_short_code(a_check(1).short_code)):
        with pytest.raises(StoreError, match="not what was signed"):
            await reading


@pytest.mark.parametrize(
    "change",
    [
        "leaf_index = 1, check_id = (SELECT check_id FROM checks WHERE leaf_index = 1)",
        "check_id = (SELECT check_id FROM checks WHERE leaf_index = 1)",
        "fingerprint = (SELECT hash FROM ledger_leaves WHERE leaf_index = 1)",
        "check_id = 'chk_gone'",
    ],
)
async def test_a_claim_led_elsewhere_is_never_answered(store: Store, change: str):
    await store.recorder.record_check(a_check(1), CLAIM)
    await store.recorder.record_check(a_check(2), Claim("demo-intake", "other", b"g" * 32))
    await as_owner(store.url, f"UPDATE idempotency_claims SET {change} WHERE leaf_index = 0")
    with pytest.raises(StoreError):
        await store.archive.claimed(CLAIM.client_id, CLAIM.key)


async def test_a_key_is_kept_as_its_digest_alone(store: Store):
    await store.recorder.record_check(a_check(1), CLAIM)
    assert await store.archive.claimed(CLAIM.client_id, CLAIM.key) == (CLAIM, a_check(1).id)
    for table in ("checks", "idempotency_claims", "ledger_leaves"):
        assert "Nguyen Van An" not in str(await store.rows(f"SELECT * FROM {table}"))


async def test_no_public_leaf_leads_to_a_person_or_to_another_leaf(store: Store):
    check = a_check(1)
    await store.recorder.record_check(check, CLAIM)
    await store.recorder.record_demand(a_demand(1, check.id))
    await store.recorder.record_access(AccessNote(AT, "auditor", "H41", "check_read", check.id))
    await store.recorder.record_refusal(Refusal(AT, "demo", "H41", "insufficient_scope", "/v1/checks"))
    leaves = [bytes(row.entry).decode() for row in await store.rows("SELECT entry FROM ledger_leaves ORDER BY leaf_index")]
    assert [check.id in leaf for leaf in leaves] == [True, False, False, False]
    for secret in (check.subject, check.short_code, check.dossier, "birth_certificate", "violation", "held_valid"):
        assert not any(secret in leaf for leaf in leaves)


async def test_equal_demands_and_reads_leave_unlike_digests(store: Store):
    for _ in (1, 2):
        await store.recorder.record_access(AccessNote(AT, "auditor", "H41", "check_read", "chk_1"))
    one, other = (json.loads(row.entry) for row in await store.rows("SELECT entry FROM ledger_leaves"))
    assert one["target_sha256"] != other["target_sha256"]
    assert (await store.verified()).good
