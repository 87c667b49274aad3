"""Numbers that name people and enterprises: personal ids of 12 and 9 digits, enterprise codes of 10, 12 and 13."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.vn import mst

from reuse_gateway.domain.subject import EnterpriseCode, NotAnIdentifier, OldPersonalId, PersonalId

REST = "090000001"
ARABIC_INDIC = str.maketrans("0123456789", "".join(chr(0x0660 + digit) for digit in range(10)))
FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))
DIGITS = "0123456789"


def refused(parse, text: str) -> str:
    """The stable code of a refusal."""
    with pytest.raises(NotAnIdentifier) as refusal:
        parse(text)
    return str(refusal.value)


@pytest.mark.parametrize("place", ["001", "040", "096", "100", "301", "998", "999"])
def test_a_personal_id_begins_with_an_assigned_place_or_the_synthetic_one(place: str) -> None:
    assert PersonalId.parse(place + REST).value == place + REST


@pytest.mark.parametrize("place", ["000", "097", "098", "099"])
def test_a_personal_id_of_an_unassigned_place_is_refused(place: str) -> None:
    assert refused(PersonalId.parse, place + REST) == "personal_id_place_unassigned"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "040",
        "040" + REST[:-1],
        "040" + REST + "1",
        "040 " + REST,
        " 040" + REST,
        "040" + REST + "\n",
        "040-" + REST,
        "04x" + REST,
        ("040" + REST).translate(ARABIC_INDIC),
        ("999" + REST).translate(ARABIC_INDIC),
        ("040" + REST).translate(FULL_WIDTH),
        "-40" + REST,
        "\x00" + REST,
    ],
)
def test_a_personal_id_is_twelve_ascii_digits(text: str) -> None:
    assert refused(PersonalId.parse, text) == "personal_id_not_12_digits"


@pytest.mark.parametrize("century", "456789")
def test_a_personal_id_of_a_century_to_come_is_refused(century: str) -> None:
    assert refused(PersonalId.parse, f"040{century}90000001") == "personal_id_year_impossible"


@pytest.mark.parametrize(
    ("digits", "year"), [("000", 1900), ("099", 1999), ("190", 1990), ("200", 2000), ("226", 2026), ("315", 2015)]
)
def test_a_personal_id_tells_the_birth_year_by_its_century_digit(digits: str, year: int) -> None:
    assert PersonalId.parse(f"040{digits}000001").birth_year == year
    assert PersonalId.parse(f"999{digits}000001").birth_year == year


def test_only_ids_of_place_999_are_synthetic() -> None:
    assert PersonalId.parse("999" + REST).synthetic
    assert not PersonalId.parse("998" + REST).synthetic
    assert not PersonalId.parse("040099" + "999999").synthetic


@pytest.mark.parametrize(
    "text", ["12345678", "1234567890", "12345678a", "123456789".translate(ARABIC_INDIC), "123456789\n", ""]
)
def test_an_old_personal_id_is_nine_ascii_digits(text: str) -> None:
    assert refused(OldPersonalId.parse, text) == "old_personal_id_not_9_digits"


def test_an_old_personal_id_is_still_read_because_old_registers_know_people_by_it() -> None:
    assert OldPersonalId.parse("123456789").value == "123456789"


@given(st.text(DIGITS, min_size=10, max_size=10))
def test_the_check_digit_agrees_with_python_stdnum(code: str) -> None:
    if set(code[2:9]) == {"0"}:
        assert refused(EnterpriseCode.parse, code) == "enterprise_code_empty"
    else:
        assert EnterpriseCode.parse(code).check_digit_holds is mst.is_valid(code)


@given(st.text(DIGITS, min_size=9, max_size=9).filter(lambda digits: set(digits[2:]) != {"0"}))
def test_of_ten_codes_with_one_prefix_at_most_one_holds_and_stdnum_knows_which(prefix: str) -> None:
    holding = [digit for digit in DIGITS if EnterpriseCode.parse(prefix + digit).check_digit_holds]
    expected = mst.calc_check_digit(prefix)
    assert holding == ([expected] if expected != "10" else [])


@given(st.text(DIGITS, min_size=13, max_size=13), st.booleans())
def test_a_branch_agrees_with_python_stdnum_with_and_without_its_hyphen(code: str, hyphen: bool) -> None:
    written = f"{code[:10]}-{code[10:]}" if hyphen else code
    try:
        holds = EnterpriseCode.parse(written).check_digit_holds
    except NotAnIdentifier:
        holds = False
    assert holds is mst.is_valid(written)


def test_a_real_enterprise_code_holds_and_the_wrong_formula_in_circulation_does_not() -> None:
    assert EnterpriseCode.parse("0100109106").check_digit_holds
    assert not EnterpriseCode.parse("0100109107").check_digit_holds


def test_a_remainder_of_zero_has_no_valid_code() -> None:
    prefix = next(f"0100{n:05d}" for n in range(1, 99) if mst.calc_check_digit(f"0100{n:05d}") == "10")
    assert not any(EnterpriseCode.parse(prefix + digit).check_digit_holds for digit in DIGITS)


def test_a_branch_is_kept_without_its_hyphen() -> None:
    assert EnterpriseCode.parse("0100109106-001").value == "0100109106001"


@pytest.mark.parametrize("text", ["0100109106000", "0100109106-000"])
def test_branch_000_is_refused(text: str) -> None:
    assert refused(EnterpriseCode.parse, text) == "enterprise_code_branch"


@pytest.mark.parametrize("text", ["0100000000", "0100000006-001"])
def test_a_code_without_a_serial_is_refused(text: str) -> None:
    assert refused(EnterpriseCode.parse, text) == "enterprise_code_empty"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "010010910",
        "01001091061",
        "01001091060011",
        "0100109106-01",
        "0100109106--001",
        "010010910-6001",
        "0100109106-001\n",
        "0100109106\n",
        "01.00.109.106",
        " 0100109106",
        "0100109106".translate(ARABIC_INDIC),
        "0100109106-" + "001".translate(ARABIC_INDIC),
    ],
)
def test_an_enterprise_code_of_another_shape_is_refused(text: str) -> None:
    assert refused(EnterpriseCode.parse, text) == "enterprise_code_length"


def test_since_2025_a_household_business_is_known_by_a_personal_id() -> None:
    code = EnterpriseCode.parse("999" + REST)
    assert code.check_digit_holds
    assert code.synthetic
    assert not EnterpriseCode.parse("040" + REST).synthetic


@pytest.mark.parametrize(("text", "code"), [("000" + REST, "place_unassigned"), ("040" + "990000001", "year_impossible")])
def test_a_household_business_needs_a_possible_personal_id(text: str, code: str) -> None:
    assert refused(EnterpriseCode.parse, text) == f"personal_id_{code}"


@given(st.text(DIGITS, min_size=9, max_size=9).filter(lambda digits: set(digits[2:]) != {"0"}), st.sampled_from(DIGITS))
def test_a_code_is_synthetic_exactly_when_no_real_enterprise_can_have_it(prefix: str, digit: str) -> None:
    assert EnterpriseCode.parse(prefix + digit).synthetic is not mst.is_valid(prefix + digit)
