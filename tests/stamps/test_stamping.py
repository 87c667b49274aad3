"""The day's head is stamped once, tried again while the authority is away, kept in the ledger and proved in packs."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from reuse_gateway.application.kept_heads import KeptHeads
from reuse_gateway.application.kept_stamps import NOT_STAMPED, STAMPED, KeptStamps
from reuse_gateway.application.stamp_heads import StampHeads
from reuse_gateway.application.witness_heads import WitnessHeads
from reuse_gateway.bootstrap_proof import verified_pack
from reuse_gateway.domain.errors import ProofError, StoreError
from reuse_gateway.domain.event import BEFORE_ALL, Event
from reuse_gateway.domain.pack_verifying import PackReport
from reuse_gateway.domain.time_stamp import TimeStamp, stamped_text
from reuse_gateway.signing.cosignatures import WitnessKeys
from reuse_gateway.signing.timestamps import TrustedStamps
from reuse_gateway.storage.verify_stamps import verify_stamps
from tests.proof.builders import codes, packed, read, zipped
from tests.proof.forging import leaves, rebuilt
from tests.storage.builders import Store, a_check, as_owner

from .authority import Authority, certified


class Direct:
    """The authority without the wire, or what it fails by."""

    def __init__(self, authority: Authority, failure: str = "") -> None:
        self.trust, self.authority, self.failure = trusted(authority), authority, failure
        self.ahead = timedelta()

    async def stamp(self, text: bytes) -> TimeStamp:
        if self.failure:
            raise ProofError(code=self.failure)
        request, nonce = self.trust.request(text)
        reply = self.authority.replied(request)
        return TimeStamp(self.trust.verified(reply, text, nonce) + self.ahead, reply)


def trusted(authority: Authority) -> TrustedStamps:
    return TrustedStamps(authority.certificates.read_bytes())


async def told_today(store: Store) -> None:
    """The store's clock is the authority's from now on; the day's head is told."""
    heads = WitnessHeads(heads_of(store), store.ledger, store.notes, WitnessKeys(()), store.recorder, store.clock)
    assert await heads.publish()


def heads_of(store: Store) -> KeptHeads:
    return KeptHeads(store.ledger, store.events)


def stamping(store: Store, direct: Direct) -> StampHeads:
    store.clock.at = max(store.clock.at, datetime.now(UTC))
    return StampHeads(heads_of(store), KeptStamps(store.events), direct, store.recorder, store.clock)


async def kinds(store: Store) -> list[str]:
    found = [each.event.kind for each in await store.events.events(BEFORE_ALL, 100)]
    return [kind for kind in found if kind.startswith("checkpoint.timestamp")]


async def test_the_days_head_is_stamped_once_and_the_ledger_still_verifies(kept: Store, authority: Authority) -> None:
    await told_today(kept)
    stamp = stamping(kept, Direct(authority))
    assert await stamp()
    assert not await stamp()
    assert not await stamping(kept, Direct(authority))(), "nor by another process"
    reply = await KeptStamps(kept.events).of(6)
    note = await kept.ledger.checkpoint_at(6)
    assert reply is not None
    assert note is not None
    assert trusted(authority).verified(reply, stamped_text(note))
    assert await kinds(kept) == [STAMPED]
    assert (await kept.verified()).good
    assert (await verify_stamps(kept.reads, trusted(authority))).count == 0


async def test_before_any_head_was_told_nobody_is_asked(kept: Store, authority: Authority) -> None:
    assert not await stamping(kept, Direct(authority, "tsa_unreachable"))()
    assert await kinds(kept) == []


async def test_what_fails_is_told_once_per_reason_and_tried_again(kept: Store, authority: Authority) -> None:
    await told_today(kept)
    direct = Direct(authority, "tsa_unreachable")
    for _ in range(3):
        assert not await stamping(kept, direct)()
    direct.failure = "tsa_other_nonce"
    assert not await stamping(kept, direct)()
    assert await kinds(kept) == [NOT_STAMPED, NOT_STAMPED]
    direct.failure = ""
    assert await stamping(kept, direct)()
    assert await kinds(kept) == [NOT_STAMPED, NOT_STAMPED, STAMPED]
    assert (await kept.verified()).good


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_an_authority_whose_time_is_far_away_is_not_believed(kept: Store, authority: Authority, minutes: int) -> None:
    await told_today(kept)
    direct = Direct(authority)
    direct.ahead = timedelta(minutes=minutes)
    assert not await stamping(kept, direct)()
    (told,) = await kept.events.events(BEFORE_ALL, 10, NOT_STAMPED)
    assert told.event.body["code"] == "tsa_time_astray"


async def test_after_days_without_an_authority_the_newest_head_is_stamped(kept: Store, authority: Authority) -> None:
    direct = Direct(authority)
    stamp = stamping(kept, direct)
    await told_today(kept)
    kept.clock.turn(24 * 3600)
    await kept.recorder.record_check(a_check(40, decided_at=kept.clock.at), None)
    await told_today(kept)
    direct.ahead = timedelta(days=1)
    assert await stamp()
    assert (await KeptStamps(kept.events).newest())[0] == 8, "of which the head of the day before is a beginning"


