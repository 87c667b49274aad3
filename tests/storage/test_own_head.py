"""The key signs onward only what it signed itself: the owner of the database cannot make it sign for him."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from reuse_gateway.domain.errors import HeadAstray
from reuse_gateway.domain.merkle import Frontier, leaf_hash
from reuse_gateway.signing.checkpoints import CheckpointNotes
from reuse_gateway.signing.followed_ring import FollowedNotes
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.group_commit import GroupCommit, open_journal

from .builders import ORIGIN, Clocked, Store, a_check, as_owner, event, opened

NEWEST = "size = (SELECT max(size) FROM ledger_checkpoints)"


@pytest.fixture
async def filled(store: Store) -> Store:
    for number in range(3):
        await store.recorder.record_check(a_check(number), None)
    return store


def blob(store: Store, content: bytes) -> str:
    return f"'\\x{content.hex()}'::bytea" if store.url.startswith("postgres") else f"x'{content.hex()}'"


async def frontier_of(store: Store, *further: bytes) -> Frontier:
    frontier = Frontier()
    for entry in [bytes(row.entry) for row in await store.rows("SELECT entry FROM ledger_leaves ORDER BY leaf_index")]:
        frontier, _ = frontier.append(leaf_hash(entry))
    for entry in further:
        frontier, _ = frontier.append(leaf_hash(entry))
    return frontier


async def plant(store: Store, frontier: Frontier, note: bytes, root: bytes | None = None) -> None:
    """A head of the owner's own above the newest."""
    (at,) = (await store.rows("SELECT signed_at FROM ledger_checkpoints ORDER BY size DESC LIMIT 1"))[0]
    values = (frontier.root if root is None else root, frontier.packed(), note)
    columns = ", ".join(blob(store, value) for value in values)
    row = f"{frontier.size}, {frontier.size - 1}, {columns}, '{at}'"
    await as_owner(store.url, f"INSERT INTO ledger_checkpoints VALUES ({row})")


async def drop_the_last(store: Store) -> None:
    tables = ("checks", "verdicts", "ledger_leaves")
    cuts = [f"DELETE FROM {table} WHERE leaf_index = 2" for table in tables]
    await as_owner(store.url, *cuts, f"DELETE FROM ledger_checkpoints WHERE {NEWEST}")


async def refused(store: Store) -> str:
    before = await store.rows("SELECT size, note FROM ledger_checkpoints ORDER BY size")
    with pytest.raises(HeadAstray) as failure:
        await store.writer.append(event(1))
    with pytest.raises(HeadAstray):
        await store.writer.ready()
    assert await store.rows("SELECT size, note FROM ledger_checkpoints ORDER BY size") == before, "nothing was signed"
    return failure.value.code


@pytest.mark.parametrize("case", ["rubbish", "of the last head", "of another root", "by a stranger", "of another ledger"])
async def test_a_planted_leaf_is_never_signed_over(filled: Store, tmp_path: Path, case: str):
    forged = b'{"id":"forged","kind":"test"}'
    grown = await frontier_of(filled, forged)
    stranger = KeyRing(tmp_path / "stranger", create=True).all("checkpoint")
    notes = {
        "rubbish": b"rubbish",
        "of the last head": await filled.ledger.checkpoint(),
        "of another root": filled.notes.sign(grown.size, b"r" * 32),
        "by a stranger": CheckpointNotes(ORIGIN, stranger).sign(grown.size, grown.root),
        "of another ledger": CheckpointNotes("other.example/ledger", stranger).sign(grown.size, grown.root),
    }
    await plant(filled, grown, notes[case])
    told = await refused(filled)
    assert told == ("ledger_key_unknown" if case in ("by a stranger", "of another ledger") else "ledger_head_astray")


async def test_a_true_note_over_another_frontier_is_refused(filled: Store):
    grown = await frontier_of(filled, b"forged")
    true = filled.notes.sign(grown.size, b"t" * 32)
    await plant(filled, grown, true, root=b"t" * 32)
    assert await refused(filled) == "ledger_head_astray"


async def test_a_frontier_of_another_number_of_hashes_is_refused(filled: Store):
    await plant(filled, Frontier(2**30, (b"r" * 32, b"r" * 32)), b"rubbish")
    assert await refused(filled) == "ledger_head_astray"


