"""What must come back is sealed: for one demand, under keys that can be destroyed."""

from __future__ import annotations

from pathlib import Path

from reuse_gateway.signing.keys import CASE, KeyRing
from reuse_gateway.signing.sealed_cases import SealedCases


def test_a_sealed_case_opens_for_its_own_demand_and_living_key_alone(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "ring", create=True)
    sealer = SealedCases(ring.secrets(CASE))
    sealed = sealer.seal(b"plain", "dem_1")
    assert (sealer.open(sealed, "dem_1"), b"plain" in sealed) == (b"plain", False)
    assert sealed != sealer.seal(b"plain", "dem_1")
    assert sealer.open(sealed, "dem_2") is None
    assert sealer.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "dem_1") is None
    for broken in (b"", b".", b"x", sealed[:10], b"unknown." + sealed):
        assert sealer.open(broken, "dem_1") is None
    ring.rotate(CASE)
    after = KeyRing(tmp_path / "ring")
    assert SealedCases(after.secrets(CASE)).open(sealed, "dem_1") == b"plain"
    (tmp_path / "ring" / "case-0001.key").unlink()
    assert SealedCases(KeyRing(tmp_path / "ring").secrets(CASE)).open(sealed, "dem_1") is None
