"""Without a dossier a paper is its person's: asked about six times by one agency for one procedure, it is one paper."""

from __future__ import annotations

from datetime import date, timedelta

from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.fold_days import FoldDays
from tests.reuse.test_counting import KEY, check, held, papers, recorded, said
from tests.storage.builders import AT, Store, a_demand

AN, BINH = "k1.an", "k1.binh"


async def test_one_person_asked_about_six_times_without_a_dossier_is_one_paper(store: Store) -> None:
    await recorded(store, *(check(number, dossier=None, subject=AN) for number in range(6)))
    found = (await papers(store))[KEY]
    assert (found.questions, found.papers, found.spared, found.reusable, found.reused) == (6, 1, 1, 1, 1)


async def test_two_persons_without_a_dossier_are_two_papers(store: Store) -> None:
    await recorded(store, check(1, dossier=None, subject=AN), check(2, dossier=None, subject=BINH))
    assert (await papers(store))[KEY].papers == 2


async def test_another_agency_or_another_procedure_asks_for_a_paper_of_its_own(store: Store) -> None:
    same = {"dossier": None, "subject": AN}
    await recorded(store, check(1, **same), check(2, agency="H41.13", **same), check(3, procedure="1.000894", **same))
    assert (await papers(store))[KEY].papers == 3
    assert {key: each.papers for key, each in (await papers(store, By.AGENCY)).items()} == {"H41.12": 2, "H41.13": 1}


async def test_a_dossier_is_a_case_beside_what_was_asked_without_one(store: Store) -> None:
    await recorded(store, check(1, subject=AN), check(2, dossier=None, subject=AN))
    assert (await papers(store))[KEY].papers == 2


async def test_a_dossier_code_that_reads_like_a_pseudonym_is_nobody(store: Store) -> None:
    await recorded(store, check(1, dossier=AN, subject=BINH), check(2, dossier=None, subject=AN))
    assert (await papers(store))[KEY].papers == 2


async def test_a_paper_held_once_and_demanded_once_was_not_reused(store: Store) -> None:
    told, judged, again = (check(number, dossier=None, subject=AN) for number in (1, 2, 3))
    await recorded(store, told, judged, again)
    await store.recorder.record_demand(a_demand(1, judged.id))
    found = (await papers(store))[KEY]
    assert (found.questions, found.papers, found.reusable, found.reused, found.requests) == (3, 1, 1, 0, 1)


async def test_a_demand_for_the_paper_of_somebody_else_takes_no_reuse_away(store: Store) -> None:
    await recorded(store, check(1, dossier=None, subject=AN), check(2, dossier=None, subject=BINH))
    await store.recorder.record_demand(a_demand(1, check(2).id))
    found = (await papers(store))[KEY]
    assert (found.papers, found.reusable, found.reused) == (2, 2, 1)


async def test_a_paper_asked_about_on_two_days_is_one_of_the_period_whenever_it_was_folded(store: Store) -> None:
    yesterday = AT - timedelta(days=1)
    engine = build_engine(store.url, deadline_s=10)
    await recorded(store, check(1, held(), dossier=None, subject=AN, decided_at=yesterday))
    await FoldDays(store.reads, engine)()
    await recorded(store, check(2, said(Reason.NOT_HELD), dossier=None, subject=AN))
    both = Period(date(2026, 11, 22), date(2026, 11, 23))
    for _ in range(2):
        found = (await papers(store, By.AGENCY, both))["H41.12"]
        assert (found.questions, found.papers, found.reusable, found.reused) == (2, 1, 1, 1)
        assert await FoldDays(store.reads, engine)() in (0, 1)
    await engine.dispose()
