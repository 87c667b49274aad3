"""`catalogue report` and `catalogue what-if`: which published dossiers demand what the State holds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reuse_gateway.application.report_defects import DefectReport, report_defects
from reuse_gateway.application.what_if import Effect, what_if
from reuse_gateway.cli import importing, reporting
from reuse_gateway.domain.supposition import Supposition


class By(StrEnum):
    """What a table is by."""

    MINISTRY = "ministry"
    FIELD = "field"
    EVIDENCE_TYPE = "evidence_type"


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    LETTERS = "letters"


Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Facts and law of this day; default today.")]
Database = Annotated[str | None, typer.Option(help="SQLAlchemy URL; default: the gateway's own store.")]
Json = Annotated[bool, typer.Option("--json", help="For machines.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("report")(report)
    app.command("what-if")(suppose)


def report(
    as_of: Day = None,
    by: Annotated[By | None, typer.Option(help="The table of text and csv; csv without it lists the findings D01.")] = None,
    form: Annotated[
        Format, typer.Option("--format", help="letters: by the ending of --out .html, .csv or text.")
    ] = Format.TEXT,
    out: Annotated[Path | None, typer.Option(help="File to write; xlsx needs one.", dir_okay=False)] = None,
    sender: Annotated[str | None, typer.Option(help="Office that sends the letters.")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Measure all published dossiers: what they demand, what data replace, and what their words do not say (finding D01)."""
    form = Format.JSON if as_json else form
    if form is Format.XLSX and out is None:
        raise typer.BadParameter("a workbook needs a file: --out report.xlsx", param_hint="--out")
    if out is not None and not out.parent.is_dir():
        raise typer.BadParameter(f"no such folder: {out.parent}", param_hint="--out")
    measured = asyncio.run(_measured(_day(as_of), database, quiet=form is Format.JSON))
    if form is Format.XLSX and out is not None:
        reporting.write_xlsx(measured, out)
    else:
        reporting.write_text(_written(measured, form, by, out, sender), out)
    if out is not None:
        typer.echo(f"{out}: {measured.procedures} procedures, {measured.total.lacking} findings D01", err=True)


async def _measured(day: date, database: str | None, *, quiet: bool) -> DefectReport:
    async with reporting.bench(database, day) as bench:
        with reporting.progress(quiet) as progress:
            return await report_defects(bench.procedures, bench.yardstick, day, progress)


def _day(told: datetime | None) -> date:
    return told.date() if told else importing.today()


def _written(measured: DefectReport, form: Format, by: By | None, out: Path | None, sender: str | None) -> Iterable[str]:
    """The report in pieces of text; heavy imports wait until they are needed."""
    if form is Format.JSON:
        from reuse_gateway.exports.defect_json import report_json

        return json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(report_json(measured))
    if form is Format.CSV:
        return _csv(measured, by)
    if form is Format.HTML:
        from reuse_gateway.exports.pages import report_page

        return report_page(measured)
    if form is Format.LETTERS:
        return _letters(measured, out, sender)
    from reuse_gateway.exports.plain import report_text

    return (f"{line}\n" for line in report_text(measured, (by or By.MINISTRY).value))


def _csv(measured: DefectReport, by: By | None) -> Iterable[str]:
    from reuse_gateway.exports import defect_tables
    from reuse_gateway.exports.csv_rows import csv_lines

    if by is None:
        return csv_lines(defect_tables.defect_heading(), defect_tables.defect_rows(measured))
    rows = defect_tables.summary_rows(measured.table(by.value), measured.glossary)
    return csv_lines(defect_tables.summary_heading(), rows)


def _letters(measured: DefectReport, out: Path | None, sender: str | None) -> Iterable[str]:
    from reuse_gateway.exports import letters
    from reuse_gateway.exports.csv_rows import csv_lines

    ending = out.suffix.lower() if out else ""
    if ending == ".csv":
        return csv_lines(letters.letter_heading(), letters.letter_rows(measured))
    written = letters.letters_page if ending in (".html", ".htm") else letters.letters_text
    return written(measured, sender or letters.SENDER)


def suppose(
    from_on: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of the supposed world.")],
    connect: Annotated[
        list[str] | None, typer.Option(help="A source to be connected, by its id or by a kind of paper; may be repeated.")
    ] = None,
    publish: Annotated[
        list[str] | None, typer.Option(help="A kind of paper whose scope its owner publishes; may be repeated.")
    ] = None,
    volumes: Annotated[
        Path | None, typer.Option(help="CSV `procedure,dossiers`: dossiers a year.", exists=True, dir_okay=False)
    ] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """What a new connection or published scope would spare, with every assumption. Nothing is written."""
    supposition = Supposition(from_on.date(), tuple(connect or ()), tuple(publish or ()))
    if not supposition.connect and not supposition.publish:
        raise typer.BadParameter("suppose something: --connect or --publish", param_hint="--connect")
    effect = asyncio.run(_supposed(supposition, volumes, database, quiet=as_json))
    from reuse_gateway.exports.defect_json import effect_json
    from reuse_gateway.exports.plain import assumptions_of, effect_text

    if as_json:
        typer.echo(json.dumps(effect_json(effect, assumptions_of(effect)), ensure_ascii=False))
    else:
        reporting.write_text((f"{line}\n" for line in effect_text(effect)), None)


async def _supposed(supposition: Supposition, volumes: Path | None, database: str | None, *, quiet: bool) -> Effect:
    from reuse_gateway.catalogue.dossier_volumes import read_volumes

    dossiers = read_volumes(volumes) if volumes else None
    async with reporting.bench(database, supposition.from_on) as bench:
        with reporting.progress(quiet) as progress:
            return await what_if(bench.procedures, bench.yardstick, bench.planned, supposition, dossiers, progress)
