"""Lifting a pseudonym (mở danh tính): who may, what for, how often, and what is kept of each time. Pure.

Users.md 3.8 and reliability.md 4.2: a permission of its own, a reason, and a row of its own for every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum

from reuse_gateway.domain.agency import within
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import Fault, InvalidInput, TooMany
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.vietnam import midnight

SCOPE = "audit:reveal"
MOST_MISSES = 5
ASKED_LASTS, APPROVED_LASTS = timedelta(days=7), timedelta(hours=24)


class RevealPurpose(StrEnum):
    """What an identity may be looked at for; nothing else is a purpose."""

    INSPECTION = "inspection"
    COMPLAINT = "complaint"
    LIABILITY = "liability"
    COURT = "court"


class Whose(StrEnum):
    """Whose identity: the official's is shown; about the citizen only a guess is confirmed."""

    OFFICER = "officer"
    SUBJECT = "subject"


class RevealStep(StrEnum):
    """One step of a reveal; `asked` and `approved` come before it where a second person is needed."""

    ASKED = "asked"
    APPROVED = "approved"
    TOLD = "told"


class RevealOutcome(StrEnum):
    """What was told. `gone`: it is not kept any more, or its key was destroyed; nothing was told.

    `different`: not this person, or one whom nobody can compare any more. Whether the gateway knows who was named is not told.
    """

    SHOWN = "shown"
    GONE = "gone"
    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Reveal:
    """One step of one reveal. `at` is aware UTC, `day_on` its day in Vietnam, `number` counts the client's steps of that day.

    `about` is a keyed digest of whom the demand was about, good for one day; steps of one reveal share `id`.
    """

    id: str
    step: RevealStep
    whose: Whose
    violation_id: str
    client_id: str
    agency: str
    at: datetime
    day_on: date
    purpose: RevealPurpose
    reason: str
    outcome: RevealOutcome | None = None
    about: str | None = None
    number: int = 0

    @property
    def told(self) -> Event:
        """What others are told of it: neither what was shown nor why in words."""
        body = {
            "reveal_id": self.id,
            "violation_id": self.violation_id,
            "whose": self.whose.value,
            "purpose": self.purpose.value,
        }
        return Event(f"reveal.{self.step}", self.at, body)


@dataclass(frozen=True, slots=True)
class SealedIdentity:
    """The opaque id of the official behind a demand that was a violation; readable with the key ring alone."""

    demand_id: str
    pseudonym: str
    sealed: bytes
    kept_at: datetime

    @property
    def bound_to(self) -> str:
        """What the seal is good for: this column of this row."""
        return identity_place(self.demand_id, self.pseudonym)


def identity_place(demand_id: str, pseudonym: str) -> str:
    """Table, row and column that a sealed identity belongs to: copied to another row it opens no more."""
    return f"sealed_identities {demand_id} {pseudonym} sealed"


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at a violation: a reading (`step` None), or a step of a reveal. `index`: its leaf."""

    index: int
    at: datetime
    client_id: str
    agency: str
    what: str
    reveal_id: str | None = None
    step: RevealStep | None = None
    purpose: RevealPurpose | None = None
    reason: str | None = None


def purpose_of(text: str) -> RevealPurpose:
    """Raises InvalidInput(`unknown_purpose`) with `known` and, where one is close, `suggestion`."""
    known = [each.value for each in RevealPurpose]
    if text in known:
        return RevealPurpose(text)
    meant = get_close_matches(text.strip().lower(), known, 1, 0.7)
    fault = InvalidInput(Fault("/purpose", "unknown_purpose"))
    fault.facts = {"known": tuple(known)} | ({"suggestion": meant[0]} if meant else {})
    raise fault


def may_reveal(caller: Caller, agency: str) -> bool:
    """The scope itself (`admin` does not stand for it), and a body above the one that made the demand; never its own."""
    return SCOPE in caller.scopes and may_see_looks(caller, agency)


def may_see_looks(caller: Caller, agency: str) -> bool:
    """A body above the one that made the demand: who is looked into does not read why, nor by whom. The scope is the door's."""
    return caller.agency != agency and within(agency, caller.agency)


def refuse_spent(draft: Reveal, today: Sequence[Reveal], most: int) -> None:
    """Raises TooMany: `reveals_spent` beyond so many steps a day, `ids_spent` after five misses about one person.

    `today`: this client's steps of the draft's day. Every miss counts, whoever was named: were an id that has a key counted
    once and another each time, the limit itself would tell who is known. Beyond it the right id is refused like any other.
    """
    left_s = max(1, int((midnight(draft.day_on + timedelta(days=1)) - draft.at).total_seconds()))
    if len(today) >= most:
        raise TooMany(code="reveals_spent", retry_after_s=left_s, limit=most)
    missed = [each for each in today if each.about and each.about == draft.about and each.outcome is not RevealOutcome.SAME]
    if len(missed) >= MOST_MISSES:
        raise TooMany(code="ids_spent", retry_after_s=left_s, limit=MOST_MISSES)
