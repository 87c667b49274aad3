"""The gateway and a FastAPI route with the same bytes, in one process and one event loop: `python -m benchmarks.beside`.

Settings come from the environment, as for `reuse-gateway serve`. Prints the two ports, serves until standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

from fastapi import FastAPI
from starlette.responses import Response

from benchmarks.question import asked, token_of
from reuse_gateway.api import serving
from reuse_gateway.bootstrap import running
from reuse_gateway.settings import Settings


def static(content: bytes) -> FastAPI:
    """FastAPI at its barest: a route that gives back the same bytes to everybody."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/v1/checks")
    async def same() -> Response:
        return Response(content, media_type="application/json")

    return app


async def serve(settings: Settings) -> None:
    """The gateway first: its own first answer is what the static route repeats."""
    async with running(settings) as gateway, serving.served(gateway.asgi, "127.0.0.1", settings.port) as port:
        token = await asyncio.to_thread(token_of, port)
        content = await asyncio.to_thread(asked, port, token)
        async with serving.served(static(content), "127.0.0.1", 0) as static_port:
            told = {"pid": os.getpid(), "gateway": port, "static": static_port, "token": token, "bytes": len(content)}
            print(json.dumps(told), flush=True)
            await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    # The same event loop as `reuse-gateway serve`, whatever that is.
    getattr(serving, "run", asyncio.run)(serve(Settings()))
