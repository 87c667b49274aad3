"""`reuse-gateway lint`: forms looked at before they are published; offline, and about nobody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from reuse_gateway.cli import importing, linting, reporting
from reuse_gateway.domain.form_finding import Level


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


class FailOn(StrEnum):
    """From which level on a finding makes the exit code 1."""

    ERROR = "error"
    WARNING = "warning"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("lint")(lint)


def lint(
    forms: Annotated[list[Path], typer.Argument(help="Definitions, as JSON files.", exists=True, dir_okay=False)],
    dialect: Annotated[
        str | None, typer.Option(help="formio, surveyjs, json_schema, jsonforms, rjsf, form_js, opencps or items.")
    ] = None,
    procedure: Annotated[str | None, typer.Option(help="Code of the procedure the form is for, e.g. 1.001193.")] = None,
    case: Annotated[str | None, typer.Option(help="Case of the procedure; default all of them.")] = None,
    bindings: Annotated[
        Path | None,
        typer.Option(help="Which paper each field asks for; default FORM.bindings.yaml.", exists=True, dir_okay=False),
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Law and data of this day; default today.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How findings are written.")] = Format.TEXT,
    fix: Annotated[bool, typer.Option("--fix", help="Write the mended definition over the form, or to --out.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where --fix writes the mended definition.", dir_okay=False)] = None,
    fail_on: Annotated[FailOn, typer.Option(help="Exit 1 from this level on.")] = FailOn.ERROR,
    database: Annotated[str | None, typer.Option(help="SQLAlchemy URL; default the gateway's own store, if any.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Find what a form may not demand of anybody: exit 0 good, 1 findings, 2 usage. Nothing is asked, nothing is recorded."""
    if out is not None and (not fix or len(forms) > 1):
        raise typer.BadParameter("it says where --fix writes the one form that is looked at", param_hint="--out")
    asked = [linting.Asked.of(path, bindings, dialect, procedure, case) for path in forms]
    day = as_of.date() if as_of else importing.today()
    looked = asyncio.run(linting.looked_at(asked, day, database, fix=fix))
    for each in looked if fix else ():
        linting.write_mended(each, out)
    _write(looked, Format.JSON if as_json else form)
    levels = (Level.ERROR,) if fail_on is FailOn.ERROR else (Level.ERROR, Level.WARNING)
    raise typer.Exit(1 if any(each.remaining.count(level) for each in looked for level in levels) else 0)


def _write(looked: Sequence[linting.Looked], form: Format) -> None:
    if form is Format.TEXT:
        pieces = [f"{line}\n" for each in looked for line in linting.told(each)]
        reporting.write_text(pieces, None)
        return
    answer: Any
    if form is Format.SARIF:
        answer = linting.sarif(looked)
    else:
        answer = [linting.as_json(each) for each in looked]
        answer = answer[0] if len(answer) == 1 else answer
    reporting.write_text([json.dumps(answer, ensure_ascii=False, indent=1), "\n"], None)
