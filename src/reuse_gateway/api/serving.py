"""The server process: uvicorn with the event loop and parser that were measured fastest, and limits it does not set itself."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import uvicorn
import uvloop
from starlette.types import ASGIApp

Result = TypeVar("Result")


def _config(app: ASGIApp, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="none",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        limit_concurrency=2000,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=65_536,
    )


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end on the event loop that was measured fastest."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def _settle() -> None:
    """What stands now stands until the end: the collector need not walk the catalogue again for every few hundred answers."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


async def serve_until_stopped(app: ASGIApp, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    _settle()
    await uvicorn.Server(_config(app, host, port)).serve()


@asynccontextmanager
async def served(app: ASGIApp, host: str, port: int) -> AsyncIterator[int]:
    """Serve beside other work of this loop; yields the port, stops at the end. Raises OSError where the port is taken."""
    _settle()
    server = uvicorn.Server(_config(app, host, port))
    task = asyncio.create_task(_serve(server))
    while not server.started and not task.done():  # noqa: ASYNC110  (uvicorn offers no event)
        await asyncio.sleep(0.005)
    if task.done():
        task.result()
        raise OSError(f"port {port} could not be opened")
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def _serve(server: uvicorn.Server) -> None:
    try:
        await server._serve()
    except SystemExit as stop:
        raise OSError("the address is taken") from stop
