"""`test --live`: what can be asked of a source as it is deployed, without harming it: the way there, and one real lookup."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import date

from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.probing import Light
from reuse_gateway.domain.holding import Outcome
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.subject import Subject
from reuse_gateway.workbench.contract.discretion import Overheard, listening
from reuse_gateway.workbench.diagnosing import diagnose
from reuse_gateway.workbench.meanings import meaning
from reuse_gateway.workbench.reaching import Reach, watched
from reuse_gateway.workbench.results import FAILED, NOT_APPLICABLE, PASSED, Result
from reuse_gateway.workbench.trying import PURPOSE

_OUTCOMES = {Light.GREEN: PASSED, Light.RED: FAILED, Light.SKIPPED: NOT_APPLICABLE}
_SLACK_S = 0.05


async def live(manifest: Manifest, reached: Reach, subject: Subject | None) -> AsyncIterator[Result]:
    """Every step of the doctor, then each lookup about the subject; a source that is only simulated here has none."""
    if manifest.id in reached.simulated or manifest.id not in reached.urls:
        yield Result(manifest.id, "live", "deployed", NOT_APPLICABLE, "simulated here, not deployed")
        return
    async for checked in diagnose(manifest, reached, subject):
        says = ": ".join(filter(None, (checked.fault, checked.says)))
        yield Result(manifest.id, "live", checked.what, _OUTCOMES[checked.light], says)
    if subject is None:
        return
    for place, lookup in enumerate(manifest.lookups):
        if (
            subject.kind in lookup.subjects
            and not any(need.startswith("about.") for need in lookup.needs)
            and not lookup.either
        ):
            with listening() as overheard:
                async for result in _asked(manifest, reached, place, lookup, subject, overheard):
                    yield result


async def _asked(
    manifest: Manifest, reached: Reach, place: int, lookup: LookupFacts, subject: Subject, overheard: Overheard
) -> AsyncIterator[Result]:
    papers = tuple(paper for paper in lookup.evidence if subject.kind in lookup.asked_about(paper))
    async with watched(manifest, reached) as watch:
        within_s, started = manifest.limits.timeout_s, time.perf_counter()
        deadline = asyncio.get_running_loop().time() + within_s
        told = await watch.registry.lookup(Lookup(manifest.id, subject, papers), PURPOSE, deadline)
        seconds = time.perf_counter() - started
    said = ", ".join(f"{each.evidence_type}: {meaning(each, date.today())}" for each in told)
    answered = all(each.outcome is not Outcome.UNKNOWN for each in told)
    yield Result(manifest.id, "live", f"{place}.answered", PASSED if answered else FAILED, said, round(seconds, 4))
    yield Result(manifest.id, "live", f"{place}.in_time", PASSED if seconds <= within_s + _SLACK_S else FAILED)
    named = subject.number in overheard.everything
    yield Result(manifest.id, "live", f"{place}.nobody_in_the_logs", FAILED if named else PASSED)
