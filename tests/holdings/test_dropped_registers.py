"""Dropped files as a register: the last word on every row, what was taken away, and how old the newest file is."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from reuse_gateway.connectors import register_files
from reuse_gateway.connectors.loading import load_manifest
from reuse_gateway.connectors.register_files import DroppedRegister
from reuse_gateway.domain.announcement import Standing
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.register_cursor import Window
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.holdings import StoredHoldings
from tests.holdings.builders import keeping, names_of
from tests.holdings.reading import FOLDER, SINCE, reader
from tests.storage.builders import AT, Store

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])
MANIFEST = FOLDER / "provincial" / "dropped.yaml"
CODE = "KQ.G15.000031"


def register(folder: Path) -> DroppedRegister:
    manifest = load_manifest(MANIFEST, {"birth_certificate"})
    return DroppedRegister(manifest, manifest.sync, manifest.drop, folder)


def drop(folder: Path, name: str, *rows: tuple[str, ...]) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text("so,chu,ma,xoa\n" + "".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    written = (AT - timedelta(minutes=10)).timestamp()
    os.utime(file, (written, written))


def row(serial: int, owner: int | None = None, gone: str = "0", code: str = CODE) -> tuple[str, ...]:
    return f"S{serial}", f"9990900{owner if owner is not None else serial:05d}", code, gone


async def standing(store: Store, ring: KeyRing, serial: int) -> list[Standing]:
    owners = names_of(ring).every(f"owner citizen:9990900{serial:05d}")
    return [each.standing for each in await StoredHoldings(store.reads).standing("dropped", owners)]


async def test_later_files_replace_and_take_away(store: Store, ring: KeyRing, tmp_path: Path):
    drop(tmp_path / "d", "1.csv", row(1), row(2), row(3))
    first = await reader(keeping(store, ring))(register(tmp_path / "d"))
    assert (first.outcome, first.head.papers) == ("synced", 3)
    drop(tmp_path / "d", "2.csv", row(1, owner=9), row(2, gone="1"))
    again = await reader(keeping(store, ring))(register(tmp_path / "d"))
    assert (again.outcome, again.head.papers) == ("synced", 2)
    assert [await standing(store, ring, n) for n in (1, 2, 3, 9)] == [[], [], [Standing.VALID], [Standing.VALID]]


async def test_it_speaks_for_the_instant_of_its_newest_file(store: Store, ring: KeyRing, tmp_path: Path):
    drop(tmp_path / "d", "1.csv", row(1))
    report = await reader(keeping(store, ring))(register(tmp_path / "d"))
    assert report.head.fresh_at == AT - timedelta(minutes=10)


async def test_pages_go_on_where_they_were_while_the_folder_stays_as_it_is(
    store: Store, ring: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(register_files, "_ROWS", 2)
    drop(tmp_path / "d", "1.csv", *(row(n) for n in range(7)))

    class Killed(BaseException):
        pass

    class Breaking(DroppedRegister):
        async def page(self, stream, window, page):
            if page == 2:
                raise Killed
            return await super().page(stream, window, page)

    manifest = load_manifest(MANIFEST, {"birth_certificate"})
    with pytest.raises(Killed):
        await reader(keeping(store, ring))(Breaking(manifest, manifest.sync, manifest.drop, tmp_path / "d"))
    report = await reader(keeping(store, ring))(register(tmp_path / "d"))
    assert (report.outcome, report.pages, report.new, report.head.papers) == ("synced", 2, 3, 7)
    drop(tmp_path / "d", "0.csv", row(8))
    report = await reader(keeping(store, ring))(register(tmp_path / "d"))
    assert (report.pages, report.new, report.head.papers) == (4, 1, 8)


@pytest.mark.parametrize("text", ["so,chu\n1,2\n", "", "so,chu,ma,xoa\nS1,999090000001\n"])
async def test_one_bad_file_makes_no_register_whole(store: Store, ring: KeyRing, tmp_path: Path, text: str):
    drop(tmp_path / "d", "1.csv", row(1))
    (tmp_path / "d" / "2.csv").write_text(text)
    report = await reader(keeping(store, ring))(register(tmp_path / "d"))
    assert (report.outcome, report.code) == ("failed", "source_unavailable")
    assert report.head is None


async def test_no_folder_and_no_file_are_no_empty_register(store: Store, ring: KeyRing, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    for folder in ("none", "empty"):
        assert (await reader(keeping(store, ring))(register(tmp_path / folder))).outcome == "failed"


async def test_a_folder_that_changes_in_the_middle_of_a_round_fails_it(store: Store, ring: KeyRing, tmp_path: Path):
    drop(tmp_path / "d", "1.csv", row(1))
    read = register(tmp_path / "d")
    assert read.facts.facts
    drop(tmp_path / "d", "2.csv", row(2))
    with pytest.raises(Exception, match="source_unavailable"):
        await read.page("", Window(SINCE, SINCE), 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sync: {since: 2026-01-01, every_s: 60, reference: [so]}", "sync: {since: 2026-01-01, reference: []}"),
        ("index: {answers: alone, fresh_s: 3600, complete: {birth_certificate: {}}}", ""),
        ("complete: {birth_certificate: {}}", "complete: {diploma: {}}"),
        ("reference: [so]}", "reference: [so], reads_like: 1}"),
        ("reference: [so]}", "reference: [so], drains: true}"),
        ("reference: [so]}", "reference: [so], window_days: 40}"),
        ("answers: alone", "answers: always"),
        ("fresh_s: 3600", "fresh_s: 0"),
    ],
)
def test_a_manifest_that_cannot_be_read_so_is_refused(tmp_path: Path, engine_name: str, old: str, new: str):
    text = MANIFEST.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "dropped.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(FactsError):
        load_manifest(tmp_path / "dropped.yaml", {"birth_certificate", "diploma"})
