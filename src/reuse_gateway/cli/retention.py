"""`retention`: what is older than its days. Shows it; deletes it only with `--apply`."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer

from reuse_gateway.cli.erase_person import erase_person


def add_to(app: typer.Typer) -> None:
    """Register the command and the one below it."""
    group = typer.Typer(add_completion=False)
    group.callback(invoke_without_command=True)(retention)
    group.command("erase-person")(erase_person)
    app.add_typer(group, name="retention")


def retention(
    context: typer.Context,
    apply: Annotated[bool, typer.Option("--apply", help="Really delete; without it nothing is touched.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Show what is kept longer than its days (settings RETENTION_*), or delete it. What leaves of the ledger bind stays."""
    from reuse_gateway.cli.ledger import existing_store

    if context.invoked_subcommand:
        return
    found = asyncio.run(_retained(existing_store(), apply=apply))
    if as_json:
        told = [{"what": each.what, "days": each.days, "count": each.count, "held_back": each.held_back} for each in found]
        typer.echo(json.dumps({"applied": apply, "items": told}))
        return
    for each in found:
        done = f"kept: {each.held_back}" if each.held_back else "deleted" if apply else "would be deleted"
        typer.echo(f"{each.what:<18} older than {each.days} days: {each.count} {done if each.count else ''}".rstrip())
    if not apply:
        typer.echo("Nothing was touched: --apply deletes.")


async def _retained(settings: Any, *, apply: bool) -> Any:
    from reuse_gateway.bootstrap import writing
    from reuse_gateway.bootstrap_retention import planning, retention_of

    if not apply:
        async with planning(settings) as plan:
            return await plan.plan()
    async with writing(settings) as (writer, reads), retention_of(settings, writer, reads) as run:
        return await run()
