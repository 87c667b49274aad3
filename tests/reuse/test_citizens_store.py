"""Requests and answers at rest, on both engines: once, found when altered, and a person's checks by every living key."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from reuse_gateway.application.citizen_ports import RequestFilter
from reuse_gateway.domain.citizen_request import Answer, CitizenRequest, Ground, RequestAnswer, RequestKind, RequestState
from reuse_gateway.domain.errors import Conflict, StoreError
from reuse_gateway.domain.event import BEFORE_ALL
from reuse_gateway.storage.citizens import StoredCitizens
from tests.storage.builders import AT, Store, a_check, as_owner
from tests.storage.test_schema import write

ME, END = ("k2.me", "k1.me"), 2**62
TODAY = date(2026, 11, 23)


def request(number: int = 1, **changes: Any) -> CitizenRequest:
    told = {
        "id": f"req_{number:032x}", "kind": RequestKind.CORRECTION, "ground": Ground.WRONG, "made_at": AT,
        "due_on": date(2026, 11, 25), "check_id": f"chk_{number:032x}", "agency": "H41.12", "procedure": "1.001193",
        "place": 0, "evidence_type": "birth_certificate", "subject": "k1.me",
    }  # fmt: skip
    return CitizenRequest(**(told | changes))


def answer(number: int = 1, **changes: Any) -> RequestAnswer:
    told = {"request_id": request(number).id, "answer": Answer.REFUSED, "words": "Đã đối chiếu, dữ liệu đúng.",
            "answered_at": AT, "client_id": "demo-intake", "agency": "H41.12"}  # fmt: skip
    return RequestAnswer(**(told | changes))


async def test_my_checks_are_found_under_every_living_key_newest_first(store: Store) -> None:
    for number, subject in enumerate(["k1.me", "k1.other", "k2.me", "k1.me"], 1):
        await store.recorder.record_check(a_check(number, subject=subject), None)
    reads = StoredCitizens(store.reads)
    assert [each.check.id[-1] for each in await reads.checks_of(ME, END, 10)] == ["4", "3", "1"]
    assert [each.check.id[-1] for each in await reads.checks_of(ME, 3, 1)] == ["3"]
    assert await reads.checks_of(("k9.me",), END, 10) == []


async def test_a_check_that_is_not_what_was_signed_is_not_shown(store: Store) -> None:
    await store.recorder.record_check(a_check(1, subject="k1.me"), None)
    await as_owner(store.url, "UPDATE checks SET body = replace(body, 'H41.12', 'H41.13')")
    with pytest.raises(StoreError):
        await StoredCitizens(store.reads).checks_of(ME, END, 10)


async def test_a_request_comes_back_with_its_answer_and_its_events(store: Store) -> None:
    await store.recorder.record_citizen_request(request())
    reads = StoredCitizens(store.reads)
    assert (await reads.request(request().id)).request == request()
    await store.recorder.record_citizen_answer(answer())
    found = await reads.request(request().id)
    assert (found.request, found.answer, found.index) == (request(), answer(), 0)
    assert [each.event.kind for each in await store.events.events(BEFORE_ALL, 10)] == ["citizen.requested", "citizen.answered"]
    assert all("k1.me" not in str(each.event.body) for each in await store.events.events(BEFORE_ALL, 10))
    assert (await store.verified()).good


@pytest.mark.parametrize("place", [0, None])
async def test_the_same_is_asked_of_a_paper_once(store: Store, place: int | None) -> None:
    await store.recorder.record_citizen_request(request(1, place=place))
    with pytest.raises(Conflict):
        await store.recorder.record_citizen_request(request(2, place=place, check_id=request(1).check_id))
    await store.recorder.record_citizen_request(request(3, place=1, check_id=request(1).check_id))
    assert len(await StoredCitizens(store.reads).requests_of(ME, END, 10)) == 2


async def test_a_report_made_again_is_a_row_of_its_own_and_never_two(store: Store) -> None:
    told = {"kind": RequestKind.REPORT, "place": 0, "subject": None, "check_id": request(1).check_id}
    await store.recorder.record_citizen_request(request(1, **told))
    await store.recorder.record_citizen_request(request(2, **told, again=1))
    with pytest.raises(Conflict):
        await store.recorder.record_citizen_request(request(3, **told, again=1))
    found = await StoredCitizens(store.reads).reports(request(1).check_id)
    assert [(each.request.place, each.request.again) for each in found] == [(0, 0), (0, 1)]
    assert (await store.verified()).good


async def test_a_request_is_answered_once(store: Store) -> None:
    await store.recorder.record_citizen_request(request())
    await store.recorder.record_citizen_answer(answer())
    with pytest.raises(Conflict):
        await store.recorder.record_citizen_answer(answer(answer=Answer.ACCEPTED))


async def test_requests_are_sought_by_agency_kind_and_state(store: Store) -> None:
    late = date(2026, 11, 20)
    for each in (request(1), request(2, agency="H41.13"), request(3, due_on=late), request(4, due_on=late)):
        await store.recorder.record_citizen_request(each)
    await store.recorder.record_citizen_answer(answer(4))
    reads = StoredCitizens(store.reads)

    async def found(**told: Any) -> list[str]:
        return [each.request.id[-1] for each in await reads.requests(RequestFilter(TODAY, **told), END, 10)]

    assert await found() == ["4", "3", "2", "1"]
    assert await found(agency="H41.13") == ["2"]
    assert await found(state=RequestState.OPEN) == ["2", "1"]
    assert await found(state=RequestState.OVERDUE) == ["3"]
    assert await found(state=RequestState.ANSWERED) == ["4"]
    assert await found(kind="report") == []


async def test_reports_about_a_body_are_left_out_of_what_that_body_reads(store: Store) -> None:
    report = {"kind": RequestKind.REPORT, "ground": Ground.DEMANDED, "subject": None}
    for each in (request(1, **report), request(2, agency="H41.13", **report), request(3)):
        await store.recorder.record_citizen_request(each)
    wanted = RequestFilter(TODAY, unreported=("H41.12.1", "H41.12", "H41"))
    kept = await StoredCitizens(store.reads).requests(wanted, END, 10)
    assert [each.request.id[-1] for each in kept] == ["3", "2"]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE citizen_requests SET due_on = '2027-01-01'", "row_changed"),
        ("UPDATE citizen_requests SET agency = 'H41.99'", "row_changed"),
        ("UPDATE citizen_requests SET subject = NULL", "row_changed"),
        ("UPDATE citizen_requests SET body = replace(body, 'wrong', 'missing')", "row_not_in_leaf"),
        ("UPDATE citizen_requests SET body = '{}'", "row_unreadable"),
        ("DELETE FROM citizen_requests", "leaf_without_row"),
        ("UPDATE citizen_requests SET leaf_index = 7", "row_without_leaf"),
        ("UPDATE citizen_answers SET answered_at = '2026-11-22T00:00:00.000000Z'", "row_changed"),
        ("UPDATE citizen_answers SET body = replace(body, 'refused', 'accepted')", "row_not_in_leaf"),
        ("DELETE FROM citizen_answers", "leaf_without_row"),
        ("DELETE FROM events", "events_changed"),
    ],
)
async def test_what_citizens_asked_cannot_be_changed_unseen(store: Store, statement: str, what: str) -> None:
    await store.recorder.record_citizen_request(request())
    await store.recorder.record_citizen_answer(answer())
    await as_owner(store.url, statement)
    assert what in {found for found, _ in await store.found()}


@pytest.mark.parametrize("table", ["citizen_requests", "citizen_answers"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET agency = 'H41.9'", "DELETE FROM {}"])
async def test_what_citizens_asked_is_insert_only(store: Store, table: str, verb: str) -> None:
    await store.recorder.record_citizen_request(request())
    await store.recorder.record_citizen_answer(answer())
    with pytest.raises(DBAPIError):
        await write(store.url, verb.format(table))


async def test_an_altered_request_or_answer_is_shown_to_nobody(store: Store) -> None:
    await store.recorder.record_citizen_request(request())
    await store.recorder.record_citizen_answer(answer())
    await as_owner(store.url, "UPDATE citizen_answers SET body = replace(body, 'refused', 'accepted')")
    with pytest.raises(StoreError):
        await StoredCitizens(store.reads).requests_of(ME, END, 10)
