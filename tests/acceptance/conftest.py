"""A whole gateway on each database: real HTTP in, real HTTP to the simulated registries, real ledger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from reuse_gateway.api.serving import served
from reuse_gateway.bootstrap import Gateway, running, verified
from reuse_gateway.settings import Settings

AN = {"kind": "citizen", "personal_id": "999090000001", "full_name": "Nguyễn Văn An", "birth_date": "1990-05-14"}
PAPERS = ("id_card", "residence_confirmation", "marital_status", "household_book")


@dataclass
class Standing:
    """One running gateway and a client that speaks to it over a socket."""

    gateway: Gateway
    client: httpx.AsyncClient
    settings: Settings

    async def headers(self, client_id: str = "demo-intake") -> dict[str, str]:
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "demo"}
        answer = await self.client.post("/oauth2/token", data=form)
        return {"authorization": f"Bearer {answer.json()['access_token']}"}

    async def check(self, person: dict[str, Any] = AN, *kinds: str, procedure: str = "1.000894", **more: Any) -> httpx.Response:
        body = question(person, *kinds, procedure=procedure)
        return await self.client.post("/v1/checks", json=body, headers=await self.headers() | more)

    async def good(self) -> bool:
        return (await verified(self.settings)).good


def question(person: dict[str, Any] = AN, *kinds: str, procedure: str = "1.000894") -> dict[str, Any]:
    items = [{"ref": kind, "evidence_type": kind} for kind in kinds or PAPERS]
    return {"procedure": procedure, "subject": person, "items": items}


def person(number: str, name: str, born: str) -> dict[str, Any]:
    return {"kind": "citizen", "personal_id": number, "full_name": name, "birth_date": born}


def settings_for(url: str, home: Path, **more: Any) -> Settings:
    return Settings(home=home, database_url=url, port=0, demo_clients=True, store_deadline_s=2.0, check_deadline_s=3.0, **more)


@asynccontextmanager
async def standing(settings: Settings) -> AsyncIterator[Standing]:
    async with running(settings) as gateway, served(gateway.asgi, "127.0.0.1", 0) as port:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=15, trust_env=False) as client:
            yield Standing(gateway, client, settings)
    await asyncio.sleep(0)


@pytest.fixture
async def here(url: str, tmp_path: Path) -> AsyncIterator[Standing]:
    async with standing(settings_for(url, tmp_path / "home")) as house:
        yield house
