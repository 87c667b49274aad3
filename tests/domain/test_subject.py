"""Who a paper is about: citizens and businesses, what they tell sources, and what contradicts itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.domain.subject import (
    Business,
    Citizen,
    EnterpriseCode,
    NotAnIdentifier,
    OldPersonalId,
    PartialDate,
    PersonalId,
    masked,
    same_name,
    warnings_about,
)

from .builders import business, citizen


@pytest.mark.parametrize("text", ["1990", "1990-02", "2000-02-29", "1990-12-31"])
def test_a_birth_date_may_be_known_to_the_year_the_month_or_the_day(text: str) -> None:
    assert PartialDate.parse(text).isoformat() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90",
        "0000",
        "1990-13",
        "1990-00",
        "1990-00-00",
        "1990-00-15",
        "1990-02-00",
        "1990-02-30",
        "1900-02-29",
        "2001-02-29",
        "1990-1",
        "1990-01-1",
        "1990/01/01",
        "01-01-1990",
        "1990-01-01T00:00",
        " 1990",
        "1990\n",
        "-1990",
        "1990-01-01-01",
        "١٩٩٠",
        "1990-٠١",
        "１９９０",
    ],
)
def test_an_impossible_birth_date_is_refused(text: str) -> None:
    with pytest.raises(NotAnIdentifier, match=r"^impossible_date$"):
        PartialDate.parse(text)


@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_a_partial_date_reads_back_what_it_writes(day, length: int) -> None:
    text = day.isoformat()[:length]
    assert PartialDate.parse(text).isoformat() == text


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("1990", "1990-05-17", True),
        ("1990-05", "1990-05-17", True),
        ("1990-05-17", "1990-05-17", True),
        ("1990", "1991-05-17", False),
        ("1990-06", "1990-05-17", False),
        ("1990-05-18", "1990-05-17", False),
    ],
)
def test_partial_dates_agree_unless_a_part_that_both_know_differs(one: str, other: str, agree: bool) -> None:
    first, second = PartialDate.parse(one), PartialDate.parse(other)
    assert first.agrees_with(second) is second.agrees_with(first) is agree


def test_a_birth_year_that_contradicts_the_personal_id_is_a_warning_and_no_refusal() -> None:
    assert warnings_about(citizen(birth_date=PartialDate(1991))) == ("birth_year_contradicts_personal_id",)


@pytest.mark.parametrize("birth_date", [None, PartialDate(1990), PartialDate(1990, 1, 1)])
def test_a_birth_year_that_agrees_or_is_unknown_gives_no_warning(birth_date: PartialDate | None) -> None:
    assert warnings_about(citizen(birth_date=birth_date)) == ()


def test_an_old_personal_id_tells_no_year_so_it_contradicts_none() -> None:
    assert warnings_about(Citizen(OldPersonalId.parse("999123456"), birth_date=PartialDate(1950))) == ()


@pytest.mark.parametrize(
    ("code", "warnings"),
    [("0100109106", ()), ("0100109107", ("enterprise_code_check_digit",)), ("999090000001", ())],
)
def test_a_wrong_check_digit_is_a_warning_and_no_refusal(code: str, warnings: tuple[str, ...]) -> None:
    assert warnings_about(business(code)) == warnings


def test_a_citizen_lets_sources_be_asked_only_with_what_was_told() -> None:
    assert citizen().known == {"personal_id"}
    assert citizen(full_name="").known == {"personal_id"}
    told = citizen(full_name="Nguyễn Văn A", birth_date=PartialDate(1990))
    assert told.known == {"personal_id", "full_name", "birth_date"}


def test_a_business_lets_sources_be_asked_only_with_what_was_told() -> None:
    assert business().known == {"enterprise_code"}
    assert Business(EnterpriseCode.parse("0100109107"), "Công ty").known == {"enterprise_code", "name"}


def test_a_person_and_a_household_business_with_the_same_number_are_not_the_same_owner() -> None:
    person, household = citizen(), Business(EnterpriseCode.parse(citizen().number))
    assert person.number == household.number
    assert person.key != household.key


def test_a_branch_is_the_same_owner_with_and_without_its_hyphen() -> None:
    assert business("0100109107-001").key == business("0100109107001").key


def test_only_subjects_of_the_simulation_are_synthetic() -> None:
    assert citizen().synthetic
    assert business("0100109107").synthetic
    assert business("999090000001").synthetic
    assert Citizen(OldPersonalId.parse("999123456")).synthetic
    assert not business("0100109106").synthetic
    assert not Citizen(OldPersonalId.parse("123456789")).synthetic
    assert not Citizen(PersonalId("040" + "090000001")).synthetic


@pytest.mark.parametrize("number", ["999090000123", "0100109123", "999000123", "123"])
def test_a_masked_number_shows_only_its_last_three_digits(number: str) -> None:
    assert masked(number) == "•" * (len(number) - 3) + "123"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Nguyễn Văn Đức", "NGUYEN VAN DUC", True),
        ("Nguyễn Văn Đức", "Nguye\u0302\u0303n  Va\u0306n \u0110u\u031b\u0301c", True),
        ("Nguyễn Văn Đức", "Nguyễn Văn Đ", False),
        ("Nguyễn Văn A", "Văn A Nguyễn", False),
    ],
)
def test_names_are_the_same_when_they_read_the_same_without_accents_and_case(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


def test_a_refusal_never_repeats_what_was_refused() -> None:
    secret = "0" * 12
    for parse in (PersonalId.parse, OldPersonalId.parse, EnterpriseCode.parse, PartialDate.parse):
        with pytest.raises(NotAnIdentifier) as refusal:
            parse(secret)
        assert secret not in str(refusal.value)
