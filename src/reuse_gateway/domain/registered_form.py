"""A form that an agency has registered (biểu mẫu đã đăng ký): its versions are kept, and only sound ones are published."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from reuse_gateway.domain.agency import within
from reuse_gateway.domain.check import APPLICANT
from reuse_gateway.domain.errors import Fault
from reuse_gateway.domain.form import Binding, Bindings, Form

MOST_BINDINGS = 64


class FormState(StrEnum):
    """A draft is kept and shown to its owners; a published version is what people get and what is guarded."""

    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class BoundField:
    """A field of the form and the paper it asks for; `role` says whose, None = as the dossier lists it."""

    field: str
    evidence_type: str
    role: str | None = None


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

    `text` is the definition as JSON; `waiver` names the dated fact (id@revision) under which errors were published.
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
        """As the dialects and lint take them."""
        return {each.field: Binding((each.evidence_type,), each.role) for each in self.bound}

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


def binding_faults(bound: Collection[BoundField], form: Form, kinds: Collection[str], roles: Collection[str]) -> list[Fault]:
    """Bindings that could never hold: of fields that the definition does not have or that another binding has by another
    name, of papers or roles nobody knows.

    SurveyJS passes over an error for a question it does not know, and completes: such a binding would guard nothing.
    """
    found, seen = [], set[tuple[str, str]]()
    for each in bound:
        at = f"/bindings/{each.field.replace('~', '~0').replace('/', '~1')}"
        if not form.named(each.field):
            found.append(Fault(at, "unknown_form_field"))
        places = {field.place for field in form.named(each.field)}
        if places & seen:
            found.append(Fault(at, "field_bound_twice"))
        seen |= places
        if each.evidence_type not in kinds:
            found.append(Fault(f"{at}/evidence_type", "unknown_evidence_type"))
        if each.role is not None and each.role not in {APPLICANT, *roles}:
            found.append(Fault(f"{at}/role", "unknown_role"))
    return found


def bound_fields(told: Mapping[str, tuple[str, str | None]]) -> tuple[BoundField, ...]:
    """Bindings in the order of their fields, so that the same ones are always told alike."""
    return tuple(BoundField(field, *told[field]) for field in sorted(told))
