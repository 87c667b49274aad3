"""`connector try`: one lookup on the screen, masked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any

import typer

from reuse_gateway.cli.bench_of import Folder, Json, bench_of

_MARKS = {True: "✓", False: "✗", None: "·"}
Facts = Annotated[
    list[str] | None,
    typer.Option("--subject", help="personal_id=999…, full_name=…, birth_date=…; or enterprise_code=…, name=…."),
]
About = Annotated[list[str] | None, typer.Option("--about", help="plate=…, number=…, parcel=… or certificate_no=….")]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("try")(try_one)


def try_one(
    name: Annotated[str, typer.Argument(help="A source by id, or the path of a manifest.")],
    paper: Annotated[str, typer.Argument(metavar="EVIDENCE_TYPE")],
    subject: Facts = None,
    about: About = None,
    trace: Annotated[bool, typer.Option(help="Request, response and every path with what it met.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Ask one source for one paper; exit 1 when it comes to unknown. Nothing of a person is shown."""
    tried = asyncio.run(bench_of(folder).try_one(name, paper, pairs(subject), pairs(about)))
    if as_json:
        typer.echo(json.dumps(_told(tried), ensure_ascii=False, default=str))
    else:
        _show(tried, trace)
    raise typer.Exit(1 if tried.holding.outcome == "unknown" else 0)


def pairs(given: Iterable[str] | None) -> dict[str, str]:
    """`a=b` options as a mapping; several may stand in one, with commas or blanks between them where a name follows."""
    told: dict[str, str] = {}
    for each in given or ():
        name, joint, value = each.partition("=")
        if not joint or not name or not value:
            raise typer.BadParameter(f"name=value, not {each.partition('=')[0]!r}")
        told[name.strip()] = value.strip()
    return told


def _told(tried: Any) -> dict[str, Any]:
    holding = tried.holding
    return {
        "source": holding.source,
        "evidence_type": holding.evidence_type,
        "outcome": holding.outcome,
        "said": tried.said,
        "owner_is_subject": holding.owner is not None,
        "issued_on": holding.issued_on,
        "expires_on": holding.expires_on,
        "result_code": holding.result_code,
        "exchanges": [{"request": request, "response": response} for request, response in tried.exchanges],
        "hidden": tried.hidden,
        "steps": [asdict(step) for step in tried.steps],
    }


def _show(tried: Any, trace: bool) -> None:
    holding = tried.holding
    if trace:
        for request, response in tried.exchanges:
            typer.echo("\n".join(f"→ {line}" for line in request))
            typer.echo("\n".join(f"← {line}" for line in response) + "\n")
        for step in tried.steps:
            line = f"{_MARKS[step.holds]} {step.of:<34} {step.path:<48} {step.met}"
            typer.echo(typer.style(line, bold=True) if step.decides else line)
        if tried.hidden:
            typer.echo(f"\nkhông đọc (never read): {', '.join(tried.hidden)}")
    else:
        for step in (step for step in tried.steps if step.decides):
            typer.echo(f"{step.of} {step.met}")
    colour = {"held": "green", "absent": "yellow"}.get(holding.outcome, "red")
    typer.echo(f"{typer.style(holding.outcome, fg=colour)} ({tried.said}) {holding.source} {holding.evidence_type}")
    days = {"cấp (issued)": holding.issued_on, "hết hạn (expires)": holding.expires_on, "mã (code)": holding.result_code}
    typer.echo("".join(f"  {name} {value}\n" for name, value in days.items() if value), nl=False)
    if holding.outcome == "held":
        typer.echo("  chủ thể (owner): đúng người được hỏi (the subject)")
