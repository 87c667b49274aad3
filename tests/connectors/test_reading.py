"""From answers to holdings: only the subject's own, single, kept, readable record is held."""

from __future__ import annotations

import json
from datetime import date

import httpx
import pytest

from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.subject import Citizen, OldPersonalId, PartialDate, PersonalId

from .builders import AN, NUMBER, OTHER, ask, found, mocked, paper, question, toy


async def _told(body: bytes, status: int = 200, content_type: str = "application/json", **manifest) -> Holding:
    registry = mocked(lambda _: httpx.Response(status, content=body, headers={"content-type": content_type}), toy(**manifest))
    try:
        return await ask(registry)
    finally:
        await registry.aclose()


async def test_a_found_record_of_the_subject_is_held() -> None:
    held = await _told(found(paper(to="2027-01-31")))
    assert (held.outcome, held.state, held.owner) == (Outcome.HELD, State.VALID, AN.key)
    assert held.expires_on == date(2027, 1, 31)
    assert held.answered_at.tzinfo is not None


async def test_a_number_told_as_a_number_with_a_point_is_the_same_number() -> None:
    """A view that keeps ids as REAL, a sheet, a JSON writer without integers: `999090000001.0` is no other person."""
    asked = await _told(found(paper()).replace(f'"{NUMBER}"'.encode(), f"{NUMBER}.0".encode()))
    assert asked.outcome is Outcome.HELD
    other = await _told(found(paper()).replace(f'"{NUMBER}"'.encode(), f"{NUMBER}.5".encode()))
    assert other.outcome is not Outcome.HELD


async def test_an_absent_answer_is_absent() -> None:
    assert (await _told(found())).outcome is Outcome.ABSENT


@pytest.mark.parametrize(
    ("body", "status", "content_type", "doubt"),
    [
        (b"", 200, "application/json", Doubt.BAD_ANSWER),
        (b"<html>login</html>", 200, "text/html", Doubt.BAD_ANSWER),
        (found(paper()), 200, "text/html", Doubt.BAD_ANSWER),
        (b'{"code": 1, "papers": []', 200, "application/json", Doubt.BAD_ANSWER),
        (b'{"code": 1, "papers": [], "code": 1}', 200, "application/json", Doubt.BAD_ANSWER),
        (b'{"code": 1, "papers": [], "x": NaN}', 200, "application/json", Doubt.BAD_ANSWER),
        (b"[" * 100_000, 200, "application/json", Doubt.BAD_ANSWER),
        (b'{"code": ' + b"1" * 5_000 + b"}", 200, "application/json", Doubt.BAD_ANSWER),
        (b'{"code": 2, "papers": []}', 200, "application/json", Doubt.BAD_ANSWER),
        (b'{"code": 1, "papers": "none"}', 200, "application/json", Doubt.BAD_ANSWER),
        (b'{"code": 1, "papers": [null]}', 200, "application/json", Doubt.BAD_ANSWER),
        (b'{"code": 1, "papers": [[]]}', 200, "application/json", Doubt.BAD_ANSWER),
        (b"\xff\xfe{}", 200, "application/json", Doubt.BAD_ANSWER),
        (found(), 404, "application/json", Doubt.BAD_ANSWER),
        (found(), 302, "application/json", Doubt.BAD_ANSWER),
        (found(), 500, "application/json", Doubt.SOURCE_UNAVAILABLE),
        (found(paper()), 503, "application/json", Doubt.SOURCE_UNAVAILABLE),
        (found(paper()), 429, "application/json", Doubt.SOURCE_UNAVAILABLE),
        (found(paper()), 403, "application/json", Doubt.SOURCE_DENIED),
        (b'{"code": "DENIED", "papers": []}', 200, "application/json", Doubt.SOURCE_DENIED),
        (found(paper(owner=OTHER)), 200, "application/json", Doubt.WRONG_OWNER),
        (found(paper(owner=None)), 200, "application/json", Doubt.WRONG_OWNER),
        (found(paper(owner="000000001")), 200, "application/json", Doubt.WRONG_OWNER),
        (found(paper(owner=f"{NUMBER}0")), 200, "application/json", Doubt.WRONG_OWNER),
        (found(paper(owner="９９９０９０００００００１")), 200, "application/json", Doubt.WRONG_OWNER),
        (found(paper(), paper(to="2020-01-01")), 200, "application/json", Doubt.AMBIGUOUS_ANSWER),
        (found(paper(to="soon")), 200, "application/json", Doubt.BAD_ANSWER),
        (found(paper(to="2026-02-30")), 200, "application/json", Doubt.BAD_ANSWER),
        (found(paper(born="13/45")), 200, "application/json", Doubt.BAD_ANSWER),
    ],
)
async def test_no_unclear_answer_is_held_or_absent(body: bytes, status: int, content_type: str, doubt: Doubt) -> None:
    told = await _told(body, status, content_type)
    assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, doubt)


