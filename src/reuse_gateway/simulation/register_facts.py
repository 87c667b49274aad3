"""A simulated register that is read by windows of days: its calls, its entries, and what goes wrong with the n-th call."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from reuse_gateway.simulation.door_facts import Facts

Place = dict[Literal["json", "query"], str]
Fault = Literal["error", "lost", "twice", "html"]


class Listing(Facts):
    """The list of a window. Days are spelt as `days` says; without `last` a question is about one day. More than `most_days`
    at once are refused with `too_wide`. `answer` is filled with `${raw:rows}` and `${total}`, each row is a body.
    """

    method: Literal["GET", "POST"] = "POST"
    path: str
    first: Place = Field(min_length=1, max_length=1)
    last: Place = Field(default_factory=dict, max_length=1)
    days: Literal["vn", "iso", "compact"] = "vn"
    stream: Place = Field(default_factory=dict, max_length=1)
    page: Place = Field(default_factory=dict, max_length=1)
    first_page: int = 1
    size: int = Field(default=1_000, ge=1)
    most_days: int | None = None
    too_wide: str | None = None
    row: str
    answer: str
    nothing: str


class Call(Facts):
    """A call about entries by their keys: `key` says where they stand (several joined by `;`); `unknown` = no such entry."""

    method: Literal["GET", "POST"] = "POST"
    path: str
    key: Place = Field(min_length=1, max_length=1)
    answer: str = ""
    unknown: str


class Entry(Facts):
    """One record: its key, its stream, its day of change (`today-3d`), its body in detail, and what bodies are filled with."""

    key: str
    changed: str
    stream: str = ""
    body: str = ""
    values: dict[str, str] = Field(default_factory=dict, alias="with")


class RegisterFacts(Facts):
    """`drains`: what was received is not listed again. `faults` by number of the listing call, from 1; each strikes once."""

    listing: Listing = Field(alias="list")
    detail: Call | None = None
    received: Call | None = None
    drains: Literal["true", "false"] = "false"
    faults: dict[str, Fault] = Field(default_factory=dict)
    entries: tuple[Entry, ...] = ()

    @property
    def bodies(self) -> set[str]:
        """Every body that an answer is made of."""
        listing, calls = self.listing, [call for call in (self.detail, self.received) if call]
        named = {listing.row, listing.answer, listing.nothing, listing.too_wide, *(each.body for each in self.entries)}
        return {name for name in (*named, *(name for call in calls for name in (call.answer, call.unknown))) if name}
