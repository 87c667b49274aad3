"""A pack proves a violation to whoever has the file and the public key; what was changed in it is named."""

from __future__ import annotations

import json
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from reuse_gateway.domain.errors import NotFound, StoreError
from reuse_gateway.domain.evidence_pack import sealed_text
from reuse_gateway.signing.checkpoints import CheckpointNotes
from reuse_gateway.signing.keys import KeyRing
from tests.storage.builders import ORIGIN, Store, a_check, as_owner

from .builders import EARLIER, JUDGED, OTHER, VIOLATION, Bend, codes, packed, packing, read, verified, zipped

FOLDER = f"cases/{VIOLATION}"


async def test_a_pack_holds_with_the_file_and_the_key_alone(kept: Store, tmp_path: Path) -> None:
    report = verified(await packed(kept), tmp_path, kept)
    assert (report.good, report.cases, report.size, report.origin) == (True, 1, 6, ORIGIN)


async def test_a_pack_holds_everything_the_violation_rests_on(kept: Store) -> None:
    files = read(await packed(kept))
    case = json.loads(files[f"{FOLDER}/case.json"])
    assert [(row["kind"], row["index"]) for row in case["rows"]] == [("check", 1), ("check", 2), ("demand", 3)]
    assert {row["id"] for row in case["rows"] if row["kind"] == "check"} == {EARLIER.id, JUDGED.id}
    law = json.loads(files[f"{FOLDER}/law.json"])
    assert [basis["code"] for basis in law["bases"]] == ["NQ-66.7-2025"] == law["cited"]
    assert law["bases"][0]["in_force_from"] <= law["day"]
    assert {"README.vi.md", "README.en.md", "ledger/checkpoint", "ledger/verifiers.txt", "manifest.sig"} <= files.keys()


async def test_two_packs_at_one_head_are_the_same_bytes_also_after_the_tree_has_grown(kept: Store) -> None:
    first = await packed(kept)
    await kept.recorder.record_check(a_check(8), None)
    assert await packed(kept, size=6) == first
    assert await packed(kept) != first
    assert list(read(first)) == sorted(read(first))
    assert {each.date_time for each in zipfile.ZipFile(BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


async def test_many_violations_are_one_pack_of_the_same_shape(kept: Store, tmp_path: Path) -> None:
    other = OTHER.violations[0].id
    both = await packed(kept, other, VIOLATION, VIOLATION)
    assert both == await packed(kept, VIOLATION, other)
    assert verified(both, tmp_path, kept).cases == 2


async def test_a_pack_of_nothing_says_that_nothing_was_selected(kept: Store, tmp_path: Path) -> None:
    make, file = packing(kept), BytesIO()
    assert await make(file, (), await make.head()) == 0
    report = verified(file.getvalue(), tmp_path, kept)
    assert (report.good, report.cases) == (True, 0)


async def test_no_pack_of_what_is_not_in_the_tree(kept: Store) -> None:
    for violation, size in (("vio_" + "0" * 32, None), (VIOLATION, 3), (VIOLATION, 99)):
        with pytest.raises(NotFound):
            await packed(kept, violation, size=size)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE demands SET body = replace(body, 'V01', 'V10')",
        "UPDATE checks SET body = replace(body, 'held_valid', 'not_held')",
        "UPDATE ledger_leaves SET entry = hash WHERE leaf_index = 3",
        "UPDATE events SET body = replace(body, 'detected', 'withdrawn')",
        "DELETE FROM events",
        "DELETE FROM checks WHERE leaf_index = 1",
        "DELETE FROM demands WHERE leaf_index = 3",
        "DELETE FROM ledger_leaves WHERE leaf_index = 2",
    ],
)
async def test_what_is_not_as_it_was_signed_is_never_sealed_again(kept: Store, statement: str) -> None:
    await as_owner(kept.url, statement)
    with pytest.raises(StoreError):
        await packed(kept)


