"""One simulated source on a stage: people for every case, and misconduct that is switched on from outside (diễn tập sự cố)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reuse_gateway.simulation.app import SimulatedSource
from reuse_gateway.simulation.door_facts import LoginDoor
from reuse_gateway.simulation.facts import People, Person, Route, SourceCases

Reshape = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Misconduct:
    """What an operation does instead of answering as its case says; `times` = for so many calls only.

    `silent` never answers; `reshape` changes the bytes of the true answer; `cut` promises more bytes than it sends; otherwise
    `body` is sent with `status`. `door` = the login or token desk misbehaves, not the operations.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    silent: bool = False
    reshape: Reshape | None = None
    cut: bool = False
    times: int | None = None
    door: bool = False


class _Noting(SimulatedSource):
    """Remembers which operation was asked."""

    last_route: Route | None = None

    def say(self, route: Route, number: str, today: date, page: int = 0) -> Response:
        self.last_route = route
        return super().say(route, number, today, page)


class Rehearsal:
    """An ASGI application for one source below `/<id>`; `asked` counts the operations that came in, misbehaving or not."""

    def __init__(self, name: str, facts: SourceCases, people: Iterable[Person], faults: People) -> None:
        self.source = _Noting(name, facts, faults.model_copy(update={"people": tuple(people)}))
        self._inner: ASGIApp = Starlette(routes=[self.source.mount()])
        prefix = f"/{name}" + (facts.behind.forward.rstrip("/") if facts.behind else "")
        self._doors = {prefix + facts.token.path} if facts.token else set()
        self._doors |= {prefix + facts.door.path} if isinstance(facts.door, LoginDoor) else set()
        self.asked = 0
        self._misconduct: Misconduct | None = None
        self._left: float = 0

    def misbehave(self, how: Misconduct | None) -> None:
        """From the next call on; None = behave again. Counting begins anew."""
        self._misconduct, self.asked = how, 0
        self._left = float("inf") if how is None or how.times is None else how.times

    def end_sessions(self) -> None:
        """All tokens and sessions end now."""
        for issuer in (self.source.tokens, self.source.sessions):
            if issuer is not None:
                issuer.revoke_all()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        at_door = scope["path"] in self._doors
        self.asked += not at_door
        how = self._misconduct
        if how is None or how.door != at_door or self._left <= 0:
            await self._inner(scope, receive, send)
            return
        self._left -= 1
        if how.silent:
            await _until_left(receive)
            return
        await self._misbehaved(how, scope, receive, send)

    async def _misbehaved(self, how: Misconduct, scope: Scope, receive: Receive, send: Send) -> None:
        status, headers, body = how.status, list(how.headers), how.body
        if how.reshape or how.cut:
            status, told, body = await self._true_answer(scope, receive)
            headers += [(name, value) for name, value in told if name != "content-length"]
            body = how.reshape(body) if how.reshape else body
        else:
            headers.append(("content-type", how.content_type))
        headers.append(("content-length", str(len(body) + how.cut)))
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        kept = body[: int(len(body) * 0.6)] if how.cut else body
        # Left unfinished, the server closes the connection short of the promised length.
        await send({"type": "http.response.body", "body": kept, "more_body": how.cut})

    async def _true_answer(self, scope: Scope, receive: Receive) -> tuple[int, list[tuple[str, str]], bytes]:
        told: list[Message] = []

        async def keep(message: Message) -> None:
            told.append(message)

        await self._inner(scope, receive, keep)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in told[0]["headers"]]
        return told[0]["status"], headers, b"".join(each.get("body", b"") for each in told[1:])


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def theatre(rehearsals: Mapping[str, Rehearsal]) -> ASGIApp:
    """All of them behind one port, by the first step of the path."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        name = scope["path"].split("/", 2)[1]
        await rehearsals[name](scope, receive, send)

    return app
