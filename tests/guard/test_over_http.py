"""A whole gateway on each database, over a socket: 16 MB of papers stream past, nothing of them stays anywhere."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from tests.acceptance.conftest import AN, Standing, here

from .builders import FIELD, PAGE, a_form

pytestmark = pytest.mark.acceptance
__all__ = ["here"]
SECRET_TEXT = "R0lGODlhAQABAAAAACw"
PIECE = (SECRET_TEXT + base64.b64encode(b"\x00" * 48_000).decode()).encode()
SLOW = {"kind": "citizen", "personal_id": "999090000007", "full_name": "Vũ Văn Hải", "birth_date": "1990-07-07"}


async def opened(here: Standing, person: Any = AN) -> str:
    headers = await here.headers("demo-forms")
    put = await here.client.put("/v1/forms/f1", json=a_form(), headers=headers | {"if-none-match": "*"})
    assert put.status_code == 201, put.text
    answer = await here.client.post("/v1/form-sessions", json={"form": "f1", "subject": person}, headers=headers)
    return str(answer.json()["session"])


async def sixteen_megabytes(ends_at: list[int]) -> AsyncIterator[bytes]:
    yield b'{"data":{"ly_do":"x","cccd":[{"name":"a.pdf","url":"data:application/pdf;base64,'
    sent = 0
    while sent < 16_000_000:
        sent += len(PIECE)
        yield PIECE
    ends_at.append(sent)
    yield b'"}]}}'


async def test_sixteen_megabytes_stream_past_and_are_neither_kept_nor_told(here: Standing) -> None:
    session, sent = await opened(here), list[int]()
    headers = {"content-type": "application/json", "x-form-session": session}
    with structlog.testing.capture_logs() as logs:
        tracemalloc.start()
        answer = await here.client.post("/form/f1/submission", content=sixteen_megabytes(sent), headers=headers)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert sent[0] > 16_000_000
    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, [FIELD])
    assert peak < 6_000_000
    assert SECRET_TEXT not in str(logs)
    assert SECRET_TEXT not in answer.text
    assert await here.good()
    assert not await asyncio.to_thread(_kept_anywhere, here)


def _kept_anywhere(here: Standing) -> bool:
    """Is a piece of the paper in any file below the gateway's folder or beside its database?"""
    url = here.settings.store_url
    folders = [Path(here.settings.home)] + ([Path(url.partition("///")[2]).parent] if url.startswith("sqlite") else [])
    files = [each for folder in folders for each in folder.rglob("*") if each.is_file()]
    return any(SECRET_TEXT.encode() in each.read_bytes() for each in files)


async def test_more_than_the_limit_is_refused_before_it_has_arrived(here: Standing) -> None:
    session = await opened(here)
    headers = {"content-type": "application/json", "x-form-session": session}
    answer = await here.client.post("/form/f1/submission", content=b"x" * 18_000_000, headers=headers)
    assert answer.status_code == 413


async def test_the_corridor_of_a_form_from_registration_to_a_verified_violation(here: Standing) -> None:
    session = await opened(here)
    call = {"form": {"id": "f1"}, "session": session}
    path = "/v1/webhooks/forms/formio"
    shown = await here.client.post(path, json=call | {"phase": "render"}, headers={"origin": PAGE})
    assert shown.json()["decision"] == "partial"
    full = call | {"phase": "submit", "fields": {FIELD: {"present": True}}}
    both = await asyncio.gather(*(here.client.post(path, json=full) for _ in range(4)))
    assert {answer.status_code for answer in both} == {400}
    assert len({answer.json()["check_id"] for answer in both}) == 1
    clean = call | {"phase": "submit", "fields": {FIELD: {"present": False}}}
    assert (await here.client.post(path, json=clean)).status_code == 200
    assert (await here.client.post(path, json=clean)).status_code == 200, "the same once more is a retry"
    assert (await here.client.post(path, json=full)).status_code == 403, "other content in a session that is bound"
    found = await here.client.get("/v1/violations", headers=await here.headers("demo-auditor"))
    assert [each["type"] for each in found.json()["items"]] == ["V16"]
    kinds = await here.client.get("/v1/events?kind=form.published", headers=await here.headers("demo-auditor"))
    assert [each["body"]["form"] for each in kinds.json()["items"]] == ["f1"]
    assert await here.good()


async def test_of_one_clean_submission_sent_many_times_at_once_one_is_recorded(here: Standing) -> None:
    call = {"form": {"id": "f1"}, "session": await opened(here), "phase": "submit", "fields": {}}
    answers = await asyncio.gather(*(here.client.post("/v1/webhooks/forms/formio", json=call) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["check_id"] for answer in answers}) == 1


async def test_a_source_that_hangs_is_answered_for_within_two_seconds(here: Standing) -> None:
    session = await opened(here, SLOW)
    began = time.monotonic()
    answer = await here.client.post(
        "/v1/webhooks/forms/formio", json={"form": {"id": "f1"}, "session": session, "phase": "render"}
    )
    assert time.monotonic() - began < 2
    (item,) = answer.json()["items"]
    assert (answer.status_code, item["decision"], item["form_action"]) == (200, "ask_later", "defer")


async def test_two_owners_at_once_do_not_overwrite_each_other(here: Standing) -> None:
    headers = await here.headers("demo-forms") | {"if-none-match": "*"}
    both = (here.client.put("/v1/forms/f2", json=a_form(version=name), headers=headers) for name in ("a", "b"))
    answers = await asyncio.gather(*both)
    assert sorted(answer.status_code for answer in answers) == [201, 412]
    assert await here.good()


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_bytes_of_any_kind_never_make_a_fault_of_ours(here: Standing) -> None:
    import random

    session = await opened(here)
    chance = random.Random(7)
    sound = json.dumps({"form": {"id": "f1"}, "phase": "submit", "session": session, "data": {FIELD: [{"url": "x"}]}}).encode()
    headers = {"content-type": "application/json"}
    statuses = set()
    for _ in range(300):
        body = bytearray(sound)
        for _ in range(chance.randint(1, 6)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        try:
            answer = await here.client.post("/v1/webhooks/forms/formio", content=bytes(body), headers=headers)
        except httpx.HTTPError as error:
            raise AssertionError(bytes(body)) from error
        statuses.add(answer.status_code)
    assert all(status < 500 for status in statuses), statuses
