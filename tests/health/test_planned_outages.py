"""Announced maintenance: recorded before or during it by an administrator, obeyed to the instant, withdrawn by a later row."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from reuse_gateway.application.planned_outages import PlannedOutages
from reuse_gateway.domain.dated_fact import DatedFact, FactKind, PlannedOutage
from reuse_gateway.storage.facts import change_body, change_of
from tests.api.conftest import House
from tests.api.fakes import NOW
from tests.facts.builders import FIRST, book, scope
from tests.facts.test_admin import get, put

from .builders import Clocked, after

OUTAGE, NEW = "/v1/admin/outages/bao-tri-11", {"if-none-match": "*"}


class Rows:
    """Stands for the dated policy."""

    def __init__(self, *facts: DatedFact) -> None:
        self.book = book(*facts)


def outage(start: float, end: float, id: str = "o", **changes: Any) -> DatedFact:
    says = PlannedOutage("population", after(start), after(end), "Thông báo 12/TB")
    return DatedFact(FactKind.OUTAGE, id, 1, says, FIRST, **changes)


def planned(clock: Clocked, *facts: DatedFact) -> PlannedOutages:
    return PlannedOutages(clock, Rows(*facts))


@pytest.mark.parametrize(("at", "out"), [(-1, False), (0, True), (59, True), (60, False)])
def test_a_source_is_out_from_the_first_instant_up_to_the_last_but_not_at_it(at: float, out: bool) -> None:
    clock = Clocked(after(-2))
    outages = planned(clock, outage(0, 60))
    assert not outages.now("population")
    clock.turn(2 + at)
    assert outages.now("population") is out
    assert not outages.now("tax")


def test_a_withdrawn_outage_holds_no_more_and_the_row_recorded_last_decides() -> None:
    clock = Clocked(after(5))
    assert not planned(clock, outage(0, 60), outage(0, 60, withdrawn=True)).now("population")
    assert not planned(clock, outage(0, 60), outage(30, 60)).now("population")
    assert planned(clock, outage(30, 60), outage(0, 10)).now("population")


def test_rows_recorded_while_it_runs_are_obeyed_and_other_rows_are_not_read_as_outages() -> None:
    clock = Clocked(after(5))
    outages = planned(clock, scope())
    assert not outages.now("population")
    outages.policies.book = book(scope(), outage(0, 60))
    assert outages.now("population")
    assert outages.next()["population"].to_at == after(60)
    clock.turn(60)
    assert outages.next() == {}


def test_before_the_rows_are_known_nothing_is_planned() -> None:
    assert not PlannedOutages(Clocked()).now("population")


def test_an_outage_comes_back_as_it_was_written() -> None:
    change = book(outage(0.000001, 60)).changes[0]
    assert change_of(change_body(change)) == change


def row(**more: Any) -> dict[str, Any]:
    told = {"source": "population", "announcement": "Thông báo 12/TB-BCA ngày 20/11/2026", "reason": "Bảo trì định kỳ đã báo"}
    return told | {"from_at": "2026-11-23T00:00:00+07:00", "to_at": "2027-11-23T23:00:00Z"} | more


async def test_an_announced_outage_is_shown_beside_the_source(house: House) -> None:
    end = (NOW + timedelta(hours=1)).astimezone(UTC).isoformat()
    start = (NOW - timedelta(hours=1)).astimezone(UTC).isoformat()
    assert (await put(house, OUTAGE, row(from_at=start, to_at=end), **NEW)).status_code in (200, 201)
    shown = (await house.client.get("/v1/sources")).json()["items"]
    told = {each["id"]: each["planned_outage"] for each in shown}
    assert told["population"]["announcement"] == row()["announcement"]
    assert told["tax"] is None


@pytest.mark.parametrize(
    ("bent", "pointer", "code"),
    [
        ({"source": "nowhere"}, "/source", "unknown_source"),
        ({"from_at": "2026-11-24T00:00:00Z", "to_at": "2026-11-24T00:00:00Z"}, "/to_at", "reversed_days"),
        ({"from_at": "2026-11-01T00:00:00Z", "to_at": "2026-12-01T00:00:00Z"}, "/to_at", "outage_too_long"),
        ({"from_at": "2026-11-24"}, "/from_at", "bad_format"),
        ({"from_at": "2026-11-24T08:00:00"}, "/from_at", "bad_format"),
        ({"to_at": "2026-02-30T08:00:00Z"}, "/to_at", "impossible_date"),
        ({"to_at": "9999-12-31T23:00:00Z"}, "/to_at", "impossible_date"),
        ({"from_at": "0001-01-01T00:00:00Z"}, "/from_at", "impossible_date"),
        ({"announcement": "Gọi cho ông 0912 345 678 ngay"}, "/announcement", "personal_number"),
    ],
)
async def test_a_bad_announcement_is_refused_with_its_place(house: House, bent: dict, pointer: str, code: str) -> None:
    answer = await put(house, OUTAGE, row(**{"to_at": "2026-11-24T00:00:00Z"} | bent), **NEW)
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(each["pointer"], each["code"]) for each in answer.json()["errors"]}
    assert house.store.kept_changes == []


async def test_only_administrators_announce_outages(house: House) -> None:
    for client_id in ("demo-intake", "demo-auditor", "demo-forms"):
        assert (await get(house, "/v1/admin/outages", client_id)).status_code == 403
        assert (await put(house, OUTAGE, row(), client_id=client_id)).status_code == 403
