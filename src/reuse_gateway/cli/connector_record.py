"""`connector record`: a real answer becomes a case, after it was shown and agreed to."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from reuse_gateway.cli.bench_of import Folder, Json, bench_of
from reuse_gateway.cli.connector_try import About, Facts, pairs


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(record)


def record(
    name: Annotated[str, typer.Argument(help="A source by id; it needs a cases file (connector new).")],
    subject: Facts = None,
    about: About = None,
    case: Annotated[str | None, typer.Option(help="Name of the case; default: what the answer means.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Ask, cut down to what the manifest reads, take people and secrets out, show it, ask, write, test; 1 = not good."""
    bench = bench_of(folder)
    recorded = asyncio.run(bench.record(name, pairs(subject), pairs(about), case))
    if as_json:
        typer.echo(json.dumps(recorded.as_plain(), ensure_ascii=False))
    else:
        for take in recorded.takes:
            typer.echo(f"lookups.{take.place}: {typer.style(take.case, bold=True)} ({take.means})")
            for path, value in take.kept.items():
                typer.echo(f"  giữ (keep) {path} = {value}")
            typer.echo(f"  bỏ (drop) {', '.join(take.dropped) or '-'}")
        typer.echo("\n".join(recorded.difference))
    if not yes and not typer.confirm(f"ghi vào (write to) {recorded.file.name}?", default=False, err=True):
        raise typer.Exit(1)
    recorded.file.write_text(recorded.after, encoding="utf-8")
    found = [each for each in asyncio.run(bench.lint([recorded.file])) if each.is_error]
    failed = [] if found else asyncio.run(bench.failed(name, {take.case for take in recorded.takes}))
    told = f"lint: {len(found)} lỗi (errors); test: {len(failed)} hỏng (failed)"
    typer.echo(
        "\n".join([f"viết (wrote) {recorded.file}; {told}", *(f"  {each.name}: {each.says}" for each in failed)]), err=as_json
    )
    raise typer.Exit(1 if found or failed else 0)