async def test_papers_of_other_people_are_dropped_and_the_own_one_stays() -> None:
    held = await _told(found(paper(owner=OTHER, name="Ai Đó"), paper()))
    assert (held.outcome, held.state) == (Outcome.HELD, State.VALID)


async def test_a_record_of_another_kind_is_absence_of_this_one() -> None:
    assert (await _told(found(paper(kind="death")))).outcome is Outcome.ABSENT


async def test_an_answer_with_a_further_page_never_says_absent() -> None:
    paged = {"lookup": {"total": "total"}}
    body = json.dumps({"code": 1, "total": 2, "papers": [paper(kind="death")]}).encode()
    assert (await _told(body, **paged)).doubt is Doubt.BAD_ANSWER
    garbled = json.dumps({"code": 1, "total": "many", "papers": [paper()]}).encode()
    assert (await _told(garbled, **paged)).doubt is Doubt.BAD_ANSWER


@pytest.mark.parametrize("lie", [{"name": "Trần Thị Khác"}, {"born": "1991-05-14"}, {"born": "1990-05-15"}])
async def test_another_name_or_birth_date_on_the_right_number_is_a_mismatch(lie: dict[str, str]) -> None:
    told = await _told(found(paper(**lie)))
    assert (told.outcome, told.state) == (Outcome.HELD, State.MISMATCH)


@pytest.mark.parametrize("same", [{"name": "Nguyễn Văn An"}, {"name": "  nguyen   van an "}, {"born": "1990"}])
async def test_spelling_and_partial_birth_dates_contradict_nothing(same: dict[str, str]) -> None:
    assert (await _told(found(paper(**same)))).state is State.VALID


async def test_unapproved_and_hidden_records_do_not_count() -> None:
    kept = {"lookup": {"keep": {"path": "approved", "equals": "2"}}}
    assert (await _told(found(paper(approved=1)), **kept)).outcome is Outcome.ABSENT
    assert (await _told(found(paper(approved=2)), **kept)).outcome is Outcome.HELD


async def test_the_newest_valid_paper_counts_where_there_may_be_several() -> None:
    several = {"lookup": {"several": "newest", "identity": "no"}}
    both = found(paper(no="1", to="2020-01-01"), paper(no="2", to="2030-01-01"))
    assert (await _told(both, **several)).expires_on == date(2030, 1, 1)
    twins = found(paper(no="1", to="2020-01-01"), paper(no="1", to="2030-01-01"))
    assert (await _told(twins, **several)).doubt is Doubt.AMBIGUOUS_ANSWER


async def test_a_required_day_that_is_missing_makes_the_paper_incomplete() -> None:
    needed = {"lookup": {"fields": {"expires_on": {"path": "to", "format": "yyyy-MM-dd", "required": "true"}}}}
    assert (await _told(found(paper()), **needed)).state is State.INCOMPLETE


async def test_state_rules_say_revoked() -> None:
    good, gone = {"path": "note", "equals": "còn"}, {"path": "note", "contains": "thu hồi"}
    states = [{"when": gone, "then": "revoked"}, {"when": good, "then": "valid"}]
    rules = {"lookup": {"fields": {"states": states}}}
    assert (await _told(found(paper(note="Đã bị THU HỒI")), **rules)).state is State.REVOKED
    assert (await _told(found(paper(note="còn")), **rules)).state is State.VALID
    assert (await _told(found(paper(note="sắp")), **rules)).doubt is Doubt.BAD_ANSWER


