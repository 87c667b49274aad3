"""`ledger`: verify what was recorded, print the newest checkpoint. Needs the database and the keys only."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from reuse_gateway.cli.packing import note_in, pack, verify_bundle, with_stamps

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def verify(
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint or pack kept elsewhere; without one a cut tail cannot be seen.")
    ] = None,
    bundle: Annotated[Path | None, typer.Option(help="An evidence pack, verified offline: needs no database.")] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="With --bundle: the ledger's public key (vkey), as you hold it.")
    ] = None,
    witness: Annotated[list[str] | None, typer.Option(help="With --bundle: a witness's key that must have vouched.")] = None,
    tsa_cert: Annotated[
        Path | None,
        typer.Option(help="PEM of a time-stamping authority: its stamps must be there and hold."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Derive everything anew; exit 0 = every row is what was signed, 1 = findings."""
    from reuse_gateway.bootstrap import verified

    kept = [note_in(path) for path in _existing(checkpoint or [])]
    if bundle is not None:
        verify_bundle(bundle, key or [], witness or [], kept, tsa_cert, as_json=as_json)
    settings = existing_store()
    with _progress(shown=not as_json and sys.stderr.isatty()) as progress:
        report = asyncio.run(verified(settings, kept, progress))
    if tsa_cert is not None:
        report = with_stamps(report, settings, tsa_cert)
    if as_json:
        typer.echo(json.dumps({**asdict(report), "root": report.root.hex(), "good": report.good}, ensure_ascii=False))
    else:
        _tell(report)
    raise typer.Exit(0 if report.good else 1)


app.command("pack")(pack)


@app.command("checkpoint")
def newest() -> None:
    """Print the newest checkpoint, a C2SP signed note. Keep a copy where nobody of this house can change it."""
    sys.stdout.write(asyncio.run(_newest(existing_store())).decode())


def existing_store() -> Any:
    """Settings whose embedded database is there: to verify must not make an empty one."""
    from reuse_gateway.settings import Settings

    settings = Settings()
    file = settings.home / "gateway.db"
    if settings.database_url is None and not file.exists():
        raise typer.BadParameter(f"no database at {file}; set REUSE_GATEWAY_HOME or REUSE_GATEWAY_DATABASE_URL")
    return settings


def _existing(paths: list[Path]) -> list[Path]:
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise typer.BadParameter(f"no such file: {missing[0]}", param_hint="--checkpoint")
    return paths


async def _newest(settings: Any) -> bytes:
    from reuse_gateway.bootstrap import reading
    from reuse_gateway.storage.ledger import StoredLedger

    async with reading(settings) as reads:
        return await StoredLedger(reads).checkpoint()


@contextmanager
def _progress(shown: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, so that the report can be piped."""
    if not shown:
        yield lambda _done, _all: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("ledger verify")
        yield lambda done, everything: bar.update(task, completed=done, total=everything)


def _tell(report: Any) -> None:
    typer.echo(f"{report.size} leaves, {report.checkpoints} checkpoints, root {report.root.hex()}")
    for finding in report.findings:
        typer.echo(f"{finding.what} at {finding.index}: expected {finding.expected}, found {finding.found}")
    typer.echo(f"not looked at: {'; '.join(report.not_looked_at)}")
    typer.echo("good" if report.good else f"{report.count} findings")
