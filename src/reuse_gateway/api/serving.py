"""The server process: uvicorn with the event loop and parser that were measured fastest, and limits it does not set itself."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import uvicorn
import uvloop
from starlette.types import ASGIApp

from reuse_gateway.api.guarded_protocol import GuardedProtocol
from reuse_gateway.domain.errors import UnsafeSettings

Result = TypeVar("Result")


def _config(app: ASGIApp, host: str, port: int, proxies: str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="none",
        http=GuardedProtocol,
        ws="none",
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
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


async def serve_until_stopped(app: ASGIApp, host: str, port: int, proxies: str = "") -> None:
    """Serve until SIGINT or SIGTERM; X-Forwarded-For is believed of `proxies` alone. Raises UnsafeSettings(`address_taken`)."""
    _settle()
    await _serve(uvicorn.Server(_config(app, host, port, proxies)))


@asynccontextmanager
async def served(app: ASGIApp, host: str, port: int, proxies: str = "") -> AsyncIterator[int]:
    """Serve beside other work of this loop; yields the port, stops at the end. Raises UnsafeSettings(`address_taken`)."""
    _settle()
    server = _Guest(_config(app, host, port, proxies))
    task = asyncio.create_task(_serve(server))
    while not server.started and not task.done():  # noqa: ASYNC110  (uvicorn offers no event)
        await asyncio.sleep(0.005)
    if task.done():
        task.result()
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


class _Guest(uvicorn.Server):
    """A server that leaves the signals to the work it stands beside."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(server: uvicorn.Server) -> None:
    """uvicorn leaves with SystemExit where the address cannot be opened, and that would end the loop from inside its task."""
    try:
        await server.serve()
    except SystemExit:
        address = f"{server.config.host}:{server.config.port}"
        detail = f"{address} cannot be opened, probably because something listens there; choose another port"
        raise UnsafeSettings(detail, code="address_taken") from None
