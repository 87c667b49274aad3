"""Dated law (căn cứ pháp lý): which instrument is cited for what on which day. A change is a new dated row, never an edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from reuse_gateway.domain.text import Text

_MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """An instrument. `in_force_to` is its last day; None = no end known. `verified` False = carried from general knowledge."""

    code: str
    citation: Text
    in_force_from: date
    in_force_to: date | None = None
    issued_on: date | None = None
    superseded_by: str | None = None
    article: str | None = None
    verified: bool = False

    def in_force(self, day: date) -> bool:
        """First and last day included."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)


class Topic(StrEnum):
    """What a verdict or a violation cites the law for."""

    REUSE = "reuse"
    ABOLISHED = "abolished"
    OUTSIDE_DOSSIER = "outside_dossier"
    ORIGINAL = "original"
    UPDATE_SOURCE = "update_source"
    AGENCY_OBTAINS = "agency_obtains"
    SOURCE_TROUBLE = "source_trouble"
    PUBLISHED_DOSSIER = "published_dossier"
    PRIVACY = "privacy"
    LIABILITY = "liability"
    E_RESULT = "e_result"
    SHOWN_ONLY = "shown_only"
    VNEID = "vneid"
    PREFILL = "prefill"
    SECOND_SUPPLEMENT = "second_supplement"
    SUPPLEMENT_FORM = "supplement_form"
    END_TO_END = "end_to_end"
    FORM_OBEYS = "form_obeys"


@dataclass(frozen=True, slots=True)
class CitationRule:
    """From one day to another these instruments are cited for a topic, first the primary one.

    `evidence_types` narrows the rule to kinds of paper; empty = every kind.
    """

    topic: Topic
    codes: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None
    evidence_types: frozenset[str] = frozenset()

    def speaks_on(self, topic: Topic, evidence_type: str | None, day: date) -> bool:
        """Is the rule about this topic and this kind of paper on that day? None = no kind is known."""
        within = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return within and topic is self.topic and (not self.evidence_types or evidence_type in self.evidence_types)


@dataclass(frozen=True, slots=True)
class LawBook:
    """All instruments and citation rules. Law added for later days never changes the answer of an earlier day."""

    bases: Mapping[str, LegalBasis]
    rules: tuple[CitationRule, ...]
    _cited: dict[tuple[Topic, str | None, date], tuple[LegalBasis, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def cite(self, topic: Topic, evidence_type: str | None, day: date) -> tuple[LegalBasis, ...]:
        """The instruments in force on `day` for `topic`; rules about this very paper come before general ones."""
        question = (topic, evidence_type, day)
        if question not in self._cited:
            if len(self._cited) >= _MOST_REMEMBERED:
                self._cited.clear()
            self._cited[question] = self._read(*question)
        return self._cited[question]

    def _read(self, topic: Topic, evidence_type: str | None, day: date) -> tuple[LegalBasis, ...]:
        speaking = [rule for rule in self.rules if rule.speaks_on(topic, evidence_type, day)]
        speaking.sort(key=lambda rule: not rule.evidence_types)
        codes = dict.fromkeys(code for rule in speaking for code in rule.codes)
        return tuple(basis for basis in map(self.bases.__getitem__, codes) if basis.in_force(day))

    @property
    def first_day(self) -> date:
        """Before this day the book knows no prohibition, so nothing can be decided."""
        return min(rule.valid_from for rule in self.rules if rule.topic is Topic.REUSE)
