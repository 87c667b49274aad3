"""From the wire's shape of a demand to domain values: words taken apart, manners read from labels, evidence sealed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reuse_gateway.api.demand_shapes import DemandIn, DemandItemIn, OverrideIn
from reuse_gateway.api.reading import Reader, attempt, instant_of
from reuse_gateway.application.demand_ports import Bodies
from reuse_gateway.application.people_ports import People
from reuse_gateway.domain.agency import agency_code, within
from reuse_gateway.domain.asking import Asked, Channel, DemandKind, Manner, Mau02, Means, Shown
from reuse_gateway.domain.case import Role
from reuse_gateway.domain.case_moves import hears_citizens, role_of
from reuse_gateway.domain.check import MOST_ITEMS, Caller, Stage
from reuse_gateway.domain.demand import Circumstances, DemandCase
from reuse_gateway.domain.demand_words import papers_listed
from reuse_gateway.domain.errors import Fault, InvalidInput, NotAllowed
from reuse_gateway.domain.free_text import says_something
from reuse_gateway.domain.lawful_exception import Invoker
from reuse_gateway.domain.matching import Sense, Vocabulary
from reuse_gateway.domain.override import Override
from reuse_gateway.domain.text import fold, nfc
from reuse_gateway.domain.vietnam import vietnamese_day

SUPERVISE = "demand:supervise"
CLOCKS_DIFFER = timedelta(minutes=1)
_MANNERS = {Sense.COPY: Manner.COPY, Sense.CERTIFIED: Manner.CERTIFIED, Sense.ORIGINAL: Manner.ORIGINAL}


@dataclass(frozen=True, slots=True)
class DemandReader:
    """Reads demands. What an officer compared is sealed by the person's key: two hashes of a birth date tell it."""

    reader: Reader
    vocabulary: Vocabulary
    people: People
    bodies: Bodies

    async def __call__(self, caller: Caller, body: DemandIn) -> tuple[DemandCase, str]:
        """The case and the agency that asked; raises InvalidInput, NotAllowed, StoreError."""
        agency = await self._agency(caller, body)
        body = body.model_copy(update={"items": [*body.items, *self._worded(body)]})
        faults: list[Fault] = []
        made_at = self._no_later_than_now(attempt(faults, "/made_at", lambda: instant_of(body.made_at), "bad_format"))
        stage = Stage.SUPPLEMENT if body.kind == "supplement_request" else Stage.INTAKE
        day = vietnamese_day(made_at) if made_at else None
        request = self.reader.case(body, day, faults, "/made_at", stage, caller.agency)
        if made_at is None or made_at > self.reader.now():
            raise InvalidInput(Fault("/made_at", "future_day"))
        form = body.mau_02
        told = Circumstances(
            kind=DemandKind(body.kind),
            made_at=made_at,
            asked=tuple(self.asked(item) for item in body.items),
            received_by=body.received_by and Channel(body.received_by),
            means=body.means and Means(body.means),
            mau_02=form and Mau02(form.number, says_something(form.reason or "")),
            reason_stated=says_something(body.reason or ""),
            shown_check=body.shown_receipt and _id_or_code(body.shown_receipt),
            override=body.override and self._override(caller, body.override),
            by_inspector=body.kind == DemandKind.CITIZEN_REPORT and hears_citizens(caller, agency),
        )
        if told.override:
            told = replace(told, override=await self._sealed(told.override, request.subject.key))
        return DemandCase(request, told), agency

    def _no_later_than_now(self, told: datetime | None) -> datetime | None:
        """Clocks of offices run a little ahead: what was made this minute was made now."""
        now = self.reader.now()
        return now if told is not None and now < told <= now + CLOCKS_DIFFER else told

    async def _agency(self, caller: Caller, body: DemandIn) -> str:
        """Who asked: the caller or a body below it; where an auditor records what a citizen reported, whoever he inspects.

        The body must be known: an invented one would be judged by its inventor.
        """
        records = bool(caller.scopes & {"demand:write", "admin"})
        if not records and body.kind != DemandKind.CITIZEN_REPORT:
            raise NotAllowed(code="insufficient_scope", scope=("demand:write",))
        if body.agency is None:
            if not records:
                raise InvalidInput(Fault("/agency", "missing"))
            return caller.agency
        faults: list[Fault] = []
        code = attempt(faults, "/agency", lambda: agency_code(str(body.agency)))
        inspects = code and body.kind == DemandKind.CITIZEN_REPORT and role_of(caller, code) is Role.AUDITOR
        if code and not inspects and not (records and within(code, caller.agency)):
            faults.append(Fault("/agency", "not_below_caller" if records else "not_inspected_by_caller"))
        elif code and code != caller.agency and not await self.bodies.known(code):
            faults.append(Fault("/agency", "unknown_agency"))
        if faults or code is None:
            raise InvalidInput(*faults)
        return code

    def _worded(self, body: DemandIn) -> list[DemandItemIn]:
        """The points of the free words as items; raises InvalidInput where there is none, or too many, or a name is taken."""
        if body.words is None:
            return []
        labels = tuple(map(nfc, papers_listed(body.words)))
        taken = {item.ref for item in body.items}
        named = [DemandItemIn(ref=f"w{n}", label=label) for n, label in enumerate(labels, 1)]
        refs = taken | {item.ref for item in named}
        if not labels and not body.items:
            raise InvalidInput(Fault("/words", "no_paper_named"))
        if len(named) + len(body.items) > MOST_ITEMS:
            raise InvalidInput(Fault("/words", "too_long"))
        if any(item.ref in taken for item in named):
            raise InvalidInput(Fault("/words", "duplicate_ref"))
        if body.override and not refs.issuperset(body.override.refs):
            raise InvalidInput(Fault("/override/refs", "unknown_ref"))
        return named

    def asked(self, item: DemandItemIn) -> Asked:
        """How one paper was asked for: as told, else as its label says."""
        manner = Manner(item.manner) if item.manner else self._manner(item.label) if item.label else None
        return Asked(item.ref, manner, frozenset(map(Shown, item.shown)), item.vneid_consent)

    def _manner(self, label: str) -> Manner | None:
        """How the words want the paper; None where they say nothing, more than one thing, or leave a choice (hoặc)."""
        if "hoac" in fold(label).split():
            return None
        signs = self.vocabulary.read(label).signs
        found = {manner for sense, manner in _MANNERS.items() if sense in signs}
        if found == {Manner.COPY, Manner.CERTIFIED}:
            return Manner.CERTIFIED
        return found.pop() if len(found) == 1 else None

    def _override(self, caller: Caller, told: OverrideIn) -> Override:
        if told.invoked_by == "supervisor" and not caller.scopes & {SUPERVISE, "admin"}:
            raise NotAllowed(code="insufficient_scope")
        evidence = {name: _text(value) for name, value in told.evidence.items()}
        return Override(told.reason_code, Invoker(told.invoked_by), evidence, frozenset(told.refs))

    async def _sealed(self, told: Override, identity: str) -> Override:
        names, _, compared = told.evidence.get("field_difference", "").partition("#")
        if not compared:
            return told if not names else replace(told, evidence={**told.evidence, "field_difference": names})
        seal = await self.people.sealed((identity,), f"difference {compared}")
        return replace(told, evidence={**told.evidence, "field_difference": f"{names}#{seal.hex()}"})


def _text(value: str | bool | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _id_or_code(told: str) -> str:
    """A check id, or a short code as people type it."""
    return told if told.startswith("chk_") else told.replace("-", "").upper()
