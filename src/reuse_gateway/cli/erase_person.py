"""`retention erase-person`: one person is forgotten. The number is read from the terminal or from standard input."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Annotated, Any

import typer

from reuse_gateway.application.erase_person import OPERATOR, Erasure, ErasureReason


def erase_person(
    apply: Annotated[bool, typer.Option("--apply", help="Really delete; without it nothing is touched.")] = False,
    reason: Annotated[ErasureReason | None, typer.Option(help="Why; kept with the event.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Delete the keys of one person, so that nobody finds out any more which checks were about them. First shows what would go.

    Give the personal id on standard input or when asked, never on the command line: others see that, and shells keep it.
    """
    from reuse_gateway.cli.ledger import existing_store
    from reuse_gateway.domain.subject import NotAnIdentifier

    if apply and reason is None:
        raise typer.BadParameter("--apply needs a --reason", param_hint="--reason")
    settings, number = existing_store(), _number()
    try:
        found = asyncio.run(_erased(settings, number, reason if apply else None))
    except NotAnIdentifier as error:
        typer.echo(f"not a personal id: {error}", err=True)
        raise typer.Exit(2) from None
    _tell(found, as_json=as_json)


def _number() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Số định danh cá nhân / personal id", hide_input=True)).strip()
    return sys.stdin.readline().strip()


async def _erased(settings: Any, number: str, reason: ErasureReason | None) -> Erasure:
    from reuse_gateway.bootstrap import writing
    from reuse_gateway.bootstrap_erasure import erasing

    async with writing(settings) as (writer, reads), erasing(settings, writer, reads) as run:
        return await (run(OPERATOR, number, reason) if reason else run.plan(OPERATOR, number))


def _tell(found: Erasure, *, as_json: bool) -> None:
    from reuse_gateway.api.erasure_shapes import erasure_told
    from reuse_gateway.catalogue.loader import load

    told = erasure_told(found, load().sentences)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    done = "deleted" if found.applied else "would be deleted"
    typer.echo(f"{'keys of the person':<32} {found.keys} {done}")
    typer.echo(f"{'waiting cases with the person':<32} {found.waiting_cases} {done}")
    for name, count in (("checks", found.untraceable.checks), ("demands", found.untraceable.demands),
                        ("requests", found.untraceable.requests)):  # fmt: skip
        typer.echo(f"{name:<32} {count} {'are' if found.applied else 'would be'} untraceable")
    typer.echo(f"{'from before keys per person':<32} {found.older.all} remain traceable")
    typer.echo(f"{'papers in the holdings index':<32} {found.indexed} remain")
    typer.echo(f"{told['note']['vi']}\n{told['note']['en']}")
