"""The probe log at rest, on both engines: leaves bind every column and are silent about how much was asked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from reuse_gateway.domain.event import Event
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.probe_log import StoredProbeLog
from tests.storage.builders import AT, Clocked, Store, as_owner, opened

from .builders import DEGRADED, DOWN, OK, after, observed

FULL = observed(
    DEGRADED, 0, 60, probes=4, probes_failed=1, calls=77, calls_failed=9, p50_ms=31, p95_ms=999, trouble="bad_answer"
)
FELL = Event("source.down", after(60), {"source": "population", "state": "down", "before": "degraded"})


async def told(store: Store) -> None:
    await store.recorder.record_health((FULL, replace(FULL, source="tax")), (FELL,))
    await store.recorder.record_health((observed(DOWN, 60, 90.000001),), ())


async def test_the_log_comes_back_as_it_was_written_and_verifies(store: Store) -> None:
    await told(store)
    log = StoredProbeLog(store.reads)
    found = await log.evidence("population", AT, after(1000))
    assert [each.observation for each in found] == [FULL, observed(DOWN, 60, 90.000001)]
    assert [each.leaf_index for each in found] == [0, 1]
    assert await log.last_states() == {"population": DOWN, "tax": DEGRADED}
    assert (await store.verified()).good


@pytest.mark.parametrize(("start", "end", "many"), [(0, 60, 1), (59, 61, 2), (-9, 0, 0), (60, 61, 1), (91, 99, 0)])
async def test_only_what_tells_of_an_instant_between_is_evidence(store: Store, start: float, end: float, many: int) -> None:
    await told(store)
    assert len(await StoredProbeLog(store.reads).evidence("population", after(start), after(end))) == many


@pytest.mark.parametrize(
    "change",
    [
        "state = 'ok'", "source = 'tax'", "to_at = from_at", "observer = 'obs_2'", "probes_failed = 0", "calls = 0",
        "calls_failed = 0", "p50_ms = NULL", "p95_ms = 1", "trouble = NULL", "salt = 'x'",
    ],
)  # fmt: skip
async def test_an_altered_row_is_found(store: Store, change: str) -> None:
    await told(store)
    await as_owner(store.url, f"UPDATE source_health SET {change} WHERE leaf_index = 0 AND position = 0")
    assert 0 in {index for _, index in await store.found()}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM source_health WHERE leaf_index = 0 AND position = 1",
        "DELETE FROM source_health WHERE leaf_index = 0",
        "UPDATE source_health SET position = 5 WHERE leaf_index = 0 AND position = 1",
        "UPDATE source_health SET leaf_index = 7 WHERE leaf_index = 0",
        "DELETE FROM events",
    ],
)
async def test_a_row_that_is_gone_or_elsewhere_is_found(store: Store, statement: str) -> None:
    await told(store)
    await as_owner(store.url, statement)
    assert await store.found()


@pytest.mark.parametrize("statement", ["UPDATE source_health SET state = 'ok'", "DELETE FROM source_health"])
async def test_the_database_itself_refuses_to_change_the_log(store: Store, statement: str) -> None:
    await told(store)
    engine = build_engine(store.url, pool_size=1)
    with pytest.raises(DBAPIError, match="insert-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    await engine.dispose()
    assert (await store.verified()).good


async def test_the_application_role_suffices_to_keep_the_log(url: str, ring: KeyRing) -> None:
    role = "reuse_gateway_app" if url.startswith("postgresql") else None
    async with opened(url, ring, Clocked(), role=role) as store:
        await told(store)
        assert (await store.verified()).good


async def test_the_public_leaf_says_states_and_probes_and_not_how_much_was_asked(store: Store) -> None:
    await told(store)
    entry = json.loads(bytes((await store.rows("SELECT entry FROM ledger_leaves WHERE leaf_index = 0"))[0][0]))
    span = ["2026-11-23T06:18:58.123456Z", "2026-11-23T06:19:58.123456Z"]
    assert [row[:-1] for row in entry["rows"]] == [
        [source, *span, "degraded", "obs_1", 4, 1] for source in ("population", "tax")
    ]
    assert len({row[-1] for row in entry["rows"]}) == 2, "equal figures must not be seen to be equal"
    assert {len(row[-1]) for row in entry["rows"]} == {64}


async def test_events_without_an_observation_have_a_leaf_of_their_own(store: Store) -> None:
    await store.recorder.record_health((), (FELL,))
    assert (await store.verified()).good
    assert await store.rows("SELECT * FROM source_health") == []
    assert len(await store.rows("SELECT * FROM events")) == 1


async def test_a_quiet_log_says_nothing(store: Store) -> None:
    log = StoredProbeLog(store.reads)
    assert await log.evidence("population", AT, after(60)) == []
    assert await log.last_states() == {}
    assert OK not in (await log.last_states()).values()
