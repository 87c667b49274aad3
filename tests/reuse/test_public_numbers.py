"""What the public sees gives no small cell back: not by the total, not by two periods, not by what is left over."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.reuse_counts import Counted, PaperCounts
from reuse_gateway.domain.suppression import Cells, Published, Row
from reuse_gateway.domain.suppression import published as told_of
from tests.api.conftest import House

LEAST = 5
cells = st.tuples(*[st.integers(0, 12) | st.integers(0, 4) | st.integers(50, 90)] * 3)
tables = st.dictionaries(st.sampled_from([f"H41.{number}" for number in range(1, 9)]), cells, max_size=8)


def published(rows: dict[str, Cells], least: int) -> Published:
    """Every paper of somebody else."""
    return told_of({key: Row(cells, cells) for key, cells in rows.items()}, least)


def small(row: Cells) -> bool:
    return any(0 < cell < LEAST for cell in row)


@settings(max_examples=300)
@given(tables)
@example({"H41.1": (1, 0, 0), "H41.2": (50, 50, 50)})
@example({"H41.1": (1, 0, 0), "H41.2": (1, 0, 0), "H41.3": (60, 60, 60)})
@example({"H41.1": (2, 9, 9)})
def test_what_the_total_leaves_over_tells_of_nobody(rows: dict[str, Cells]) -> None:
    told = published(rows, LEAST)
    assert {*told.rows, *told.hidden} == set(rows)
    assert not any(small(row) for row in told.rows.values())
    if told.whole is None:
        return
    left_over = tuple(whole - sum(part) for whole, part in zip(told.whole, zip(*told.rows.values(), strict=True), strict=True)
                      ) if told.rows else told.whole  # fmt: skip
    assert not small(left_over)
    assert len(told.hidden) != 1


@given(tables)
def test_every_published_row_is_exactly_what_was_counted(rows: dict[str, Cells]) -> None:
    told = published(rows, LEAST)
    assert all(rows[key] == row for key, row in told.rows.items())
    assert told.whole in (None, tuple(map(sum, zip(*rows.values(), strict=True))) if rows else None)


agencies = st.sampled_from([f"H41.{number}" for number in range(1, 6)])
people = st.lists(st.tuples(st.sampled_from("abcdefghijkl"), st.integers(1, 9)), max_size=12)


@settings(max_examples=300)
@given(st.dictionaries(agencies, st.tuples(people, people, people), max_size=5))
def test_what_is_told_or_left_over_is_about_enough_people_whoever_stands_in_several_agencies(asked: dict[str, tuple]) -> None:
    """`asked`: per agency and cell who, with how many papers."""
    rows = {
        key: Row(tuple(sum(n for _, n in cell) for cell in cells), tuple(len({who for who, _ in cell}) for cell in cells))
        for key, cells in asked.items()
    }
    told = told_of(rows, LEAST)
    groups = [[key] for key in told.rows] + ([list(told.hidden), list(rows)] if told.whole else [])
    for group in groups:
        for cell in range(3):
            assert not 0 < len({who for key in group for who, _ in asked[key][cell]}) < LEAST


def test_many_papers_of_one_person_are_no_large_cell() -> None:
    told = told_of({"a": Row((60, 0, 0), (1, 0, 0)), "b": Row((90, 90, 90), (9, 9, 9))}, LEAST)
    assert (told.rows, told.hidden, told.whole) == ({}, ("a", "b"), (150, 90, 90))


def test_people_who_recur_across_agencies_are_not_added_up() -> None:
    told = told_of({key: Row((3, 0, 0), (3, 0, 0)) for key in "abc"}, LEAST)
    assert (told.rows, told.whole) == ({}, None)


def test_large_cells_alone_hide_nothing() -> None:
    told = published({"a": (5, 5, 5), "b": (0, 5, 9)}, LEAST)
    assert (told.hidden, told.whole) == ((), (5, 10, 14))


def test_one_small_row_takes_the_smallest_other_with_it() -> None:
    told = published({"a": (1, 9, 9), "b": (90, 90, 90), "c": (9, 9, 9)}, LEAST)
    assert (told.hidden, set(told.rows), told.whole) == (("a", "c"), {"b"}, (100, 108, 108))


def test_where_everything_is_small_the_whole_is_hidden_too() -> None:
    told = published({"a": (1, 0, 0), "b": (1, 0, 0)}, LEAST)
    assert (told.rows, told.whole) == ({}, None)


async def get(house: House, query: str = "?month=2026-10") -> httpx.Response:
    return await house.client.get(f"/v1/public/reuse{query}")


def counted(**papers: PaperCounts) -> Counted:
    return Counted({key.replace("_", "."): value for key, value in papers.items()}, (), (), {})


async def test_the_public_table_needs_no_token_and_names_no_small_agency(house: House) -> None:
    many = PaperCounts(papers=100, reusable=60, reused=45, violations=3)
    few = PaperCounts(papers=2, reusable=1, reused=1)
    house.numbers.counts = {"2026-10-01": counted(H41_1=many, H41_2=few, H41_3=many)}
    answer = (await get(house)).json()
    assert [row["agency"] for row in answer["rows"]] == ["H41.3"]
    assert answer["rows"][0] | {"name": 0} == {
        "agency": "H41.3",
        "name": 0,
        "papers": 100,
        "reusable": 60,
        "reused": 45,
        "rate": 75.0,
    }
    assert answer["hidden"] == {"least": 5, "agencies": 2}
    assert answer["total"]["papers"] == 202
    assert "violation" not in str(answer)
    assert house.store.notes == []


@pytest.mark.parametrize(
    "query",
    ["", "?month=2026-11", "?month=2027-01", "?month=2024-10", "?month=2026-13", "?month=2026-10-01",
     "?month=2026-10&by=procedure",
     "?month=2026-10&from=2026-10-02", "?month=2026-10&agency=H41.1"],
)  # fmt: skip
async def test_no_other_period_and_no_other_cut_can_be_asked_for(house: House, query: str) -> None:
    """Periods that overlap, or the same month by something else, would give hidden cells back by difference."""
    assert (await get(house, query)).status_code == (400 if "&" in query else 422)
    assert house.numbers.asked == []


async def test_what_comes_in_late_is_not_told_by_difference(house: House) -> None:
    many = PaperCounts(papers=100, reusable=60, reused=45)
    house.numbers.counts = {"2026-10-01": counted(H41_1=many, H41_2=many)}
    first = (await get(house)).json()
    house.numbers.counts = {"2026-10-01": counted(H41_1=many + PaperCounts(papers=1, reusable=1, reused=1), H41_2=many)}
    assert (await get(house)).json() == first
    assert len(house.numbers.asked) == 1


async def test_a_store_that_is_away_is_told_and_nothing_is_remembered(house: House) -> None:
    house.numbers.broken = StoreError("gone")
    assert (await get(house)).status_code == 503
    house.numbers.broken = None
    assert (await get(house)).status_code == 200
