"""The owner of the database as the attacker: what is found by the ledger alone, and what only by a head kept elsewhere.

Each attack is made three times: clumsily (rows only), with everything rebuilt but without the ledger's key, and with the key.
The last is the control: the ledger alone must find nothing wrong with it, or the forgery was not a good one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from reuse_gateway.domain.errors import ProofError
from reuse_gateway.domain.merkle import Frontier, leaf_hash, verify_consistency
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.exports.pack_zip import ZippedPack
from reuse_gateway.signing.checkpoints import CheckpointNotes, open_note
from reuse_gateway.signing.keys import KeyRing
from tests.storage.builders import ORIGIN, Store, a_check, as_owner

from .builders import packed
from .forging import Leaf, body_of, in_postgres, in_sqlite, leaves, moved, rebuilt, said_anew, swapped


@dataclass(frozen=True)
class Forgery:
    """Leaves as the attacker wants them, and what he does to the rows so that these agree."""

    leaves: list[Leaf]
    statements: list[str]


async def changed(store: Store) -> Forgery:
    """The violation made a light one."""
    told, body = await leaves(store), await body_of(store, "demands", 3)
    light = body.replace('"severity":"high"', '"severity":"low"')
    assert light != body
    told[3] = said_anew(told[3], light)
    rows = ["UPDATE violations SET severity = 'low' WHERE leaf_index = 3"]
    return Forgery(told, [*rows, f"UPDATE demands SET body = '{light}' WHERE leaf_index = 3"])


async def deleted(store: Store) -> Forgery:
    """The demand gone with all that stood beside it, the rest moved together."""
    told = await leaves(store)
    del told[3]
    tables = ("demands", "violations", "seen_defects", "events", "case_violations")
    return Forgery(told, [*(f"DELETE FROM {table} WHERE leaf_index = 3" for table in tables), *moved(4, -1)])


async def reordered(store: Store) -> Forgery:
    """The check behind the demand that it had warned of: nobody was told in time."""
    told = await leaves(store)
    told[1], told[3] = told[3], told[1]
    return Forgery(told, swapped(1, 3))


async def back_dated(store: Store) -> Forgery:
    """The demand made two years earlier, under another law."""
    told, body = await leaves(store), await body_of(store, "demands", 3)
    early = body.replace('"made_at":"2026-11-23T05', '"made_at":"2024-11-23T05')
    assert early != body
    told[3] = said_anew(told[3], early)
    year = "made_at = '2024-11-23T05:18:58.123456Z' WHERE leaf_index = 3"
    rows = [f"UPDATE violations SET {year}", f"UPDATE demands SET {year}"]
    return Forgery(told, [*rows, f"UPDATE demands SET body = '{early}' WHERE leaf_index = 3"])


ATTACKS: list[Callable[[Store], Awaitable[Forgery]]] = [changed, deleted, reordered, back_dated]


def stranger(folder: Path) -> CheckpointNotes:
    """Notes of the same name under a key of the attacker's own."""
    return CheckpointNotes(ORIGIN, KeyRing(folder / "stranger", create=True).all("checkpoint"))


@pytest.mark.parametrize("attack", ATTACKS)
async def test_rows_that_were_tampered_with_are_found_by_the_ledger_alone(kept: Store, attack) -> None:
    assert (await kept.verified()).good
    await as_owner(kept.url, *(await attack(kept)).statements)
    assert await kept.found()


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_tree_rebuilt_without_the_key_is_found_by_the_ledger_alone(kept: Store, tmp_path: Path, attack) -> None:
    forged = await attack(kept)
    await rebuilt(kept, forged.leaves, stranger(tmp_path).sign, *forged.statements)
    assert {what for what, _ in await kept.found()} == {"checkpoint_note"}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_tree_rebuilt_with_the_key_is_found_by_a_checkpoint_kept_elsewhere(kept: Store, attack) -> None:
    note, forged = await kept.ledger.checkpoint(), await attack(kept)
    await rebuilt(kept, forged.leaves, kept.notes.sign, *forged.statements)
    assert (await kept.verified()).good, "nothing within one database can show this: docs/proof.md says so"
    expected = "tail_cut" if attack is deleted else "kept_checkpoint"
    assert {what for what, _ in await kept.found(note)} == {expected}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_tree_rebuilt_with_the_key_is_found_by_a_pack_handed_out_before(kept: Store, tmp_path: Path, attack) -> None:
    pack, forged = await packed(kept), await attack(kept)
    await rebuilt(kept, forged.leaves, kept.notes.sign, *forged.statements)
    (tmp_path / "pack.zip").write_bytes(pack)
    opened = ZippedPack(tmp_path / "pack.zip")
    assert await kept.found(opened.read("ledger/checkpoint"))
    opened.close()


