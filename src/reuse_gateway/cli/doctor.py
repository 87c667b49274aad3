"""`doctor`: each thing the service needs, green or red, with the mend."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer

_ASK_S = 2.0


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """Check settings, facts, keys, database, ledger and sources; exit 1 when something is red."""
    found = asyncio.run(_examined())
    for what, good, says in found:
        if not as_json:
            mark = typer.style("ok ", fg="green") if good else typer.style("BAD", fg="red")
            typer.echo(f"{mark} {what:<22} {says}")
    if as_json:
        typer.echo(json.dumps([{"what": what, "good": good, "says": says} for what, good, says in found], ensure_ascii=False))
    raise typer.Exit(0 if all(good for _, good, _ in found) else 1)


async def _examined() -> list[tuple[str, bool, str]]:
    from reuse_gateway import bootstrap
    from reuse_gateway.settings import Settings

    settings = Settings()
    found = [await _tried("settings", _unsafe(settings)), await _tried("facts", _facts(settings))]
    found += [await _tried("keys", _keys(settings)), await _tried("database", _database(settings))]
    if all(good for _, good, _ in found):
        found += await _running(bootstrap, settings)
    return found


async def _tried(what: str, look: Callable[[], Awaitable[str]]) -> tuple[str, bool, str]:
    from reuse_gateway.domain.errors import GatewayError

    try:
        return what, True, await look()
    except GatewayError as error:
        return what, False, f"{error.code}: {error}"


def _unsafe(settings: Any) -> Callable[[], Awaitable[str]]:
    async def look() -> str:
        settings.refuse_unsafe()
        return f"{settings.run} mode, home {settings.home}"

    return look


def _facts(settings: Any) -> Callable[[], Awaitable[str]]:
    async def look() -> str:
        from reuse_gateway.bootstrap import read_facts

        facts = read_facts(settings)
        known = facts.catalogue
        return f"{len(known.procedures)} procedures, {len(known.evidence_types)} papers, {len(facts.manifests)} sources"

    return look


def _keys(settings: Any) -> Callable[[], Awaitable[str]]:
    async def look() -> str:
        from reuse_gateway.bootstrap_keys import key_ring

        return f"receipts are signed by {key_ring(settings).newest('receipt').kid}"

    return look


def _database(settings: Any) -> Callable[[], Awaitable[str]]:
    async def look() -> str:
        from reuse_gateway.storage.engine import build_engine, check_durability
        from reuse_gateway.storage.failures import store_errors
        from reuse_gateway.storage.migrate import head

        engine = build_engine(settings.store_url, deadline_s=_ASK_S)
        try:
            with store_errors():
                await check_durability(engine)
        finally:
            await engine.dispose()
        return f"{engine.dialect.name}, keeps what it acknowledges; newest schema is {head()}"

    return look


async def _running(bootstrap: Any, settings: Any) -> list[tuple[str, bool, str]]:
    """Start everything but the listener, and look at the head of the ledger and at the sources."""

    async def opened() -> str:
        async with bootstrap.running(settings) as gateway:
            await gateway.services.ready()
            states.update({source: pulse.state for source, pulse in gateway.services.sources.health.observe().items()})
            return (await gateway.services.ledger.checkpoint()).decode().splitlines()[1] + " leaves"

    states: dict[str, str] = {}
    found = [await _tried("ledger", opened)]
    return found + [(f"source {source}", state != "off", _MEND.get(state, state)) for source, state in states.items()]


_MEND = {"off": "no base URL: set REUSE_GATEWAY_SOURCE_URLS", "unknown": "connected, not asked yet"}
