"""The dialects by name."""

from __future__ import annotations

from reuse_gateway.application.dialects import Dialect
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.forms.formio import Formio

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (Formio(),)}


def dialect_of(name: str) -> Dialect:
    """The dialect of that name; raises InvalidInput (`unknown_dialect`)."""
    if name not in DIALECTS:
        raise InvalidInput(Fault("/query/dialect", "unknown_dialect"))
    return DIALECTS[name]
