"""What a look at a form finds (kết quả rà soát biểu mẫu): rules with stable names, how grave each is, what it cites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reuse_gateway.domain.legal_basis import Topic
from reuse_gateway.domain.verdict import FormAction


class Level(StrEnum):
    """As SARIF 2.1.0 (3.27.10) calls them: an error refuses publication, a warning leaves a trace, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Rule(StrEnum):
    """Every rule; a name never changes its meaning."""

    ABOLISHED_PAPER = "abolished_paper"
    OUTSIDE_PUBLISHED_DOSSIER = "outside_published_dossier"
    REPLACEABLE_PAPER = "replaceable_paper"
    AGENCY_OBTAINS = "agency_obtains"
    UNKNOWN_TAG = "unknown_tag"
    BINDING_WITHOUT_FIELD = "binding_without_field"
    BINDING_UNKNOWN_PAPER = "binding_unknown_paper"
    TAG_AGAINST_LABEL = "tag_against_label"
    REQUIRED_WHILE_HIDDEN = "required_while_hidden"
    UNREADABLE_PART = "unreadable_part"
    NOTHING_READ = "nothing_read"
    OTHER_DIALECT = "other_dialect"
    HELD_BY_PROVINCE = "held_by_province"
    REPLACEABLE_BY_ALTERNATIVE = "replaceable_by_alternative"
    OTHER_PERSONS_PAPER = "other_persons_paper"
    COPY_OF_SHOWN_PAPER = "copy_of_shown_paper"
    CERTIFIED_COPY = "certified_copy"
    HIDING_IS_NOT_ENFORCED = "hiding_is_not_enforced"
    RETYPED_PERSONAL_DATA = "retyped_personal_data"
    ASKED_TWICE = "asked_twice"
    DUPLICATE_KEY = "duplicate_key"
    REQUIRED_WHILE_READ_ONLY = "required_while_read_only"
    UNCHECKED_WHILE_READ_ONLY = "unchecked_while_read_only"
    ORIGINAL_REQUIRED = "original_required"
    OWN_RESULT = "own_result"
    LEFT_TO_THE_GATEWAY = "left_to_the_gateway"
    UNSURE_LABEL = "unsure_label"
    UNDECIDED_DOSSIER = "undecided_dossier"


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """How grave a rule is, the topic of law it cites (None = a matter of the form alone), what mends it (None = a person)."""

    level: Level
    topic: Topic | None = None
    mend: FormAction | None = None


_HIDE, _DEFER = FormAction.HIDE, FormAction.DEFER
RULES: Mapping[Rule, RuleFacts] = {
    Rule.ABOLISHED_PAPER: RuleFacts(Level.ERROR, Topic.ABOLISHED, _HIDE),
    Rule.OUTSIDE_PUBLISHED_DOSSIER: RuleFacts(Level.ERROR, Topic.OUTSIDE_DOSSIER, _HIDE),
    Rule.REPLACEABLE_PAPER: RuleFacts(Level.ERROR, Topic.REUSE, _HIDE),
    Rule.AGENCY_OBTAINS: RuleFacts(Level.ERROR, Topic.AGENCY_OBTAINS, _HIDE),
    Rule.UNKNOWN_TAG: RuleFacts(Level.ERROR),
    Rule.BINDING_WITHOUT_FIELD: RuleFacts(Level.ERROR),
    Rule.BINDING_UNKNOWN_PAPER: RuleFacts(Level.ERROR),
    Rule.TAG_AGAINST_LABEL: RuleFacts(Level.WARNING),
    Rule.REQUIRED_WHILE_HIDDEN: RuleFacts(Level.ERROR, None, _DEFER),
    Rule.UNREADABLE_PART: RuleFacts(Level.WARNING),
    Rule.NOTHING_READ: RuleFacts(Level.WARNING),
    Rule.OTHER_DIALECT: RuleFacts(Level.ERROR),
    Rule.HELD_BY_PROVINCE: RuleFacts(Level.WARNING, Topic.REUSE, _DEFER),
    Rule.REPLACEABLE_BY_ALTERNATIVE: RuleFacts(Level.WARNING, Topic.REUSE, _DEFER),
    Rule.OTHER_PERSONS_PAPER: RuleFacts(Level.WARNING, Topic.OUTSIDE_DOSSIER),
    Rule.COPY_OF_SHOWN_PAPER: RuleFacts(Level.WARNING, Topic.PUBLISHED_DOSSIER, _DEFER),
    Rule.CERTIFIED_COPY: RuleFacts(Level.WARNING, Topic.ABOLISHED),
    Rule.HIDING_IS_NOT_ENFORCED: RuleFacts(Level.WARNING, Topic.REUSE, _HIDE),
    Rule.RETYPED_PERSONAL_DATA: RuleFacts(Level.WARNING, Topic.REUSE),
    Rule.ASKED_TWICE: RuleFacts(Level.WARNING, Topic.REUSE),
    Rule.DUPLICATE_KEY: RuleFacts(Level.WARNING),
    Rule.REQUIRED_WHILE_READ_ONLY: RuleFacts(Level.WARNING, None, _DEFER),
    Rule.UNCHECKED_WHILE_READ_ONLY: RuleFacts(Level.WARNING),
    Rule.ORIGINAL_REQUIRED: RuleFacts(Level.NOTE, Topic.ORIGINAL),
    Rule.OWN_RESULT: RuleFacts(Level.NOTE),
    Rule.LEFT_TO_THE_GATEWAY: RuleFacts(Level.NOTE, Topic.REUSE),
    Rule.UNSURE_LABEL: RuleFacts(Level.NOTE),
    Rule.UNDECIDED_DOSSIER: RuleFacts(Level.NOTE),
}


@dataclass(frozen=True, slots=True)
class FormFinding:
    """One finding. `field` is the key of the field (or the name in a binding), `bases` the instruments cited, primary first.

    `sources`: databases that stand in for the paper; `suggestions`: kinds of paper that may be meant; `role`: whose paper.
    """

    rule: Rule
    pointer: str
    field: str
    label: str = ""
    evidence_type: str | None = None
    role: str | None = None
    bases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = field(default=())

    @property
    def place(self) -> tuple[str, str]:
        """Which field (`Field.place`)."""
        return self.pointer, self.field

    @property
    def level(self) -> Level:
        """How grave."""
        return RULES[self.rule].level

    @property
    def mend(self) -> FormAction | None:
        """What is done to the field by the fix; None = a person must decide."""
        return RULES[self.rule].mend
