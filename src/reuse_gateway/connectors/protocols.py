"""The open list of protocols: one module with one class each; a manifest names the one its source speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from reuse_gateway.connectors.lookups import LookupFacts, Then
from reuse_gateway.connectors.placeholders import Inputs
from reuse_gateway.connectors.rest_json import RestJson
from reuse_gateway.connectors.upstream import Answer, Outgoing


class Speaks(Protocol):
    """How a kind of source is asked and understood. Pure: no I/O, so every protocol shares one way of calling."""

    name: str

    def compose(self, lookup: LookupFacts, inputs: Inputs) -> Outgoing:
        """The request; raises MissingInput."""
        ...

    def understand(self, lookup: LookupFacts, answer: Answer) -> tuple[Then | None, Any]:
        """What the answer means (None = nothing that the manifest knows) and its decoded body."""
        ...


PROTOCOLS: Mapping[str, Speaks] = {each.name: each for each in (RestJson(),)}
