"""Values put into requests: a closed list of inputs in typed slots, no template engine, nothing evaluated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator

from reuse_gateway.application.ports import Purpose
from reuse_gateway.connectors.dates import spell
from reuse_gateway.connectors.spellings import is_male, older_agency_code
from reuse_gateway.domain.subject import Citizen, OldPersonalId, PersonalId, Subject
from reuse_gateway.domain.text import fold

_SLOT = re.compile(r"\{([a-z_.]+(?:\|[a-z0-9]+)?)\}")
KNOWN = frozenset(
    {
        "subject.number",
        "subject.personal_id",
        "subject.old_personal_id",
        "subject.full_name",
        "subject.full_name|upper",
        "subject.full_name|plain",
        "subject.gender|mf12",
        "subject.gender|mf10",
        "subject.birth_date|iso",
        "subject.birth_date|yyyymmdd",
        "subject.birth_date|ddmmyyyy",
        "subject.birth_date|yyyy",
        "subject.birth_date|onlyyear",
        "subject.birth_date|precision",
        "purpose.officer",
        "purpose.agency",
        "purpose.agency|old",
        "purpose.procedure",
        "request_id",
        "page",
        "about.number",
        "about.plate",
        "about.parcel",
        "about.certificate_no",
    }
)
# Only what reads a register by windows knows these; a lookup that names one can never be asked.
OF_REGISTERS = frozenset(
    {
        *(f"window.{end}|{shape}" for end in ("first", "last") for shape in ("iso", "yyyymmdd", "ddmmyyyy")),
        "stream",
        "size",
        "reference",
        "references",
    }
)
Inputs = Mapping[str, str]


class MissingInput(Exception):
    """A request needs a fact about the subject that nobody told."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Text with placeholders, split when the manifest is loaded: literals at even places, inputs at odd ones."""

    parts: tuple[str, ...]

    @classmethod
    def compile(cls, text: object) -> Slot:
        """Raises ValueError for an input that is not on the list, and for stray braces."""
        if not isinstance(text, str) or len(text) > 2_000:
            raise ValueError("a slot is text of at most 2000 characters")
        parts = tuple(_SLOT.split(text))
        unknown = [name for name in parts[1::2] if name not in KNOWN | OF_REGISTERS]
        if unknown or any(brace in literal for literal in parts[::2] for brace in "{}"):
            raise ValueError(f"unknown placeholder {unknown[0]!r}" if unknown else "stray brace")
        return cls(parts)

    def fill(self, inputs: Inputs, spell: Callable[[str], str] = str) -> str | None:
        """The text, each input as `spell` writes it. A slot that is nothing but one untold input is None (left out).

        Raises MissingInput for a mixed one.
        """
        if len(self.parts) == 1:
            return self.parts[0]
        if self.parts[0] == self.parts[-1] == "" and len(self.parts) == 3:
            told = inputs.get(self.parts[1])
            return None if told is None else spell(told)
        try:
            return "".join(spell(inputs[part]) if place % 2 else part for place, part in enumerate(self.parts))
        except KeyError:
            raise MissingInput from None


SlotField = Annotated[Slot, BeforeValidator(Slot.compile)]


def compile_tree(value: object) -> Any:
    """Slots inside a JSON body: objects and lists stay, every text becomes a slot."""
    if isinstance(value, dict):
        return {str(key): compile_tree(inner) for key, inner in value.items()}
    return [compile_tree(inner) for inner in value] if isinstance(value, list) else Slot.compile(value)


def fill_tree(value: Any, inputs: Inputs) -> Any:
    """The JSON body; keys whose slot stays empty are left out."""
    if isinstance(value, dict):
        filled = {key: fill_tree(inner, inputs) for key, inner in value.items()}
        return {key: inner for key, inner in filled.items() if inner is not None}
    if isinstance(value, list):
        return [inner for inner in (fill_tree(each, inputs) for each in value) if inner is not None]
    return value.fill(inputs)


def inputs_of(subject: Subject, purpose: Purpose, about: tuple[tuple[str, str], ...], request_id: str) -> dict[str, str]:
    """All inputs that are told. Where no officer acts (a citizen's own form), the agency asks in its own name."""
    told: dict[str, str | None] = {
        "subject.number": subject.number,
        "purpose.officer": purpose.officer or purpose.agency,
        "purpose.agency": purpose.agency,
        "purpose.agency|old": older_agency_code(purpose.agency),
        "purpose.procedure": purpose.procedure,
        "request_id": request_id,
    }
    told |= {f"about.{name}": value for name, value in about}
    if isinstance(subject, Citizen):
        told |= _citizen(subject)
    elif subject.name:
        told |= _spelt(subject.name)
    return {name: value for name, value in told.items() if value}


def _citizen(subject: Citizen) -> dict[str, str | None]:
    number, name, born = subject.personal_id, subject.full_name, subject.birth_date
    told: dict[str, str | None] = {
        "subject.personal_id": number.value if isinstance(number, PersonalId) else None,
        "subject.old_personal_id": number.value if isinstance(number, OldPersonalId) else None,
    }
    if isinstance(number, PersonalId):
        male = is_male(number)
        told |= {"subject.gender|mf12": "1" if male else "2", "subject.gender|mf10": "1" if male else "0"}
    shapes = ("iso", "yyyymmdd", "ddmmyyyy", "yyyy", "onlyyear", "precision")
    told |= {f"subject.birth_date|{shape}": spell(born, shape) if born else None for shape in shapes}
    return told | (_spelt(name) if name else {})


def _spelt(name: str) -> dict[str, str | None]:
    """As it is, in capitals, and in capitals without accents."""
    return {
        "subject.full_name": name,
        "subject.full_name|upper": name.upper(),
        "subject.full_name|plain": fold(name).upper(),
    }
