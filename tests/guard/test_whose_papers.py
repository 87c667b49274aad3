"""Who is not known to be the applicant is never looked up as the applicant, and is stopped by nobody."""

from __future__ import annotations

from typing import Any

import pytest

from .builders import AN, BINH, Desk, recorded
from .test_guarded_unbound import formio, sent
from .test_registering import waived

CARD = {"type": "file", "key": "cccd", "label": "Thẻ căn cước", "input": True}


def under(title: str, **more: Any) -> dict[str, Any]:
    return {"display": "form", "components": [{"type": "panel", "title": title, "components": [CARD | more]}]}


WHOSE = [
    (under("Người làm chứng"), "witness"),
    (under("Người làm chứng", properties={"evidenceType": "id_card"}), "witness"),
    (under("Bên nam"), "groom"),
    (under("Thông tin bên nữ"), "bride"),
    (formio(label="Căn cước của cô dâu"), "bride"),
    (formio(label="Căn cước của bên nam"), "groom"),
    (formio(label="Thẻ căn cước người làm chứng"), "witness"),
    (formio(label="Scan căn cước mẹ"), "parent"),
]


@pytest.mark.parametrize(("written", "role"), WHOSE)
async def test_who_is_not_known_to_be_the_applicant_is_not_looked_up_as_the_applicant(
    desk: Desk, written: Any, role: str
) -> None:
    await waived(desk, form="f2")
    put = await desk.put("f2", definition=written, bindings={})
    assert put.status_code == 201, put.text
    assert [each["role"] for each in put.json()["guarded"]] in ([role], [])
    answer = (await sent(desk, cccd=True)).json()
    assert answer["decision"] != "blocked"
    assert {each["decision"] for each in answer["items"]} <= {"not_decided", "may_ask"}
    assert recorded(desk)[1] == []
    assert desk.house.sources.asked == []


async def test_the_groom_who_is_said_to_be_the_applicant_is_looked_up(desk: Desk) -> None:
    await waived(desk, form="f2")
    said = {"cccd": {"evidence_type": "id_card", "role": "applicant"}}
    assert (await desk.put("f2", definition=under("Bên nam"), bindings=said)).status_code == 201
    assert (await sent(desk, cccd=True)).json()["decision"] == "blocked"


async def test_the_other_person_of_the_case_is_looked_up_under_the_role_that_was_said(desk: Desk) -> None:
    await waived(desk, form="f2")
    said = {"cccd": {"evidence_type": "id_card", "role": "spouse"}}
    await desk.put("f2", definition=under("Bên nữ"), bindings=said)
    session = await desk.session(BINH, form="f2", others=[AN | {"role": "spouse"}])
    told = {"form": {"id": "f2"}, "phase": "submit", "session": session, "fields": {"cccd": {"present": True}}}
    assert (await desk.house.client.post("/v1/webhooks/forms/formio", json=told)).json()["decision"] == "blocked"
