"""From a recorded check to the wire: codes become citations, keys become sentences. The same check gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from reuse_gateway.domain.agency import Agency, entitled
from reuse_gateway.domain.check import Check
from reuse_gateway.domain.evidence_type import EvidenceType
from reuse_gateway.domain.holding import Holding, Outcome
from reuse_gateway.domain.legal_basis import LawBook
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.source import Source
from reuse_gateway.domain.text import Sentences, Text
from reuse_gateway.domain.verdict import Decision, Verdict


def encoded(value: Any) -> bytes:
    """JSON for the wire: UTF-8, no padding."""
    return to_json(value)


@dataclass(frozen=True, slots=True)
class Rendering:
    """Knows the words for every code of one policy version."""

    sentences: Sentences
    law: LawBook
    kinds: Mapping[str, EvidenceType]
    sources: Mapping[str, Source]
    agencies: tuple[Agency, ...]
    _cited: dict[str, dict[str, Any]] = field(default_factory=dict)
    _named: dict[str, Text] = field(default_factory=dict)

    def check(self, check: Check, receipt: str | None) -> dict[str, Any]:
        """The answer of POST /v1/checks; `splicing` gives the same bytes."""
        items = [self.item(verdict, check.agency) for verdict in check.verdicts]
        return {**self.head(check), "items": items, **self.tail(check, receipt)}

    def head(self, check: Check) -> dict[str, Any]:
        """What stands before the items."""
        return {
            "check_id": check.id,
            "decided_at": instant(check.decided_at),
            "procedure": check.procedure,
            "as_of": check.as_of.isoformat(),
            "policy_version": check.policy_version,
            "degraded": check.degraded,
            "warnings": [{"code": code, "notice": wire(self.sentences.say(f"warning.{code}"))} for code in check.warnings],
        }

    def tail(self, check: Check, receipt: str | None) -> dict[str, Any]:
        """What stands behind them."""
        return {"short_code": check.short_code if receipt else None, "receipt": receipt}

    def item(self, verdict: Verdict, agency: str) -> dict[str, Any]:
        """One verdict."""
        holdings = [self.holding(holding) for holding in verdict.holdings]
        return {"ref": verdict.ref, **self.before(verdict), "holdings": holdings, **self.after(verdict, agency)}

    def before(self, verdict: Verdict) -> dict[str, Any]:
        """What stands between the caller's name for the paper and the holdings."""
        return {
            "evidence_type": verdict.evidence_type,
            "role": verdict.role,
            "matched": {"score": verdict.score, "by": verdict.matched_by},
            "decision": verdict.decision,
            "reason": verdict.reason,
            "duty": verdict.duty,
        }

    def after(self, verdict: Verdict, agency: str) -> dict[str, Any]:
        """What stands behind the holdings; of these it says only what `place` does."""
        return {
            "satisfied_by": list(verdict.satisfied_by),
            "legal_basis": [self.citation(code) for code in verdict.legal_basis],
            "form_action": verdict.form_action,
            "notice": wire(self.notice(verdict, agency)),
            "suggestions": [{"evidence_type": key, "name": wire(self.kinds[key].name)} for key in verdict.suggestions],
        }

    def notice(self, verdict: Verdict, agency: str) -> Text:
        """What a person is told about one paper."""
        kind = self.kinds.get(verdict.evidence_type or "")
        paper = kind.name if kind else self.sentences.say("word.this_paper")
        source = self.sources.get(self.place(verdict) or "")
        place = source.name if source else self.sentences.say("word.the_databases")
        body = self._agency(agency)
        said = self.sentences.by_key
        template = said.get(f"notice.{verdict.reason}_{verdict.evidence_type}") or said[f"notice.{verdict.reason}"]
        return Text(
            template.vi.format(paper=paper.vi, source=place.vi, agency=body.vi),
            template.en.format(paper=paper.en, source=place.en, agency=body.en),
        )

    def _agency(self, code: str) -> Text:
        if code not in self._named:
            by = entitled(self.agencies, code)
            self._named[code] = by.name if by else self.sentences.say("word.the_agency")
        return self._named[code]

    def place(self, verdict: Verdict) -> str | None:
        """The source the sentence speaks of: the one that holds the paper, else the one that still owes an answer."""
        wanted = Outcome.UNKNOWN if verdict.decision is Decision.ASK_LATER else Outcome.HELD
        return next((holding.source for holding in verdict.holdings if holding.outcome is wanted), None)

    def holding(self, holding: Holding) -> dict[str, Any]:
        """What one source said."""
        return {
            "source": holding.source,
            "tier": holding.tier,
            "evidence_type": holding.evidence_type,
            "outcome": holding.outcome,
            "reason": doubt_or_state(holding),
            "answered_at": instant(holding.answered_at),
            "cached": holding.cached,
            "result_code": holding.result_code,
            "issued_on": holding.issued_on.isoformat() if holding.issued_on else None,
            "expires_on": holding.expires_on.isoformat() if holding.expires_on else None,
        }

    def citation(self, code: str) -> dict[str, Any]:
        """An instrument as it is cited."""
        if code not in self._cited:
            basis = self.law.bases[code]
            self._cited[code] = {
                "code": basis.code,
                "citation": basis.citation.vi,
                "citation_en": basis.citation.en,
                "in_force_from": basis.in_force_from.isoformat(),
                "article": basis.article,
                "verified": basis.verified,
            }
        return self._cited[code]


def wire(text: Text) -> dict[str, str]:
    """Both languages, Vietnamese first."""
    return {"vi": text.vi, "en": text.en}


def doubt_or_state(holding: Holding) -> str | None:
    """Why the outcome is unknown, or what is wrong with the paper that was found."""
    return holding.doubt or (holding.state if holding.state not in (None, "valid") else None)
