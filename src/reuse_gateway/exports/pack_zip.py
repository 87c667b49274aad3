"""Packs as ZIP files whose bytes follow from their contents alone: no clock, no compression, nothing of the machine."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from reuse_gateway.domain.errors import ProofError

_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o100644 << 16
LARGEST_FILE, MOST_FILES = 64 * 2**20, 2_000_000


class PackZip:
    """Port `PackSink`. Stored, not deflated: two versions of zlib would make two files of the same contents."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True)

    def add(self, name: str, content: bytes) -> None:
        """The next file."""
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
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise ProofError("not a ZIP file", code="pack_unreadable") from None
        told = self._zip.infolist()
        # A small file must not become a large one: what is compressed or larger than it says was not made here.
        strange = any(each.compress_type != zipfile.ZIP_STORED or each.file_size > LARGEST_FILE for each in told)
        if strange or len(told) > MOST_FILES:
            raise ProofError("not a pack of ours", code="pack_unreadable")
        self._names = tuple(each.filename for each in told)

    def names(self) -> Sequence[str]:
        """As they stand in the file, one that stands twice twice."""
        return self._names

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        try:
            return self._zip.read(name)
        except (KeyError, zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
            raise ProofError(f"{name} cannot be read", code="pack_unreadable") from None

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
