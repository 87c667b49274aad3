"""How a register is read into the holdings index: windows of days, pages, details, marks. Facts only."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from reuse_gateway.connectors.asking import Request
from reuse_gateway.connectors.lookups import Day, DayField, Decode, OutcomeRule, Then
from reuse_gateway.connectors.paths import PathField
from reuse_gateway.connectors.predicates import Strict
from reuse_gateway.connectors.scalars import Seconds, Truth
from reuse_gateway.domain.register_cursor import Rhythm

Stream = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{0,40}$")]


class SyncCall(Strict):
    """One call of the register: request, what its answers mean, and where its records are."""

    request: Request
    decode: tuple[Decode, ...] = Field(default=(), max_length=4)
    outcomes: tuple[OutcomeRule, ...] = Field(min_length=1, max_length=24)
    records: PathField | None = None
    total: PathField | None = None

    @model_validator(mode="after")
    def _says_found(self) -> SyncCall:
        if not any(rule.then is Then.FOUND for rule in self.outcomes):
            raise ValueError("no rule says found")
        if any(rule.then is Then.ABSENT and not rule.says_something for rule in self.outcomes):
            raise ValueError("absent must rest on something that the answer says, not only on what it lacks")
        return self


class SyncPart(Strict):
    """`since`: first day kept. `window_days`: most days that one question may span. `overlap_days`: read again in each round.

    `streams`: read one after the other (`{stream}`). `size`: records of a full page (`{page}`, from `first` by `step`); none =
    a window is one page. `list` tells the records of a window; `detail`, asked by `{reference}`, adds to each what the list
    lacks. `received` is told `{references}` (joined by `;`) when a page is kept; `drains`: what was marked is not listed again.
    `key`: how `detail` and `received` name a record. `reference`: what names it for us, `changed_on`: its day of change.
    What a record proves, and whose it is, says the lookup at `reads_like`. A folder of dropped files needs no `list`: all of it
    is one window.
    """

    since: DayField
    window_days: int = Field(default=1, ge=1, le=31)
    overlap_days: int = Field(default=2, ge=1, le=31)
    every_s: float = Field(default=900, ge=60, le=86_400, allow_inf_nan=False)
    streams: tuple[Stream, ...] = Field(default=("",), min_length=1, max_length=16)
    size: int | None = Field(default=None, ge=1, le=1_000)
    first: int = Field(default=1, ge=0, le=1)
    step: int = Field(default=1, ge=1, le=1_000)
    most_pages: int = Field(default=1_000, ge=1, le=10_000)
    timeout_s: Seconds = 30
    response_bytes: int = Field(default=4_194_304, ge=1_024, le=16_777_216)
    listing: SyncCall | None = Field(default=None, alias="list")
    detail: SyncCall | None = None
    received: SyncCall | None = None
    drains: Truth = False
    key: PathField | None = None
    reference: tuple[PathField, ...] = Field(min_length=1, max_length=6)
    changed_on: Day | None = None
    reads_like: int = Field(default=0, ge=0, le=15)

    @model_validator(mode="after")
    def _goes_together(self) -> SyncPart:
        if self.listing and self.listing.records is None:
            raise ValueError("list: records must say where they are")
        if (self.detail or self.received) and self.key is None:
            raise ValueError("detail and received name records by key")
        if self.drains and self.received is None:
            raise ValueError("drains: without received nothing is ever drained")
        if self.listing and self.changed_on is None and self.window_days > 1:
            raise ValueError("changed_on is missing, and a window of several days does not tell it")
        if len(set(self.streams)) != len(self.streams):
            raise ValueError("a stream is named twice")
        return self

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.since, self.window_days, self.overlap_days)
