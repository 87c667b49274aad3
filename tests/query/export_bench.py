"""Hands for the tests of exports: a filled house, orders, looks, contents."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from reuse_gateway.application.export_violations import ExportViolations
from tests.api.conftest import House
from tests.query.builders import recorded, spread

PURPOSE = "Báo cáo quý IV của Thanh tra tỉnh"


@pytest.fixture
async def filled(house: House, tmp_path: Path) -> AsyncIterator[House]:
    """A house with violations, and exports in a folder of the test."""
    house.store.kept_violations += recorded(spread(40))
    exports(house).shelf._folder = tmp_path / "exports"
    yield house
    await exports(house).close()


def exports(house: House) -> ExportViolations:
    return house.services.auditing.exports


def folder(house: House) -> Path:
    return exports(house).shelf._folder


async def order(house: House, client_id: str = "demo-auditor", **told: Any) -> httpx.Response:
    body = {"format": "csv", "purpose": PURPOSE} | told
    return await house.client.post("/v1/exports", json=body, headers=await house.headers(client_id))


async def look(house: House, export_id: str, client_id: str = "demo-auditor") -> httpx.Response:
    return await house.client.get(f"/v1/exports/{export_id}", headers=await house.headers(client_id))


async def done(house: House, **told: Any) -> dict[str, Any]:
    made = await order(house, **told)
    assert made.status_code == 202, made.text
    assert made.headers["location"] == f"/v1/exports/{made.json()['export_id']}"
    for _ in range(500):
        export = (await look(house, made.json()["export_id"])).json()
        if export["state"] != "running":
            return export
        await asyncio.sleep(0.01)
    raise AssertionError("never ended")


async def until(true: Any) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("never so")


async def content(house: House, export: dict[str, Any]) -> bytes:
    answer = await house.client.get(export["file"])
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert hashlib.sha256(answer.content).hexdigest() == export["sha256"]
    assert len(answer.content) == export["bytes"]
    return answer.content
