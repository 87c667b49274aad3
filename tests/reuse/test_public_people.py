"""What the public sees is hidden by people, as the database counts them: not by papers, and never too many of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from reuse_gateway.application.publish_reuse import PublishReuse
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By
from reuse_gateway.domain.suppression import Published, Row
from reuse_gateway.domain.verdict import Reason, Verdict
from reuse_gateway.storage.public_cells import StoredPublicCells
from tests.reuse.plain_counts import plain_counts
from tests.reuse.test_counted_days import FIRST, some_check, some_demand
from tests.reuse.test_counting import DAY, check, held, recorded, said
from tests.storage.builders import Clocked, Store, a_demand

SIX = ("birth_certificate", "id_card", "marital_status", "household_book", "land_use_certificate", "residence_confirmation")
NEXT_MONTH = datetime(2026, 12, 2, tzinfo=UTC)


async def public(store: Store) -> Published:
    _, told = await PublishReuse(StoredPublicCells(store.reads), Clocked(NEXT_MONTH), 5)("2026-11")
    return told


async def asked_about(store: Store, *whom: str, agency: str = "H41.12", papers: Sequence[Verdict] = ()) -> None:
    """One check without a dossier about each of them."""
    for who in whom:
        number = int((await store.rows("SELECT count(*) FROM checks"))[0][0])
        await recorded(store, check(number, *papers, dossier=None, subject=who, agency=agency))


def everybody(*numbers: int) -> tuple[str, ...]:
    return tuple(f"k1.{number}" for number in numbers)


async def test_one_person_asked_six_times_without_a_dossier_is_not_published(store: Store) -> None:
    await asked_about(store, *("k1.an",) * 6)
    assert await public(store) == Published({}, ("H41.12",), None)


async def test_six_papers_of_one_person_are_not_published(store: Store) -> None:
    await asked_about(store, "k1.an", papers=[held(ref=kind, kind=kind) for kind in SIX])
    assert (await StoredPublicCells(store.reads).cells(DAY))["H41.12"] == Row((6, 0, 0), (1, 0, 0))
    assert await public(store) == Published({}, ("H41.12",), None)


async def test_six_dossiers_of_one_person_are_not_published(store: Store) -> None:
    await recorded(store, *(check(number, dossier=f"D{number}", subject="k1.an") for number in range(6)))
    assert await public(store) == Published({}, ("H41.12",), None)


async def test_five_persons_are_published(store: Store) -> None:
    await asked_about(store, *everybody(1, 2, 3, 4, 5))
    assert await public(store) == Published({"H41.12": (5, 0, 0)}, (), (5, 0, 0))


async def test_a_cell_about_one_person_hides_the_row_that_is_about_many(store: Store) -> None:
    await asked_about(store, *everybody(1, 2, 3, 4, 5))
    await asked_about(store, "k1.9", papers=[said(Reason.NOT_HELD, kind) for kind in SIX])
    assert (await StoredPublicCells(store.reads).cells(DAY))["H41.12"] == Row((5, 0, 6), (5, 0, 1))
    assert await public(store) == Published({}, ("H41.12",), None)


async def test_two_persons_in_two_agencies_are_told_of_neither_by_itself_nor_together(store: Store) -> None:
    for agency in ("H41.12", "H41.13"):
        await asked_about(store, "k1.an", "k1.binh", agency=agency, papers=[held(ref=kind, kind=kind) for kind in SIX])
    assert await public(store) == Published({}, ("H41.12", "H41.13"), None)


async def test_a_person_who_recurs_across_agencies_is_one(store: Store) -> None:
    """Three agencies asked the same three: nine papers of three people, too few for a total."""
    for agency in ("H41.12", "H41.13", "H41.14"):
        await asked_about(store, *everybody(1, 2, 3), agency=agency)
    assert await public(store) == Published({}, ("H41.12", "H41.13", "H41.14"), None)


async def test_a_small_agency_is_hidden_together_with_one_of_enough_people(store: Store) -> None:
    await asked_about(store, "k1.1")
    await asked_about(store, *everybody(1, 2, 3, 4, 5), agency="H41.13")
    await asked_about(store, *everybody(*range(9)), agency="H41.14")
    assert await public(store) == Published({"H41.14": (9, 0, 0)}, ("H41.12", "H41.13"), (15, 0, 0))


async def test_pseudonyms_of_two_keys_are_not_added_up(store: Store) -> None:
    await asked_about(store, *everybody(1, 2, 3), "k2.7", "k2.8", "k2.9")
    assert (await StoredPublicCells(store.reads).cells(DAY))["H41.12"] == Row((6, 0, 0), (3, 0, 0))


async def test_of_two_people_under_one_dossier_one_stands_for_the_paper(store: Store) -> None:
    await recorded(store, check(1, subject="k1.an"), check(2, subject="k1.binh"))
    assert (await StoredPublicCells(store.reads).cells(DAY))["H41.12"] == Row((1, 0, 0), (1, 0, 0))


async def test_a_demanded_paper_lies_in_the_cell_of_its_demand(store: Store) -> None:
    await asked_about(store, "k1.an", "k1.binh")
    await store.recorder.record_demand(a_demand(1, check(1).id))
    assert (await StoredPublicCells(store.reads).cells(DAY))["H41.12"] == Row((1, 1, 0), (1, 1, 0))


@pytest.mark.parametrize("seed", range(2))
async def test_the_papers_of_the_cells_are_those_of_the_report(store: Store, seed: int) -> None:
    random, checks = Random(seed), []
    for number in range(40):
        if random.random() < 0.6 or not checks:
            checks.append(await some_check(store, random, number))
        else:
            await some_demand(store, random, number, checks)
    for days in (0, 1, 3, 30):
        period = Period(FIRST + timedelta(days=3), FIRST + timedelta(days=3 + days))
        found = await StoredPublicCells(store.reads).cells(period)
        papers, _ = await plain_counts(store.reads, period, By.AGENCY)
        plain = {key: (each.reused, each.reusable - each.reused, each.papers - each.reusable) for key, each in papers.items()}
        told = {key: row.papers for key, row in found.items()}
        assert told == {key: cells for key, cells in plain.items() if any(cells)}
        assert all(
            0 < most <= min(2, count)
            for row in found.values()
            for most, count in zip(row.people, row.papers, strict=True)
            if count
        )
