"""What a question that came in asks for: which operation, about which number, in which order of elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree

from starlette.requests import Request

from reuse_gateway.simulation.doors import json_of
from reuse_gateway.simulation.facts import Route


async def route_asked(routes: Iterable[Route], request: Request) -> Route | None:
    """The first operation of this path that the body means; None = no such operation, or its elements in a wrong order."""
    for route in routes:
        if await _meant(route, request):
            return route
    return None


async def _meant(route: Route, request: Request) -> bool:
    if route.verb:
        told = await json_of(request)
        return isinstance(told, Mapping) and all(told.get(field) == verb for field, verb in route.verb.items())
    if route.operation:
        operation = _operation(await request.body())
        if operation is None or _local(operation.tag) != route.operation:
            return False
        places = [route.order.index(name) if name in route.order else -1 for name in (_local(each.tag) for each in operation)]
        return not route.order or (places == sorted(places) and -1 not in places)
    return True


async def number_asked(route: Route, request: Request) -> str:
    """The number that the question is about; "" where it names none."""
    for asked in route.number:
        ((place, name),) = asked.items()
        if told := await _number_at(place, name, request):
            return told
    return ""


async def _number_at(place: str, name: str, request: Request) -> str:
    if place in ("query", "path"):
        return (request.query_params if place == "query" else request.path_params).get(name, "")
    if place == "json":
        return _inside(await json_of(request), name)
    operation = _operation(await request.body())
    found = operation.iter() if operation is not None else ()
    return next(((each.text or "").strip() for each in found if _local(each.tag) == name), "")


def _inside(told: Any, name: str) -> str:
    """A field of the body, below others where dots say so (`nguoi.soDinhDanh`); a list of one is its element."""
    for step in name.split("."):
        told = told[0] if isinstance(told, list) and len(told) == 1 else told
        told = told.get(step, "") if isinstance(told, Mapping) else ""
    return "" if isinstance(told, Mapping | list) or told is None else str(told)


def _operation(body: bytes) -> ElementTree.Element | None:
    """The one element inside the SOAP body."""
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - our own requests, on loopback
    except ElementTree.ParseError:
        return None
    inside = next((each for each in root if _local(each.tag) == "Body"), None)
    return inside[0] if inside is not None and len(inside) == 1 else None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
