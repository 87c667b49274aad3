"""Numbers of a deployment: reports on reuse are counted by readers of their own, with time enough and no other call waiting."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

from reuse_gateway.api.number_services import NumberServices
from reuse_gateway.application.measure_reuse import MeasureReuse, ReuseReport, TellReceived
from reuse_gateway.application.numbers_ports import ReceivedRecorder, ReuseCounts
from reuse_gateway.application.ports import AccessNote, Clock, Ids
from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, ReceivedDossiers
from reuse_gateway.domain.text import Text
from reuse_gateway.exports.reuse_json import report_json
from reuse_gateway.settings import Settings
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.recorder import LedgerRecorder
from reuse_gateway.storage.reuse_counts import StoredReuseCounts
from reuse_gateway.system import RandomIds, SystemClock

_AT_ONCE, COMMAND = 2, "command"


def stored_counts(settings: Settings, opened: AsyncExitStack) -> ReuseCounts:
    """The store, counted; its connections are closed with the stack."""
    engine = build_engine(settings.store_url, reads_only=True, deadline_s=settings.report_deadline_s, pool_size=_AT_ONCE)
    opened.push_async_callback(engine.dispose)
    return StoredReuseCounts(Reads(engine, settings.report_deadline_s))


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


def number_services(
    catalogue: Catalogue, counts: ReuseCounts, recorder: ReceivedRecorder, clock: Clock, ids: Ids
) -> NumberServices:
    """What the routes of numbers need."""
    written = partial(report_json, names=names_of(catalogue))
    return NumberServices(MeasureReuse(counts, clock), written, TellReceived(recorder, clock, ids))
