"""`catalogue`: import published procedures, lint the shipped facts, list what is known."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from reuse_gateway.cli import importing, imports, matching, pulling, report

app = typer.Typer(no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="For machines.")]
Database = Annotated[str | None, typer.Option(help="SQLAlchemy URL; default: the gateway's own store.")]
matching.add_to(app)
imports.add_to(app)
pulling.add_to(app)
report.add_to(app)


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="JSON lines, one list, one answer of LayThuTuc, or Excel.", exists=True, dir_okay=False)
    ],
    source: Annotated[str, typer.Option(help="Where the file comes from.")] = "LayThuTuc",
    author: Annotated[str, typer.Option(help="Who imports it.")] = "cli",
    valid_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day from which it holds; default today.")
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave out what cannot be taken whole (never of Excel); exit 1.")
    ] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Take published procedures into the store, all or nothing; what would lose a procedure or a paper refuses the file."""
    first_day = valid_from.date() if valid_from else None
    taking = importing.run(file, source, author, first_day, database, skip_bad=skip_bad, quiet=as_json)
    report = asyncio.run(taking)
    if as_json:
        typer.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        importing.show(report)
    raise typer.Exit(1 if report.skipped or report.trouble_counts.get("same_code_other_content") else 0)


@app.command()
def lint(
    folder: Annotated[Path | None, typer.Option(help="Another folder of facts.", exists=True, file_okay=False)] = None,
    as_json: Json = False,
) -> None:
    """Load the facts as strictly as the service does; exit 1 names file, key path and problem."""
    from reuse_gateway.catalogue.loader import load
    from reuse_gateway.catalogue.vocabulary import load_vocabulary
    from reuse_gateway.domain.errors import FactsError

    try:
        facts = load(folder)
        load_vocabulary(facts.evidence_types.values(), folder)
    except FactsError as error:
        finding = {"file": error.file, "path": error.path, "problem": error.problem}
        typer.echo(json.dumps({"findings": [finding]}, ensure_ascii=False) if as_json else str(error))
        raise typer.Exit(1) from None
    counts = {
        "evidence_types": len(facts.evidence_types),
        "legal_bases": len(facts.law.bases),
        "citation_rules": len(facts.law.rules),
        "procedures": len(facts.procedures),
        "agencies": len(facts.agencies),
        "sentences": len(facts.sentences.by_key),
    }
    if as_json:
        typer.echo(
            json.dumps({"findings": [], **counts, "digest": facts.digest, "unverified": facts.unverified}, ensure_ascii=False)
        )
        return
    for name, count in counts.items():
        typer.echo(f"{name:<16} {count}")
    typer.echo(f"{'unverified':<16} {len(facts.unverified)}\n{'digest':<16} {facts.digest}")


@app.command("list")
def list_procedures(
    database: Annotated[str | None, typer.Option(help="Also list what this store has imported (SQLAlchemy URL).")] = None,
    as_json: Json = False,
) -> None:
    """The procedures known today, in order of code."""
    from reuse_gateway.catalogue.loader import load

    shipped = load().procedures
    known = asyncio.run(importing.listing(shipped, database)) if database else sorted(shipped, key=lambda version: version.code)
    for version in known:
        row = {
            "code": version.code,
            "name": version.name,
            "valid_from": date.isoformat(version.valid_from),
            "level": version.level,
            "decision": version.decision,
            "tied": version.tied,
            "verified": version.verified,
            "requirements": sum(len(case.requirements) for case in version.cases),
        }
        typer.echo(json.dumps(row, ensure_ascii=False) if as_json else f"{version.code}  {version.name}")
