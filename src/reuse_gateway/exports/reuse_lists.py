"""Rankings, savings and the public table as JSON; every rate with both its parts, every saving with its formula."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reuse_gateway.application.measure_reuse import ReuseReport
from reuse_gateway.domain.indicators import REUSED_PAPERS, figure
from reuse_gateway.domain.ranking import Ranking
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.savings import UnitCost, savings
from reuse_gateway.domain.suppression import Cells, Published
from reuse_gateway.domain.text import Text
from reuse_gateway.domain.vietnam import TIME_ZONE

Names = Mapping[str, Text]


def ranking_json(report: ReuseReport, ranked: Ranking, names: Names) -> dict[str, Any]:
    """Places by rate, the best first."""
    places = [
        {
            "place": each.place,
            "key": each.key,
            "name": _name(each.key, names),
            "numerator": each.figure.numerator,
            "denominator": each.figure.denominator,
            "rate": None if each.figure.rate is None else float(each.figure.rate),
        }
        for each in ranked.places
    ]
    told = {"by": report.by.value, "rate": ranked.rate, "least_denominator": ranked.least}
    return _days(report.period) | told | {"places": places, "too_small": list(ranked.too_small)}


def savings_json(report: ReuseReport, costs: tuple[UnitCost, ...]) -> dict[str, Any]:
    """Papers not brought times the unit costs of the period's last day; a range, and where from."""
    papers = report.whole.papers.reused
    told = [
        {
            "id": each.cost.id,
            "name": {"vi": each.cost.name.vi, "en": each.cost.name.en},
            "unit": each.cost.unit,
            "low": float(each.low),
            "high": float(each.high),
            "formula": each.formula,
            "source": each.cost.source,
            "verified": each.cost.verified,
        }
        for each in savings(papers, costs, report.period.last)
    ]
    return _days(report.period) | {"papers": papers, "savings": told}


def public_json(period: Period, told: Published, least: int, names: Names) -> dict[str, Any]:
    """The table that anybody may see."""
    rows = [{"agency": key, "name": _name(key, names), **_cells(cells)} for key, cells in told.rows.items()]
    hidden = {"least": least, "agencies": len(told.hidden)}
    return _days(period) | {"rows": rows, "hidden": hidden, "total": _cells(told.whole) if told.whole else None}


def _cells(cells: Cells) -> dict[str, Any]:
    reused, not_reused, _ = cells
    found = figure(REUSED_PAPERS, reused, reused + not_reused)
    rate = None if found.rate is None else float(found.rate)
    return {"papers": sum(cells), "reusable": reused + not_reused, "reused": reused, "rate": rate}


def _days(period: Period) -> dict[str, Any]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat(), "time_zone": TIME_ZONE}


def _name(key: str, names: Names) -> dict[str, str] | None:
    name = names.get(key)
    return {"vi": name.vi, "en": name.en} if name else None
