"""Files that a source's owner drops (CSV, NDJSON, Excel): asked by the owner's number, which is a column of theirs."""

from __future__ import annotations

from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.placeholders import Inputs, MissingInput
from reuse_gateway.connectors.sql_view import Rows, understand_rows
from reuse_gateway.connectors.understanding import Meant


class FileDrop:
    """Rows are the answer `{rows: [...]}` with status 200, as with a database view."""

    name = "file_drop"
    line = "files"

    def misfit(self, manifest: Manifest, lookup: LookupFacts) -> str | None:
        """What keeps this protocol from asking so; None = nothing."""
        facts = lookup.request
        if manifest.drop is None or facts.path is not None or facts.statement or facts.paging or manifest.through is not None:
            return "file_drop needs drop, and neither path, statement, paging nor a security server"
        return None if manifest.auth.type == "none" else "file_drop reads a folder: auth is none"

    def compose(self, lookup: LookupFacts, inputs: Inputs) -> str:
        """The number whose rows are wanted; raises MissingInput."""
        try:
            return inputs["subject.number"]
        except KeyError:
            raise MissingInput from None

    def understand(self, lookup: LookupFacts, answer: Rows) -> Meant:
        return understand_rows(lookup, answer)
