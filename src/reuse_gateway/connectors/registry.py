"""All connected sources behind the port `Sources`: picks the lookups, joins identical questions, keeps answers briefly."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from reuse_gateway.application.ports import Clock, Purpose
from reuse_gateway.connectors import reading
from reuse_gateway.connectors.answer_cache import AnswerCache
from reuse_gateway.connectors.connector import Connector
from reuse_gateway.connectors.line_of import line_of
from reuse_gateway.connectors.lines import Line
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.single_flight import SingleFlight
from reuse_gateway.connectors.upstream import Tls, TransportFactory, aiohttp_transport
from reuse_gateway.domain.holding import Doubt, Holding, Outcome
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.source_health import Seen, Signs
from reuse_gateway.domain.subject import Citizen, Subject

Told = tuple[Holding, ...]
Group = tuple[LookupFacts | None, tuple[str, ...]]
OnAnswer = Callable[[str, str, float], None]
PlannedOut = Callable[[str], bool]


class SourceRegistry:
    """Implements `Sources`. Build it inside the running loop; `aclose` when done.

    `base_urls` by source id (a source without one is off; databases and folders are on where their name is deployed), `secrets`
    by name, `on_answer(source, outcome, seconds)` for metrics, where the outcome is held, absent, cached or the doubt;
    `around` puts another line around each (to watch what is asked and answered); a source of which `planned_out(source)` holds
    is in an announced maintenance and not called. Raises UnsafeSettings for plain http to a live source (unless its id is in
    `plain_http`) and for secrets that are not there.
    """

    def __init__(
        self,
        manifests: Iterable[Manifest],
        base_urls: Mapping[str, str],
        secrets: Callable[[str], str],
        clock: Clock,
        *,
        transport: TransportFactory = aiohttp_transport,
        tls: Mapping[str, Tls] | None = None,
        plain_http: frozenset[str] = frozenset(),
        on_answer: OnAnswer | None = None,
        planned_out: PlannedOut = lambda source: False,
        most_cached: int = 50_000,
        around: Callable[[Line], Line] | None = None,
    ) -> None:
        now = asyncio.get_running_loop().time
        self._manifests = {manifest.id: manifest for manifest in manifests}
        self._clock, self._now, self._on_answer, self._planned_out = clock, now, on_answer, planned_out
        self._cache = AnswerCache(now, most_cached)
        self._flights: SingleFlight[Told] = SingleFlight()
        self._groups = lru_cache(4096)(lambda source, kinds, subject: _groups(self._manifests[source], kinds, subject))
        self._connectors: dict[str, Connector] = {}
        for source, manifest in self._manifests.items():
            line = line_of(manifest, base_urls, secrets, clock, transport, (tls or {}).get(source, Tls()), plain_http)
            if line is not None:
                self._connectors[source] = Connector(manifest, around(line) if around else line, clock, now)

    def known(self, question: Lookup, purpose: Purpose) -> Told | None:
        """The whole answer from what is still fresh; None where any part of it has to be asked."""
        manifest = self._manifests.get(question.source)
        if manifest is None:
            return None
        told: list[Holding] = []
        for facts, asked in self._groups(manifest.id, question.evidence_types, question.subject.kind):
            part = _narrowed(question, asked)
            kept = self._cache.get(self._cache.key(_identity(manifest, part, purpose))) if facts else None
            if kept is None:
                return None
            told += kept
        self._report(manifest.id, "cached", self._now())
        return tuple(told)

    async def lookup(self, question: Lookup, purpose: Purpose, deadline: float) -> Told:
        """One holding per evidence type asked, in their order, by `deadline` (loop time); never raises."""
        kinds = question.evidence_types
        manifest = self._manifests.get(question.source)
        if manifest is None:
            return _never_heard_of(question, self._clock)
        connector = self._connectors.get(manifest.id)
        if connector is None or self._planned_out(manifest.id):
            return reading.unknown(manifest, kinds, Doubt.SOURCE_UNAVAILABLE, self._clock.now())
        # A synthetic person belongs to the simulation; a live register must never be asked about one.
        if question.subject.synthetic and not manifest.simulated:
            return connector.unknown(kinds, Doubt.INSUFFICIENT_SUBJECT_DATA)
        groups = self._groups(manifest.id, kinds, question.subject.kind)
        asked = [(facts, _narrowed(question, kinds)) for facts, kinds in groups]
        calls = [self._ask(manifest, connector, facts, part, purpose, deadline) for facts, part in asked]
        # `gather` makes a task of each; most sources answer all papers in one lookup.
        parts = [await calls[0]] if len(calls) == 1 else await asyncio.gather(*calls)
        told = {holding.evidence_type: holding for part in parts for holding in part}
        return tuple(told[kind] for kind in kinds)

    def seen(self) -> dict[str, Seen]:
        """What was seen of each source, by id. One that is not connected, or in a planned outage, is off."""
        off = Seen(Signs(off=True), connected=False)
        told = {source: connector.seen() for source, connector in self._connectors.items()}
        out = {source for source in told if self._planned_out(source)}
        told |= {source: replace(told[source], signs=off.signs) for source in out}
        return {source: told.get(source, off) for source in self._manifests}

    def probes(self) -> dict[str, float]:
        """Seconds between two probes, for each connected source that can be probed."""
        probed = ((source, self._manifests[source].probe) for source in self._connectors)
        return {source: probe.every_s for source, probe in probed if probe is not None}

    async def probe(self, source: str, agency: str) -> str | None:
        """`held`, a stable code of why it was not, or None where nothing was learnt; never raises for upstream trouble."""
        probe = self._manifests[source].probe
        if probe is None or source not in self._connectors or self._planned_out(source):
            return None
        return await self._connectors[source].probe(probe, agency)

    async def aclose(self) -> None:
        """Give up what is under way and close all connections."""
        await self._flights.aclose()
        await asyncio.gather(*(connector.aclose() for connector in self._connectors.values()))

    async def _ask(
        self,
        manifest: Manifest,
        connector: Connector,
        facts: LookupFacts | None,
        question: Lookup,
        purpose: Purpose,
        deadline: float,
    ) -> Told:
        if facts is None or not _suffices(facts, question):
            return connector.unknown(question.evidence_types, Doubt.INSUFFICIENT_SUBJECT_DATA)
        started = self._now()
        key = self._cache.key(_identity(manifest, question, purpose))
        kept = self._cache.get(key)
        if kept is not None:
            self._report(manifest.id, "cached", started)
            return kept
        told = await self._fresh(manifest, connector, facts, question, purpose, deadline, key)
        self._report(manifest.id, _outcome(told), started)
        return told

    async def _fresh(
        self,
        manifest: Manifest,
        connector: Connector,
        facts: LookupFacts,
        question: Lookup,
        purpose: Purpose,
        deadline: float,
        key: bytes,
    ) -> Told:
        async def call() -> Told:
            told = await connector.ask(facts, question, purpose, deadline)
            self._cache.put(key, told, manifest.freshness.found_s, manifest.freshness.absent_s)
            return told

        try:
            return await self._flights.join(key, call, deadline)
        except TimeoutError:
            return connector.unknown(question.evidence_types, Doubt.SOURCE_TIMED_OUT)
        except Exception:  # the port never raises: a defect of ours is a doubt about the answer, not an error of the check
            return connector.unknown(question.evidence_types, Doubt.BAD_ANSWER)

    def _report(self, source: str, outcome: str, started: float) -> None:
        if self._on_answer is not None:
            self._on_answer(source, outcome, self._now() - started)


def _groups(manifest: Manifest, kinds: tuple[str, ...], subject_kind: str) -> list[Group]:
    """Which of the source's lookups answers for which of the papers asked; None = none does for such a subject."""
    groups: dict[int, tuple[LookupFacts | None, list[str]]] = {}
    for kind in kinds:
        facts = manifest.lookup_for(kind, subject_kind)
        groups.setdefault(id(facts), (facts, []))[1].append(kind)
    return [(facts, tuple(dict.fromkeys(kinds))) for facts, kinds in groups.values()]


