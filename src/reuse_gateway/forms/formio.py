"""Form.io definitions: panels, columns, tables, tabs and grids; the lock recipe; errors as its SDK reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
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
from reuse_gateway.domain.json_pointer import found, joined
from reuse_gateway.domain.verdict import FormAction
from reuse_gateway.forms.json_values import Walk, mapping, name, place_order, sequence, word, words

_NESTS_DATA = frozenset({"container", "datagrid", "editgrid", "datamap", "tree", "dynamicWizard", "form"})
_REPEATS = frozenset({"datagrid", "editgrid", "datamap", "tree", "dynamicWizard"})
_SHOWS_ONLY = frozenset({"content", "htmlelement", "button", "recaptcha"})
_LAYOUTS = frozenset({"panel", "well", "columns", "fieldset", "table", "tabs"})
_LOCK = "valid = (input && (input.length || input.name)) ? {message} : true"
# That rule and nothing else: one that merely speaks of `input.name` refuses nobody.
_LOCKED = re.compile(r"""valid=\(input&&\(input\.length\|\|input\.name\)\)\?("([^"\\]|\\.)*"|'([^'\\]|\\.)*'):true;?""")


@dataclass(frozen=True, slots=True)
class _Around:
    """Where the walk stands: names of data levels, titles, and what the containers around do to everything inside."""

    path: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    hidden: bool = False
    repeated: bool = False
    depth: int = 0


class Formio(Dialect):
    """Form.io, and builders that write its JSON (Open Forms among them)."""

    name = "formio"

    def read(self, definition: Any) -> Form:
        """`definition` is a form, or the bare list of its components."""
        walk = Walk()
        listed, at = (
            (definition, "") if isinstance(definition, list) else (mapping(definition).get("components"), "/components")
        )
        if listed is None:
            walk.fault("", "no_components")
        fields = tuple(_components(listed, at, _Around(), walk))
        return Form(self.name, fields, tuple(walk.faults))

    def patches(self, definition: Any, shapings: Sequence[Shaping]) -> tuple[FieldPatch, ...]:
        """From the last field to the first: the notice that is put before a field moves everything behind it."""
        acting = [each for each in shapings if each.action is not FormAction.SHOW]
        acting.sort(key=lambda each: place_order(each.field.pointer), reverse=True)
        return tuple(FieldPatch(each.field.place, tuple(_shaped(definition, each))) for each in acting)

    def errors(self, refusals: Sequence[FieldRefusal]) -> RefusedSubmission:
        """HTTP 400 without a top-level `message`: the SDK would show that one alone, as a connection error."""
        return RefusedSubmission(400, {"name": "ValidationError", "details": [_detail(each) for each in refusals]})


def _components(listed: Any, pointer: str, around: _Around, walk: Walk) -> Iterator[Field]:
    for at, component in walk.objects(listed, pointer):
        walk.step(around.depth)
        yield from _component(component, at, around, walk)


def _component(component: Mapping[str, Any], at: str, around: _Around, walk: Walk) -> Iterator[Field]:
    kind = name(component.get("type"))
    inside = _inside(component, kind, around)
    nested = list(_nested(component, kind, at))
    if kind == "form" and not nested:
        walk.fault(at, "reference_not_followed")
    if (not nested or kind == "file") and kind not in _SHOWS_ONLY | _LAYOUTS and name(component.get("key")):
        yield _field(component, kind, at, around)
    for listed, pointer in nested:
        yield from _components(listed, pointer, inside, walk)


def _nested(component: Mapping[str, Any], kind: str, at: str) -> Iterator[tuple[Any, str]]:
    """The lists of components inside: `components`, `columns[].components` (tabs alike), `rows[][].components`."""
    if "components" in component:
        yield component["components"], at + "/components"
    for number, column in enumerate(sequence(component.get("columns"))):
        if isinstance(column, dict) and "components" in column:
            yield column["components"], at + joined("columns", number, "components")
    for row, cells in enumerate(sequence(component.get("rows")) if kind == "table" else ()):
        for number, cell in enumerate(sequence(cells)):
            if isinstance(cell, dict):
                yield cell.get("components"), at + joined("rows", row, number, "components")


