"""Procedure codes in every spelling seen, and which rows of the dossier speak about a paper."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.domain.procedure import Case, Fallback, ProcedureCode, ProcedureVersion, Requirement

from .builders import BIRTH, MARRIAGE, RESIDENCE, row


@pytest.mark.parametrize(
    ("text", "base", "province"),
    [
        ("1.001193", "1.001193", None),
        ("1.001193.000.00.00.H41", "1.001193", "H41"),
        ("2.002621.H56", "2.002621", "H56"),
        ("1.000894.01", "1.000894", None),
        ("1.000894.01.H41", "1.000894", "H41"),
        ("3.000001.G01", "3.000001", "G01"),
    ],
)
def test_only_the_first_two_groups_name_the_procedure(text: str, base: str, province: str | None) -> None:
    assert ProcedureCode.parse(text) == ProcedureCode(base, province)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.00119",
        "1.0011933",
        "0.001193",
        "11.001193",
        "1-001193",
        "1.001193.",
        "1.001193..H41",
        "1.001193.h41",
        " 1.001193",
        "1.001193\n",
        "1.001193 .H41",
        "A.001193",
        "1.00119٣",
        "١.001193",
        "1.001193/../x",
        "1.001193.H41\n",
    ],
)
def test_a_code_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^procedure_code_shape$"):
        ProcedureCode.parse(text)


@given(st.from_regex(r"[1-9]\.[0-9]{6}", fullmatch=True), st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True))
def test_a_provincial_code_leads_to_the_national_procedure(base: str, province: str) -> None:
    assert ProcedureCode.parse(f"{base}.000.00.00.{province}").base == ProcedureCode.parse(base).base == base
    assert ProcedureCode.parse(f"{base}.000.00.00.{province}").province == province


def test_a_row_names_every_paper_of_its_lists_and_no_other() -> None:
    together = row((BIRTH, MARRIAGE), RESIDENCE)
    assert all(together.names(paper) for paper in (BIRTH, MARRIAGE, RESIDENCE))
    assert not together.names("id_card")


def test_a_row_whose_words_are_not_tied_names_no_paper() -> None:
    untied = Requirement("r", "Giấy tờ khác")
    assert not any(untied.names(paper) for paper in (BIRTH, "", "Giấy tờ khác"))


def test_a_row_asks_the_applicant_unless_it_says_otherwise() -> None:
    plain = Requirement("r", "x")
    assert (plain.role, plain.fallback, plain.original) == ("applicant", Fallback.ASK_SUBJECT, False)


def two_cases() -> ProcedureVersion:
    """A procedure whose cases want different papers."""
    cases = (Case("mới", (row(BIRTH),)), Case("lại", (row(MARRIAGE),)))
    return ProcedureVersion("1.001193", "thủ tục", cases, date(2026, 1, 1))


def test_a_case_has_a_dossier_of_its_own() -> None:
    assert two_cases().requirements("lại") == (row(MARRIAGE),)


def test_where_no_case_is_named_the_rows_of_all_cases_count() -> None:
    assert two_cases().requirements(None) == (row(BIRTH), row(MARRIAGE))


@pytest.mark.parametrize("case", ["", "khác", "MỚI", "Lại"])
def test_an_unknown_case_is_a_key_error(case: str) -> None:
    with pytest.raises(KeyError):
        two_cases().requirements(case)


def test_the_title_is_vietnamese_where_no_english_name_is_known() -> None:
    assert two_cases().title.en == two_cases().title.vi == "thủ tục"