def _suffices(facts: LookupFacts, question: Lookup) -> bool:
    told = question.subject.known | {f"about.{name}" for name, _ in question.about}
    return set(facts.needs) <= told and (not facts.either or not told.isdisjoint(facts.either))


def _narrowed(question: Lookup, kinds: tuple[str, ...]) -> Lookup:
    """The same question about some of its papers."""
    return question if kinds == question.evidence_types else replace(question, evidence_types=kinds)


def _identity(manifest: Manifest, question: Lookup, purpose: Purpose) -> tuple[str, ...]:
    """All that an answer may depend on. Who asks and what for belong to it: sources authorise by officer and procedure."""
    subject, kinds = question.subject, question.evidence_types
    about = [part for pair in question.about for part in pair]
    asker = (purpose.procedure, purpose.agency, purpose.officer or "")
    return (manifest.id, manifest.digest, *_told_of(subject), *asker, str(len(kinds)), *kinds, *about)


def _told_of(subject: Subject) -> tuple[str, str, str]:
    if isinstance(subject, Citizen):
        return subject.key, subject.full_name or "", subject.birth_date.isoformat() if subject.birth_date else ""
    return subject.key, subject.name or "", ""


def _outcome(told: Told) -> str:
    outcomes = [holding.doubt.value if holding.doubt else holding.outcome.value for holding in told]
    return next((each for each in outcomes if each not in ("held", "absent")), "held" if "held" in outcomes else "absent")


def _never_heard_of(question: Lookup, clock: Clock) -> Told:
    at = clock.now()
    doubt = Doubt.SOURCE_UNAVAILABLE
    return tuple(
        Holding(question.source, Tier.SECTOR, kind, Outcome.UNKNOWN, at, doubt=doubt) for kind in question.evidence_types
    )
