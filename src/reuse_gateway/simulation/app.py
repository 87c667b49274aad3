"""The application of all simulated sources: `/<source id>/...` answers as that source does, from data only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.routing import Route as HttpRoute

from reuse_gateway.domain.errors import FactsError
from reuse_gateway.simulation.asked import number_asked, route_asked
from reuse_gateway.simulation.door_facts import LoginDoor, Refusal
from reuse_gateway.simulation.doors import Sessions, addressed, admits, json_of
from reuse_gateway.simulation.facts import Case, People, Person, Route, SourceCases, load_cases, load_people
from reuse_gateway.simulation.faulty import FaultyResponse
from reuse_gateway.simulation.registers import SimulatedRegister
from reuse_gateway.simulation.templates import render
from reuse_gateway.simulation.tokens import IssuedTokens

Answers = Callable[[Request], Awaitable[Response]]


class SimulatedSource:
    """One source: its door, its people and what it says about them. `asked` counts the questions that came in."""

    def __init__(self, name: str, facts: SourceCases, people: People) -> None:
        self._name, self._facts, self._faults = name, facts, people.faults
        self._people = people.by_number()
        token, door = facts.token, facts.door
        self.tokens = IssuedTokens(token.expires_s, token.grant, public=token.public == "true") if token else None
        self.sessions = Sessions(door) if isinstance(door, LoginDoor) else None
        told = (facts.by_window, facts.values, facts.bodies, facts.content_type)
        self.register = SimulatedRegister(*told) if facts.by_window else None
        self.asked = 0

    def mount(self) -> Mount:
        """Its routes, below its id (and below its security server's path)."""
        facts = self._facts
        prefix = facts.behind.forward.rstrip("/") if facts.behind else ""
        routes = [HttpRoute(prefix + facts.token.path, self._guarded(self._token), methods=["POST"])] if facts.token else []
        if isinstance(facts.door, LoginDoor):
            routes.append(HttpRoute(prefix + facts.door.path, self._guarded(self._login), methods=["POST"]))
        for method, path in dict.fromkeys((each.method, each.path) for each in facts.routes):
            there = [each for each in facts.routes if (each.method, each.path) == (method, path)]
            routes.append(HttpRoute(prefix + path, self._guarded(self._operation(there)), methods=[method]))
        if self.register:
            routes += self.register.routes(prefix, lambda answer: self._guarded(self._let_in(answer)))
        return Mount(f"/{self._name}", routes=routes)

    def say(self, route: Route, number: str, today: date, page: int = 0) -> Response:
        """The answer about this number; a number that nobody has is simply not found."""
        person = self._people.get(number)
        name = person.case_at(self._name) if person else "absent"
        case = self._case(route, name)
        like = case.same_as or name
        if case.same_as is not None:
            case = self._case(route, case.same_as).model_copy(update=case.model_dump(exclude_unset=True, exclude={"same_as"}))
        if page and route.page:
            further = route.page.further.get(name) or route.page.further.get(like, ())
            case = case.model_copy(update={"body": further[page - 1]}) if page <= len(further) else route.cases["absent"]
        text = case.text if case.text is not None else self._text(case, person, number, today)
        return FaultyResponse(text.encode(), case, self._facts.content_type)

    def _case(self, route: Route, name: str) -> Case:
        return route.cases.get(name) or self._faults.get(name) or route.cases["absent"]

    def _text(self, case: Case, person: Person | None, number: str, today: date) -> str:
        told = {"asked": number, "number": person.number if person else number}
        told |= {"full_name": person.full_name, "birth_date": person.birth_date} if person else {}
        return render(self._facts.bodies[case.body or ""], self._facts.values | told | case.values, self._facts.bodies, today)

    def _refused(self, refusal: Refusal) -> Response:
        return Response(self._facts.bodies[refusal.body], refusal.status, media_type=self._facts.content_type)

    def _guarded(self, answer: Answers) -> Answers:
        async def guarded(request: Request) -> Response:
            behind = self._facts.behind
            if behind is not None and not await addressed(behind, request):
                return self._refused(behind.refusal)
            return await answer(request)

        return guarded

    async def _token(self, request: Request) -> Response:
        facts = self._facts.token
        wanted = facts.with_header if facts else None
        told = self.tokens.issue(request.headers.get("authorization", ""), await request.body()) if self.tokens else None
        if not told or (wanted and wanted not in request.headers):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        return JSONResponse(told)

    async def _login(self, request: Request) -> Response:
        door, session = self._facts.door, self.sessions.open(await json_of(request)) if self.sessions else None
        if not isinstance(door, LoginDoor) or session is None:
            return self._refused(door.refused_login) if isinstance(door, LoginDoor) else Response(status_code=404)
        told = {"session": session, "second": session[::-1]}
        text = render(self._facts.bodies[door.answer], self._facts.values | told, self._facts.bodies, date.today())
        return Response(text, media_type="application/json")

    async def _refusal(self, request: Request) -> Response | None:
        """Why this call is not let in; None = it is."""
        facts = self._facts
        if facts.token and self.tokens and not self.tokens.accepts(request.headers.get("authorization", "")):
            return self._refused(Refusal(body=facts.token.refusal, status=401))
        if facts.door is None:
            return None
        let_in = await self.sessions.admits(request) if self.sessions else await admits(facts.door, request)
        return None if let_in else self._refused(facts.door.refusal)

    def _let_in(self, answer: Answers) -> Answers:
        async def admitted(request: Request) -> Response:
            return await self._refusal(request) or await answer(request)

        return admitted

    def _operation(self, routes: list[Route]) -> Answers:
        async def answer(request: Request) -> Response:
            refusal = await self._refusal(request)
            if refusal is not None:
                return refusal
            route = await route_asked(routes, request)
            if route is None:
                return Response("unknown operation", 400, media_type="text/plain")
            self.asked += 1
            page = request.query_params.get(route.page.query, "") if route.page else ""
            place = int(page) - route.page.first if route.page and page.isdigit() else 0
            return self.say(route, await number_asked(route, request), date.today(), place)

        return answer


def build_app(folder: Path) -> Starlette:
    """All sources that have cases in this folder; `app.state.sources` holds those that speak HTTP by id. Raises FactsError."""
    people, cases = load_people(folder), load_cases(folder)
    for name, facts in cases.items():
        check_cases(name, facts, people)
    sources = {name: SimulatedSource(name, facts, people) for name, facts in cases.items() if facts.routes}
    app = Starlette(routes=[source.mount() for source in sources.values()])
    app.state.sources = sources
    return app


def check_cases(name: str, facts: SourceCases, people: People) -> None:
    """Every case names a body that exists, and every route says what absent looks like; raises FactsError."""
    if sum(bool(way) for way in (facts.routes, facts.table, facts.dropped)) != 1:
        raise FactsError(f"{name}.cases.yaml", "", "one of routes, table, dropped")
    if facts.by_window and not facts.by_window.bodies <= facts.bodies.keys():
        raise FactsError(f"{name}.cases.yaml", "by_window", "unknown body")
    for place, route in enumerate(facts.routes):
        if "absent" not in route.cases:
            raise FactsError(f"{name}.cases.yaml", f"routes.{place}.cases", "no case absent")
        for title, case in {**people.faults, **route.cases}.items():
            known = case.text is not None or case.same_as in route.cases or case.body in facts.bodies
            if not known:
                raise FactsError(f"{name}.cases.yaml", f"routes.{place}.cases.{title}", "unknown body")
