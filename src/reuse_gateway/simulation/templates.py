"""Bodies with `${values}`: JSON text in the true shape of the source, filled for one person."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from xml.sax.saxutils import escape

from reuse_gateway.domain.vietnam import midnight

_SLOT = re.compile(r"\$\{(?:([a-z0-9]+):)?([a-z_]+)\}")
_AGO = re.compile(r"today([+-][0-9]{1,5})d")
_YEAR = re.compile(r"thisyear([+-][0-9]{1,2})?-([0-9]{2}-[0-9]{2})")
_DEEPEST = 6


def day_of(value: str, today: date) -> str:
    """`today-20d` and `thisyear+1-12-31` as ISO days, so that cases do not grow old; anything else as it is."""
    if match := _AGO.fullmatch(value):
        return (today + timedelta(days=int(match[1]))).isoformat()
    if match := _YEAR.fullmatch(value):
        return f"{today.year + int(match[1] or 0)}-{match[2]}"
    return value


def _epoch_s(day: str) -> int:
    """When the day begins; of a month or a year, its first day."""
    return int(midnight(date.fromisoformat(f"{day}-01-01"[:10])).timestamp())


_SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "iso": lambda day: day,
    "compact": lambda day: day.replace("-", ""),
    "vn": lambda day: "/".join(reversed(day.split("-"))) if day else "",
    "year": lambda day: day[:4],
    "month": lambda day: day[5:7].lstrip("0") or "0",
    "day": lambda day: day[8:10].lstrip("0") or "0",
    "epochs": lambda day: str(_epoch_s(day)) if day else "",
    "epochms": lambda day: f"{_epoch_s(day)}000" if day else "",
    "part1": lambda text: text.split("-")[0],
    "part2": lambda text: "".join(text.split("-")[1:2]),
    "part3": lambda text: "".join(text.split("-")[2:3]),
    "upper": str.upper,
    "xml": escape,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
}


def render(
    text: str, values: Mapping[str, str], bodies: Mapping[str, str], today: date, depth: int = 0, *, plain: bool = False
) -> str:
    """`${name}` = the value (or another body) escaped for a JSON string (unless `plain`), `${raw:name}` = as it is,
    `${vn:day}` = spelt so.

    Raises KeyError for a name that is neither, RecursionError for bodies that name each other in a circle.
    """
    if depth > _DEEPEST:
        raise RecursionError

    def fill(match: re.Match[str]) -> str:
        spelling, name = match[1], match[2]
        value = (
            render(bodies[name], values, bodies, today, depth + 1, plain=plain)
            if name in bodies
            else day_of(values[name], today)
        )
        if spelling == "raw":
            return value
        spelt = _SPELLINGS[spelling](value) if spelling else value
        return spelt if plain else _escaped(spelt)

    return _SLOT.sub(fill, text)


def _escaped(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]
