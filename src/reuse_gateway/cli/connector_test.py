"""`connector test`: counts per source, offline or as deployed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from reuse_gateway.cli.bench_of import Folder, Json, bench_of, table
from reuse_gateway.cli.connector_try import Facts, pairs

_HEADING = ("source", "inline", "contract", "live", "failed", "n/a", "quality", "s")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("test")(examine)


def examine(
    names: Annotated[list[str] | None, typer.Argument(help="Sources by id; none = all.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All sources (the default).")] = False,
    case: Annotated[list[str] | None, typer.Option(help="Only cases of this name; may be repeated.")] = None,
    live: Annotated[bool, typer.Option(help="The sources as deployed: the way there, and one lookup about --subject.")] = False,
    subject: Facts = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML there as well.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also say what does not apply, and why.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Inline tests, and the contract that every connector inherits, over real HTTP; exit 1 when anything fails."""
    from reuse_gateway.workbench.junit import junit as as_junit
    from reuse_gateway.workbench.results import FAILED, NOT_APPLICABLE, Result, tallies

    def tell(result: Result) -> None:
        if not as_json and (result.outcome == FAILED or (verbose and result.outcome == NOT_APPLICABLE)):
            mark = typer.style("FAIL", fg="red") if result.outcome == FAILED else "n/a "
            typer.echo(f"{mark} {result.source} {result.group} {result.name}: {result.says}")

    bench, chosen = bench_of(folder), [] if everything else names or []
    running = bench.test_live(chosen, pairs(subject), tell) if live else bench.test(chosen, tell, case or ())
    results = asyncio.run(running)
    counted = tallies(results, whole=not case)
    if junit is not None:
        junit.write_text(as_junit(results), encoding="utf-8")
    _show(counted, results, as_json)
    raise typer.Exit(1 if any(each.failed for each in counted) else 0)


def _show(counted: Sequence[Any], results: Sequence[Any], as_json: bool) -> None:
    if as_json:
        sources = [{**asdict(each), "tier": each.tier} for each in counted]
        typer.echo(json.dumps({"sources": sources, "results": [asdict(each) for each in results]}, ensure_ascii=False))
        return
    counts = [(each.source, each.inline, each.contract, each.live, each.failed, each.not_applicable) for each in counted]
    table(_HEADING, [(*row, each.tier, f"{each.seconds:.1f}") for row, each in zip(counts, counted, strict=True)])
