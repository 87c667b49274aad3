"""Letters of cases at rest, to the byte: ports `LetterRows` and `LetterRecorder`."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from reuse_gateway.domain.case_letter import CaseLetter, LetterKind, RecordedLetter
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.storage.archive import altered
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.case_json import nameless_leaf
from reuse_gateway.storage.events import beside, without_events
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import ledger_leaves
from reuse_gateway.storage.tables_cases import case_letters
from reuse_gateway.storage.verdict_json import exact

LETTER = "case_letter"
_kept = case_letters.c


class StoredLetters:
    """Reads; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def letter(self, case_id: str, round: int, kind: LetterKind, addressee: str = "") -> RecordedLetter | None:
        """The registered letter of that round to this addressee, or the one to all of them."""
        wanted = select(case_letters, ledger_leaves.c.entry)
        wanted = wanted.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == _kept.leaf_index)
        same = (_kept.case_id == case_id, _kept.round == round, _kept.kind == kind.value)
        row = await self._reads.first(wanted.where(*same, _kept.addressee.in_(("", addressee))))
        return row and _recorded(row)

    async def letters(self, case_id: str, after: int, limit: int) -> Sequence[RecordedLetter]:
        """Letters of the case beyond the ledger index `after`, in the order of the ledger, without their files."""
        wanted = select(_kept.leaf_index, _kept.body).where(_kept.case_id == case_id, _kept.leaf_index > after)
        rows = await self._reads.rows(wanted.order_by(_kept.leaf_index).limit(limit))
        return [RecordedLetter(letter_of(row.body, b""), row.leaf_index, json.loads(row.body)["file_sha256"]) for row in rows]

    async def last_number(self, issuer: str, kind: LetterKind, year: int) -> int:
        """The number of the issuer's last letter of that kind and year; 0 = none."""
        same = (_kept.issuer == issuer, _kept.kind == kind.value, _kept.year == year)
        row = await self._reads.first(select(func.max(_kept.number)).where(*same))
        return (row and row[0]) or 0


class LetterLedger:
    """Port `LetterRecorder`: one leaf with its row, durable when it returns; raises StoreError, Conflict."""

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    async def record_letter(self, letter: CaseLetter, events: Sequence[Event] = ()) -> Position:
        """Conflict(`already_recorded`) when the number is taken, or the letter to this addressee stands."""
        return await self._writer.append(beside(letter_append(letter), events))


def letter_append(letter: CaseLetter) -> Append:
    """What issuing a letter writes."""
    body = letter_body(letter)
    return Append(letter_leaf(body), LETTER, letter.case_id, {case_letters: [letter_row(letter, body)]})


def letter_body(letter: CaseLetter) -> str:
    """Every word about it as canonical JSON, salted, with the digest of its file. What is of version 1 has no addressee."""
    told = {
        "v": 2,
        "salt": secrets.token_hex(16),
        "kind": letter.kind,
        "issuer": letter.issuer,
        "year": letter.year,
        "number": letter.number,
        "case_id": letter.case_id,
        "round": letter.round,
        "addressee": letter.addressee,
        "issued_at": exact(letter.issued_at),
        "actor": letter.actor,
        "legal_basis": list(letter.legal_basis),
        "file_sha256": letter.file_sha256,
    }
    return canonical(told).decode()


def letter_leaf(body: str) -> bytes:
    """Leaf bytes: that a letter was issued, and when. To whom, its number and the digest of its file stand in the body."""
    return nameless_leaf(LETTER, json.loads(body)["issued_at"], body)


def letter_row(letter: CaseLetter, body: str) -> tuple:
    """Columns of `case_letters` behind the leaf index."""
    place = (letter.issuer, letter.kind.value, letter.year, letter.number)
    return (*place, letter.case_id, letter.round, letter.addressee, letter.issued_at, letter.file, body)


def letter_of(body: str, file: bytes) -> CaseLetter:
    """The letter that a body tells; ValueError, KeyError or TypeError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    changed = {
        "kind": LetterKind(told["kind"]),
        "issued_at": datetime.fromisoformat(told["issued_at"]),
        "legal_basis": tuple(told["legal_basis"]),
        "file": file,
    }
    kept = {name: value for name, value in told.items() if name not in ("v", "salt", "file_sha256")}
    return CaseLetter(**{**kept, **changed})


def letter_columns(row: Row[Any]) -> tuple[tuple, tuple]:
    """The columns that a letter's body asks for, and those it has; a file of another digest asks for a digest."""
    digest = json.loads(row.body)["file_sha256"]
    file = bytes(row.file)
    expected = letter_row(letter_of(row.body, file), row.body)
    found = (*tuple(row)[1:9], file, row.body)
    same = hashlib.sha256(file).hexdigest() == digest
    return (expected if same else (*expected[:8], digest, row.body)), found


def _recorded(row: Row[Any]) -> RecordedLetter:
    try:
        told, file = json.loads(row.body), bytes(row.file)
        letter, leaf = letter_of(row.body, file), letter_leaf(row.body)
    except (ValueError, KeyError, TypeError):
        raise altered(row.leaf_index) from None
    if row.entry is None or without_events(bytes(row.entry)) != leaf or letter.file_sha256 != told["file_sha256"]:
        raise altered(row.leaf_index)
    return RecordedLetter(letter, row.leaf_index, letter.file_sha256)
