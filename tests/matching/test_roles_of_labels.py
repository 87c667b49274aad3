"""A label that tells whose paper it is asks about that person; nobody's paper is looked up in another's place."""

from __future__ import annotations

import pytest

from reuse_gateway.catalogue.loader import load
from reuse_gateway.domain.agency import Agency
from reuse_gateway.domain.check import CheckRequest, Wanted
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.domain.plan import Facts, PlannedItem, plan
from reuse_gateway.domain.procedure import ProcedureCode
from reuse_gateway.domain.subject import Citizen, PersonalId
from reuse_gateway.domain.text import Text
from reuse_gateway.domain.verdict import Reason
from tests.domain.builders import LONG_AGO, row, source, version

APPLICANT, CHILD = (Citizen(PersonalId(number)) for number in ("999090000001", "999220000002"))
ANYBODY = Agency("H41", Text("tỉnh", "province"), "province", frozenset({"*"}))
BIRTH = "birth_certificate"


def planned(vocabulary: Vocabulary, label: str, *, rows: tuple = (), others: dict | None = None, **wanted: str) -> PlannedItem:
    """One item of a case whose dossier lists the birth certificate of the applicant, unless other rows are given."""
    facts = Facts(load().evidence_types, (source("registry", BIRTH),), vocabulary)
    papers = (Wanted("a", label=label, **wanted),)
    request = CheckRequest(ProcedureCode("1.001193"), APPLICANT, papers, LONG_AGO, others=others or {})
    return plan(request, version(*(rows or (row(BIRTH),))), facts, ANYBODY).items[0]


def test_the_childs_paper_is_asked_of_the_child_that_the_case_names(vocabulary: Vocabulary) -> None:
    item = planned(vocabulary, "Giấy khai sinh của con", others={"child": CHILD})
    assert (item.role, item.subject, item.settled) == ("child", CHILD, None)


def test_the_childs_paper_is_never_looked_up_as_the_applicants(vocabulary: Vocabulary) -> None:
    item = planned(vocabulary, "Giấy khai sinh của con")
    assert (item.role, item.subject, item.settled) == ("child", None, Reason.INSUFFICIENT_SUBJECT_DATA)


def test_a_role_only_told_by_the_label_puts_no_paper_outside_the_dossier(vocabulary: Vocabulary) -> None:
    item = planned(vocabulary, "Giấy khai sinh của con", others={"child": CHILD})
    assert item.requirement is not None


def test_the_role_of_the_item_goes_before_that_of_the_label(vocabulary: Vocabulary) -> None:
    item = planned(vocabulary, "Giấy khai sinh của con", role="applicant", others={"child": CHILD})
    assert (item.role, item.subject) == ("applicant", APPLICANT)


@pytest.mark.parametrize("label", ["Giấy khai sinh", "Giấy khai sinh của tổ chức", "Giấy khai sinh của người nộp hồ sơ"])
def test_a_label_that_names_no_other_person_is_the_applicants(vocabulary: Vocabulary, label: str) -> None:
    assert planned(vocabulary, label).subject == APPLICANT
