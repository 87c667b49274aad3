"""What `catalogue import` does with a file and a store."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path

from reuse_gateway.application.import_catalogue import ImportReport, ReadProcedure, Terms, import_catalogue
from reuse_gateway.domain.errors import CallerError
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.vietnam import VIETNAM

Opened = Callable[[Vocabulary], AbstractContextManager[Iterable[ReadProcedure]]]


def today() -> date:
    """The day in Vietnam."""

    return datetime.now(VIETNAM).date()


async def run(
    file: Path, source: str, author: str, valid_from: date | None, database: str | None, *, skip_bad: bool, quiet: bool
) -> ImportReport:
    """Import a file; `valid_from` None = today. Raises GatewayError; then nothing has changed."""
    terms = Terms(skip_bad=skip_bad, dated=valid_from is not None)
    return await take(partial(_procedures, file, valid_from or today()), source, author, database, terms, quiet=quiet)


async def take(opened: Opened, source: str, author: str, database: str | None, terms: Terms, *, quiet: bool) -> ImportReport:
    """Bring the store up to date and import what `opened` yields. Raises GatewayError; then nothing has changed."""
    from reuse_gateway.bootstrap import writing
    from reuse_gateway.catalogue.loader import load
    from reuse_gateway.catalogue.vocabulary import load_vocabulary
    from reuse_gateway.settings import Settings
    from reuse_gateway.storage.procedures import ImportedProcedures
    from reuse_gateway.system import SystemClock

    vocabulary = load_vocabulary(load().evidence_types.values())
    async with writing(Settings(), database) as (writer, reads):
        store = ImportedProcedures(reads, writer)
        with opened(vocabulary) as procedures, _progress(quiet) as progress:
            return await import_catalogue(procedures, store, SystemClock(), author, source, progress, terms)


@contextmanager
def _procedures(file: Path, valid_from: date, vocabulary: Vocabulary) -> Iterator[Iterable[ReadProcedure]]:
    """The procedures of a file, whichever of the two shapes it has; a workbook is told by its first bytes, not by its name."""
    from reuse_gateway.catalogue.excel import read_workbook
    from reuse_gateway.catalogue.laythutuc import read_procedures

    with file.open("rb") as stream:
        if stream.read(4) == b"PK\x03\x04":
            yield read_workbook(file, valid_from, vocabulary)
        else:
            stream.seek(0)
            yield read_procedures(stream, valid_from, vocabulary)


def refuse_missing_file(url: str) -> None:
    """Raises CallerError where a store named for reading is a file that is not there: SQLite would make an empty one."""
    kind, _, path = url.partition(":///")
    if kind.startswith("sqlite") and path and not Path(path.partition("?")[0]).exists():
        raise CallerError(f"no database at {path}", code="no_database")


async def listing(shipped: Sequence[ProcedureVersion], url: str) -> list[ProcedureVersion]:
    """Everything known today, shipped and imported."""
    from reuse_gateway.storage.engine import build_engine
    from reuse_gateway.storage.procedures import CataloguedProcedures
    from reuse_gateway.storage.reads import Reads

    refuse_missing_file(url)
    engine = build_engine(url, reads_only=True)
    try:
        procedures = CataloguedProcedures(shipped, Reads(engine))
        found: list[ProcedureVersion] = []
        while page := await procedures.listing(found[-1].code if found else "", 200):
            found.extend(page)
        return found
    finally:
        await engine.dispose()


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[int], None]]:
    """A counting bar where a person looks on; silence elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda read: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    with Progress(SpinnerColumn(), TextColumn("{task.completed} procedures read"), console=Console(stderr=True)) as bar:
        task = bar.add_task("read", total=None)
        yield lambda read: bar.update(task, completed=read)


def show(report: ImportReport) -> None:
    """The report in words; at most 20 troubles, the counts tell of the rest."""
    for name in ("read", "new", "changed", "unchanged", "skipped", "repeated", "components", "tied", "untied"):
        print(f"{name:<12} {getattr(report, name)}")
    print(f"{'import':<12} {report.import_id if report.import_id is not None else 'none: nothing to write'}")
    for why, count in sorted(report.trouble_counts.items()):
        print(f"{'trouble':<12} {why} {count}")
    for trouble in report.troubles[:20]:
        print(f"  line {trouble.line}: {trouble.code or '?'} {trouble.field}: {trouble.why}")
