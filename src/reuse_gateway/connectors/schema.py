"""The JSON Schema of a manifest, for editors: completion, and red lines while it is written. The loader stays the judge."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.predicates import one_or_several

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _ForEditors(GenerateJsonSchema):
    """Paths and slots are text; a single condition may stand without its list."""

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        return {"type": "string"}

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        told = super().function_before_schema(schema)
        if schema["function"].get("function") is one_or_several:
            return {"anyOf": [told["items"], told]}
        return told


def manifest_schema() -> dict[str, Any]:
    """JSON Schema 2020-12. YAML types scalars by their looks, so text may come as number or truth value."""
    told = Manifest.model_json_schema(schema_generator=_ForEditors)
    told["properties"].pop("digest", None)
    return {"$schema": DIALECT, "title": "Manifest of a source (tệp khai báo nguồn)"} | _loosened(told)


def _loosened(value: Any) -> Any:
    if isinstance(value, list):
        return [_loosened(each) for each in value]
    if not isinstance(value, dict):
        return value
    told = {name: _loosened(inner) for name, inner in value.items() if name not in ("default", "title")}
    if told.get("type") == "string" and not {"enum", "const", "pattern", "format"} & told.keys():
        told["type"] = ["string", "number", "boolean"]
    if told.get("enum") == ["true", "false"]:
        return {"enum": ["true", "false", True, False]}
    if told.get("const") == "1":
        return {"enum": [1, "1"]}
    return told
