"""From a found answer to holdings: whose records they are, which papers they prove, in what state. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from reuse_gateway.connectors.dates import read_day
from reuse_gateway.connectors.lookups import Day, LookupFacts, Proof
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.owning import Unreadable, contradicts, owner_in
from reuse_gateway.connectors.paths import as_text
from reuse_gateway.connectors.predicates import all_hold, verdict
from reuse_gateway.connectors.spellings import parts_of, same_thing
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.subject import Subject

Record = dict[str, Any]
About = tuple[tuple[str, str], ...]
Judged = list[tuple[Record, bool | None]]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer in which a record was found: its decoded pages, whether they are all, and what the answer says of the state."""

    pages: tuple[Any, ...]
    complete: bool = True
    state: State | None = None


def unknown(manifest: Manifest, kinds: Iterable[str], doubt: Doubt, at: datetime) -> tuple[Holding, ...]:
    """One doubt about every paper asked."""
    return tuple(Holding(manifest.id, manifest.tier, kind, Outcome.UNKNOWN, at, doubt=doubt) for kind in kinds)


def absent(manifest: Manifest, kinds: Iterable[str], at: datetime) -> tuple[Holding, ...]:
    """The source said that it has nothing."""
    return tuple(Holding(manifest.id, manifest.tier, kind, Outcome.ABSENT, at) for kind in kinds)


def read(
    manifest: Manifest,
    lookup: LookupFacts,
    kinds: tuple[str, ...],
    subject: Subject,
    told: Told,
    at: datetime,
    about: About = (),
) -> tuple[Holding, ...]:
    """One holding per paper asked, out of an answer whose `found` rule (or one that says what is wrong with it) matched.

    Records of other owners are dropped (a real API answers with everybody's papers), and those of other things than were asked
    about; when none is left, that is no absence. Neither is an own record that does not say whether it counts, or for which
    paper.
    """
    try:
        records = [record for place, page in enumerate(told.pages) for record in _records(lookup, page, first=place == 0)]
        whole = told.complete and _whole(lookup, told.pages[0], records)
    except Unreadable:
        return unknown(manifest, kinds, Doubt.BAD_ANSWER, at)
    named = lookup.named
    own = [record for record in records if owner_in(named, record, subject)]
    if not own:
        return unknown(manifest, kinds, Doubt.WRONG_OWNER, at)
    own = [record for record in own if _of_thing(lookup, record, about)]
    if not own:
        return unknown(manifest, kinds, Doubt.BAD_ANSWER, at)
    if lookup.several == "one" and any(record != own[0] for record in own):
        return unknown(manifest, kinds, Doubt.AMBIGUOUS_ANSWER, at)
    kept = [(record, told_so) for record in own if (told_so := verdict(lookup.keep or (), record)) is not False]
    holdings = (_of_kind(manifest, lookup, kind, subject, kept, whole, at) for kind in kinds)
    return tuple(_as_told(holding, told.state) for holding in holdings)


def _of_thing(lookup: LookupFacts, record: Record, about: About) -> bool:
    """Does the record name every thing that was asked about, perhaps among others, as far as the manifest says where?"""
    asked = [(name, lookup.about[name].text_at(record) or "", value) for name, value in about if name in lookup.about]
    return all(any(same_thing(name, part, value) for part in parts_of(told)) for name, told, value in asked)


def page_length(lookup: LookupFacts, page: Any) -> int | None:
    """How many records a page has; None where it is built otherwise."""
    try:
        return len(_records(lookup, page, first=False))
    except Unreadable:
        return None


def _as_told(holding: Holding, state: State | None) -> Holding:
    """What the answer says of the paper, unless its record contradicts the person asked about."""
    if state is None or holding.outcome is not Outcome.HELD or holding.state is State.MISMATCH:
        return holding
    return replace(holding, state=state)


def _records(lookup: LookupFacts, body: Any, *, first: bool) -> list[dict[str, Any]]:
    found = lookup.records.read(body)
    records = [found] if isinstance(found, dict) else [] if found is None and not first else found
    if not isinstance(records, list) or (first and not records) or not all(isinstance(each, dict) for each in records):
        raise Unreadable
    return records


