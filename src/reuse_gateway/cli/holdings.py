"""`holdings`: read registers into the holdings index now, and tell how the indexes stand."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from reuse_gateway.domain.errors import CallerError

app = typer.Typer(no_args_is_help=True, add_completion=False)
Json = Annotated[bool, typer.Option("--json", help="For machines.")]


@app.command()
def sync(
    source: Annotated[list[str] | None, typer.Option(help="Id of a source; default: every register.")] = None,
    as_json: Json = False,
) -> None:
    """One round of each register; what was broken off goes on where it was. Exit 1 when one failed."""
    reports = asyncio.run(_synced(source or [], quiet=as_json or not sys.stderr.isatty()))
    if as_json:
        typer.echo(json.dumps([_plain(report) for report in reports], ensure_ascii=False))
    else:
        for report in reports:
            typer.echo(_line(report))
    raise typer.Exit(1 if any(report.outcome == "failed" for report in reports) else 0)


@app.command()
def status(as_json: Json = False) -> None:
    """How old each index is and what it holds; asks no register."""
    told = asyncio.run(_standing())
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for each in told:
        typer.echo(f"{each['source']:<24} {each['papers']:>9} papers, {each['ownerless']} without owner, "
                   f"{each['unreadable']} unreadable, as of {each['fresh_at'] or 'never'}")  # fmt: skip


async def _synced(sources: list[str], *, quiet: bool) -> list[Any]:
    from reuse_gateway.bootstrap import running
    from reuse_gateway.settings import Settings
    from reuse_gateway.telemetry import configure_logs

    settings = Settings()
    configure_logs("error")
    async with running(settings) as gateway:
        readable = gateway.registers.readable
        strange = [source for source in sources if source not in readable]
        if strange:
            raise CallerError(f"{strange[0]} is no register that can be read here; there are: {', '.join(sorted(readable))}")
        with _progress(shown=not quiet) as progress:
            return [await gateway.registers.read(source, progress) for source in sources or sorted(readable)]


async def _standing() -> list[dict[str, Any]]:
    from reuse_gateway.bootstrap import read_facts, reading
    from reuse_gateway.connectors.manifest import index_of
    from reuse_gateway.domain.receipt import instant
    from reuse_gateway.settings import Settings
    from reuse_gateway.storage.holdings import StoredHoldings

    settings = Settings()
    sources = [manifest.id for manifest in read_facts(settings).manifests if index_of(manifest)]
    async with reading(settings) as reads:
        heads = [await StoredHoldings(reads).head(source) for source in sources]
    return [
        {
            "source": head.source,
            "papers": head.papers,
            "ownerless": head.ownerless,
            "unreadable": head.unreadable,
            "fresh_at": instant(head.fresh_at) if head.fresh_at else None,
        }
        for head in heads
    ]


@contextmanager
def _progress(shown: bool) -> Iterator[Callable[..., None]]:
    """One line on standard error per register: up to which day, how many records."""
    if not shown:
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import Progress, TextColumn

    with Progress(TextColumn("{task.description}"), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def told(report: Any, stream: str, window: Any) -> None:
            day = f"{window.last} of {report.goal}" if window else ""
            bar.update(task, description=f"{report.source} {stream} {day}: {report.read} records, {report.new} new")

        yield told


def _plain(report: Any) -> dict[str, Any]:
    head = report.head
    counts = {name: getattr(report, name) for name in ("source", "outcome", "code", "windows", "pages", "read", "new")}
    standing = {name: getattr(head, name) for name in ("papers", "ownerless", "unreadable")} if head else {}
    return {**counts, "goal": report.goal and report.goal.isoformat(), **standing}


def _line(report: Any) -> str:
    said = f" ({report.code})" if report.code else ""
    return f"{report.source:<24} {report.outcome}{said}: {report.pages} pages, {report.read} records, {report.new} new rows"
