"""A form that an agency has registered (biểu mẫu đã đăng ký): its versions are kept, and only sound ones are published."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from reuse_gateway.domain.agency import within
from reuse_gateway.domain.check import APPLICANT
from reuse_gateway.domain.errors import Fault
from reuse_gateway.domain.form import Binding, Bindings, Form, FoundBy

MOST_BINDINGS = 64


class FormState(StrEnum):
    """A draft is kept and shown to its owners; a published version is what people get and what is guarded."""

    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class BoundField:
    """A field of the form and a paper it asks for; `role` says whose, None = as the dossier lists it.

    `by`: how that is known. `strict`: the role was said; words alone give way to the dossier. `together`: the field wants other
    papers besides, all of them; else any one of its papers will do.
    """

    field: str
    evidence_type: str
    role: str | None = None
    by: str = FoundBy.BINDING.value
    strict: bool = True
    together: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """What lint found when the version was recorded: enough to be held against its publisher later."""

    rule: str
    level: str
    pointer: str
    field: str


@dataclass(frozen=True)
class FormVersion:
    """One version as recorded. `revision` counts them from 1; `version` is the builder's own word for it.

    `text` is the definition as JSON; `waiver` names the dated fact (id@revision) under which errors were published. `bound`:
    what the guard looks at, by a person's binding or as lint reads it; `free`: fields of which a person said "none of these".
    """

    id: str
    revision: int
    version: str
    state: FormState
    dialect: str
    procedure: str
    text: str
    bound: tuple[BoundField, ...]
    agency: str
    client_id: str
    recorded_at: datetime
    case: str | None = None
    origins: tuple[str, ...] = ()
    traces: tuple[Trace, ...] = ()
    waiver: str | None = None
    free: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """Its name in the ledger."""
        return f"form/{self.id}@{self.revision}"

    @cached_property
    def definition(self) -> Any:
        """The definition as the builder wrote it; MUST NOT be changed."""
        return json.loads(self.text)

    @property
    def bindings(self) -> Bindings:
        """What people bound, as the dialects and lint take it."""
        told: dict[str, Binding] = {name: Binding(()) for name in self.free}
        for each in self.bound:
            if each.by == FoundBy.BINDING:
                known = told.get(each.field, Binding(()))
                told[each.field] = Binding((*known.evidence_types, each.evidence_type), each.role if each.strict else None)
        return told

    def guarded_like(self, newest: FormVersion) -> FormVersion:
        """With the bindings that the newest version has besides: a page may name an old one, and must not escape by it."""
        own = {each.field for each in self.bound}
        more = tuple(each for each in newest.bound if each.field not in own)
        return replace(self, bound=(*self.bound, *more)) if more else self

    def open_to(self, agency: str) -> bool:
        """May dossiers of this agency be filed with it? Its own, and those of the agencies below it."""
        return within(agency, self.agency)


@dataclass(frozen=True, slots=True)
class RecordedForm:
    """A version with the index of its leaf."""

    form: FormVersion
    index: int


def binding_faults(bindings: Bindings, form: Form, kinds: Collection[str], roles: Collection[str]) -> list[Fault]:
    """Bindings that could never hold: of fields that the definition does not have or that another binding has by another
    name, of papers or roles nobody knows.

    SurveyJS passes over an error for a question it does not know, and completes: such a binding would guard nothing.
    """
    found, seen = [], set[tuple[str, str]]()
    for name, binding in bindings.items():
        at = f"/bindings/{name.replace('~', '~0').replace('/', '~1')}"
        places = {field.place for field in form.named(name)}
        if not places:
            found.append(Fault(at, "unknown_form_field"))
        if places & seen:
            found.append(Fault(at, "field_bound_twice"))
        seen |= places
        if not set(binding.evidence_types) <= set(kinds):
            found.append(Fault(f"{at}/evidence_type", "unknown_evidence_type"))
        if binding.role is not None and binding.role not in {APPLICANT, *roles}:
            found.append(Fault(f"{at}/role", "unknown_role"))
    return found


def bound_fields(told: Bindings) -> tuple[BoundField, ...]:
    """Bindings in the order of their fields, so that the same ones are always told alike."""
    return tuple(BoundField(name, kind, told[name].role) for name in sorted(told) for kind in told[name].evidence_types)


def free_fields(told: Bindings) -> tuple[str, ...]:
    """Fields of which a person said that they ask for none of the papers of the catalogue."""
    return tuple(name for name in sorted(told) if not told[name].evidence_types)
