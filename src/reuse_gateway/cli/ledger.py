"""`reuse-gateway ledger`: verify what was recorded, print the newest checkpoint. Needs the database and the keys only."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Verify the ledger; print its newest checkpoint.", no_args_is_help=True)

Home = Annotated[Path, typer.Option(envvar="REUSE_GATEWAY_HOME", help="Folder of the embedded database and the keys.")]
Database = Annotated[
    str | None, typer.Option(envvar="REUSE_GATEWAY_DATABASE_URL", help="SQLAlchemy URL; default: SQLite in the home folder.")
]
Keys = Annotated[
    Path | None, typer.Option(envvar="REUSE_GATEWAY_KEYS_DIR", help="Key ring; default: `keys` in the home folder.")
]
Origin = Annotated[str, typer.Option(envvar="REUSE_GATEWAY_ORIGIN", help="Name of the ledger in its checkpoints.")]
_ORIGIN = "reuse-gateway.local/ledger"
_DEADLINE_S = 120.0


@app.command()
def verify(
    home: Home = Path("var"),
    database: Database = None,
    keys: Keys = None,
    origin: Origin = _ORIGIN,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint kept elsewhere; without one a cut tail cannot be seen.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Derive everything anew; exit 0 = every row is what was signed, 1 = findings."""
    kept = [path.read_bytes() for path in _existing(checkpoint or [])]
    with _progress(shown=not as_json and sys.stderr.isatty()) as progress:
        report = asyncio.run(_verified(_url(home, database), keys or home / "keys", origin, kept, progress))
    if as_json:
        told = {**asdict(report), "root": report.root.hex(), "good": report.good}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        _tell(report)
    raise typer.Exit(0 if report.good else 1)


@app.command("checkpoint")
def newest(home: Home = Path("var"), database: Database = None) -> None:
    """Print the newest checkpoint, a C2SP signed note. Keep a copy where nobody of this house can change it."""
    sys.stdout.write(asyncio.run(_newest(_url(home, database))).decode())


def _url(home: Path, database: str | None) -> str:
    if database:
        return database
    file = (home / "gateway.db").resolve()
    if not file.exists():
        raise typer.BadParameter(f"no database at {file}", param_hint="--home")
    return f"sqlite:///{file}"


def _existing(paths: list[Path]) -> list[Path]:
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise typer.BadParameter(f"no such file: {missing[0]}", param_hint="--checkpoint")
    return paths


async def _verified(url: str, keys: Path, origin: str, kept: list[bytes], progress: Any) -> Any:
    from reuse_gateway.signing.checkpoints import CheckpointNotes
    from reuse_gateway.signing.keys import KeyRing
    from reuse_gateway.storage.engine import build_engine
    from reuse_gateway.storage.reads import Reads
    from reuse_gateway.storage.verify import verify_ledger

    notes = CheckpointNotes(origin, KeyRing(keys).all("checkpoint"))
    engine = build_engine(url, reads_only=True, deadline_s=_DEADLINE_S)
    try:
        return await verify_ledger(Reads(engine, _DEADLINE_S), notes.open, kept, progress)
    finally:
        await engine.dispose()


async def _newest(url: str) -> bytes:
    from reuse_gateway.storage.engine import build_engine
    from reuse_gateway.storage.ledger import StoredLedger
    from reuse_gateway.storage.reads import Reads

    engine = build_engine(url, reads_only=True)
    try:
        return await StoredLedger(Reads(engine)).checkpoint()
    finally:
        await engine.dispose()


@contextmanager
def _progress(shown: bool) -> Any:
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
    typer.echo("good" if report.good else f"{report.count} findings")
