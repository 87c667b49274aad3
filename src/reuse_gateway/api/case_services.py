"""What the routes of cases need, built by `bootstrap` and handed over once."""

from __future__ import annotations

from dataclasses import dataclass

from reuse_gateway.application.case_ports import CaseRows
from reuse_gateway.application.handle_violation import HandleViolation
from reuse_gateway.application.issue_letter import IssueLetter
from reuse_gateway.application.letter_ports import ApplicantRows, LetterRows
from reuse_gateway.domain.case_rules import CaseRules


@dataclass(frozen=True, slots=True)
class CaseServices:
    """Moving cases, reading them and their letters, and the rules they live by."""

    handle: HandleViolation
    rows: CaseRows
    letters: LetterRows
    applicants: ApplicantRows
    rules: CaseRules
    issue: IssueLetter
