"""`demo`: the embedded gateway with simulated registries tells its story through HTTP, then stays up."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import Annotated, Any

import typer


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(demo)


def demo(
    port: Annotated[int, typer.Option(help="Port of the gateway; 0 = any free one.")] = 8000,
    stop: Annotated[bool, typer.Option("--exit", help="Stop after the story.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The story for machines.")] = False,
) -> None:
    """Start everything in this process, ask real questions through HTTP, record a violation, verify the ledger."""
    from reuse_gateway.api.serving import run
    from reuse_gateway.settings import Settings
    from reuse_gateway.telemetry import configure_logs

    settings = Settings(port=port, demo_clients=True)
    configure_logs("warning")
    with suppress(KeyboardInterrupt):
        raise typer.Exit(run(_told(settings, stop, as_json)))


async def _told(settings: Any, stop: bool, as_json: bool) -> int:
    from reuse_gateway.api.serving import served
    from reuse_gateway.bootstrap import running
    from reuse_gateway.cli import story

    async with running(settings) as gateway, served(gateway.asgi, settings.host, settings.port) as port:
        base_url = f"http://{settings.host}:{port}"
        chapters = await story.played(base_url)
        report = await _verified(settings)
        if as_json:
            story.print_json(chapters, report)
        else:
            story.print_tables(chapters, report, base_url)
        if not stop:
            async with gateway.registers.watched():
                await _until_interrupted()
    return 0 if report.good else 1


async def _verified(settings: Any) -> Any:
    from reuse_gateway.bootstrap import verified

    return await verified(settings)


async def _until_interrupted() -> None:
    ended = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    await ended.wait()
