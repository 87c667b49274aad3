"""Proof for outsiders: packs made in a deployment, and packs verified anywhere, with no deployment at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from reuse_gateway.api.proof_desk import ProofDesk
from reuse_gateway.application.in_background import repeated
from reuse_gateway.application.kept_heads import KeptHeads
from reuse_gateway.application.kept_stamps import KeptStamps
from reuse_gateway.application.pack_proof import PackProof
from reuse_gateway.application.ports import Recorder
from reuse_gateway.application.prove_leaves import ProveLeaves
from reuse_gateway.application.witness_heads import WitnessHeads
from reuse_gateway.bootstrap_stamps import stamping, trusted_stamps
from reuse_gateway.domain.errors import ProofError
from reuse_gateway.domain.evidence_pack import VERIFIERS, PackFinding
from reuse_gateway.domain.legal_basis import LawBook
from reuse_gateway.domain.pack_heads import OpenCheckpoint, Others
from reuse_gateway.domain.pack_verifying import PackReport, verify_pack
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.exports.pack_words import readmes
from reuse_gateway.exports.pack_zip import PackZip, ZippedPack
from reuse_gateway.settings import Settings
from reuse_gateway.signing.checkpoints import CheckpointNotes, NoteKey, open_note, parse_vkey, signed_text
from reuse_gateway.signing.cosignatures import WitnessKeys
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.receipts import public_keys
from reuse_gateway.storage.events import StoredEvents
from reuse_gateway.storage.ledger import StoredLedger
from reuse_gateway.storage.proof_rows import StoredProofRows
from reuse_gateway.storage.reads import Reads
from reuse_gateway.system import SystemClock
from reuse_gateway.telemetry import warned


def pack_proof(settings: Settings, law: LawBook, ring: KeyRing, reads: Reads) -> PackProof:
    """Makes packs from the store and the key ring."""
    ledger, notes = StoredLedger(reads), CheckpointNotes(settings.origin, ring.all("checkpoint"))
    beside = readmes() | {"keys/receipts.jwks.json": canonical(public_keys(ring.all("receipt")))}
    events = StoredEvents(reads)
    kept, stamps = KeptHeads(ledger, events), KeptStamps(events)
    return PackProof(StoredProofRows(reads), ledger, notes, law, beside, PackZip, kept, stamps)


def proof_desk(settings: Settings, law: LawBook, ring: KeyRing, reads: Reads, recorder: Recorder) -> ProofDesk:
    """What the routers of proof need. Raises ProofError for a witness's key that is none."""
    pack = pack_proof(settings, law, ring, reads)
    witnesses = WitnessKeys(settings.witnesses)
    heads = WitnessHeads(pack.heads, pack.ledger, pack.seal, witnesses, recorder, SystemClock())
    return ProofDesk(pack, heads, ProveLeaves(pack.ledger, pack.seal), pack.stamps)


async def published(settings: Settings, desk: ProofDesk, opened: AsyncExitStack) -> ProofDesk:
    """The same, telling the day's head and having it stamped in the background until the stack closes, unless the settings say
    that others do. Raises UnsafeSettings.
    """
    if settings.daily_checkpoint_every_s:
        every = timedelta(seconds=settings.daily_checkpoint_every_s)
        await opened.enter_async_context(
            repeated("daily-checkpoint", desk.heads.publish, every, warned("daily_checkpoint_not_told"))
        )
    await stamping(settings, desk.heads.kept, desk.stamps, desk.heads.recorder, opened)
    return desk


def verified_pack(
    path: Path,
    vkeys: Sequence[str],
    kept: Sequence[bytes] = (),
    witnesses: Sequence[str] = (),
    authority: Path | None = None,
) -> tuple[PackReport, tuple[str, ...]]:
    """A pack from its file and public keys alone, and the keys that were believed.

    Without `vkeys` the file's own are believed: that shows no more than that it agrees with itself. `authority`: a PEM file of
    the time-stamping authority that must have stamped. Raises ProofError for a key that is none, UnsafeSettings for
    certificates that are none; a file that is no pack is a finding.
    """
    try:
        files = ZippedPack(path)
    except ProofError as failure:
        return PackReport("", 0, "", 0, (PackFinding(failure.code, path.name),)), tuple(vkeys)
    try:
        believed = tuple(vkeys) or _own_keys(files)
        keys = [parse_vkey(key) for key in believed]
        stamp = trusted_stamps(authority).verified if authority else None
        others = Others(_vouch(witnesses) if witnesses else None, stamp)
        return verify_pack(files, _checkpoints(keys), lambda note: signed_text(note, keys), kept, others), believed
    finally:
        files.close()


def _own_keys(files: ZippedPack) -> tuple[str, ...]:
    try:
        return tuple(files.read(VERIFIERS).decode().split())
    except (ProofError, UnicodeDecodeError):
        return ()


def _vouch(witnesses: Sequence[str]) -> Callable[[bytes], None]:
    keys = WitnessKeys(witnesses)

    def vouch(note: bytes) -> None:
        keys.cosignatures(note, SystemClock().now())

    return vouch


def _checkpoints(keys: Sequence[NoteKey]) -> OpenCheckpoint:
    def opened(note: bytes) -> tuple[str, int, bytes]:
        told = open_note(note, keys)
        return told.origin, told.size, told.root

    return opened
