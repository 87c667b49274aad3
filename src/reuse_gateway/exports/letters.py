"""Letters to ministries (công văn): what of their published dossiers is to be amended, ready to be numbered and signed.

Shape of an official letter: Decree 30/2020/NĐ-CP, annex I. Number, place and signature are left to the office that sends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reuse_gateway.application.report_defects import DefectReport, Listed
from reuse_gateway.domain.defect import Replacement
from reuse_gateway.exports.csv_rows import Cell
from reuse_gateway.exports.defect_tables import (
    bases_of,
    defect_heading,
    defect_rows,
    named,
    papers_of,
    sources_of,
)
from reuse_gateway.exports.pages import by_ministry, environment

SENDER = "[TÊN CƠ QUAN GỬI]"


@dataclass(frozen=True, slots=True)
class Point:
    """One component to be amended, in the words of the letter."""

    case: str
    label: str
    papers: str
    means: str
    bases: str
    proposal: str
    firm: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One ministry's letter; procedures as (code, name, deciding document, points)."""

    ministry: str
    sender: str
    as_of: date
    bases: tuple[str, ...]
    procedures: tuple[tuple[str, str, str, tuple[Point, ...]], ...]

    @property
    def points(self) -> int:
        """Components named."""
        return sum(len(points) for *_, points in self.procedures)

    @property
    def to_be_looked_at(self) -> int:
        """Those among them where a person has to look first."""
        return sum(not point.firm for *_, points in self.procedures for point in points)


def letters(report: DefectReport, sender: str = SENDER) -> list[Letter]:
    """A letter for every ministry with findings, in order of name."""
    return [_letter(ministry, found, report, sender) for ministry, found in by_ministry(report.defects)]


def _letter(ministry: str, found: Sequence[Listed], report: DefectReport, sender: str) -> Letter:
    procedures: dict[str, list[Listed]] = {}
    for listed in found:
        procedures.setdefault(listed.procedure, []).append(listed)
    codes = dict.fromkeys(code for listed in found for paper in listed.assessment.spared for code in paper.bases)
    listed_points = (
        (code, rows[0].procedure_name, rows[0].decision, tuple(_point(row, report) for row in rows))
        for code, rows in sorted(procedures.items())
    )
    return Letter(ministry, sender, report.as_of, tuple(named(c, report.glossary.bases) for c in codes), tuple(listed_points))


def _point(listed: Listed, report: DefectReport) -> Point:
    means = sources_of(listed, report) or "không còn được yêu cầu theo quy định"
    row = listed.assessment.component
    return Point(
        row.case,
        row.label,
        papers_of(listed, report),
        means,
        bases_of(listed, report),
        proposal(listed, report),
        listed.assessment.firm,
    )


def proposal(listed: Listed, report: DefectReport) -> str:
    """What the published words should say instead."""
    papers, names = papers_of(listed, report), report.glossary.sources
    if listed.assessment.replacement is Replacement.ABOLISHED:
        return f"Bỏ yêu cầu {papers} khỏi thành phần hồ sơ."
    if not listed.assessment.firm:
        return f"Rà soát; ghi rõ trường hợp phải nộp, và không yêu cầu {papers} khi đã khai thác được dữ liệu."
    sources = dict.fromkeys(named(source, names) for paper in listed.assessment.spared for source, _ in paper.sources)
    return (
        f"Bổ sung: “Không yêu cầu nộp, xuất trình {papers} khi cơ quan giải quyết đã khai thác được dữ liệu từ "
        f"{', '.join(sources)}.”"
    )


def letters_text(report: DefectReport, sender: str = SENDER) -> Iterator[str]:
    """All letters as plain text, a form feed between two."""
    yield from environment().get_template("letters.txt.j2").generate(letters=letters(report, sender))


def letters_page(report: DefectReport, sender: str = SENDER) -> Iterator[str]:
    """All letters as one page that prints each on sheets of its own."""
    yield from environment().get_template("letters.html.j2").generate(letters=letters(report, sender), as_of=report.as_of)


def letter_heading() -> list[str]:
    """Headings of the list behind the letters."""
    return [*defect_heading(), "Đề nghị sửa đổi"]


def letter_rows(report: DefectReport) -> Iterator[list[Cell]]:
    """The findings in order of ministry, each with the proposed words."""
    rows = zip(report.defects, defect_rows(report), strict=True)
    for listed, row in sorted(rows, key=lambda pair: (pair[0].ministry.name.vi, pair[0].procedure)):
        yield [*row, proposal(listed, report)]
