"""While the store is slow or away: what was known goes on being guarded, and nobody is stopped by what was not."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from reuse_gateway.application.remember_forms import RememberForms
from reuse_gateway.domain.errors import StoreError
from tests.api.form_fakes import MemoryForms

from .builders import AN, BINH, FIELD, FILE, Desk

PATH = "/v1/webhooks/forms"


async def test_a_form_known_before_is_guarded_while_the_store_of_forms_is_away(desk: Desk) -> None:
    headers = await desk.house.headers("demo-forms")
    call: dict[str, Any] = {"form": {"id": "f1"}, "phase": "page", "subject": AN, "fields": {FIELD: {"present": True}}}
    assert (await desk.house.client.post(f"{PATH}/formio", json=call, headers=headers)).status_code == 400
    desk.house.forms.broken = StoreError("gone")
    answer = await desk.house.client.post(f"{PATH}/formio", json=call, headers=headers)
    assert (answer.status_code, answer.json()["decision"]) == (400, "blocked")


@pytest.mark.parametrize(
    ("dialect", "errors"), [("formio", []), ("surveyjs", {}), ("rjsf", {}), ("jsonforms", []), ("generic", [])]
)
async def test_a_form_never_seen_lets_everybody_pass_and_says_so(desk: Desk, dialect: str, errors: Any) -> None:
    session = await desk.session()
    desk.house.services.forms.rows._known.clear()
    desk.house.forms.broken = StoreError("gone")
    body = {"form": {"id": "f1"}, "phase": "submit", "session": session, "fields": {FIELD: {"present": True}}}
    answer = await desk.house.client.post(f"{PATH}/{dialect}", json=body)
    told = answer.json()
    assert (answer.status_code, told["decision"], told["degraded"], told["errors"]) == (200, "partial", True, errors)
    assert told["check_id"] is None
    assert answer.headers["retry-after"]


async def test_form_ios_own_route_lets_pass_as_well(desk: Desk) -> None:
    session = await desk.session()
    desk.house.services.forms.rows._known.clear()
    desk.house.forms.broken = StoreError("gone")
    answer = await desk.house.client.post(
        "/form/f1/submission", json={"data": {FIELD: FILE}}, headers={"x-form-session": session}
    )
    assert (answer.status_code, answer.json()["degraded"]) == (201, True)


async def test_callers_that_read_one_shape_alone_get_it_in_silence_too(desk: Desk) -> None:
    desk.house.forms.broken = StoreError("gone")
    session = "rgs_"
    for dialect, body in (("wix", {"validationResult": {"errors": []}}), ("vra", [])):
        call = {"form": {"id": "f1"}, "phase": "submit", "subject": AN}
        headers = await desk.house.headers("demo-forms")
        desk.house.services.forms.rows._known.clear()
        assert (await desk.house.client.post(f"{PATH}/{dialect}", json=call, headers=headers)).json() == body
    assert (await desk.call("render", session)).status_code == 403


async def test_whoever_walks_through_people_learns_nothing_and_stops_nobody(desk: Desk) -> None:
    desk.house.services.sweeps._refused_after = 1
    headers = await desk.house.headers("demo-forms")
    call = {"form": {"id": "f1"}, "phase": "submit", "fields": {FIELD: {"present": True}}}
    first = await desk.house.client.post(f"{PATH}/formio", json=call | {"subject": AN}, headers=headers)
    asked = len(desk.house.sources.asked)
    second = await desk.house.client.post(f"{PATH}/formio", json=call | {"subject": BINH}, headers=headers)
    assert (first.status_code, second.status_code) == (400, 200)
    assert (second.json()["degraded"], second.json()["items"][0]["status"]) == (True, "unknown")
    assert len(desk.house.sources.asked) == asked
    assert [refusal.code for refusal in desk.house.store.refusals] == ["subject_sweep"]


async def test_a_store_that_hangs_costs_no_more_than_the_patience() -> None:
    rows = MemoryForms()
    known = RememberForms(rows, 0.05)
    assert await known.published("f1") is None
    rows.slow_s = 5
    began = time.monotonic()
    with pytest.raises(StoreError):
        await known.published("f1")
    assert time.monotonic() - began < 0.5
    await asyncio.sleep(0)


async def test_what_the_store_says_counts_as_soon_as_it_speaks_again(desk: Desk) -> None:
    rows = desk.house.services.forms.rows
    assert (await rows.published("f1")).form.version == "1"
    desk.house.forms.broken = StoreError("gone")
    assert (await rows.published("f1")).form.version == "1"
    desk.house.forms.broken = None
    await desk.put(headers={"if-match": '"r1"'}, version="2")
    assert (await rows.published("f1")).form.version == "2"


async def test_a_definition_of_the_callers_own_does_not_hide_what_was_sent(desk: Desk) -> None:
    empty = {"components": [{"type": "textfield", "key": "x", "input": True}]}
    body = {
        "form": {"id": "f1", "definition": empty}, "phase": "submit", "session": await desk.session(), "data": {FIELD: FILE},
    }  # fmt: skip
    answer = await desk.house.client.post(f"{PATH}/formio", json=body)
    assert (answer.status_code, answer.json()["decision"]) == (400, "blocked")


async def test_a_form_not_seen_yet_is_waited_for_longer_than_one_that_is_known() -> None:
    rows = MemoryForms()
    known = RememberForms(rows, 0.01, 5.0)

    async def slowly() -> frozenset[str]:
        await asyncio.sleep(0.1)
        return frozenset({"https://a.test"})

    rows.origins = slowly  # type: ignore[method-assign]
    assert await known.origins() == {"https://a.test"}
