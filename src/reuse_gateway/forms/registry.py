"""The dialects by name."""

from __future__ import annotations

from collections.abc import Mapping

from reuse_gateway.application.dialects import Dialect
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.forms.form_js import FormJs
from reuse_gateway.forms.formio import Formio
from reuse_gateway.forms.json_schema import JsonSchema
from reuse_gateway.forms.parts import Items, OpenCps
from reuse_gateway.forms.surveyjs import SurveyJs

_FAMILY = tuple(JsonSchema(name) for name in ("json_schema", "jsonforms", "rjsf"))
_ALL: tuple[Dialect, ...] = (Formio(), SurveyJs(), *_FAMILY, FormJs(), OpenCps(), Items())
DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in _ALL}
# Names of the webhook's contract for the same builders.
_ALSO_CALLED = {"formjs": "form_js"}


def dialect_of(name: str) -> Dialect:
    """The dialect of that name; raises InvalidInput (`unknown_dialect`)."""
    found = DIALECTS.get(_ALSO_CALLED.get(name, name))
    if found is None:
        raise InvalidInput(Fault("/query/dialect", "unknown_dialect"))
    return found
