"""SurveyJS models: pages, panels, dynamic panels, matrices; the hide recipe; errors by name of the top-level question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from reuse_gateway.domain.json_pointer import found
from reuse_gateway.domain.verdict import FormAction
from reuse_gateway.forms.json_values import Walk, mapping, name, place_order, sequence, word, words

_SHOWS_ONLY = frozenset({"html", "image", "expression"})
_CLEARS = frozenset({"onHidden", "onHiddenContainer"})
_TAKES_NOTICES = frozenset({"elements", "questions", "templateElements", "detailElements"})
_PANELS = frozenset({"panel", "flowpanel"})
_MATRICES = frozenset({"matrixdynamic", "matrixdropdown"})


@dataclass(frozen=True, slots=True)
class _Around:
    """Where the walk stands, and what the containers around do to everything inside."""

    clears: bool = False
    shown: frozenset[str] = frozenset()
    path: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    hidden: bool = False
    read_only: bool = False
    repeated: bool = False
    depth: int = 0


class SurveyJs(Dialect):
    """SurveyJS 2 and 3. Tags (`evidenceType`, `role`, `shownWhen`) last only where they were registered as properties."""

    name = "surveyjs"

    def read(self, definition: Any) -> Form:
        """`definition` is a model: pages, or elements without a page."""
        walk, model = Walk(), mapping(definition)
        around = _Around(name(model.get("clearInvisibleValues")) in _CLEARS, _shown_by_triggers(model))
        fields = [field for each in _lists(model, "", around, walk) for field in each]
        if not model.keys() & {"pages", "elements", "questions"}:
            walk.fault("", "no_pages")
        return Form(self.name, tuple(fields), tuple(walk.faults))

    def patches(self, definition: Any, shapings: Sequence[Shaping]) -> tuple[FieldPatch, ...]:
        """From the last question to the first: the notice that is put before one moves everything behind it."""
        acting = [each for each in shapings if each.action is not FormAction.SHOW]
        acting.sort(key=lambda each: place_order(each.field.pointer), reverse=True)
        return tuple(FieldPatch(each.field.place, tuple(_shaped(definition, each))) for each in acting)

    def errors(self, refusals: Sequence[FieldRefusal]) -> RefusedSubmission:
        """For `Object.assign(options.errors, body.errors)`; a key that is no top-level question would be ignored."""
        told: dict[str, str] = {}
        for each in refusals:
            told[each.field.top] = f"{told[each.field.top]} {each.message}" if each.field.top in told else each.message
        return RefusedSubmission(200, {"errors": told})


def _lists(model: Mapping[str, Any], at: str, around: _Around, walk: Walk) -> Iterator[Iterator[Field]]:
    for pointer, page in walk.objects(model.get("pages"), f"{at}/pages"):
        walk.step(around.depth)
        yield from _lists(page, pointer, _inside(page, around), walk)
    for listed in ("elements", "questions"):
        if listed in model:
            yield _elements(model[listed], f"{at}/{listed}", around, walk)


def _elements(listed: Any, pointer: str, around: _Around, walk: Walk) -> Iterator[Field]:
    for at, element in walk.objects(listed, pointer):
        walk.step(around.depth)
        kind, key = name(element.get("type")), name(element.get("name"))
        inside = _inside(element, around)
        if kind in _PANELS:
            yield from _elements(element.get("elements"), f"{at}/elements", inside, walk)
        elif kind == "paneldynamic":
            deeper = replace(inside, path=(*around.path, key), repeated=True)
            yield from _elements(element.get("templateElements"), f"{at}/templateElements", deeper, walk)
        elif kind in _MATRICES:
            deeper = replace(inside, path=(*around.path, key), repeated=True)
            for place, column in walk.objects(element.get("columns"), f"{at}/columns"):
                walk.step(around.depth)
                if name(column.get("name")):
                    yield _field(column, name(column.get("cellType")), place, deeper)
            yield from _elements(element.get("detailElements"), f"{at}/detailElements", deeper, walk)
        elif kind == "multipletext":
            for place, part in walk.objects(element.get("items"), f"{at}/items"):
                walk.step(around.depth)
                if name(part.get("name")):
                    yield _field(part, "text", place, replace(inside, path=(*around.path, key)))
        elif key and kind not in _SHOWS_ONLY:
            yield _field(element, kind, at, around)


def _inside(element: Mapping[str, Any], around: _Around) -> _Around:
    title = words(element.get("title"))
    return replace(
        around,
        sections=(*around.sections, title) if title else around.sections,
        hidden=around.hidden or _always_hidden(element, around),
        read_only=around.read_only or element.get("readOnly") is True,
        depth=around.depth + 1,
    )


def _always_hidden(element: Mapping[str, Any], around: _Around) -> bool:
    """A condition decides instead of `visible`, and a trigger may set it."""
    return element.get("visible") is False and "visibleIf" not in element and name(element.get("name")) not in around.shown


def _shown_by_triggers(model: Mapping[str, Any]) -> frozenset[str]:
    """Pages and questions that a trigger of the survey shows or hides."""
    visible = [
        mapping(each) for each in sequence(model.get("triggers")) if mapping(each).get("type") in ("visible", "visibletrigger")
    ]
    return frozenset(
        filter(None, (name(one) for each in visible for of in ("pages", "questions") for one in sequence(each.get(of))))
    )


def _field(element: Mapping[str, Any], kind: str, at: str, around: _Around) -> Field:
    key, hidden = name(element.get("name")), around.hidden or _always_hidden(element, around)
    read_only, paper = around.read_only or element.get("readOnly") is True, kind == "file"
    clears = name(element.get("clearIfInvisible")) in _CLEARS or (
        around.clears and element.get("clearIfInvisible", "default") == "default"
    )
    locked = hidden and clears
    kept = (Trap.KEPT_WHILE_HIDDEN,) if paper and hidden and not locked else ()
    unchecked = (Trap.UNCHECKED_WHILE_READ_ONLY,) if paper and read_only and not hidden else ()
    return Field(
        pointer=at,
        path=(*around.path, key),
        label=words(element.get("title")) or (key if not paper else ""),
        kind=FieldKind.ATTACHMENT if paper else FieldKind.OTHER,
        type=kind,
        sections=around.sections,
        required=element.get("isRequired") is True,
        hidden=hidden,
        locked=locked,
        filled=read_only or bool(element.get("setValueExpression") or element.get("defaultValueExpression")),
        gated=element.get("shownWhen") == "not_held",
        repeated=around.repeated,
        traps=kept + unchecked,
        tag=word(element.get("evidenceType")),
        told_role=word(element.get("role")),
    )


def _shaped(definition: Any, shaping: Shaping) -> Iterator[Operation]:
    """Hidden, never required, and emptied while hidden. Read-only is left alone: read-only questions skip their validators."""
    at = shaping.field.pointer
    element = found(definition, at)
    yield {"op": "test", "path": f"{at}/name", "value": element.get("name")}
    within, hides = at.rsplit("/", 2)[1], shaping.action is not FormAction.DEFER
    triggered = name(element.get("name")) in _shown_by_triggers(mapping(definition))
    if hides and (within == "columns" or triggered):
        yield {"op": "remove", "path": at}
        if triggered and within in _TAKES_NOTICES:
            yield {"op": "add", "path": at, "value": _notice(element, shaping)}
        return
    for setting in ("requiredIf", "visibleIf") if hides else ("requiredIf",):
        if setting in element:
            yield {"op": "remove", "path": f"{at}/{setting}"}
    yield {"op": "add", "path": f"{at}/isRequired", "value": False}
    if hides:
        yield {"op": "add", "path": f"{at}/visible", "value": False}
        yield {"op": "add", "path": f"{at}/clearIfInvisible", "value": "onHidden"}
    if within in _TAKES_NOTICES:
        yield {"op": "add", "path": at, "value": _notice(element, shaping)}


def _notice(element: Mapping[str, Any], shaping: Shaping) -> dict[str, Any]:
    html = f'<div role="status">{escape(shaping.notice, quote=False)}</div>'
    return {"type": "html", "name": f"{element.get('name')}_notice", "html": html}
