"""Take procedures published elsewhere into the store: all or nothing, the same content never twice, each import a version."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Protocol

from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.errors import Fault, InvalidInput, TooLarge
from reuse_gateway.domain.procedure import ProcedureVersion

MOST_PROCEDURES = 50_000
_TROUBLES_TOLD, _FAULTS_TOLD = 1_000, 200
# What would lose a procedure, a demanded paper or a first day; everything else is kept as published and only told.
_LOSING = frozenset(
    {
        *("not_an_object", "procedure_code_shape", "empty_name", "same_code_other_content"),
        *("impossible_date", "date_as_number"),
    }
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What could not be taken as it stands: where in the file, of which procedure, which field, why (stable code)."""

    line: int
    code: str | None
    field: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadProcedure:
    """One published procedure as read. `version` None = not usable, its troubles say why; `tied` counts the tied rows.

    `dated` = the publisher itself told the day from which it holds.
    """

    line: int
    version: ProcedureVersion | None
    components: int = 0
    tied: int = 0
    troubles: tuple[Trouble, ...] = ()
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """How a file is taken. `skip_bad`: what cannot be taken whole is left out, else it refuses the file; `dated`: somebody
    named the first day on purpose, so the same content from another day is a correction.
    """

    skip_bad: bool = False
    dated: bool = False


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

    async def newest_versions(self) -> Mapping[str, tuple[str, date]]:
        """Procedure code -> digest and first day of its newest import."""
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
    seen: dict[str, tuple[str, date]] = field(default_factory=dict)
    losses: list[Fault] = field(default_factory=list)

    def note(self, *troubles: Trouble) -> None:
        self.trouble_counts.update(trouble.why for trouble in troubles)
        self.troubles.extend(troubles[: max(0, _TROUBLES_TOLD - len(self.troubles))])
        self.losses.extend(Fault(f"line {each.line} {each.code or '?'} {each.field}", each.why) for each in losses_of(troubles))


def losses_of(troubles: Iterable[Trouble]) -> list[Trouble]:
    """Those for which something published would be missing from what is kept."""
    return [trouble for trouble in troubles if trouble.why in _LOSING]


async def import_catalogue(
    procedures: Iterable[ReadProcedure],
    store: ProcedureStore,
    clock: Clock,
    author: str,
    source: str,
    progress: Callable[[int], None] = lambda read: None,
    terms: Terms = Terms(),
) -> ImportReport:
    """Read everything first, then write what is new or changed in one transaction: a bad file changes nothing.

    Raises InvalidInput naming line and field of everything that would be lost (`skip_bad`: the whole procedure is left out
    instead) and where the file holds no procedure; what the reader raises (MalformedBody, TooLarge); Conflict when somebody
    else imported meanwhile, and StoreError; `progress` hears how many have been read.
    """
    started_at, tally, newest = clock.now(), _Tally(), await store.newest_import()
    known = await store.newest_versions()
    fresh = _fresh(procedures, known, tally, progress, terms)
    if not tally.read:
        raise InvalidInput(Fault("file", "no_procedures"))
    if tally.losses and not terms.skip_bad:
        raise InvalidInput(*tally.losses[:_FAULTS_TOLD])
    changed = sum(imported.version.code in known for imported in fresh)
    digest = hashlib.sha256("".join(f"{code} {each}\n" for code, (each, _) in sorted(tally.seen.items())).encode()).hexdigest()
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


def _fresh(
    procedures: Iterable[ReadProcedure],
    known: Mapping[str, tuple[str, date]],
    tally: _Tally,
    progress: Callable[[int], None],
    terms: Terms,
) -> list[ImportedProcedure]:
    """What is new, has other content, or holds from another day that somebody told."""
    found = []
    for procedure in procedures:
        taken = _taken(procedure, tally, progress)
        stands = known.get(taken.version.code) if taken else None
        if taken and stands and stands[0] == taken.digest:
            day = taken.version.valid_from
            if day == stands[1] or not (procedure.dated or terms.dated):
                continue
            if day > stands[1]:
                tally.note(Trouble(procedure.line, taken.version.code, "NGAYHIEULUC", "earlier_day_still_speaks"))
        if taken:
            found.append(taken)
    return found


def _taken(procedure: ReadProcedure, tally: _Tally, progress: Callable[[int], None]) -> ImportedProcedure | None:
    tally.read += 1
    if tally.read > MOST_PROCEDURES:
        raise TooLarge(f"more than {MOST_PROCEDURES} procedures", limit=MOST_PROCEDURES)
    progress(tally.read)
    tally.note(*procedure.troubles)
    if procedure.version is None or losses_of(procedure.troubles):
        tally.skipped += 1
        return None
    digest, code = digest_of(procedure.version), procedure.version.code
    content = digest, procedure.version.valid_from
    if code in tally.seen:
        tally.repeated += 1
        if tally.seen[code] != content:
            tally.note(Trouble(procedure.line, code, "MATTHC", "same_code_other_content"))
        return None
    tally.seen[code] = content
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
