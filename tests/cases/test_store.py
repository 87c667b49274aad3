"""Steps at rest on both engines: one wins, the view says what the rule says, whatever is altered is found."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from reuse_gateway.domain.applicant import span_of
from reuse_gateway.domain.case import REOPENS, CaseState, Role, Step, ViolationCase
from reuse_gateway.domain.case_letter import CaseLetter, LetterKind
from reuse_gateway.domain.case_moves import Mover, moved
from reuse_gateway.domain.errors import Conflict, StoreError
from reuse_gateway.domain.event import Event
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.applicants import StoredApplicants
from reuse_gateway.storage.case_json import step_body, step_of
from reuse_gateway.storage.case_letters import LetterLedger, StoredLetters
from reuse_gateway.storage.cases import CaseLedger, StoredCases
from tests.storage.builders import AT, Clocked, Store, a_check, a_demand, as_owner, opened
from tests.storage.test_schema import write

from .test_membership import CASE
from .test_moves import LIFE, RULES, WHO

S = CaseState
FIRST = a_demand(1).violations[0].id
LETTER = CaseLetter(LetterKind.APOLOGY, "H41.12", 2026, 1, CASE, 1, AT, "k.who", ("ND-118-2025",), b"PK file", FIRST)


async def walked(store: Store, *states: CaseState) -> ViolationCase:
    rows, ledger = StoredCases(store.reads), CaseLedger(store.writer)
    case = await rows.case(CASE)
    for state in states:
        if state is S.APOLOGISED:
            await lettered(store, case)
        await ledger.record_step(next_step(case, state))
        case = await rows.case(CASE)
    return case


async def lettered(store: Store, case: ViolationCase) -> None:
    """A letter to every applicant of the round, as the use case issues them."""
    rows, ledger = StoredApplicants(store.reads), LetterLedger(store.writer)
    for owed in await rows.applicants(span_of(case), (-1, -1), 99, owed=True):
        number = await StoredLetters(store.reads).last_number("H41.12", LetterKind.APOLOGY, 2026) + 1
        await ledger.record_letter(replace(LETTER, number=number, round=case.round, addressee=owed.violation_id))


def next_step(case: ViolationCase, to: CaseState, **changes: str) -> Step:
    mover = Mover(WHO.get(to, Role.AUDITOR), "k.who", "H41")
    told = {"violation_id": "vio_1", "reason": "đã giải trình", "letter": "01/XL-H41.12"}
    return moved(case, to, mover, AT + timedelta(minutes=1), RULES, **(told | changes))


async def states(store: Store) -> list[str]:
    found = await store.rows("SELECT state FROM case_state ORDER BY leaf_index, violation_id")
    return [state for (state,) in found]


async def test_a_whole_life_is_kept_and_verifies(store: Store) -> None:
    await store.recorder.record_demand(a_demand(1, papers=2))
    done = await walked(store, *LIFE)
    assert (done.state, done.round, done.count, done.facts.count) == (S.CLOSED, 1, 2, 2)
    assert [each.step.seq for each in done.steps] == list(range(1, 8))
    assert await states(store) == ["closed", "closed"]
    assert (await store.verified()).good


def test_a_step_comes_back_as_it_was_written() -> None:
    step = Step(
        CASE, 3, 2, 7, S.EXPLAINED, (S.CONFIRMED, S.ESCALATED), Role.AUDITOR, "k.a", "H41", AT, "vio_1", "grave", "vì “thế”",
        date(2026, 12, 1), 1, "01/XL-H41", "c" * 64, "p" * 64,
    )  # fmt: skip
    assert step_of(step_body(step)) == step


async def test_a_violation_that_comes_when_all_is_over_begins_a_new_round_and_leaves_the_old_one_as_it_was(
    store: Store,
) -> None:
    await store.recorder.record_demand(a_demand(1))
    await walked(store, *LIFE)
    await store.recorder.record_demand(replace(a_demand(2), violations=later(2)))
    case = await StoredCases(store.reads).case(CASE)
    assert (case.state, case.round, case.repeats, case.facts.count) == (S.DETECTED, 2, 1, 1)
    assert await states(store) == ["closed", "detected"]
    again = await walked(store, S.NOTIFIED, S.EXPLAINED, S.CONFIRMED)
    assert (again.state, again.round) == (S.ESCALATED, 2)
    assert await states(store) == ["closed", "escalated"]
    assert (await store.verified()).good


@pytest.mark.parametrize(("minutes", "repeats"), [(2, 1), (0, 0)])
async def test_the_check_that_proves_a_demand_says_whether_it_came_after_the_remedy(
    store: Store, minutes: int, repeats: int
) -> None:
    await store.recorder.record_demand(a_demand(1))
    await walked(store, *LIFE)
    proof = a_check(7, decided_at=AT + timedelta(minutes=minutes))
    await store.recorder.record_check(proof, None)
    told = tuple(replace(each, proof_check_id=proof.id) for each in a_demand(2).violations)
    await store.recorder.record_demand(replace(a_demand(2), violations=told, told_late=True))
    case = await StoredCases(store.reads).case(CASE)
    assert (case.round, case.repeats, case.facts.last_proof_at) == (2, repeats, proof.decided_at)


def later(number: int):
    return tuple(replace(each, made_at=AT + timedelta(hours=1)) for each in a_demand(number).violations)


@pytest.mark.parametrize("over", [(), LIFE[:1], LIFE[:3], LIFE[:4], LIFE[:5], LIFE])
async def test_the_view_the_rows_and_the_rule_say_the_same(store: Store, over: tuple[CaseState, ...]) -> None:
    await store.recorder.record_demand(a_demand(1))
    rested = (await walked(store, *over)).state
    await store.recorder.record_demand(a_demand(2))
    rows = StoredCases(store.reads)
    case, ids = await rows.case(CASE), [a_demand(number).violations[0].id for number in (1, 2)]
    told = await rows.standings(ids)
    assert [told[each].state.value for each in ids] == await states(store)
    heard = rested is S.DETECTED or rested in REOPENS
    assert (told[ids[1]].state, told[ids[1]].round) == (S.DETECTED, 2 if over else 1)
    assert (case.round, case.waiting) == ((told[ids[1]].round, 0) if heard else (1, 1))
    listed = {each: [one.case.id for one in await rows.listing((2**62, ""), 5, {"state": each.value})] for each in S}
    assert [each for each, found in listed.items() if found] == [case.state]
    view = "audit_v1.v_case" if store.url.startswith("postgres") else "audit_v1_v_case"
    assert await store.rows(f"SELECT last_state FROM {view}") == [(case.state.value,)]
    assert told[ids[0]].round == 1


async def test_a_round_that_takes_in_what_the_agency_was_not_told_of_is_found(store: Store) -> None:
    await store.recorder.record_demand(a_demand(1))
    await walked(store, S.NOTIFIED)
    await store.recorder.record_demand(a_demand(2))
    case = await StoredCases(store.reads).case(CASE)
    assert (await store.verified()).good
    await CaseLedger(store.writer).record_step(replace(next_step(case, S.EXPLAINED), seen=case.newest))
    assert [found for found, _ in await store.found()] == ["case_round_grew"]


async def test_of_two_moves_at_once_one_wins(store: Store) -> None:
    await store.recorder.record_demand(a_demand(1))
    case = await StoredCases(store.reads).case(CASE)
    ledger = CaseLedger(store.writer)
    both = [ledger.record_step(next_step(case, S.NOTIFIED, reason=each)) for each in "ab"]
    told = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in told) == ["Conflict", "Position"]
    assert (await store.verified()).good


async def test_a_claim_stands_once_whatever_the_case(store: Store) -> None:
    await store.recorder.record_demand(a_demand(1))
    rows, ledger = StoredCases(store.reads), CaseLedger(store.writer)
    step = next_step(await rows.case(CASE), S.NOTIFIED, claim="c" * 64, claim_print="p")
    await ledger.record_step(step, (Event("case.moved", AT, {}),))
    assert (await rows.claimed("c" * 64)).step == step
    assert await rows.claimed("d" * 64) is None
    with pytest.raises(Conflict):
        await ledger.record_step(replace(step, seq=2))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE case_steps SET state = 'rejected' WHERE seq = 3", "row_changed"),
        ("UPDATE case_steps SET due_on = NULL WHERE seq = 1", "row_changed"),
        ("UPDATE case_steps SET seen = 99 WHERE seq = 1", "row_changed"),
        ("UPDATE case_steps SET body = replace(body, 'confirmed', 'rejected')", "row_not_in_leaf"),
        ("DELETE FROM case_steps WHERE seq = 2", "leaf_without_row"),
        ("DELETE FROM case_steps WHERE seq = 2", "case_step_out_of_order"),
        ("UPDATE case_steps SET body = 'x' WHERE seq = 1", "row_unreadable"),
        ("UPDATE case_letters SET number = 2", "row_changed"),
        ("DELETE FROM case_letters", "leaf_without_row"),
        ("UPDATE case_letters SET issuer = 'H41.13'", "row_changed"),
    ],
)
async def test_a_step_or_letter_that_was_altered_is_found(store: Store, change: str, what: str) -> None:
    await store.recorder.record_demand(a_demand(1))
    await walked(store, *LIFE[:3])
    await LetterLedger(store.writer).record_letter(LETTER)
    assert (await store.verified()).good
    await as_owner(store.url, change)
    assert what in {found for found, _ in await store.found()}


@pytest.mark.parametrize("file", [b"PK other", b""])
async def test_another_file_in_place_of_a_letter_is_found_and_never_given_out(store: Store, file: bytes) -> None:
    await store.recorder.record_demand(a_demand(1))
    await LetterLedger(store.writer).record_letter(LETTER)
    literal = f"'\\x{file.hex()}'" if store.url.startswith("postgres") else f"x'{file.hex()}'"
    await as_owner(store.url, f"UPDATE case_letters SET file = {literal}")
    assert "row_changed" in {found for found, _ in await store.found()}
    with pytest.raises(StoreError):
        await StoredLetters(store.reads).letter(CASE, 1, LetterKind.APOLOGY, FIRST)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"passed": (S.CONFIRMED, S.REMEDY_DUE)}, "case_step_unlawful"),
        ({"came_from": S.EXPLAINED, "passed": (S.CONFIRMED, S.REMEDY_DUE)}, "case_step_out_of_order"),
        ({"round": 2}, "case_step_out_of_order"),
        ({"seq": 2}, "case_step_out_of_order"),
        ({"case_id": "case_" + "0" * 32}, "case_without_violation"),
        ({"seen": 9}, "case_without_violation"),
        ({"seen": -1}, "case_without_violation"),
    ],
)
async def test_a_skipped_state_is_found_though_it_was_recorded_by_our_own_key(store: Store, changes: dict, what: str) -> None:
    await store.recorder.record_demand(a_demand(1))
    case = await StoredCases(store.reads).case(CASE)
    await CaseLedger(store.writer).record_step(replace(next_step(case, S.NOTIFIED), **changes))
    told = {each.what: f"{each.expected}; {each.found}" for each in (await store.verified()).findings}
    assert told[what].count("step ") == (2 if what == "case_step_out_of_order" else 0)


async def test_a_step_that_is_not_what_was_signed_is_never_judged_by(store: Store) -> None:
    await store.recorder.record_demand(a_demand(1))
    await walked(store, S.NOTIFIED)
    await as_owner(store.url, "UPDATE case_steps SET body = replace(body, 'explanation_due', 'no_answer')")
    with pytest.raises(StoreError):
        await StoredCases(store.reads).case(CASE)


@pytest.mark.parametrize("table", ["case_violations", "case_steps", "case_letters"])
async def test_no_row_of_a_case_is_changed_or_taken_away(store: Store, table: str) -> None:
    await store.recorder.record_demand(a_demand(1))
    await walked(store, S.NOTIFIED)
    await LetterLedger(store.writer).record_letter(LETTER)
    for statement in (f"UPDATE {table} SET leaf_index = leaf_index", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="insert-only"):
            await write(store.url, statement)


async def test_cases_are_listed_by_their_first_violation_and_found_by_state(store: Store) -> None:
    await store.recorder.record_demand(a_demand(1, papers=2))
    other = tuple(replace(each, evidence_type="id_card") for each in a_demand(2).violations)
    await store.recorder.record_demand(replace(a_demand(2), violations=other))
    await store.recorder.record_demand(a_demand(3))
    await walked(store, S.NOTIFIED)
    rows = StoredCases(store.reads)
    first = await rows.listing((2**62, ""), 1, {})
    second = await rows.listing(first[0].place, 5, {})
    assert [each.case.fingerprint.evidence_type for each in (*first, *second)] == ["id_card", "birth_certificate"]
    assert [each.case.id for each in await rows.listing((2**62, ""), 5, {"state": "explanation_due"})] == [CASE]
    assert await rows.listing((2**62, ""), 5, {"state": "closed"}) == []
    assert len(await rows.listing((2**62, ""), 5, {"agency": "H41.12", "procedure": "1.001193"})) == 2
    assert len(await rows.violations(CASE, 10)) == 3
    assert await rows.case("case_" + "0" * 32) is None


async def test_a_letter_is_kept_to_the_byte_and_its_number_is_taken_once(store: Store) -> None:
    await store.recorder.record_demand(a_demand(1))
    ledger, rows = LetterLedger(store.writer), StoredLetters(store.reads)
    await ledger.record_letter(LETTER)
    found = await rows.letter(CASE, 1, LetterKind.APOLOGY, FIRST)
    assert (found.letter, found.file_sha256) == (LETTER, LETTER.file_sha256)
    assert (
        await rows.last_number("H41.12", LetterKind.APOLOGY, 2026),
        await rows.last_number("H41", LetterKind.APOLOGY, 2026),
    ) == (1, 0)
    for again in (replace(LETTER, round=2), replace(LETTER, number=2)):
        with pytest.raises(Conflict):
            await ledger.record_letter(again)
    (listed,) = await rows.letters(CASE, -1, 10)
    assert (listed.letter.reference, listed.letter.file, listed.file_sha256) == ("01/XL-H41.12", b"", LETTER.file_sha256)
    assert (await store.verified()).good


async def test_of_two_processes_that_move_a_case_at_once_one_wins(url: str, ring: KeyRing) -> None:
    async with opened(url, ring, Clocked()) as one, opened(url, ring, Clocked()) as other:
        await one.recorder.record_demand(a_demand(1))
        case = await StoredCases(other.reads).case(CASE)
        told = await asyncio.gather(
            *(CaseLedger(each.writer).record_step(next_step(case, S.NOTIFIED)) for each in (one, other)), return_exceptions=True
        )
        assert sorted(type(each).__name__ for each in told) == ["Conflict", "Position"]
        assert (await one.verified()).good


async def test_a_violation_that_comes_between_reading_and_moving_is_neither_lost_nor_judged_unseen(store: Store) -> None:
    await store.recorder.record_demand(a_demand(1))
    case = await walked(store, *LIFE[:3])
    await store.recorder.record_demand(replace(a_demand(2), violations=later(2)))
    ledger, rows = CaseLedger(store.writer), StoredCases(store.reads)
    await ledger.record_step(next_step(case, S.REMEDIED))
    assert (await rows.case(CASE)).state is S.APOLOGY_DUE
    again = await walked(store, S.APOLOGISED)
    assert (again.state, again.round, again.facts.count, again.waiting) == (S.APOLOGISED, 1, 1, 1)
    assert await rows.listing((2**62, ""), 5, {"state": "detected"}) == []
    assert await states(store) == ["apologised", "detected"]
    heard = await walked(store, S.REPORTED, S.CLOSED)
    assert (heard.state, heard.round, heard.facts.count, heard.waiting) == (S.DETECTED, 2, 1, 0)
    await walked(store, S.NOTIFIED)
    assert await states(store) == ["closed", "explanation_due"]
    assert (await store.verified()).good
