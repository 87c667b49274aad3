"""What a demand is judged by (căn cứ xem xét): verdicts, rows of the dossier, what the agency had been told before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reuse_gateway.domain.defect import Cover, Replacement
from reuse_gateway.domain.demand import Circumstances
from reuse_gateway.domain.lawful_exception import LawfulException
from reuse_gateway.domain.legal_basis import LawBook
from reuse_gateway.domain.override import OverrideRuling, OwnFacts, rule
from reuse_gateway.domain.told_before import EarlierAnswer
from reuse_gateway.domain.verdict import Reason, Verdict

_SPARED = (Replacement.REPLACEABLE, Replacement.ABOLISHED)


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """One demanded paper: its verdict, what we know ourselves, and what can stand in for it that day (None = unknown kind).

    `told_held`: the newest earlier check that found it held and valid; `told_last`: the newest earlier one at all;
    `told_late`: `told_held` was recorded before the demand was, though the office says that it had asked earlier still;
    `held_lately`: that was so short a time ago that nothing else it was told is relied on;
    `form_told`: this very form had been told not to ask for it.
    """

    verdict: Verdict
    own: OwnFacts
    cover: Cover | None = None
    told_held: EarlierAnswer | None = None
    told_last: EarlierAnswer | None = None
    form_told: bool = False
    told_late: bool = False
    held_lately: bool = False

    @property
    def listed_though_replaceable(self) -> bool:
        """The published dossier demands it, and does not say that data replace it (finding D01).

        A paper that the procedure itself issues or changes is its object: to see it is no defect.
        """
        row, replaced = self.own.row, self.cover is not None and self.cover.replacement in _SPARED
        plain = row is not None and not row.original and not row.substitution_wording
        return replaced and plain and not self.own.makes_paper

    @property
    def relied_on(self) -> str | None:
        """The check by which the source had no such paper, of one that has turned up since: nobody did wrong then."""
        turned_up = self.verdict.reason in (Reason.HELD_VALID, Reason.AGENCY_MUST_OBTAIN)
        told = self.told_last
        return told.check_id if turned_up and told and told.excuses and not self.held_lately else None


@dataclass(frozen=True, slots=True)
class DemandFacts:
    """Everything `judge` looks at. `supplement_no` counts this dossier's supplement requests, this one included.

    `made_first`: the others on record were all made after this one. `bypassed`: a dossier of an agency that works with the
    gateway, of which no check was ever made.
    """

    circumstances: Circumstances
    made_on: date
    papers: tuple[PaperFacts, ...]
    law: LawBook
    exceptions: Mapping[str, LawfulException] = field(default_factory=dict)
    supplement_no: int | None = None
    bypassed: bool = False
    made_first: bool = False

    def ruling(self, paper: PaperFacts) -> OverrideRuling | None:
        """How the exception stands that was invoked for this paper; None = none was."""
        override = self.circumstances.override
        if override is None or not override.speaks_of(paper.verdict.ref):
            return None
        return rule(override, self.exceptions.get(override.code), paper.own)
