"""`v_daily_agency` says of a day and agency what the report on reuse says of that day, on both engines, on mixed data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from reuse_gateway.domain.check import Check
from reuse_gateway.domain.demand import Demand
from reuse_gateway.domain.reclassification import Outcome, Reclassification
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By
from reuse_gateway.domain.verdict import FormAction, Reason, Verdict
from reuse_gateway.storage.reuse_counts import StoredReuseCounts
from tests.storage.builders import AT, Store, a_check, a_demand, a_holding

AGENCIES, PAPERS = ("H41.12", "H41.13"), ("birth_certificate", "id_card", None)
REASONS = (Reason.HELD_VALID, Reason.HELD_VALID, Reason.NOT_HELD, Reason.SOURCE_TIMED_OUT, Reason.UNRECOGNISED_ITEM)
Told = dict[tuple[str, str], tuple[int, ...]]


def verdict(random: Random, ref: str) -> Verdict:
    reason, kind = random.choice(REASONS), random.choice(PAPERS)
    proof = (a_holding(evidence_type=kind),) if reason is Reason.HELD_VALID else ()
    return Verdict(ref, kind, reason, FormAction.SHOW, 1.0, "code", random.choice(("applicant", "child")), proof)


def a_mixed_check(random: Random, number: int) -> Check:
    return a_check(
        number,
        verdicts=tuple(verdict(random, ref) for ref in ("p0", "p1")[: random.choice((1, 2))]),
        decided_at=AT - timedelta(hours=random.randrange(72)),
        agency=random.choice(AGENCIES),
        dossier=random.choice((None, None, "D1", "D2", "k1.a")),
        subject=random.choice(("k1.a", "k1.a", "k1.b")),
        client_id=random.choice(("demo-intake",) * 5 + ("recheck",)),
    )


def a_mixed_demand(random: Random, number: int, judged: Check, told: Check) -> Demand:
    made_at = judged.decided_at - timedelta(hours=random.randrange(48))
    demand = a_demand(number, judged.id, papers=random.choice((1, 2)), made_at=made_at, dossier=judged.dossier)
    shared = {"agency": judged.agency, "made_at": made_at, "proof_check_id": random.choice((None, told.id))}
    first, *others = (replace(each, **shared) for each in demand.violations)
    second = replace(first, id=f"vio_{number:016x}{'f' * 16}"), replace(first, id=f"vio_{number:016x}{'e' * 16}", ref="")
    several = (first, *others, *second[: random.randrange(3)])[random.choice((0, 0, 0, 9)) :]
    return replace(demand, agency=judged.agency, violations=several)


async def mixed(store: Store) -> None:
    random = Random(20_261_123)
    checks = [a_mixed_check(random, number) for number in range(80)]
    for each in checks:
        await store.recorder.record_check(each, None)
    for number in range(30):
        demand = a_mixed_demand(random, number, checks[number], random.choice(checks))
        await store.recorder.record_demand(demand)
        if not demand.violations:
            outcome = random.choice((Outcome.AVOIDABLE, Outcome.JUSTIFIED))
            told = Reclassification(demand.id, "p0", PAPERS[0], outcome, AT, demand.agency, demand.procedure)
            await store.recorder.record_reclassification(told)


async def reported(store: Store, days: list[date]) -> Told:
    told: Told = {}
    for day in days:
        for agency, each in (await StoredReuseCounts(store.reads).counted(Period(day, day), By.AGENCY)).papers.items():
            numbers = (each.requests, each.avoidable, each.violations, each.reused, each.unanswered + each.undecided)
            told[str(day), agency] = numbers
    return told


async def viewed(store: Store) -> Told:
    name = "audit_v1.v_daily_agency" if store.reads.dialect == "postgresql" else "audit_v1_v_daily_agency"
    rows = await store.rows(f"SELECT day, agency_code, requested, avoidable, violations, avoided, unknown FROM {name}")
    return {(str(row[0]), row[1]): tuple(map(int, row[2:])) for row in rows}


async def test_the_view_and_the_report_count_the_same_day_alike(store: Store) -> None:
    await mixed(store)
    days = [date(2026, 11, 17) + timedelta(days=number) for number in range(8)]
    told = await reported(store, days)
    assert await viewed(store) == told
    assert all(any(numbers[place] for numbers in told.values()) for place in range(5)), "each number must occur"
    assert len(told) >= 8


@pytest.mark.parametrize("client_id", ["recheck", "demo-intake"])
async def test_a_question_alone_is_no_request_and_a_recheck_is_no_question(store: Store, client_id: str) -> None:
    """The view counted every verdict as a request, and what must not be asked for as one that could have been avoided."""
    await store.recorder.record_check(a_check(1, client_id=client_id), None)
    expected = {} if client_id == "recheck" else {("2026-11-23", "H41.12"): (0, 0, 0, 1, 1)}
    assert await viewed(store) == expected