async def test_a_subject_told_without_a_name_is_not_asked_for_one_by_the_record() -> None:
    registry = mocked(lambda _: httpx.Response(200, content=found(paper(name=None, born=None))))
    assert (await ask(registry, question(Citizen(PersonalId.parse(NUMBER))))).state is State.VALID
    await registry.aclose()


def _never(_: httpx.Request) -> httpx.Response:
    raise AssertionError("the source was asked")


async def test_a_real_register_is_never_asked_about_a_synthetic_person() -> None:
    registry = mocked(_never, toy(simulated="false"))
    assert (await ask(registry)).doubt is Doubt.INSUFFICIENT_SUBJECT_DATA
    await registry.aclose()


async def test_a_source_is_not_asked_without_the_facts_it_needs() -> None:
    registry = mocked(_never, toy(lookup={"needs": ["full_name", "birth_date"]}))
    nameless = Citizen(PersonalId.parse(NUMBER), None, PartialDate(1990))
    assert (await ask(registry, question(nameless))).doubt is Doubt.INSUFFICIENT_SUBJECT_DATA
    assert (await ask(registry, question(AN, "passport"))).doubt is Doubt.INSUFFICIENT_SUBJECT_DATA
    assert (await ask(registry, question(source="nowhere"))).doubt is Doubt.SOURCE_UNAVAILABLE
    await registry.aclose()


async def test_an_old_nine_digit_number_fills_only_its_own_field() -> None:
    seen: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content))
        return httpx.Response(200, content=found())

    body = {"new": "{subject.personal_id}", "old": "{subject.old_personal_id}", "both": ["{subject.number}"]}
    registry = mocked(answer, toy(lookup={"request": {"method": "POST", "path": "/papers", "json": body}}))
    await ask(registry, question(Citizen(OldPersonalId.parse("999123456"))))
    assert seen == [{"old": "999123456", "both": ["999123456"]}]
    await registry.aclose()


async def test_values_cannot_leave_their_slot_in_path_or_query() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, content=found())

    request = {"method": "GET", "path": "/of/{about.plate}", "query": {"n": "{subject.full_name}"}}
    registry = mocked(answer, toy(lookup={"request": request}))
    sly = Citizen(PersonalId.parse(NUMBER), "A&admin=1#x")
    await ask(registry, question(sly, about=(("plate", "../../x?y=1"),)))
    assert seen == ["http://127.0.0.1:9/of/..%2F..%2Fx%3Fy%3D1?n=A%26admin%3D1%23x"]
    assert (await ask(registry, question(sly))).doubt is Doubt.INSUFFICIENT_SUBJECT_DATA
    await registry.aclose()


BY_PLATE = {"needs": ["about.plate"], "about": {"plate": "plate"}}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("37A-123.45", State.VALID),
        ("37a12345", State.VALID),
        ("37A-123.46", Doubt.BAD_ANSWER),
        ("37A-1234", Doubt.BAD_ANSWER),
        ("", Doubt.BAD_ANSWER),
        (None, Doubt.BAD_ANSWER),
    ],
)
async def test_the_owners_record_of_another_thing_is_no_answer(told: str | None, expected: object) -> None:
    registry = mocked(lambda _: httpx.Response(200, content=found(paper(plate=told))), toy(lookup=BY_PLATE))
    holding = await ask(registry, question(about=(("plate", "37A-123.45"),)))
    assert (holding.doubt or holding.state) is expected
    assert (await ask(registry, question())).doubt is Doubt.INSUFFICIENT_SUBJECT_DATA
    await registry.aclose()


async def test_among_the_owners_things_only_the_one_asked_about_counts() -> None:
    papers = (paper(plate="37A-1", to="2001-01-01"), paper(plate="37A-2", to="2101-01-01"))
    registry = mocked(lambda _: httpx.Response(200, content=found(*papers)), toy(lookup=BY_PLATE))
    assert (await ask(registry, question(about=(("plate", "37A-2"),)))).expires_on == date(2101, 1, 1)
    await registry.aclose()


def test_a_lookup_by_a_thing_says_where_its_records_name_it() -> None:
    with pytest.raises(ValueError, match="names the plate"):
        toy(lookup={"needs": ["about.plate"]})