def _whole(lookup: LookupFacts, body: Any, records: list[dict[str, Any]]) -> bool:
    """Has the source sent all it has? A further page might hold what this one does not; more than all is a contradiction."""
    if lookup.total is None:
        return True
    total = lookup.total.text_at(body) or ""
    if not (total.isascii() and total.isdigit() and len(total) < 10):
        raise Unreadable
    if int(total) < len(records):
        raise Unreadable
    return int(total) == len(records)


def _of_kind(
    manifest: Manifest, lookup: LookupFacts, kind: str, subject: Subject, kept: Judged, whole: bool, at: datetime
) -> Holding:
    judged = [(record, counts and proves(lookup, lookup.evidence[kind], record)) for record, counts in kept]
    proving = [record for record, proves in judged if proves]
    unsure = any(proves is None for _, proves in judged)
    blank = Holding(manifest.id, manifest.tier, kind, Outcome.UNKNOWN, at, doubt=Doubt.BAD_ANSWER)
    if not proving:
        return replace(blank, outcome=Outcome.ABSENT, doubt=None) if whole and not unsure else blank
    owned = [(record, owner) for record in proving if (owner := owner_in(lookup.owners_of(kind), record, subject))]
    if not owned:
        return replace(blank, doubt=Doubt.WRONG_OWNER)
    if unsure and lookup.several != "newest":
        return blank
    if _ambiguous(lookup, [record for record, _ in owned]):
        return replace(blank, doubt=Doubt.AMBIGUOUS_ANSWER)
    held = replace(blank, outcome=Outcome.HELD, doubt=None, owner=subject.key)
    try:
        read_out = [(filled(held, lookup, record), contradicts(owner, record, subject)) for record, owner in owned]
    except Unreadable:
        return blank
    return max((replace(each, state=State.MISMATCH) if other else each for each, other in read_out), key=_worth)


def proves(lookup: LookupFacts, proof: Proof, record: Record) -> bool | None:
    """Is the record one of this paper? None where it does not say."""
    told = verdict(proof.present or (), record)
    if told is False or not proof.result_codes:
        return told
    path = proof.result_code or lookup.fields.result_code
    code = path.text_at(record) if path else None
    return None if not code else told if code in proof.result_codes else False


def _ambiguous(lookup: LookupFacts, proving: list[Record]) -> bool:
    """Differing records where there can be one only: of the owner, or under one number of a paper."""
    first: dict[str | None, Record] = {}
    for place, record in enumerate(proving):
        number = as_text(lookup.identity.read(record)) if lookup.identity else None
        one = None if lookup.several != "newest" else number or str(place)
        if first.setdefault(one, record) != record:
            return True
    return False


def filled(held: Holding, lookup: LookupFacts, record: Record) -> Holding:
    """The holding with what the record says of it; raises Unreadable."""
    proof = lookup.evidence[held.evidence_type]
    issued, last = proof.issued_on or lookup.fields.issued_on, proof.expires_on or lookup.fields.expires_on
    issued_on, expires_on = _day(issued, record), _day(last, record)
    lacking = any(day and day.required == "true" and value is None for day, value in ((issued, issued_on), (last, expires_on)))
    state = _state(lookup, proof, record)
    code = proof.result_code or lookup.fields.result_code
    return replace(
        held,
        state=State.INCOMPLETE if lacking and state is State.VALID else state,
        issued_on=issued_on,
        expires_on=expires_on,
        result_code=_short(code.text_at(record)) if code else None,
    )


def _state(lookup: LookupFacts, proof: Proof, record: Record) -> State:
    """What the record says of itself; raises Unreadable where it says nothing that the manifest knows."""
    rules = (*proof.states, *lookup.fields.states)
    if not rules:
        return State.VALID
    state = next((rule.then for rule in rules if all_hold(rule.when, record)), None)
    if state is None:
        raise Unreadable
    return state


def _short(text: str | None) -> str | None:
    """Result codes are short (`KQ.G15.000031`); anything longer is something else and stays inside."""
    return text if text and len(text) <= 40 and text.isascii() else None


def _day(day: Day | None, record: dict[str, Any]) -> date | None:
    text = day.text_at(record) if day else None
    if day is None or not text:
        return None
    try:
        return read_day(text, day.format, first_day=day.partial == "first_day")
    except ValueError:
        raise Unreadable from None


def _worth(holding: Holding) -> tuple[bool, date, date]:
    """A valid paper before any other, then the one that lasts longest, then the newest."""
    return holding.state is State.VALID, holding.expires_on or date.max, holding.issued_on or date.min
