"""The filters of `GET /v1/violations` and of exports, as one Query; whatever is not known is refused with what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reuse_gateway.application.keep_filters import KeepFilters
from reuse_gateway.application.seek_violations import SeekViolations
from reuse_gateway.application.violation_ports import PageEnd
from reuse_gateway.domain.errors import BadQuery, CallerError
from reuse_gateway.domain.query_days import bounds
from reuse_gateway.domain.query_language import condition_of, nearest, parse_query
from reuse_gateway.domain.saved_filter import SavedFilter
from reuse_gateway.domain.vietnam import TIME_ZONE, VIETNAM
from reuse_gateway.domain.violation_query import Key, Query, Window

FILTERS = tuple(key.value for key in Key if key not in (Key.HAS, Key.IS))
NAMES = (*FILTERS, "made_from", "made_to", "q", "filter")


async def asked(
    keep: KeepFilters, seek: SeekViolations, agency: str, told: Iterable[tuple[str, str]], beside: tuple[str, ...] = ()
) -> Asked:
    """The query with its saved filter, where one is named; both must hold. `agency`: to whom the name means it.

    Raises BadQuery, StoreError.
    """
    pairs = list(told)
    query = query_of(pairs, beside)
    await seek.refuse_strange(query, dict(pairs).get("q", ""))
    name = next((value for told_name, value in pairs if told_name == "filter"), None)
    if name is None:
        return Asked(query)
    saved, kept = await keep.meant(name, agency)
    return Asked(kept.also(query), saved)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, and the saved filter that is part of it."""

    query: Query
    saved: SavedFilter | None = None

    def told(self) -> dict[str, Any]:
        """As it stands in an answer: what was looked for, in which days, under which name."""
        told = {"window": told_window(self.query), "query": str(self.query)}
        if self.saved is None:
            return told
        return told | {"filter": {name: getattr(self.saved, name) for name in ("name", "revision", "agency")}}


def query_of(told: Iterable[tuple[str, str]], beside: tuple[str, ...] = ()) -> Query:
    """From names and values; a name that comes twice widens, different names narrow. Raises BadQuery (HTTP 400)."""
    query, once = Query(), dict[str, str]()
    several: dict[Key, list[str]] = {}
    for name, value in told:
        if name in beside:
            continue
        if name in FILTERS:
            several.setdefault(Key(name), []).append(value)
        elif name not in NAMES:
            known = (*NAMES, *beside)
            raise BadQuery("unknown_filter", 0, nearest(name, known) or known, "/query")
        elif name in once:
            raise BadQuery("filter_told_twice", pointer=f"/query/{name}")
        else:
            once[name] = value
    for key, values in several.items():
        query = query.also(Query((condition_of(key, ",".join(values)),)))
    return query.also(Query(window=_window(once))).also(parse_query(once.get("q", "")))


def _window(once: Mapping[str, str]) -> Window:
    try:
        return bounds(once.get("made_from"), once.get("made_to"))
    except (ValueError, OverflowError):
        raise BadQuery("bad_window", pointer="/query/made_from" if "made_from" in once else "/query/made_to") from None


def told_window(query: Query) -> dict[str, Any]:
    """What is looked at: shown in Vietnamese time; instants are kept and compared in UTC."""
    shown = [each.astimezone(VIETNAM).isoformat() if each else None for each in (query.window.first, query.window.last)]
    return {"from": shown[0], "before": shown[1], "time_zone": TIME_ZONE}


def end_told(end: PageEnd) -> str:
    """A page's end as it stands in a cursor."""
    return f"{end.made_at.astimezone(UTC).isoformat(timespec='microseconds')} {end.violation_id}"


def end_of(told: str | None) -> PageEnd | None:
    """The end that a cursor tells; raises CallerError(`stale_cursor`)."""
    if told is None:
        return None
    try:
        at, violation_id = told.split(" ")
        return PageEnd(datetime.fromisoformat(at), violation_id)
    except ValueError:
        raise CallerError(code="stale_cursor") from None
