"""`doctor`: each thing the service needs, green or red, and whose fault."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """Check settings, facts, keys, database and sources; exit 1 when something is red."""
    from reuse_gateway.diagnosis import examine
    from reuse_gateway.settings import Settings

    found = asyncio.run(examine(Settings()))
    if as_json:
        typer.echo(json.dumps([{"what": f.what, "good": f.good, "says": f.says} for f in found], ensure_ascii=False))
    else:
        for each in found:
            mark = typer.style("ok ", fg="green") if each.good else typer.style("BAD", fg="red")
            typer.echo(f"{mark} {each.what:<12} {each.says}")
    raise typer.Exit(0 if all(each.good for each in found) else 1)
