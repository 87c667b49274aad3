"""Numbers of a deployment: reports on reuse are counted by readers of their own, with time enough and no other call waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from reuse_gateway.api.number_services import NumberServices
from reuse_gateway.application.in_background import repeated
from reuse_gateway.application.measure_reuse import MeasureReuse, ReuseReport, TellReceived
from reuse_gateway.application.numbers_ports import PublicCells, ReceivedRecorder, ReuseCounts
from reuse_gateway.application.ports import AccessNote, Clock, Ids, Procedures
from reuse_gateway.application.publish_reuse import PublishReuse
from reuse_gateway.application.tell_portal import DossierReader, TellPortal
from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.catalogue.unit_costs import load_unit_costs
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, ReceivedDossiers
from reuse_gateway.domain.text import Text
from reuse_gateway.exports.portal_rows import portal_row
from reuse_gateway.exports.reuse_json import report_json
from reuse_gateway.exports.reuse_lists import public_json, ranking_json, savings_json
from reuse_gateway.settings import Settings
from reuse_gateway.storage.dossiers import StoredDossiers
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.fold_days import FoldDays
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.procedures import CataloguedProcedures
from reuse_gateway.storage.public_cells import StoredPublicCells
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.recorder import LedgerRecorder
from reuse_gateway.storage.reuse_counts import StoredReuseCounts
from reuse_gateway.system import RandomIds, SystemClock
from reuse_gateway.telemetry import warned

_AT_ONCE, COMMAND = 2, "command"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Where numbers are counted, and dossiers are read; `least` are the fewest people in a cell that the public may see."""

    counts: ReuseCounts
    dossiers: DossierReader
    cells: PublicCells
    least: int


async def stored_numbers(settings: Settings, opened: AsyncExitStack) -> Numbers:
    """The store, its days counted in the background unless others do; connections are closed with the stack."""
    engine = build_engine(settings.store_url, reads_only=True, deadline_s=settings.report_deadline_s, pool_size=_AT_ONCE)
    opened.push_async_callback(engine.dispose)
    reads = Reads(engine, settings.report_deadline_s)
    if settings.fold_every_s:
        writing = build_engine(settings.store_url, deadline_s=settings.store_deadline_s, pool_size=1)
        opened.push_async_callback(writing.dispose)
        fold = FoldDays(reads, writing, settings.database_role)
        every = timedelta(seconds=settings.fold_every_s)
        await opened.enter_async_context(repeated("fold", fold, every, warned("days_not_counted")))
    return Numbers(StoredReuseCounts(reads), StoredDossiers(reads), StoredPublicCells(reads), settings.public_least)


def names_of(catalogue: Catalogue) -> dict[str, Text]:
    """Names of the keys of a report: agencies of exactly that code, kinds of paper, shipped procedures."""
    named = {version.code: version.title for version in catalogue.procedures}
    named |= {agency.code: agency.name for agency in catalogue.agencies}
    return named | {code: kind.name for code, kind in catalogue.evidence_types.items()}


async def measured(writer: GroupCommit, reads: Reads, period: Period, by: By) -> ReuseReport:
    """For the command: measured, and the reading kept before anybody sees a number. Raises InvalidInput, StoreError."""
    report = await MeasureReuse(StoredReuseCounts(reads), SystemClock())(period, by)
    note = AccessNote(report.made_at, COMMAND, "", "report_reuse", f"{period.first} {period.last} {by.value}")
    await LedgerRecorder(writer).record_access(note)
    return report


async def tell(writer: GroupCommit, province: str, rows: tuple[ReceivedDossiers, ...]) -> None:
    """For the command: what the province's offices received. Raises InvalidInput, StoreError."""
    caller = Caller(COMMAND, province, frozenset())
    await TellReceived(LedgerRecorder(writer), SystemClock(), RandomIds())(caller, rows)


async def portal_rows(writer: GroupCommit, reads: Reads, catalogue: Catalogue, asked: Period | str) -> AsyncIterator[Any]:
    """For the command: rows of a period or of one dossier, the reading kept before the first. Raises StoreError."""
    tell = TellPortal(StoredDossiers(reads), CataloguedProcedures(catalogue.procedures, reads))
    names = names_of(catalogue)
    ref = f"{asked.first} {asked.last}" if isinstance(asked, Period) else asked
    await LedgerRecorder(writer).record_access(AccessNote(SystemClock().now(), COMMAND, "", "portal_sync", ref))
    if isinstance(asked, Period):
        async for row in tell.all(asked):
            yield portal_row(row, names)
    elif row := await tell.one(asked, None):
        yield portal_row(row, names)


def number_services(
    catalogue: Catalogue, numbers: Numbers, recorder: ReceivedRecorder, procedures: Procedures, clock: Clock, ids: Ids
) -> NumberServices:
    """What the routes of numbers need."""
    names = names_of(catalogue)
    return NumberServices(
        measure=MeasureReuse(numbers.counts, clock),
        written=partial(report_json, names=names),
        received=TellReceived(recorder, clock, ids),
        portal=TellPortal(numbers.dossiers, procedures),
        portal_row=partial(portal_row, names=names),
        ranked=partial(ranking_json, names=names),
        saved=partial(savings_json, costs=load_unit_costs()),
        public=PublishReuse(numbers.cells, clock, numbers.least),
        told_to_all=partial(public_json, least=numbers.least, names=names),
    )
