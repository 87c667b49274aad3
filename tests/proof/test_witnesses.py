"""Witnesses vouch for heads, the day has one head, and both find a history that was rewritten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from reuse_gateway.application.kept_heads import KeptHeads
from reuse_gateway.application.witness_heads import WitnessHeads
from reuse_gateway.bootstrap_proof import verified_pack
from reuse_gateway.domain.errors import Conflict, NotFound, ProofError
from reuse_gateway.domain.event import BEFORE_ALL
from reuse_gateway.signing.checkpoints import COSIGNATURE, parse_vkey
from reuse_gateway.signing.cosignatures import WitnessKeys
from reuse_gateway.signing.keys import KeyRing
from tests.storage.builders import AT, Store, a_check, opened

from .builders import Bend, codes, packed, read, zipped
from .forging import rebuilt
from .running_house import house, settings_for
from .test_tampering import ATTACKS, changed
from .witness import Witness


def heads_of(store: Store, *witnesses: Witness) -> WitnessHeads:
    keys, kept = WitnessKeys([each.vkey for each in witnesses]), KeptHeads(store.ledger, store.events)
    return WitnessHeads(kept, store.ledger, store.notes, keys, store.recorder, store.clock)


async def test_a_cosignature_is_kept_once_and_shown_under_the_note(kept: Store) -> None:
    one, other = Witness(), Witness("other.example/w")
    heads, note = heads_of(kept, one, other), await kept.ledger.checkpoint()
    assert await heads.add(one.cosigned(note, AT)) == (6, 1)
    assert await heads.add(one.cosigned(note, AT + timedelta(seconds=1))) == (6, 0)
    assert await heads.add(other.cosigned(one.cosigned(note, AT), AT)) == (6, 1)
    shown = await heads.kept.note(6)
    assert shown == note + other.line(note, AT) + one.line(note, AT)
    assert await heads.kept.witnessed() == (6, shown)
    assert await KeptHeads(kept.ledger, kept.events).witnessed() == (6, shown), "another process reads the same"
    assert (await kept.verified(shown)).good


def with_flipped_bit(note: bytes) -> bytes:
    at = note.rindex(b"A", 0, -4) if b"A" in note[-80:-4] else len(note) - 12
    return note[:at] + (b"B" if note[at : at + 1] != b"B" else b"C") + note[at + 1 :]


async def test_what_does_not_vouch_is_refused(kept: Store) -> None:
    known, stranger, note = Witness(), Witness("stranger.example/w"), await kept.ledger.checkpoint()
    heads = heads_of(kept, known)
    forged = note + known.line(kept.notes.sign(5, b"r" * 32), AT)
    cases = {
        "witness_unknown": stranger.cosigned(note, AT),
        "note_forged": forged,
        "cosignature_ahead": known.cosigned(note, AT + timedelta(minutes=6)),
        "note_malformed": note + b"no signature line\n",
        "note_unsigned": known.cosigned(note.split(b"\n\n")[0] + b"\n\n", AT),
    }
    for code, told in cases.items():
        with pytest.raises(ProofError) as refused:
            await heads.add(told)
        assert refused.value.code == code
    for told in (b"", b"\n\n", b"\xff\xfe", note[:-1], with_flipped_bit(known.cosigned(note, AT))):
        with pytest.raises(ProofError):
            await heads.add(told)
    assert await heads.kept.witnessed() is None


async def test_a_head_that_was_never_signed_is_unknown(kept: Store) -> None:
    witness = Witness()
    with pytest.raises(NotFound):
        await heads_of(kept, witness).add(witness.cosigned(kept.notes.sign(99, b"r" * 32), AT))


async def test_a_head_under_our_key_that_is_not_our_history_is_told_as_a_fork(kept: Store) -> None:
    witness = Witness()
    forked = witness.cosigned(kept.notes.sign(6, b"r" * 32), AT)
    with pytest.raises(Conflict) as refused:
        await heads_of(kept, witness).add(forked)
    assert refused.value.code == "ledger_forked"
    (told,) = await kept.events.events(BEFORE_ALL, 10, "checkpoint.forked")
    assert told.event.body["other_root"] == (b"r" * 32).hex()


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_history_rewritten_with_the_key_is_found_by_what_a_witness_cosigned(kept: Store, ring: KeyRing, attack) -> None:
    witness, note = Witness(), await kept.ledger.checkpoint()
    cosigned = witness.cosigned(note, AT)
    forged = await attack(kept)
    await rebuilt(kept, forged.leaves, kept.notes.sign, *forged.statements)
    assert (await kept.verified()).good
    assert await kept.found(cosigned)
    if attack is changed:
        async with opened(kept.url, ring, kept.clock) as after:
            with pytest.raises(Conflict):
                await heads_of(after, witness).add(cosigned)


async def test_a_witness_key_is_read_strictly() -> None:
    with pytest.raises(ProofError):
        parse_vkey(Witness().vkey)
    good = Witness().vkey
    assert parse_vkey(good, COSIGNATURE).key_id.hex() in good
    name, key_id, _ = good.split("+", 2)
    for bad in ("", "x", good.replace(key_id, "00000000"), f"{name}+{key_id}+AAAA", f"+{key_id}+AAAA"):
        with pytest.raises(ProofError):
            parse_vkey(bad, COSIGNATURE)


async def test_the_day_is_told_once_and_the_next_day_again(kept: Store) -> None:
    heads = heads_of(kept)
    assert await heads.publish()
    assert not await heads.publish()
    assert not await heads_of(kept).publish(), "nor by another process"
    kept.clock.turn(24 * 3600)
    await kept.recorder.record_check(a_check(30, decided_at=kept.clock.at), None)
    assert await heads.publish()
    first, second = await heads.kept.dailies(BEFORE_ALL, 10)
    assert (first.day, first.size, second.day, second.size) == ("2026-11-23", 6, "2026-11-24", 8)
    assert first.note == await kept.ledger.checkpoint_at(6)
    assert await heads.kept.dailies(first.place, 10) == [second]
    assert await heads.kept.dailies(BEFORE_ALL, 1) == [first]
    assert (await kept.verified(first.note, second.note)).good


async def test_a_pack_brings_the_head_that_was_vouched_for_and_that_it_continues_it(kept: Store, tmp_path: Path) -> None:
    witness = Witness()
    before = await packed(kept)
    await heads_of(kept, witness).add(witness.cosigned(await kept.ledger.checkpoint(), AT))
    assert await packed(kept, size=6) == before, "what came later is not in it"
    pack = await packed(kept)
    assert vouched(pack, tmp_path, kept, witness) == set()
    assert vouched(before, tmp_path, kept, witness) == {"witness_missing"}
    assert vouched(pack, tmp_path, kept, Witness()) == {"witness_unknown"}
    note = read(pack)["ledger/witnessed"]
    assert vouched(bent(pack, lambda files: files.pop("ledger/witnessed")), tmp_path, kept, witness) >= {"witness_missing"}
    forged = witness.cosigned(kept.notes.sign(6, b"r" * 32), AT)
    assert vouched(bent(pack, lambda files: files.update({"ledger/witnessed": forged})), tmp_path, kept, witness) >= {
        "not_a_beginning"
    }
    assert note.count(b"\n\xe2\x80\x94 ") == 2


def vouched(pack: bytes, folder: Path, store: Store, witness: Witness) -> set[str]:
    (folder / "pack.zip").write_bytes(pack)
    return codes(verified_pack(folder / "pack.zip", store.notes.verifiers, (), [witness.vkey])[0])


def bent(pack: bytes, bend: Bend) -> bytes:
    files = read(pack)
    bend(files)
    return zipped(files)


async def test_witnesses_and_readers_need_no_token(tmp_path: Path) -> None:
    witness = Witness()
    async with house(settings_for(tmp_path / "home", witnesses=(witness.vkey,))) as here:
        await here.violation()
        assert (await here.client.get("/v1/ledger/checkpoint/witnessed")).status_code == 404
        note = (await here.client.get("/v1/ledger/checkpoint")).content
        now = here.gateway.services.clock.now()
        answer = await here.client.post("/v1/ledger/cosignatures", content=witness.cosigned(note, now))
        size = answer.json()["size"]
        assert (answer.status_code, answer.json()["added"]) == (200, 1)
        shown = await here.client.get("/v1/ledger/checkpoint/witnessed")
        assert shown.content == witness.cosigned(note, now)
        assert (await here.client.get(f"/v1/ledger/checkpoints/{size}")).content == shown.content
        await here.gateway.services.proof.heads.publish()
        (told,) = (await here.client.get("/v1/ledger/checkpoints")).json()["items"]
        assert told["size"] == size + 1
        bad = await here.client.post("/v1/ledger/cosignatures", content=Witness("x.example/y").cosigned(note, now))
        assert (bad.status_code, bad.json()["code"]) == (422, "witness_unknown")
        for path, status in (
            ("checkpoints/999", 404),
            ("checkpoints/x", 422),
            ("checkpoints?after=x", 400),
            ("checkpoints?day=1", 400),
        ):
            assert (await here.client.get(f"/v1/ledger/{path}")).status_code == status, path
        large = await here.client.post("/v1/ledger/cosignatures", content=b"x" * 20_000)
        assert large.status_code == 413
