"""Agency codes in both spellings, and which sources an agency may ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.domain.agency import Agency, agency_code, entitled
from reuse_gateway.domain.text import Text


def body(code: str, *sources: str) -> Agency:
    """An agency of this code."""
    return Agency(code, Text(code, code), "commune", frozenset(sources))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("H41", "H41"),
        ("H41.14.2", "H41.14.2"),
        ("G22.129", "G22.129"),
        ("000.00.00.H41", "H41"),
        ("000.00.14.H41", "H41.14"),
        ("000.02.14.H41", "H41.14.2"),
        ("000.17.22.H56", "H56.22.17"),
        ("003.02.14.H41", "H41.14.2.3"),
        ("000.20.10.H41", "H41.10.20"),
        ("H41.012", "H41.12"),
        ("H41.12.01", "H41.12.1"),
        ("H41.12.000", "H41.12"),
        ("H41.0.12", "H41.12"),
        ("H41.0", "H41"),
    ],
)
def test_both_spellings_lead_to_the_parent_first_one(text: str, code: str) -> None:
    assert agency_code(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h41",
        "H4",
        "H411",
        "H41.",
        ".H41",
        "H41..2",
        "H41.1234",
        "00.00.H41",
        "000.00.00.00.H41",
        "000.00.00.41",
        "H41 ",
        "H41\n",
        "000.00.00.H41\n",
        "H٤١",
        "H41.١",
        "0000.00.00.H41",
        "*",
        "H41.*",
    ],
)
def test_a_code_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^agency_code_shape$"):
        agency_code(text)


@given(st.lists(st.integers(1, 99), max_size=3))
def test_the_older_spelling_of_an_agency_is_the_same_agency(groups: list[int]) -> None:
    new = ".".join(["H41", *map(str, groups)])
    padded = [0] * (3 - len(groups)) + groups[::-1]
    assert agency_code(".".join([f"{padded[0]:03d}", *(f"{group:02d}" for group in padded[1:]), "H41"])) == new


@given(st.lists(st.tuples(st.integers(1, 999), st.integers(0, 3)), max_size=4))
def test_a_body_has_one_code_however_many_zeros_are_written(groups: list[tuple[int, int]]) -> None:
    written = ".".join(["H41", *(str(number).zfill(width) for number, width in groups)])
    assert agency_code(written) == ".".join(["H41", *(str(number) for number, _ in groups)])


@given(st.from_regex(r"[A-Z][0-9]{2}(\.[1-9][0-9]?){0,3}", fullmatch=True))
def test_a_code_already_parent_first_stays_as_it_is(code: str) -> None:
    assert agency_code(agency_code(code)) == agency_code(code) == code


def test_an_agency_without_listed_sources_may_ask_none() -> None:
    assert not body("H41").may_ask("population")
    assert not body("H41").may_ask("*")


def test_an_agency_may_ask_only_the_sources_listed_for_it() -> None:
    assert body("H41", "population").may_ask("population")
    assert not body("H41", "population").may_ask("population_2")
    assert body("H41", "*").may_ask("anything")


def test_the_nearest_agency_above_speaks_for_a_code() -> None:
    tree = (body("H41"), body("H41.14"), body("H41.14.2"), body("H42"))
    assert [entitled(tree, code).code for code in ("H41", "H41.9", "H41.14.3", "H41.14.2", "H41.14.2.7")] == [
        "H41",
        "H41",
        "H41.14",
        "H41.14.2",
        "H41.14.2",
    ]


@pytest.mark.parametrize("code", ["H4", "H411", "H43", "", "h41", "xH41", "G41"])
def test_a_code_that_only_looks_alike_is_nobody_we_know(code: str) -> None:
    assert entitled((body("H41", "*"), body("H41.14", "*")), code) is None


def test_a_unit_whose_code_begins_with_the_digits_of_another_is_not_below_it() -> None:
    assert entitled((body("H41.1", "*"),), "H41.14") is None


def test_without_agencies_nobody_is_known() -> None:
    assert entitled((), "H41") is None