def said(store: Store, size: int, reply: bytes, at: str = "2026-11-23T00:00:00.000Z") -> Event:
    body: dict[str, str | int] = {"size": size, "stamped_at": at, "reply": b64encode(reply).decode()}
    return Event(STAMPED, store.clock.at, body)


async def test_a_stamp_that_does_not_stand_for_its_head_is_found(kept: Store, authority: Authority, tmp_path: Path) -> None:
    trust = trusted(authority)
    assert [each.what for each in (await verify_stamps(kept.reads, trust)).kept] == ["timestamp_missing"]
    note = await kept.ledger.checkpoint_at(6)
    good = authority.replied(trust.request(stamped_text(note))[0])
    strange = certified(tmp_path / "strange").replied(trust.request(stamped_text(note))[0])
    for event in (said(kept, 99, good), said(kept, 5, good), said(kept, 6, strange), said(kept, 6, b"x"), said(kept, 6, good)):
        await kept.recorder.record_event(event)
    await kept.recorder.record_event(Event(STAMPED, kept.clock.at, {"size": 6}))
    found = [each.what for each in (await verify_stamps(kept.reads, trust)).kept]
    assert found == [
        "timestamp_of_another", "timestamp_of_another", "timestamp_invalid", "timestamp_invalid", "timestamp_of_another",
        "timestamp_unreadable",
    ]  # fmt: skip


async def test_a_stamp_older_than_the_head_it_stands_for_is_found(kept: Store, authority: Authority) -> None:
    await told_today(kept)
    assert await stamping(kept, Direct(authority))()
    late = "2099-01-01T00:00:00.000000Z"
    await as_owner(kept.url, f"UPDATE ledger_checkpoints SET signed_at = '{late}' WHERE size = 6")
    assert [each.what for each in (await verify_stamps(kept.reads, trusted(authority))).kept] == ["timestamp_early"]


async def test_a_history_rewritten_with_the_key_is_found_by_its_old_stamp(kept: Store, authority: Authority) -> None:
    """The attacker has the ledger's key; the authority's he has not, and it would say today."""
    from tests.proof.test_tampering import changed

    await told_today(kept)
    assert await stamping(kept, Direct(authority))()
    forged = await changed(kept)
    told = [*forged.leaves]
    assert len(told) == len(await leaves(kept))
    await rebuilt(kept, told, kept.notes.sign, *forged.statements)
    assert (await kept.verified()).good
    assert [each.what for each in (await verify_stamps(kept.reads, trusted(authority))).kept] == ["timestamp_of_another"]


def verified(pack: bytes, folder: Path, store: Store, authority: Authority | None) -> PackReport:
    (folder / "pack.zip").write_bytes(pack)
    pem = authority.certificates if authority else None
    return verified_pack(folder / "pack.zip", store.notes.verifiers, authority=pem)[0]


Bend = Callable[[dict[str, bytes]], object]
BENDS: list[tuple[Bend, str]] = [
    (lambda files: files.pop("ledger/stamped"), "timestamp_missing"),
    (lambda files: files.update({"ledger/stamped.tsr": b"x"}), "tsa_bad_answer"),
    (lambda files: files.update({"ledger/stamped": files["ledger/checkpoint"]}), "not_a_beginning"),
    (lambda files: files.update({"ledger/stamped-consistency.json": b"{}"}), "not_a_beginning"),
]


async def test_a_pack_brings_the_stamp_and_that_its_head_continues_the_stamped_one(
    kept: Store, authority: Authority, tmp_path: Path
) -> None:
    before = await packed(kept, size=6)
    await told_today(kept)
    assert await stamping(kept, Direct(authority))()
    assert await packed(kept, size=6) == before, "what came later is not in it"
    pack = await packed(kept)
    assert pack == await packed(kept)
    good = verified(pack, tmp_path, kept, authority)
    assert good.good, good.findings
    assert good.stamped_at.startswith(kept.clock.at.date().isoformat())
    assert verified(pack, tmp_path, kept, None).good
    assert verified(pack, tmp_path, kept, None).stamped_at == ""
    assert codes(verified(before, tmp_path, kept, authority)) == {"timestamp_missing"}
    strange = verified(pack, tmp_path, kept, certified(tmp_path / "strange"))
    assert codes(strange) == {"tsa_bad_signature"}
    for bend, code in BENDS:
        files = read(pack)
        bend(files)
        assert code in codes(verified(zipped(files), tmp_path, kept, authority))
    assert sha256(read(pack)["ledger/stamped"]).digest() != sha256(read(pack)["ledger/checkpoint"]).digest()


async def test_the_store_that_is_away_is_told_to_the_round(kept: Store, authority: Authority) -> None:
    class Away:
        async def events(self, *_: object) -> list[object]:
            raise StoreError("gone")

    stamp = StampHeads(KeptHeads(kept.ledger, Away()), KeptStamps(Away()), Direct(authority), kept.recorder, kept.clock)
    with pytest.raises(StoreError):
        await stamp()
