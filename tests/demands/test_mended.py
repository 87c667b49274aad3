"""What an outage that is over excuses, which supplement request is the second, and what no exception and no tag can save."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reuse_gateway.domain.holding import Doubt
from reuse_gateway.domain.override import CODES, Standing, rule
from tests.api.conftest import House, body
from tests.api.fakes import NOW

from .builders import EXCEPTIONS, REPLACED, VERDICTS, Reason, finding, judged, override, own, paper, told, types
from .test_api import DOSSIER, asked, holds, post

E1 = {"override": {"reason_code": "E1"}}
MAU_02 = {"kind": "supplement_request", "dossier": DOSSIER, "means": "written"}


def at(minutes: float) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat()


async def look(house: House, minutes: float, doubt: Doubt | None = None) -> None:
    house.clock.at, house.sources.doubt = NOW + timedelta(minutes=minutes), doubt
    assert (await house.check(body())).status_code == 200
    house.clock.at, house.sources.doubt = NOW, None


async def found(house: House, **more: Any) -> tuple[str, list[str]]:
    (item,) = (await post(house, asked(**E1, **more))).json()["items"]
    return item["finding"], [each["type"] for each in item["violations"]]


async def test_an_outage_that_our_own_look_finds_over_excuses_nothing(house: House) -> None:
    holds(house)
    await look(house, -5, Doubt.SOURCE_TIMED_OUT)
    assert await found(house, made_at=at(-1)) == ("violation", ["V01", "V15"])


async def test_an_outage_that_a_later_check_found_over_excuses_nothing(house: House) -> None:
    holds(house)
    await look(house, -69, Doubt.SOURCE_UNAVAILABLE)
    await look(house, -65)
    assert await found(house, made_at=at(-61)) == ("violation", ["V01", "V15"])


async def test_the_last_look_before_it_excuses_a_demand_that_is_told_much_later(house: House) -> None:
    holds(house)
    await look(house, -65, Doubt.SOURCE_TIMED_OUT)
    assert await found(house, made_at=at(-61)) == ("source_failure", [])
    assert await found(house, made_at=at(-40)) == ("violation", ["V01", "V15"])


async def test_a_source_that_owes_us_the_answer_too_excuses_the_demand(house: House) -> None:
    house.sources.doubt = Doubt.SOURCE_TIMED_OUT
    assert await found(house, made_at=at(-1)) == ("source_failure", [])


async def supplement(house: House, number: str, minutes: float, *items: dict[str, Any]) -> dict[str, Any]:
    told = asked(*items, **MAU_02, mau_02={"number": number, "reason": "thiếu"}, made_at=at(minutes))
    answer = await post(house, told)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_same_form_of_a_dossier_told_again_is_the_same_request(house: House) -> None:
    holds(house)
    first = await supplement(house, "BS-1", -60)
    for minutes in (-60, -59):
        assert await supplement(house, "BS-1", minutes) == first
    assert (len(house.store.demands), len(house.store.kept_violations)) == (1, 1)


async def test_another_paper_under_the_same_number_is_judged_and_is_no_second_request(house: House) -> None:
    await supplement(house, "BS-1", -60)
    for _ in range(2):
        more = await supplement(house, "BS-1", -60, {"ref": "b", "evidence_type": "household_book"})
        assert (more["supplement_no"], [each["type"] for each in more["violations"]]) == (None, ["V05"])
    assert len(house.store.demands) == 2


async def test_words_that_name_no_paper_are_never_taken_for_the_same_ones(house: House) -> None:
    for text in ("giấy gì đó", "giấy gì khác"):
        await supplement(house, "BS-1", -60, {"ref": "a", "label": text})
    assert len(house.store.demands) == 2


async def test_of_two_requests_the_one_made_later_is_the_second_whichever_is_told_first(house: House) -> None:
    assert (await supplement(house, "BS-2", -10))["violations"] == []
    earlier = await supplement(house, "BS-1", -60)
    assert (earlier["supplement_no"], earlier["violations"]) == (2, [])
    between = await supplement(house, "BS-3", -30)
    assert [each["type"] for each in between["violations"]] == ["V12"]


async def test_each_agency_numbers_its_own_forms(house: House) -> None:
    await supplement(house, "BS-1", -60)
    form = asked(**MAU_02, mau_02={"number": "BS-1", "reason": "thiếu giấy"}, made_at=at(-10), agency="H41.12.3")
    assert [each["type"] for each in (await post(house, form)).json()["violations"]] == ["V12"]


@pytest.mark.parametrize("code", CODES)
def test_no_exception_is_known_to_a_paper_that_may_be_demanded_of_nobody(code: str) -> None:
    invoked = override(code, "supervisor", **dict.fromkeys(EXCEPTIONS[code].evidence, "x-1"))
    ruling = rule(invoked, EXCEPTIONS[code], own(VERDICTS[Reason.ABOLISHED_DOCUMENT], outage="o", negative_receipt="c"))
    assert (ruling.standing, ruling.objections) == (Standing.REFUTED, ("abolished_for_all",))


def test_a_free_choice_of_an_abolished_paper_is_a_violation_and_without_evidence() -> None:
    got = judged(paper(VERDICTS[Reason.ABOLISHED_DOCUMENT]), override=override("E11", explicit_choice="opt-1"))
    assert (finding(got), types(got)) == ("violation", ["V05", "V15"])


@pytest.mark.parametrize("listed", [True, False])
def test_nobody_is_liable_for_what_the_published_dossier_itself_still_lists(listed: bool) -> None:
    from tests.domain.builders import row

    plain = row(substitution_wording=not listed)
    got = judged(paper(told_held=told(Reason.HELD_VALID), row=plain, cover=REPLACED))
    (breach,) = got.breaches
    assert (breach.personal_liability, bool(got.defects)) == (not listed, listed)
