"""Inline tests: every case beside a manifest, asked by the real connector, comes to what its name (or `means`) says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

from reuse_gateway.domain.holding import Holding
from reuse_gateway.workbench.meanings import BY_NAME, disagreement
from reuse_gateway.workbench.results import FAILED, PASSED, Result
from reuse_gateway.workbench.stage import Question, Stage

_SLOW_S = 0.4


async def inline(stage: Stage) -> AsyncIterator[Result]:
    """One result per lookup, kind of subject and case."""
    for place, question in enumerate(stage.questions()):
        await stage.once(question, "absent")
        for case, expected in sorted(stage.cases_met().items()):
            name = f"lookups.{place}.{question[1]}.{case}"
            wanted = expected or BY_NAME.get(case)
            if wanted is None:
                yield Result(stage.manifest.id, "inline", name, FAILED, "nothing says what the case must come to: means")
                continue
            told = await _asked(stage, question, case)
            wrong = disagreement(wanted, told, date.today())
            yield Result(stage.manifest.id, "inline", name, FAILED if wrong else PASSED, wrong or "")


async def _asked(stage: Stage, question: Question, case: str) -> tuple[Holding, ...]:
    if case == "slow":
        return await stage.once(question, case, timeout_s=_SLOW_S)
    return await stage.once(question, case)