def change(name: str, old: bytes, new: bytes) -> Bend:
    def bend(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return bend


BODY = f"{FOLDER}/000000000003-demand.body.json"
BENDS: dict[str, tuple[Bend, str]] = {
    "a word of the demand": (change(BODY, b'"high"', b'"low"'), "body_not_in_leaf"),
    "the leaf with it": (change(f"{FOLDER}/000000000003-demand.leaf", b"H41.12", b"H41.13"), "not_in_tree"),
    "an event": (change(f"{FOLDER}/000000000003-demand.events.json", b"detected", b"dropped"), "events_not_in_leaf"),
    "the violation in the list": (change(f"{FOLDER}/case.json", b'"V01"', b'"V10"'), "violation_not_in_demand"),
    "a row named as another": (change(f"{FOLDER}/case.json", JUDGED.id.encode(), a_check(5).id.encode()), "leaf_of_another"),
    "the law": (change(f"{FOLDER}/law.json", b"NQ-66.7", b"NQ-66.8"), "file_changed"),
    "words for the reader": (change("README.vi.md", b"TIN".lower(), b"tan"), "file_changed"),
    "a proof": (change(f"{FOLDER}/000000000001-check.proof.json", b'"size":6', b'"size":5'), "not_in_tree"),
    "the size in the note": (change("ledger/checkpoint", b"\n6\n", b"\n5\n"), "note_forged"),
    "the manifest": (change("manifest.json", b'"size":6', b'"size":5'), "seal_of_another"),
    "a file taken out": (lambda files: files.pop(BODY), "file_missing"),
    "a file put in": (lambda files: files.update(extra=b"x"), "file_unknown"),
    "the seal taken out": (lambda files: files.pop("manifest.sig"), "pack_unreadable"),
    "the seal of another text": (lambda files: files.update({"manifest.sig": files["ledger/checkpoint"]}), "seal_of_another"),
    "proof that is no JSON": (change(f"{FOLDER}/000000000001-check.proof.json", b'"hashes"', b"hashes"), "case_unreadable"),
}


@pytest.mark.parametrize("what", BENDS)
async def test_what_was_changed_in_a_pack_is_named(kept: Store, tmp_path: Path, what: str) -> None:
    bend, code = BENDS[what]
    files = read(await packed(kept))
    bend(files)
    assert code in codes(verified(zipped(files), tmp_path, kept))


@pytest.mark.parametrize("what", [what for what in BENDS if "seal" not in what and "taken out" not in what])
async def test_changes_do_not_hide_behind_a_manifest_made_anew_by_somebody_with_another_key(
    kept: Store, tmp_path: Path, what: str
) -> None:
    files = read(await packed(kept))
    BENDS[what][0](files)
    stranger = CheckpointNotes(ORIGIN, KeyRing(tmp_path / "stranger", create=True).all("checkpoint"))
    told = json.loads(files["manifest.json"])
    told["files"] = {name: sha256(content).hexdigest() for name, content in files.items() if not name.startswith("manifest.")}
    files["manifest.json"] = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    files["manifest.sig"] = stranger.seal(sealed_text(ORIGIN, files["manifest.json"]))
    assert not verified(zipped(files), tmp_path, kept).good


async def test_a_pack_under_a_swapped_key_is_found_by_the_key_one_holds(kept: Store, tmp_path: Path) -> None:
    other = CheckpointNotes(ORIGIN, KeyRing(tmp_path / "other", create=True).all("checkpoint"))
    assert codes(verified(await packed(kept), tmp_path, kept, key=other.verifiers[0])) == {"note_unsigned"}


async def test_a_kept_checkpoint_of_the_same_size_is_compared(kept: Store, tmp_path: Path) -> None:
    pack, note = await packed(kept), await kept.ledger.checkpoint()
    assert verified(pack, tmp_path, kept, note).good
    forged = kept.notes.sign(6, b"r" * 32)
    assert codes(verified(pack, tmp_path, kept, forged)) == {"kept_checkpoint"}
    assert codes(verified(pack, tmp_path, kept, kept.notes.sign(5, b"r" * 32))) == {"kept_of_another_size"}
    assert codes(verified(pack, tmp_path, kept, note + b"x")) == {"kept_note_invalid"}


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
async def test_a_file_that_is_no_pack_is_a_finding_and_no_traceback(kept: Store, tmp_path: Path, content: bytes) -> None:
    assert codes(verified(content, tmp_path, kept)) == {"pack_unreadable"}


async def test_a_compressed_file_is_refused_before_it_is_read(kept: Store, tmp_path: Path) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as squeezed:
        for name, content in read(await packed(kept)).items():
            squeezed.writestr(name, content)
    assert codes(verified(file.getvalue(), tmp_path, kept)) == {"pack_unreadable"}


async def test_a_sound_checkpoint_of_another_size_is_not_the_packs(kept: Store, tmp_path: Path) -> None:
    files = read(await packed(kept))
    files["ledger/checkpoint"] = await kept.ledger.checkpoint_at(5)
    assert codes(verified(zipped(files), tmp_path, kept)) == {"checkpoint_of_another"}


async def test_a_name_that_stands_twice_is_found(kept: Store, tmp_path: Path) -> None:
    files = read(await packed(kept))
    file = BytesIO(zipped(files))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(file, "a") as opened:
        opened.writestr("README.vi.md", files["README.vi.md"])
    assert "file_twice" in codes(verified(file.getvalue(), tmp_path, kept))
