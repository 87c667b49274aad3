"""Plain lists: the items of a check, and the dossier parts of OpenCPS (`GET /dossiertemplates/{id}/parts`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reuse_gateway.application.dialects import Dialect
from reuse_gateway.domain.form import Field, FieldKind, FieldPatch, FieldRefusal, Form, RefusedSubmission, Shaping
from reuse_gateway.domain.json_pointer import found
from reuse_gateway.domain.verdict import FormAction
from reuse_gateway.forms.json_values import Walk, mapping, name, place_order, word, words

# OpenCPS partType: 2 is what the agency gives out, 6 and 7 head a group of parts.
_NOT_ASKED = frozenset({"2", "6", "7"})


class Items(Dialect):
    """A bare list of papers, as in POST /v1/checks: `ref` and one of `evidence_type`, `result_code`, `label`."""

    name = "items"

    def read(self, definition: Any) -> Form:
        """`definition` is `{"items": [...]}` or the list itself."""
        walk, (listed, at) = Walk(), _listed(definition, "items")
        fields = tuple(_item(place, each, walk) for place, each in walk.objects(listed, at))
        return Form(self.name, fields, tuple(walk.faults))

    def patches(self, definition: Any, shapings: Sequence[Shaping]) -> tuple[FieldPatch, ...]:
        """A paper that need not be asked for is taken out, from the last to the first."""
        gone = [each for each in shapings if each.action in (FormAction.HIDE, FormAction.PREFILL)]
        gone.sort(key=lambda each: place_order(each.field.pointer), reverse=True)
        return tuple(_taken_out(definition, each) for each in gone)

    def errors(self, refusals: Sequence[FieldRefusal]) -> RefusedSubmission:
        """Problem details (RFC 9457) with a pointer for each paper."""
        told = [{"pointer": each.field.pointer, "code": "must_not_ask", "message": each.message} for each in refusals]
        body = {"type": "/problems/must_not_ask", "title": "Không được yêu cầu", "status": 422, "errors": told}
        return RefusedSubmission(422, body)


class OpenCps(Dialect):
    """Dossier parts of OpenCPS v2; `fileTemplateNo` is already a code of the kind of paper."""

    name = "opencps"

    def read(self, definition: Any) -> Form:
        """`definition` is the answer of the parts call: `{"data": [...]}`, or the list itself."""
        walk, (listed, at) = Walk(), _listed(definition, "data")
        fields = tuple(field for place, part in walk.objects(listed, at) for field in _part(place, part, walk))
        return Form(self.name, fields, tuple(walk.faults))

    def patches(self, definition: Any, shapings: Sequence[Shaping]) -> tuple[FieldPatch, ...]:
        """A part stays, for the settlement system counts on its number: it is not required, and says why."""
        acting = [each for each in shapings if each.action is not FormAction.SHOW]
        return tuple(_released(definition, each) for each in acting)

    def errors(self, refusals: Sequence[FieldRefusal]) -> RefusedSubmission:
        """For a proxy before `POST /dossiers/{id}/files`; OpenCPS has no shape of its own for it, this one is ours."""
        told = [
            {"dossierPartNo": each.field.key, "fileTemplateNo": each.field.template_no, "message": each.message}
            for each in refusals
        ]
        return RefusedSubmission(422, {"errors": told})


def _listed(definition: Any, under: str) -> tuple[Any, str]:
    return (definition, "") if isinstance(definition, list) else (mapping(definition).get(under, []), f"/{under}")


def _item(at: str, told: Mapping[str, Any], walk: Walk) -> Field:
    walk.step(0)
    return Field(
        pointer=at,
        path=(name(told.get("ref")) or at.rsplit("/", 1)[-1],),
        label=words(told.get("label")),
        kind=FieldKind.ATTACHMENT,
        type="item",
        required=told.get("required") is not False,
        tag=word(told.get("evidence_type")) or word(told.get("result_code")),
        told_role=word(told.get("role")),
    )


def _part(at: str, part: Mapping[str, Any], walk: Walk) -> Iterator[Field]:
    walk.step(0)
    number = name(part.get("partNo"))
    if not number:
        walk.fault(at, "no_part_number")
    elif name(part.get("partType")) not in _NOT_ASKED:
        yield Field(
            pointer=at,
            path=(number,),
            label=words(part.get("partName")),
            kind=FieldKind.ATTACHMENT,
            type=name(part.get("partType")),
            required=part.get("required") is True,
            template_no=word(part.get("fileTemplateNo")),
            locked=part.get("required") is False and mapping(part.get("reuse")).get("ask") is False,
        )


def _taken_out(definition: Any, shaping: Shaping) -> FieldPatch:
    at = shaping.field.pointer
    return FieldPatch(
        shaping.field.place, ({"op": "test", "path": at, "value": found(definition, at)}, {"op": "remove", "path": at})
    )


def _released(definition: Any, shaping: Shaping) -> FieldPatch:
    at, asks = shaping.field.pointer, shaping.action is FormAction.DEFER
    return FieldPatch(
        shaping.field.place,
        (
            {"op": "test", "path": f"{at}/partNo", "value": found(definition, at)["partNo"]},
            {"op": "add", "path": f"{at}/required", "value": False},
            {"op": "add", "path": f"{at}/reuse", "value": {"ask": asks, "notice": shaping.notice}},
        ),
    )
