"""Violations at rest, packs of them, and hands that change a pack as somebody would who holds the file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from reuse_gateway.application.kept_heads import KeptHeads
from reuse_gateway.application.kept_stamps import KeptStamps
from reuse_gateway.application.pack_proof import PackProof
from reuse_gateway.bootstrap_proof import verified_pack
from reuse_gateway.catalogue.loader import load
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.pack_verifying import PackReport
from reuse_gateway.exports.pack_words import readmes
from reuse_gateway.exports.pack_zip import PackZip
from reuse_gateway.storage.proof_rows import StoredProofRows
from tests.storage.builders import AT, Store, a_check, a_demand

EARLIER, JUDGED = a_check(1), a_check(2)
DEMAND = a_demand(1, check_id=JUDGED.id)
DEMAND = replace(
    DEMAND,
    violations=tuple(replace(each, check_id=JUDGED.id, proof_check_id=EARLIER.id) for each in DEMAND.violations),
)
VIOLATION = DEMAND.violations[0].id
OTHER = a_demand(7, check_id=JUDGED.id)
OTHER = replace(OTHER, violations=tuple(replace(each, check_id=JUDGED.id, proof_check_id=None) for each in OTHER.violations))


async def filled(store: Store) -> None:
    """Leaf 0 another check, 1 and 2 the checks, 3 the demand with an event, 4 another demand, 5 another check."""
    await store.recorder.record_check(a_check(0), None)
    await store.recorder.record_check(EARLIER, None)
    await store.recorder.record_check(JUDGED, None)
    await store.recorder.record_demand(DEMAND, (Event("violation.detected", AT, {"violation_id": VIOLATION}),))
    await store.recorder.record_demand(OTHER)
    await store.recorder.record_check(a_check(3), None)


def packing(store: Store) -> PackProof:
    return PackProof(
        StoredProofRows(store.reads),
        store.ledger,
        store.notes,
        load().law,
        readmes(),
        PackZip,
        KeptHeads(store.ledger, store.events),
        KeptStamps(store.events),
    )


async def packed(store: Store, *violations: str, size: int | None = None) -> bytes:
    make, file = packing(store), BytesIO()
    await make(file, violations or (VIOLATION,), await make.head(size))
    return file.getvalue()


def read(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(pack)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    file = BytesIO()
    with PackZip(file) as sink:
        for name, content in files.items():
            sink.add(name, content)
    return file.getvalue()


def verified(pack: bytes, folder: Path, store: Store, *kept: bytes, key: str | None = None) -> PackReport:
    """As an auditor does who has the file and the key alone."""
    path = folder / "pack.zip"
    path.write_bytes(pack)
    return verified_pack(path, [key or store.notes.verifiers[0]], kept)[0]


def codes(report: PackReport) -> set[str]:
    return {finding.what for finding in report.findings}


Bend = Callable[[dict[str, bytes]], None]
