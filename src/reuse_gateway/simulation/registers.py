"""Answers of a simulated register: windows, pages, details, marks, and the faults that are scripted for its calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route as HttpRoute

from reuse_gateway.simulation.doors import json_of
from reuse_gateway.simulation.register_facts import Call, Entry, Place, RegisterFacts
from reuse_gateway.simulation.templates import day_of, render

Answer = Callable[[Request], Awaitable[Response]]
Guard = Callable[[Answer], Answer]


class SimulatedRegister:
    """One register. `asked` are the days and pages of the listing calls; `marked` the keys that were said to be received."""

    def __init__(self, facts: RegisterFacts, values: Mapping[str, str], bodies: Mapping[str, str], content_type: str) -> None:
        self.entries, self.faults = list(facts.entries), dict(facts.faults)
        self.asked: list[tuple[date, date, str, int]] = []
        self.marked: set[str] = set()
        self._facts, self._values, self._bodies, self._type = facts, values, bodies, content_type

    def routes(self, prefix: str, guard: Guard) -> list[HttpRoute]:
        """Below the path of its source; `guard` lets callers in."""
        facts, made = self._facts, []
        for call, answer in ((facts.listing, self._list), (facts.detail, self._detail), (facts.received, self._received)):
            if call is not None:
                made.append(HttpRoute(prefix + call.path, guard(answer), methods=[call.method]))
        return made

    async def _list(self, request: Request) -> Response:
        facts, today = self._facts.listing, date.today()
        first = _day(await told_at(request, facts.first), facts.days)
        last = _day(await told_at(request, facts.last), facts.days) if facts.last else first
        if first is None or last is None or last < first:
            return Response("bad window", 400, media_type="text/plain")
        if facts.most_days and (last - first).days >= facts.most_days:
            return self._said(facts.too_wide or "", {})
        stream = await told_at(request, facts.stream) if facts.stream else ""
        told = await told_at(request, facts.page) if facts.page else ""
        page = int(told) - facts.first_page if told.isdigit() else 0
        self.asked.append((first, last, stream, page))
        fault = self.faults.pop(str(len(self.asked)), None)
        if fault in ("error", "html"):
            return PlainTextResponse("error", 500) if fault == "error" else HTMLResponse("<form>Đăng nhập</form>")
        within = [each for each in self.entries if each.stream == stream and first <= self._changed(each, today) <= last]
        if self._facts.drains == "true":
            within = [each for each in within if each.key not in self.marked]
        shown = within[page * facts.size : (page + 1) * facts.size]
        return self._listed([] if fault == "lost" else shown, len(within), today, twice=fault == "twice")

    def _listed(self, shown: list[Entry], total: int, today: date, *, twice: bool) -> Response:
        facts = self._facts.listing
        if not total:
            return self._said(facts.nothing, {})
        rows = [self._filled(facts.row, each, today) for each in shown]
        told = ", ".join([*rows, *rows[: int(twice)]])
        return self._said(facts.answer, {"rows": told, "total": str(total)})

    async def _detail(self, request: Request) -> Response:
        call = self._facts.detail
        found = await self._keyed(request, call) if call else []
        if call is None or len(found) != 1:
            return self._said(call.unknown if call else "", {})
        return self._said(call.answer, {"detail": self._filled(found[0].body, found[0], date.today())})

    async def _received(self, request: Request) -> Response:
        call = self._facts.received
        found = await self._keyed(request, call) if call else []
        if call is None or not found:
            return self._said(call.unknown if call else "", {})
        self.marked |= {each.key for each in found}
        return self._said(call.answer, {})

    async def _keyed(self, request: Request, call: Call) -> list[Entry]:
        keys = (await told_at(request, call.key)).split(";")
        return [each for each in self.entries if each.key in keys]

    def _changed(self, entry: Entry, today: date) -> date:
        return date.fromisoformat(day_of(entry.changed, today))

    def _filled(self, body: str, entry: Entry, today: date) -> str:
        told = {"key": entry.key, "changed": self._changed(entry, today).isoformat(), "stream": entry.stream}
        return render(self._bodies[body], {**self._values, **told, **entry.values}, self._bodies, today)

    def _said(self, body: str, told: Mapping[str, str]) -> Response:
        text = render(self._bodies[body], {**self._values, **told}, self._bodies, date.today())
        return Response(text, media_type=self._type)


async def told_at(request: Request, place: Place) -> str:
    """What stands there, as text; "" where nothing does."""
    ((where, name),) = place.items()
    if where == "query":
        return request.query_params.get(name, "")
    told = await json_of(request)
    return str(told.get(name, "")) if isinstance(told, Mapping) else ""


def _day(text: str, days: str) -> date | None:
    spelt = {"vn": "-".join(reversed(text.split("/"))), "compact": f"{text[:4]}-{text[4:6]}-{text[6:]}", "iso": text}[days]
    try:
        return date.fromisoformat(spelt)
    except ValueError:
        return None
