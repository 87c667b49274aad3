"""A view in somebody's database, asked with one SELECT and bound parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reuse_gateway.connectors.lookups import LookupFacts, Then
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.placeholders import Inputs, MissingInput
from reuse_gateway.connectors.predicates import all_hold
from reuse_gateway.connectors.understanding import Meant

_READ = 200


@dataclass(frozen=True, slots=True)
class Query:
    """A statement from the manifest and the values bound to it."""

    sql: str
    values: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Rows:
    """What came back, as plain values; `cut` where the source has more than may be read."""

    rows: list[dict[str, Any]]
    cut: bool = False


class SqlView:
    """Rows are the answer `{rows: [...]}` with status 200, so that the manifest's rules read like any other source's."""

    name = "sql_view"
    line = "database"

    def misfit(self, manifest: Manifest, lookup: LookupFacts) -> str | None:
        """What keeps this protocol from asking so; None = nothing."""
        if manifest.database is None or lookup.request.statement is None:
            return "sql_view needs database and a statement in every lookup"
        if lookup.request.path is not None or lookup.request.paging is not None or manifest.through is not None:
            return "sql_view has neither path nor paging nor a security server"
        return None if manifest.auth.type == "none" else "sql_view signs in by its database URL: auth is none"

    def compose(self, lookup: LookupFacts, inputs: Inputs) -> Query:
        """Raises MissingInput where a value that a mixed slot needs is not told; an untold plain one is bound as NULL."""
        statement = lookup.request.statement
        if statement is None:
            raise MissingInput
        return Query(statement.sql, {name: slot.fill(inputs) for name, slot in statement.bind.items()})

    def understand(self, lookup: LookupFacts, answer: Rows) -> Meant:
        return understand_rows(lookup, answer)


def understand_rows(lookup: LookupFacts, answer: Rows) -> Meant:
    """The manifest's rules over the rows. More rows than may be read mean nothing: the owner's might be among the rest."""
    if answer.cut:
        return None, None
    body = {"rows": answer.rows}
    met: Then | None = next((rule.then for rule in lookup.outcomes if all_hold(rule.when, body, _READ)), None)
    return met, body
