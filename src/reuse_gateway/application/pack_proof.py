"""Evidence packs (gói chứng cứ) of one violation or of many: sealed, provable offline, byte for byte the same at one head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO

from reuse_gateway.application.kept_heads import KeptHeads
from reuse_gateway.application.kept_stamps import KeptStamps
from reuse_gateway.application.proof_ports import CaseRows, OpenSink, PackSink, ProofLedger, ProofRows, Seal
from reuse_gateway.domain.errors import NotFound, ProofError, StoreError
from reuse_gateway.domain.evidence_pack import (
    CHECKPOINT,
    CONSISTENCY,
    MANIFEST,
    SEAL,
    STAMP,
    STAMPED,
    STAMPED_CONSISTENCY,
    VERIFIERS,
    WITNESSED,
    Head,
    ProvedCase,
    ProvedRow,
    binding_faults,
    case_faults,
    case_files,
    manifest,
    sealed_text,
)
from reuse_gateway.domain.legal_basis import LawBook
from reuse_gateway.domain.merkle import leaf_hash, verify_inclusion
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.vietnam import vietnamese_day

_CASES = "cases/"


@dataclass(frozen=True, slots=True)
class PackProof:
    """`beside` are files that every pack holds as they are (words for the reader, keys of receipts), by name."""

    rows: ProofRows
    ledger: ProofLedger
    seal: Seal
    law: LawBook
    beside: Mapping[str, bytes]
    open_sink: OpenSink
    heads: KeptHeads
    stamps: KeptStamps

    async def head(self, size: int | None = None) -> Head:
        """The newest signed head, or the one of this size; NotFound where none was signed. Raises StoreError."""
        note = await self.ledger.checkpoint() if size is None else await self.ledger.checkpoint_at(size)
        if note is None:
            raise NotFound()
        told, root = self.seal.open(note)
        return Head(self.seal.origin, told, root, note)

    async def __call__(self, file: BinaryIO, violation_ids: Iterable[str], head: Head) -> int:
        """Write a pack of these violations, with memory for their names and digests alone; how many they are.

        What is named twice is packed once. An empty pack is a pack: it says that nothing was selected. Raises NotFound where
        that tree holds no such violation; StoreError, also for rows that are gone or are not what was signed. What was written
        by then is no pack.
        """
        wanted = sorted(set(violation_ids))
        if wanted and (lost := await self.rows.lost(head.size)) is not None:
            raise StoreError(f"leaf {lost} has no row: a pack would leave something out; verify the ledger")
        with self.open_sink(file) as sink:
            digests = await self._put_all(sink, wanted, head)
            listed = manifest(head, wanted, digests)
            sink.add(MANIFEST, listed)
            sink.add(SEAL, self.seal.seal(sealed_text(head.origin, listed)))
        return len(wanted)

    async def _put_all(self, sink: PackSink, wanted: Sequence[str], head: Head) -> Mapping[str, str]:
        """Everything but manifest and seal, in the order of the names; the digests."""
        digests: dict[str, str] = {}
        beside = {**self.beside, CHECKPOINT: head.note}
        beside[VERIFIERS] = "".join(f"{key}\n" for key in self.seal.verifiers).encode()
        beside |= await self._vouched(head) | await self._stamped(head)
        _put(sink, {name: content for name, content in beside.items() if name < _CASES}, digests)
        for violation_id in wanted:
            _put(sink, case_files(await self._case(violation_id, head), head.size), digests)
        _put(sink, {name: content for name, content in beside.items() if name > _CASES}, digests)
        return digests

    async def _vouched(self, head: Head) -> Mapping[str, bytes]:
        """The largest head below this one that a witness had vouched for by then, and that this one continues it."""
        found = await self.heads.witnessed(head.size)
        if found is None or found[0] < 1:
            return {}
        size, note = found
        return {WITNESSED: note, CONSISTENCY: await self._continued(size, head)}

    async def _stamped(self, head: Head) -> Mapping[str, bytes]:
        """The same of the largest head that was time-stamped by then."""
        found = await self.stamps.newest(head.size)
        note = await self.ledger.checkpoint_at(found[0]) if found else None
        if found is None or note is None or found[0] < 1:
            return {}
        return {STAMPED: note, STAMP: found[1], STAMPED_CONSISTENCY: await self._continued(found[0], head)}

    async def _continued(self, size: int, head: Head) -> bytes:
        path = await self.ledger.consistency(size, head.size)
        return canonical({"from": size, "to": head.size, "hashes": [node.hex() for node in path]})

    async def _case(self, violation_id: str, head: Head) -> ProvedCase:
        kept = await self.rows.case(violation_id, head.size)
        if kept is None:
            raise NotFound()
        paths = await self.ledger.inclusions([row.index for row in kept.rows], head.size)
        proved = [ProvedRow(row, tuple(paths[row.index])) for row in kept.rows]
        _refuse_unproved(proved, head)
        _refuse_altered(kept)
        return ProvedCase(kept.violation, tuple(proved), self._law(kept))

    def _law(self, kept: CaseRows) -> Mapping[str, Any]:
        """The instruments that the violation cites: days of force, article, and whether a person has verified them."""
        bases = [self.law.bases.get(code) for code in kept.violation["legal_basis"]]
        cited = [
            {
                "code": basis.code,
                "vi": basis.citation.vi,
                "en": basis.citation.en,
                "article": basis.article,
                "in_force_from": basis.in_force_from.isoformat(),
                "in_force_to": basis.in_force_to and basis.in_force_to.isoformat(),
                "verified": basis.verified,
            }
            for basis in bases
            if basis is not None
        ]
        day = vietnamese_day(datetime.fromisoformat(kept.violation["made_at"]))
        return {"v": 1, "day": day.isoformat(), "cited": list(kept.violation["legal_basis"]), "bases": cited}


def _refuse_altered(kept: CaseRows) -> None:
    """What is not as it was signed is never certified again under a seal; raises StoreError."""
    faults = [code for row in kept.rows for code in binding_faults(row)] or case_faults(kept.violation, kept.rows)
    if faults:
        raise StoreError(f"a row of this case is not what was signed ({faults[0]}): verify the ledger")


def _refuse_unproved(rows: Iterable[ProvedRow], head: Head) -> None:
    """Row and leaf that agree with each other may both be new: only the signed root says what was signed."""
    try:
        for each in rows:
            verify_inclusion(leaf_hash(each.row.entry), each.row.index, head.size, each.path, head.root)
    except ProofError:
        raise StoreError("a leaf does not lead to the signed head: verify the ledger") from None


def _put(sink: PackSink, files: Mapping[str, bytes], digests: dict[str, str]) -> None:
    for name, content in sorted(files.items()):
        sink.add(name, content)
        digests[name] = sha256(content).hexdigest()
