"""What the tests of the guard are built from: a small Form.io form, the people in front of it, calls about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tests.api.conftest import House

AN = {"kind": "citizen", "personal_id": "999090000001", "full_name": "Nguyễn Văn An", "birth_date": "1990-05-14"}
BINH = {"kind": "citizen", "personal_id": "999090000002", "full_name": "Trần Văn Bình", "birth_date": "1990-02-02"}
PAGE = "https://hoso.example"
FIELD, PAPER = "cccd", "id_card"
FILE = [{"storage": "base64", "name": "a.jpg", "size": 3, "url": "data:image/jpeg;base64,AAAA"}]
NEW = {"if-none-match": "*"}


def definition(required: bool = False, gated: bool = True) -> dict[str, Any]:
    """One paper and one word; `gated` leaves it to the gateway whether the paper is shown."""
    properties = {"evidenceType": PAPER} | ({"shownWhen": "not_held"} if gated else {})
    paper = {"type": "file", "key": FIELD, "label": "Ảnh thẻ căn cước", "input": True, "storage": "base64"}
    return {
        "display": "form",
        "components": [
            {"type": "textfield", "key": "ly_do", "label": "Lý do", "input": True},
            paper | {"properties": properties, "validate": {"required": required}},
        ],
    }


def a_form(**changes: Any) -> dict[str, Any]:
    """A form that may be published."""
    told = {
        "dialect": "formio",
        "procedure": "1.000894",
        "version": "1",
        "definition": definition(),
        "bindings": {FIELD: PAPER},
        "origins": [PAGE],
    }
    return told | changes


@dataclass
class Desk:
    """The hands of a form owner and of a builder on one gateway."""

    house: House

    async def put(self, form_id: str = "f1", client: str = "demo-forms", headers: Any = NEW, **changes: Any) -> httpx.Response:
        told = await self.house.headers(client) | headers
        return await self.house.client.put(f"/v1/forms/{form_id}", json=a_form(**changes), headers=told)

    async def get(self, path: str, client: str = "demo-forms", **headers: str) -> httpx.Response:
        return await self.house.client.get(path, headers=await self.house.headers(client) | headers)

    async def post(self, path: str, body: Any, client: str = "demo-forms", **headers: str) -> httpx.Response:
        return await self.house.client.post(path, json=body, headers=await self.house.headers(client) | headers)

    async def session(self, subject: Any = AN, form: str = "f1", **more: Any) -> str:
        answer = await self.post("/v1/form-sessions", {"form": form, "subject": subject} | more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["session"])

    async def secrets(self, form: str = "f1", overlap_hours: int = 24) -> dict[str, Any]:
        answer = await self.post(f"/v1/forms/{form}/secrets", {"overlap_hours": overlap_hours})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def call(self, phase: str, session: str | None, present: bool | None = None, **more: Any) -> httpx.Response:
        """A browser's call; `present` None tells of no field."""
        headers, form = more.pop("headers", {}), more.pop("form", "f1")
        body = {"form": {"id": form}, "phase": phase} | ({"session": session} if session else {}) | more
        if present is not None:
            body["fields"] = {FIELD: {"present": present}, "ly_do": {"present": True}}
        return await self.house.client.post("/v1/webhooks/forms/formio", json=body, headers=headers)


def codes(answer: httpx.Response) -> list[tuple[str, str]]:
    """Pointers and codes of a refusal."""
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def recorded(desk: Desk) -> tuple[int, list[str]]:
    """How many demands, and the types of the violations found in them."""
    store = desk.house.store
    return len(store.demands), [str(kept.violation.type) for kept in store.kept_violations]
