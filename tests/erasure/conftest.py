"""Running stores on both engines."""

from tests.storage.conftest import store

__all__ = ["store"]
