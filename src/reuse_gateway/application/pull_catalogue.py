"""Fetch every published procedure from the portal (đồng bộ thủ tục): the list first, then one by one; all or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from reuse_gateway.domain.errors import GatewayError
from reuse_gateway.domain.procedure import ProcedureCode

LIST_VERB, ONE_VERB, CODE_ARGUMENT = "LayDanhSachTTHC", "LayThuTuc", "maTTHC"
_AT_ONCE = 4


class Portal(Protocol):
    """The portal's verbs."""

    async def call(self, verb: str, **arguments: str) -> Any:
        """The decoded answer; raises GatewayError."""
        ...


async def pull_catalogue(
    portal: Portal, unwrap: Callable[[Any], Iterable[Any]], progress: Callable[[int], None] = lambda fetched: None
) -> list[tuple[int, Any]]:
    """Every answer of LayThuTuc behind its place in the list, a few at a time. One that fails fails the whole pull.

    Raises GatewayError; a list that names nothing is a bad answer, because it would look like an empty country.
    """
    told = unwrap(await portal.call(LIST_VERB))
    codes = list(dict.fromkeys(filter(None, map(_code, told))))
    if not codes:
        raise GatewayError("the list names no procedure", code="bad_answer")
    # Before the first parallel calls one session exists already: the list has been asked for.
    answers: list[tuple[int, Any]] = []
    for start in range(0, len(codes), _AT_ONCE):
        some = codes[start : start + _AT_ONCE]
        found = await asyncio.gather(*(_one(portal, code, unwrap) for code in some))
        answers += enumerate(found, start + 1)
        progress(len(answers))
    return answers


async def _one(portal: Portal, code: str, unwrap: Callable[[Any], Iterable[Any]]) -> Any:
    answer = await portal.call(ONE_VERB, **{CODE_ARGUMENT: code})
    named = [row for row in unwrap(answer) if isinstance(row, dict) and _code(row)]
    if [_base(_code(row)) for row in named] != [_base(code)]:
        raise GatewayError(f"asked for {code}, answered with something else", code="bad_answer")
    return answer


def _code(row: Any) -> str | None:
    told = row.get("MATTHC") if isinstance(row, dict) else None
    return told.strip() if isinstance(told, str) else None


def _base(code: str | None) -> str | None:
    try:
        return ProcedureCode.parse(code or "").base
    except ValueError:
        return code
