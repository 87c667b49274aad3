"""Run the simulation inside the present event loop, on a loopback port of its own."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from reuse_gateway.simulation.admin import WithAdmin
from reuse_gateway.simulation.app import build_app
from reuse_gateway.simulation.facts import load_cases, load_people
from reuse_gateway.simulation.local import build_local

_KNOCK_S = 0.2


class _Guest(uvicorn.Server):
    """A server that leaves the signals to the host process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Discreet(HttpToolsProtocol):
    """Logs no requests, whatever the host's logging is: queries hold numbers of people. The host's loggers stay untouched."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.access_log = False


@asynccontextmanager
async def serve(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """The application's base URL (`http://127.0.0.1:port`), until the block ends. Port 0 = any free one."""
    # Only for sockets that name TCP does asyncio switch Nagle off; with it each answer costs 40 ms of delayed ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(app, log_config=None, http=_Discreet, lifespan="off", ws="none", server_header=False)
    server = _Guest(config)
    task = asyncio.ensure_future(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if task.done():
                task.result()
                raise RuntimeError("the simulation ended before it started")
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await task
        listener.close()


@dataclass(frozen=True, slots=True)
class Simulation:
    """One that runs: base URL (or database URL, or folder of files) by source id, and the key to its fault switch."""

    url: str
    sources: dict[str, str]
    token: str


@asynccontextmanager
async def running(folder: Path, port: int = 0) -> AsyncIterator[dict[str, str]]:
    """All simulated sources of a folder: base URL (or database URL, or folder of files) by source id. Raises FactsError."""
    async with simulated(folder, port) as simulation:
        yield simulation.sources


@asynccontextmanager
async def simulated(folder: Path, port: int = 0, note: Path | None = None) -> AsyncIterator[Simulation]:
    """The same with its fault switch. `note`: a file that tells address and token for as long as it runs, readable by its
    owner only, so that `simulate fault` finds them. Raises FactsError."""
    app, token = build_app(folder), secrets.token_urlsafe(24)
    with TemporaryDirectory() as kept:
        people, cases = load_people(folder), load_cases(folder)
        local = {
            name: build_local(name, facts, people, Path(kept), date.today())
            for name, facts in cases.items()
            if not facts.routes
        }
        switched = WithAdmin(app, app.state.sources, token, local)
        async with serve(switched, port) as url:
            switched.urls |= {source: f"{url}/{source}" for source in app.state.sources}
            switched.urls |= {name: source.where for name, source in local.items()}
            try:
                with _noted(note, url, token):
                    yield Simulation(url, dict(switched.urls), token)
            finally:
                await switched.local.aclose()


def _answers(note: Path) -> bool:
    """Whether the simulation that a note tells of still runs: a short-lived one beside it leaves it its fault switch."""
    try:
        told = urlsplit(json.loads(note.read_text(encoding="utf-8"))["url"])
        with socket.create_connection((told.hostname, told.port), timeout=_KNOCK_S):
            return True
    except (OSError, ValueError, KeyError, TypeError):
        return False


@contextmanager
def _noted(note: Path | None, url: str, token: str) -> Iterator[None]:
    if note is None or _answers(note):
        yield
        return
    note.parent.mkdir(parents=True, exist_ok=True)
    note.unlink(missing_ok=True)
    told = json.dumps({"url": url, "token": token})
    with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(told)
    try:
        yield
    finally:
        if note.is_file() and note.read_text(encoding="utf-8") == told:
            note.unlink()
