"""JSON Schema forms, bare or with a UI schema: `{schema, uischema}` of JSON Forms, `{schema, uiSchema}` of RJSF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from reuse_gateway.application.dialects import Dialect
from reuse_gateway.domain.form import (
    Field,
    FieldKind,
    FieldPatch,
    FieldRefusal,
    Form,
    Operation,
    RefusedSubmission,
    Shaping,
    Trap,
)
from reuse_gateway.domain.json_pointer import copied, found, joined, patched
from reuse_gateway.domain.verdict import FormAction
from reuse_gateway.forms.json_values import Walk, mapping, name, word, words
from reuse_gateway.forms.schema_walk import Path, SchemaWalk, Spot
from reuse_gateway.forms.ui_schema import Control, controls_of, ui_operations

_FILE_FORMATS = frozenset({"data-url", "file", "binary"})
_MOST_WRITTEN_OUT, _DEEPEST_SHARED = 50, 16
_HIDES = (FormAction.HIDE, FormAction.PREFILL)


class JsonSchema(Dialect):
    """The whole family: one way to read and to shape, three ways to tell errors."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        """`json_schema` (ajv), `jsonforms` or `rjsf`."""
        return self._name

    def read(self, definition: Any) -> Form:
        """`definition` is a schema, or one together with its UI schema."""
        walk = Walk()
        spots, controls = _walked(definition, walk)
        fields = [
            _field(spot, controls.get(spot.path)) for spot in spots.values() if not spot.composite or _takes_files(spot.schema)
        ]
        if not spots:
            walk.fault("", "no_properties")
        return Form(self._name, tuple(fields), tuple(walk.faults))

    def patches(self, definition: Any, shapings: Sequence[Shaping]) -> tuple[FieldPatch, ...]:
        """Each holds alone; `patch` makes one of all, since what one takes out of a list moves the others."""
        return _each(definition, shapings, *_walked(definition, Walk()))

    def patch(self, definition: Any, shapings: Sequence[Shaping]) -> list[Operation]:
        """All at once: shared definitions are written out first, required names go from the last to the first."""
        spots, controls = _walked(definition, Walk())
        return _together(definition, list(shapings), spots, controls, _shared(spots))

    def both(self, definition: Any, shapings: Sequence[Shaping]) -> tuple[tuple[FieldPatch, ...], list[Operation]]:
        """One walk for both."""
        spots, controls = _walked(definition, Walk())
        whole = _together(definition, list(shapings), spots, controls, _shared(spots))
        return _each(definition, shapings, spots, controls), whole

    def errors(self, refusals: Sequence[FieldRefusal]) -> RefusedSubmission:
        """ajv's error objects; JSON Forms takes them as `additionalErrors`, RJSF a tree as `extraErrors`."""
        if self._name == "rjsf":
            return RefusedSubmission(200, {"extraErrors": _tree(refusals)})
        told = [_error(each) for each in refusals]
        forms = self._name == "jsonforms"
        return RefusedSubmission(200 if forms else 422, {"additionalErrors" if forms else "errors": told})


def _walked(definition: Any, walk: Walk) -> tuple[dict[Path, Spot], dict[Path, Control]]:
    whole = mapping(definition)
    wrapped = isinstance(whole.get("schema"), dict) and not whole.keys() & {"properties", "$ref", "allOf", "type"}
    root, at = (whole["schema"], "/schema") if wrapped else (whole, "")
    spots = SchemaWalk(root, at, walk).run()
    return spots, controls_of(whole, walk) if wrapped else {}


def _field(spot: Spot, control: Control | None) -> Field:
    schema, shown = spot.schema, control or Control("", "")
    paper, required = _takes_files(schema) or shown.files, spot.always
    dynamic = (Trap.REQUIRED_WHILE_HIDDEN,) if required and (shown.hides or shown.hidden) else ()
    kept = (Trap.KEPT_WHILE_HIDDEN,) if paper and shown.hidden and not dynamic else ()
    told = words(schema.get("title")) or shown.label or words(mapping(schema.get("items")).get("title"))
    return Field(
        pointer=spot.first,
        path=spot.path,
        label=told or ("" if paper else spot.path[-1]),
        kind=FieldKind.ATTACHMENT if paper else FieldKind.OTHER,
        type=_type(schema),
        sections=spot.sections,
        required=required,
        hidden=shown.hidden,
        locked=all(told.get("type") == "null" for _, told in spot.places),
        filled=schema.get("readOnly") is True or "const" in schema or shown.read_only,
        gated=schema.get("x-shown-when") == "not_held" or shown.gated,
        repeated=spot.repeated,
        traps=dynamic + kept,
        tag=word(schema.get("x-evidence-type")) or shown.tag,
        told_role=word(schema.get("x-evidence-role")) or shown.role,
    )


def _takes_files(schema: Mapping[str, Any]) -> bool:
    """A file in JSON is text: `format: data-url`, base64 content, or a list of such."""
    if name(schema.get("format")) in _FILE_FORMATS or "contentMediaType" in schema or schema.get("contentEncoding") == "base64":
        return True
    inner = schema.get("items")
    return isinstance(inner, dict) and "properties" not in inner and _takes_files(inner | {"items": None})


def _type(schema: Mapping[str, Any]) -> str:
    told = schema.get("type")
    return told if isinstance(told, str) else ""


