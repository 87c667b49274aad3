"""`after` of what is read in the order of the ledger: a place once told."""

from __future__ import annotations

from reuse_gateway.domain.errors import CallerError
from reuse_gateway.domain.event import BEFORE_ALL, Place


def place_behind(after: str | None) -> Place:
    """Where to go on; None = from the first on. Raises CallerError(`place_unknown`) for what can be no place."""
    try:
        return BEFORE_ALL if after is None else Place.parse(after)
    except ValueError:
        raise CallerError(code="place_unknown") from None
