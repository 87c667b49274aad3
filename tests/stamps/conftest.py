"""Running stores on both engines, and the certificates of an authority."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.proof.conftest import kept
from tests.storage.conftest import store

from .authority import Authority, certified

__all__ = ["kept", "store"]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Needs the extra `timestamp` and the command openssl, which plays the authority."""
    pytest.importorskip("rfc3161_client")
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to play the authority")
    return certified(tmp_path / "authority")
