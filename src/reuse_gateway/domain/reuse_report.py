"""The report on reuse (báo cáo dùng lại): rows by agency, procedure or kind of paper, and the whole. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reuse_gateway.domain.indicators import (
    AVOIDABLE_REQUESTS,
    INDICATORS,
    REUSED_PAPERS,
    UNANSWERED,
    VIOLATIONS,
    Figure,
    figure,
)
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, Counted, DossierCounts, PaperCounts, ReceivedTotal


@dataclass(frozen=True, slots=True)
class ReuseRow:
    """One line. `key` None = the whole; "" = papers that no kind was found for."""

    key: str | None
    papers: PaperCounts
    official: tuple[Figure, ...]
    rates: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class _Dossiers:
    """Dossiers of one key: counted by the gateway, and told by the offices (`received` None = nobody told)."""

    seen: tuple[DossierCounts, ...] = ()
    told: tuple[ReceivedTotal, ...] = ()
    why_not: str | None = None


def reuse_rows(counted: Counted, by: By, period: Period) -> tuple[ReuseRow, tuple[ReuseRow, ...]]:
    """The whole, and a row for each key in its order."""
    incomplete = _incomplete(counted, period)
    everything = sum(counted.papers.values(), PaperCounts())
    whole = _Dossiers(counted.dossiers, counted.received, _why_not(counted.received, incomplete))
    by_key = _by_key(counted, by, incomplete)
    keys = sorted({*counted.papers, *by_key})
    rows = tuple(_row(key, counted.papers.get(key, PaperCounts()), _of(by_key, key, by)) for key in keys)
    return _row(None, everything, whole), rows


def _of(by_key: Mapping[str, _Dossiers], key: str, by: By) -> _Dossiers:
    if by is By.EVIDENCE_TYPE:
        return _Dossiers(why_not="not_by_evidence_type")
    return by_key.get(key, _Dossiers(why_not="received_not_told"))


def _by_key(counted: Counted, by: By, incomplete: frozenset[str]) -> dict[str, _Dossiers]:
    if by is By.EVIDENCE_TYPE:
        return {}
    seen: dict[str, list[DossierCounts]] = defaultdict(list)
    told: dict[str, list[ReceivedTotal]] = defaultdict(list)
    for dossiers in counted.dossiers:
        seen[getattr(dossiers, by)].append(dossiers)
    for received in counted.received:
        told[getattr(received, by)].append(received)
    # Whoever tells less than every day of the period leaves the denominators of all procedures short, its own ones alone.
    return {
        key: _Dossiers(
            tuple(seen[key]), tuple(told[key]), _why_not(told[key], incomplete & {key} if by is By.AGENCY else incomplete)
        )
        for key in {*seen, *told}
    }


def _incomplete(counted: Counted, period: Period) -> frozenset[str]:
    """Agencies known of that have not told what they received on every day of the period."""
    agencies = {each.agency for each in counted.dossiers} | set(counted.days_told)
    return frozenset(agency for agency in agencies if counted.days_told.get(agency, 0) < period.days)


def _why_not(told: Iterable[ReceivedTotal], incomplete: frozenset[str]) -> str | None:
    if not any(True for _ in told):
        return "received_not_told"
    return "received_incomplete" if incomplete else None


def _row(key: str | None, papers: PaperCounts, dossiers: _Dossiers) -> ReuseRow:
    return ReuseRow(key, papers, _official(dossiers), _rates(papers))


def _official(dossiers: _Dossiers) -> tuple[Figure, ...]:
    seen, why_not = dossiers.seen, dossiers.why_not
    received = sum(each.dossiers for each in dossiers.told) if dossiers.told else None
    procedures = len({each.procedure for each in dossiers.told if each.dossiers}) if dossiers.told else None
    if why_not == "not_by_evidence_type":
        return tuple(figure(formula, None, None, why_not) for formula in INDICATORS)
    numerators = (
        sum(each.reusing for each in seen),
        sum(each.from_store for each in seen),
        len({each.procedure for each in seen if each.population}),
        sum(each.population for each in seen),
    )
    denominators = (received, received, procedures, received)
    told = zip(INDICATORS, numerators, denominators, strict=True)
    return tuple(figure(formula, numerator, denominator, why_not) for formula, numerator, denominator in told)


def _rates(papers: PaperCounts) -> tuple[Figure, ...]:
    return (
        figure(REUSED_PAPERS, papers.reused, papers.reusable),
        figure(AVOIDABLE_REQUESTS, papers.avoidable, papers.requests),
        figure(UNANSWERED, papers.unanswered, papers.questions),
        figure(VIOLATIONS, papers.violations, papers.papers),
    )
