"""The report on reuse for machines and for people: JSON, CSV and lines of text; numbers are told with both their parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from reuse_gateway.application.measure_reuse import ReuseReport
from reuse_gateway.domain.indicators import INDICATORS, RATES, Figure, Formula
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.reuse_report import ReuseRow
from reuse_gateway.domain.text import Text
from reuse_gateway.domain.vietnam import TIME_ZONE

Names = Mapping[str, Text]
WHOLE = Text("Tất cả", "All")
UNNAMED = Text("Chưa rõ loại giấy tờ", "No kind of paper")


def report_json(report: ReuseReport, names: Names) -> dict[str, Any]:
    """The whole report. `names` of keys where they are known; a key without one is told alone."""
    first, last = report.period.first, report.period.last
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "days": report.period.days,
        "time_zone": TIME_ZONE,
        "by": report.by.value,
        "made_at": instant(report.made_at),
        "previous": {"from": report.before.first.isoformat(), "to": report.before.last.isoformat()},
        "formulas": [_formula(formula) for formula in (*INDICATORS, *RATES)],
        "total": _row(report.whole, report.whole_before, names),
        "rows": [_row(row, report.rows_before.get(row.key), names) for row in report.rows],
    }


def _formula(formula: Formula) -> dict[str, Any]:
    points = {"max_points": formula.most_points, "full_marks_from": formula.full_marks_from} if formula.most_points else {}
    return {
        "id": formula.id,
        "name": _both(formula.name),
        "numerator": _both(formula.numerator),
        "denominator": _both(formula.denominator),
        "per": formula.scale,
        **points,
        "verified": formula.verified,
    }


def _row(row: ReuseRow, before: ReuseRow | None, names: Names) -> dict[str, Any]:
    name = _name(row.key, names)
    return {
        "key": row.key,
        "name": name and _both(name),
        "indicators": _figures(row.official, before.official if before else ()),
        "rates": _figures(row.rates, before.rates if before else ()),
        "counts": asdict(row.papers),
    }


def _figures(figures: tuple[Figure, ...], before: tuple[Figure, ...]) -> dict[str, Any]:
    earlier = {each.formula.id: each for each in before}
    return {each.formula.id: _figure(each, earlier.get(each.formula.id)) for each in figures}


def _figure(figure: Figure, before: Figure | None) -> dict[str, Any]:
    rate, earlier = figure.rate, before.rate if before else None
    change = rate - earlier if rate is not None and earlier is not None else None
    told = {
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "rate": _number(rate),
        "reason": figure.why_not,
        "previous": {
            "numerator": before.numerator if before else None,
            "denominator": before.denominator if before else None,
            "rate": _number(earlier),
        },
        "change": _number(change),
    }
    return told | ({"points": _number(figure.points)} if figure.formula.most_points else {})


def csv_heading() -> tuple[str, ...]:
    """Columns of the CSV: for each figure its two parts, the rate and why there is none."""
    figures = (formula.id for formula in (*INDICATORS, *RATES))
    parts = (f"{name}_{part}" for name in figures for part in ("numerator", "denominator", "rate", "reason"))
    return ("key", "name", *parts)


def csv_rows(report: ReuseReport, names: Names) -> Iterator[tuple[str | int, ...]]:
    """A line for each key, the whole last."""
    for row in (*report.rows, report.whole):
        name = _name(row.key, names)
        cells = (cell for figure in (*row.official, *row.rates) for cell in _cells(figure))
        yield ("" if row.key is None else row.key, name.vi if name else "", *cells)


def _cells(figure: Figure) -> tuple[str | int, ...]:
    parts = (figure.numerator, figure.denominator, figure.rate)
    return (*("" if part is None else str(part) if isinstance(part, Decimal) else part for part in parts), figure.why_not or "")


def text_lines(report: ReuseReport, names: Names) -> Iterator[str]:
    """For people, Vietnamese first: the whole with every part, then a line for each key."""
    first, last = (day.strftime("%d/%m/%Y") for day in (report.period.first, report.period.last))
    yield f"Báo cáo dùng lại dữ liệu từ {first} đến {last} (giờ Việt Nam) · Reuse by {report.by.value}"
    for figure in (*report.whole.official, *report.whole.rates):
        yield f"  {figure.formula.id:<20} {_said(figure):<40} {figure.formula.name.vi}"
    for row in report.rows:
        name = _name(row.key, names)
        yield f"{row.key or '-'}{' · ' + name.vi if name else ''}"
        yield "  " + "; ".join(f"{figure.formula.id} {_said(figure)}" for figure in (*row.official, *row.rates))


def _said(figure: Figure) -> str:
    parts = f"{_or_dash(figure.numerator)}/{_or_dash(figure.denominator)}"
    if figure.rate is None:
        return f"{parts} ({figure.why_not})"
    unit = "%" if figure.formula.scale == 100 else "‰"
    points = f", {figure.points}/{figure.formula.most_points} điểm" if figure.points is not None else ""
    return f"{parts} = {str(figure.rate).replace('.', ',')} {unit}{points.replace('.', ',')}"


def _or_dash(number: int | None) -> str:
    return "–" if number is None else str(number)


def _name(key: str | None, names: Names) -> Text | None:
    if key is None:
        return WHOLE
    return names.get(key) if key else UNNAMED


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


def _number(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
