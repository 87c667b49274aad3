"""Ask every planned question at once (tra cứu đồng thời). Never raises; ends by the deadline; silence is unknown."""

from __future__ import annotations

import asyncio

from reuse_gateway.application.ports import Clock, Purpose, Sources
from reuse_gateway.domain.decide import HoldingKey, Holdings, holding_key
from reuse_gateway.domain.holding import Doubt, Holding, Outcome
from reuse_gateway.domain.plan import Lookup, Plan
from reuse_gateway.domain.source import Source, Tier

_GRACE_S = 0.05


async def fan_out(plan: Plan, sources: Sources, purpose: Purpose, deadline_s: float, clock: Clock) -> Holdings:
    """One holding for each paper of each lookup of the plan, at the latest `deadline_s` seconds (+50 ms) from now."""
    if not plan.lookups:
        return {}
    answers: dict[HoldingKey, Holding] = {}
    waiting = []
    for question in plan.lookups:
        known = sources.known(question, purpose)
        if known is None:
            waiting.append(question)
        else:
            answers |= _filed(question, known)
    if waiting:
        answers |= await _asked(waiting, plan, sources, purpose, deadline_s, clock)
    return answers


async def _asked(
    waiting: list[Lookup], plan: Plan, sources: Sources, purpose: Purpose, deadline_s: float, clock: Clock
) -> Holdings:
    deadline = asyncio.get_running_loop().time() + deadline_s
    tasks = [asyncio.ensure_future(sources.lookup(question, purpose, deadline)) for question in waiting]
    await asyncio.wait(tasks, timeout=deadline_s + _GRACE_S)
    asked = {candidate.source.id: candidate.source for item in plan.items for candidate in item.candidates}
    answers: dict[HoldingKey, Holding] = {}
    for question, task in zip(waiting, tasks, strict=True):
        answers |= _filed(question, _outcome(task, question, asked, clock))
    return answers


def _filed(question: Lookup, holdings: tuple[Holding, ...]) -> dict[HoldingKey, Holding]:
    owner, about = question.subject.key, question.about
    return {holding_key(question.source, owner, each.evidence_type, about): each for each in holdings}


def _outcome(task: asyncio.Future, question: Lookup, sources: dict[str, Source], clock: Clock) -> tuple[Holding, ...]:
    """What came back; a source that overran or broke its promise not to raise is unknown all the same."""
    if task.done() and not task.cancelled() and task.exception() is None:
        return task.result()
    doubt = Doubt.SOURCE_UNAVAILABLE if task.done() else Doubt.SOURCE_TIMED_OUT
    task.cancel()
    source = sources.get(question.source)
    tier = source.tier if source else Tier.SECTOR
    return tuple(Holding(question.source, tier, kind, Outcome.UNKNOWN, clock.now(), doubt) for kind in question.evidence_types)
