"""form-js schemas (Camunda): groups and dynamic lists; hiding by a condition; refusal as task listeners say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from reuse_gateway.domain.json_pointer import found
from reuse_gateway.domain.verdict import FormAction
from reuse_gateway.forms.json_values import Walk, mapping, name, place_order, word, words

_FILES = frozenset({"filepicker"})
_ALWAYS = frozenset({"=true", "= true", "true"})


@dataclass(frozen=True, slots=True)
class _Around:
    """Where the walk stands."""

    path: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    hidden: bool = False
    repeated: bool = False
    depth: int = 0


class FormJs(Dialect):
    """form-js 1 and 2."""

    name = "form_js"

    def read(self, definition: Any) -> Form:
        """`definition` is a form-js schema."""
        walk, components = Walk(), mapping(definition).get("components")
        if components is None:
            walk.fault("", "no_components")
        return Form(self.name, tuple(_components(components, "/components", _Around(), walk)), tuple(walk.faults))

    def patches(self, definition: Any, shapings: Sequence[Shaping]) -> tuple[FieldPatch, ...]:
        """From the last component to the first: the notice before one moves everything behind it."""
        acting = [each for each in shapings if each.action is not FormAction.SHOW]
        acting.sort(key=lambda each: place_order(each.field.pointer), reverse=True)
        return tuple(FieldPatch(each.field.place, tuple(_shaped(definition, each))) for each in acting)

    def errors(self, refusals: Sequence[FieldRefusal]) -> RefusedSubmission:
        """As a blocking user-task listener of Camunda 8 denies; the viewer itself has no public way to take server errors."""
        told: dict[str, list[str]] = {}
        for each in refusals:
            told.setdefault(each.field.key, []).append(each.message)
        reason = " ".join(dict.fromkeys(each.message for each in refusals))
        return RefusedSubmission(200, {"denied": True, "deniedReason": reason, "errors": told})


def _components(listed: Any, pointer: str, around: _Around, walk: Walk) -> Iterator[Field]:
    for at, component in walk.objects(listed, pointer):
        walk.step(around.depth)
        paper = name(component.get("type")) in _FILES
        if "components" in component:
            yield from _components(component["components"], f"{at}/components", _inside(component, around), walk)
        if (paper or "components" not in component) and name(component.get("key")):
            yield _field(component, at, around)


def _inside(component: Mapping[str, Any], around: _Around) -> _Around:
    title, levels = words(component.get("label")), name(component.get("path"))
    return _Around(
        path=(*around.path, *filter(None, levels.split("."))),
        sections=(*around.sections, title) if title else around.sections,
        hidden=around.hidden or _always_hidden(component),
        repeated=around.repeated or name(component.get("type")) == "dynamiclist",
        depth=around.depth + 1,
    )


def _always_hidden(component: Mapping[str, Any]) -> bool:
    return name(mapping(component.get("conditional")).get("hide")).strip() in _ALWAYS


def _field(component: Mapping[str, Any], at: str, around: _Around) -> Field:
    told, kind = mapping(component.get("properties")), name(component.get("type"))
    required = mapping(component.get("validate")).get("required") is True
    hidden, read_only = around.hidden or _always_hidden(component), component.get("readonly") is True
    return Field(
        pointer=at,
        path=(*around.path, *name(component["key"]).split(".")),
        label=words(component.get("label")),
        kind=FieldKind.ATTACHMENT if kind in _FILES else FieldKind.OTHER,
        type=kind,
        sections=around.sections,
        required=required,
        hidden=hidden,
        locked=hidden,
        filled=component.get("disabled") is True or read_only,
        gated=told.get("shownWhen") == "not_held",
        repeated=around.repeated,
        traps=(Trap.REQUIRED_WHILE_READ_ONLY,) if read_only and required and not hidden else (),
        tag=word(told.get("evidenceType")),
        told_role=word(told.get("role")),
    )


def _shaped(definition: Any, shaping: Shaping) -> Iterator[Operation]:
    """A condition that always hides: not validated, and the value is dropped from what is submitted."""
    at = shaping.field.pointer
    component = found(definition, at)
    yield {"op": "test", "path": f"{at}/key", "value": component.get("key")}
    validate = {**mapping(component.get("validate")), "required": False}
    yield {"op": "add", "path": f"{at}/validate", "value": validate}
    if shaping.action is not FormAction.DEFER:
        yield {"op": "add", "path": f"{at}/conditional", "value": {"hide": "=true"}}
    key = name(component.get("key")).replace(".", "_")
    yield {"op": "add", "path": at, "value": {"type": "text", "id": f"Notice_{key}", "text": _plain(shaping.notice)}}


def _plain(text: str) -> str:
    """Text components are Markdown, and one that begins with `=` is an expression."""
    escaped = "".join(f"\\{char}" if char in "\\`*_{}[]<>#|~" else char for char in text)
    return f" {escaped}" if escaped.startswith("=") else escaped
