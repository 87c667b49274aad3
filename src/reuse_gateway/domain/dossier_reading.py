"""The rows of a published dossier, read into components: what each demands, and whether the dossier itself waives it."""

from __future__ import annotations

from dataclasses import replace

from reuse_gateway.domain.defect import Component
from reuse_gateway.domain.matching import OTHER, Kind, Reading, Vocabulary
from reuse_gateway.domain.procedure import ProcedureVersion, Requirement
from reuse_gateway.domain.text import fold

_FIRM, _FOREIGN = 0.9, "nuoc ngoai"
_CHANGES = ("cap doi", "cap lai", "gia han", "sua doi", "thay doi", "dieu chinh", "thu hoi", "cai chinh", "doi giay", "doi the")
_CONDITIONS = ("neu co", "truong hop", "doi voi", "(neu ")


def components_of(version: ProcedureVersion, words: Vocabulary) -> tuple[Component, ...]:
    """Every row in the order published. Rows that people have tied and verified stand as they are; all others are read.

    A note that says that data replace papers speaks for every row that names one of its papers, or for all rows where it names
    none: a ministry is not blamed for words that stand elsewhere on the page. A name that means another paper in the field of
    the procedure (an inspection, among vessels) is not sure.
    """
    issued, foreign = issued_by(version, words), _FOREIGN in fold(version.name)
    lost = frozenset[str]() if version.verified else words.astray(f"{version.field}; {version.name}")
    found, waived, all_waived = [], set[str](), False
    for case in version.cases:
        for row in case.requirements:
            reading = None if version.verified else words.read(row.label, case.name)
            if reading and reading.kind is Kind.NOTE and reading.substitution:
                waived |= set(reading.evidence_types)
                all_waived |= not set(reading.evidence_types) - {OTHER}
            component = _as_tied(row, case.name) if reading is None else _as_read(row, case.name, reading, words)
            another = bool(lost.intersection(component.kinds))
            firm, sure = component.firm and not foreign and not another, component.sure and not another
            found.append(replace(component, issued=issued, firm=firm, sure=sure))
    return tuple(replace(each, worded=each.worded or all_waived or bool(waived & set(each.kinds))) for each in found)


def issued_by(version: ProcedureVersion, words: Vocabulary) -> frozenset[str]:
    """Kinds of paper that the procedure is about: its results, and those its name issues anew, changes or takes back."""
    results = {words.result_codes[code] for code in version.result_codes if code in words.result_codes}
    name = fold(version.name)
    named = words.read(version.name).named if any(sign in name for sign in _CHANGES) else ()
    return frozenset(results | {key for paper in named for key in paper.types} - {OTHER})


def _as_tied(row: Requirement, case: str) -> Component:
    return Component(
        ref=row.ref,
        case=case,
        label=row.label,
        any_of=row.any_of,
        others=not row.any_of,
        worded=row.substitution_wording,
        original=row.original,
        conditional=row.condition is not None,
    )


def _as_read(row: Requirement, case: str, reading: Reading, words: Vocabulary) -> Component:
    tied, folded = bool(row.any_of), fold(row.label)
    sure = tied or reading.sure
    return Component(
        ref=row.ref,
        case=case,
        label=row.label,
        demand=tied or reading.kind is Kind.DEMAND,
        any_of=row.any_of or reading.any_of,
        others=OTHER in reading.evidence_types,
        sure=sure,
        worded=row.substitution_wording or reading.substitution,
        original=row.original or reading.original,
        conditional=row.condition is not None or any(sign in folded for sign in _CONDITIONS),
        firm=reading.score >= _FIRM and reading.complete and _FOREIGN not in folded and _plain(folded, reading, words),
        suggestions=() if sure else words.suggest(row.label),
    )


def _plain(folded: str, reading: Reading, words: Vocabulary) -> bool:
    """Every paper is called by a name of its own: `legal papers of the investor` may be many things."""
    called = {key for name, key in words.names.items() if name in folded} if reading.any_of else set()
    return called.issuperset(key for together in reading.any_of for key in together)
