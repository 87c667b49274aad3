"""A field is told of by any of its names; a name that is none is told back, and stops nobody."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from .builders import AN, FIELD, PAPER, Desk, recorded
from .test_registering import waived

PARTS = {"data": [{"partNo": "SHK", "partName": "Tệp", "partType": 1, "fileTemplateNo": "TP06", "required": True}]}
NESTED = {"components": [{"type": "container", "key": "k", "components": [{"type": "file", "key": "shk", "label": "Tệp"}]}]}
AT = {"formio": "/components/0/components/0", "opencps": "/data/0"}


async def submit(desk: Desk, dialect: str, *names: str) -> Any:
    told = {name: {"present": True} for name in names}
    body = {"form": {"id": "f2"}, "phase": "submit", "subject": AN, "fields": told}
    return await desk.post(f"/v1/webhooks/forms/{dialect}", body)


@pytest.mark.parametrize("bound", ["SHK", "TP06", AT["opencps"]])
@pytest.mark.parametrize("told", ["SHK", "TP06", AT["opencps"]])
async def test_a_part_of_a_dossier_is_told_by_its_number_its_template_or_its_place(desk: Desk, bound: str, told: str) -> None:
    await waived(desk, form="f2")
    assert (await desk.put("f2", dialect="opencps", definition=PARTS, bindings={bound: PAPER})).status_code == 201
    answer = (await submit(desk, "opencps", told)).json()
    assert (answer["decision"], answer["unknown_fields"]) == ("blocked", [])


@pytest.mark.parametrize("bound", ["k.shk", "shk", AT["formio"]])
@pytest.mark.parametrize("told", ["k.shk", "shk", AT["formio"]])
async def test_a_field_inside_a_container_is_told_by_its_key_its_last_name_or_its_place(
    desk: Desk, bound: str, told: str
) -> None:
    await waived(desk, form="f2")
    assert (await desk.put("f2", definition=NESTED, bindings={bound: PAPER})).status_code == 201
    answer = (await submit(desk, "formio", told)).json()
    assert (answer["decision"], answer["unknown_fields"]) == ("blocked", [])


async def test_names_that_are_no_field_are_told_back_and_counted_and_stop_nobody(desk: Desk) -> None:
    body = {"form": {"id": "f1"}, "phase": "submit", "subject": AN, "fields": {"cccdd": {"present": True}}}
    with capture_logs() as logs:
        answer = await desk.post("/v1/webhooks/forms/formio", body)
    assert (answer.status_code, answer.json()["decision"], answer.json()["unknown_fields"]) == (200, "clear", ["cccdd"])
    (line,) = (each for each in logs if each["event"] == "unknown_form_fields")
    assert (line["count"], "cccdd" in str(line), recorded(desk)) == (1, False, (0, []))


async def test_of_very_many_names_some_are_told_and_none_at_length(desk: Desk) -> None:
    fields = {f"{n}{'x' * 500}": {"present": False} for n in range(100)} | {FIELD: {"present": False}}
    body = {"form": {"id": "f1"}, "phase": "submit", "subject": AN, "fields": fields}
    told = (await desk.post("/v1/webhooks/forms/formio", body)).json()["unknown_fields"]
    assert (len(told), {len(each) for each in told}) == (20, {128})


@pytest.mark.parametrize("dialect", ["json_schema", "opencps"])
async def test_a_refusal_of_422_is_a_whole_problem_whatever_the_builder(desk: Desk, dialect: str) -> None:
    await waived(desk, form="f2")
    schema = {"type": "object", "properties": {FIELD: {"type": "string", "format": "data-url", "title": "Tệp"}}}
    written, name = (schema, FIELD) if dialect == "json_schema" else (PARTS, "SHK")
    assert (await desk.put("f2", dialect=dialect, definition=written, bindings={name: PAPER})).status_code == 201
    answer = await submit(desk, dialect, name)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["code"], bool(answer.json()["title"])) == (422, "form_refused", True)
