"""The key ring: made once, private to its owner, the newest key signs and every key verifies."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.signing.keys import PURPOSES, SECRETS, KeyRing
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms


def test_the_first_start_makes_one_private_key_for_each_purpose_and_the_next_reads_the_same(tmp_path: Path):
    first = KeyRing(tmp_path / "keys", create=True)
    again = KeyRing(tmp_path / "keys")
    for purpose in PURPOSES:
        assert first.newest(purpose).kid == again.newest(purpose).kid
        assert len(again.all(purpose)) == 1
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "keys").iterdir()} == {"0o600"}
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    assert len(list((tmp_path / "keys").iterdir())) == len((*PURPOSES, *SECRETS))


def test_purposes_never_share_a_key(tmp_path: Path):
    ring = KeyRing(tmp_path / "keys", create=True)
    assert len({ring.newest(purpose).public_raw for purpose in PURPOSES}) == len(PURPOSES)


def test_production_makes_no_keys(tmp_path: Path):
    with pytest.raises(UnsafeSettings) as refused:
        KeyRing(tmp_path / "none")
    assert refused.value.code == "keys_missing"
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnsafeSettings):
        KeyRing(tmp_path / "empty").newest("receipt")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
@pytest.mark.parametrize("name", ["receipt-0001.pem", "pseudonym-0001.key"])
def test_a_key_that_others_can_read_or_change_is_refused(tmp_path: Path, mode: int, name: str):
    KeyRing(tmp_path / "keys", create=True)
    (tmp_path / "keys" / name).chmod(mode)
    with pytest.raises(UnsafeSettings) as refused:
        KeyRing(tmp_path / "keys")
    assert refused.value.code == "key_readable"


@pytest.mark.parametrize(
    ("name", "content"), [("receipt-0002.pem", "rubbish"), ("pseudonym-0002.key", "zz"), ("pseudonym-0002.key", "00")]
)
def test_a_key_that_is_none_is_refused(tmp_path: Path, name: str, content: str):
    KeyRing(tmp_path / "keys", create=True)
    file = tmp_path / "keys" / name
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(UnsafeSettings) as refused:
        KeyRing(tmp_path / "keys")
    assert refused.value.code == "key_unreadable"


def test_after_a_rotation_the_newest_signs_and_all_are_known(tmp_path: Path):
    ring = KeyRing(tmp_path / "keys", create=True)
    before = ring.newest("receipt").kid
    ring.rotate("receipt")
    rotated = KeyRing(tmp_path / "keys")
    assert [key.kid for key in rotated.all("receipt")][1:] == [before]
    assert rotated.newest("receipt").kid.startswith("receipt-0002-")
    with pytest.raises(UnsafeSettings):
        ring.rotate("nothing")


def test_processes_that_start_together_end_with_one_and_the_same_key(tmp_path: Path):
    rings: list[KeyRing] = []
    threads = [threading.Thread(target=lambda: rings.append(KeyRing(tmp_path / "keys", create=True))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rings) == 8
    assert len({ring.newest("receipt").kid for ring in rings}) == 1
    assert len({ring.pseudonym_keys()[0].kid for ring in rings}) == 1


def test_a_pseudonym_is_stable_keyed_and_tells_nothing_of_the_number(tmp_path: Path):
    ring = KeyRing(tmp_path / "keys", create=True)
    pseudonyms, number = KeyedPseudonyms(ring.pseudonym_keys()), "citizen:999095000123"
    told = pseudonyms.of(number)
    assert told == KeyedPseudonyms(KeyRing(tmp_path / "keys").pseudonym_keys()).of(number)
    assert "999095000123" not in told
    assert len(told.partition(".")[2]) == 22
    assert told != pseudonyms.of("citizen:999095000124")
    other = KeyRing(tmp_path / "other", create=True)
    assert KeyedPseudonyms(other.pseudonym_keys()).of(number).partition(".")[2] != told.partition(".")[2]


def test_pseudonyms_of_before_a_rotation_are_still_found(tmp_path: Path):
    ring = KeyRing(tmp_path / "keys", create=True)
    before = KeyedPseudonyms(ring.pseudonym_keys()).of("x")
    ring.rotate("pseudonym")
    after = KeyedPseudonyms(KeyRing(tmp_path / "keys").pseudonym_keys())
    assert after.of("x") != before
    assert after.every("x") == (after.of("x"), before)
