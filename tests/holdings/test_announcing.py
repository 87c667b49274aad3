"""POST /v1/holdings: every line by itself, refused without an echo, acknowledged only when all of it is kept."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from reuse_gateway.api.holding_lines import LONGEST_LINE, AnnouncedLines
from reuse_gateway.domain.errors import StoreError
from tests.api.conftest import House
from tests.holdings.builders import line, ndjson

TYPE = "application/x-ndjson"


async def announce(
    house: House, content: Any, client: str = "demo-settlement", query: str = "", **headers: str
) -> httpx.Response:
    told = await house.headers(client) | {"content-type": TYPE} | headers
    return await house.client.post(f"/v1/holdings{query}", content=content, headers=told)


async def test_lines_are_kept_and_counted(house: House):
    answer = await announce(house, ndjson(line(), line("r2", state="revoked"), line("r3", "999090000002")))
    assert answer.status_code == 200
    assert answer.json() == {"source": "procedure_settlement", "read": 3, "new": 3, "refused": 0, "refusals": []}
    assert {row.evidence_type for row in house.holdings.rows} == {"birth_certificate"}


async def test_the_same_lines_again_are_nothing_new(house: House):
    lines = ndjson(line(), line(), line("r2"))
    assert (await announce(house, lines)).json()["new"] == 2
    assert (await announce(house, lines)).json()["new"] == 0


@pytest.mark.parametrize(
    ("bad", "pointer", "code"),
    [
        (line("x", "040"), "/owners/0/personal_id", "personal_id_not_12_digits"),
        (line("x", evidence_type="no_such"), "/evidence_type", "unknown_evidence_type"),
        (line("x", evidence_type="other"), "/evidence_type", "unknown_evidence_type"),
        (line("x", evidence_type=None), "", "exactly_one_of"),
        (line("x", evidence_type=None, result_code="KQ.G99.999999"), "/result_code", "unknown_evidence_type"),
        (line("x", result_code="KQ.G15.000032"), "/result_code", "unknown_evidence_type"),
        (line("x", issued_on="2020-02-30"), "/issued_on", "impossible_date"),
        (line("x", issued_on="2020-02-03", expires_on="2019-01-01"), "/expires_on", "impossible_date"),
        (line("x", changed_at="2026-11-24T00:00:00+07:00"), "/changed_at", "future_day"),
        (line("x", changed_at="2026-11-20T08:00:00"), "/changed_at", "bad_format"),
        (line("x", changed_at=None), "/changed_at", "missing"),
        (line("x", state="lost"), "/state", "out_of_range"),
        (line("x", owners=[]), "/owners", "too_short"),
        (line("x", owners=[{"personal_id": "999090000001", "enterprise_code": "9990000001"}]), "/owners/0", "exactly_one_of"),
        (line("x", owners=[{"personal_id": 999090000001}]), "/owners/0/personal_id", "wrong_type"),
        (line("x", content="scan"), "/content", "unknown_field"),
        (line("y" * LONGEST_LINE), "", "too_long"),
        (b"{", "", "malformed_json"),
        (b'{"reference": "a", "reference": "b"}', "", "duplicate_key"),
        (b"\xff\xfe", "", "not_utf8"),
        (b'{"reference": "\\u0000"}', "", "control_character"),
    ],
)
async def test_a_bad_line_is_refused_by_itself_without_an_echo(house: House, bad: Any, pointer: str, code: str):
    answer = await announce(house, ndjson(line("r1"), bad, line("r3")))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["read"], told["new"], told["refused"]) == (3, 2, 1)
    assert told["refusals"] == [{"line": 2, "pointer": pointer, "code": code}]
    assert "999090000001" not in answer.text


async def test_only_those_with_the_scope_may_announce(house: House):
    assert (await announce(house, ndjson(line()), "demo-intake")).status_code == 403
    assert (await announce(house, ndjson(line()), authorization="")).status_code == 401
    assert house.holdings.batches == []


@pytest.mark.parametrize("query", ["?source=population", "?source=nowhere", "?sources=procedure_settlement"])
async def test_only_sources_that_take_announcements_get_them(house: House, query: str):
    assert (await announce(house, ndjson(line()), query=query)).status_code == (400 if "sources" in query else 422)
    assert house.holdings.batches == []


async def test_only_ndjson_is_read(house: House):
    answer = await announce(house, ndjson(line()), **{"content-type": "application/json"})
    assert answer.status_code == 415


async def test_a_key_is_answered_once_and_refused_for_another_body(house: House):
    first = await announce(house, ndjson(line(), b"{"), **{"idempotency-key": '"k1"'})
    batches = len(house.holdings.batches)
    again = await announce(house, ndjson(line(), b"{"), **{"idempotency-key": "k1"})
    assert again.json() == first.json()
    assert len(house.holdings.batches) == batches
    other = await announce(house, ndjson(line("r2")), **{"idempotency-key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(house.holdings.rows) == 1


@pytest.mark.parametrize(("theirs", "status"), [(b"other", 422), (None, 200)])
async def test_a_key_taken_meanwhile_is_answered_from_what_stands(house: House, theirs: bytes | None, status: int):
    """Another process closes the same announcement, or one of another body, while this one is being read."""
    lines, kept = ndjson(line()), house.holdings
    await announce(house, lines, **{"idempotency-key": "k1"})
    closing = kept.batches.pop()
    kept.rows.clear()

    async def passes() -> None:
        kept.before_write.append(faster)

    async def faster() -> None:
        claim = replace(closing.claim, fingerprint=theirs or closing.claim.fingerprint)
        kept.batches.append(replace(closing, claim=claim, head=replace(closing.head, number=50)))

    kept.before_write.append(passes)
    answer = await announce(house, lines, **{"idempotency-key": "k1"})
    assert answer.status_code == status
    assert status == 422 or answer.json() == closing.report


async def test_nothing_is_acknowledged_while_the_store_does_not_take_it(house: House):
    house.holdings.broken = StoreError()
    answer = await announce(house, ndjson(line()), **{"idempotency-key": "k1"})
    assert answer.status_code == 503
    house.holdings.broken = None
    assert (await announce(house, ndjson(line()), **{"idempotency-key": "k1"})).json()["new"] == 1


async def test_what_broke_off_may_be_sent_again_whole(house: House):
    lines = [line(f"r{n}") for n in range(600)]

    async def fails() -> None:
        house.holdings.broken = StoreError()
        raise StoreError()

    async def passes() -> None:
        house.holdings.before_write.insert(0, fails)

    house.holdings.before_write.append(passes)
    assert (await announce(house, ndjson(*lines))).status_code == 503
    kept, house.holdings.broken = len(house.holdings.rows), None
    house.holdings.before_write.clear()
    assert 0 < kept < 600
    assert (await announce(house, ndjson(*lines))).json()["new"] == 600 - kept
    assert (await house.holdings.head("procedure_settlement")).papers == 600


async def test_an_empty_announcement_says_that_nothing_has_changed(house: House):
    assert (await announce(house, b"")).json()["read"] == 0
    assert (await house.holdings.head("procedure_settlement")).announced_at == house.clock.at


class Body:
    """A request whose body arrives in pieces, as servers hand it over."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces

    async def receive(self) -> dict[str, Any]:
        piece = await anext(self._pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}


