"""Wires what auditors work with: looking for violations by published names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from operator import attrgetter
from typing import Any, BinaryIO

from reuse_gateway.api.audit_services import AuditServices
from reuse_gateway.application.dated_policy import DatedPolicy
from reuse_gateway.application.export_violations import ExportViolations
from reuse_gateway.application.keep_filters import KeepFilters
from reuse_gateway.application.pack_proof import PackProof
from reuse_gateway.application.record_demand import RecordDemand
from reuse_gateway.application.replay_violation import ReplayViolation
from reuse_gateway.application.seek_violations import SeekViolations
from reuse_gateway.application.violation_ports import Named
from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.connectors.manifest import Manifest, source_of
from reuse_gateway.domain.asking import DemandKind
from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.export import COLUMNS
from reuse_gateway.domain.query_words import searched
from reuse_gateway.domain.violation import ViolationType
from reuse_gateway.domain.violation_query import SEVERITIES, Key
from reuse_gateway.exports.violation_files import FolderShelf
from reuse_gateway.exports.worded_columns import Words
from reuse_gateway.settings import Settings
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.published_names import PublishedNames
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.saved_filters import StoredFilters
from reuse_gateway.storage.violation_search import StoredViolations
from reuse_gateway.system import RandomIds
from reuse_gateway.telemetry import warned


def audit_services(
    settings: Settings,
    shipped: tuple[Catalogue, tuple[Manifest, ...]],
    store: tuple[Reads, GroupCommit],
    demand: RecordDemand,
    policies: DatedPolicy,
    packed: PackProof,
    opened: AsyncExitStack,
) -> AuditServices:
    """For a store that is open; exports that run are ended when the stack closes."""
    evidence, clock, (reads, writer) = demand.evidence, demand.clock, store
    replay = ReplayViolation(evidence.archive, evidence.history, evidence.procedures, policies)
    seek, shelf = seek_violations(*shipped, reads), FolderShelf(settings.home / "exports", export_words(*shipped))
    keep = timedelta(hours=settings.export_hours)

    async def pack(file: BinaryIO, violation_ids: Iterable[str]) -> int:
        return await packed(file, violation_ids, await packed.head())

    exports = ExportViolations(seek, shelf, demand.recorder, clock, keep, pack, warned("export_failed"))
    opened.push_async_callback(exports.close)
    return AuditServices(seek, replay, exports, KeepFilters(StoredFilters(reads, writer), clock), RandomIds())


def export_words(catalogue: Catalogue, manifests: tuple[Manifest, ...]) -> dict[str, Words]:
    """What the columns of exports and the codes in them are called, by language."""
    say = catalogue.sentences.say
    headings = {column: say(f"column.{column}") for column in COLUMNS}
    codes = {
        "type": {each.value: say(f"violation.{each.lower()}") for each in ViolationType},
        "severity": {each: say(f"severity.{each}") for each in SEVERITIES},
        "state": {each.value: say(f"case.{each}") for each in CaseState},
        "agency": {agency.code: agency.name for agency in catalogue.agencies},
        "evidence_type": {kind.key: kind.name for kind in catalogue.evidence_types.values()},
        "source": {source.id: source.name for source in map(source_of, manifests)},
        "channel": {kind.value: say(f"channel.{kind}") for kind in DemandKind},
        "personal_liability": {str(liable): say(f"liability.{'any' if liable else 'none'}") for liable in (True, False)},
    }
    beside = say("column.in_words")
    vi = Words({key: text.vi for key, text in headings.items()}, _by(codes, attrgetter("vi")), beside.vi)
    return {"vi": vi, "en": Words({key: text.en for key, text in headings.items()}, _by(codes, attrgetter("en")), beside.en)}


def _by(codes: Mapping[str, Mapping[str, Any]], language: Callable[[Any], str]) -> dict[str, dict[str, str]]:
    return {column: {code: language(text) for code, text in said.items()} for column, said in codes.items()}


def seek_violations(catalogue: Catalogue, manifests: tuple[Manifest, ...], reads: Reads) -> SeekViolations:
    """Looks in a store that is open, by the names of these facts and of its imports."""
    return SeekViolations(StoredViolations(reads), PublishedNames(tuple(shipped_names(catalogue, manifests)), reads))


def shipped_names(catalogue: Catalogue, manifests: tuple[Manifest, ...]) -> Iterator[Named]:
    """What the shipped facts call agencies, procedures, papers, sources and types of violation; no name that is not shown."""
    for agency in catalogue.agencies:
        yield Named(Key.AGENCY, agency.code, searched(agency.code, agency.name.vi, agency.name.en))
    for version in catalogue.procedures:
        yield Named(Key.PROCEDURE, version.code, searched(version.code, version.title.vi, version.title.en))
    for kind in catalogue.evidence_types.values():
        yield Named(Key.EVIDENCE_TYPE, kind.key, searched(kind.key, kind.name.vi, kind.name.en))
    for source in map(source_of, manifests):
        yield Named(Key.SOURCE, source.id, searched(source.id, source.name.vi, source.name.en))
    for each in ViolationType:
        said = catalogue.sentences.say(f"violation.{each.lower()}")
        yield Named(Key.TYPE, each.value, searched(each.value, said.vi, said.en))
