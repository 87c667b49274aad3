"""Packs as ZIP files whose bytes follow from their contents alone: no clock, no compression, nothing of the machine."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

from reuse_gateway.domain.errors import ProofError, TooLarge
from reuse_gateway.domain.evidence_pack import MANIFEST

_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o100644 << 16
LARGEST_FILE, LARGEST_MANIFEST, MOST_FILES = 64 * 2**20, 256 * 2**20, 2_000_000


def _largest(name: str) -> int:
    return LARGEST_MANIFEST if name == MANIFEST else LARGEST_FILE


class PackZip:
    """Port `PackSink`. Stored, not deflated: two versions of zlib would make two files of the same contents."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True)
        self._count = 0

    def add(self, name: str, content: bytes) -> None:
        """The next file; raises TooLarge(`too_many_rows`) for what `ZippedPack` would refuse to read."""
        self._count += 1
        if len(content) > _largest(name) or self._count > MOST_FILES:
            raise TooLarge("rows", code="too_many_rows", limit=MOST_FILES)
        told = zipfile.ZipInfo(name, _DAY)
        told.create_system, told.external_attr = _UNIX, _READABLE
        self._zip.writestr(told, content)

    def __enter__(self) -> PackZip:
        return self

    def __exit__(self, *_: object) -> None:
        """Write the directory of names, also of what was broken off: without manifest and seal it is no pack."""
        self._zip.close()


class ZippedPack:
    """The files of a pack on disk, for `verify_pack`. Raises ProofError(`pack_unreadable`) for what we never write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise ProofError("not a ZIP file", code="pack_unreadable") from None
        told = self._zip.infolist()
        # A small file must not become a large one: what is compressed or larger than it says was not made here.
        strange = any(each.compress_type != zipfile.ZIP_STORED or each.file_size > _largest(each.filename) for each in told)
        if strange or len(told) > MOST_FILES:
            raise ProofError("not a pack of ours", code="pack_unreadable")
        self._names = tuple(each.filename for each in told)

    def names(self) -> Sequence[str]:
        """As they stand in the file, one that stands twice twice."""
        return self._names

    def as_written(self) -> bool:
        """Whether the file is, byte for byte, what `PackZip` makes of these files: no reader of ZIP files can find others.

        Readers of streams believe the entries in front, others the directory behind: what is between them is seen by some.
        """
        if len(set(self._names)) != len(self._names):
            return False
        with self._path.open("rb") as original:
            same = _Same(original)
            with PackZip(cast(BinaryIO, same)) as anew:
                for name in self._names:
                    anew.add(name, self.read(name))
                    same.settle()
            same.settle()
            return same.so_far and not original.read(1)

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        try:
            return self._zip.read(name)
        except (KeyError, zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
            raise ProofError(f"{name} cannot be read", code="pack_unreadable") from None

    def close(self) -> None:
        """Close the file."""
        self._zip.close()


class _Same:
    """What is written here is compared with a file and forgotten. `zipfile` goes back to the head of its newest entry alone."""

    def __init__(self, original: BinaryIO) -> None:
        self._original, self._start, self._at, self._pending = original, 0, 0, bytearray()
        self.so_far = True

    def write(self, content: bytes) -> int:
        place = self._at - self._start
        self._pending[place : place + len(content)] = content
        self._at += len(content)
        return len(content)

    def tell(self) -> int:
        return self._at

    def seek(self, at: int) -> int:
        self._at = at
        return at

    def flush(self) -> None:
        """Nothing is kept back."""

    def settle(self) -> None:
        """Compare what stands written; it is not written again."""
        self.so_far = self.so_far and self._original.read(len(self._pending)) == self._pending
        self._start += len(self._pending)
        self._pending.clear()
