"""The facts of the simulation: shared synthetic people, and per source its routes, bodies and cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from reuse_gateway.domain.errors import FactsError


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Case(_Facts):
    """How one answer looks: a body by name (or `text`), filled with values, and what goes wrong with it.

    `as` takes another case of the same route; `cut` sends only that share of the bytes.
    """

    body: str | None = None
    text: str | None = None
    same_as: str | None = Field(default=None, alias="as")
    values: dict[str, str] = Field(default_factory=dict, alias="with")
    status: int = Field(default=200, ge=200, le=599)
    content_type: str = "application/json"
    headers: dict[str, str] = Field(default_factory=dict)
    delay_s: float = Field(default=0, ge=0, le=60)
    cut: float | None = Field(default=None, gt=0, lt=1)
    honest_length: Literal["true"] | None = None


class Person(_Facts):
    """A synthetic person or business, the case that all sources answer with, and the sources that differ."""

    number: str = Field(pattern=r"^999[0-9]{7}([0-9]{2,3})?$")
    full_name: str
    birth_date: str = ""
    case: str
    at: dict[str, str] = Field(default_factory=dict)

    def case_at(self, source: str) -> str:
        return self.at.get(source, self.case)


class People(_Facts):
    """`people.yaml`."""

    faults: dict[str, Case]
    people: tuple[Person, ...]


class TokenFacts(_Facts):
    """Where the source issues tokens, how long they last, and the body with which it refuses a wrong one."""

    path: str
    expires_s: int = Field(ge=1)
    refusal: str


class Route(_Facts):
    """One operation; `number` tells where the asked number stands: `{query: name}` or `{json: name}`."""

    method: Literal["GET", "POST"]
    path: str
    number: dict[Literal["query", "json"], str] = Field(min_length=1, max_length=1)
    cases: dict[str, Case]


class SourceCases(_Facts):
    """`<id>.cases.yaml`."""

    token: TokenFacts
    routes: tuple[Route, ...]
    values: dict[str, str] = Field(default_factory=dict)
    bodies: Annotated[dict[str, str], BeforeValidator(dict)]


def load_people(folder: Path) -> People:
    """Raises FactsError."""
    return _read(folder / "people.yaml", People)


def load_cases(folder: Path) -> dict[str, SourceCases]:
    """By source id; raises FactsError."""
    files = sorted(folder.glob("*/*.cases.yaml"))
    return {file.name.removesuffix(".cases.yaml"): _read(file, SourceCases) for file in files}


def _read(file: Path, model: type[Any]) -> Any:
    try:
        return model.model_validate(yaml.load(file.read_bytes(), Loader=yaml.CBaseLoader))  # noqa: S506 - text only
    except (OSError, yaml.YAMLError):
        raise FactsError(file.name, "", "not readable YAML") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise FactsError(file.name, ".".join(str(step) for step in first["loc"]), first["msg"]) from None
