"""An evidence pack (gói chứng cứ): files that prove violations to whoever holds the ledger's public key and nothing else.

Names and bytes follow from what was recorded and from the head of the tree alone: made twice at one head, it is the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from reuse_gateway.domain.case import Fingerprint
from reuse_gateway.domain.receipt import canonical

FORMAT = "reuse-gateway-pack/1"
MANIFEST, SEAL, CHECKPOINT, VERIFIERS = "manifest.json", "manifest.sig", "ledger/checkpoint", "ledger/verifiers.txt"
WITNESSED, CONSISTENCY = "ledger/witnessed", "ledger/consistency.json"
STAMPED, STAMP, STAMPED_CONSISTENCY = "ledger/stamped", "ledger/stamped.tsr", "ledger/stamped-consistency.json"
# The words that a seal signs begin so: an origin holds no space, so they are never a checkpoint's.
SEALED = "reuse-gateway pack manifest"
DEMAND, CHECK, OUTCOME, STEP, LETTER = "demand", "check", "reclassification", "case_step", "case_letter"


@dataclass(frozen=True, slots=True)
class BoundRow:
    """A row as it is kept, and the ledger leaf that binds it. `events` are the bodies that the same leaf binds beside it.

    `file` is the letter to the byte, whose SHA-256 stands in the leaf; only letters have one.
    """

    kind: str
    id: str
    index: int
    entry: bytes
    body: str
    events: tuple[str, ...] = ()
    file: bytes | None = None

    @property
    def name(self) -> str:
        """How its files are called: in the order of the ledger."""
        return f"{self.index:012d}-{self.kind}"


@dataclass(frozen=True, slots=True)
class ProvedRow:
    """A row with the hashes that lead from its leaf to the head of a tree (RFC 6962 2.1.1)."""

    row: BoundRow
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ProvedCase:
    """A violation, the demand it was found in, the checks it rests on and what came of it; `law` as it was that day."""

    violation: Mapping[str, Any]
    rows: tuple[ProvedRow, ...]
    law: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The tree that everything is proved against: its origin, size, root (32 bytes) and signed note."""

    origin: str
    size: int
    root: bytes
    note: bytes


class PackFiles(Protocol):
    """The files of a pack as they were found."""

    def names(self) -> Sequence[str]: ...

    def as_written(self) -> bool:
        """Nothing is beside them, for whatever reader: the pack is what writing these files makes. Raises as `read` does."""
        ...

    def read(self, name: str) -> bytes:
        """Raises ProofError(`pack_unreadable`) for a name that is not there or bytes that cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class PackFinding:
    """One thing that does not hold: a stable code and the file it was seen in."""

    what: str
    where: str


def case_files(case: ProvedCase, size: int) -> Mapping[str, bytes]:
    """The files of one case, in the order of their names."""
    folder = f"cases/{case.violation['id']}"
    listed = [_listed(each.row) for each in case.rows]
    files = {f"{folder}/case.json": canonical({"v": 1, "violation": dict(case.violation), "rows": listed})}
    files[f"{folder}/law.json"] = canonical(dict(case.law))
    for each in case.rows:
        name, path = f"{folder}/{each.row.name}", [node.hex() for node in each.path]
        files[f"{name}.leaf"] = each.row.entry
        files[f"{name}.body.json"] = each.row.body.encode()
        files[f"{name}.proof.json"] = canonical({"index": each.row.index, "size": size, "hashes": path})
        if each.row.events:
            files[f"{name}.events.json"] = canonical(list(each.row.events))
        if each.row.file is not None:
            files[f"{name}.docx"] = each.row.file
    return dict(sorted(files.items()))


def _listed(row: BoundRow) -> dict[str, Any]:
    told = {"index": row.index, "kind": row.kind, "id": row.id, "name": row.name, "events": len(row.events)}
    return told if row.file is None else told | {"file": f"{row.name}.docx"}


def manifest(head: Head, cases: Sequence[str], digests: Mapping[str, str]) -> bytes:
    """What the seal signs: the head, and the SHA-256 of every file."""
    told = {"format": FORMAT, "origin": head.origin, "size": head.size, "root": head.root.hex()}
    return canonical(told | {"cases": list(cases), "files": dict(digests)})


def sealed_text(origin: str, manifest: bytes) -> bytes:
    """The three lines under which the ledger's key stands."""
    return f"{SEALED}\n{origin}\n{sha256(manifest).hexdigest()}\n".encode()


def binding_faults(row: BoundRow) -> tuple[str, ...]:
    """What keeps a leaf from binding its row: stable codes, empty where it does, word for word."""
    try:
        told, body = json.loads(row.entry), json.loads(row.body)
        events = told.get("events", [])
        checked = {
            "leaf_of_another": (told["kind"], told["id"]) == (row.kind, row.id),
            "body_not_in_leaf": told["body_sha256"] == sha256(row.body.encode()).hexdigest(),
            "events_not_in_leaf": events == [sha256(each.encode()).hexdigest() for each in row.events],
            "file_not_in_leaf": row.kind != LETTER or told["file_sha256"] == sha256(row.file or b"").hexdigest(),
            "body_of_another": row.id in (body.get("id"), body.get("demand_id"), body.get("case_id")),
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return ("row_unreadable",)
    return tuple(code for code, holds in checked.items() if not holds)


def case_faults(violation: Mapping[str, Any], rows: Iterable[BoundRow]) -> tuple[str, ...]:
    """What keeps rows that are bound from showing this violation: it stands in its demand, with the checks it rests on, and
    the steps of its case are all there from the first to the last one shown.
    """
    rows = tuple(rows)
    by_id = {(row.kind, row.id): row for row in rows}
    demand = by_id.get((DEMAND, str(violation.get("demand_id"))))
    if demand is None:
        return ("demand_missing",)
    told = json.loads(demand.body)
    faults = [] if any(dict(violation) == each for each in told["violations"]) else ["violation_not_in_demand"]
    wanted = rests_on(told, violation)
    faults += ["check_missing" for id in wanted if (CHECK, id) not in by_id]
    return (*faults, *_step_faults(case_of(told, violation), rows))


def case_of(demand: Mapping[str, Any], violation: Mapping[str, Any]) -> str:
    """The case that a violation belongs to by its own words, whatever a table says."""
    told = (violation[name] for name in ("agency", "procedure", "evidence_type"))
    return Fingerprint(*told, demand.get("form")).case_id


def _step_faults(case_id: str, rows: Iterable[BoundRow]) -> tuple[str, ...]:
    of_case = [(row.kind, json.loads(row.body)) for row in rows if row.kind in (STEP, LETTER)]
    steps = sorted(told["seq"] for kind, told in of_case if kind == STEP)
    faults = ["step_missing"] if steps != list(range(1, len(steps) + 1)) else []
    return (*faults, *("case_of_another" for _, told in of_case if told["case_id"] != case_id))


def rests_on(demand: Mapping[str, Any], violation: Mapping[str, Any]) -> tuple[str, ...]:
    """The checks by which a violation was judged: the demand's own, and the earlier one that had told the agency."""
    named = (demand["check_id"], violation.get("check_id"), violation.get("proof_check_id"))
    return tuple(dict.fromkeys(id for id in named if id))
