"""Running stores on both engines."""

from __future__ import annotations

from tests.storage.conftest import store

__all__ = ["store"]
