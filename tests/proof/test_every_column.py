"""Not one column of what is recorded can be changed, not one row taken away or put in, without `ledger verify` finding it.

The attacker owns the database: triggers are gone. Columns are taken from the schema, so that a new table is attacked too.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Row, Table, UniqueConstraint, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

import reuse_gateway.storage
from reuse_gateway.bootstrap_keys import key_ring
from reuse_gateway.signing.checkpoints import CheckpointNotes
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import Instant, metadata
from reuse_gateway.storage.verify import verify_ledger
from reuse_gateway.storage.verify_bound import BOUND
from tests.storage.builders import unguarded

from .running_house import AN, Running, house, settings_for

# Tables that no leaf binds, and docs/proof.md says so: bookkeeping of webhooks, and keys that must be able to go for good.
BOOKKEEPING = {"webhook_standings", "webhook_attempts", "person_keys"}
ATTACKED = {
    "checks", "verdicts", "idempotency_claims", "demands", "violations", "case_violations", "events", "audit_events",
    "case_steps", "webhook_subscriptions", "saved_filters",
}  # fmt: skip
Verify = Callable[[], Awaitable[bool]]
WHY = "for the monitor of the province"


def every_table() -> dict[str, Table]:
    for module in pkgutil.iter_modules(reuse_gateway.storage.__path__):
        importlib.import_module(f"reuse_gateway.storage.{module.name}")
    return dict(metadata.tables)


def test_every_table_is_verified_or_named_as_bookkeeping() -> None:
    folder = Path(reuse_gateway.storage.__file__).parent
    read = {word for path in folder.glob("verify*.py") for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    unread = every_table().keys() - read - BOOKKEEPING
    assert unread == set(), "bind its rows to leaves and verify them, or say why nothing rests on it"


async def story(here: Running) -> None:
    """Something of every kind that an ordinary day brings."""
    item = {"procedure": "1.000894", "subject": AN, "items": [{"ref": "a", "evidence_type": "household_book"}]}
    answer = await here.call("POST", "/v1/checks", "demo-intake", json=item, headers={"idempotency-key": "key-1"})
    assert answer.status_code == 200, answer.text
    violation = await here.violation()
    moved = {"to": "notified", "reason": "thông báo cho cơ quan"}
    hook = {"url": "https://siem.example/x", "kinds": ["violation.*"], "reason": WHY}
    calls: Sequence[tuple[str, str, dict[str, Any]]] = (
        ("POST", f"/v1/violations/{violation}/transitions", moved),
        ("POST", "/v1/admin/webhooks", hook),
        ("PUT", "/v1/filters/heavy", {"q": "severity:high", "title": "Vi phạm nặng"}),
    )
    for method, path, body in calls:
        answer = await here.call(method, path, json=body, headers={"if-none-match": "*"} if method == "PUT" else {})
        assert answer.status_code in (200, 201), answer.text
    assert (await here.call("GET", f"/v1/violations/{violation}", "demo-auditor")).status_code == 200


@asynccontextmanager
async def attacked(url: str, folder: Path) -> AsyncIterator[tuple[Verify, AsyncEngine]]:
    """A store with a day in it, its guards gone: does it verify, and the owner's connection."""
    settings = settings_for(folder / "home", database_url=url, webhooks_every_s=0, probe_sources=False, case_clocks_every_s=0)
    async with house(settings) as here:
        await story(here)
    await unguarded(url)
    engine = build_engine(url, pool_size=2)
    notes = CheckpointNotes(settings.origin, key_ring(settings).all("checkpoint"))

    async def good() -> bool:
        report = await verify_ledger(Reads(engine, 30), notes.open)
        return all(finding.what == "schema_changed" for finding in report.findings)

    assert await good()
    try:
        yield good, engine
    finally:
        await engine.dispose()


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_no_column_can_be_changed_unseen(url: str, tmp_path: Path) -> None:
    async with attacked(url, tmp_path) as (good, engine):
        unseen, tables = [], set()
        for table in BOUND:
            row = await last_row(engine, table)
            if row is None:
                continue
            tables.add(table.name)
            for column in table.columns:
                async with bent(engine, table, row, column):
                    if await good():
                        unseen.append(f"{table.name}.{column.name}")
        assert unseen == []
        assert tables >= ATTACKED
        assert await good(), "and everything is as it was"


async def test_no_row_can_be_taken_away_or_put_in_unseen(url: str, tmp_path: Path) -> None:
    async with attacked(url, tmp_path) as (good, engine):
        unseen = []
        for table in BOUND:
            row = await last_row(engine, table)
            if row is None:
                continue
            await run(engine, delete(table).where(*is_row(table, row)))
            if await good():
                unseen.append(f"{table.name} taken away")
            await run(engine, insert(table).values(row._asdict()))
            await run(engine, insert(table).values(another(table, row)))
            if await good():
                unseen.append(f"{table.name} put in")
            await run(engine, delete(table).where(*is_row(table, another(table, row))))
        assert unseen == []
        assert await good()


async def last_row(engine: AsyncEngine, table: Table) -> Row[Any] | None:
    async with engine.connect() as connection:
        return (await connection.execute(select(table).order_by(table.c.leaf_index.desc()).limit(1))).first()


async def run(engine: AsyncEngine, statement: Any) -> None:
    async with engine.begin() as connection:
        assert (await connection.execute(statement)).rowcount == 1, statement


def is_row(table: Table, row: Any) -> Iterator[Any]:
    told = row if isinstance(row, dict) else row._asdict()
    return (table.c[key.name] == told[key.name] for key in table.primary_key.columns)


@asynccontextmanager
async def bent(engine: AsyncEngine, table: Table, row: Row[Any], column: Column[Any]) -> AsyncIterator[None]:
    """One value changed for as long as the block lasts."""
    was, told = row._asdict(), row._asdict()
    told[column.name] = changed(column, was[column.name])
    await run(engine, update(table).where(*is_row(table, was)).values({column.name: told[column.name]}))
    yield
    await run(engine, update(table).where(*is_row(table, told)).values({column.name: was[column.name]}))


CHANGES: dict[type, Callable[[Any], Any]] = {
    bool: lambda value: not value,
    int: lambda value: value + 1_000,
    str: lambda value: f"{value}x",
    bytes: lambda value: value + b"x",
    datetime: lambda value: value - timedelta(days=400),
    date: lambda value: value - timedelta(days=400),
    float: lambda value: value + 1,
}


def changed(column: Column[Any], value: Any) -> Any:
    if value is not None:
        return CHANGES[type(value)](value)
    some: dict[type, Any] = {int: 7, str: "x", bytes: b"x", bool: True, date: date(2020, 1, 1), float: 1.0}
    return datetime(2020, 1, 1, tzinfo=UTC) if isinstance(column.type, Instant) else some[column.type.python_type]


def another(table: Table, row: Row[Any]) -> dict[str, Any]:
    """A row of the same kind under keys of its own, beside the same leaf where the schema allows it."""
    told = row._asdict()
    unique = {column.name for each in table.constraints if isinstance(each, UniqueConstraint) for column in each.columns}
    unique |= {column.name for each in table.indexes if each.unique for column in each.columns}
    unique |= {column.name for column in table.primary_key.columns}
    for name in unique:
        if told[name] is not None:
            told[name] = changed(table.c[name], told[name])
    return told
