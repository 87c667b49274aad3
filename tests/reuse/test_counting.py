"""What the database counts, on both engines: each paper once, no demanded one as reused, each instant on its Vietnamese day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from reuse_gateway.application.numbers_ports import ReceivedReport
from reuse_gateway.domain.check import Check
from reuse_gateway.domain.demand import Demand
from reuse_gateway.domain.reclassification import Outcome, Reclassification
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, DossierCounts, PaperCounts, ReceivedDossiers, ReceivedTotal
from reuse_gateway.domain.verdict import FormAction, Reason, Verdict
from reuse_gateway.storage.reuse_counts import StoredReuseCounts
from tests.storage.builders import AT, Store, a_check, a_demand, a_holding, as_owner

DAY = Period(date(2026, 11, 23), date(2026, 11, 23))
KEY = "birth_certificate"


def held(source: str = "civil_status", ref: str = "a", role: str = "applicant", kind: str = KEY) -> Verdict:
    proof = a_holding(source=source, evidence_type=kind)
    return Verdict(ref, kind, Reason.HELD_VALID, FormAction.HIDE, 1.0, "code", role, (proof,), ("NQ-66.7-2025",))


def said(reason: Reason, kind: str | None = KEY) -> Verdict:
    return Verdict("a", kind, reason, FormAction.SHOW, 1.0, "code")


def check(number: int, *verdicts: Verdict, dossier: str | None = "D1", **changes: Any) -> Check:
    return a_check(number, verdicts=verdicts or (held(),), dossier=dossier, **changes)


async def recorded(store: Store, *checks: Check) -> None:
    for each in checks:
        await store.recorder.record_check(each, None)


async def papers(store: Store, by: By = By.EVIDENCE_TYPE, period: Period = DAY) -> dict[str, PaperCounts]:
    return (await StoredReuseCounts(store.reads).counted(period, by)).papers


async def dossiers(store: Store, period: Period = DAY) -> tuple[DossierCounts, ...]:
    return (await StoredReuseCounts(store.reads).counted(period, By.AGENCY)).dossiers


def report(number: int, *rows: tuple[str, str, str, int], agency: str = "H41") -> ReceivedReport:
    told = tuple(ReceivedDossiers(who, what, date.fromisoformat(day), count) for who, what, day, count in rows)
    return ReceivedReport(f"rcv_{number:032x}", AT, "settlement", agency, told)


async def test_an_empty_store_counts_nothing(store: Store) -> None:
    for by in By:
        found = await StoredReuseCounts(store.reads).counted(DAY, by)
        assert (found.papers, found.dossiers, found.received, found.days_told) == ({}, (), (), {})


async def test_a_paper_asked_about_again_in_its_dossier_is_one_paper(store: Store) -> None:
    await recorded(store, check(1), check(2), check(3, dossier="D2"), *(check(at, dossier=None) for at in (4, 5)))
    found = (await papers(store))[KEY]
    assert (found.questions, found.papers, found.reusable, found.reused) == (5, 3, 3, 3)


async def test_two_roles_are_two_papers(store: Store) -> None:
    await recorded(store, check(1, held(), held(ref="b", role="child")))
    assert (await papers(store))[KEY].papers == 2


async def test_a_question_that_a_source_owes_is_unanswered_and_never_reused(store: Store) -> None:
    await recorded(store, check(1, said(Reason.SOURCE_TIMED_OUT)), check(2, said(Reason.UNRECOGNISED_ITEM, None)))
    found = await papers(store)
    assert (found[KEY].unanswered, found[KEY].reusable, found[KEY].reused) == (1, 0, 0)
    assert (found[""].undecided, found[""].unanswered) == (1, 0)


async def test_a_paper_that_was_demanded_all_the_same_was_not_reused(store: Store) -> None:
    """The check that judged the demand found it held: a paper in hand is no reuse."""
    told, judged = check(1), check(2)
    demand = a_demand(1, judged.id, dossier="D1")
    await recorded(store, told, judged, check(3, dossier="D2"))
    await store.recorder.record_demand(demand)
    found = (await papers(store))[KEY]
    assert (found.questions, found.papers, found.reusable, found.reused) == (3, 2, 2, 1)
    assert (found.requests, found.avoidable, found.violations) == (1, 1, 1)
    assert await dossiers(store) == (DossierCounts("H41.12", "1.001193", 2, 1, 0, 0),)


async def test_without_a_dossier_a_demand_asks_for_the_paper_of_its_person(store: Store) -> None:
    told, judged = check(1, dossier=None), check(2, dossier=None)
    await recorded(store, told, judged)
    await store.recorder.record_demand(a_demand(1, judged.id, violations=()))
    found = (await papers(store))[KEY]
    assert (found.papers, found.reusable, found.reused) == (1, 1, 0)


def _fields(demand: Demand) -> dict[str, Any]:
    (violation,) = demand.violations
    return {name: getattr(violation, name) for name in violation.__dataclass_fields__}


async def test_a_paper_that_breaks_two_rules_is_one_avoidable_request(store: Store) -> None:
    demand = a_demand(1, check(1).id, papers=1)
    second = type(demand.violations[0])(**{**_fields(demand), "id": "vio_" + "f" * 32})
    await recorded(store, check(1))
    await store.recorder.record_demand(a_demand(1, check(1).id, violations=(*demand.violations, second)))
    found = (await papers(store))[KEY]
    assert (found.requests, found.avoidable, found.violations) == (1, 1, 2)


async def test_a_demand_that_a_recheck_found_avoidable_counts_and_the_recheck_does_not(store: Store) -> None:
    await recorded(store, check(1, said(Reason.SOURCE_TIMED_OUT)), check(2, client_id="recheck", dossier="D9"))
    demand = a_demand(1, check(1).id, violations=(), defects=())
    await store.recorder.record_demand(demand)
    told = Reclassification(demand.id, "p0", KEY, Outcome.AVOIDABLE, AT, "H41.12", "1.001193")
    await store.recorder.record_reclassification(told)
    for by, key in ((By.EVIDENCE_TYPE, KEY), (By.AGENCY, "H41.12"), (By.PROCEDURE, "1.001193")):
        found = (await papers(store, by))[key]
        assert (found.questions, found.requests, found.avoidable, found.violations, found.reused) == (1, 1, 1, 0, 0)
    assert sum(each.dossiers for each in await dossiers(store)) == 1


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        ("2026-11-22T16:59:59.999999Z", 0),
        ("2026-11-22T17:00:00Z", 1),
        ("2026-11-23T16:59:59.999999Z", 1),
        ("2026-11-23T17:00:00Z", 0),
    ],
)
async def test_a_check_counts_on_its_vietnamese_day(store: Store, at: str, counts: int) -> None:
    await recorded(store, check(1, decided_at=datetime.fromisoformat(at)))
    assert sum(each.papers for each in (await papers(store)).values()) == counts
    assert sum(each.dossiers for each in await dossiers(store)) == counts


async def test_a_paper_of_somebody_else_under_the_code_is_no_reuse_of_the_dossier(store: Store) -> None:
    theirs = check(1, said(Reason.NOT_HELD), subject="k1.binh")
    await recorded(store, theirs, check(2, held("population"), subject="k1.an"))
    assert await dossiers(store) == (DossierCounts("H41.12", "1.001193", 1, 0, 0, 0),)
    await recorded(store, check(3, held("population"), subject="k1.binh"))
    assert await dossiers(store) == (DossierCounts("H41.12", "1.001193", 1, 1, 0, 1),)


async def test_a_dossier_counts_once_on_the_day_of_its_first_check_with_all_that_came_later(store: Store) -> None:
    first, later = AT, AT + timedelta(days=3)
    await recorded(
        store,
        check(1, said(Reason.NOT_HELD), decided_at=first, agency="H41.12"),
        check(2, held("portal_paper_store"), decided_at=later, agency="H41.13"),
    )
    assert await dossiers(store) == (DossierCounts("H41.12", "1.001193", 1, 1, 1, 0),)
    after = Period(date(2026, 11, 24), date(2026, 11, 30))
    assert await dossiers(store, after) == ()


async def test_population_data_and_the_personal_store_are_told_apart(store: Store) -> None:
    await recorded(
        store, check(1, held("population")), check(2, held("portal_paper_store"), dossier="D2"), check(3, dossier="D3")
    )
    assert await dossiers(store) == (DossierCounts("H41.12", "1.001193", 3, 3, 1, 1),)


async def test_of_a_day_told_twice_the_last_telling_counts(store: Store) -> None:
    one = ("H41.12", "1.001193", "2026-11-23", 5)
    await store.recorder.record_received(report(1, one, ("H41.12", "1.000894", "2026-11-23", 2)))
    await store.recorder.record_received(report(2, (*one[:3], 7), ("H41.13", "1.001193", "2026-11-24", 9)))
    found = await StoredReuseCounts(store.reads).counted(DAY, By.AGENCY)
    assert set(found.received) == {ReceivedTotal("H41.12", "1.001193", 7), ReceivedTotal("H41.12", "1.000894", 2)}
    assert found.days_told == {"H41.12": 1}
    assert (await store.verified()).good


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE received_dossiers SET dossiers = 50", "row_changed"),
        ("UPDATE received_dossiers SET agency = 'H41.99'", "row_changed"),
        ("DELETE FROM received_dossiers", "row_count"),
        ("UPDATE received_reports SET agency = 'H41.99'", "row_changed"),
        ("UPDATE received_reports SET body = replace(body, 'H41.12', 'H41.14')", "row_not_in_leaf"),
        ("UPDATE received_reports SET body = '[]'", "row_unreadable"),
        ("DELETE FROM received_reports", "leaf_without_row"),
        ("UPDATE received_dossiers SET leaf_index = 8", "row_without_leaf"),
        ("INSERT INTO received_dossiers VALUES (0, 1, 'H41.12', '1.000894', '2026-11-23', 9)", "row_count"),
    ],
)
async def test_what_was_received_cannot_be_changed_unseen(store: Store, statement: str, what: str) -> None:
    await store.recorder.record_received(report(1, ("H41.12", "1.001193", "2026-11-23", 5)))
    assert (await store.verified()).good
    await as_owner(store.url, statement)
    assert what in {found for found, _ in await store.found()}


@pytest.mark.parametrize("table", ["received_reports", "received_dossiers"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET agency = 'H41.9'", "DELETE FROM {}"])
async def test_what_was_received_is_insert_only(store: Store, table: str, verb: str) -> None:
    from tests.storage.test_schema import write

    await store.recorder.record_received(report(1, ("H41.12", "1.001193", "2026-11-23", 5)))
    with pytest.raises(DBAPIError):
        await write(store.url, verb.format(table))
