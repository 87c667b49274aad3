"""Ask every planned question at once (tra cứu đồng thời). Never raises; ends by the deadline; silence is unknown."""

from __future__ import annotations

import asyncio

from reuse_gateway.application.ports import Clock, Purpose, Sources
from reuse_gateway.domain.decide import Holdings, holding_key
from reuse_gateway.domain.holding import Doubt, Holding, Outcome
from reuse_gateway.domain.plan import Lookup, Plan
from reuse_gateway.domain.source import Source, Tier

_GRACE_S = 0.05


async def fan_out(plan: Plan, sources: Sources, purpose: Purpose, deadline_s: float, clock: Clock) -> Holdings:
    """One holding for each paper of each lookup of the plan, at the latest `deadline_s` seconds (+50 ms) from now."""
    if not plan.lookups:
        return {}
    deadline = asyncio.get_running_loop().time() + deadline_s
    tasks = [asyncio.ensure_future(sources.lookup(question, purpose, deadline)) for question in plan.lookups]
    await asyncio.wait(tasks, timeout=deadline_s + _GRACE_S)
    tiers = {candidate.source.id: candidate.source for item in plan.items for candidate in item.candidates}
    answers: dict = {}
    for question, task in zip(plan.lookups, tasks, strict=True):
        for holding in _outcome(task, question, tiers, clock):
            answers[holding_key(question.source, question.subject.key, holding.evidence_type, question.about)] = holding
    return answers


def _outcome(task: asyncio.Future, question: Lookup, sources: dict[str, Source], clock: Clock) -> tuple[Holding, ...]:
    """What came back; a source that overran or broke its promise not to raise is unknown all the same."""
    if task.done() and not task.cancelled() and task.exception() is None:
        return task.result()
    doubt = Doubt.SOURCE_UNAVAILABLE if task.done() else Doubt.SOURCE_TIMED_OUT
    task.cancel()
    source = sources.get(question.source)
    tier = source.tier if source else Tier.SECTOR
    return tuple(Holding(question.source, tier, kind, Outcome.UNKNOWN, clock.now(), doubt) for kind in question.evidence_types)
