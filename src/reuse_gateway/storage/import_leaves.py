"""The leaf of an import: it binds the row, every procedure it brought and, of a roll-back, the imports that stand again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from reuse_gateway.application.import_catalogue import ImportedProcedure, ImportRow
from reuse_gateway.domain.receipt import canonical, instant
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.procedure_json import body_of
from reuse_gateway.storage.tables_facts import standing_imports
from reuse_gateway.storage.tables_procedures import imported_procedures, imports

KIND, NONE_BEFORE = "import", -1


def import_append(
    row: ImportRow, procedures: Sequence[ImportedProcedure], standing: Sequence[int], newest: int | None
) -> Append:
    """What recording an import writes; `standing` is a roll-back's list, `newest` the import before this one."""
    previous = NONE_BEFORE if newest is None else newest
    brought = [(each.version.code, each.version.valid_from, each.digest, body_of(each.version)) for each in procedures]
    words = words_digest((code, digest, body) for code, _, digest, body in brought)
    rows = {
        imports: [(*asdict(row).values(), previous)],
        imported_procedures: brought,
        standing_imports: [(import_id,) for import_id in standing],
    }
    return Append(
        import_leaf(row, previous, words, standing), KIND, row.digest, {table: each for table, each in rows.items() if each}
    )


def import_leaf(row: ImportRow, previous: int, words: str, standing: Iterable[int]) -> bytes:
    """Canonical JSON; the author stands behind a digest, for it may be a person's name."""
    told = {name: instant(value) if isinstance(value, datetime) else value for name, value in asdict(row).items()}
    return canonical(
        {
            "v": 1,
            "kind": KIND,
            "id": row.digest,
            "at": told["finished_at"],
            "previous": previous,
            "row_sha256": hashlib.sha256(canonical(told)).hexdigest(),
            "words_sha256": words,
            "standing": list(standing),
        }
    )


def words_digest(procedures: Iterable[tuple[str, str, str]]) -> str:
    """SHA-256, hex, over code, digest and body of each procedure in order of code: the day stands in the body."""
    digest = hashlib.sha256()
    for code, content, body in sorted(procedures):
        digest.update(f"{code} {content} {len(body.encode())}\n{body}".encode())
    return digest.hexdigest()