def _shared(spots: Mapping[Path, Spot]) -> frozenset[str]:
    """Targets of `$ref` that more than one place refers to: to change them would change all of those."""
    uses = {use for spot in spots.values() for use in spot.uses}
    count = Counter(target for _, target in uses)
    return frozenset(target for target, times in count.items() if times > 1)


def _each(
    definition: Any, shapings: Sequence[Shaping], spots: Mapping[Path, Spot], controls: Mapping[Path, Control]
) -> tuple[FieldPatch, ...]:
    """Alone. What others share is written out for the first fields only: each time the whole definition is read again."""
    made, written_out, shared = list[FieldPatch](), 0, _shared(spots)
    for each in shapings:
        outward = any(target in shared for _, target in spots[each.field.path].uses)
        written_out += outward
        if outward and written_out > _MOST_WRITTEN_OUT:
            continue
        operations = _together(definition, [each], spots, controls, shared)
        if operations:
            made.append(FieldPatch(each.field.place, tuple(operations)))
    return tuple(made)


def _together(
    definition: Any,
    shapings: list[Shaping],
    spots: Mapping[Path, Spot],
    controls: Mapping[Path, Control],
    shared: frozenset[str],
    deep: int = 0,
) -> list[Operation]:
    """Operations for these shapings together. A definition that others use too is first written out where it is used."""
    acting = [(each, spots[each.field.path]) for each in shapings if each.action is not FormAction.SHOW]
    sites = {at: target for _, spot in acting for at, target in spot.uses if target in shared}
    outermost = {at: target for at, target in sites.items() if not any(at.startswith(f"{each}/") for each in shared)}
    if outermost and deep < _DEEPEST_SHARED:
        first = [operation for at in sorted(outermost) for operation in _written_out(definition, at, outermost[at])]
        changed = patched(definition, first)
        spots, controls = _walked(changed, Walk())
        return first + _together(changed, [each for each, _ in acting], spots, controls, _shared(spots), deep + 1)
    entries = sorted({entry for _, spot in acting for entry in spot.required}, key=lambda e: (e[0], -e[1]))
    operations: list[Operation] = []
    for listed, index in entries:
        at = f"{listed}/{index}"
        operations += [{"op": "test", "path": at, "value": found(definition, at)}, {"op": "remove", "path": at}]
    gone = {each.field.path for each, _ in acting if each.action in _HIDES}
    for each, spot in sorted(acting, key=lambda pair: len(pair[1].path)):
        if any(spot.path[:depth] in gone for depth in range(1, len(spot.path))):
            continue  # a value that may be a file or hold others: with it goes all that it holds
        operations += _shaped(each, spot, controls.get(spot.path), definition)
    # What is tested as a whole may hold what another operation changes.
    return sorted(operations, key=lambda operation: operation["op"] != "test")


def _written_out(definition: Any, at: str, target: str) -> list[Operation]:
    told = found(definition, at)
    rest = {key: value for key, value in told.items() if key != "$ref"}
    copy = {**copied(found(definition, target)), **copied(rest)}
    return [
        {"op": "test", "path": f"{at}/$ref", "value": told["$ref"]},
        {"op": "replace", "path": at, "value": copy},
    ]


def _shaped(shaping: Shaping, spot: Spot, control: Control | None, definition: Any) -> list[Operation]:
    """`false` at each place: nothing may be sent. A notice can only stand in a UI schema, or with a field that stays."""
    hides, operations = shaping.action in _HIDES, list[Operation]()
    for place, _ in spot.places:
        operations.append({"op": "test", "path": place, "value": found(definition, place)})
        if hides:
            operations.append({"op": "replace", "path": place, "value": _nothing(shaping, definition)})
    described = [(place, schema) for place, schema in spot.places if isinstance(found(definition, place), dict)]
    if not hides and described:
        place, schema = described[0]
        text = " ".join(filter(None, (words(schema.get("description")), shaping.notice)))
        operations.append({"op": "add", "path": f"{place}/description", "value": text})
    return operations + (ui_operations(control, shaping.notice) if hides and control else [])


def _nothing(shaping: Shaping, definition: Any) -> Any:
    """What takes no value. RJSF shows a title and a description for `null`, and nothing at all for `false`."""
    if "uiSchema" not in mapping(definition):
        return False
    return {"type": "null", "title": shaping.field.label or shaping.field.path[-1], "description": shaping.notice}


def _error(refusal: FieldRefusal) -> dict[str, Any]:
    path = refusal.field.path if not refusal.field.repeated else refusal.field.path[:1]
    where = "".join(joined("properties", each) for each in path)
    return {
        "instancePath": joined(*path),
        "schemaPath": f"#{where}/x-evidence-type",
        "keyword": "x-evidence-type",
        "params": {"code": refusal.evidence_type},
        "message": refusal.message,
    }


def _tree(refusals: Sequence[FieldRefusal]) -> dict[str, Any]:
    """Nested by the names of the path, `__errors` at each end."""
    root: dict[str, Any] = {}
    for each in refusals:
        node = root
        for key in each.field.path if not each.field.repeated else each.field.path[:1]:
            node = node.setdefault(key, {})
        node.setdefault("__errors", []).append(each.message)
    return root
