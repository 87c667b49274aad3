"""What `catalogue report` and `catalogue what-if` measure, and where their output goes."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import IO

import typer

from reuse_gateway.application.ports import Procedures
from reuse_gateway.application.report_defects import DefectReport, Yardstick
from reuse_gateway.cli import importing
from reuse_gateway.domain.source import Source

_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything a report is made from."""

    procedures: Procedures
    yardstick: Yardstick
    planned: tuple[Source, ...]


@asynccontextmanager
async def bench(database: str | None, day: date) -> AsyncIterator[Bench]:
    """Facts, dated rows, law and the procedures known on a day; nothing is written. Raises FactsError, StoreError.

    Scopes narrowed to a territory or to some procedures are left out: a published dossier holds for everybody.
    """
    from reuse_gateway import bootstrap
    from reuse_gateway.application.dated_policy import DatedPolicy
    from reuse_gateway.catalogue.outlook import load_ministries, load_planned_sources
    from reuse_gateway.settings import Settings
    from reuse_gateway.storage.engine import build_engine
    from reuse_gateway.storage.facts import StoredFacts
    from reuse_gateway.storage.procedures import CataloguedProcedures
    from reuse_gateway.storage.reads import Reads

    settings = Settings()
    file = settings.home / "gateway.db"
    if database is None and settings.database_url is None and not file.exists():
        raise typer.BadParameter(f"no database at {file}; run `catalogue import FILE` first, or name one with --database")
    if database:
        importing.refuse_missing_file(database)
    shipped = bootstrap.read_facts(settings)
    engine = build_engine(database or settings.store_url, reads_only=True, deadline_s=_PATIENCE_S)
    try:
        reads = Reads(engine, _PATIENCE_S)
        dated = DatedPolicy(shipped.policy(settings.check_deadline_s), StoredFacts(reads))
        await dated.refresh()
        policy = dated.on(day)
        yardstick = Yardstick(policy.facts, policy.law, load_ministries(), policy.version)
        procedures = CataloguedProcedures(shipped.catalogue.procedures, reads, lambda: day)
        yield Bench(procedures, yardstick, load_planned_sources(policy.facts.evidence_types.keys()))
    finally:
        await engine.dispose()


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[int], None]]:
    """A counting bar on standard error where a person looks on; silence elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.completed} procedures measured"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("measure", total=None)
        yield lambda done: bar.update(task, completed=done)


def write_text(pieces: Iterable[str], out: Path | None) -> None:
    """To a file, or to standard output as UTF-8 whatever the terminal's own encoding is."""
    if out is None:
        with suppress(BrokenPipeError):
            for piece in pieces:
                sys.stdout.buffer.write(piece.encode())
            sys.stdout.buffer.flush()
        return
    with _whole_or_nothing(out) as file:
        for piece in pieces:
            file.write(piece.encode())


def write_xlsx(report: DefectReport, out: Path) -> None:
    """All tables and lists as one workbook."""
    from reuse_gateway.exports.defect_workbook import sheets
    from reuse_gateway.exports.workbook import write_workbook

    with _whole_or_nothing(out) as file:
        write_workbook(file, sheets(report), datetime.combine(report.as_of, time(), UTC))


@contextmanager
def _whole_or_nothing(out: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name only when it is complete; an old one of that name stays until then."""
    unfinished = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
