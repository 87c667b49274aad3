"""Signed notes as C2SP defines them: unknown signers are ignored, a known one that does not hold is refused."""

from __future__ import annotations

from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reuse_gateway.domain.errors import ProofError, UnsafeSettings
from reuse_gateway.signing.checkpoints import CheckpointNotes, NoteKey, open_note, parse_checkpoint, parse_vkey, verifier_key
from reuse_gateway.signing.keys import KeyRing, SigningKey

ORIGIN, ROOT = "gateway.example/ledger", bytes(range(32))


def notes_of(origin: str = ORIGIN) -> CheckpointNotes:
    return CheckpointNotes(origin, [SigningKey("k", Ed25519PrivateKey.generate())])


def test_a_note_reads_as_c2sp_wants_it():
    notes = notes_of()
    text, blank, signature = notes.sign(12, ROOT).decode().partition("\n\n")
    assert (text, blank) == (f"{ORIGIN}\n12\n{b64encode(ROOT).decode()}", "\n\n")
    assert signature.startswith(f"— {ORIGIN} ")
    assert signature.endswith("\n")
    assert b64decode(signature.split(" ")[2])[:4] == notes.keys[0].key_id
    assert notes.open(notes.sign(12, ROOT)) == (12, ROOT)


def test_the_published_example_of_a_vkey_is_understood():
    """From golang.org/x/mod/sumdb/note, whose format signed-note took over."""
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    note = (
        b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        b"\xe2\x80\x94 PeterNeumann "
        b"x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    key = parse_vkey(vkey)
    assert (key.name, key.key_id.hex(), key.vkey) == ("PeterNeumann", "c74f20a3", vkey)
    with pytest.raises(ProofError) as refused:
        open_note(note, [key])
    assert refused.value.code == "note_malformed"  # the signature holds; the text is no checkpoint
    with pytest.raises(ProofError) as refused:
        open_note(note.replace(b"think", b"thunk"), [key])
    assert refused.value.code == "note_forged"


def test_a_vkey_comes_back_and_a_changed_one_is_refused():
    key = notes_of().keys[0]
    assert parse_vkey(verifier_key(ORIGIN, key.public)).vkey == key.vkey
    for wrong in ("", "a+b", key.vkey[:-4], "other" + key.vkey, key.vkey.replace("+", "-", 1)):
        with pytest.raises(ProofError):
            parse_vkey(wrong)


def test_a_witness_beside_us_is_welcome_and_alone_is_not_enough():
    ours, witness = notes_of(), notes_of("witness.example")
    text = ours.sign(5, ROOT)
    line = witness.sign(5, ROOT).partition(b"\n\n")[2]
    assert ours.open(text + line) == (5, ROOT)
    with pytest.raises(ProofError) as refused:
        ours.open(text.partition(b"\n\n")[0] + b"\n\n" + line)
    assert refused.value.code == "note_unsigned"


def test_one_of_two_known_signatures_that_does_not_hold_refuses_the_note(tmp_path: Path):
    ring = KeyRing(tmp_path / "keys", create=True)
    ring.rotate("checkpoint")
    keys = KeyRing(tmp_path / "keys").all("checkpoint")
    both = CheckpointNotes(ORIGIN, keys)
    good, bad = both.sign(5, ROOT), CheckpointNotes(ORIGIN, keys[1:]).sign(6, ROOT).partition(b"\n\n")[2]
    assert both.open(good) == (5, ROOT)
    with pytest.raises(ProofError) as refused:
        both.open(good + bad)
    assert refused.value.code == "note_forged"


@pytest.mark.parametrize("change", [(b"\n5\n", b"\n6\n"), (ORIGIN.encode() + b"\n5", b"other\n5"), (b"AAEC", b"BAEC")])
def test_a_changed_text_is_refused(change: tuple[bytes, bytes]):
    notes = notes_of()
    note = notes.sign(5, ROOT)
    changed = note.replace(*change, 1)
    assert changed != note
    with pytest.raises(ProofError):
        notes.open(changed)


def test_a_note_of_another_origin_under_the_same_name_is_refused():
    notes = notes_of()
    key = SigningKey("k", Ed25519PrivateKey.generate())
    named = NoteKey(ORIGIN, key.public)
    text = f"other.example\n5\n{b64encode(ROOT).decode()}\n".encode()
    line = f"\n— {ORIGIN} {b64encode(named.key_id + key.private.sign(text)).decode()}\n".encode()
    notes.keys = (named,)
    with pytest.raises(ProofError, match="another ledger"):
        notes.open(text + line)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"o\n5\n",
        b"o\n05\nx\n",
        b"o\n-1\nx\n",
        b"o\n5\nAAAA\n",
        b"\n5\n" + b64encode(ROOT) + b"\n",
        b"o\n5\n" + b64encode(ROOT) + b"\nmore\n",
        b"\xff",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: bytes):
    with pytest.raises(ProofError):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "note", [b"", b"\n\n", b"a\n\nb\n", b"a\n\n\xe2\x80\x94 x\n", b"a\n\n\xe2\x80\x94 x AAAA\n", b"a\n\n\xe2\x80\x94 x A===\n"]
)
def test_what_is_no_note_is_refused(note: bytes):
    with pytest.raises(ProofError):
        notes_of().open(note)


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb"])
def test_an_origin_that_breaks_the_format_is_refused(origin: str):
    with pytest.raises(UnsafeSettings):
        notes_of(origin)
