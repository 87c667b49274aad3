"""Cases of a deployment: who moves them, the rules they live by, and the clocks in the background."""

from __future__ import annotations

from reuse_gateway.api.case_services import CaseServices
from reuse_gateway.application.handle_violation import HandleViolation
from reuse_gateway.application.ports import Clock, Pseudonyms
from reuse_gateway.catalogue.case_rules import load_case_rules
from reuse_gateway.storage.case_letters import StoredLetters
from reuse_gateway.storage.cases import CaseLedger, StoredCases
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads


def case_services(reads: Reads, writer: GroupCommit, pseudonyms: Pseudonyms, clock: Clock) -> CaseServices:
    """The routes' view of cases."""
    rules, rows, letters = load_case_rules(), StoredCases(reads), StoredLetters(reads)
    return CaseServices(HandleViolation(rows, letters, CaseLedger(writer), rules, pseudonyms, clock), rows, letters, rules)
