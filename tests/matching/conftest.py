"""The shipped vocabulary."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reuse_gateway.catalogue.loader import load
from reuse_gateway.catalogue.vocabulary import load_vocabulary
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.domain.text import fold


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary(load().evidence_types.values())


@pytest.fixture(scope="session")
def plain() -> Callable[[str], str]:
    """Text as it is typed without a Vietnamese keyboard."""
    return fold
