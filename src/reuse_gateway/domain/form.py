"""An online form (biểu mẫu điện tử) as every rule sees it, whichever builder made it: fields, and what they ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reuse_gateway.domain.personal_fact import PersonalFact
from reuse_gateway.domain.verdict import FormAction

Operation = dict[str, Any]


class FieldKind(StrEnum):
    """What a field takes: a file, something typed about a person or body, or anything else."""

    ATTACHMENT = "attachment"
    PERSONAL = "personal"
    OTHER = "other"


class FoundBy(StrEnum):
    """What tells which paper a field asks for; a binding counts more than a tag, a tag more than words."""

    BINDING = "binding"
    TAG = "tag"
    FILE_TEMPLATE_NO = "file_template_no"
    LABEL = "label"
    NOTHING = "nothing"


class Trap(StrEnum):
    """What this builder does with a field so set up, though its author will hardly expect it (seen in the real engines)."""

    REQUIRED_WHILE_HIDDEN = "required_while_hidden"
    KEPT_WHILE_HIDDEN = "kept_while_hidden"
    REQUIRED_WHILE_READ_ONLY = "required_while_read_only"
    UNCHECKED_WHILE_READ_ONLY = "unchecked_while_read_only"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `pointer` (RFC 6901) is its place in the definition, `path` the names under which a submission holds it.

    `sections`: titles around it, the outermost first. `filled`: the system fills it, nobody types. `locked`: hidden, and the
    engine refuses or drops what is sent all the same. `gated`: its author leaves it to the gateway whether it is shown.
    `tag` is what the builder's own place for tags says, `hints` are words that may be tags, `template_no` a code of the kind of
    paper. `any_of` and what follows is filled in by `form_reading.understood`; `strict`: the role was said.
    `doubted`: papers that the words name, though it is not known whose.
    """

    pointer: str
    path: tuple[str, ...]
    label: str
    kind: FieldKind
    type: str = ""
    sections: tuple[str, ...] = ()
    required: bool = False
    hidden: bool = False
    locked: bool = False
    filled: bool = False
    gated: bool = False
    repeated: bool = False
    traps: tuple[Trap, ...] = ()
    tag: str | None = None
    hints: tuple[str, ...] = ()
    template_no: str | None = None
    told_role: str | None = None
    any_of: tuple[tuple[str, ...], ...] = ()
    role: str | None = None
    strict: bool = False
    personal: PersonalFact | None = None
    owner: str = ""
    found_by: FoundBy = FoundBy.NOTHING
    score: float = 0.0
    certified: bool = False
    suggestions: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    contradicted_by: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, str]:
        """What tells it from every other field: a part that two parts of a form share stands in one place under two names."""
        return self.pointer, self.key

    @property
    def key(self) -> str:
        """The name of its value in a submission, with dots between the levels."""
        return ".".join(self.path)

    @property
    def top(self) -> str:
        """The outermost name: some builders take errors for these alone."""
        return self.path[0] if self.path else ""

    @property
    def evidence_types(self) -> tuple[str, ...]:
        """Every kind of paper it asks for, once."""
        return tuple(dict.fromkeys(kind for together in self.any_of for kind in together))

    def called(self, name: str) -> bool:
        """May a binding call it so? By the key, the last name of it, its place, or the number of its template."""
        return name in (self.key, self.pointer, self.template_no) or bool(self.path and name == self.path[-1])


@dataclass(frozen=True, slots=True)
class ReadingFault:
    """A part of a definition that could not be read, so that nothing is said about what it asks."""

    pointer: str
    code: str


@dataclass(frozen=True, slots=True)
class Form:
    """A definition as read: fields in its own order, and what could not be read."""

    dialect: str
    fields: tuple[Field, ...]
    faults: tuple[ReadingFault, ...] = ()

    def named(self, name: str) -> tuple[Field, ...]:
        """The fields that a binding or a submission calls so; those with that very key before those that end in it."""
        whole = tuple(field for field in self.fields if field.key == name)
        return whole or tuple(field for field in self.fields if field.called(name))


# What a person writes in place of a kind who has looked and found none.
NONE_OF_OURS = "none"


@dataclass(frozen=True, slots=True)
class Binding:
    """A person's word for what a field asks (tệp gắn trường): alternatives of papers, and whose. No paper = none of ours."""

    evidence_types: tuple[str, ...]
    role: str | None = None


Bindings = Mapping[str, Binding]


@dataclass(frozen=True, slots=True)
class Shaping:
    """What is done to a field before a person sees it, and the sentence that stands in its place.

    `hide` and `prefill`: gone, a value sent all the same is refused or dropped by the engine. `defer`: it stays, nobody must
    fill it. `show`: nothing is done.
    """

    field: Field
    action: FormAction
    notice: str


@dataclass(frozen=True, slots=True)
class FieldPatch:
    """The operations (RFC 6902) of one field (`Field.place`); they begin with a `test` and hold against what was read."""

    place: tuple[str, str]
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class FieldRefusal:
    """A field that a submission may not hold, and why, in words for the person who sees it."""

    field: Field
    message: str
    evidence_type: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedSubmission:
    """A refusal as the builder understands it: HTTP status and JSON body."""

    status: int
    body: Any


def flattened(patches: Iterable[FieldPatch]) -> list[Operation]:
    """One patch of all, in the order in which a dialect gave them: so no operation moves the place of a later one."""
    return [operation for patch in patches for operation in patch.operations]
