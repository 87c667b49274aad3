"""Toy sources and subjects for the rules of the connectors; synthetic people only."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from reuse_gateway.application.ports import Purpose
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.connectors.upstream import aiohttp_transport
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.source_health import SourceState, next_state
from reuse_gateway.domain.subject import Citizen, PartialDate, PersonalId

SHIPPED = Path(__file__).parents[2] / "connectors"
NUMBER, OTHER = "999090000001", "999090999999"
AN = Citizen(PersonalId.parse(NUMBER), "Nguyễn Văn An", PartialDate(1990, 5, 14))
PURPOSE = Purpose("chk_1", "H41.14", "1.001193", "officer-1")


class Everything:
    """Any evidence type is known."""

    def __contains__(self, key: object) -> bool:
        return True

    def __iter__(self):
        return iter(())

    def __len__(self) -> int:
        return 1


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


_TOY: dict[str, Any] = {
    "manifest": "1",
    "id": "toy",
    "version": "0.1.0",
    "name": {"vi": "Nguồn thử", "en": "Toy source"},
    "owner": "Không ai",
    "tier": "national",
    "law": {"bases": ["NQ-66.7-2025"], "connected_from": "2026-01-01"},
    "simulated": "true",
    "protocol": "rest_json",
    "auth": {"type": "none"},
    "limits": {"timeout_s": "1", "retries": "0"},
    "lookups": [
        {
            "subjects": ["citizen"],
            "needs": ["personal_id"],
            "request": {"method": "GET", "path": "/papers", "query": {"id": "{subject.number}"}},
            "outcomes": [
                {"when": {"path": "code", "equals": "DENIED"}, "then": "denied"},
                {"when": {"path": "code", "equals": "TOKEN"}, "then": "reauthenticate"},
                {
                    "when": [{"status": ["200"]}, {"path": "code", "equals": "1"}, {"path": "papers", "is": "filled"}],
                    "then": "found",
                },
                {
                    "when": [{"status": ["200"]}, {"path": "code", "equals": "1"}, {"path": "papers", "is": "empty"}],
                    "then": "absent",
                },
            ],
            "records": "papers",
            "owners": [{"number": ["owner"], "full_name": ["name"], "birth_date": {"path": "born", "format": "yyyy-MM-dd"}}],
            "fields": {"expires_on": {"path": "to", "format": "yyyy-MM-dd"}},
            "evidence": {"birth_certificate": {"present": {"path": "kind", "equals": "birth"}}},
        }
    ],
}
TOKENS = {
    "type": "oauth2_client_credentials",
    "token_path": "/token",
    "style": "basic",
    "client_id_name": "TOY_CLIENT_ID",
    "client_secret_name": "TOY_CLIENT_SECRET",
}


def toy(**changes: Any) -> Manifest:
    """The toy manifest with top-level parts replaced; `lookup` merges into its only lookup."""
    plain = copy.deepcopy(_TOY)
    plain["lookups"][0] |= changes.pop("lookup", {})
    return Manifest.model_validate(plain | changes)


def paper(**changes: Any) -> dict[str, Any]:
    """A record that proves the subject's birth certificate."""
    return {"kind": "birth", "owner": NUMBER, "name": "NGUYEN VAN AN", "born": "1990-05-14"} | changes


def found(*papers: dict[str, Any]) -> bytes:
    return json.dumps({"code": 1, "papers": list(papers)}).encode()


Answers = Callable[[httpx.Request], httpx.Response]


def mocked(
    answers: Answers | Callable[[httpx.Request], Awaitable[httpx.Response]], manifest: Manifest | None = None, **options: Any
):
    """A registry of one toy source whose HTTP is answered by a function."""
    manifest = manifest or toy()
    return SourceRegistry(
        [manifest],
        {manifest.id: "http://127.0.0.1:9"},
        lambda name: "secret",
        WallClock(),
        transport=lambda verify, limits: httpx.MockTransport(answers),
        **options,
    )


def question(subject: Any = AN, *kinds: str, source: str = "toy", about: tuple = ()) -> Lookup:
    return Lookup(source, subject, kinds or ("birth_certificate",), about)


async def ask(
    registry: SourceRegistry, asked: Lookup | None = None, within_s: float = 1.0, purpose: Purpose = PURPOSE
) -> Holding:
    """The first holding of the answer."""
    return (await registry.lookup(asked or question(), purpose, asyncio.get_running_loop().time() + within_s))[0]


LOGGED_IN = b'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n{"code": "0", "session": "s1"}'
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def hostile(
    handler: Handler, transport: Any = aiohttp_transport, host: str = "127.0.0.1", **manifest: Any
) -> AsyncIterator[SourceRegistry]:
    """A registry whose toy source is a raw TCP server; the handler speaks after the request head has been read."""

    serving: set[asyncio.Task] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if b"/login" in head.partition(b"\r\n")[0]:
                writer.write(LOGGED_IN)
            else:
                await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://{host}:{server.sockets[0].getsockname()[1]}"
    facts = toy(**manifest)
    registry = SourceRegistry([facts], {"toy": url}, lambda name: "secret", WallClock(), transport=transport)
    try:
        yield registry
    finally:
        await registry.aclose()
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


# What a scripted case means at any source that says nothing else about it.
MEANING_OF_A_CASE: dict[str, object] = {
    "valid": State.VALID,
    "absent": Outcome.ABSENT,
    "mismatch": State.MISMATCH,
    "ambiguous": Doubt.AMBIGUOUS_ANSWER,
    "server_error": Doubt.SOURCE_UNAVAILABLE,
    "slow": Doubt.SOURCE_TIMED_OUT,
    "html": Doubt.BAD_ANSWER,
    "truncated": Doubt.BAD_ANSWER,
    "broken_json": Doubt.BAD_ANSWER,
    "oversized": Doubt.BAD_ANSWER,
    "wrong_owner": Doubt.WRONG_OWNER,
    "denied": Doubt.SOURCE_DENIED,
    "error_in_200": Doubt.BAD_ANSWER,
}


def state_of(registry: SourceRegistry, source: str = "toy") -> SourceState:
    """What one would judge of it who sees it for the first time."""
    return next_state(SourceState.UNKNOWN, registry.seen()[source].signs)
