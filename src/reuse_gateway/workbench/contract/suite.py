"""Runs inline tests and the contract for many sources at once, all behind one port, and tells each result as it comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.simulation import serve
from reuse_gateway.simulation.facts import People, SourceCases
from reuse_gateway.simulation.rehearsal import theatre
from reuse_gateway.workbench.contract import answers, conduct, local
from reuse_gateway.workbench.contract.discretion import listening
from reuse_gateway.workbench.inline import inline
from reuse_gateway.workbench.made_up import MadeUp
from reuse_gateway.workbench.results import FAILED, NOT_APPLICABLE, PASSED, Result, raised
from reuse_gateway.workbench.stage import Failed, NotApplicable, Question, Stage

_AT_ONCE = 3
_PATIENCE_S = 30.0
Case = Callable[[], Awaitable[None]]


@asynccontextmanager
async def staged(
    manifests: Iterable[Manifest], cases: Mapping[str, SourceCases], people: People
) -> AsyncIterator[dict[str, Stage]]:
    """A stage per source that has cases, open until the block ends."""
    made_up = MadeUp()
    stages = {each.id: Stage(each, cases[each.id], people, made_up) for each in manifests if each.id in cases}
    rehearsals = {name: stage.rehearsal for name, stage in stages.items() if stage.rehearsal}
    with TemporaryDirectory() as folder:
        async with serve(theatre(rehearsals)) as base_url:
            for name, stage in stages.items():
                stage.url = f"{base_url}/{name}"
                stage.fill(Path(folder))
            yield stages


async def examine(
    manifests: Iterable[Manifest],
    cases: Mapping[str, SourceCases],
    people: People,
    tell: Callable[[Result], None],
    only: Collection[str] = (),
) -> list[Result]:
    """Every result, also told as it comes. A source without cases fails: nothing about it has been shown.

    `only`: names of the cases that are run (without the number of the lookup); what is logged is listened to in any case.
    """
    told: list[Result] = []
    at_once = asyncio.Semaphore(_AT_ONCE)

    def keep(result: Result) -> None:
        told.append(result)
        tell(result)

    async def one(stage: Stage) -> None:
        async with at_once:
            async for result in of_source(stage, only):
                keep(result)

    chosen = list(manifests)
    for manifest in chosen:
        if manifest.id not in cases:
            keep(Result(manifest.id, "contract", "cases", FAILED, f"there is no {manifest.id}.cases.yaml"))
    with listening() as overheard:
        async with staged(chosen, cases, people) as stages:
            await asyncio.gather(*(one(stage) for stage in stages.values()))
            for name, stage in stages.items():
                said = overheard.about(stage)
                keep(Result(name, "contract", "nobody_in_the_logs", FAILED if said else PASSED, said or ""))
    return told


async def of_source(stage: Stage, only: Collection[str] = ()) -> AsyncIterator[Result]:
    """Inline tests first, then the contract; each begins with a source that behaves."""
    async for result in inline(stage, only):
        yield result
    for name, case in _contract(stage).items():
        if only and name.rpartition(".")[2] not in only:
            continue
        if stage.rehearsal is not None:
            stage.rehearsal.misbehave(None)
        yield await _tried(stage.manifest.id, name, case)


def _contract(stage: Stage) -> dict[str, Case]:
    if stage.rehearsal is None:
        about = {name: _bound(case, stage) for name, case in local.CASES.items()}
        return about | {name: _without_http(stage) for name in (*answers.CASES, *conduct.CASES) if name not in about}
    told = {name: _bound(case, stage) for name, case in conduct.CASES.items()}
    for place, question in enumerate(_one_kind_each(stage)):
        told |= {f"{place}.{name}": _bound(case, stage, question) for name, case in answers.CASES.items()}
    return told


def _one_kind_each(stage: Stage) -> list[Question]:
    """Each lookup once; whoever it is about, its answers are read by the same rules."""
    return list({id(question[0]): question for question in reversed(stage.questions())}.values())[::-1]


def _bound(case: Callable[..., Awaitable[None]], *given: object) -> Case:
    return lambda: case(*given)


def _without_http(stage: Stage) -> Case:
    async def skipped() -> None:
        raise NotApplicable(f"{stage.manifest.protocol} has no HTTP answers")

    return skipped


async def _tried(source: str, name: str, case: Case) -> Result:
    started = time.perf_counter()
    outcome, says = PASSED, ""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await case()
    except NotApplicable as reason:
        outcome, says = NOT_APPLICABLE, str(reason)
    except Failed as reason:
        outcome, says = FAILED, str(reason)
    except TimeoutError:
        outcome, says = FAILED, f"did not end within {_PATIENCE_S:.0f} s"
    except Exception as error:  # a lookup that raises is the worst breach of the contract
        outcome, says = FAILED, raised(error)
    return Result(source, "contract", name, outcome, says, round(time.perf_counter() - started, 4))
