"""From a record of a register to an announcement: which papers it proves, whose they are, in what state. Pure.

Nothing is left out: a record that cannot be read, or that names nobody who could be asked for, is announced as such.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from reuse_gateway.connectors.dates import read_day
from reuse_gateway.connectors.lookups import LookupFacts, Owner
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.owning import Unreadable
from reuse_gateway.connectors.predicates import verdict
from reuse_gateway.connectors.reading import filled, proves
from reuse_gateway.connectors.spellings import parts_of
from reuse_gateway.connectors.sync_facts import SyncPart
from reuse_gateway.domain.announcement import Announced, AnnouncedPaper, Standing
from reuse_gateway.domain.holding import Holding, Outcome, State
from reuse_gateway.domain.subject import NotAnIdentifier, OldPersonalId, PersonalId
from reuse_gateway.domain.vietnam import midnight

_PLACEHOLDER = re.compile(r"0{6,}[0-9]*")
_STANDING = {
    State.VALID: Standing.VALID,
    State.REVOKED: Standing.REVOKED,
    State.EXPIRED: Standing.VALID,
    State.INCOMPLETE: Standing.INCOMPLETE,
}
# Its own last day says that a paper has lapsed; a register that says so without one leaves no doubt either.
_LONG_AGO = date(1900, 1, 1)
_LONG = len("citizen:") + 12
Record = dict[str, Any]


def announced(manifest: Manifest, facts: SyncPart, row: Record, detail: Record, day: date) -> Announced:
    """What one record says: its row in the list with its detail. `day` is the window's first, for registers that list by
    day of change.
    """
    record = {**row, **detail}
    lookup = manifest.lookups[facts.reads_like]
    changed_on, sure = _changed_on(facts, record, day)
    changed_at = midnight(changed_on).astimezone(UTC)
    papers = tuple(dict.fromkeys(_papers(manifest, lookup, record))) if sure else (_unreadable(),)
    return Announced(reference_of(facts, row), changed_at, papers)


def unread(facts: SyncPart, row: Record, day: date) -> Announced:
    """A record that is listed but was not shown: whatever it is may be anybody's."""
    return Announced(reference_of(facts, row), midnight(day).astimezone(UTC), (_unreadable(),))


def _unreadable(kind: str = "") -> AnnouncedPaper:
    return AnnouncedPaper(kind, None, Standing.UNREADABLE)


def reference_of(facts: SyncPart, row: Record) -> str:
    """The source's own name of it in the list; where that is missing, the whole row: it goes no further than a keyed digest."""
    named = [path.text_at(row) for path in facts.reference]
    return json.dumps(named if all(named) else row, sort_keys=True, ensure_ascii=False, default=str)


def _changed_on(facts: SyncPart, record: Record, day: date) -> tuple[date, bool]:
    if facts.changed_on is None:
        return day, True
    told = facts.changed_on.text_at(record)
    try:
        return read_day(told or "", facts.changed_on.format), True
    except ValueError:
        return day, False


def _papers(manifest: Manifest, lookup: LookupFacts, record: Record) -> Iterator[AnnouncedPaper]:
    kept = verdict(lookup.keep or (), record)
    if kept is False:
        return
    for kind, proof in lookup.evidence.items():
        told = proves(lookup, proof, record)
        if told is None or (told and kept is None):
            yield _unreadable(kind)
        elif told:
            yield from _owned(manifest, lookup, kind, record)


def _owned(manifest: Manifest, lookup: LookupFacts, kind: str, record: Record) -> Iterator[AnnouncedPaper]:
    blank = Holding(manifest.id, manifest.tier, kind, Outcome.HELD, datetime.min.replace(tzinfo=UTC))
    try:
        holding = filled(blank, lookup, record)
        standing = _STANDING[holding.state] if holding.state else Standing.UNREADABLE
    except (Unreadable, KeyError):
        holding, standing = blank, Standing.UNREADABLE
    if holding.state is State.EXPIRED and holding.expires_on is None:
        holding = replace(holding, expires_on=_LONG_AGO)
    places = [owner for owner in lookup.owners_of(kind) if _told_at(owner, record)]
    keys = [key for owner in places for key in _keys(owner, record, lookup.asked_about(kind))]
    for key in dict.fromkeys(keys or [None]):
        yield AnnouncedPaper(kind, key, standing, holding.result_code, holding.issued_on, holding.expires_on)


def _told_at(owner: Owner, record: Record) -> bool:
    """Is anybody named at this place? The second of two owners may well be missing."""
    return any(path.text_at(record) for path in (*owner.number, *owner.full_name))


def _keys(owner: Owner, record: Record, kinds: Iterable[str]) -> Iterator[str | None]:
    """Keys of the subjects named at one place, and None where somebody is named by no number that people have now.

    Who is named by the old number of nine digits alone is found by it, but not by the new one.
    """
    numbers = [told for path in owner.number if (told := path.text_at(record))]
    if owner.several == "true":
        numbers = [part for told in numbers for part in parts_of(told)]
    for number in numbers or [""]:
        plain = "" if _PLACEHOLDER.fullmatch(number) else number.replace("-", "")
        keys = list(_subjects(plain, kinds, lost_zeros=owner.lost_zeros == "true"))
        yield from keys
        if all(key.startswith("citizen:") and len(key) < _LONG for key in keys):
            yield None


def _subjects(number: str, kinds: Iterable[str], *, lost_zeros: bool) -> Iterator[str]:
    if not (number.isascii() and number.isdigit()):
        return
    for kind in kinds:
        if kind == "business":
            if len(number) in (10, 12, 13):
                yield f"business:{number}"
            continue
        padded = number.zfill(12) if lost_zeros and len(number) in (10, 11) else number
        try:
            yield f"citizen:{(OldPersonalId if len(padded) == 9 else PersonalId).parse(padded).value}"
        except NotAnIdentifier:
            continue