def _inside(component: Mapping[str, Any], kind: str, around: _Around) -> _Around:
    key, title = name(component.get("key")), words(component.get("title") or component.get("legend") or component.get("label"))
    return _Around(
        path=(*around.path, key) if kind in _NESTS_DATA and key else around.path,
        sections=(*around.sections, title) if title else around.sections,
        hidden=around.hidden or _always_hidden(component),
        repeated=around.repeated or kind in _REPEATS,
        depth=around.depth + 1,
    )


def _always_hidden(component: Mapping[str, Any]) -> bool:
    """`hidden` is where a component begins; `logic` may show it later."""
    return component.get("hidden") is True and not component.get("logic")


def _field(component: Mapping[str, Any], kind: str, at: str, around: _Around) -> Field:
    validate, told = mapping(component.get("validate")), mapping(component.get("properties"))
    hidden, rule = around.hidden or _always_hidden(component), re.sub(r"\s", "", words(validate.get("custom")))
    locked = hidden and component.get("validateWhenHidden") is True and _LOCKED.fullmatch(rule) is not None
    paper = kind == "file"
    return Field(
        pointer=at,
        path=(*around.path, *name(component["key"]).split(".")),
        label=words(component.get("label")) or words(component.get("title")),
        kind=FieldKind.ATTACHMENT if paper else FieldKind.OTHER,
        type=kind,
        sections=around.sections,
        required=validate.get("required") is True,
        hidden=hidden,
        locked=locked,
        filled=component.get("disabled") is True or bool(component.get("calculateValue")) or kind == "hidden",
        gated=told.get("shownWhen") == "not_held",
        repeated=around.repeated,
        traps=(Trap.KEPT_WHILE_HIDDEN,) if hidden and paper and not locked else (),
        tag=word(told.get("evidenceType")),
        hints=tuple(filter(None, map(word, sequence(component.get("tags"))))),
        told_role=word(told.get("role")),
    )


def _shaped(definition: Any, shaping: Shaping) -> Iterator[Operation]:
    """The lock recipe: alone among the ways to hide it also refuses a value that an old draft still holds.

    The notice is a component of its own before the field. A file field runs its rule once per file, so `input` may be one.
    """
    at = shaping.field.pointer
    component = found(definition, at)
    key = component.get("key")
    yield {"op": "test", "path": f"{at}/key", "value": key}
    if shaping.action is FormAction.DEFER:
        validate = {**mapping(component.get("validate")), "required": False}
    else:
        rule = _LOCK.format(message=json.dumps(shaping.notice, ensure_ascii=False))
        validate = {**mapping(component.get("validate")), "required": False, "custom": rule}
        if component.get("logic"):
            yield {"op": "remove", "path": f"{at}/logic"}
        for setting in ("hidden", "validateWhenHidden", "clearOnHide"):
            yield {"op": "add", "path": f"{at}/{setting}", "value": True}
    yield {"op": "add", "path": f"{at}/validate", "value": validate}
    yield {"op": "add", "path": at, "value": _notice(name(key), shaping.notice)}


def _notice(key: str, text: str) -> dict[str, Any]:
    html = f'<div role="status">{escape(text, quote=False)}</div>'
    return {"type": "content", "key": f"{key.replace('.', '_')}_notice", "input": False, "label": "", "html": html}


def _detail(refusal: FieldRefusal) -> dict[str, Any]:
    field = refusal.field
    context = {"key": field.path[-1], "path": field.key, "label": field.label, "validator": "reuse_gateway"}
    return {
        "path": list(field.path),
        "level": "error",
        "message": refusal.message,
        "context": {**context, "evidenceType": refusal.evidence_type},
    }
