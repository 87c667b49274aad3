"""A pack is its very bytes: nothing stands beside what is sealed, and the gateway writes none that it would not read."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.errors import TooLarge
from reuse_gateway.domain.export import MOST_PACKED
from reuse_gateway.exports import pack_zip
from reuse_gateway.exports.pack_zip import LARGEST_MANIFEST, PackZip, ZippedPack
from reuse_gateway.storage.cases import CaseLedger, StoredCases
from tests.cases.test_moves import LIFE
from tests.cases.test_store import next_step
from tests.storage.builders import Store

from .builders import OTHER, VIOLATION, codes, packed, read, verified, zipped


def in_front(name: str, content: bytes) -> bytes:
    """A local entry (APPNOTE 4.3.7) that no directory names: readers of streams take it for the file."""
    sizes = (zlib.crc32(content), len(content), len(content), len(name), 0)
    return struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 0x21, *sizes) + name.encode() + content


def commented(pack: bytes) -> bytes:
    file = BytesIO(pack)
    with zipfile.ZipFile(file, "a") as opened:
        opened.comment = "Kết luận thanh tra: không vi phạm".encode()
    return file.getvalue()


def as_links(pack: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as opened:
        for name, content in read(pack).items():
            told = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            told.create_system, told.external_attr = 3, 0o120777 << 16
            opened.writestr(told, content)
    return file.getvalue()


def other_names_in_front(pack: bytes) -> bytes:
    """The entry itself is called otherwise than the directory calls it."""
    return pack.replace(b"README.vi.md", b"README.xx.md", 1)


BESIDE: dict[str, Callable[[bytes], bytes]] = {
    "an entry in front": lambda pack: in_front("README.vi.md", b"khong vi pham") + pack,
    "a path out of the folder": lambda pack: in_front("../../.bashrc", b"echo") + pack,
    "a comment": commented,
    "links instead of files": as_links,
    "bytes behind": lambda pack: pack + b"\0",
    "another name in the entry": other_names_in_front,
}


@pytest.mark.parametrize("what", BESIDE)
async def test_nothing_stands_beside_what_is_sealed(kept: Store, tmp_path: Path, what: str) -> None:
    pack = await packed(kept)
    assert verified(pack, tmp_path, kept).good
    found = codes(verified(BESIDE[what](pack), tmp_path, kept))
    assert found & {"not_as_written", "pack_unreadable"}
    assert found <= {"not_as_written", "pack_unreadable"}


async def test_a_bundle_with_an_entry_in_front_is_found_too(kept: Store, tmp_path: Path) -> None:
    pack = await packed(kept, VIOLATION, OTHER.violations[0].id)
    assert verified(pack, tmp_path, kept).good
    assert codes(verified(in_front("x", b"y") + pack, tmp_path, kept)) == {"not_as_written"}


def test_files_of_all_sizes_and_names_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    many = {f"c/{number}": b"y" for number in range(300)}
    path.write_bytes(zipped({"a": b"", "b/é.json": b"x" * 70_000, "manifest.json": b"{}"} | many))
    files = ZippedPack(path)
    assert files.as_written()
    files.close()


async def test_a_full_bundle_of_whole_lives_is_within_what_is_read(kept: Store) -> None:
    """By arithmetic: 20,000 violations, each with every step, its letters, and each row with events."""
    rows, ledger = StoredCases(kept.reads), CaseLedger(kept.writer)
    of_case = f"SELECT case_id FROM case_violations WHERE violation_id = '{VIOLATION}'"
    case_id = (await kept.rows(of_case))[0].case_id
    for state in LIFE:
        if state is CaseState.APOLOGISED:
            break
        await ledger.record_step(next_step(await rows.case(case_id), state))
    listed = json.loads(read(await packed(kept))["manifest.json"])["files"]
    names = [name for name in listed if name.startswith("cases/")]
    each = sum(len(name) + 64 + len('"":"",') for name in names) + len(VIOLATION) + len('"",')
    assert len(names) > 20
    assert 2 * each * MOST_PACKED < LARGEST_MANIFEST
    assert 2 * len(names) * MOST_PACKED < pack_zip.MOST_FILES


@pytest.mark.parametrize(("name", "limit"), [("manifest.json", "LARGEST_MANIFEST"), ("other", "LARGEST_FILE")])
def test_what_would_not_be_read_is_not_written(monkeypatch: pytest.MonkeyPatch, name: str, limit: str) -> None:
    monkeypatch.setattr(pack_zip, limit, 10)
    with PackZip(BytesIO()) as sink:
        sink.add(name, b"x" * 10)
        with pytest.raises(TooLarge) as refused:
            sink.add(name, b"x" * 11)
    assert refused.value.code == "too_many_rows"


def test_no_more_files_are_written_than_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_zip, "MOST_FILES", 2)
    with PackZip(BytesIO()) as sink:
        sink.add("a", b"")
        sink.add("b", b"")
        with pytest.raises(TooLarge):
            sink.add("c", b"")


def test_the_manifest_alone_may_be_larger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pack.zip").write_bytes(zipped({"a": b"x", "manifest.json": b"x" * 20}))
    monkeypatch.setattr(pack_zip, "LARGEST_FILE", 10)
    ZippedPack(tmp_path / "pack.zip").close()
