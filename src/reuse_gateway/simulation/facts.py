"""The facts of the simulation: shared synthetic people, and per source its routes, bodies and cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field, ValidationError

from reuse_gateway.domain.errors import FactsError
from reuse_gateway.simulation.door_facts import Behind, Door, Facts, TokenFacts
from reuse_gateway.simulation.register_facts import RegisterFacts

_DEEPEST = 100


class Case(Facts):
    """How one answer looks: a body by name (or `text`), filled with values, and what goes wrong with it.

    `as` takes another case of the same route; `cut` sends only that share of the bytes; `bytes` fills it up with blanks.
    `means`: what the gateway shall make of it where that is not what such a case means anywhere; only tests and the
    workbench read it.
    """

    body: str | None = None
    text: str | None = None
    same_as: str | None = Field(default=None, alias="as")
    values: dict[str, str] = Field(default_factory=dict, alias="with")
    means: str | None = None
    status: int = Field(default=200, ge=200, le=599)
    content_type: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    delay_s: float = Field(default=0, ge=0, le=60)
    cut: float | None = Field(default=None, gt=0, lt=1)
    honest_length: Literal["true"] | None = None
    bytes: int = Field(default=0, ge=0, le=16_777_216)


Asked = Annotated[dict[Literal["query", "json", "path", "xml"], str], Field(min_length=1, max_length=1)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Person(Facts):
    """A synthetic person or business, the case that all sources answer with, and the sources that differ."""

    number: str = Field(pattern=r"^999[0-9]{7}([0-9]{2,3})?$")
    full_name: str
    birth_date: str = ""
    case: str
    at: dict[str, str] = Field(default_factory=dict)

    @property
    def kind(self) -> Literal["citizen", "business"]:
        return "citizen" if self.birth_date else "business"

    def case_at(self, source: str) -> str:
        return self.at.get(source, self.case)


class People(Facts):
    """`people.yaml`. `things`: prefixes to the owner's last five digits, together numbers of what belongs to them."""

    faults: dict[str, Case]
    things: dict[Literal["citizen", "business"], tuple[str, ...]] = Field(default_factory=dict)
    people: tuple[Person, ...]

    def by_number(self) -> dict[str, Person]:
        """Everybody by their own number, and by those of their things."""
        told = {prefix + each.number[-5:]: each for each in self.people for prefix in self.things.get(each.kind, ())}
        return told | {each.number: each for each in self.people}


class Route(Facts):
    """One operation; `number` tells where the number asked (a person's, a thing's) stands: `{query | json | path | xml: name}`;
    where several places are listed, the first that is told counts; dots lead into a nested body (`json: nguoi.soDinhDanh`).

    Several operations share a path where a field of the body names them (`verb`), or the SOAP body does (`operation`); `order`
    is the order in which a SOAP source wants its elements. A source that pages: `page` says where the page number stands
    and which body each further page has; pages beyond them are `absent`.
    """

    method: Literal["GET", "POST"]
    path: str
    number: Annotated[tuple[Asked, ...], BeforeValidator(_listed), Field(min_length=1, max_length=3)]
    verb: dict[str, str] = Field(default_factory=dict, max_length=1)
    operation: str | None = None
    order: tuple[str, ...] = ()
    page: Page | None = None
    cases: dict[str, Case]


class Page(Facts):
    """Where the page number stands in the query, the number of the first page, and the bodies of the further ones."""

    query: str
    first: int = 1
    further: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class RowsCase(Facts):
    """The rows of one case (texts with `${values}`); a list alone is its rows. `as` takes those of another case beside it."""

    rows: tuple[tuple[str, ...], ...] = ()
    same_as: str | None = Field(default=None, alias="as")
    values: dict[str, str] = Field(default_factory=dict, alias="with")


def _rows(value: Any) -> Any:
    return {"rows": value} if isinstance(value, list) else value


RowsByCase = dict[str, Annotated[RowsCase, BeforeValidator(_rows)]]


class Table(Facts):
    """A database view: its columns, and the rows that each case has.

    Faults leave the first two columns alone, where numbers stand that are asked for, and strike while the last one is read, so
    no statement may compare that.
    """

    name: str = Field(pattern=r"^[A-Za-z_]{1,60}$")
    columns: tuple[str, ...] = Field(min_length=3)
    cases: RowsByCase


class Dropped(Facts):
    """Dropped files in their order: a heading, and the rows that each case has in each file.

    Faults leave the first two columns alone, which are the owner's number and the paper's.
    """

    format: Literal["csv", "ndjson"]
    heading: tuple[str, ...] = Field(min_length=1)
    files: dict[str, RowsByCase]


class Recorded(Facts):
    """When answers were last recorded, and of what: a live source, or the simulation itself."""

    on: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    at: Literal["live", "simulation"]


class SourceCases(Facts):
    """`<id>.cases.yaml`: over HTTP with `routes` (in the order of the manifest's lookups), or a `table`, or dropped `files`;
    what is read `by_window` beside them.

    `means` by case, for sources without routes: as in `Case`.
    """

    token: TokenFacts | None = None
    door: Door | None = None
    behind: Behind | None = None
    routes: tuple[Route, ...] = ()
    table: Table | None = None
    dropped: Dropped | None = None
    by_window: RegisterFacts | None = None
    means: dict[str, str] = Field(default_factory=dict)
    recorded: Recorded | None = None
    content_type: str = "application/json"
    values: dict[str, str] = Field(default_factory=dict)
    bodies: Annotated[dict[str, str], BeforeValidator(dict)] = Field(default_factory=dict)


Route.model_rebuild()


def load_people(folder: Path) -> People:
    """Raises FactsError."""
    return _read(folder / "people.yaml", People)


def load_cases(folder: Path) -> dict[str, SourceCases]:
    """By source id; raises FactsError."""
    files = sorted(folder.glob("*/*.cases.yaml"))
    return {file.name.removesuffix(".cases.yaml"): read_cases(file) for file in files}


def read_cases(file: Path) -> SourceCases:
    """The cases of one source; raises FactsError."""
    facts: SourceCases = _read(file, SourceCases)
    return facts


def _refuse_depth(raw: bytes) -> None:
    """Deeply nested nodes would overflow the C stack when they are composed; nothing of ours is half as deep."""
    depth = 0
    for event in yaml.parse(raw, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise yaml.YAMLError("nested too deeply")


def _read(file: Path, model: type[Any]) -> Any:
    try:
        raw = file.read_bytes()
        _refuse_depth(raw)
        return model.model_validate(yaml.load(raw, Loader=yaml.CBaseLoader))  # noqa: S506 - text only
    except (OSError, yaml.YAMLError):
        raise FactsError(file.name, "", "not readable YAML") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise FactsError(file.name, ".".join(str(step) for step in first["loc"]), first["msg"]) from None
