"""`has:explanation`, `has:letter`, `has:waiver`: of the round a violation belongs to, on both engines, however it is led to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reuse_gateway.application.seek_violations import SeekViolations
from reuse_gateway.domain.case import CaseState, Role, Step
from reuse_gateway.domain.demand import Demand
from reuse_gateway.domain.query_language import parse_query
from reuse_gateway.storage import violation_search
from reuse_gateway.storage.case_json import fingerprint, step_append
from reuse_gateway.storage.published_names import PublishedNames
from reuse_gateway.storage.violation_search import StoredViolations
from tests.storage.builders import AT, Store, a_demand, as_owner

S = CaseState


@pytest.fixture(params=[500, 1], ids=["among the newest", "by index"])
def glance(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(violation_search, "_GLANCE", request.param)


async def found(store: Store, line: str) -> set[str]:
    seek = SeekViolations(StoredViolations(store.reads), PublishedNames((), store.reads))
    page, _ = await seek.page(parse_query(line), None, 50)
    return {each.violation.agency for each in page}


def of_agency(number: int, agency: str, **changes: Any) -> Demand:
    demand = a_demand(number)
    several = tuple(replace(each, agency=agency) for each in demand.violations)
    return replace(demand, agency=agency, violations=several, **changes)


async def moved(store: Store, demand: Demand, seq: int, *passed: CaseState, round: int = 1, seen: int = 0, **told: Any) -> None:
    (violation,) = demand.violations
    case_id, at = fingerprint(violation, demand.form).case_id, AT + timedelta(minutes=seq)
    step = Step(case_id, seq, round, seen, S.DETECTED, passed, Role.AUDITOR, "k1.x", "H41", at, violation.id, **told)
    await store.writer.append(step_append(step))


@pytest.mark.usefixtures("glance")
async def test_an_explanation_is_found_also_where_the_step_went_on_by_itself(store: Store):
    demands = [of_agency(number, f"H41.{number}") for number in range(4)]
    for demand in demands:
        await store.recorder.record_demand(demand)
    await moved(store, demands[1], 1, S.NOTIFIED, S.EXPLANATION_DUE, seen=1, reason='"explained" is said here only')
    await moved(store, demands[2], 1, S.EXPLAINED, seen=2)
    await moved(store, demands[3], 1, S.EXPLAINED, S.CONFIRMED, S.REMEDY_DUE, seen=3)
    assert await found(store, "has:explanation") == {"H41.2", "H41.3"}
    assert await found(store, "-has:explanation") == {"H41.0", "H41.1"}
    assert await found(store, "has:explanation agency:H41.3") == {"H41.3"}
    assert await found(store, "has:explanation,proof") == {f"H41.{number}" for number in range(4)}


@pytest.mark.usefixtures("glance")
async def test_what_comes_after_the_round_is_not_explained_by_it(store: Store):
    first, later = of_agency(1, "H41.1"), of_agency(2, "H41.1", made_at=AT)
    await store.recorder.record_demand(first)
    await moved(store, first, 1, S.EXPLAINED, seen=0)
    await moved(store, first, 2, S.REJECTED, seen=0)
    assert await found(store, "has:explanation") == {"H41.1"}
    await store.recorder.record_demand(later)
    seek = SeekViolations(StoredViolations(store.reads), PublishedNames((), store.reads))
    for line, demand in (("has:explanation", first), ("-has:explanation", later)):
        page, _ = await seek.page(parse_query(line), None, 50)
        assert [each.violation.demand_id for each in page] == [demand.id], line


@pytest.mark.usefixtures("glance")
async def test_a_letter_is_found_in_its_round(store: Store):
    demands = [of_agency(number, f"H41.{number}") for number in range(2)]
    for demand in demands:
        await store.recorder.record_demand(demand)
    await moved(store, demands[1], 1, S.NOTIFIED, S.EXPLANATION_DUE, seen=1)
    case_id = fingerprint(demands[1].violations[0], None).case_id
    letter = (
        f"(90, 'H41', 'notice', 2026, 1, '{case_id}', 1, '', '2026-11-23 06:00:00+00:00', {BLOB[store.reads.dialect]}, '{{}}')"
    )
    await as_owner(store.url, f"INSERT INTO case_letters ({LETTER}) VALUES {letter}")
    assert await found(store, "has:letter") == {"H41.1"}
    assert await found(store, "-has:letter") == {"H41.0"}


@pytest.mark.usefixtures("glance")
async def test_a_violation_of_a_form_that_was_published_under_a_waiver_is_found(store: Store):
    forms = {"H41.1": "form/tam-tru@1", "H41.2": "form/tam-tru@2", "H41.3": "form/khac@1", "H41.4": None}
    for number, (agency, form) in enumerate(forms.items()):
        await store.recorder.record_demand(of_agency(number, agency, form=form))
    for at, (name, revision, waiver) in enumerate((("tam-tru", 1, "NULL"), ("tam-tru", 2, "'w@1'"), ("khac", 1, "NULL")), 90):
        told = f"{at}, '{name}', {revision}, '1', 'published', 'formio', '1.1', 'H41', 'c', '{DAY}', {waiver}, '', '{{}}'"
        await as_owner(store.url, f"INSERT INTO form_versions VALUES ({told})")
    assert await found(store, "has:waiver") == {"H41.2"}
    assert await found(store, "-has:waiver") == {"H41.1", "H41.3", "H41.4"}
    assert await found(store, "has:waiver,letter") == {"H41.2"}


LETTER = "leaf_index, issuer, kind, year, number, case_id, round, addressee, issued_at, file, body"
BLOB, DAY = {"sqlite": "x'00'", "postgresql": "'\\x00'"}, "2026-11-23 06:00:00+00:00"
