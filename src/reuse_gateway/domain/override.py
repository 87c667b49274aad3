"""A lawful exception invoked for a demand (viện dẫn ngoại lệ), held against what the gateway itself knows. Pure.

Facts of ours come first: an exception that they refute does not hold, whoever says so; one that they bear out needs no
other evidence. Where we know nothing, the evidence that the exception asks for must be there, from somebody entitled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from reuse_gateway.domain.asking import Channel, DemandKind, Manner
from reuse_gateway.domain.decide import months_after
from reuse_gateway.domain.lawful_exception import Invoker, LawfulException
from reuse_gateway.domain.procedure import Requirement
from reuse_gateway.domain.verdict import Decision, Reason, Verdict

_RULE = re.compile(r"P([1-9][0-9]{0,2})M@([A-Z0-9][A-Za-z0-9.-]{1,39})")
_NAMES = re.compile(r"[a-z][a-z_]{1,39}(,[a-z][a-z_]{1,39})*")
_DIFFERENCE = re.compile(rf"{_NAMES.pattern}#\S+")
_SPECIAL_SUBJECTS = frozenset({"foreigner", "overseas_vietnamese", "stateless", "foreign_issued_paper"})


class Standing(StrEnum):
    """How an invoked exception stands: borne out by us, taken on the evidence given, refuted by us, or not shown."""

    UPHELD = "upheld"
    ACCEPTED = "accepted"
    REFUTED = "refuted"
    INSUFFICIENT = "insufficient"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Override:
    """What was invoked. `evidence` holds references and codes by key, never words; `refs` the papers meant, empty = all."""

    code: str
    invoker: Invoker
    evidence: Mapping[str, str] = field(default_factory=dict)
    refs: frozenset[str] = frozenset()

    def speaks_of(self, ref: str) -> bool:
        """Is it invoked for this paper?"""
        return not self.refs or ref in self.refs


@dataclass(frozen=True, slots=True)
class OverrideRuling:
    """How the exception stands for one paper; `objections` are stable codes, `proof` the reference that bore it out."""

    code: str
    standing: Standing
    objections: tuple[str, ...] = ()
    proof: str | None = None

    @property
    def holds(self) -> bool:
        """May the paper be asked for under it?"""
        return self.standing in (Standing.UPHELD, Standing.ACCEPTED)

    @property
    def fails(self) -> bool:
        """Was it invoked without right: refuted, or without its evidence?"""
        return self.standing in (Standing.REFUTED, Standing.INSUFFICIENT)


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """What the gateway itself knows about one demanded paper.

    `outage`: reference to our own record that the source could not be asked at the time. `negative_receipt`: an earlier
    check that found nothing. `makes_paper`: the procedure issues this very paper (None = its results are not known).
    `served_meanwhile`: the agency was answered around the instant. `days_in_use`: since first invoked, or since the demand.
    """

    verdict: Verdict
    made_on: date
    kind: DemandKind
    manner: Manner | None = None
    received_by: Channel | None = None
    row: Requirement | None = None
    tied: bool = True
    outage: str | None = None
    negative_receipt: str | None = None
    makes_paper: bool | None = None
    served_meanwhile: bool = False
    in_force: frozenset[str] = frozenset()
    days_in_use: int = 0


@dataclass(frozen=True, slots=True)
class _Seen:
    """What our facts say of an exception: `shown` True or False, None = they are silent."""

    shown: bool | None
    why: str = ""
    proof: str | None = None
    spoiled: frozenset[str] = frozenset()


_SILENT = _Seen(None)
# Verdicts that say by themselves what the exception says.
_DECIDED_SO = {
    "E2": Reason.HELD_INCOMPLETE,
    "E3": Reason.HELD_MISMATCH,
    "E4": Reason.HELD_EXPIRED,
    "E5": Reason.NOT_HELD,
    "E6": Reason.NO_USABLE_SOURCE,
    "E7": Reason.ORIGINAL_REQUIRED,
}


def rule(override: Override, exception: LawfulException | None, facts: OwnFacts) -> OverrideRuling:
    """How an exception stands that was invoked for one paper; `exception` None = nobody may invoke it that day.

    No exception is known to a paper that may be demanded of nobody.
    """
    reason = facts.verdict.reason
    if facts.verdict.decision is Decision.MAY_ASK:
        borne_out = _DECIDED_SO.get(override.code) is reason
        return OverrideRuling(override.code, Standing.UPHELD if borne_out else Standing.NOT_NEEDED, proof=reason.value)
    if reason is Reason.ABOLISHED_DOCUMENT:
        return OverrideRuling(override.code, Standing.REFUTED, ("abolished_for_all",))
    if exception is None:
        return OverrideRuling(override.code, Standing.INSUFFICIENT, ("exception_withdrawn",))
    seen = _SEEN[override.code](facts, override.evidence)
    if seen.shown is False:
        return OverrideRuling(override.code, Standing.REFUTED, (seen.why,))
    by_us = seen.shown is True and Invoker.RULE in exception.invokers
    invoker = Invoker.RULE if by_us else override.invoker
    given = exception.evidence if seen.shown else _sound(override.evidence, seen.spoiled)
    objections = exception.objections(invoker, given, facts.days_in_use)
    standing = Standing.INSUFFICIENT if objections else Standing.UPHELD if seen.shown else Standing.ACCEPTED
    return OverrideRuling(override.code, standing, objections, seen.proof)


def _sound(evidence: Mapping[str, str], spoiled: frozenset[str]) -> tuple[str, ...]:
    return tuple(key for key, value in evidence.items() if value.strip() and key not in spoiled)


def _held(facts: OwnFacts) -> bool:
    return facts.verdict.reason is Reason.HELD_VALID


def _no_answer(facts: OwnFacts, _: Mapping[str, str]) -> _Seen:
    """E1: "the system was down" is believed to our own log alone."""
    if facts.outage:
        return _Seen(True, proof=facts.outage)
    return _Seen(False, "source_answered") if _held(facts) else _SILENT


def _incomplete(facts: OwnFacts, evidence: Mapping[str, str]) -> _Seen:
    """E2: what we hold is whole, or the fields that are missing are named."""
    if _held(facts):
        return _Seen(False, "holding_complete")
    named = _NAMES.fullmatch(evidence.get("missing_fields", ""))
    return _SILENT if named else _Seen(None, spoiled=frozenset({"missing_fields"}))


def _contradicts(_: OwnFacts, evidence: Mapping[str, str]) -> _Seen:
    """E3: only the desk sees what the person shows; it must say which fields differ."""
    named = _DIFFERENCE.fullmatch(evidence.get("field_difference", ""))
    return _SILENT if named else _Seen(None, spoiled=frozenset({"field_difference"}))


def _too_old(facts: OwnFacts, evidence: Mapping[str, str]) -> _Seen:
    """E4: a rule `P6M@instrument` of law in force, counted from the day of issue that the source told."""
    told = _RULE.fullmatch(evidence.get("validity_rule", ""))
    spoiled = _Seen(None, spoiled=frozenset({"validity_rule"}))
    if not _held(facts):
        return _SILENT if told and told.group(2) in facts.in_force else spoiled
    if not told or told.group(2) not in facts.in_force:
        return _Seen(False, "holding_valid")
    days = [proof.issued_on for proof in facts.verdict.proofs]
    if not days or any(day is None for day in days):
        return spoiled
    fresh = any(day and months_after(day, int(told.group(1))) >= facts.made_on for day in days)
    return _Seen(False, "holding_valid") if fresh else _Seen(True, proof=told.group(0))


def _not_found(facts: OwnFacts, _: Mapping[str, str]) -> _Seen:
    """E5: our own negative receipt; where the agency must obtain it itself, finding nothing is no licence either."""
    if facts.verdict.reason is Reason.AGENCY_MUST_OBTAIN:
        return _Seen(False, "agency_must_obtain")
    if facts.negative_receipt:
        return _Seen(True, proof=facts.negative_receipt)
    return _Seen(False, "source_holds_it") if _held(facts) else _SILENT


def _no_scope(facts: OwnFacts, _: Mapping[str, str]) -> _Seen:
    """E6: our own table of scopes and connections tells, and it found a usable source, or the paper would be free to ask."""
    asked = facts.verdict.holdings or facts.verdict.pending or facts.verdict.reason is Reason.NO_AUTHORITY
    return _Seen(False, "source_usable") if asked else _SILENT


def _original(facts: OwnFacts, evidence: Mapping[str, str]) -> _Seen:
    """E7: the dossier's row tells; outside it only law in force does. The original alone, never a copy beside it."""
    if facts.manner in (Manner.CERTIFIED, Manner.COPY):
        return _Seen(False, "original_only")
    if facts.row is not None and facts.tied:
        return _Seen(False, "original_not_required")
    known = evidence.get("legal_basis", "") in facts.in_force
    return _SILENT if known else _Seen(None, spoiled=frozenset({"legal_basis"}))


