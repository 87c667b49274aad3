"""Every kind of tampering is found and named, on both engines, by someone who trusts no stored hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from reuse_gateway.application.ports import AccessNote, Claim, Refusal
from reuse_gateway.domain.merkle import leaf_hash
from reuse_gateway.signing.checkpoints import CheckpointNotes
from reuse_gateway.signing.keys import KeyRing

from .builders import AT, ORIGIN, Store, a_check, a_demand, as_owner, event, opened

CHECKS = "UPDATE checks SET"
OTHER = "leaf_index = 0, check_id = (SELECT check_id FROM checks WHERE leaf_index = 0)"
SWAPPED = f"UPDATE idempotency_claims SET {OTHER} WHERE leaf_index = 2"


async def fill(store: Store) -> bytes:
    """Checks at 0..2, a demand at 3, a refusal at 4, a read at 5, checks at 6 and 7, each with its own checkpoint."""
    for number in range(3):
        await store.recorder.record_check(a_check(number), Claim("demo", f"key{number}", b"f" * 32))
    await store.recorder.record_demand(a_demand(1, a_check(1).id, papers=2))
    await store.recorder.record_refusal(Refusal(AT, "demo", "H41", "insufficient_scope", "/v1/checks"))
    await store.recorder.record_access(AccessNote(AT, "demo", "H41", "violations_read", "page"))
    for number in range(6, 8):
        await store.recorder.record_check(a_check(number), None)
    return await store.ledger.checkpoint()


async def test_an_untouched_ledger_is_good_also_against_every_checkpoint_kept_outside(store: Store):
    kept = [await store.ledger.checkpoint(), await fill(store)]
    report = await store.verified(*kept)
    assert report.good, report.findings
    assert (report.size, report.checkpoints) == (8, 9)


async def test_several_pages_of_leaves_verify(store: Store):
    import asyncio

    await asyncio.gather(*(store.writer.append(event(number)) for number in range(5_000)))
    seen = []
    from reuse_gateway.storage.verify import verify_ledger

    report = await verify_ledger(
        store.reads, store.notes.open, progress=lambda done, everything: seen.append((done, everything))
    )
    assert report.good, report.findings
    assert seen == [(2048, 5000), (4096, 5000), (5000, 5000)]


@pytest.mark.parametrize(
    ("statement", "what", "index"),
    [
        (f"{CHECKS} body = replace(body, 'held_valid', 'not_held') WHERE leaf_index = 1", "row_not_in_leaf", 1),
        (f"{CHECKS} body = '[]' WHERE leaf_index = 1", "row_unreadable", 1),
        (f"{CHECKS} decided_at = '2026-11-22T06:18:58.123456Z' WHERE leaf_index = 1", "row_changed", 1),
        (f"{CHECKS} agency = 'H41.99' WHERE leaf_index = 2", "row_changed", 2),
        (f"{CHECKS} leaf_index = 50 WHERE leaf_index = 2", "row_without_leaf", 50),
        (f"{CHECKS} leaf_index = -1 WHERE leaf_index = 2", "leaf_without_row", 2),
        ("DELETE FROM checks WHERE leaf_index = 6", "leaf_without_row", 6),
        ("DELETE FROM checks WHERE leaf_index = 2", "claim_without_check", 2),
        ("DELETE FROM idempotency_claims WHERE leaf_index = 2", "claim_changed", 2),
        ("UPDATE idempotency_claims SET key = key || 'x' WHERE leaf_index = 2", "claim_changed", 2),
        ("UPDATE idempotency_claims SET fingerprint = hash FROM ledger_leaves l WHERE l.leaf_index = 2", "claim_changed", 2),
        ("UPDATE idempotency_claims SET client_id = 'other' WHERE leaf_index = 2", "claim_changed", 2),
        ("UPDATE idempotency_claims SET claimed_at = '2020-01-01T00:00:00.000000Z' WHERE leaf_index = 2", "claim_changed", 2),
        (SWAPPED, "claim_changed", 0),
        ("UPDATE audit_events SET target = 'chk_other' WHERE leaf_index = 5", "row_not_in_leaf", 5),
        ("UPDATE verdicts SET decision = 'may_ask' WHERE leaf_index = 0 AND position = 0", "row_changed", 0),
        ("DELETE FROM verdicts WHERE leaf_index = 0 AND position = 1", "row_count", 0),
        ("UPDATE violations SET personal_liability = false WHERE leaf_index = 3", "row_changed", 3),
        ("DELETE FROM violations WHERE ref = 'p1'", "row_changed", 3),
        ("DELETE FROM demands", "leaf_without_row", 3),
        ("UPDATE demands SET agency = 'H41.99'", "row_changed", 3),
        ("UPDATE audit_events SET code = 'fine' WHERE leaf_index = 4", "row_not_in_leaf", 4),
        ("DELETE FROM audit_events WHERE leaf_index = 5", "leaf_without_row", 5),
        ("DELETE FROM ledger_leaves WHERE leaf_index = 1", "leaf_missing", 1),
        ("DELETE FROM ledger_leaves WHERE leaf_index = 7", "leaf_missing", 7),
        ("UPDATE ledger_leaves SET leaf_index = 900000 WHERE leaf_index = 7", "leaf_without_checkpoint", 900000),
        ("UPDATE ledger_leaves SET ref = 'chk_other' WHERE leaf_index = 1", "leaf_label", 1),
        ("UPDATE ledger_checkpoints SET root = frontier WHERE size = 7", "checkpoint_root", 7),
        ("DELETE FROM ledger_checkpoints WHERE size = 4", "checkpoint_missing", 5),
        ("DELETE FROM ledger_checkpoints WHERE size = 8", "leaf_without_checkpoint", 7),
        ("UPDATE ledger_checkpoints SET signed_at = '2020-01-01T00:00:00.000000Z' WHERE size = 4", "checkpoint_back_dated", 4),
        ("UPDATE ledger_subtrees SET position = 7", "subtree", 0),
    ],
)
async def test_each_change_past_the_triggers_is_found_and_named(store: Store, statement: str, what: str, index: int):
    await fill(store)
    if what == "subtree":
        import asyncio

        await asyncio.gather(*(store.writer.append(event(number)) for number in range(300)))
    await as_owner(store.url, statement)
    assert (what, index) in await store.found()


async def test_two_swapped_leaves_are_found_even_with_their_rows_and_hashes(store: Store):
    await fill(store)
    tables = ("ledger_leaves", "checks", "verdicts", "idempotency_claims")
    moves = ((0, -9), (1, 0), (-9, 1))
    steps = [f"UPDATE {table} SET leaf_index = {new} WHERE leaf_index = {old}" for table in tables for old, new in moves]
    await as_owner(store.url, *steps)
    wounds = {(what, size) for what in ("checkpoint_root", "checkpoint_frontier") for size in (1, 2)}
    assert await store.found() == wounds


async def test_one_wound_is_not_told_at_every_later_checkpoint(store: Store):
    await fill(store)
    other = b'{"id":"chk_x","kind":"check"}'
    blob = f"'\\x{other.hex()}'" if store.url.startswith("postgres") else f"x'{other.hex()}'"
    await as_owner(store.url, f"UPDATE ledger_leaves SET entry = {blob} WHERE leaf_index = 2")
    assert await store.found() == {
        ("leaf_hash", 2), ("leaf_label", 2), ("row_not_in_leaf", 2), ("checkpoint_root", 3), ("checkpoint_frontier", 3)
    }  # fmt: skip


async def cut_the_tail(store: Store, size: int) -> None:
    tables = ("checks", "verdicts", "demands", "violations", "audit_events", "ledger_leaves", "idempotency_claims")
    cuts = [f"DELETE FROM {table} WHERE leaf_index >= {size}" for table in tables]
    await as_owner(store.url, *cuts, f"DELETE FROM ledger_checkpoints WHERE size > {size}")


async def test_a_clean_cut_of_the_tail_shows_only_against_a_checkpoint_kept_outside(store: Store):
    kept = await fill(store)
    await cut_the_tail(store, 6)
    assert await store.found() == set()
    assert await store.found(kept) == {("tail_cut", 6)}


async def test_a_log_rewritten_with_the_true_key_shows_against_a_checkpoint_kept_outside(store: Store, ring: KeyRing):
    kept = await fill(store)
    await cut_the_tail(store, 6)
    async with opened(store.url, ring, store.clock) as after:
        await after.recorder.record_check(a_check(70), None)
        await after.recorder.record_check(a_check(80), None)
    assert await store.found() == set()
    assert await store.found(kept) == {("kept_checkpoint", 8)}


async def test_a_forged_note_is_found(store: Store, tmp_path: Path):
    await fill(store)
    (row,) = await store.rows("SELECT root FROM ledger_checkpoints WHERE size = 5")
    forger = CheckpointNotes(ORIGIN, KeyRing(tmp_path / "forger", create=True).all("checkpoint"))
    forged = forger.sign(5, bytes(row.root)).hex()
    blob = f"'\\x{forged}'" if store.url.startswith("postgres") else f"x'{forged}'"
    await as_owner(store.url, f"UPDATE ledger_checkpoints SET note = {blob} WHERE size = 5")
    assert await store.found() == {("checkpoint_note", 5)}
    assert await store.found(forger.sign(3, leaf_hash(b""))) == {("checkpoint_note", 5), ("kept_note_invalid", 0)}


async def test_a_note_of_another_size_is_found(store: Store):
    await fill(store)
    await as_owner(
        store.url,
        "UPDATE ledger_checkpoints SET note = (SELECT o.note FROM ledger_checkpoints o WHERE o.size = 4) WHERE size = 5",
    )
    assert await store.found() == {("checkpoint_note", 5)}


async def test_a_swapped_key_fails_every_checkpoint(store: Store, tmp_path: Path):
    await fill(store)
    other = CheckpointNotes(ORIGIN, KeyRing(tmp_path / "other", create=True).all("checkpoint"))
    report = await store.verified(notes=other)
    assert {finding.what for finding in report.findings} == {"checkpoint_note"}
    assert report.count == 9


async def test_a_rotated_key_signs_and_the_older_one_still_verifies(store: Store, ring: KeyRing, tmp_path: Path):
    import shutil

    shutil.copytree(ring.directory, tmp_path / "rotated")
    KeyRing(tmp_path / "rotated").rotate("checkpoint")
    await fill(store)
    both = CheckpointNotes(ORIGIN, KeyRing(tmp_path / "rotated").all("checkpoint"))
    assert (await store.verified(both.sign(*both.open(await store.ledger.checkpoint())), notes=both)).good
