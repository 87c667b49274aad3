"""Whether an evidence pack holds: from its files and a public key alone, with no database and no word of the gateway's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from reuse_gateway.domain.errors import ProofError
from reuse_gateway.domain.evidence_pack import (
    CHECKPOINT,
    FORMAT,
    MANIFEST,
    SEAL,
    BoundRow,
    Head,
    PackFiles,
    PackFinding,
    binding_faults,
    case_faults,
    sealed_text,
)
from reuse_gateway.domain.merkle import leaf_hash, verify_inclusion
from reuse_gateway.domain.pack_heads import OpenCheckpoint, Others, stamped_faults, vouched_faults

OpenSeal = Callable[[bytes], bytes]
NOBODY = Others()


@dataclass(frozen=True, slots=True)
class PackReport:
    """The outcome; none found = every file is what the holder of the key sealed, and stands in the tree of that size.

    `stamped_at`: the instant that a time-stamp proves for a beginning of that tree, where its authority is trusted.
    """

    origin: str
    size: int
    root: str
    cases: int
    findings: tuple[PackFinding, ...]
    stamped_at: str = ""

    @property
    def good(self) -> bool:
        """Nothing was found."""
        return not self.findings


def verify_pack(
    files: PackFiles,
    open_checkpoint: OpenCheckpoint,
    open_seal: OpenSeal,
    kept: Sequence[bytes] = (),
    others: Others = NOBODY,
) -> PackReport:
    """`open_*` raise ProofError for what none of the trusted keys signed. `kept`: checkpoints kept elsewhere; one of the
    pack's size must have its root, one of another size cannot be compared here and is a finding. `others` are
    those whose word is demanded; a pack that holds no head they spoke for is a finding.
    """
    found: list[PackFinding] = []
    stamped_at = ""
    try:
        told = _manifest(files, open_seal)
        head = _head(files, told, open_checkpoint)
    except ProofError as failure:
        return PackReport("", 0, "", 0, (PackFinding(failure.code, MANIFEST if "seal" in failure.code else CHECKPOINT),))
    try:
        found += _digests(files, told["files"])
        found += [] if files.as_written() else [PackFinding("not_as_written", MANIFEST)]
        found += [finding for note in kept for finding in _kept(note, head, open_checkpoint)]
        found += vouched_faults(files, head, open_checkpoint, others)
        faults, stamped_at = stamped_faults(files, head, open_checkpoint, others)
        found += faults
        for violation_id in told["cases"]:
            found += _case(files, str(violation_id), head)
    except ProofError as failure:
        found.append(PackFinding(failure.code, str(failure)))
    return PackReport(head.origin, head.size, head.root.hex(), len(told["cases"]), tuple(found), stamped_at)


def _manifest(files: PackFiles, open_seal: OpenSeal) -> Mapping[str, Any]:
    content = files.read(MANIFEST)
    text = open_seal(files.read(SEAL))
    try:
        told = json.loads(content)
        shaped = told["format"] == FORMAT and isinstance(told["cases"], list) and isinstance(told["files"], dict)
        if not shaped or text != sealed_text(str(told["origin"]), content):
            raise ProofError("the seal is another manifest's", code="seal_of_another")
    except (ValueError, KeyError, TypeError):
        raise ProofError("no manifest of ours", code="seal_of_another") from None
    return told


def _head(files: PackFiles, told: Mapping[str, Any], open_checkpoint: OpenCheckpoint) -> Head:
    note = files.read(CHECKPOINT)
    origin, size, root = open_checkpoint(note)
    if (origin, size, root.hex()) != (told["origin"], told["size"], told["root"]):
        raise ProofError("the checkpoint is of another tree", code="checkpoint_of_another")
    return Head(origin, size, root, note)


def _digests(files: PackFiles, told: Mapping[str, Any]) -> list[PackFinding]:
    names = [name for name in files.names() if name not in (MANIFEST, SEAL)]
    found = [PackFinding("file_twice", name) for name, times in Counter(names).items() if times > 1]
    found += [PackFinding("file_missing", name) for name in sorted(told.keys() - set(names))]
    found += [PackFinding("file_unknown", name) for name in sorted(set(names) - told.keys())]
    for name in sorted(set(names) & told.keys()):
        if sha256(files.read(name)).hexdigest() != told[name]:
            found.append(PackFinding("file_changed", name))
    return found


def _kept(note: bytes, head: Head, open_checkpoint: OpenCheckpoint) -> list[PackFinding]:
    try:
        origin, size, root = open_checkpoint(note)
    except ProofError as failure:
        return [PackFinding("kept_note_invalid", failure.code)]
    if origin != head.origin:
        return [PackFinding("kept_note_invalid", "origin")]
    if size != head.size:
        return [PackFinding("kept_of_another_size", str(size))]
    return [] if root == head.root else [PackFinding("kept_checkpoint", str(size))]


def _case(files: PackFiles, violation_id: str, head: Head) -> list[PackFinding]:
    folder = f"cases/{violation_id}"
    try:
        told = json.loads(files.read(f"{folder}/case.json"))
        if told["violation"]["id"] != violation_id:
            return [PackFinding("case_of_another", folder)]
        rows = [_row(files, folder, listed) for listed in told["rows"]]
        found = [
            PackFinding(code, f"{folder}/{row.name}")
            for row in rows
            for code in (*binding_faults(row), *_stands(files, folder, row, head))
        ]
        return found or [PackFinding(code, folder) for code in case_faults(told["violation"], rows)]
    except ProofError as failure:
        return [PackFinding(failure.code, folder)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [PackFinding("case_unreadable", folder)]


def _row(files: PackFiles, folder: str, listed: Mapping[str, Any]) -> BoundRow:
    name = f"{folder}/{listed['name']}"
    events = tuple(json.loads(files.read(f"{name}.events.json"))) if listed["events"] else ()
    entry, body = files.read(f"{name}.leaf"), files.read(f"{name}.body.json").decode()
    file = files.read(f"{name}.docx") if listed.get("file") else None
    return BoundRow(str(listed["kind"]), str(listed["id"]), int(listed["index"]), entry, body, events, file)


def _stands(files: PackFiles, folder: str, row: BoundRow, head: Head) -> tuple[str, ...]:
    proof = json.loads(files.read(f"{folder}/{row.name}.proof.json"))
    try:
        if (proof["index"], proof["size"]) != (row.index, head.size):
            raise ProofError()
        path = [bytes.fromhex(node) for node in proof["hashes"]]
        verify_inclusion(leaf_hash(row.entry), row.index, head.size, path, head.root)
    except ProofError:
        return ("not_in_tree",)
    return ()
