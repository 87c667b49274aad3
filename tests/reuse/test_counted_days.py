"""Days counted beforehand: the numbers of the rows at every moment, whatever comes late; and a changed one is found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.reclassification import Outcome, Reclassification
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.storage import reuse_counts
from reuse_gateway.storage.discrepancies import Discrepancies
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.fold_days import FoldDays, folded_below
from reuse_gateway.storage.reuse_counts import StoredReuseCounts
from reuse_gateway.storage.tables_days import dossier_days
from reuse_gateway.storage.verifying_reads import VerifyingReads
from tests.reuse.plain_counts import plain_counts
from tests.reuse.test_counting import check, held, recorded, said
from tests.storage.builders import AT, Store, a_demand, as_owner

FIRST = date(2026, 11, 14)
AGENCIES, PROCEDURES, KINDS = ("H41.12", "H41.13"), ("1.001193", "1.000894"), ("birth_certificate", "id_card")


@pytest.fixture
async def writing(store: Store) -> AsyncIterator[AsyncEngine]:
    """An engine that may write, as the fold has one."""
    engine = build_engine(store.url, deadline_s=10)
    yield engine
    await engine.dispose()


async def some_check(store: Store, random: Random, number: int) -> str:
    """A check of one of few cases, on one of few days."""
    sources = ("population", "portal_paper_store", "civil_status")
    reasons = (Reason.NOT_HELD, Reason.SOURCE_TIMED_OUT, Reason.UNRECOGNISED_ITEM)
    papers = [
        held(random.choice(sources), f"a{at}", random.choice(("applicant", "child")), random.choice(KINDS))
        if random.random() < 0.5
        else said(random.choice(reasons), random.choice((*KINDS, None)))
        for at in range(random.choice((1, 1, 2, 3)))
    ]
    told = check(
        number,
        *(replace(paper, ref=f"r{at}") for at, paper in enumerate(papers)),
        dossier=random.choice((None, None, None, "D1", "D2", "D3", "k1.a")),
        decided_at=AT - timedelta(hours=random.randrange(0, 200)),
        subject=random.choice(("k1.a", "k1.a", "k1.b")),
        agency=random.choice(AGENCIES),
        procedure=random.choice(PROCEDURES),
        client_id=random.choice(("demo-intake", "demo-intake", "demo-intake", "recheck")),
    )
    await recorded(store, told)
    return told.id


async def some_demand(store: Store, random: Random, number: int, checks: list[str]) -> None:
    """Judged by an older check or by none that is known; told later than it was made; often with an earlier proof."""
    made_at = AT - timedelta(hours=random.randrange(0, 220))
    place = {"agency": random.choice(AGENCIES), "procedure": random.choice(PROCEDURES)}
    demand = a_demand(number, random.choice([*checks, "chk_unknown"]), papers=random.choice((1, 2)))
    told = tuple(
        replace(each, **place, made_at=made_at, evidence_type=random.choice(KINDS), ref=random.choice((each.ref, "")),
                proof_check_id=random.choice((None, *checks[:6])))
        for each in demand.violations
    )  # fmt: skip
    told = random.choice((told, told, ()))
    dossier = random.choice((None, None, "D1", "D2", "k1.a"))
    demand = replace(demand, **place, made_at=made_at, violations=told, defects=(), dossier=dossier)
    await store.recorder.record_demand(demand)
    if random.random() < 0.4:
        kind = random.choice((*KINDS, ""))
        outcome = random.choice((Outcome.AVOIDABLE, Outcome.JUSTIFIED))
        await store.recorder.record_reclassification(Reclassification(demand.id, "p0", kind, outcome, AT, *place.values()))


async def days_found(store: Store) -> set[str]:
    """What `ledger verify` finds in the days; instants of these tests are no order that a clock makes."""
    return {
        what for what, _ in await store.found() if what.startswith("days_") or what in ("part_unverified", "row_unreadable")
    }


async def same_as_plainly_counted(store: Store, random: Random) -> None:
    for by in By:
        first = FIRST + timedelta(days=random.randrange(0, 9))
        period = Period(first, first + timedelta(days=random.choice((0, 0, 1, 3, 30))))
        found = await StoredReuseCounts(store.reads).counted(period, by)
        papers, dossiers = await plain_counts(store.reads, period, by)
        assert found.papers == papers, (period, by)
        assert tuple(sorted(found.dossiers, key=lambda each: (each.agency, each.procedure))) == dossiers, period


@pytest.mark.parametrize("seed", range(2))
async def test_the_numbers_are_those_of_the_rows_whenever_it_was_folded(store: Store, writing: AsyncEngine, seed: int) -> None:
    random, checks = Random(seed), []
    for number in range(45):
        if random.random() < 0.6 or not checks:
            checks.append(await some_check(store, random, number))
        else:
            await some_demand(store, random, number, checks)
        if random.random() < 0.15:
            await FoldDays(store.reads, writing, step=random.choice((1, 7, 1_000)))()
        if random.random() < 0.1:
            await same_as_plainly_counted(store, random)
    assert await folded_below(store.reads) > 0
    for _ in range(2):
        await same_as_plainly_counted(store, random)
    assert await days_found(store) == set()
    await FoldDays(store.reads, writing)()
    await same_as_plainly_counted(store, random)
    assert await days_found(store) == set()


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE reuse_days SET violations = violations + 1 WHERE told_by = 'agency'",
        "UPDATE reuse_days SET counted_on = '2026-11-01' WHERE told_by = 'procedure'",
        "UPDATE reuse_days SET held = 0",
        "DELETE FROM reuse_days WHERE told_by = 'evidence_type'",
        "INSERT INTO reuse_days VALUES ('agency', '2026-11-02', 'H41.99', '1900-01-01', 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)",
        "UPDATE dossier_days SET reusing = 0",
        "DELETE FROM dossier_days",
        "UPDATE folds SET below = below - 1",
        "UPDATE folds SET below = below + 1",
        "DELETE FROM folds",
    ],
)
async def test_a_day_that_was_changed_is_found(store: Store, writing: AsyncEngine, changed: str) -> None:
    told = check(1)
    await recorded(store, told, check(2, dossier="D2"))
    await store.recorder.record_demand(a_demand(1, told.id))
    assert await FoldDays(store.reads, writing)() == 3
    assert await days_found(store) == set()
    await as_owner(store.url, changed)
    assert await days_found(store)


async def test_a_body_that_is_no_json_does_not_end_the_counting_of_days(store: Store, writing: AsyncEngine) -> None:
    """On SQLite; PostgreSQL cannot say the same of a text, so there the part is told as unverified."""
    await store.recorder.record_demand(a_demand(1, "chk_unknown"))
    told = Reclassification(a_demand(1, "chk_unknown").id, "p0", "id_card", Outcome.AVOIDABLE, AT, "H41.12", "1.001193")
    await store.recorder.record_reclassification(told)
    await FoldDays(store.reads, writing)()
    assert await days_found(store) == set()
    await as_owner(store.url, "UPDATE reclassifications SET body = '{'")
    assert {what for what, _ in await store.found()} >= {"row_unreadable"}


async def test_days_are_verified_page_by_page_behind_a_day(store: Store) -> None:
    days = [date(2026, 11, day) for day in (14, 15, 16)]
    rows = (f"INSERT INTO dossier_days VALUES ('{day}', 'H41.12', '1.001193', 1, 0, 0, 0)" for day in days)
    await as_owner(store.url, *rows)
    found = Discrepancies()
    reads = VerifyingReads(store.reads, found)
    pages = [page async for page in reads.pages(select(dossier_days), tuple(dossier_days.primary_key), 1)]
    assert [row.counted_on for page in pages for row in page] == days
    assert found.count == 0


async def test_of_folds_at_once_one_counts(store: Store, writing: AsyncEngine) -> None:
    await recorded(store, *(check(number, dossier=None) for number in range(9)))
    folds = [FoldDays(store.reads, writing, step=2) for _ in range(3)]
    assert sum(await asyncio.gather(*(fold() for fold in folds))) == 9
    assert await days_found(store) == set()


async def test_a_fold_that_moves_on_while_it_is_read_makes_it_read_again(store: Store, writing: AsyncEngine) -> None:
    """Its leaves would be counted as kept days and once more as what was not folded yet."""
    await recorded(store, *(check(number, dossier=None, subject=f"k1.{number}") for number in range(9)))
    reads, fold, asked = store.reads, FoldDays(store.reads, writing, step=3), []

    class Folding:
        dialect = reads.dialect

        async def rows(self, statement):
            asked.append(statement)
            if len(asked) == 2:
                await fold._once()
            return await reads.rows(statement)

        first = reads.first

    period = Period(AT.date(), AT.date())
    found = await StoredReuseCounts(Folding()).counted(period, By.AGENCY)
    assert found.papers["H41.12"].papers == 9
    assert len(asked) > 4


async def test_numbers_that_never_stand_still_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    marks = iter(range(100))

    async def moving(_reads: object) -> int:
        return next(marks)

    monkeypatch.setattr(reuse_counts, "folded_below", moving)
    with pytest.raises(StoreError):
        await StoredReuseCounts(store.reads).counted(Period(AT.date(), AT.date()), By.AGENCY)
