"""Cases about sources without HTTP: a view that goes away or is locked, a file that nobody can read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from reuse_gateway.connectors.manifest import Circuit
from reuse_gateway.domain.holding import Doubt
from reuse_gateway.simulation.local_rows import Misfortune
from reuse_gateway.workbench.contract.asserting import must_be_unknown, must_hold_something
from reuse_gateway.workbench.contract.conduct import CASES as OF_EVERY_LINE
from reuse_gateway.workbench.stage import Failed, NotApplicable, Stage

_DEADLINE_S, _SLACK_S, _TRIES, _OPEN_S = 0.25, 0.05, 3, 0.1
_WITHOUT_HTTP = ("missing_secret", "unreachable", "too_little_known", "nobody_is_absent")


async def broken_then_mended(stage: Stage) -> None:
    """Whatever befalls the view or the newest file: what cannot be read is unknown, never absent; mended, it is read again."""
    for misfortune in sorted(stage.local.misfortunes):
        stage.local.suffer(misfortune)
        try:
            must_be_unknown(await stage.once(stage.questions()[0], timeout_s=_DEADLINE_S))
        finally:
            stage.local.mend()
        must_hold_something(await stage.once(stage.questions()[0]))


async def circuit(stage: Stage) -> None:
    """A source that fails is left alone, then asked once whether it is back."""
    question = stage.questions()[0]
    stage.local.suffer(Misfortune.GONE)
    facts = Circuit(window=4, min=2, failure_ratio=0.5, open_s=_OPEN_S)
    async with stage.connected(circuit=facts, retries=0) as registry:
        try:
            for case in ("absent", "valid"):
                must_be_unknown(await stage.put(registry, question, case), Doubt.SOURCE_UNAVAILABLE, Doubt.BAD_ANSWER)
            must_be_unknown(await stage.put(registry, question), Doubt.CIRCUIT_OPEN)
        finally:
            stage.local.mend()
        await asyncio.sleep(_OPEN_S * 1.25)
        must_hold_something(await stage.put(registry, question))


async def deadline(stage: Stage) -> None:
    """A view that somebody has locked is given up by the deadline."""
    if Misfortune.LOCKED not in stage.local.misfortunes:
        raise NotApplicable("files are read beforehand, in the background")
    now, late = asyncio.get_running_loop().time, 0.0
    stage.local.suffer(Misfortune.LOCKED)
    try:
        for _ in range(_TRIES):
            async with stage.connected(timeout_s=_DEADLINE_S) as registry:
                started = now()
                must_be_unknown(await stage.put(registry, stage.questions()[0]))
                late = now() - started - _DEADLINE_S
            if late <= _SLACK_S:
                return
    finally:
        stage.local.mend()
    raise Failed(f"{late * 1_000:.0f} ms past the deadline")


CASES: Mapping[str, Callable[[Stage], Awaitable[None]]] = {
    **{name: OF_EVERY_LINE[name] for name in _WITHOUT_HTTP},
    **{case.__name__: case for case in (broken_then_mended, circuit, deadline)},
}
