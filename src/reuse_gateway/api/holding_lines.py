"""NDJSON announcements: lines out of a body of any length with flat memory, each read strictly by itself."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from fastapi import Request
from pydantic import Field, model_validator

from reuse_gateway.api.bodies import strict_json, validated
from reuse_gateway.api.reading import Reader, attempt, instant_of
from reuse_gateway.api.schemas import Strict
from reuse_gateway.application.announce_holdings import Lines
from reuse_gateway.domain.announcement import Announced, AnnouncedPaper, Standing
from reuse_gateway.domain.errors import CallerError, Fault, GatewayError, InvalidInput, TooLarge
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, OldPersonalId, PersonalId

MOST_LINES, LONGEST_LINE, AT_ONCE = 100_000, 4_096, 250
_MOST_BYTES, _MOST_S = 67_108_864, 600.0
# Clocks differ; an instant further ahead would hide every later version of its record.
_AHEAD = timedelta(minutes=5)


class OwnerIn(Strict):
    """One owner, by number alone: the index keeps nothing else of anybody."""

    personal_id: str | None = Field(None, max_length=40, examples=["999090000001"])
    enterprise_code: str | None = Field(None, max_length=40)

    @model_validator(mode="after")
    def _one_way(self) -> OwnerIn:
        if (self.personal_id is None) == (self.enterprise_code is None):
            raise ValueError("exactly_one_of")
        return self


class HoldingIn(Strict):
    """One line of POST /v1/holdings: one record in one version, with all its owners."""

    reference: str = Field(
        min_length=1, max_length=200, description="The announcing system's own; kept as a keyed digest only."
    )
    owners: list[OwnerIn] = Field(min_length=1, max_length=6)
    evidence_type: str | None = Field(None, max_length=64)
    result_code: str | None = Field(None, max_length=40, pattern=r"^[A-Z0-9.]+$", examples=["KQ.G15.000031"])
    state: Literal["valid", "revoked"] = "valid"
    issued_on: str | None = Field(None, max_length=10, description="YYYY-MM-DD")
    expires_on: str | None = Field(None, max_length=10, description="The last good day.")
    changed_at: str = Field(max_length=40, description="RFC 3339 instant; of two versions the later one counts.")


@dataclass(slots=True)
class AnnouncedLines:
    """Reads one body. `digest` is complete when the lines have been read to the end."""

    reader: Reader
    result_codes: Mapping[str, str]
    idle_s: float
    digest: Any = field(default_factory=hashlib.sha256)

    async def chunks(self, request: Request) -> AsyncIterator[Lines]:
        """Some lines at a time. Raises TooLarge(`lines`, `bytes`), CallerError(`body_timeout`, `client_left`)."""
        gathered: list[tuple[int, bytes | None]] = []
        count = 0
        async for line in self._lines(request):
            if line is not None and not line.strip():
                continue
            count += 1
            if count > MOST_LINES:
                raise TooLarge(limit=MOST_LINES)
            gathered.append((count, line))
            if len(gathered) == AT_ONCE:
                yield self._read(gathered)
                gathered = []
        if gathered:
            yield self._read(gathered)

    async def _lines(self, request: Request) -> AsyncIterator[bytes | None]:
        """Each line without its end; None for one that is longer than any can be, of which nothing is kept."""
        rest, skipping = b"", False
        async for piece in self._pieces(request):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield None if skipping or len(line) > LONGEST_LINE else line
                skipping = False
            if len(rest) > LONGEST_LINE:
                rest, skipping = b"", True
        if rest or skipping:
            yield None if skipping else rest

    async def _pieces(self, request: Request) -> AsyncIterator[bytes]:
        size, ends = 0, asyncio.get_running_loop().time() + _MOST_S
        more = True
        while more:
            try:
                async with asyncio.timeout(min(self.idle_s, ends - asyncio.get_running_loop().time())):
                    message = await request.receive()
            except TimeoutError:
                raise CallerError(code="body_timeout") from None
            if message["type"] == "http.disconnect":
                raise CallerError(code="client_left")
            piece = message.get("body", b"")
            size += len(piece)
            if size > _MOST_BYTES:
                raise TooLarge(limit=_MOST_BYTES)
            self.digest.update(piece)
            yield piece
            more = message.get("more_body", False)

    def _read(self, lines: Iterable[tuple[int, bytes | None]]) -> Lines:
        records: list[Announced] = []
        refused: list[tuple[int, tuple[Fault, ...]]] = []
        count = 0
        for number, line in lines:
            count += 1
            try:
                if line is None:
                    raise InvalidInput(Fault("", "too_long"))
                records.append(self._announced(validated(HoldingIn, strict_json(line))))
            except InvalidInput as error:
                refused.append((number, error.faults))
            except GatewayError as error:
                refused.append((number, (Fault("", error.code),)))
        return Lines(count, records, refused)

    def _announced(self, told: HoldingIn) -> Announced:
        """Raises InvalidInput with every fault found."""
        faults: list[Fault] = []
        kind = self._kind(told, faults)
        owners = [self._owner(owner, f"/owners/{place}", faults) for place, owner in enumerate(told.owners)]
        issued = attempt(faults, "/issued_on", lambda: _day(told.issued_on), "impossible_date")
        expires = attempt(faults, "/expires_on", lambda: _day(told.expires_on), "impossible_date")
        changed_at = attempt(faults, "/changed_at", lambda: instant_of(told.changed_at), "bad_format")
        now = self.reader.now()
        if changed_at and changed_at > now + _AHEAD:
            faults.append(Fault("/changed_at", "future_day"))
        if issued and expires and expires < issued:
            faults.append(Fault("/expires_on", "impossible_date"))
        if faults or changed_at is None:
            raise InvalidInput(*faults[:20])
        standing = Standing(told.state)
        papers = {AnnouncedPaper(kind, owner, standing, told.result_code, issued, expires) for owner in owners}
        return Announced(told.reference, changed_at, tuple(papers))

    def _kind(self, told: HoldingIn, faults: list[Fault]) -> str:
        by_code = self.result_codes.get(told.result_code or "")
        kind = told.evidence_type or by_code
        if told.evidence_type is None and told.result_code is None:
            faults.append(Fault("", "exactly_one_of"))
        elif kind is None or (told.evidence_type and told.evidence_type not in self.reader.evidence_types - {"other"}):
            faults.append(Fault("/evidence_type" if told.evidence_type else "/result_code", "unknown_evidence_type"))
        elif by_code and kind != by_code:
            faults.append(Fault("/result_code", "unknown_evidence_type"))
        return kind or ""

    def _owner(self, owner: OwnerIn, at: str, faults: list[Fault]) -> str | None:
        if owner.enterprise_code is not None:
            told = owner.enterprise_code
            code = attempt(faults, f"{at}/enterprise_code", lambda: EnterpriseCode.parse(told))
            if code and code.synthetic and not self.reader.synthetic:
                faults.append(Fault(f"{at}/enterprise_code", "enterprise_code_check_digit"))
            return Business(code).key if code else None
        number = owner.personal_id or ""
        parse = OldPersonalId.parse if len(number) == 9 else PersonalId.parse
        parsed = attempt(faults, f"{at}/personal_id", lambda: parse(number))
        return Citizen(parsed).key if parsed else None


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
