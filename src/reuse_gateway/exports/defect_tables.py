"""The defect report as tables, one row of cells after another: what CSV, XLSX and the page are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reuse_gateway.application.report_defects import DefectReport, Glossary, Listed
from reuse_gateway.domain.defect import Replacement
from reuse_gateway.domain.tally import Line
from reuse_gateway.domain.text import Text
from reuse_gateway.exports.csv_rows import Cell
from reuse_gateway.exports.wording import COLUMNS, FIRM, GROUNDS, ROW_COLUMNS, STATES

_STATE_COLUMNS = ("held_by_province", "no_usable_source", "other_paper", "unrecognised")


def summary_heading() -> list[str]:
    """Headings of a table of lines, Vietnamese."""
    return [text.vi for text in COLUMNS.values()]


def summary_rows(lines: tuple[Line, ...], glossary: Glossary) -> Iterator[list[Cell]]:
    """One row per line; sources and instruments with the components each spares."""
    for line in lines:
        counts: list[Cell] = [line.procedures, line.components, line.demanded, line.replaceable, line.lacking]
        counts += [line.by_state[state] for state in _STATE_COLUMNS]
        yield [line.key, line.name.vi, *counts, told(line.by_source, glossary.sources), told(line.by_basis, glossary.bases)]


def told(counts: Mapping[str, int], names: Mapping[str, Text]) -> str:
    """Names with their counts in one cell."""
    return "; ".join(f"{named(key, names)} ({count})" for key, count in counts.items())


def named(key: str, names: Mapping[str, Text]) -> str:
    """The Vietnamese name of a key, or the key itself."""
    return names[key].vi if key in names else key


def defect_heading() -> list[str]:
    """Headings of the list of findings, Vietnamese."""
    return [text.vi for key, text in ROW_COLUMNS.items() if key != "suggestions"]


def defect_rows(report: DefectReport) -> Iterator[list[Cell]]:
    """One row per finding D01, in order of procedure."""
    for listed in report.defects:
        found = papers_of(listed, report), sources_of(listed, report), bases_of(listed, report)
        yield [*_where(listed), state_of(listed), FIRM[listed.assessment.firm].vi, *found]


def unread_heading() -> list[str]:
    """Headings of the list of what was not recognised, Vietnamese."""
    return [text.vi for key, text in ROW_COLUMNS.items() if key not in ("state", "firm", "papers", "sources", "bases")]


def unread_rows(report: DefectReport) -> Iterator[list[Cell]]:
    """One row per component that nobody surely knows, with the likest kinds."""
    for listed in report.unread:
        suggested = (named(key, report.glossary.evidence_types) for key in listed.assessment.component.suggestions)
        yield [*_where(listed), "; ".join(suggested)]


def _where(listed: Listed) -> list[Cell]:
    row = listed.assessment.component
    return [
        listed.ministry.name.vi, listed.field, listed.procedure, listed.procedure_name, listed.decision, row.case, row.ref,
        row.label,
    ]  # fmt: skip


def state_of(listed: Listed) -> str:
    """The finding in words."""
    return STATES[listed.assessment.replacement].vi


def papers_of(listed: Listed, report: DefectReport) -> str:
    """Names of the papers spared."""
    return "; ".join(named(paper.evidence_type, report.glossary.evidence_types) for paper in listed.assessment.spared)


def sources_of(listed: Listed, report: DefectReport) -> str:
    """Which databases stand in, and on which ground; an abolished paper needs none."""
    found = dict.fromkeys(source for paper in listed.assessment.spared for source in paper.sources)
    return "; ".join(f"{named(source, report.glossary.sources)} ({GROUNDS[ground].vi})" for source, ground in found)


def bases_of(listed: Listed, report: DefectReport) -> str:
    """The primary instrument of each paper spared; where its article is not known, beside it the first whose article is."""
    known = report.glossary.articled
    spared = [paper.bases for paper in listed.assessment.spared if paper.bases]
    found = dict.fromkeys(code for bases in spared for code in (bases[0], *_with_article(bases, known)))
    return "; ".join(named(code, report.glossary.bases) for code in found)


def _with_article(bases: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    """At most one instrument to be cited beside the primary one."""
    return () if bases[0] in known else tuple(code for code in bases if code in known)[:1]


def share_states(line: Line) -> list[tuple[Text, int]]:
    """States of a line that occur, in the order of the states, notes left out."""
    states = (state for state in Replacement if state is not Replacement.NOTE)
    return [(STATES[state], line.state(state)) for state in states if line.state(state)]
