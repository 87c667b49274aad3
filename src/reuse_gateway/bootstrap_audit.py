"""Wires what auditors work with: looking for violations by published names."""

from __future__ import annotations

from collections.abc import Iterator

from reuse_gateway.api.audit_services import AuditServices
from reuse_gateway.application.dated_policy import DatedPolicy
from reuse_gateway.application.record_demand import RecordDemand
from reuse_gateway.application.replay_violation import ReplayViolation
from reuse_gateway.application.seek_violations import SeekViolations
from reuse_gateway.application.violation_ports import Named
from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.connectors.manifest import Manifest, source_of
from reuse_gateway.domain.query_words import searched
from reuse_gateway.domain.violation import ViolationType
from reuse_gateway.domain.violation_query import Key
from reuse_gateway.storage.published_names import PublishedNames
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.violation_search import StoredViolations


def audit_services(
    catalogue: Catalogue, manifests: tuple[Manifest, ...], reads: Reads, demand: RecordDemand, policies: DatedPolicy
) -> AuditServices:
    """For a store that is open."""
    evidence = demand.evidence
    replay = ReplayViolation(evidence.archive, evidence.history, evidence.procedures, policies)
    return AuditServices(seek_violations(catalogue, manifests, reads), replay)


def seek_violations(catalogue: Catalogue, manifests: tuple[Manifest, ...], reads: Reads) -> SeekViolations:
    """Looks in a store that is open, by the names of these facts and of its imports."""
    return SeekViolations(StoredViolations(reads), PublishedNames(tuple(shipped_names(catalogue, manifests)), reads))


def shipped_names(catalogue: Catalogue, manifests: tuple[Manifest, ...]) -> Iterator[Named]:
    """What the shipped facts call agencies, procedures, papers, sources and types of violation."""
    for agency in catalogue.agencies:
        yield Named(Key.AGENCY, agency.code, searched(agency.code, agency.name.vi, agency.name.en))
    for version in catalogue.procedures:
        yield Named(Key.PROCEDURE, version.code, searched(version.code, version.title.vi, version.title.en))
    for kind in catalogue.evidence_types.values():
        yield Named(Key.EVIDENCE_TYPE, kind.key, searched(kind.key, kind.name.vi, kind.name.en, *kind.aliases))
    for source in map(source_of, manifests):
        yield Named(Key.SOURCE, source.id, searched(source.id, source.name.vi, source.name.en))
    for each in ViolationType:
        said = catalogue.sentences.say(f"violation.{each.lower()}")
        yield Named(Key.TYPE, each.value, searched(each.value, said.vi, said.en))
