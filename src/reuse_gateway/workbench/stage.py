"""One manifest and its cases on a stage: a real connector over real HTTP (or a real view, real files), people made up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from reuse_gateway.application.ports import Purpose
from reuse_gateway.connectors.lines import Line
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.protocols import PROTOCOLS
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.domain.holding import Holding
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.subject import Subject
from reuse_gateway.simulation import simulated_secret
from reuse_gateway.simulation.facts import People, Person, SourceCases
from reuse_gateway.simulation.local import build_local
from reuse_gateway.simulation.local_rows import LocalSource, playable
from reuse_gateway.simulation.rehearsal import Rehearsal
from reuse_gateway.workbench.made_up import MadeUp, subject_of

PURPOSE = Purpose("chk_contract", "H41.14", "1.001193", "officer-contract")
PATIENT_S = 10.0
# A lookup, a kind of subject, and the papers that it proves of such.
Question = tuple[LookupFacts, str, tuple[str, ...]]
Around = Callable[[Line], Line]


class NotApplicable(Exception):
    """The case means nothing for such a source; the message says why."""


class Failed(Exception):
    """The connector broke the contract; the message says how."""


class WallClock:
    """Aware UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Stage:
    """Everything a case of the contract suite needs. `url` is set once the theatre is open."""

    def __init__(self, manifest: Manifest, facts: SourceCases, people: People, made_up: MadeUp) -> None:
        self.manifest = manifest.model_copy(update={"simulated": True})
        self.facts, self._faults = facts, people
        names = dict.fromkeys(("valid", "absent", *self._own_cases(), *playable(facts, people)))
        self._people: dict[str, dict[str, Person]] = {
            "citizen": made_up.citizens(names),
            "business": made_up.businesses(names),
        }
        everybody = [person for of_kind in self._people.values() for person in of_kind.values()]
        self.everybody = tuple(everybody)
        self.rehearsal = Rehearsal(manifest.id, facts, everybody, people) if facts.routes else None
        self.url = ""
        self._local: LocalSource | None = None

    @property
    def speaks_http(self) -> bool:
        return PROTOCOLS[self.manifest.protocol].line == "http"

    @property
    def misbehaving(self) -> Rehearsal:
        """The source whose operations can be made to misbehave; raises NotApplicable where there is no HTTP."""
        if self.rehearsal is None:
            raise NotApplicable(f"{self.manifest.protocol} has no HTTP answers")
        return self.rehearsal

    @property
    def local(self) -> LocalSource:
        """The view or the files that can be made to misbehave; raises NotApplicable where there is HTTP."""
        if self._local is None:
            raise NotApplicable(f"{self.manifest.protocol} is asked over HTTP")
        return self._local

    def fill(self, folder: Path) -> None:
        """A view or dropped files, where the source is one."""
        if self.rehearsal is None:
            people = self._faults.model_copy(update={"people": self.everybody})
            self._local = build_local(self.manifest.id, self.facts, people, folder, date.today())
            self.url = self._local.where

    def questions(self) -> list[Question]:
        """Every lookup with every kind of subject that it can be asked about, and the papers it proves of such."""
        told = []
        for lookup in self.manifest.lookups:
            for kind in lookup.subjects:
                papers = tuple(paper for paper in lookup.evidence if kind in lookup.asked_about(paper))
                told += [(lookup, kind, papers)] if papers else []
        return told

    def subject(self, kind: str, case: str = "valid") -> Subject:
        return subject_of(self._people[kind][case])

    @asynccontextmanager
    async def connected(
        self, secrets: Callable[[str], str] = simulated_secret, url: str = "", around: Around | None = None, **limits: Any
    ) -> AsyncIterator[SourceRegistry]:
        """A fresh registry: closed circuit, no token, empty cache. `limits` stand in place of the manifest's.

        Without a theatre (`url` empty) the source is asked inside this process.
        """
        circuit = self.manifest.limits.circuit.model_copy(update={"window": 1_000, "min": 1_000})
        update = {"timeout_s": PATIENT_S, "connect_timeout_s": PATIENT_S, "circuit": circuit} | limits
        manifest = self.manifest.model_copy(update={"limits": self.manifest.limits.model_copy(update=update)})
        url = url or self.url
        here = {} if url else {"transport": lambda verify, limits: httpx.ASGITransport(app=self.misbehaving)}
        urls = {manifest.id: url or f"http://127.0.0.1/{manifest.id}"}
        registry = SourceRegistry([manifest], urls, secrets, WallClock(), around=around, **here)
        try:
            yield registry
        finally:
            await registry.aclose()

    async def put(
        self, registry: SourceRegistry, question: Question, case: str = "valid", within_s: float = 2 * PATIENT_S
    ) -> tuple[Holding, ...]:
        """One lookup about the person of that case."""
        lookup, kind, papers = question
        about = tuple((name, self._thing(kind, case, name)) for name in _things_asked(lookup))
        return await self.ask_about(registry, self.subject(kind, case), papers, about, within_s)

    async def ask_about(
        self,
        registry: SourceRegistry,
        subject: Subject,
        papers: tuple[str, ...],
        about: tuple[tuple[str, str], ...] = (),
        within_s: float = 2 * PATIENT_S,
    ) -> tuple[Holding, ...]:
        """Any subject, any thing."""
        asked = Lookup(self.manifest.id, subject, papers, about)
        return await registry.lookup(asked, PURPOSE, asyncio.get_running_loop().time() + within_s)

    async def once(self, question: Question, case: str = "valid", **how: Any) -> tuple[Holding, ...]:
        """The same with a registry of its own, connected like `how`."""
        async with self.connected(**how) as registry:
            return await self.put(registry, question, case)

    def cases_met(self) -> dict[str, str | None]:
        """The cases of the operation that was asked last (of a view or of files: all), with what they say they must come to."""
        if self.rehearsal is None:
            shared = {name: fault.means for name, fault in playable(self.facts, self._faults).items()}
            return shared | {case: self.facts.means.get(case) for case in self._own_cases()}
        route = self.rehearsal.source.last_route
        told = {**self._faults.faults, **(route.cases if route else {})}
        return {name: case.means for name, case in told.items()}

    def _thing(self, kind: str, case: str, name: str) -> str:
        """What belongs to that person, as people.yaml has it: a prefix and the owner's last five digits."""
        person = self._people[kind][case]
        plate, other = self._faults.things[person.kind]
        return (plate if name == "plate" else other) + person.number[-5:]

    def _own_cases(self) -> list[str]:
        if self.facts.table:
            return [*self.facts.table.cases]
        if self.facts.dropped:
            return [case for cases in self.facts.dropped.files.values() for case in cases]
        return [case for route in self.facts.routes for case in route.cases]


def _things_asked(lookup: LookupFacts) -> list[str]:
    named = (*lookup.needs, *lookup.either)
    return sorted({need.removeprefix("about.") for need in named if need.startswith("about.")})