async def test_the_running_process_never_goes_on_from_less_than_it_signed(filled: Store):
    await drop_the_last(filled)
    assert (await filled.verified()).good, "nothing in the database tells"
    assert await refused(filled) == "ledger_head_astray"


async def test_every_head_gone_is_no_new_ledger_for_the_running_process(filled: Store):
    await as_owner(filled.url, "DELETE FROM ledger_checkpoints")
    assert await refused(filled) == "ledger_head_astray"


async def test_another_root_at_the_size_that_was_signed_is_refused(filled: Store):
    changed = Frontier(3, (b"x" * 32, b"y" * 32))
    values = f"root = {blob(filled, changed.root)}, frontier = {blob(filled, changed.packed())}"
    true = blob(filled, filled.notes.sign(3, changed.root))
    await as_owner(filled.url, f"UPDATE ledger_checkpoints SET {values}, note = {true} WHERE {NEWEST}")
    assert await refused(filled) == "ledger_head_astray"


async def test_a_planted_head_refuses_the_start_too(filled: Store, ring: KeyRing):
    await plant(filled, await frontier_of(filled, b"forged"), b"rubbish")
    with pytest.raises(HeadAstray):
        async with opened(filled.url, ring, Clocked()):
            pass


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("column", ["root", "frontier", "note", "signed_at"])
async def test_a_column_of_another_type_is_a_head_astray(filled: Store, ring: KeyRing, column: str):
    await as_owner(filled.url, f"UPDATE ledger_checkpoints SET {column} = 'text' WHERE {NEWEST}")
    assert await refused(filled) == "ledger_head_astray"
    with pytest.raises(HeadAstray):
        async with opened(filled.url, ring, Clocked()):
            pass


async def test_writing_goes_on_when_the_true_head_is_back_and_a_leaf_tells_of_it(filled: Store):
    await plant(filled, await frontier_of(filled, b"forged"), b"rubbish")
    await refused(filled)
    await as_owner(filled.url, f"DELETE FROM ledger_checkpoints WHERE {NEWEST}")
    await filled.writer.ready()
    await filled.writer.append(event(2))
    (told,) = await filled.rows("SELECT ref FROM ledger_leaves WHERE kind = 'recovery'")
    assert told.ref == "ledger_head_astray"
    assert (await filled.verified()).good


async def test_a_ring_without_the_key_of_the_head_refuses_the_start(filled: Store, tmp_path: Path):
    before = await filled.ledger.checkpoint()
    with pytest.raises(HeadAstray) as failure:
        async with opened(filled.url, KeyRing(tmp_path / "other", create=True), Clocked()):
            pass
    assert failure.value.code == "ledger_key_unknown"
    assert await filled.ledger.checkpoint() == before


async def test_a_rotated_key_goes_on_from_the_head_of_the_older(filled: Store, ring: KeyRing, tmp_path: Path):
    shutil.copytree(ring.directory, tmp_path / "rotated")
    KeyRing(tmp_path / "rotated").rotate("checkpoint")
    async with opened(filled.url, KeyRing(tmp_path / "rotated"), Clocked()) as after:
        await after.writer.append(event(1))
        assert (await after.verified()).good


async def test_processes_that_write_in_turn_believe_each_other(filled: Store, ring: KeyRing):
    async with opened(filled.url, ring, Clocked()) as other:
        for turn in range(10):
            await (filled, other)[turn % 2].writer.append(event(turn))
        await asyncio.gather(*((filled, other)[number % 2].writer.append(event(100 + number)) for number in range(40)))
    assert (await filled.verified()).good
    assert await filled.ledger.size() == 53


async def test_processes_are_started_anew_one_by_one_after_a_rotation(url: str, ring: KeyRing, tmp_path: Path):
    folder = tmp_path / "rolling"
    shutil.copytree(ring.directory, folder)
    older = GroupCommit(open_journal(url, 5.0), FollowedNotes(ORIGIN, KeyRing(folder)), Clocked())
    await older.start()
    KeyRing(folder).rotate("checkpoint")
    async with opened(url, KeyRing(folder), Clocked()) as newer:
        for turn in range(4):
            await (newer.writer, older)[turn % 2].append(event(turn))
        assert (await newer.verified()).good
        await older.stop()
