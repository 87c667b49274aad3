"""Names in a query string that a route does not know: a filter we do not have must not silently select everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fastapi import Request

from reuse_gateway.api.bodies import shorn
from reuse_gateway.domain.errors import BadQuery
from reuse_gateway.domain.query_language import nearest


def refuse_strange_names(told: Iterable[str], known: Sequence[str]) -> None:
    """Raises BadQuery(`unknown_filter`, HTTP 400) for the first that is not known, with those meant."""
    for name in told:
        if name not in known:
            raise BadQuery("unknown_filter", 0, nearest(name, known) or tuple(known), f"/query/{shorn(name)}")


def known_names(request: Request) -> tuple[str, ...]:
    """Names that the route of a request declares for its query string; none before a route is found."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    return tuple(each.alias for each in dependant.query_params) if dependant else ()
