"""Running stores on both engines, and the gateway around in-memory ports."""

from tests.api.conftest import catalogue, house, ring
from tests.storage.conftest import store

__all__ = ["catalogue", "house", "ring", "store"]
