"""What an auditor looks for among violations (truy vấn): conditions, words of published names, a window of time; all frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reuse_gateway.domain.asking import DemandKind
from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.vietnam import VIETNAM
from reuse_gateway.domain.violation import ViolationType

SEVERITIES = ("low", "medium", "high")
# Findings of lint are told to the form's author and never violations; the word is known so that it can be left out.
CHANNELS = (*(kind.value for kind in DemandKind), "lint")
TYPES = tuple(kind.value for kind in ViolationType)
STATES = tuple(state.value for state in CaseState)
_CLOSED = frozenset({CaseState.REJECTED, CaseState.DEFECT, CaseState.SOURCE, CaseState.CLOSED})
# What still asks for somebody's doing, and what does not any more.
STANDING = {
    "open": frozenset(state.value for state in CaseState if state not in _CLOSED),
    "closed": frozenset(state.value for state in _CLOSED),
}
HAS = ("liability", "proof", "source", "explanation", "letter", "waiver")


class Key(StrEnum):
    """What can be asked for by `key:value`."""

    AGENCY = "agency"
    PROCEDURE = "procedure"
    EVIDENCE_TYPE = "evidence_type"
    SOURCE = "source"
    TYPE = "type"
    STATE = "state"
    CHANNEL = "channel"
    SEVERITY = "severity"
    IS = "is"
    HAS = "has"


# Whose names are searched by words.
NAMED = (Key.AGENCY, Key.PROCEDURE, Key.EVIDENCE_TYPE, Key.SOURCE, Key.TYPE)


@dataclass(frozen=True, slots=True)
class Condition:
    """One of `values` holds (none of them, where negated). `x*` is a beginning; `x.*` the body x and all below it."""

    key: Key
    values: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.negated else ''}{self.key}:{','.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Folded words of a published name, whole words together; not `exact`: the last one is the beginning of a word."""

    words: str
    exact: bool = True
    negated: bool = False

    def __str__(self) -> str:
        return f'{"-" if self.negated else ""}"{self.words}{"" if self.exact else "*"}"'


@dataclass(frozen=True, slots=True)
class Window:
    """From `first` to before `last`, aware; None = no end on that side."""

    first: datetime | None = None
    last: datetime | None = None

    def within(self, other: Window) -> Window:
        """What both cover."""
        first = max((each for each in (self.first, other.first) if each), default=None)
        last = min((each for each in (self.last, other.last) if each), default=None)
        return Window(first, last)

    def __str__(self) -> str:
        ends = (each.astimezone(VIETNAM).isoformat() if each else "*" for each in (self.first, self.last))
        return "" if self == Window() else "created:" + "..".join(ends)


@dataclass(frozen=True, slots=True)
class Query:
    """Everything must hold."""

    conditions: tuple[Condition, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    window: Window = field(default_factory=Window)

    def also(self, other: Query) -> Query:
        """Both at once."""
        conditions = dict.fromkeys((*self.conditions, *other.conditions))
        phrases = dict.fromkeys((*self.phrases, *other.phrases))
        return Query(tuple(conditions), tuple(phrases), self.window.within(other.window))

    @property
    def without_words(self) -> Query:
        """What may be kept of it: words are free text, and somebody may have typed a name."""
        return Query(self.conditions, (), self.window)

    def __str__(self) -> str:
        """The one spelling of it: what cursors are bound to and what is kept of an export."""
        told = sorted(map(str, self.conditions)) + sorted(map(str, self.phrases))
        return " ".join(filter(None, (*told, str(self.window))))
