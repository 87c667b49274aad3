"""Inline tests: every case beside a manifest, asked by the real connector, comes to what its name (or `means`) says."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Collection
from datetime import date

from reuse_gateway.workbench.meanings import BY_NAME, disagreement
from reuse_gateway.workbench.results import FAILED, PASSED, Result, raised
from reuse_gateway.workbench.stage import Question, Stage

_SLOW_S = 0.4


async def inline(stage: Stage, only: Collection[str] = ()) -> AsyncIterator[Result]:
    """One result per lookup, kind of subject and case (of those named, where any are)."""
    for place, question in enumerate(stage.questions()):
        # Which operation answers this lookup shows only when it is asked.
        await _wrong(stage, question, "absent", "absent")
        met = stage.cases_met()
        for case, means in sorted(each for each in met.items() if not only or each[0] in only):
            name, started = f"lookups.{place}.{question[1]}.{case}", time.perf_counter()
            wanted = means or BY_NAME.get(case)
            wrong = await _wrong(stage, question, case, wanted) if wanted else "nothing says what the case must come to: means"
            seconds = round(time.perf_counter() - started, 4)
            yield Result(stage.manifest.id, "inline", name, FAILED if wrong else PASSED, wrong or "", seconds)


async def _wrong(stage: Stage, question: Question, case: str, wanted: str) -> str | None:
    """How the answer differs from what was wanted; None = it does not."""
    limits = {"timeout_s": _SLOW_S} if case == "slow" else {}
    try:
        return disagreement(wanted, await stage.once(question, case, **limits), date.today())
    except Exception as error:  # a lookup that raises is the worst breach of the contract
        return raised(error)
