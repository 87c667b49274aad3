"""A row that could decide nothing, or more than its law carries, is refused with the place of every fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reuse_gateway.application.change_facts import known_facts
from reuse_gateway.domain.dated_fact import (
    Connection,
    DatedFact,
    ExceptionTerms,
    FactKind,
    PublishedScope,
    WaivedThing,
    Waiver,
)
from reuse_gateway.domain.fact_faults import faults_of
from reuse_gateway.domain.lawful_exception import Invoker
from tests.domain.builders import BIRTH

from .builders import FIRST, LATER, REASON, book, connection, policy, scope

KNOWN = known_facts(policy())
TERMS = ExceptionTerms("E1", (Invoker.RULE,), ("probe_log",), 1, True)
WAIVER = Waiver(WaivedThing.PROCEDURE, "1.001193", "Điều 5 Nghị định")


def faults(fact: DatedFact, *written: DatedFact, reason: str = REASON) -> set[tuple[str, str]]:
    return {(fault.pointer, fault.code) for fault in faults_of(fact, reason, KNOWN, book(*written))}


def exception(**changes: object) -> DatedFact:
    return DatedFact(
        FactKind.EXCEPTION, "E1", 1, **({"says": TERMS, "valid_from": FIRST, "legal_basis": ("L-reuse",)} | changes)
    )


def waiver(id: str = "w", **changes: object) -> DatedFact:
    told = {"says": WAIVER, "valid_from": FIRST, "valid_to": FIRST + timedelta(90), "legal_basis": ("L-reuse",)}
    return DatedFact(FactKind.WAIVER, id, 1, **(told | changes))


def narrowed(id: str = f"registry.{BIRTH}.a", **changes: object) -> DatedFact:
    said = replace(PublishedScope("registry", BIRTH, "H41.5"), **changes)
    return scope(id=id, says=said)


@pytest.mark.parametrize("sound", [scope(), connection(), exception(), waiver(), narrowed()])
def test_a_sound_row_has_no_faults(sound: DatedFact) -> None:
    assert faults(sound) == set()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (scope(valid_to=FIRST - timedelta(1)), ("/valid_to", "reversed_days")),
        (scope(legal_basis=()), ("/legal_basis", "missing_basis")),
        (scope(legal_basis=("L-reuse", "nothing")), ("/legal_basis/1", "unknown_basis")),
        (scope(date(2019, 12, 31)), ("/legal_basis/0", "basis_not_in_force")),
        (scope(says=PublishedScope("nobody", BIRTH)), ("/source", "unknown_source")),
        (scope(says=PublishedScope("registry", "no_paper")), ("/evidence_type", "unknown_evidence_type")),
        (scope(says=PublishedScope("registry", "marriage")), ("/evidence_type", "source_does_not_offer")),
        (scope(id="registry.other"), ("/source", "id_disagrees")),
        (narrowed(id=f"registry.{BIRTH}"), ("/source", "id_disagrees")),
        (narrowed(territory="Phường 5"), ("/territory", "agency_code_shape")),
        (narrowed(territory="000.05.00.H41"), ("/territory", "agency_code_shape")),
        (narrowed(procedures=("1.001193", "khai sinh")), ("/procedures/1", "procedure_code_shape")),
        (narrowed(procedures=("1.001193.000.00.00.H41",)), ("/procedures/0", "procedure_code_shape")),
        (replace(connection(), says=Connection("x")), ("/source", "unknown_source")),
        (replace(connection(), id="other"), ("/source", "id_disagrees")),
        (exception(says=replace(TERMS, invokers=())), ("/invokers", "too_short")),
        (exception(says=replace(TERMS, evidence=("probe_log", "word"))), ("/evidence/1", "unknown_evidence")),
        (waiver(valid_to=None), ("/valid_to", "waiver_without_end")),
        (waiver(valid_to=FIRST + timedelta(367)), ("/valid_to", "waiver_too_long")),
        (waiver(says=replace(WAIVER, target="khai sinh")), ("/procedure", "procedure_code_shape")),
        (waiver(says=replace(WAIVER, ground="ông 999090000001")), ("/ground", "personal_number")),
        (waiver(says=replace(WAIVER, ground=" ")), ("/ground", "missing")),
    ],
)
def test_an_impossible_row_is_refused_at_the_place_of_its_fault(row: DatedFact, fault: tuple[str, str]) -> None:
    assert fault in faults(row)


def test_an_exception_that_was_never_shipped_cannot_be_changed() -> None:
    row = DatedFact(FactKind.EXCEPTION, "E99", 1, TERMS, FIRST, legal_basis=("L-reuse",))
    assert ("/path/id", "unknown_exception") in faults(row)


@pytest.mark.parametrize("reason", ["theo đơn 999 090 000 001", "số 999.090.000.001", "999090000001"])
def test_a_reason_names_nobody(reason: str) -> None:
    assert faults(scope(), reason=reason) == {("/reason", "personal_number")}


def test_two_rows_of_different_ids_may_not_say_the_same_for_the_same_days() -> None:
    written = narrowed(id=f"registry.{BIRTH}.a")
    assert faults(narrowed(id=f"registry.{BIRTH}.b"), written) == {("/valid_from", "overlaps")}
    assert faults(waiver("v"), waiver("w")) == {("/valid_from", "overlaps")}


def test_rows_one_after_the_other_or_about_other_things_do_not_overlap() -> None:
    earlier = replace(narrowed(), valid_to=LATER - timedelta(1))
    assert faults(replace(narrowed(id=f"registry.{BIRTH}.b"), valid_from=LATER), earlier) == set()
    assert faults(narrowed(id=f"registry.{BIRTH}.b", territory="H41.6"), narrowed()) == set()
    assert faults(narrowed(id=f"registry.{BIRTH}.b"), replace(narrowed(), withdrawn=True)) == set()
    assert faults(narrowed(), narrowed()) == set()


def test_every_fault_is_told_at_once() -> None:
    row = scope(valid_to=FIRST - timedelta(1), legal_basis=(), says=PublishedScope("nobody", "no_paper"), id="x")
    assert len(faults(row)) == 5
