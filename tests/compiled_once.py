"""Statements compiled once for a whole run: every test opens engines of its own, and each would compile all of them again."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import create_async_engine

from reuse_gateway.storage import engine


class CompiledOnce:
    """What SQLAlchemy takes as `compiled_cache`. Its own is one per engine; here databases of one kind share theirs."""

    def __init__(self) -> None:
        self._kept: dict[Any, Any] = {}

    def get(self, key: tuple[Any, ...]) -> Any:
        return self._kept.get((key[0].name, *key[1:]))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._kept[(key[0].name, *key[1:])] = compiled


def share() -> None:
    """Every engine of the gateway in this process uses the one cache."""
    options = {"compiled_cache": CompiledOnce()}
    engine.create_async_engine = partial(create_async_engine, execution_options=options)
