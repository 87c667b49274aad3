"""Violations made up in bulk by a fixed seed, put straight into the tables with their cases: for measuring reads alone."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import asyncpg

from reuse_gateway.domain.case import Fingerprint

NEWEST = datetime(2026, 11, 23, tzinfo=UTC)
SPAN = timedelta(days=730)
_PAPERS = ("birth_certificate", "id_card", "marital_status", "land_use_certificate", "residence_confirmation", "household_book")
_RARE = "judicial_record"
_PROCEDURES = [f"1.{number:06d}" for number in range(1001, 1041)]
_KINDS = ("counter", "intake_receipt", "supplement_request", "online_form", "citizen_report")
_MARKS = ", ".join("?" * 16)
_PUT_OFF = (
    "SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ('violations', 'case_violations') "
    "AND type IN ('index', 'trigger') AND sql IS NOT NULL"
)
_PUT_OFF_POSTGRESQL = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'violations' AND indexname LIKE 'ix_%'"
Row = tuple
_BATCH = 20_000


def rows(count: int, seed: int = 20_261_123) -> Iterator[tuple[Row, Row]]:
    """Columns of `violations` and of `case_violations`, the oldest first."""
    chance = random.Random(seed)
    agencies = [f"H41.{branch}.{unit}" if unit else f"H41.{branch}" for branch in range(1, 21) for unit in range(15)]
    weights = [1 / (rank + 1) for rank in range(len(agencies))]
    cases: dict[tuple[str, str, str], str] = {}
    for number in range(count):
        at = NEWEST - SPAN + SPAN * (number / count)
        agency = chance.choices(agencies, weights)[0]
        paper = _RARE if chance.random() < 0.001 else chance.choice(_PAPERS)
        procedure, named = chance.choice(_PROCEDURES), f"vio_{number:032x}"
        key = (agency, procedure, paper)
        case = cases.get(key) or cases.setdefault(key, Fingerprint(*key).case_id)
        severity = chance.choices(("high", "medium", "low"), (80, 18, 2))[0]
        index = number - count  # below all that the ledger will hold: an export sees only what stands below its head
        told = (
            index,
            named,
            f"V{chance.randrange(1, 17):02d}",
            f"dem_{number:032x}",
            f"chk_{number:032x}",
            "a",
            paper,
            agency,
        )
        more = (procedure, chance.choice(("population", "land", None)), severity, False, '["NQ-66.7-2025"]', at, None)
        yield (*told, *more, chance.choice(_KINDS)), (index, 0, named, case, None)


async def load(url: str, count: int) -> None:
    """Everything in one go; then the planner's statistics, as autovacuum would bring them."""
    if "sqlite" in url:
        await asyncio.to_thread(_into_sqlite, url.partition(":///")[2], count)
    else:
        await _into_postgresql(url.replace("+asyncpg", ""), count)


def _into_sqlite(file: str, count: int) -> None:
    """Indexes and guards go for the loading and come back as they were: each row into ten trees takes longer than a sort."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN")
    put_off = connection.execute(_PUT_OFF).fetchall()
    for kind, name, _ in put_off:
        connection.execute(f"DROP {kind} {name}")
    many = rows(count)
    while batch := list(islice(many, _BATCH)):
        told = [(*row[:13], row[13].isoformat(timespec="microseconds")[:-6] + "Z", *row[14:]) for row, _ in batch]
        connection.executemany(f"INSERT INTO violations VALUES ({_MARKS})", told)
        connection.executemany("INSERT INTO case_violations VALUES (?, ?, ?, ?, ?)", [case for _, case in batch])
    for _, _, again in put_off:
        connection.execute(again)
    connection.execute(f"UPDATE folds SET below = {-count}")
    connection.execute("COMMIT")
    connection.close()


async def _into_postgresql(url: str, count: int) -> None:
    connection = await asyncpg.connect(url)
    put_off = await connection.fetch(_PUT_OFF_POSTGRESQL)
    for each in put_off:
        await connection.execute(f"DROP INDEX {each['indexname']}")
    many = rows(count)
    while batch := list(islice(many, _BATCH)):
        await connection.copy_records_to_table("violations", records=[row for row, _ in batch])
        await connection.copy_records_to_table("case_violations", records=[case for _, case in batch])
    for each in put_off:
        await connection.execute(each["indexdef"])
    await connection.execute(f"UPDATE folds SET below = {-count}")
    await connection.execute("ANALYZE violations")
    await connection.execute("ANALYZE case_violations")
    await connection.close()
