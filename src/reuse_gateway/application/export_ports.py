"""What exports need from the world."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from reuse_gateway.application.violation_ports import CellPage
from reuse_gateway.domain.export import Export, ExportOrder


class Part(Protocol):
    """A file in the making. It has no name that anybody could fetch until it is finished. Calls block: use a thread."""

    def finish(self) -> tuple[int, str]:
        """Make it whole and give it its name, in one step; its size in bytes and SHA-256, hex."""
        ...

    def discard(self) -> None:
        """Leave nothing of it; MUST be safe at any time and more than once."""
        ...


class Sheet(Part, Protocol):
    """A table in the making."""

    def write(self, page: CellPage) -> None:
        """More rows behind those written so far; raises TooLarge(`too_many_rows`) beyond what the format holds."""
        ...


class Parcel(Part, Protocol):
    """A bundle in the making: bytes that somebody else writes."""

    @property
    def file(self) -> BinaryIO: ...


Pack = Callable[[BinaryIO, Iterable[str]], Awaitable[int]]
"""Writes the evidence pack of these violations at the newest head; how many they are. Raises StoreError, NotFound."""


class ExportShelf(Protocol):
    """Where files and the notes of jobs lie, on this machine. Calls block, briefly but for `Sheet`."""

    def begin(self, order: ExportOrder) -> Sheet: ...

    def parcel(self, order: ExportOrder) -> Parcel: ...

    def note(self, export: Export) -> None:
        """Keep how a job stands, so that another process or a later one can tell."""
        ...

    def noted(self, export_id: str) -> tuple[Export, datetime] | None:
        """How a job stood and when that was noted; None = never heard of it."""
        ...

    def file(self, export: Export) -> Path | None:
        """The finished file; None where there is none (any more)."""
        ...

    def remove(self, export: Export) -> None:
        """Delete the finished file."""
        ...

    def sweep(self, now: datetime) -> None:
        """Delete what has expired and what interrupted jobs left."""
        ...
