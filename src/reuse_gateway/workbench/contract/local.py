"""Cases about sources without HTTP: a view that goes away or is locked, a file that nobody can read."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from pathlib import Path

from reuse_gateway.connectors.manifest import Circuit
from reuse_gateway.domain.holding import Doubt
from reuse_gateway.workbench.contract.asserting import must_be_unknown, must_hold_something
from reuse_gateway.workbench.contract.conduct import CASES as OF_EVERY_LINE
from reuse_gateway.workbench.stage import Failed, NotApplicable, Stage

_DEADLINE_S, _SLACK_S, _TRIES, _OPEN_S = 0.25, 0.05, 3, 0.1
_WITHOUT_HTTP = ("missing_secret", "unreachable", "too_little_known", "nobody_is_absent")


def _file(stage: Stage) -> Path:
    return Path(stage.url.partition("file:")[2].partition("?")[0])


def _change(stage: Stage, statement: str) -> None:
    with closing(sqlite3.connect(_file(stage))) as connection, connection:
        connection.execute(statement)


def _break(stage: Stage) -> Callable[[], None]:
    """The view is renamed, or an unreadable file is dropped; what comes back mends it."""
    if stage.facts.table:
        name = stage.facts.table.name
        _change(stage, f"ALTER TABLE {name} RENAME TO gone_{name}")
        return lambda: _change(stage, f"ALTER TABLE gone_{name} RENAME TO {name}")
    drop = stage.manifest.drop
    bad = Path(stage.url) / f"zzzz.{drop.format if drop else 'csv'}"
    bad.write_bytes(b'\xff\xfe\x00"broken')
    return bad.unlink


async def broken_then_mended(stage: Stage) -> None:
    """What cannot be read is unavailable, never absent; once it can be read again it is."""
    question, mend = stage.questions()[0], _break(stage)
    try:
        must_be_unknown(await stage.once(question), Doubt.SOURCE_UNAVAILABLE, Doubt.BAD_ANSWER)
    finally:
        mend()
    must_hold_something(await stage.once(question))


async def circuit(stage: Stage) -> None:
    """A source that fails is left alone, then asked once whether it is back."""
    question, mend = stage.questions()[0], _break(stage)
    facts = Circuit(window=4, min=2, failure_ratio=0.5, open_s=_OPEN_S)
    async with stage.connected(circuit=facts, retries=0) as registry:
        try:
            for case in ("absent", "valid"):
                must_be_unknown(await stage.put(registry, question, case), Doubt.SOURCE_UNAVAILABLE, Doubt.BAD_ANSWER)
            must_be_unknown(await stage.put(registry, question), Doubt.CIRCUIT_OPEN)
        finally:
            mend()
        await asyncio.sleep(_OPEN_S * 1.25)
        must_hold_something(await stage.put(registry, question))


async def deadline(stage: Stage) -> None:
    """A view that somebody has locked is given up by the deadline."""
    if stage.facts.table is None:
        raise NotApplicable("files are read beforehand, in the background")
    now, late = asyncio.get_running_loop().time, 0.0
    with closing(sqlite3.connect(_file(stage))) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        for _ in range(_TRIES):
            async with stage.connected(timeout_s=_DEADLINE_S) as registry:
                started = now()
                must_be_unknown(await stage.put(registry, stage.questions()[0]))
                late = now() - started - _DEADLINE_S
            if late <= _SLACK_S:
                return
    raise Failed(f"{late * 1_000:.0f} ms past the deadline")


CASES: Mapping[str, Callable[[Stage], Awaitable[None]]] = {
    **{name: OF_EVERY_LINE[name] for name in _WITHOUT_HTTP},
    **{case.__name__: case for case in (broken_then_mended, circuit, deadline)},
}
