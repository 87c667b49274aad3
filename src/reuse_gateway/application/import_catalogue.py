"""Take procedures published elsewhere into the store: all or nothing, the same content never twice, each import a version."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Protocol

from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.errors import TooLarge
from reuse_gateway.domain.procedure import ProcedureVersion

MOST_PROCEDURES = 50_000
_TROUBLES_TOLD = 1_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """What could not be taken as it stands: where in the file, of which procedure, which field, why (stable code)."""

    line: int
    code: str | None
    field: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadProcedure:
    """One published procedure as read. `version` None = not usable, its troubles say why; `tied` counts the tied rows."""

    line: int
    version: ProcedureVersion | None
    components: int = 0
    tied: int = 0
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedProcedure:
    """A version on its way into the store; the digest covers all but the day from which it holds."""

    digest: str
    version: ProcedureVersion


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One import as kept. `digest` is over the content of every usable procedure, so the order of the file does not matter."""

    author: str
    source: str
    digest: str
    started_at: datetime
    finished_at: datetime
    read: int
    new: int
    changed: int
    unchanged: int
    troubles: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `import_id` None = nothing was new or changed, so nothing was written.

    `read` counts what the file holds; `skipped` are unusable, `repeated` came again in the same file. Components: `tied`
    agree to the letter with a known name, `untied` are kept with their words and decide nothing.
    """

    import_id: int | None
    digest: str
    read: int
    new: int
    changed: int
    unchanged: int
    skipped: int
    repeated: int
    components: int
    tied: int
    untied: int
    trouble_counts: Mapping[str, int]
    troubles: tuple[Trouble, ...]


class ProcedureStore(Protocol):
    """Imported procedures, insert-only; the newest import of a code wins."""

    async def newest_import(self) -> int | None:
        """Its number; None = nothing was imported yet."""
        ...

    async def newest_digests(self) -> Mapping[str, str]:
        """Procedure code -> digest of its newest import."""
        ...

    async def record_import(self, row: ImportRow, procedures: Sequence[ImportedProcedure], newest: int | None) -> int:
        """Import id. MUST store the row, all procedures and their ledger leaf in one transaction or nothing, and MUST
        refuse (Conflict) when `newest` is no longer the newest import; raises StoreError.
        """
        ...


@dataclass(slots=True)
class _Tally:
    """What has been read so far."""

    read: int = 0
    skipped: int = 0
    repeated: int = 0
    components: int = 0
    tied: int = 0
    trouble_counts: Counter[str] = field(default_factory=Counter)
    troubles: list[Trouble] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)

    def note(self, *troubles: Trouble) -> None:
        self.trouble_counts.update(trouble.why for trouble in troubles)
        self.troubles.extend(troubles[: max(0, _TROUBLES_TOLD - len(self.troubles))])


async def import_catalogue(
    procedures: Iterable[ReadProcedure],
    store: ProcedureStore,
    clock: Clock,
    author: str,
    source: str,
    progress: Callable[[int], None] = lambda read: None,
) -> ImportReport:
    """Read everything first, then write what is new or changed in one transaction: a bad file changes nothing.

    Raises what the reader raises (MalformedBody, TooLarge), Conflict when somebody else imported meanwhile, and StoreError;
    `progress` hears how many have been read.
    """
    started_at, tally, newest = clock.now(), _Tally(), await store.newest_import()
    known = await store.newest_digests()
    taken = (_taken(procedure, tally, progress) for procedure in procedures)
    fresh = [imported for imported in taken if imported and known.get(imported.version.code) != imported.digest]
    changed = sum(imported.version.code in known for imported in fresh)
    digest = hashlib.sha256("".join(f"{code} {each}\n" for code, each in sorted(tally.seen.items())).encode()).hexdigest()
    unchanged = len(tally.seen) - len(fresh)
    row = ImportRow(
        author, source, digest, started_at, clock.now(), tally.read, len(fresh) - changed, changed, unchanged,
        tally.trouble_counts.total(),
    )  # fmt: skip
    import_id = await store.record_import(row, fresh, newest) if fresh else None
    return _report(import_id, row, tally)


def digest_of(version: ProcedureVersion) -> str:
    """SHA-256 over everything but the day from which it holds, hex: the same words published again are no change."""
    content = {name: value for name, value in asdict(version).items() if name != "valid_from" and not name.startswith("_")}
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()


def _taken(procedure: ReadProcedure, tally: _Tally, progress: Callable[[int], None]) -> ImportedProcedure | None:
    tally.read += 1
    if tally.read > MOST_PROCEDURES:
        raise TooLarge(f"more than {MOST_PROCEDURES} procedures", limit=MOST_PROCEDURES)
    progress(tally.read)
    tally.note(*procedure.troubles)
    if procedure.version is None:
        tally.skipped += 1
        return None
    digest, code = digest_of(procedure.version), procedure.version.code
    if code in tally.seen:
        tally.repeated += 1
        if tally.seen[code] != digest:
            tally.note(Trouble(procedure.line, code, "MATTHC", "same_code_other_content"))
        return None
    tally.seen[code] = digest
    tally.components += procedure.components
    tally.tied += procedure.tied
    return ImportedProcedure(digest, procedure.version)


def _report(import_id: int | None, row: ImportRow, tally: _Tally) -> ImportReport:
    return ImportReport(
        import_id=import_id,
        digest=row.digest,
        read=row.read,
        new=row.new,
        changed=row.changed,
        unchanged=row.unchanged,
        skipped=tally.skipped,
        repeated=tally.repeated,
        components=tally.components,
        tied=tally.tied,
        untied=tally.components - tally.tied,
        trouble_counts=dict(tally.trouble_counts),
        troubles=tuple(tally.troubles),
    )
