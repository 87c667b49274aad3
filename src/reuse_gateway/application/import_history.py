"""Imports as versions (các lần nhập): what each one brought, and the way back to an older one; nothing is ever deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from reuse_gateway.application.import_catalogue import ImportRow
from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.errors import NotFound
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.procedure_change import ProcedureChange, change_between


@dataclass(frozen=True, slots=True)
class ImportVersion:
    """One import. `restores`: the import that a roll-back went back to; None = it brought something itself."""

    import_id: int
    row: ImportRow
    restores: int | None = None


@dataclass(frozen=True, slots=True)
class KeptProcedure:
    """Where the text of a procedure lies: the import that brought it, and the digest of its words."""

    import_id: int
    digest: str


class ImportArchive(Protocol):
    """Imports as they were recorded."""

    async def versions(self) -> Sequence[ImportVersion]:
        """All, the oldest first."""
        ...

    async def standing_ids(self, import_id: int) -> Sequence[int]:
        """The imports that stood right after this one, in their order."""
        ...

    async def standing(self, import_id: int) -> Mapping[str, KeptProcedure]:
        """By code, what stood right after this import; an older import that was rolled back over does not stand."""
        ...

    async def texts(self, kept: Mapping[str, KeptProcedure]) -> Mapping[str, ProcedureVersion]:
        """The procedures themselves, by code."""
        ...


class RollBackStore(Protocol):
    """Where a roll-back is written."""

    async def record_rollback(self, row: ImportRow, standing: Sequence[int], newest: int) -> int:
        """A new import that stands for older ones, with its ledger leaf. MUST refuse (Conflict) when `newest` is no longer
        the newest.
        """
        ...


async def import_changes(archive: ImportArchive, import_id: int) -> tuple[ProcedureChange, ...]:
    """What an import changed against the one before it, in order of code; raises NotFound, StoreError."""
    ids = [version.import_id for version in await archive.versions()]
    if import_id not in ids:
        raise NotFound(f"there is no import {import_id}; `catalogue imports` lists them")
    place = ids.index(import_id)
    before = await archive.standing(ids[place - 1]) if place else {}
    return await changes_between(archive, before, await archive.standing(import_id))


async def changes_between(
    archive: ImportArchive, before: Mapping[str, KeptProcedure], after: Mapping[str, KeptProcedure]
) -> tuple[ProcedureChange, ...]:
    """Every procedure that differs, in order of code; only those are read."""
    differing = sorted(code for code in {*before, *after} if before.get(code) != after.get(code))
    old = await archive.texts({code: before[code] for code in differing if code in before})
    new = await archive.texts({code: after[code] for code in differing if code in after})
    found = (change_between(old.get(code), new.get(code)) for code in differing)
    return tuple(change for change in found if change)


async def roll_back(archive: ImportArchive, store: RollBackStore, clock: Clock, author: str, import_id: int) -> ImportVersion:
    """A new version equal to an older one. Raises NotFound, Conflict (somebody imported meanwhile), StoreError."""
    started_at, versions = clock.now(), await archive.versions()
    if import_id not in {version.import_id for version in versions}:
        raise NotFound(f"there is no import {import_id}; `catalogue imports` lists them")
    newest, standing = versions[-1].import_id, sorted({import_id, *await archive.standing_ids(import_id)})
    now, then = await archive.standing(newest), await archive.standing(import_id)
    new = sum(code not in now for code in then)
    changed = sum(code in now and now[code] != kept for code, kept in then.items())
    digest = hashlib.sha256("".join(f"{code} {kept.digest}\n" for code, kept in sorted(then.items())).encode()).hexdigest()
    row = ImportRow(
        author, f"rollback {import_id}", digest, started_at, clock.now(), len(then), new, changed,
        len(then) - new - changed, 0,
    )  # fmt: skip
    return ImportVersion(await store.record_rollback(row, standing, newest), row, import_id)
