"""An answer that may come late or break off."""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from reuse_gateway.simulation.facts import Case


class FaultyResponse(Response):
    """As its case says. A caller that leaves ends the waiting."""

    def __init__(self, body: bytes, case: Case, content_type: str) -> None:
        body = body.ljust(case.bytes)
        kept = body if case.cut is None else body[: int(len(body) * case.cut)]
        promised = len(kept) if case.cut is None or case.honest_length else len(body)
        told = {"content-type": case.content_type or content_type, "content-length": str(promised)}
        super().__init__(kept, case.status, {**case.headers, **told})
        self._delay_s = case.delay_s
        self._breaks_off = promised != len(kept)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._delay_s and await left_within(self._delay_s, receive):
            return
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        # Left unfinished, the server closes the connection short of the promised length.
        await send({"type": "http.response.body", "body": self.body, "more_body": self._breaks_off})


async def left_within(seconds: float, receive: Receive) -> bool:
    """Has the caller gone before so many seconds were over? Reads away what is left of its body."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True
