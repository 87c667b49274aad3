"""Rankings on rates with a smallest denominator; savings as ranges that anybody can work out again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reuse_gateway.catalogue.unit_costs import load_unit_costs
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.ranking import ranking
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, Counted, PaperCounts
from reuse_gateway.domain.reuse_report import reuse_rows
from reuse_gateway.domain.savings import UnitCost, savings
from reuse_gateway.domain.text import Text
from tests.api.conftest import House

DAY = Period(date(2026, 11, 23), date(2026, 11, 23))
PAPERS = {
    "A": PaperCounts(papers=100, reusable=100, reused=90, violations=50),
    "B": PaperCounts(papers=200, reusable=200, reused=180, violations=1),
    "C": PaperCounts(papers=1000, reusable=1000, reused=100, violations=0),
    "D": PaperCounts(papers=9, reusable=9, reused=9),
    "": PaperCounts(papers=500, reusable=500, reused=500),
}


def rows(**changes: PaperCounts):
    return reuse_rows(Counted(PAPERS | changes, (), (), {}), By.AGENCY, DAY)[1]


def test_the_rate_ranks_and_never_the_count() -> None:
    found = ranking(rows(), "reused_papers", 10)
    assert [(each.place, each.key) for each in found.places] == [(1, "A"), (1, "B"), (3, "C")]
    assert found.too_small == ("D",)


def test_where_less_is_better_the_least_stands_first() -> None:
    found = ranking(rows(), "violations_per_1000", 10)
    assert [(each.place, each.key) for each in found.places] == [(1, "C"), (2, "B"), (3, "A")]


def test_nobody_without_a_denominator_has_a_place() -> None:
    assert ranking(rows(), "avoidable_requests", 0).places == ()
    assert ranking(rows(), "4.3", 10).places == ()


def test_a_rate_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError):
        ranking(rows(), "officers", 10)


def cost(**changes: object) -> UnitCost:
    told = {
        "id": "time",
        "name": Text("t", "t"),
        "unit": "minutes",
        "low": Decimal(15),
        "high": Decimal(60),
        "valid_from": date(2024, 1, 1),
    }
    return UnitCost(**(told | changes))


def test_a_guess_is_told_as_a_range_with_its_formula() -> None:
    (one,) = savings(7, (cost(),), DAY.last)
    assert (one.low, one.high, one.formula) == (Decimal(105), Decimal(420), "7 x (15..60) minutes")
    (sure,) = savings(7, (cost(high=Decimal(15)),), DAY.last)
    assert sure.formula == "7 x 15 minutes"


def test_a_cost_counts_on_its_days_alone() -> None:
    ended, coming = cost(valid_to=date(2026, 11, 22)), cost(valid_from=date(2026, 11, 24))
    assert savings(7, (ended, coming), DAY.last) == ()
    assert len(savings(7, (cost(valid_to=DAY.last),), DAY.last)) == 1


def test_the_shipped_costs_are_told_as_unverified_ranges() -> None:
    costs = load_unit_costs()
    assert {each.id for each in costs} == {"time", "travel", "fee", "copies"}
    assert all(each.low < each.high and each.source and not each.verified for each in costs)


@pytest.mark.parametrize("line", ["low: '60'\n   high: '15'", "low: 15.5x\n   high: '60'", "low: '15'"])
def test_a_cost_that_cannot_be_refuses_the_start(tmp_path: Path, line: str) -> None:
    rest = "valid_from: 2024-01-01\n   verified: false\n   vi: a\n   en: b\n   source: c"
    row = f"costs:\n - id: time\n   unit: minutes\n   {line}\n   {rest}\n"
    (tmp_path / "unit_costs.yaml").write_text(row, encoding="utf-8")
    with pytest.raises(FactsError):
        load_unit_costs(tmp_path)


async def test_rankings_and_savings_are_for_auditors_and_their_reading_is_kept(house: House) -> None:
    house.numbers.counts = {"2026-11-23": Counted({"H41.12": PAPERS["A"]}, (), (), {})}
    period = "from=2026-11-23&to=2026-11-23"
    for path in ("ranking", "savings"):
        assert (await house.client.get(f"/v1/reports/{path}?{period}", headers=await house.headers())).status_code == 403
    auditor = await house.headers("demo-auditor")
    ranked = (await house.client.get(f"/v1/reports/ranking?{period}", headers=auditor)).json()
    assert (ranked["places"][0]["key"], ranked["places"][0]["numerator"], ranked["places"][0]["denominator"]) == (
        "H41.12",
        90,
        100,
    )
    saved = (await house.client.get(f"/v1/reports/savings?{period}", headers=auditor)).json()
    assert (saved["papers"], saved["savings"][0]["formula"]) == (90, "90 x (15..60) minutes")
    assert [note.what for note in house.store.notes] == ["report_ranking", "report_savings"]
    for more, status in (("least=1", 422), ("rate=officers", 422), ("limit=3", 400)):
        answer = await house.client.get(f"/v1/reports/ranking?{period}&{more}", headers=auditor)
        assert answer.status_code == status
