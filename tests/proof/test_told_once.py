"""What is told once fills no ledger: one leaf per cosignature, fork and day, however often and by whomever it is brought."""

from __future__ import annotations

import asyncio
import json
import sqlite3

import pytest

from reuse_gateway.domain.errors import Conflict
from reuse_gateway.domain.event import Event
from reuse_gateway.signing.keys import KeyRing
from tests.storage.builders import AT, Store, as_owner, opened

from .test_witnesses import heads_of
from .witness import Witness


async def leaves(store: Store, kind: str) -> int:
    (row,) = await store.rows(f"SELECT count(*) FROM events WHERE kind = '{kind}'")
    return int(row[0])


async def test_one_line_posted_many_times_at_once_is_one_leaf(kept: Store) -> None:
    one, other = Witness(), Witness("other.example/w")
    heads, note = heads_of(kept, one, other), await kept.ledger.checkpoint()
    before = await kept.ledger.size()
    added = await asyncio.gather(*(heads.add(one.cosigned(note, AT)) for _ in range(30)))
    assert sum(new for _, new in added) == 1
    assert await heads.add(other.cosigned(note, AT)) == (6, 1), "another witness is heard"
    assert (await leaves(kept, "checkpoint.cosigned"), await kept.ledger.size()) == (2, before + 2)
    assert (await kept.verified()).good


async def test_a_forked_note_is_told_once_and_always_refused(kept: Store) -> None:
    witness = Witness()
    heads = heads_of(kept, witness)
    for root in (b"r", b"s"):
        forked = witness.cosigned(kept.notes.sign(6, root * 32), AT)
        for _ in range(3):
            refused = await asyncio.gather(*(heads.add(forked) for _ in range(8)), return_exceptions=True)
            assert {getattr(each, "code", "") for each in refused} == {"ledger_forked"}
    assert await leaves(kept, "checkpoint.forked") == 2, "each other history once"
    assert (await kept.verified()).good


async def test_a_fork_that_is_known_is_not_even_tried_to_be_written(kept: Store) -> None:
    witness = Witness()
    forked = witness.cosigned(kept.notes.sign(6, b"r" * 32), AT)
    with pytest.raises(Conflict):
        await heads_of(kept, witness).add(forked)
    await kept.writer.stop()
    with pytest.raises(Conflict, match="ledger_forked"):
        await heads_of(kept, witness).add(forked)


async def test_several_processes_tell_one_head_a_day(kept: Store, ring: KeyRing) -> None:
    async with opened(kept.url, ring, kept.clock) as second:
        several = [heads_of(store) for store in (kept, second, kept, second, kept)]
        told = await asyncio.gather(*(heads.publish() for heads in several))
    assert told.count(True) == 1
    assert await leaves(kept, "checkpoint.daily") == 1
    assert (await kept.verified()).good


async def test_what_happens_often_is_told_as_often(kept: Store) -> None:
    for _ in range(2):
        await kept.recorder.record_event(Event("source.down", AT, {"source": "land"}))
    assert await leaves(kept, "source.down") == 2


@pytest.mark.parametrize("bend", [("event_once", "checkpoint.daily 2026-11-24"), ("event", "checkpoint.daily")])
async def test_a_leaf_that_tells_another_day_than_its_event_is_found(kept: Store, bend: tuple[str, str]) -> None:
    await heads_of(kept).publish()
    kind, code = bend
    (row,) = await kept.rows("SELECT leaf_index, entry FROM ledger_leaves WHERE kind = 'event_once'")
    entry = json.dumps(json.loads(row.entry) | {"kind": kind, "code": code}, separators=(",", ":"), sort_keys=True).encode()
    blob = f"'\\x{entry.hex()}'" if kept.url.startswith("postgres") else f"x'{entry.hex()}'"
    change = f"UPDATE ledger_leaves SET entry = {blob}, kind = '{kind}', ref = '{code}' WHERE leaf_index = {row.leaf_index}"
    await as_owner(kept.url, change)
    assert ("events_changed", row.leaf_index) in await kept.found()


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT"])
async def test_no_leaf_gives_way_to_another_that_tells_the_same(kept: Store, verb: str) -> None:
    await heads_of(kept).publish()
    connection = sqlite3.connect(kept.url.removeprefix("sqlite:///"), isolation_level=None)
    with pytest.raises(sqlite3.IntegrityError, match=r"a row stands at ledger_leaves\.ref"):
        connection.execute(
            f"{verb} INTO ledger_leaves SELECT 999, entry, hash, kind, ref FROM ledger_leaves WHERE kind = 'event_once'"
        )
    connection.close()
