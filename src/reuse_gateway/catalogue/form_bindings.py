"""Binding files (tệp gắn trường): which paper each field of a form asks for, kept beside the form as YAML or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from reuse_gateway.catalogue.schema import typed
from reuse_gateway.catalogue.yaml_strict import read_file
from reuse_gateway.domain.form import NONE_OF_OURS, Binding

_SUFFIXES = (".bindings.yaml", ".bindings.yml", ".bindings.json")
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def _listed(told: Any) -> Any:
    return [told] if isinstance(told, str) else told


def _spelt_out(told: Any) -> Any:
    return told if isinstance(told, dict) else {"evidence_type": told}


class _OneField(_Strict):
    """The paper, or several of which any will do, and whose; `none` = none of the catalogue's."""

    evidence_type: Annotated[list[Kind], BeforeValidator(_listed)]
    role: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,31}$")] | None = None


class _File(_Strict):
    dialect: str | None = None
    procedure: str | None = None
    case: str | None = None
    fields: dict[str, Annotated[_OneField, BeforeValidator(_spelt_out)]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormBindings:
    """What a binding file says of a form; None = it does not say."""

    dialect: str | None
    procedure: str | None
    case: str | None
    fields: Mapping[str, Binding]


def beside(form: Path) -> Path | None:
    """The binding file of a form: its name without the ending, and `.bindings.yaml`, `.yml` or `.json`; None = none."""
    return next((path for suffix in _SUFFIXES if (path := form.with_name(form.stem + suffix)).is_file()), None)


def read_bindings(path: Path) -> FormBindings:
    """The bindings of one file; raises FactsError naming file and key path."""
    told = typed(_File, read_file(path, path.parent), path.name)
    fields = {
        name: Binding(tuple(kind for kind in each.evidence_type if kind != NONE_OF_OURS), each.role)
        for name, each in told.fields.items()
    }
    return FormBindings(told.dialect, told.procedure, told.case, fields)
