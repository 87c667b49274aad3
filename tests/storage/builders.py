"""What the tests of the store are built from: synthetic checks and demands, a clock that is set, a store that is open."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
from sqlalchemy import text

from reuse_gateway.domain.asking import DemandKind
from reuse_gateway.domain.check import Check, Stage
from reuse_gateway.domain.demand import Demand, Finding, JudgedPaper
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.verdict import FormAction, Reason, Verdict
from reuse_gateway.domain.violation import Defect, SeenDefect, Violation, ViolationType
from reuse_gateway.signing.checkpoints import CheckpointNotes
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.archive import StoredArchive
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.events import StoredEvents
from reuse_gateway.storage.group_commit import GroupCommit, open_journal
from reuse_gateway.storage.ledger import StoredLedger
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.recorder import LedgerRecorder
from reuse_gateway.storage.verify import Report, verify_ledger

AT = datetime(2026, 11, 23, 6, 18, 58, 123456, tzinfo=UTC)
ORIGIN = "tests.example/ledger"


class Clocked:
    """A clock that stands where it is set."""

    def __init__(self, at: datetime = AT) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Store:
    url: str
    writer: GroupCommit
    recorder: LedgerRecorder
    archive: StoredArchive
    events: StoredEvents
    ledger: StoredLedger
    reads: Reads
    notes: CheckpointNotes
    clock: Clocked

    async def verified(self, *kept: bytes, notes: CheckpointNotes | None = None) -> Report:
        return await verify_ledger(Reads(self.reads._engine, 30), (notes or self.notes).open, kept)

    async def found(self, *kept: bytes) -> set[tuple[str, int]]:
        return {(finding.what, finding.index) for finding in (await self.verified(*kept)).findings}

    async def rows(self, statement: str) -> list[Any]:
        return list(await self.reads.rows(text(statement)))


@asynccontextmanager
async def opened(url: str, ring: KeyRing, clock: Clocked, deadline_s: float = 5.0, **journal: Any) -> AsyncIterator[Store]:
    notes = CheckpointNotes(ORIGIN, ring.all("checkpoint"))
    writer = GroupCommit(open_journal(url, deadline_s, **journal), notes, clock, deadline_s)
    engine = build_engine(url, reads_only=True, deadline_s=deadline_s)
    reads = Reads(engine, deadline_s)
    await writer.start()
    try:
        recorder, archive, events = LedgerRecorder(writer), StoredArchive(reads), StoredEvents(reads)
        yield Store(url, writer, recorder, archive, events, StoredLedger(reads), reads, notes, clock)
    finally:
        await writer.stop()
        await engine.dispose()


async def as_owner(url: str, *statements: str) -> None:
    """What someone with full rights on the database does past every guard, which he puts back: the schema betrays nothing."""
    if url.startswith("postgresql"):
        connection = await asyncpg.connect(url)
        back = await _asleep(connection)
        for statement in statements:
            await connection.execute(statement)
        await connection.execute(back)
        await connection.close()
        return
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        back = _dropped(connection)
        for statement in (*statements, *back):
            connection.execute(statement)
        connection.commit()


async def unguarded(url: str) -> None:
    """Guards gone for good."""
    if url.startswith("postgresql"):
        connection = await asyncpg.connect(url)
        await _asleep(connection)
        await connection.close()
        return
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        _dropped(connection)
        connection.commit()


async def _asleep(connection: asyncpg.Connection) -> str:
    """Every trigger disabled, foreign keys with them; the statements that bring them back."""
    tables = [row[0] for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    always = await connection.fetch("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'A'")
    await connection.execute("; ".join(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in tables))
    back = [f"ALTER TABLE {table} ENABLE TRIGGER ALL" for table in tables]
    return "; ".join([*back, *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for table, name in always)])


def _dropped(connection: sqlite3.Connection) -> list[str]:
    kept = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in kept:
        connection.execute(f"DROP TRIGGER {name}")
    return [sql for _, sql in kept]


def event(number: int, claim: Any = None) -> Append:
    """A small leaf without rows of its own."""
    return Append(canonical({"kind": "test", "id": f"t{number}"}), "test", f"t{number}", claim=claim)


def a_holding(**changes: Any) -> Holding:
    told = {
        "source": "civil_status",
        "tier": Tier.NATIONAL,
        "evidence_type": "birth_certificate",
        "outcome": Outcome.HELD,
        "answered_at": AT,
        "state": State.VALID,
        "result_code": "KQ.G15.000031",
        "issued_on": date(2020, 2, 29),
        "expires_on": None,
    }
    return Holding(**{**told, **changes})


def a_check(number: int = 1, **changes: Any) -> Check:
    held = Verdict(
        "a", "birth_certificate", Reason.HELD_VALID, FormAction.HIDE, 0.1 + 0.2, "label", holdings=(a_holding(),),
        legal_basis=("NQ-66.7-2025",),
    )  # fmt: skip
    unknown = a_holding(outcome=Outcome.UNKNOWN, doubt=Doubt.SOURCE_TIMED_OUT, state=None, issued_on=None)
    later = Verdict("b", None, Reason.SOURCE_TIMED_OUT, FormAction.DEFER, role="child", holdings=(unknown,), suggestions=("x",))
    told = {
        "id": f"chk_{number:032x}",
        "short_code": f"SC{number:010d}",
        "decided_at": AT,
        "client_id": "demo-intake",
        "agency": "H41.12",
        "procedure": "1.001193",
        "as_of": date(2026, 11, 23),
        "stage": Stage.INTAKE,
        "policy_version": "p1",
        "subject": "k1.pseudonym",
        "verdicts": (held, later),
        "case": "Trẻ em dưới 6 tuổi",
        "dossier": "H41.12-261123-0001",
        "warnings": ("birth_year_contradicts_personal_id",),
    }
    return Check(**{**told, **changes})


def a_demand(number: int = 1, check_id: str = "chk_1", papers: int = 1, **changes: Any) -> Demand:
    told = f"dem_{number:032x}"
    refs = [f"p{at}" for at in range(papers)]
    made_at = AT - timedelta(hours=1)
    found = tuple(
        Violation(
            f"vio_{number:016x}{at:016x}", ViolationType.HELD_NATIONALLY, told, check_id, ref, "birth_certificate", "H41.12",
            "1.001193", "civil_status", "high", True, ("NQ-66.7-2025",), made_at, "chk_earlier",
        )
        for at, ref in enumerate(refs)
    )  # fmt: skip
    judged = tuple(JudgedPaper(ref, "birth_certificate", Reason.HELD_VALID, Finding.VIOLATION) for ref in refs)
    demand = Demand(
        told, DemandKind.COUNTER, made_at, AT, "H41.12", "demo-intake", "1.001193", check_id, "k1.pseudonym", judged,
        violations=found, defects=(SeenDefect(Defect.CATALOGUE, "p0", "birth_certificate", "row", ("NQ-66.7-2025",)),),
    )  # fmt: skip
    return replace(demand, **changes)
