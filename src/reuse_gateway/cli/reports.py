"""`report`: how much was reused, and what offices tell of dossiers received. Needs the database and the keys only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from reuse_gateway.application.measure_reuse import MOST_ROWS, ReuseReport
from reuse_gateway.cli.ledger import existing_store
from reuse_gateway.cli.reporting import write_text
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, ReceivedDossiers

app = typer.Typer(no_args_is_help=True, add_completion=False)
First = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, in Vietnam.")]
Last = Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, counted too.")]
Json = Annotated[bool, typer.Option("--json", help="For machines.")]


@app.command()
def reuse(
    first: First,
    last: Last,
    by: Annotated[By, typer.Option(help="What the rows are by.")] = By.AGENCY,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="For spreadsheets: UTF-8 with a byte order mark.")] = False,
) -> None:
    """Indicators 4.3, 4.4, 4.5a, 4.5b of Decision 766 and the gateway's stricter rates; the reading is kept in the ledger."""
    from reuse_gateway.application.measure_reuse import period_of

    report, names = asyncio.run(_measured(period_of(first.date(), last.date()), by))
    write_text(_written(report, names, as_json, as_csv), None)


@app.command()
def received(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)], as_json: Json = False) -> None:
    """Tell how many dossiers were received: CSV `agency,procedure,received_on,dossiers`; a day without any as 0."""
    told = asyncio.run(_told(file))
    typer.echo(json.dumps(told) if as_json else f"{told['rows']} rows in {told['reports']} reports")


@app.command()
def ranking(
    first: First,
    last: Last,
    rate: Annotated[str, typer.Option(help="Which rate, e.g. reused_papers or violations_per_1000.")] = "reused_papers",
    by: Annotated[By, typer.Option(help="What is ranked.")] = By.AGENCY,
    least: Annotated[int, typer.Option(min=10, help="Smallest denominator that is given a place.")] = 30,
) -> None:
    """Places by a rate, never by a count, as JSON; the reading is kept."""
    from reuse_gateway.application.measure_reuse import period_of
    from reuse_gateway.domain import ranking as ranks
    from reuse_gateway.exports.reuse_lists import ranking_json

    report, names = asyncio.run(_measured(period_of(first.date(), last.date()), by))
    try:
        told = ranking_json(report, ranks.ranking(report.rows, rate, least), names)
    except KeyError:
        raise typer.BadParameter("no such rate", param_hint="--rate") from None
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1))


@app.command()
def savings(first: First, last: Last) -> None:
    """What reuse spared people, as JSON: papers times unit costs, a range where these are a guess; the reading is kept."""
    from reuse_gateway.application.measure_reuse import period_of
    from reuse_gateway.catalogue.unit_costs import load_unit_costs
    from reuse_gateway.exports.reuse_lists import savings_json

    report, _ = asyncio.run(_measured(period_of(first.date(), last.date()), By.AGENCY))
    typer.echo(json.dumps(savings_json(report, load_unit_costs()), ensure_ascii=False, indent=1))


@app.command("portal-sync")
def portal_sync(
    dossier: Annotated[str | None, typer.Option(help="One dossier.")] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Dossiers first checked since.")
    ] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Until this day, counted too.")] = None,
    as_json: Json = False,
) -> None:
    """Reuse flags for the national portal's dossier sync, 1 only with a receipt behind it; NDJSON with --json."""
    from reuse_gateway.application.measure_reuse import period_of

    if (dossier is None) is (first is None) or (first is None) is not (last is None):
        raise typer.BadParameter("name one --dossier, or --from and --to", param_hint="--dossier")
    asked = dossier or period_of(first.date(), last.date())  # type: ignore[union-attr]
    count = asyncio.run(_told_portal(asked, as_json))
    if dossier is not None and not count:
        typer.echo(f"no check of dossier {dossier}", err=True)
        raise typer.Exit(1)


async def _told_portal(asked: Period | str, as_json: bool) -> int:
    from reuse_gateway import bootstrap, bootstrap_numbers

    settings, count = existing_store(), 0
    facts = bootstrap.read_facts(settings)
    async with bootstrap.writing(settings) as (writer, reads):
        async for row in bootstrap_numbers.portal_rows(writer, reads, facts.catalogue, asked):
            count += 1
            write_text((f"{json.dumps(row, ensure_ascii=False) if as_json else _line(row)}\n",), None)
    return count


def _line(row: dict[str, Any]) -> str:
    sources = " ".join(each["MaCSDL"] for each in row["DSKetNoiCSDL"]) or "-"
    papers = "".join(
        f"\n    {paper['LoaiGiayTo']} ({paper['VaiTro']}): DuocTaiSuDung={paper['DuocTaiSuDung']} "
        f"DuocLayTuKhoDMQG={paper['DuocLayTuKhoDMQG']} {(paper['CanCu'] or {}).get('check_id', '')}"
        for paper in row["TaiLieuNop"]
    )
    return f"{row['MaHoSo']}  {row['MaTTHC']}  HoSoCoThanhPhanSoHoa={row['HoSoCoThanhPhanSoHoa']}  {sources}{papers}"


def _written(report: ReuseReport, names: Any, as_json: bool, as_csv: bool) -> Iterable[str]:
    from reuse_gateway.exports import reuse_json
    from reuse_gateway.exports.csv_rows import csv_lines

    if as_json:
        return (json.dumps(reuse_json.report_json(report, names), ensure_ascii=False, indent=1), "\n")
    if as_csv:
        return csv_lines(reuse_json.csv_heading(), reuse_json.csv_rows(report, names))
    return (f"{line}\n" for line in reuse_json.text_lines(report, names))


async def _measured(period: Period, by: By) -> tuple[ReuseReport, Any]:
    """The ledger is told before anybody sees a number."""
    from reuse_gateway import bootstrap, bootstrap_numbers

    settings = existing_store()
    facts = bootstrap.read_facts(settings)
    async with bootstrap.writing(settings) as (writer, reads):
        report = await bootstrap_numbers.measured(writer, reads, period, by)
    return report, bootstrap_numbers.names_of(facts.catalogue)


async def _told(file: Path) -> dict[str, int]:
    from reuse_gateway import bootstrap, bootstrap_numbers
    from reuse_gateway.catalogue.received_rows import read_received

    settings, count = existing_store(), {"rows": 0, "reports": 0}
    for _every_line_is_sound_before_the_first_is_kept in read_received(file):
        pass
    async with bootstrap.writing(settings) as (writer, _):
        for rows in _parts(read_received(file)):
            await bootstrap_numbers.tell(writer, settings.province, rows)
            count = {"rows": count["rows"] + len(rows), "reports": count["reports"] + 1}
    return count


def _parts(rows: Iterator[ReceivedDossiers]) -> Iterator[tuple[ReceivedDossiers, ...]]:
    part: list[ReceivedDossiers] = []
    for row in rows:
        part.append(row)
        if len(part) == MOST_ROWS:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)
