"""UI schemas beside a JSON Schema: the layout tree of JSON Forms, the mirrored tree of react-jsonschema-form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reuse_gateway.domain.form import Operation
from reuse_gateway.domain.json_pointer import joined, tokens
from reuse_gateway.forms.json_values import Walk, mapping, name, word, words

_HIDING = frozenset({"HIDE", "SHOW"})


@dataclass(frozen=True, slots=True)
class Control:
    """How one value is shown. `hidden`: always; `hides`: a rule may hide it, which lifts no requirement (both kinds)."""

    pointer: str
    scope: str
    label: str = ""
    hidden: bool = False
    hides: bool = False
    read_only: bool = False
    files: bool = False
    gated: bool = False
    tag: str | None = None
    role: str | None = None
    also: tuple[Control, ...] = ()

    def beside(self, other: Control) -> Control:
        """The same value shown twice: hidden, read-only or left to the gateway only where both are."""
        return replace(
            self,
            hidden=self.hidden and other.hidden,
            read_only=self.read_only and other.read_only,
            gated=self.gated and other.gated,
            files=self.files or other.files,
            also=(*self.also, other),
        )


def controls_of(whole: Mapping[str, Any], walk: Walk) -> dict[tuple[str, ...], Control]:
    """Controls by the path of the value they show."""
    found: dict[tuple[str, ...], Control] = {}
    for path, control in (*_layout(whole.get("uischema"), "/uischema", walk), *_tree(whole.get("uiSchema"), walk)):
        found[path] = found[path].beside(control) if path in found else control
    return found


def ui_operations(control: Control, notice: str) -> list[Operation]:
    """JSON Forms: the control becomes a label that says why. RJSF has said it in the schema itself."""
    label = {"type": "Label", "text": notice, "options": {"role": "status"}}
    operations: list[Operation] = []
    for each in (control, *control.also):
        if each.scope:
            operations.append({"op": "test", "path": f"{each.pointer}/scope", "value": each.scope})
            operations.append({"op": "replace", "path": each.pointer, "value": label})
    return operations


def _layout(element: Any, at: str, walk: Walk) -> Iterator[tuple[tuple[str, ...], Control]]:
    waiting = [(element, at, 0, False, False)]
    while waiting:
        each, place, depth, hidden, hides = waiting.pop()
        if not isinstance(each, dict):
            continue
        walk.step(depth)
        rule = mapping(each.get("rule"))
        hides = hides or name(rule.get("effect")) in _HIDING
        hidden = hidden or (rule.get("effect") == "HIDE" and mapping(rule.get("condition")).get("schema") in ({}, True))
        path = _path(name(each.get("scope")))
        if path:
            yield path, _control(each, place, hidden=hidden, hides=hides)
        inner = list(walk.objects(each.get("elements"), f"{place}/elements"))
        waiting.extend((sub, there, depth + 1, hidden, hides) for there, sub in reversed(inner))


def _control(each: Mapping[str, Any], place: str, *, hidden: bool, hides: bool) -> Control:
    options = mapping(each.get("options"))
    return Control(
        pointer=place,
        scope=name(each.get("scope")),
        label=words(each.get("label")),
        hidden=hidden,
        hides=hides,
        read_only=options.get("readonly") is True or options.get("readOnly") is True,
        files=options.get("format") == "file" or options.get("file") is True,
        gated=options.get("shownWhen") == "not_held",
        tag=word(options.get("evidenceType")),
        role=word(options.get("role")),
    )


def _path(scope: str) -> tuple[str, ...]:
    """`#/properties/a/properties/b` shows the value a.b; any other scope shows none of ours."""
    if not scope.startswith("#/properties/"):
        return ()
    parts = tokens(scope[1:])
    named, between = parts[1::2], parts[::2]
    return tuple(named) if set(between) == {"properties"} and len(named) == len(between) else ()


def _tree(tree: Any, walk: Walk) -> Iterator[tuple[tuple[str, ...], Control]]:
    waiting: list[tuple[Any, tuple[str, ...], int]] = [(tree, (), 0)]
    while waiting:
        node, path, depth = waiting.pop()
        walk.step(depth)
        told = mapping(node)
        options = mapping(told.get("ui:options"))
        if path:
            widget = told.get("ui:widget", options.get("widget"))
            yield (
                path,
                Control(
                    pointer="/uiSchema" + joined(*path),
                    scope="",
                    label=words(told.get("ui:title") or options.get("title")),
                    hidden=widget == "hidden",
                    read_only=bool(told.get("ui:readonly") or told.get("ui:disabled")),
                    files=widget in ("file", "FileWidget", "files"),
                    gated=options.get("shownWhen") == "not_held",
                    tag=word(options.get("evidenceType")),
                    role=word(options.get("role")),
                ),
            )
        for key, sub in told.items():
            if isinstance(sub, dict) and not key.startswith("ui:"):
                waiting.append((sub, path if key == "items" else (*path, key), depth + 1))
