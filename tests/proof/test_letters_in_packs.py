"""A pack holds the letters of its case to the byte, none of somebody else's, and a letter that was bent in it is named."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.case_letter import LetterKind
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.storage.case_letters import LetterLedger
from tests.cases.test_store import LETTER, walked
from tests.storage.builders import Store, a_check, a_demand, as_owner

from .builders import codes, packed, read, verified, zipped

NOTICE = replace(LETTER, kind=LetterKind.NOTICE, issuer="H41", addressee="", file=b"PK the notice")


def of(number: int) -> str:
    return a_demand(number).violations[0].id


@pytest.fixture
async def lettered(store: Store) -> Store:
    """Leaves 0 to 2 checks, 3 to 5 demands of two dossiers, 6 a step, 7 the notice, 8 and 9 an apology for each dossier."""
    for number in (0, 1, 2):
        await store.recorder.record_check(a_check(number), None)
    for number, dossier in ((1, "D1"), (2, "D2"), (3, "D1")):
        told = a_demand(number, check_id=a_check(2).id, dossier=dossier)
        found = tuple(replace(each, check_id=a_check(2).id, proof_check_id=None) for each in told.violations)
        await store.recorder.record_demand(replace(told, violations=found))
    await walked(store, CaseState.NOTIFIED)
    await LetterLedger(store.writer).record_letter(NOTICE)
    for number in (1, 2):
        letter = replace(LETTER, number=number, addressee=of(number), file=b"PK apology %d" % number)
        await LetterLedger(store.writer).record_letter(letter)
    return store


async def test_a_pack_holds_the_notice_and_its_own_applicants_apology_alone(lettered: Store, tmp_path: Path) -> None:
    for violation, apology in ((of(3), 1), (of(1), 1), (of(2), 2)):
        pack = await packed(lettered, violation)
        files = {name: content for name, content in read(pack).items() if name.endswith(".docx")}
        assert sorted(files.values()) == sorted([b"PK the notice", b"PK apology %d" % apology])
        rows = json.loads(read(pack)[f"cases/{violation}/case.json"])["rows"]
        assert [row["file"] for row in rows if row["kind"] == "case_letter"] == [name.rsplit("/", 1)[1] for name in files]
        assert verified(pack, tmp_path, lettered).good


async def test_two_packs_with_letters_are_the_same_bytes(lettered: Store) -> None:
    first, size = await packed(lettered, of(1)), (await lettered.ledger.checkpoint()).splitlines()[1]
    await LetterLedger(lettered.writer).record_letter(replace(NOTICE, number=2, round=2))
    assert await packed(lettered, of(1), size=int(size)) == first


async def test_no_pack_of_a_head_before_the_letter_holds_it(lettered: Store) -> None:
    assert [name for name in read(await packed(lettered, of(1), size=7)) if name.endswith(".docx")] == []


APOLOGY = f"cases/{of(1)}/000000000008-case_letter"
DIGEST = sha256(b"PK apology 1").hexdigest().encode()
BENDS = {
    "the file": (f"{APOLOGY}.docx", b"apology", b"excuses", "file_not_in_leaf"),
    "its digest in the body": (f"{APOLOGY}.body.json", b"file_sha256", b"file_sha257", "body_not_in_leaf"),
    "the digest that the body tells": (f"{APOLOGY}.body.json", DIGEST, b"0" * 64, "file_not_in_leaf"),
    "its number in the body": (f"{APOLOGY}.body.json", b'"number":1', b'"number":7', "body_not_in_leaf"),
    "whose it is in the body": (f"{APOLOGY}.body.json", b'"case_id":"case_', b'"case_id":"other', "body_of_another"),
    "its digest in the leaf": (f"{APOLOGY}.leaf", b'"body_sha256":"', b'"body_sha256":"0', "not_in_tree"),
    "an id in the leaf": (f"{APOLOGY}.leaf", b'"kind":', b'"id":"case_x","kind":', "not_in_tree"),
    "that it has a file": (f"cases/{of(1)}/case.json", b'"000000000008-case_letter.docx"', b"null", "file_not_in_leaf"),
}


@pytest.mark.parametrize("what", BENDS)
async def test_a_letter_that_was_bent_in_a_pack_is_named(lettered: Store, tmp_path: Path, what: str) -> None:
    name, old, new, code = BENDS[what]
    files = read(await packed(lettered, of(1)))
    assert old in files[name]
    files[name] = files[name].replace(old, new)
    assert code in codes(verified(zipped(files), tmp_path, lettered))


async def test_a_letter_taken_out_of_a_pack_is_found(lettered: Store, tmp_path: Path) -> None:
    files = read(await packed(lettered, of(1)))
    del files[f"{APOLOGY}.docx"]
    assert "file_missing" in codes(verified(zipped(files), tmp_path, lettered))


async def test_another_file_at_rest_is_never_sealed_as_the_letter(lettered: Store) -> None:
    literal = "'\\x504b'" if lettered.url.startswith("postgres") else "x'504b'"
    await as_owner(lettered.url, f"UPDATE case_letters SET file = {literal} WHERE leaf_index = 8")
    with pytest.raises(StoreError):
        await packed(lettered, of(1))
