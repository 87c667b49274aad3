"""Cases about how a source is asked: in time, once, with the right credentials, and left alone when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from reuse_gateway.connectors.auth_facts import DigestTimestamp, IssuedAuth
from reuse_gateway.connectors.manifest import Circuit
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.domain.holding import Doubt, Outcome
from reuse_gateway.domain.subject import Business, Citizen
from reuse_gateway.simulation.rehearsal import Misconduct
from reuse_gateway.workbench.contract.asserting import must_be_unknown, must_equal, must_hold_something
from reuse_gateway.workbench.stage import Failed, NotApplicable, Question, Stage

# Promised in docs/connectors.md. Under load the machine itself may be late, so the best of three counts.
_DEADLINE_S, _SLACK_S, _TRIES = 0.25, 0.05, 3
_SILENT = Misconduct(silent=True)
_OPEN_S = 0.1


async def deadline(stage: Stage) -> None:
    """A silent source is given up by the manifest's deadline, and by the caller's where that is earlier."""
    question, late = stage.questions()[0], []
    stage.misbehaving.misbehave(_SILENT)
    for _ in range(_TRIES):
        late = [await _late_by(stage, question, _DEADLINE_S, 10.0), await _late_by(stage, question, 10.0, _DEADLINE_S)]
        if max(late) <= _SLACK_S:
            break
    stage.misbehaving.misbehave(None)
    if max(late) > _SLACK_S:
        raise Failed(f"{max(late) * 1_000:.0f} ms past the deadline")


async def _late_by(stage: Stage, question: Question, timeout_s: float, within_s: float) -> float:
    now = asyncio.get_running_loop().time
    async with stage.connected(timeout_s=timeout_s) as registry:
        started = now()
        told = await stage.put(registry, question, within_s=within_s)
        late = now() - started - min(timeout_s, within_s)
        must_be_unknown(told, Doubt.SOURCE_TIMED_OUT)
        return late


async def cancellation(stage: Stage) -> None:
    """A caller that leaves takes nothing with it: with one slot only, the next lookup is answered."""
    question = stage.questions()[0]
    stage.misbehaving.misbehave(_SILENT)
    async with stage.connected(max_in_flight=1) as registry:
        leaving = asyncio.ensure_future(stage.put(registry, question, "absent"))
        await asyncio.wait({leaving}, timeout=0.1)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        stage.misbehaving.misbehave(None)
        must_hold_something(await stage.put(registry, question))


async def identical_lookups_coalesce(stage: Stage) -> None:
    """Two that ask the same at the same time are one question to the source."""
    question = stage.questions()[0]
    true = await stage.once(question)
    stage.misbehaving.misbehave(None)
    before = await _asked_for_one(stage, question)
    stage.misbehaving.misbehave(None)
    async with stage.connected() as registry:
        told = await asyncio.gather(stage.put(registry, question), stage.put(registry, question))
    if stage.misbehaving.asked != before:
        raise Failed(f"asked {stage.misbehaving.asked} times, one lookup asks {before} times")
    for each in told:
        must_equal(each, true)


async def _asked_for_one(stage: Stage, question: Question) -> int:
    """A source that pages is asked more than once for one lookup."""
    await stage.once(question)
    return stage.misbehaving.asked


async def refreshed_token(stage: Stage) -> None:
    """A token that the source has ended is renewed without the caller noticing."""
    if not isinstance(stage.manifest.auth, IssuedAuth):
        raise NotApplicable(f"auth {stage.manifest.auth.type} has no token")
    question, source = stage.questions()[0], stage.misbehaving.source
    issuer = source.tokens or source.sessions
    if issuer is None:
        raise NotApplicable("the simulated door issues no token")
    issued = issuer.issued
    async with stage.connected() as registry:
        await stage.put(registry, question, "absent")
        stage.misbehaving.end_sessions()
        must_hold_something(await stage.put(registry, question))
    if issuer.issued != issued + 2:
        raise Failed(f"{issuer.issued - issued} tokens were fetched, two were due")


async def unauthorised_once(stage: Stage) -> None:
    """One 401 is answered with new credentials, where there are any."""
    if not isinstance(stage.manifest.auth, IssuedAuth | DigestTimestamp):
        raise NotApplicable(f"auth {stage.manifest.auth.type} has nothing new to show")
    stage.misbehaving.misbehave(Misconduct(401, b"{}", times=1))
    try:
        must_hold_something(await stage.once(stage.questions()[0]))
    finally:
        stage.misbehaving.misbehave(None)


async def unauthorised_always(stage: Stage) -> None:
    """401 for ever is a refusal, and nobody knocks more than twice."""
    stage.misbehaving.misbehave(Misconduct(401, b"{}"))
    told, asked = await stage.once(stage.questions()[0]), stage.misbehaving.asked
    stage.misbehaving.misbehave(None)
    must_be_unknown(told, Doubt.SOURCE_DENIED)
    if asked > 2:
        raise Failed(f"asked {asked} times with credentials that are refused")


async def door_down(stage: Stage) -> None:
    """Where no token is to be had there is no answer."""
    if not isinstance(stage.manifest.auth, IssuedAuth):
        raise NotApplicable(f"auth {stage.manifest.auth.type} has no token desk")
    stage.misbehaving.misbehave(Misconduct(500, b"{}", door=True))
    told = await stage.once(stage.questions()[0])
    stage.misbehaving.misbehave(None)
    must_be_unknown(told, Doubt.SOURCE_UNAVAILABLE, Doubt.BAD_ANSWER)


async def wrong_secret(stage: Stage) -> None:
    """A guessed secret opens no door."""
    if not stage.manifest.secret_names:
        raise NotApplicable("no secrets")
    must_be_unknown(await stage.once(stage.questions()[0], secrets=lambda name: "guessed"))


async def missing_secret(stage: Stage) -> None:
    """A secret that is not deployed stops the start, by its name."""
    if not stage.manifest.secret_names:
        raise NotApplicable("no secrets")
    try:
        async with stage.connected(secrets=lambda name: ""):
            pass
    except UnsafeSettings as error:
        if not any(name in str(error) for name in stage.manifest.secret_names):
            raise Failed("the error does not name the secret") from None
        return
    raise Failed("started without its secrets")


async def unreachable(stage: Stage) -> None:
    """Nothing listens, no file is there: unavailable, never absent."""
    url = "http://127.0.0.1:9" if stage.rehearsal else "/nowhere/at/all"
    if stage.facts.table:
        url = f"{stage.url.partition('file:')[0]}file:/nowhere/at/all?mode=ro&uri=true"
    async with stage.connected(url=url, connect_timeout_s=1) as registry:
        must_be_unknown(await stage.put(registry, stage.questions()[0]), Doubt.SOURCE_UNAVAILABLE)


async def circuit(stage: Stage) -> None:
    """A source that fails is left alone, then asked once whether it is back."""
    question, rehearsal = stage.questions()[0], stage.misbehaving
    facts = Circuit(window=4, min=2, failure_ratio=0.5, open_s=_OPEN_S)
    rehearsal.misbehave(Misconduct(500, b"{}"))
    async with stage.connected(circuit=facts, retries=0) as registry:
        for case in ("absent", "valid"):
            must_be_unknown(await stage.put(registry, question, case), Doubt.SOURCE_UNAVAILABLE)
        asked = rehearsal.asked
        must_be_unknown(await stage.put(registry, question), Doubt.CIRCUIT_OPEN)
        if rehearsal.asked != asked:
            raise Failed("asked although its circuit is open")
        rehearsal.misbehave(None)
        await asyncio.sleep(_OPEN_S * 1.25)
        must_hold_something(await stage.put(registry, question))


async def too_little_known(stage: Stage) -> None:
    """Who lacks what the manifest needs is not asked about."""
    for lookup, kind, papers in stage.questions():
        whole = stage.subject(kind)
        bare = Citizen(whole.personal_id) if isinstance(whole, Citizen) else Business(whole.enterprise_code)
        if not set(lookup.needs) - bare.known:
            continue
        if stage.rehearsal:
            stage.rehearsal.misbehave(None)
        async with stage.connected() as registry:
            told = await stage.ask_about(registry, bare, papers)
        must_be_unknown(told, Doubt.INSUFFICIENT_SUBJECT_DATA)
        if stage.rehearsal and stage.rehearsal.asked:
            raise Failed("asked all the same")
        return
    raise NotApplicable("the number alone suffices")


async def nobody_is_absent(stage: Stage) -> None:
    """A number that the source does not have is absent, and says so for every paper."""
    for question in stage.questions():
        told = await stage.once(question, "absent")
        if any(each.outcome is not Outcome.ABSENT for each in told):
            must_be_unknown(told, Doubt.BAD_ANSWER)
            raise Failed("the absent case is not understood")


CASES: Mapping[str, Callable[[Stage], Awaitable[None]]] = {
    case.__name__: case
    for case in (
        deadline,
        cancellation,
        identical_lookups_coalesce,
        refreshed_token,
        unauthorised_once,
        unauthorised_always,
        door_down,
        wrong_secret,
        missing_secret,
        unreachable,
        circuit,
        too_little_known,
        nobody_is_absent,
    )
}
