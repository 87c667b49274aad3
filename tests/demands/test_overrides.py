"""E1 to E13: what bears each out, what refutes it, and what is missing. Our own facts come before anybody's word."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.domain.lawful_exception import Invoker
from reuse_gateway.domain.override import CODES, Standing, rule
from tests.domain.builders import holding, row

from .builders import (
    EXCEPTIONS,
    VERDICTS,
    Channel,
    DemandKind,
    Manner,
    Reason,
    finding,
    held,
    how,
    judged,
    override,
    own,
    paper,
    said,
    types,
    waiting,
)

LAW = {"in_force": frozenset({"L-SECTOR"})}
ISSUED = held(issued_on=date(2026, 1, 10))
REFUSED = VERDICTS[Reason.NO_AUTHORITY]
DIFFERS = {"field_difference": "full_name,birth_date#k1.seal"}
ORIGINAL = {"component_flag": "true", "legal_basis": "L-SECTOR"}

# Code, who invokes with which evidence, what we know ourselves -> how it stands and why.
TABLE: list[tuple[str, dict[str, Any], dict[str, Any], str, tuple[str, ...]]] = [
    ("E1", {}, {"verdict": held(), "outage": "outage-7"}, "upheld", ()),
    ("E1", {}, {"verdict": waiting(), "outage": "chk_1"}, "upheld", ()),
    ("E1", {"probe_log": "p-1"}, {"verdict": held()}, "refuted", ("source_answered",)),
    ("E1", {"probe_log": "p-1"}, {"verdict": waiting()}, "insufficient", ("invoker_not_entitled",)),
    ("E1", {}, {"verdict": held(), "outage": "o", "days_in_use": 6}, "insufficient", ("exception_lapsed",)),
    ("E2", {"missing_fields": "issued_on,place"}, {"verdict": held()}, "refuted", ("holding_complete",)),
    ("E2", {"missing_fields": "issued_on"}, {"verdict": waiting()}, "accepted", ()),
    ("E2", {"missing_fields": "Ngày cấp!"}, {"verdict": waiting()}, "insufficient", ("evidence_missing",)),
    ("E2", {}, {"verdict": VERDICTS[Reason.HELD_INCOMPLETE]}, "upheld", ()),
    ("E3", DIFFERS, {"verdict": held()}, "accepted", ()),
    ("E3", {}, {"verdict": held()}, "insufficient", ("evidence_missing",)),
    ("E3", {"field_difference": "full_name"}, {"verdict": held()}, "insufficient", ("evidence_missing",)),
    ("E3", DIFFERS | {"by": "supervisor"}, {"verdict": held()}, "insufficient", ("invoker_not_entitled",)),
    ("E3", {}, {"verdict": VERDICTS[Reason.HELD_MISMATCH]}, "upheld", ()),
    ("E4", {"validity_rule": "P6M@L-SECTOR"}, {"verdict": ISSUED, **LAW}, "upheld", ()),
    ("E4", {"validity_rule": "P12M@L-SECTOR"}, {"verdict": ISSUED, **LAW}, "refuted", ("holding_valid",)),
    ("E4", {"validity_rule": "P6M@L-UNKNOWN"}, {"verdict": ISSUED, **LAW}, "refuted", ("holding_valid",)),
    ("E4", {}, {"verdict": ISSUED, **LAW}, "refuted", ("holding_valid",)),
    ("E4", {"validity_rule": "P6M@L-SECTOR"}, {"verdict": held(), **LAW}, "insufficient", ("evidence_missing",)),
    ("E4", {"validity_rule": "six months"}, {"verdict": waiting(), **LAW}, "insufficient", ("evidence_missing",)),
    ("E4", {}, {"verdict": VERDICTS[Reason.HELD_EXPIRED]}, "upheld", ()),
    ("E5", {}, {"verdict": held(), "negative_receipt": "chk_1"}, "upheld", ()),
    ("E5", {"negative_receipt": "chk_2"}, {"verdict": held()}, "refuted", ("source_holds_it",)),
    ("E5", {}, {"verdict": VERDICTS[Reason.AGENCY_MUST_OBTAIN], "negative_receipt": "c"}, "refuted", ("agency_must_obtain",)),
    ("E5", {"negative_receipt": "x"}, {"verdict": waiting()}, "insufficient", ("invoker_not_entitled",)),
    ("E5", {}, {"verdict": VERDICTS[Reason.NOT_HELD]}, "upheld", ()),
    ("E6", {"published_scope": "none"}, {"verdict": held()}, "refuted", ("source_usable",)),
    ("E6", {"published_scope": "none"}, {"verdict": waiting()}, "refuted", ("source_usable",)),
    ("E6", {"published_scope": "none"}, {"verdict": REFUSED}, "refuted", ("source_usable",)),
    ("E6", {}, {"verdict": VERDICTS[Reason.NO_USABLE_SOURCE]}, "upheld", ()),
    ("E7", ORIGINAL, {"verdict": VERDICTS[Reason.OUTSIDE_PUBLISHED_DOSSIER], "row": None, **LAW}, "accepted", ()),
    ("E7", ORIGINAL, {"verdict": held(), **LAW}, "refuted", ("original_not_required",)),
    ("E7", ORIGINAL, {"verdict": held(), "row": row(original=True), "manner": Manner.CERTIFIED}, "refuted", ("original_only",)),
    ("E7", {"component_flag": "true"}, {"verdict": held(), "row": None}, "insufficient", ("evidence_missing",)),
    ("E7", ORIGINAL, {"verdict": held(), "row": None}, "insufficient", ("evidence_missing",)),
    ("E7", {}, {"verdict": VERDICTS[Reason.ORIGINAL_REQUIRED]}, "upheld", ()),
    ("E8", {"subject_kind": "overseas_vietnamese"}, {"verdict": waiting()}, "accepted", ()),
    ("E8", {"subject_kind": "citizen"}, {"verdict": waiting()}, "insufficient", ("evidence_missing",)),
    ("E8", {"subject_kind": "foreigner"}, {"verdict": held()}, "refuted", ("source_holds_it",)),
    ("E9", {"authentication_failure": "no_match"}, {"verdict": held()}, "accepted", ()),
    ("E9", {}, {"verdict": held()}, "insufficient", ("evidence_missing",)),
    ("E9", {"authentication_failure": "x"}, {"verdict": held(), "received_by": Channel.ONLINE}, "refuted", ("filed_online",)),
    ("E9", {"authentication_failure": "x"}, {"verdict": held(), "days_in_use": 2}, "insufficient", ("exception_lapsed",)),
    ("E10", {}, {"verdict": held(), "makes_paper": True}, "upheld", ()),
    ("E10", {"procedure_flag": "x"}, {"verdict": held(), "makes_paper": False}, "refuted", ("procedure_makes_other_papers",)),
    ("E10", {"procedure_flag": "x"}, {"verdict": held()}, "insufficient", ("invoker_not_entitled",)),
    ("E11", {"explicit_choice": "opt-1"}, {"verdict": held()}, "accepted", ()),
    ("E11", {"explicit_choice": "false"}, {"verdict": held()}, "insufficient", ("evidence_missing",)),
    ("E11", {}, {"verdict": held()}, "insufficient", ("evidence_missing",)),
    ("E11", {"explicit_choice": "x"}, {"verdict": held(), "kind": DemandKind.SUPPLEMENT_REQUEST}, "refuted", ("was_demanded",)),
    ("E11", {"explicit_choice": "x"}, {"verdict": held(), "kind": DemandKind.CITIZEN_REPORT}, "refuted", ("was_demanded",)),
    ("E11", {"explicit_choice": "x"}, {"verdict": held(), "days_in_use": 1}, "insufficient", ("exception_lapsed",)),
    ("E12", {}, {"verdict": REFUSED}, "upheld", ()),
    ("E12", {"access_policy": "p", "by": "supervisor"}, {"verdict": held()}, "accepted", ()),
    ("E12", {"access_policy": "p"}, {"verdict": held()}, "insufficient", ("invoker_not_entitled",)),
    ("E12", {"by": "supervisor"}, {"verdict": held()}, "insufficient", ("evidence_missing",)),
    ("E13", {"incident": "i", "by": "supervisor"}, {"verdict": held()}, "accepted", ()),
    ("E13", {"incident": "i"}, {"verdict": held()}, "insufficient", ("invoker_not_entitled",)),
    ("E13", {"incident": "i", "by": "supervisor"}, {"verdict": held(), "served_meanwhile": True}, "refuted",
     ("platform_answered",)),
    ("E13", {"incident": "i", "by": "supervisor"}, {"verdict": held(), "days_in_use": 4}, "insufficient",
     ("exception_lapsed",)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "given", "known", "standing", "why"), TABLE)
def test_an_exception_stands_as_our_facts_and_its_evidence_let_it(
    code: str, given: dict[str, str], known: dict[str, Any], standing: str, why: tuple[str, ...]
) -> None:
    evidence = dict(given)
    invoked = override(code, evidence.pop("by", "officer"), **evidence)
    ruling = rule(invoked, EXCEPTIONS[code], own(**known))
    assert (str(ruling.standing), ruling.objections) == (standing, why)


@pytest.mark.parametrize("code", CODES)
def test_each_code_can_hold_and_can_fail(code: str) -> None:
    found = {standing for each, _, _, standing, _ in TABLE if each == code}
    assert found & {"upheld", "accepted"}
    assert found & {"refuted", "insufficient"}


@pytest.mark.parametrize("code", CODES)
def test_an_exception_that_was_withdrawn_holds_for_nobody(code: str) -> None:
    assert rule(override(code), None, own(held())).objections == ("exception_withdrawn",)


@pytest.mark.parametrize("code", CODES)
def test_evidence_of_spaces_is_none(code: str) -> None:
    blank = dict.fromkeys(EXCEPTIONS[code].evidence, "  ")
    ruling = rule(override(code, "officer", **blank), EXCEPTIONS[code], own(waiting()))
    assert ruling.standing in (Standing.INSUFFICIENT, Standing.REFUTED)


def test_what_may_be_asked_for_anyway_needs_no_exception_and_none_is_counted() -> None:
    found = judged(paper(VERDICTS[Reason.NOT_HELD]), override=override("E9"))
    assert (finding(found), types(found)) == ("lawful", [])
    assert found.papers[0].override.standing is Standing.NOT_NEEDED


def test_an_exception_that_our_facts_refute_is_a_violation_beside_the_papers_own() -> None:
    found = judged(paper(held()), override=override("E1", probe_log="p-1"))
    assert (finding(found), types(found)) == ("violation", ["V01", "V15"])


def test_a_source_that_was_down_by_our_own_log_is_the_sources_failure() -> None:
    found = judged(paper(held(), outage="outage-7"), override=override("E1"))
    assert (finding(found), types(found)) == ("source_failure", [])
    assert [(str(each.code), each.place) for each in found.defects] == [("D02", "registry")]
    assert found.papers[0].override.proof == "outage-7"


def test_an_exception_that_holds_makes_the_demand_lawful_but_not_its_manner() -> None:
    fine = judged(paper(held()), override=override("E3", **DIFFERS))
    assert (finding(fine), types(fine)) == ("lawful", [])
    certified = judged(paper(held()), override=override("E3", **DIFFERS), asked=how(manner=Manner.CERTIFIED))
    assert (finding(certified), types(certified)) == ("violation", ["V08"])


def test_an_exception_speaks_of_the_papers_it_names() -> None:
    from dataclasses import replace

    one, other = paper(held()), paper(replace(held(), ref="b"))
    invoked = replace(override("E3", **DIFFERS), refs=frozenset({"b"}))
    assert [str(each.finding) for each in judged(one, other, override=invoked).papers] == ["violation", "lawful"]


def test_of_several_proofs_the_newest_counts_for_age() -> None:
    verdict = said(Reason.HELD_VALID, holding(issued_on=date(2020, 1, 1)), holding(source="b", issued_on=date(2026, 11, 1)))
    assert not rule(override("E4", validity_rule="P6M@L-SECTOR"), EXCEPTIONS["E4"], own(verdict, **LAW)).holds


def test_the_table_is_of_the_exceptions_that_are_shipped(catalogue: Catalogue) -> None:
    assert set(catalogue.exceptions) == set(CODES)
    for code, shipped in catalogue.exceptions.items():
        mine = EXCEPTIONS[code]
        assert (shipped.invokers, shipped.evidence, shipped.max_days) == (mine.invokers, mine.evidence, mine.max_days)


def test_nobody_speaks_as_the_rule() -> None:
    from reuse_gateway.api.demand_shapes import OverrideIn

    with pytest.raises(ValueError, match="invoked_by"):
        OverrideIn(reason_code="E1", invoked_by=Invoker.RULE.value)
