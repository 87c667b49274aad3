"""Imports are versions: each says what it changed, and going back adds a version and deletes nothing."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from reuse_gateway.application.import_history import import_changes, roll_back
from reuse_gateway.domain.errors import Conflict, NotFound
from reuse_gateway.domain.procedure_change import Became, change_between
from reuse_gateway.storage.engine import build_engine
from tests.catalogue.conftest import StoppedClock

from .conftest import DAY, LATER, ONE, THREE, TWO, Imports, published


async def back(imports: Imports, import_id: int) -> int:
    made = await roll_back(imports.archive, imports.store, StoppedClock(), "tester", import_id)
    return made.import_id


async def test_each_import_is_a_version_with_author_source_and_counts(imports: Imports) -> None:
    await imports.take(published(ONE), published(TWO))
    await imports.take(published(ONE, "2/QĐ"), published(TWO), published(THREE))
    first, second = await imports.archive.versions()
    assert (first.row.author, first.row.source, first.row.new) == ("tester", "made up", 2)
    assert (second.row.new, second.row.changed, second.row.unchanged, second.restores) == (1, 1, 1, None)
    assert first.row.digest != second.row.digest


async def test_an_import_tells_what_it_changed(imports: Imports) -> None:
    await imports.take(published(ONE, "1/QĐ", "Giấy A", "Giấy B"), published(TWO))
    second = await imports.take(published(ONE, "2/QĐ", "Giấy B", "Giấy C"), published(TWO), published(THREE))
    changed, new = await import_changes(imports.archive, second.import_id)
    assert (changed.code, changed.became, changed.words) == (ONE, Became.CHANGED, ("decision",))
    assert (changed.rows_added, changed.rows_removed) == (("Giấy C",), ("Giấy A",))
    assert (new.code, new.became) == (THREE, Became.NEW)
    assert {each.became for each in await import_changes(imports.archive, second.import_id - 1)} == {Became.NEW}


async def test_a_roll_back_answers_every_day_as_the_older_version_did(imports: Imports) -> None:
    good = await imports.take(published(ONE, "1/QĐ"), published(TWO, "1/QĐ"), day=DAY)
    await imports.take(published(ONE, "sai", "Giấy lạ"), day=DAY)
    await imports.take(published(TWO, "sai"), published(THREE), day=LATER)
    assert await imports.decision(ONE) == "sai"
    made = await back(imports, good.import_id)
    found = [await imports.decision(code, day) for code in (ONE, TWO, THREE) for day in (DAY, LATER)]
    assert found == ["1/QĐ"] * 4 + [None] * 2
    assert [each.code for each in await imports.procedures.listing("", 9)] == [ONE, TWO]
    then, now = [await imports.archive.standing(each) for each in (good.import_id, made)]
    assert then == now
    versions = await imports.archive.versions()
    assert (versions[-1].restores, versions[-1].row.digest) == (good.import_id, versions[0].row.digest)
    assert (versions[-1].row.source, versions[-1].row.changed) == (f"rollback {good.import_id}", 2)


async def test_nothing_is_deleted_and_a_roll_back_can_be_rolled_back(imports: Imports) -> None:
    first = await imports.take(published(ONE, "1/QĐ"))
    second = await imports.take(published(ONE, "2/QĐ"))
    undone = await back(imports, first.import_id)
    assert await imports.decision() == "1/QĐ"
    redone = await back(imports, second.import_id)
    assert await imports.decision() == "2/QĐ"
    await back(imports, undone)
    assert await imports.decision() == "1/QĐ"
    await back(imports, redone)
    assert await imports.decision() == "2/QĐ"
    engine = build_engine(imports.url)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM imported_procedures"))).scalar() == 2
    await engine.dispose()


async def test_what_is_imported_after_a_roll_back_stands(imports: Imports) -> None:
    first = await imports.take(published(ONE, "1/QĐ"))
    await imports.take(published(ONE, "2/QĐ"), published(TWO))
    await back(imports, first.import_id)
    third = await imports.take(published(ONE, "3/QĐ"))
    assert (third.new, third.changed) == (0, 1)
    assert await imports.decision() == "3/QĐ"
    assert await imports.decision(TWO) is None


async def test_the_same_file_after_a_roll_back_is_a_change_again(imports: Imports) -> None:
    first = await imports.take(published(ONE, "1/QĐ"))
    await imports.take(published(ONE, "2/QĐ"))
    await back(imports, first.import_id)
    again = await imports.take(published(ONE, "2/QĐ"))
    assert again.changed == 1
    assert await imports.decision() == "2/QĐ"
    assert (await imports.take(published(ONE, "2/QĐ"))).import_id is None


async def test_an_import_that_was_never_made_cannot_be_gone_back_to(imports: Imports) -> None:
    await imports.take(published())
    for wrong in (1, 99, -1):
        with pytest.raises(NotFound):
            await back(imports, wrong)
        with pytest.raises(NotFound):
            await import_changes(imports.archive, wrong)
    assert len(await imports.archive.versions()) == 1


async def test_a_roll_back_does_not_cover_an_import_that_it_never_saw(imports: Imports) -> None:
    first = await imports.take(published(ONE, "1/QĐ"))
    row = (await imports.archive.versions())[0].row
    await imports.take(published(ONE, "2/QĐ"))
    with pytest.raises(Conflict):
        await imports.store.record_rollback(row, [first.import_id], first.import_id)
    assert await imports.decision() == "2/QĐ"


async def test_of_two_roll_backs_at_once_one_is_refused(imports: Imports) -> None:
    first = await imports.take(published(ONE, "1/QĐ"))
    second = await imports.take(published(ONE, "2/QĐ"))
    row = (await imports.archive.versions())[0].row
    both = (imports.store.record_rollback(row, [first.import_id], second.import_id) for _ in range(2))
    found = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["Conflict", "int"]


async def test_the_same_words_under_another_day_are_no_change_that_anybody_would_see(imports: Imports) -> None:
    await imports.take(published(ONE, "1/QĐ"))
    one = await imports.procedures.find(ONE, DAY)
    assert change_between(one, one) is None
    assert change_between(None, None) is None
    assert change_between(one, None).became is Became.GONE
