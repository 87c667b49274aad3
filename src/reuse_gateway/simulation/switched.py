"""The simulated sources behind their fault switch: a call that is struck never gets the answer that it would have got."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reuse_gateway.simulation.faults import FaultKind, Switchboard
from reuse_gateway.simulation.faulty import left_within

_REPLACED: dict[FaultKind, Response] = {
    FaultKind.DOWN: PlainTextResponse("Service Unavailable", 503),
    FaultKind.ERRORS: PlainTextResponse("Internal Server Error", 500),
    FaultKind.HTML: HTMLResponse("<html><body><form>Đăng nhập hệ thống</form></body></html>"),
    FaultKind.GARBAGE: Response(bytes(range(256)), media_type="application/json"),
}
_KEPT_SHARE = 0.6
_FOREVER_S = 86_400.0


class Switched:
    """Below `/<source id>/` calls meet the faults of that source, logins included."""

    def __init__(self, app: ASGIApp, switchboard: Switchboard) -> None:
        self._app, self._switchboard = app, switchboard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        struck = self._switchboard.striking(scope["path"].split("/", 2)[1]) if scope["type"] == "http" else {}
        if FaultKind.SILENT in struck:
            await left_within(_FOREVER_S, receive)
            return
        for kind, response in _REPLACED.items():
            if kind in struck:
                await response(scope, receive, send)
                return
        slow = struck.get(FaultKind.SLOW)
        if slow or FaultKind.TRUNCATED in struck:
            send = _Hindered(receive, send, slow.add_s if slow else 0.0, FaultKind.TRUNCATED in struck)
        await self._app(scope, receive, send)


@dataclass(slots=True)
class _Hindered:
    """Sends later, or less than was promised. A caller that leaves ends the waiting."""

    receive: Receive
    send: Send
    delay_s: float
    cut: bool
    gone: bool = False
    _body: bytearray = field(default_factory=bytearray)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self.delay_s:
            self.gone = await left_within(self.delay_s, self.receive)
        if self.gone:
            return
        if not self.cut or message["type"] != "http.response.body":
            await self.send(message)
            return
        self._body += message.get("body", b"")
        if not message.get("more_body"):
            kept = bytes(self._body[: int(len(self._body) * _KEPT_SHARE)])
            await self.send({"type": "http.response.body", "body": kept, "more_body": True})
