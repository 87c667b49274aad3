"""What an office types otherwise excuses nothing while its own check of this person and paper had found the paper held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reuse_gateway.domain.holding import State
from reuse_gateway.domain.source import Offer
from reuse_gateway.domain.told_before import HeldBefore, put_right
from tests.api.conftest import House, body
from tests.api.fakes import NOW
from tests.domain.builders import BIRTH, DAY, facts, law, source, wanted
from tests.storage.builders import a_check

from .builders import Reason, finding, held, judged, paper, said, told, types
from .test_api import HELD, asked, holds, post
from .test_told_late import EARLY, ID_CARD, JUST_NOW, looked

ABOUT = ID_CARD | {"about": {"number": "000"}}
ALONE = {"kind": "citizen", "personal_id": "999090000001"}
E3 = {"override": {"reason_code": "E3", "evidence": {"field_difference": "full_name#k1"}}}


async def demanded(house: House, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await post(house, asked(*items, **({"made_at": JUST_NOW} | more)))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def proven(told: dict[str, Any]) -> tuple[str, list[tuple[str, bool, str | None]]]:
    (item,) = told["items"]
    return item["finding"], [(e["type"], e["personal_liability"], e["proof_check_id"]) for e in item["violations"]]


@pytest.mark.parametrize("made_at", [JUST_NOW, EARLY])
async def test_other_particulars_of_the_same_person_excuse_nothing(house: House, made_at: str) -> None:
    holds(house)
    proof = await looked(house)
    holds(house, State.MISMATCH)
    told = await demanded(house, made_at=made_at)
    assert proven(told) == ("violation", [("V01", True, proof)])
    assert told["items"][0]["verdict"]["reason"] == "held_mismatch", "the check itself is told as it was"
    assert told["items"][0]["violations"][0]["legal_basis"]
    assert house.store.kept_violations[0].violation.source == "population"


async def test_a_number_for_a_paper_that_no_source_tells_by_one_excuses_nothing(house: House) -> None:
    holds(house)
    assert proven(await demanded(house, ABOUT)) == ("lawful", [])
    proof = await looked(house)
    told = await demanded(house, ABOUT)
    assert told["items"][0]["verdict"]["reason"] == "no_usable_source"
    assert proven(told) == ("violation", [("V01", True, proof)])


async def test_particulars_left_out_excuse_nothing(house: House) -> None:
    holds(house)
    before = await demanded(house, subject=ALONE)
    proof = await looked(house)
    told = await demanded(house, subject=ALONE)
    reason = told["items"][0]["verdict"]["reason"]
    assert (before["items"][0]["verdict"]["reason"], reason) == ("insufficient_subject_data",) * 2
    assert (proven(before), proven(told)) == (("provisional", []), ("violation", [("V01", True, proof)]))


@pytest.mark.parametrize("state", [State.MISMATCH, State.VALID])
async def test_an_excuse_that_was_laid_in_advance_is_none(house: House, state: State) -> None:
    """A check with other particulars, or about a number that means nothing, told that the paper may be asked for."""
    holds(house, state)
    await looked(house, items=[ABOUT if state is State.VALID else ID_CARD])
    holds(house)
    assert [each[0] for each in proven(await demanded(house))[1]] == ["V01"]


async def test_a_check_by_the_law_of_another_day_is_no_excuse(house: House) -> None:
    await looked(house, as_of="2026-11-01")
    holds(house)
    assert [each[0] for each in proven(await demanded(house))[1]] == ["V01"]


async def test_nothing_is_relied_on_beside_an_own_check_that_found_the_paper(house: House) -> None:
    holds(house)
    proof = await looked(house, -60)
    house.sources.told.pop(HELD)
    await looked(house, -50)
    holds(house)
    assert proven(await demanded(house)) == ("violation", [("V01", True, proof)])


async def test_who_was_told_that_there_is_none_still_did_no_wrong(house: House) -> None:
    check_id = await looked(house)
    holds(house)
    told = await demanded(house)
    assert (proven(told), told["items"][0]["relied_on"]) == (("lawful", []), check_id)


async def test_a_difference_that_is_shown_stays_the_lawful_way_out(house: House) -> None:
    holds(house)
    await looked(house)
    holds(house, State.MISMATCH)
    assert proven(await demanded(house, **E3)) == ("lawful", [])


@pytest.mark.parametrize("days", [29, 31])
async def test_a_check_of_long_ago_does_not_contradict_the_source_of_today(house: House, days: int) -> None:
    holds(house)
    await looked(house, -days * 24 * 60)
    holds(house, State.MISMATCH)
    assert proven(await demanded(house))[0] == ("violation" if days == 29 else "lawful")


async def test_another_persons_check_says_nothing(house: House) -> None:
    holds(house)
    await looked(house, subject=body()["subject"] | {"personal_id": "999090000002"})
    holds(house, State.MISMATCH)
    assert proven(await demanded(house)) == ("lawful", [])


async def test_a_citizens_report_with_a_name_misspelt_is_judged_by_what_the_office_was_told(house: House) -> None:
    holds(house)
    proof = await looked(house)
    holds(house, State.MISMATCH)
    report = asked(kind="citizen_report", agency="H41.12", made_at=JUST_NOW)
    answer = (await post(house, report, "demo-auditor")).json()
    assert proven(answer) == ("violation", [("V01", True, proof)])


async def test_what_was_put_right_is_found_again_by_the_law_of_its_day(house: House) -> None:
    holds(house)
    await looked(house)
    holds(house, State.MISMATCH)
    (item,) = (await demanded(house))["items"]
    path = f"/v1/violations/{item['violation_id']}/replay"
    answer = await house.client.get(path, headers=await house.headers("demo-auditor"))
    assert (answer.json()["outcome"], answer.json()["differs"]) == ("same", [])


@pytest.mark.parametrize("reason", Reason)
def test_only_what_a_source_said_of_the_paper_itself_is_relied_on(reason: Reason) -> None:
    got = judged(paper(held(), told_last=told(reason)))
    relied = reason in (Reason.NOT_HELD, Reason.HELD_EXPIRED, Reason.HELD_INCOMPLETE)
    assert (finding(got), types(got)) == (("lawful", []) if relied else ("violation", ["V01"]))
    assert finding(judged(paper(held(), told_last=told(reason), held_lately=True))) == "violation"
    yesterday = told(reason, at=NOW - timedelta(days=1))
    assert finding(judged(paper(held(), told_last=yesterday))) == "violation", "the law of another day than that of the check"


PLATE = (("plate", "x"),)


@pytest.mark.parametrize(
    ("reason", "offer", "about", "changes", "right"),
    [
        (Reason.HELD_MISMATCH, Offer(BIRTH), (), {}, True),
        (Reason.INSUFFICIENT_SUBJECT_DATA, Offer(BIRTH), (), {}, True),
        (Reason.NO_USABLE_SOURCE, Offer(BIRTH), PLATE, {}, True),
        (Reason.NO_USABLE_SOURCE, Offer(BIRTH), (), {}, False),
        (Reason.NOT_HELD, Offer(BIRTH), (), {}, False),
        (Reason.SOURCE_TIMED_OUT, Offer(BIRTH), (), {}, False),
        (Reason.HELD_MISMATCH, Offer(BIRTH, needs=frozenset({"about.plate"})), (), {}, False),
        (Reason.NO_USABLE_SOURCE, Offer(BIRTH, either=frozenset({"about.plate"})), PLATE, {}, False),
        (Reason.HELD_MISMATCH, Offer(BIRTH), (), {"expires_on": DAY - timedelta(days=1)}, False),
        (Reason.HELD_MISMATCH, Offer(BIRTH), (), {"expires_on": DAY}, True),
        (Reason.HELD_MISMATCH, Offer(BIRTH), (), {"issued_on": DAY + timedelta(days=1)}, False),
        (Reason.HELD_MISMATCH, Offer(BIRTH), (), {"source": "elsewhere"}, False),
    ],
)
def test_only_what_was_typed_is_put_right_and_only_by_a_proof_that_still_does(
    reason: Reason, offer: Offer, about: Any, changes: dict[str, Any], right: bool
) -> None:
    known, before = facts(source("registry", offer)), HeldBefore(a_check(1), held(**changes))
    got = put_right(said(reason), wanted(about=about), before, known, law(), DAY)
    assert got.reason is (Reason.HELD_VALID if right else reason)
    assert bool(got.proofs) is right


def test_a_source_that_could_not_be_used_that_day_puts_nothing_right() -> None:
    known, before = facts(source("registry", connected_from=DAY)), HeldBefore(a_check(1), held())
    for day, reason in ((DAY - timedelta(days=1), Reason.HELD_MISMATCH), (DAY, Reason.HELD_VALID)):
        assert put_right(said(Reason.HELD_MISMATCH), wanted(), before, known, law(), day).reason is reason