def _stranger(facts: OwnFacts, evidence: Mapping[str, str]) -> _Seen:
    """E8: people and papers from abroad, as far as no register of ours holds the paper."""
    if _held(facts):
        return _Seen(False, "source_holds_it")
    return _SILENT if evidence.get("subject_kind") in _SPECIAL_SUBJECTS else _Seen(None, spoiled=frozenset({"subject_kind"}))


def _unauthenticated(facts: OwnFacts, _: Mapping[str, str]) -> _Seen:
    """E9: who files online has signed in with an e-identity (Decision 29/2026/QĐ-TTg)."""
    return _Seen(False, "filed_online") if facts.received_by is Channel.ONLINE else _SILENT


def _updating(facts: OwnFacts, _: Mapping[str, str]) -> _Seen:
    """E10: the procedure's own results tell whether it makes this very paper."""
    if facts.makes_paper is None:
        return _SILENT
    return _Seen(True, proof="procedure_result") if facts.makes_paper else _Seen(False, "procedure_makes_other_papers")


def _volunteered(facts: OwnFacts, evidence: Mapping[str, str]) -> _Seen:
    """E11: a written request, or a person who complains, shows that the choice was not free."""
    if facts.kind in (DemandKind.SUPPLEMENT_REQUEST, DemandKind.CITIZEN_REPORT):
        return _Seen(False, "was_demanded")
    chosen = evidence.get("explicit_choice", "").lower()
    return _Seen(None, spoiled=frozenset({"explicit_choice"})) if chosen in ("", "false", "0", "no") else _SILENT


def _not_permitted(facts: OwnFacts, _: Mapping[str, str]) -> _Seen:
    """E12: we refused the look-up ourselves, or a policy is named by somebody entitled."""
    return _Seen(True, proof="no_authority") if facts.verdict.reason is Reason.NO_AUTHORITY else _SILENT


def _incident(facts: OwnFacts, _: Mapping[str, str]) -> _Seen:
    """E13: the platform was not down for an agency that it answered at that time."""
    return _Seen(False, "platform_answered") if facts.served_meanwhile else _SILENT


_SEEN: Mapping[str, Callable[[OwnFacts, Mapping[str, str]], _Seen]] = {
    "E1": _no_answer,
    "E2": _incomplete,
    "E3": _contradicts,
    "E4": _too_old,
    "E5": _not_found,
    "E6": _no_scope,
    "E7": _original,
    "E8": _stranger,
    "E9": _unauthenticated,
    "E10": _updating,
    "E11": _volunteered,
    "E12": _not_permitted,
    "E13": _incident,
}
CODES = tuple(_SEEN)