async def pieces(lines: int) -> AsyncIterator[bytes]:
    text = ndjson(*(line(f"r{n}") for n in range(100)))
    for _ in range(lines // 100):
        for at in range(0, len(text), 4_001):
            yield text[at : at + 4_001]


async def peak_of(house: House, lines: int) -> int:
    reading, count = AnnouncedLines(house.services.reader, {}, 5.0), 0
    tracemalloc.start()
    async for chunk in reading.chunks(Body(pieces(lines))):
        count += chunk.count
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == lines
    return peak


async def test_memory_stays_flat_however_many_lines_come(house: House):
    await peak_of(house, 500)
    short, long = await peak_of(house, 1_000), await peak_of(house, 10_000)
    assert long < short * 1.5


async def test_more_lines_than_the_limit_are_never_acknowledged(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("reuse_gateway.api.holding_lines.MOST_LINES", 300)
    answer = await announce(house, ndjson(*(line(f"r{n}") for n in range(301))), **{"idempotency-key": "k1"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert all(batch.claim is None for batch in house.holdings.batches)


async def test_a_line_without_end_is_not_kept_in_memory(house: House):
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(2_000):
            yield b"x" * 4_000
        yield b"\n" + ndjson(line())

    tracemalloc.start()
    chunks = [chunk async for chunk in AnnouncedLines(house.services.reader, {}, 5.0).chunks(Body(endless()))]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(c.count, len(c.records), [n for n, _ in c.refused]) for c in chunks] == [(2, 1, [1])]
    assert peak < 1_000_000
