"""A demand that leaves the dossier's code out: what it asked for was not reused in any dossier of that body and person."""

from __future__ import annotations

from typing import Any

import pytest

from reuse_gateway.domain.check import Check
from reuse_gateway.domain.portal_sync import SyncPaper, sync_dossier
from reuse_gateway.domain.reuse_counts import DossierCounts
from reuse_gateway.storage.dossiers import StoredDossiers
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.fold_days import FoldDays
from tests.reuse.test_counting import KEY, check, dossiers, held, recorded
from tests.storage.builders import Store, a_demand

OTHERS = [{"agency": "H41.13"}, {"procedure": "1.000894"}, {"subject": "k1.binh"}]


def bare(number: int, **changes: Any) -> Check:
    return check(number, held("population"), dossier=None, **changes)


def counted(reusing: int) -> tuple[DossierCounts, ...]:
    return (DossierCounts("H41.12", "1.001193", 2, reusing, 0, reusing),)


async def two_dossiers(store: Store) -> None:
    await recorded(store, check(1, held("population")), check(2, held("population"), dossier="D2"))


async def reused(store: Store) -> dict[str, bool]:
    read = await StoredDossiers(store.reads).of(["D1", "D2"], None)
    rows = [sync_dossier(each.checks, each.demanded, each.without) for each in read]
    return {row.dossier: row.digitised for row in rows if row}


async def test_it_takes_the_paper_from_every_dossier_whenever_it_was_folded(store: Store) -> None:
    engine = build_engine(store.url, deadline_s=10)
    await two_dossiers(store)
    await FoldDays(store.reads, engine)()
    assert (await dossiers(store), await reused(store)) == (counted(2), {"D1": True, "D2": True})
    await recorded(store, bare(3))
    await store.recorder.record_demand(a_demand(1, bare(3).id))
    for _ in range(2):
        assert (await dossiers(store), await reused(store)) == (counted(0), {"D1": False, "D2": False})
        await FoldDays(store.reads, engine)()
    assert {what for what, _ in await store.found() if what.startswith("days_")} == set()
    await engine.dispose()


async def test_a_dossier_that_is_opened_after_it_is_not_reused_either(store: Store) -> None:
    await recorded(store, bare(3))
    await store.recorder.record_demand(a_demand(1, bare(3).id))
    await two_dossiers(store)
    assert (await dossiers(store), await reused(store)) == (counted(0), {"D1": False, "D2": False})


@pytest.mark.parametrize("other", OTHERS)
async def test_another_body_procedure_or_person_takes_nothing(store: Store, other: dict[str, str]) -> None:
    await two_dossiers(store)
    await recorded(store, bare(3, **other))
    await store.recorder.record_demand(a_demand(1, bare(3).id))
    assert (await dossiers(store), await reused(store)) == (counted(2), {"D1": True, "D2": True})


async def test_another_paper_or_another_role_takes_nothing(store: Store) -> None:
    await two_dossiers(store)
    for number, paper in ((3, held(kind="id_card")), (4, held(role="child"))):
        await recorded(store, check(number, paper, dossier=None))
        await store.recorder.record_demand(a_demand(number, check(number).id))
    assert (await dossiers(store), await reused(store)) == (counted(2), {"D1": True, "D2": True})


async def test_a_check_without_a_dossier_that_judged_no_demand_takes_nothing(store: Store) -> None:
    await two_dossiers(store)
    await recorded(store, bare(3))
    assert (await dossiers(store), await reused(store)) == (counted(2), {"D1": True, "D2": True})


async def test_a_demand_that_tells_its_dossier_takes_from_it_alone(store: Store) -> None:
    await two_dossiers(store)
    await recorded(store, check(3, held("population")))
    await store.recorder.record_demand(a_demand(1, check(3).id, dossier="D1"))
    assert (await dossiers(store), await reused(store)) == (counted(1), {"D1": False, "D2": True})


@pytest.mark.parametrize("other", OTHERS)
def test_a_row_heeds_its_own_body_procedure_and_person(other: dict[str, str]) -> None:
    told = check(1, held())
    assert sync_dossier((told,), frozenset(), (bare(2),)).papers == (SyncPaper(KEY, "applicant"),)  # type: ignore[union-attr]
    assert sync_dossier((told,), frozenset(), (bare(2, **other),)).digitised  # type: ignore[union-attr]
