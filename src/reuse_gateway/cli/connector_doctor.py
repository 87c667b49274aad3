"""`connector doctor`: what keeps a source from answering, and whose fault it is."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from reuse_gateway.cli.bench_of import Folder, Json, bench_of
from reuse_gateway.cli.connector_try import Facts, pairs

_MARKS = {"green": ("ok ", "green"), "red": ("BAD", "red"), "skipped": (" - ", "yellow")}
_FAULTS = {"ours": "phía ta (ours)", "network": "mạng (network)", "theirs": "phía nguồn (theirs)", "": ""}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(doctor)


def doctor(
    name: Annotated[str, typer.Argument(help="A source by id.")],
    subject: Facts = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Settings, DNS, TCP, TLS, clock, token, scope and one call, in this order; exit 1 when one is red."""
    found = asyncio.run(bench_of(folder).diagnose(name, pairs(subject)))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    for each in () if as_json else found:
        mark, colour = _MARKS[each.light]
        typer.echo(f"{typer.style(mark, fg=colour)} {each.what:<9} {_FAULTS[each.fault]:<20} {each.says}")
    raise typer.Exit(1 if any(each.light == "red" for each in found) else 0)
