"""The open list of protocols: one module with one class each; a manifest names the one its source speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from reuse_gateway.connectors.file_drop import FileDrop
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.placeholders import Inputs
from reuse_gateway.connectors.rest_json import RestJson
from reuse_gateway.connectors.session_rpc import SessionRpc
from reuse_gateway.connectors.soap_xml import SoapXml
from reuse_gateway.connectors.sql_view import SqlView
from reuse_gateway.connectors.understanding import Meant


class Speaks(Protocol):
    """How a kind of source is asked and understood. Pure: no I/O, so every protocol shares one way of calling.

    `line` names what carries its questions: `http` (`Outgoing` to `Answer`), `database` (`Query` to `Rows`) or `files`.
    """

    name: str
    line: str

    def misfit(self, manifest: Manifest, lookup: LookupFacts) -> str | None:
        """What in a manifest keeps this protocol from asking so; None = nothing."""
        ...

    def compose(self, lookup: LookupFacts, inputs: Inputs) -> Any:
        """The question; raises MissingInput."""
        ...

    def understand(self, lookup: LookupFacts, answer: Any) -> Meant:
        """What the answer means (None = nothing that the manifest knows) and its decoded body."""
        ...


PROTOCOLS: Mapping[str, Speaks] = {each.name: each for each in (RestJson(), SessionRpc(), SoapXml(), SqlView(), FileDrop())}
