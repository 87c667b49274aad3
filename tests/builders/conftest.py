"""Builders from npm, pages bundled from them, a gateway and a page server on loopback, and the browser that visits them."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from reuse_gateway.api.serving import served
from reuse_gateway.bootstrap import running, verified
from reuse_gateway.settings import Settings

HERE = Path(__file__).parent
SHOTS = HERE.parents[1] / "docs" / "screenshots"
CHROMIUM = shutil.which("chromium") or "chromium"
AN = {"kind": "citizen", "personal_id": "999090000001", "full_name": "Nguyễn Văn An", "birth_date": "1990-05-14"}
SCRIPTS = ("reuse-gateway.js", "reuse-gateway-surveyjs.js", "reuse-gateway-formio.js", "reuse-gateway-ajv.js")
PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Đăng ký</title>{styles}
<style>
body {{ font: 16px/1.5 sans-serif; margin: 2rem; max-width: 50rem }}
[role=status], [role=alert] {{ display: block; padding: .6rem .9rem; margin: .6rem 0 }}
[role=status] {{ background: #e8f3ec; border-left: 4px solid #1b7f4b }}
[role=alert] {{ background: #fdecea; border-left: 4px solid #b3261e }}
.validation, .error {{ color: #b3261e }}
</style>
<h1>Đăng ký tạm trú</h1><div id="alerts"></div><div id="form"></div>
{scripts}<script src="/js/{page}.js"></script></html>"""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only who names the mark gets these tests: they install from npm and start a browser."""
    if "builders" in (config.option.markexpr or "") and "not builders" not in config.option.markexpr:
        return
    aside = [item for item in items if item.get_closest_marker("builders")]
    config.hook.pytest_deselected(items=aside)
    items[:] = [item for item in items if item not in aside]


@dataclass
class Town:
    """A running gateway, a server of pages of another origin, and what a form owner does at both."""

    gateway: str
    pages: str
    client: httpx.AsyncClient
    settings: Settings

    async def headers(self, client: str = "demo-forms") -> dict[str, str]:
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": "demo"}
        answer = await self.client.post("/oauth2/token", data=form)
        return {"authorization": f"Bearer {answer.json()['access_token']}"}

    async def publish(self, dialect: str) -> Any:
        """The form of a builder, published; gives its definition."""
        definition = json.loads((HERE / "forms" / f"{dialect}.json").read_text(encoding="utf-8"))
        body = {
            "dialect": dialect, "procedure": "1.000894", "version": "1", "definition": definition,
            "bindings": {"cccd": "id_card"}, "origins": [self.pages],
        }  # fmt: skip
        answer = await self.client.put(f"/v1/forms/{dialect}", json=body, headers=await self.headers() | {"if-none-match": "*"})
        assert answer.status_code == 201, answer.text
        return definition

    async def session(self, form: str) -> str:
        body = {"form": form, "subject": AN, "origin": self.pages}
        answer = await self.client.post("/v1/form-sessions", json=body, headers=await self.headers())
        return str(answer.json()["session"])

    async def violations(self) -> list[str]:
        found = await self.client.get("/v1/violations", headers=await self.headers("demo-auditor"))
        return [each["type"] for each in found.json()["items"]]

    async def good(self) -> bool:
        return (await verified(self.settings)).good


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scripts of all pages; the builders are installed from the lock if they are not."""
    if not (HERE / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    out = tmp_path_factory.mktemp("js")
    pages = sorted(str(each) for each in (HERE / "pages").glob("*.js") if each.name != "shell.js")
    subprocess.run(["node", "bundle.mjs", str(out), *pages], cwd=HERE, check=True)
    return out


@pytest.fixture
async def town(bundles: Path, tmp_path: Path) -> AsyncIterator[Town]:
    settings = Settings(home=tmp_path / "home", port=0, demo_clients=True)
    async with running(settings) as gateway, served(gateway.asgi, "127.0.0.1", 0) as port:
        address = f"http://127.0.0.1:{port}"
        scripts = "".join(f'<script src="{address}/dropins/{name}"></script>' for name in SCRIPTS)

        async def page(request: Request) -> HTMLResponse:
            name = request.path_params["page"]
            styles = f'<link rel="stylesheet" href="/js/{name}.css">' if (bundles / f"{name}.css").exists() else ""
            return HTMLResponse(PAGE.format(scripts=scripts, styles=styles, page=name))

        pages = Starlette(routes=[Route("/p/{page}", page), Mount("/js", StaticFiles(directory=bundles))])
        async with (
            served(pages, "127.0.0.1", 0) as own,
            httpx.AsyncClient(base_url=address, timeout=15, trust_env=False) as client,
        ):
            yield Town(address, f"http://127.0.0.1:{own}", client, settings)
    await asyncio.sleep(0)


@pytest.fixture
async def silent() -> AsyncIterator[str]:
    """The address of a server that takes every call and never answers one."""
    held: list[asyncio.StreamWriter] = []

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    for writer in held:
        writer.close()


async def node(script: str, *told: str) -> Any:
    """What a script of this folder prints, as JSON."""
    process = await asyncio.create_subprocess_exec(
        "node", script, *told, cwd=HERE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, trouble = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode == 0, trouble.decode()
    return json.loads(said)


async def visited(plan: dict[str, Any]) -> dict[str, Any]:
    """What the browser saw."""
    return dict(await node("drive.mjs", json.dumps({"chromium": CHROMIUM} | plan)))
