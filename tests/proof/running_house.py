"""A whole gateway in this process, on SQLite, without registries: a household book needs none to be a violation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from reuse_gateway.bootstrap import Gateway, running
from reuse_gateway.settings import Settings

AN = {"kind": "citizen", "personal_id": "999090000001", "full_name": "Nguyễn Văn An", "birth_date": "1990-05-14"}


@dataclass
class Running:
    """The gateway and a client that calls it without a socket."""

    gateway: Gateway
    client: httpx.AsyncClient
    settings: Settings

    async def headers(self, client_id: str) -> dict[str, str]:
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "demo"}
        answer = await self.client.post("/oauth2/token", data=form)
        return {"authorization": f"Bearer {answer.json()['access_token']}"}

    async def call(self, method: str, path: str, client_id: str = "demo-admin", **more: Any) -> httpx.Response:
        headers = await self.headers(client_id) | more.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **more)

    async def violation(self, person: dict[str, Any] = AN) -> str:
        """An office asks for a household book: the id of the violation."""
        body = {
            "procedure": "1.000894", "kind": "counter", "subject": person, "made_at": "2026-11-20T03:00:00Z",
            "items": [{"ref": "a", "evidence_type": "household_book"}],
        }  # fmt: skip
        answer = await self.call("POST", "/v1/demands", "demo-intake", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["violations"][0]["violation_id"])


def settings_for(home: Path, **more: Any) -> Settings:
    told: dict[str, Any] = {"port": 0, "demo_clients": True, "simulate": False, "recheck_every_s": 0}
    return Settings(home=home, **(told | more))


@asynccontextmanager
async def house(settings: Settings) -> AsyncIterator[Running]:
    async with running(settings) as gateway:
        transport = httpx.ASGITransport(gateway.asgi, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
            yield Running(gateway, client, settings)
