"""From a found answer to holdings: whose records they are, which papers they prove, in what state. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from reuse_gateway.connectors.dates import read_day
from reuse_gateway.connectors.lookups import Day, LookupFacts, Proof
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.owning import Own, Unreadable, own_records
from reuse_gateway.connectors.paths import as_text
from reuse_gateway.connectors.predicates import all_hold
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.subject import Subject


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
    manifest: Manifest, lookup: LookupFacts, kinds: tuple[str, ...], subject: Subject, told: Told, at: datetime
) -> tuple[Holding, ...]:
    """One holding per paper asked, out of an answer whose `found` rule (or one that says what is wrong with it) matched.

    Records of other owners are dropped (a real API answers with everybody's papers); when none is left, that is no absence.
    """
    try:
        records = [record for place, page in enumerate(told.pages) for record in _records(lookup, page, first=place == 0)]
        whole = told.complete and _whole(lookup, told.pages[0], records)
        own = own_records(lookup, records, subject)
    except Unreadable:
        return unknown(manifest, kinds, Doubt.BAD_ANSWER, at)
    if not own:
        return unknown(manifest, kinds, Doubt.WRONG_OWNER, at)
    if lookup.several == "one" and any(record != own[0][0] for record, _ in own):
        return unknown(manifest, kinds, Doubt.AMBIGUOUS_ANSWER, at)
    kept = [each for each in own if lookup.keep is None or all_hold(lookup.keep, each[0])]
    holdings = (_of_kind(manifest, lookup, kind, subject, kept, whole, at) for kind in kinds)
    return tuple(_as_told(holding, told.state) for holding in holdings)


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
    """Has the source sent all it has? A further page might hold what this one does not."""
    if lookup.total is None:
        return True
    total = lookup.total.text_at(body) or ""
    if not (total.isascii() and total.isdigit() and len(total) < 10):
        raise Unreadable
    return int(total) <= len(records)


def _of_kind(
    manifest: Manifest, lookup: LookupFacts, kind: str, subject: Subject, own: Own, whole: bool, at: datetime
) -> Holding:
    proof = lookup.evidence[kind]
    proving = [each for each in own if _proves(lookup, proof, each[0])]
    blank = Holding(manifest.id, manifest.tier, kind, Outcome.UNKNOWN, at, doubt=Doubt.BAD_ANSWER)
    if not proving:
        return replace(blank, outcome=Outcome.ABSENT, doubt=None) if whole else blank
    if _ambiguous(lookup, proving):
        return replace(blank, doubt=Doubt.AMBIGUOUS_ANSWER)
    held = replace(blank, outcome=Outcome.HELD, doubt=None, owner=subject.key)
    try:
        return max((_filled(held, lookup, proof, record, contradicts) for record, contradicts in proving), key=_worth)
    except Unreadable:
        return blank


def _proves(lookup: LookupFacts, proof: Proof, record: dict[str, Any]) -> bool:
    if proof.present is not None and not all_hold(proof.present, record):
        return False
    path = proof.result_code or lookup.fields.result_code
    return not proof.result_codes or (path is not None and path.text_at(record) in proof.result_codes)


def _ambiguous(lookup: LookupFacts, proving: Own) -> bool:
    """Differing records where there can be one only: of the owner, or under one number of a paper."""
    first: dict[str | None, dict[str, Any]] = {}
    for place, (record, _) in enumerate(proving):
        number = as_text(lookup.identity.read(record)) if lookup.identity else None
        one = None if lookup.several != "newest" else number or str(place)
        if first.setdefault(one, record) != record:
            return True
    return False


def _filled(held: Holding, lookup: LookupFacts, proof: Proof, record: dict[str, Any], contradicts: bool) -> Holding:
    issued, last = proof.issued_on or lookup.fields.issued_on, proof.expires_on or lookup.fields.expires_on
    issued_on, expires_on = _day(issued, record), _day(last, record)
    lacking = any(day and day.required == "true" and value is None for day, value in ((issued, issued_on), (last, expires_on)))
    state = State.INCOMPLETE if lacking else State.VALID
    rules = (*proof.states, *lookup.fields.states)
    state = next((rule.then for rule in rules if all_hold(rule.when, record)), state)
    code = proof.result_code or lookup.fields.result_code
    return replace(
        held,
        state=State.MISMATCH if contradicts else state,
        issued_on=issued_on,
        expires_on=expires_on,
        result_code=_short(code.text_at(record)) if code else None,
    )


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
