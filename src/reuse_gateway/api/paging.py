"""One page and where the next begins: one row more is read than is told, so that the last page is known for the last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from reuse_gateway.api.cursors import Cursors

Row = TypeVar("Row")


async def paged(
    cursors: Cursors,
    cursor: str | None,
    bound: Mapping[str, str],
    limit: int,
    read: Callable[[str | None, int], Awaitable[Sequence[Row]]],
    place: Callable[[Row], str],
) -> tuple[Sequence[Row], str | None]:
    """At most `limit` rows beyond a cursor, and the cursor of what follows; None = nothing follows.

    `bound`: what the cursor must have been given for. `read` gets the place where the page before ended, None at first, and
    how many to read; `place` is the place of a row. Raises CallerError(`stale_cursor`) and what `read` raises.
    """
    found = await read(cursors.open(cursor, bound), limit + 1)
    page = found[:limit]
    return page, cursors.seal(place(page[-1]), bound) if len(found) > limit else None