async def test_a_swapped_key_is_found_by_whoever_holds_the_public_key(kept: Store, tmp_path: Path) -> None:
    """Everything signed anew, key ring and all: the house itself sees nothing, its auditors do."""
    swapped_in, note = stranger(tmp_path), await kept.ledger.checkpoint()
    await rebuilt(kept, await leaves(kept), swapped_in.sign)
    assert (await kept.verified(notes=swapped_in)).good
    newest = await kept.ledger.checkpoint()
    with pytest.raises(ProofError, match="no signature of a known key"):
        open_note(newest, kept.notes.keys)
    assert {what for what, _ in {(f.what, f.index) for f in (await kept.verified(note, notes=swapped_in)).findings}} == {
        "kept_note_invalid"
    }
    assert {what for what, _ in await kept.found()} == {"checkpoint_note"}


async def test_a_forked_log_is_found_by_two_heads_of_one_size(kept: Store) -> None:
    """One history for the inspectors, another for the agency: two heads under one key that no tree can both have."""
    told, seen = await leaves(kept), await kept.ledger.checkpoint()
    await kept.recorder.record_check(a_check(20), None)
    inspectors = await kept.ledger.checkpoint()
    forged = await changed(kept)
    await rebuilt(kept, forged.leaves, kept.notes.sign, *forged.statements)
    agency = await kept.ledger.checkpoint()
    one, other = open_note(inspectors, kept.notes.keys), open_note(agency, kept.notes.keys)
    assert (one.size, one.origin) == (other.size, other.origin)
    assert one.root != other.root
    assert {what for what, _ in await kept.found(inspectors)} == {"kept_checkpoint"}
    path = await kept.ledger.consistency(len(told), other.size)
    with pytest.raises(ProofError):
        verify_consistency(len(told), other.size, path, open_note(seen, kept.notes.keys).root, other.root)


async def test_a_backup_put_back_is_found_by_a_checkpoint_kept_elsewhere_and_by_nothing_else(kept: Store) -> None:
    note = await kept.ledger.checkpoint()
    tables = ("checks", "verdicts")
    cut = [f"DELETE FROM {table} WHERE leaf_index >= 5" for table in (*tables, "ledger_leaves")]
    await as_owner(kept.url, *cut, "DELETE FROM ledger_checkpoints WHERE size > 5")
    assert (await kept.verified()).good
    assert await kept.found(note) == {("tail_cut", 5)}


async def test_an_old_head_put_back_into_a_grown_log_is_found(kept: Store) -> None:
    note = BytesIO(await kept.ledger.checkpoint()).getvalue()
    await kept.recorder.record_check(a_check(21), None)
    assert await kept.found(note) == set(), "an older head of the same tree is no finding"
    await as_owner(kept.url, "DELETE FROM ledger_checkpoints WHERE size > 6")
    assert {what for what, _ in await kept.found()} == {"leaf_without_checkpoint", "row_without_leaf"}


FALSE = {"v": 1, "kind": "event", "code": "case.moved"}


@pytest.mark.parametrize(
    ("told_at", "signed_at", "what"),
    [
        ("2025-11-23T06:18:58.123Z", "2026-11-23 06:18:58.123456+00:00", "checkpoint_late"),
        ("2025-11-23T06:18:58.123Z", "2025-11-23 06:18:58.123456+00:00", "checkpoint_back_dated"),
    ],
)
async def test_a_row_added_with_the_key_and_dated_back_is_found(kept: Store, told_at: str, signed_at: str, what: str) -> None:
    """A check that was never made, put in with all that belongs to it: the agency had been told a year ago."""
    await appended(kept, FALSE | {"at": told_at}, signed_at)
    assert (what, 7) in await kept.found()


async def test_a_row_added_with_the_key_and_dated_today_is_a_lie_that_no_ledger_finds(kept: Store) -> None:
    """Control: it is what the gateway itself would write. Only what is not there tells: the answer that nobody ever got."""
    note = await kept.ledger.checkpoint()
    await appended(kept, FALSE, "2026-11-23 06:18:58.123456+00:00")
    assert await kept.found(note) == set()


async def appended(store: Store, entry: dict[str, object], signed_at: str) -> None:
    """One leaf more under a head that the true key signed, at an instant that no signature covers."""
    frontier = Frontier()
    for leaf in await leaves(store):
        frontier, _ = frontier.append(leaf_hash(leaf.entry))
    leaf = canonical(entry)
    frontier, _ = frontier.append(leaf_hash(leaf))
    postgres = store.url.startswith("postgresql")
    literal = in_postgres if postgres else in_sqlite
    at = signed_at if postgres else signed_at.replace(" ", "T").replace("+00:00", "Z")
    grown, note = frontier.packed(), store.notes.sign(7, frontier.root)
    await as_owner(
        store.url,
        f"INSERT INTO ledger_leaves VALUES (6, {literal(leaf)}, {literal(leaf_hash(leaf))}, 'event', 'case.moved')",
        f"INSERT INTO ledger_checkpoints VALUES (7, 6, {literal(frontier.root)}, {literal(grown)}, {literal(note)}, '{at}')",
    )
