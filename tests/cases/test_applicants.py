"""Applicants at rest on both engines: grouped by dossier or pseudonym, paged, each with a letter before all is called over."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from reuse_gateway.domain.applicant import Owed, RoundSpan, span_of
from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.case_letter import LetterKind
from reuse_gateway.domain.demand import Demand
from reuse_gateway.domain.errors import Conflict
from reuse_gateway.storage import migrate
from reuse_gateway.storage.applicants import StoredApplicants
from reuse_gateway.storage.case_letters import LetterLedger, StoredLetters
from reuse_gateway.storage.cases import CaseLedger, StoredCases
from tests.storage.builders import Store, a_demand, as_owner

from .test_membership import CASE
from .test_moves import LIFE
from .test_store import LETTER, lettered, next_step, walked

S, TO_APOLOGY = CaseState, LIFE[:4]
EVERYTHING = RoundSpan(CASE, 1, -1, 10**6)


def by(number: int, dossier: str | None, subject: str = "k1.somebody", papers: int = 1) -> Demand:
    return a_demand(number, papers=papers, dossier=dossier, subject=subject, supplement_no=None)


def first(number: int) -> str:
    return a_demand(number).violations[0].id


async def filled(store: Store) -> StoredApplicants:
    """Two dossiers, one of them asked twice, and two people without a dossier, one of them asked twice."""
    told = [(1, "D1", "k1.a"), (2, None, "k1.a"), (3, "D2", "k1.b"), (4, "D1", "k1.a"), (5, None, "k1.b"), (6, None, "k1.a")]
    for number, dossier, subject in told:
        await store.recorder.record_demand(by(number, dossier, subject, papers=2 if number == 3 else 1))
    return StoredApplicants(store.reads)


async def test_violations_are_grouped_by_dossier_or_by_person_where_there_is_none(store: Store) -> None:
    rows = await filled(store)
    found = await rows.applicants(EVERYTHING, (-1, -1), 10, owed=False)
    assert [(each.violation_id, each.dossier, each.violations) for each in found] == [
        (first(1), "D1", 2),
        (first(2), None, 2),
        (first(3), "D2", 2),
        (first(5), None, 1),
    ]
    assert await rows.owed(EVERYTHING) == Owed(4, 4)


async def test_people_booked_under_one_dossier_code_are_each_owed_a_letter(store: Store) -> None:
    for number in range(1, 21):
        await store.recorder.record_demand(by(number, "D1", f"k1.{number}"))
    rows = StoredApplicants(store.reads)
    assert await rows.owed(EVERYTHING) == Owed(20, 20)
    await LetterLedger(store.writer).record_letter(replace(LETTER, addressee=first(1)))
    assert (await rows.owed(EVERYTHING)).left == 19
    found = await rows.applicant(EVERYTHING, first(20))
    assert (found.violation_id, found.violations) == (first(20), 1)
    assert [each.violation.id for each in await rows.wronged(EVERYTHING, found, 9)] == [first(20)]


async def test_applicants_are_paged_and_none_is_told_twice(store: Store) -> None:
    rows = await filled(store)
    one = await rows.applicants(EVERYTHING, (-1, -1), 3, owed=True)
    two = await rows.applicants(EVERYTHING, one[-1].place, 3, owed=True)
    assert [each.violation_id for each in (*one, *two)] == [first(1), first(2), first(3), first(5)]


async def test_any_violation_leads_to_its_applicant_and_no_stranger_does(store: Store) -> None:
    rows = await filled(store)
    found = await rows.applicant(EVERYTHING, first(4))
    assert (found.violation_id, found.dossier) == (first(1), "D1")
    assert [each.violation.id for each in await rows.wronged(EVERYTHING, found, 9)] == [first(4), first(1)]
    assert (await rows.applicant(EVERYTHING, first(6))).violation_id == first(2)
    assert await rows.applicant(replace(EVERYTHING, upto=2), first(4)) is None
    assert await rows.applicant(EVERYTHING, "vio_" + "0" * 32) is None


async def test_a_letter_settles_its_applicant_alone(store: Store) -> None:
    rows, ledger = await filled(store), LetterLedger(store.writer)
    await ledger.record_letter(replace(LETTER, addressee=first(3)))
    assert await rows.owed(EVERYTHING) == Owed(4, 3, "01/XL-H41.12", "01/XL-H41.12")
    assert [each.letter for each in await rows.applicants(EVERYTHING, (-1, -1), 9, owed=False)] == [
        None, None, "01/XL-H41.12", None,
    ]  # fmt: skip
    assert first(3) not in {each.violation_id for each in await rows.applicants(EVERYTHING, (-1, -1), 9, owed=True)}
    with pytest.raises(Conflict):
        await ledger.record_letter(replace(LETTER, number=2, addressee=first(3)))
    await ledger.record_letter(replace(LETTER, number=2, addressee=first(1)))
    assert (await store.verified()).good


async def test_what_comes_when_the_round_is_over_is_owed_by_the_next_one(store: Store) -> None:
    await store.recorder.record_demand(by(1, "D1"))
    await walked(store, *TO_APOLOGY)
    await store.recorder.record_demand(by(2, "D2"))
    rows, cases = StoredApplicants(store.reads), StoredCases(store.reads)
    waiting = await cases.case(CASE)
    assert (waiting.state, (await rows.owed(span_of(waiting))).applicants) == (S.APOLOGY_DUE, 1)
    await walked(store, *LIFE[4:])
    begun = await cases.case(CASE)
    assert (begun.round, span_of(begun), span_of(begun, 1)) == (2, RoundSpan(CASE, 2, 0, 5), RoundSpan(CASE, 1, -1, 0))
    assert [each.dossier for each in await rows.applicants(span_of(begun), (-1, -1), 9, owed=True)] == ["D2"]
    assert (await store.verified()).good


async def test_a_round_that_was_called_apologised_while_somebody_waited_is_found(store: Store) -> None:
    for number in (1, 2):
        await store.recorder.record_demand(by(number, f"D{number}"))
    case = await walked(store, *TO_APOLOGY)
    await LetterLedger(store.writer).record_letter(LETTER)
    assert (await store.verified()).good
    await CaseLedger(store.writer).record_step(next_step(case, S.APOLOGISED))
    assert {found for found, _ in await store.found()} == {"apology_without_letter"}
    await lettered(store, await StoredCases(store.reads).case(CASE))
    assert {found for found, _ in await store.found()} == {"apology_without_letter"}, "a letter afterwards is too late"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"number": 3}, "letter_number_gap"),
        ({"number": 2, "addressee": "vio_" + "0" * 32}, "letter_without_applicant"),
        ({"number": 2, "addressee": first(3), "case_id": "case_" + "0" * 32}, "letter_without_applicant"),
        ({"number": 1, "kind": LetterKind.NOTICE, "addressee": first(3)}, "letter_without_applicant"),
        ({"number": 1, "year": 2027, "addressee": first(9)}, "letter_without_applicant"),
    ],
)
async def test_a_number_left_out_or_a_letter_to_nobody_is_found_though_our_own_key_signed_it(
    store: Store, changes: dict, what: str
) -> None:
    await filled(store)
    ledger = LetterLedger(store.writer)
    await ledger.record_letter(LETTER)
    await ledger.record_letter(replace(LETTER, **({"addressee": first(2)} | changes)))
    await store.recorder.record_demand(by(9, "D9"))
    assert {found for found, _ in await store.found()} == {what}


async def test_numbers_that_do_not_follow_the_ledger_are_found(store: Store) -> None:
    await filled(store)
    for number, to in ((2, first(1)), (1, first(2))):
        await LetterLedger(store.writer).record_letter(replace(LETTER, number=number, addressee=to))
    assert {found for found, _ in await store.found()} == {"letter_out_of_order"}


async def test_a_letter_given_to_another_applicant_afterwards_is_found(store: Store) -> None:
    await filled(store)
    await LetterLedger(store.writer).record_letter(LETTER)
    await as_owner(store.url, f"UPDATE case_letters SET addressee = '{first(3)}'")
    assert "row_changed" in {found for found, _ in await store.found()}


async def test_a_letter_from_before_there_were_addressees_stands_for_all_of_its_round(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reuse_gateway.storage import case_letters

    def of_then(letter):
        told = {name: each for name, each in json.loads(body(letter)).items() if name != "addressee"}
        return json.dumps(told | {"v": 1}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    body = case_letters.letter_body
    monkeypatch.setattr(case_letters, "letter_body", of_then)
    for number in (1, 2):
        await store.recorder.record_demand(by(number, f"D{number}"))
    case = await walked(store, *TO_APOLOGY)
    await LetterLedger(store.writer).record_letter(replace(LETTER, addressee=""))
    migrate.downgrade(store.url, "0021")
    assert (await store.rows("SELECT number FROM case_letters")) == [(1,)]
    migrate.upgrade(store.url)
    kept = await StoredLetters(store.reads).letter(CASE, 1, LetterKind.APOLOGY, first(2))
    assert (kept.letter.addressee, kept.letter.file) == ("", b"PK file")
    assert (await StoredApplicants(store.reads).owed(span_of(case))).left == 0
    await CaseLedger(store.writer).record_step(next_step(case, S.APOLOGISED))
    assert (await store.verified()).good


async def test_letters_with_addressees_are_not_given_up_by_going_back(store: Store) -> None:
    await filled(store)
    await LetterLedger(store.writer).record_letter(LETTER)
    with pytest.raises(RuntimeError, match="1 letters have an addressee"):
        migrate.downgrade(store.url, "0021")
    migrate.upgrade(store.url)
    assert (await store.verified()).good


@pytest.mark.parametrize(
    ("owed", "words"),
    [
        (Owed(3, 1, "01/XL-H41", "02/XL-H41"), None),
        (Owed(0, 0), None),
        (Owed(1, 0, "07/XL-H41", "07/XL-H41"), "07/XL-H41"),
        (Owed(2, 0, "07/XL-H41", "09/XL-H41"), "07/XL-H41 … 09/XL-H41 (2)"),
    ],
)
def test_a_round_tells_its_letters_when_none_is_missing(owed: Owed, words: str | None) -> None:
    assert owed.letters == words


async def test_a_round_takes_what_comes_until_the_agency_is_told_of_it(store: Store) -> None:
    cases, upto = StoredCases(store.reads), []
    for number in (1, 2, 3):
        await store.recorder.record_demand(by(number, f"D{number}"))
        upto.append(span_of(await cases.case(CASE)).upto)
        await (walked(store, S.NOTIFIED) if number == 2 else cases.case(CASE))
    assert upto == [0, 1, 1]
