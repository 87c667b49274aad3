"""The application of all simulated sources: `/<source id>/...` answers as that source does, from data only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.routing import Route as HttpRoute
from starlette.types import Receive, Scope, Send

from reuse_gateway.domain.errors import FactsError
from reuse_gateway.simulation.facts import Case, People, Person, Route, SourceCases, load_cases, load_people
from reuse_gateway.simulation.templates import render
from reuse_gateway.simulation.tokens import IssuedTokens


class SimulatedSource:
    """One source: its tokens, its people and what it says about them. `asked` counts the questions that came in."""

    def __init__(self, name: str, facts: SourceCases, people: People) -> None:
        self._name, self._facts, self._faults = name, facts, people.faults
        self._people = {person.number: person for person in people.people}
        self.tokens = IssuedTokens(facts.token.expires_s)
        self.asked = 0

    def mount(self) -> Mount:
        """Its routes, below its id."""
        routes = [HttpRoute(self._facts.token.path, self._token, methods=["POST"])]
        routes += [HttpRoute(each.path, self._operation(each), methods=[each.method]) for each in self._facts.routes]
        return Mount(f"/{self._name}", routes=routes)

    def say(self, route: Route, number: str, today: date) -> Response:
        """The answer about this number; a number that nobody has is simply not found."""
        person = self._people.get(number)
        case = self._case(route, person.case_at(self._name) if person else "absent")
        if case.same_as is not None:
            case = self._case(route, case.same_as).model_copy(update=case.model_dump(exclude_unset=True, exclude={"same_as"}))
        text = case.text if case.text is not None else self._text(case, person, number, today)
        return _FaultyResponse(text.encode(), case)

    def _case(self, route: Route, name: str) -> Case:
        return route.cases.get(name) or self._faults.get(name) or route.cases["absent"]

    def _text(self, case: Case, person: Person | None, number: str, today: date) -> str:
        told = {"number": number}
        told |= {"full_name": person.full_name, "birth_date": person.birth_date} if person else {}
        return render(self._facts.bodies[case.body or ""], self._facts.values | told | case.values, self._facts.bodies, today)

    async def _token(self, request: Request) -> Response:
        told = self.tokens.issue(request.headers.get("authorization", ""), await request.body())
        return JSONResponse(told) if told else JSONResponse({"error": "invalid_client"}, status_code=401)

    def _operation(self, route: Route) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            if not self.tokens.accepts(request.headers.get("authorization", "")):
                return Response(self._facts.bodies[self._facts.token.refusal], 401, media_type="application/json")
            self.asked += 1
            return self.say(route, await _asked_number(route, request), date.today())

        return answer


class _FaultyResponse(Response):
    """An answer that may come late or break off. A caller that leaves ends the waiting."""

    def __init__(self, body: bytes, case: Case) -> None:
        kept = body if case.cut is None else body[: int(len(body) * case.cut)]
        promised = len(kept) if case.cut is None or case.honest_length else len(body)
        super().__init__(
            kept, case.status, {**case.headers, "content-type": case.content_type, "content-length": str(promised)}
        )
        self._delay_s = case.delay_s
        self._breaks_off = promised != len(kept)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._delay_s and await _left_within(self._delay_s, receive):
            return
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        # Left unfinished, the server closes the connection short of the promised length.
        await send({"type": "http.response.body", "body": self.body, "more_body": self._breaks_off})


async def _left_within(seconds: float, receive: Receive) -> bool:
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


async def _asked_number(route: Route, request: Request) -> str:
    if "query" in route.number:
        return request.query_params.get(route.number["query"], "")
    try:
        told = json.loads(await request.body())
    except ValueError:
        return ""
    return str(told.get(route.number["json"], "")) if isinstance(told, Mapping) else ""


def build_app(folder: Path) -> Starlette:
    """All sources that have cases in this folder; `app.state.sources` holds them by id. Raises FactsError."""
    people = load_people(folder)
    sources = {name: SimulatedSource(name, facts, people) for name, facts in load_cases(folder).items()}
    for name, facts in load_cases(folder).items():
        _check(name, facts, people)
    app = Starlette(routes=[source.mount() for source in sources.values()])
    app.state.sources = sources
    return app


def _check(name: str, facts: SourceCases, people: People) -> None:
    """Every case names a body that exists, and every route says what absent looks like."""
    for place, route in enumerate(facts.routes):
        if "absent" not in route.cases:
            raise FactsError(f"{name}.cases.yaml", f"routes.{place}.cases", "no case absent")
        for title, case in {**people.faults, **route.cases}.items():
            known = case.text is not None or case.same_as in route.cases or case.body in facts.bodies
            if not known:
                raise FactsError(f"{name}.cases.yaml", f"routes.{place}.cases.{title}", "unknown body")
