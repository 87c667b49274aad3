"""Heads in a pack that others spoke for, a witness or a time-stamping authority: each is a beginning of the pack's own tree."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from reuse_gateway.domain.errors import ProofError
from reuse_gateway.domain.evidence_pack import (
    CONSISTENCY,
    STAMP,
    STAMPED,
    STAMPED_CONSISTENCY,
    WITNESSED,
    Head,
    PackFiles,
    PackFinding,
)
from reuse_gateway.domain.merkle import verify_consistency
from reuse_gateway.domain.time_stamp import stamped_text

OpenCheckpoint = Callable[[bytes], tuple[str, int, bytes]]


@dataclass(frozen=True, slots=True)
class Others:
    """Whose word the reader demands. `vouch` raises ProofError unless a witness he trusts cosigned a note; `stamp` tells the
    instant that a reply proves for a text, by an authority he trusts, or raises ProofError.
    """

    vouch: Callable[[bytes], None] | None = None
    stamp: Callable[[bytes, bytes], datetime] | None = None


def vouched_faults(files: PackFiles, head: Head, opened: OpenCheckpoint, others: Others) -> list[PackFinding]:
    """What keeps the witnessed head from standing for this pack; nothing where none is there and none is demanded."""
    if WITNESSED not in files.names():
        return [PackFinding("witness_missing", WITNESSED)] if others.vouch else []
    try:
        note = _beginning(files, (WITNESSED, CONSISTENCY), head, opened)
        if others.vouch:
            others.vouch(note)
    except ProofError as failure:
        return [_told(failure, WITNESSED)]
    return []


def stamped_faults(files: PackFiles, head: Head, opened: OpenCheckpoint, others: Others) -> tuple[list[PackFinding], str]:
    """The same of the time-stamped head; and the instant it is proved to have existed at, "" where nobody could tell."""
    if STAMPED not in files.names():
        return [PackFinding("timestamp_missing", STAMPED)] if others.stamp else [], ""
    try:
        note = _beginning(files, (STAMPED, STAMPED_CONSISTENCY), head, opened)
        at = others.stamp(files.read(STAMP), stamped_text(note)) if others.stamp else None
    except ProofError as failure:
        return [_told(failure, STAMPED)], ""
    return [], at.isoformat() if at else ""


def _beginning(files: PackFiles, names: tuple[str, str], head: Head, opened: OpenCheckpoint) -> bytes:
    """The note; raises ProofError unless it is of this ledger and the consistency proof leads from it to the head."""
    try:
        note, told = files.read(names[0]), json.loads(files.read(names[1]))
        origin, size, root = opened(note)
        if (origin, told["from"], told["to"]) != (head.origin, size, head.size):
            raise ProofError()
        verify_consistency(size, head.size, [bytes.fromhex(node) for node in told["hashes"]], root, head.root)
    except (ValueError, KeyError, TypeError):
        raise ProofError() from None
    return note


def _told(failure: ProofError, where: str) -> PackFinding:
    return PackFinding("not_a_beginning" if failure.code == ProofError.code else failure.code, where)
