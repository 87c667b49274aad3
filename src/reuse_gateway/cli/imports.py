"""`catalogue imports`, `diff`, `rollback`: what was imported, what changed between two days, and the way back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

import typer

from reuse_gateway.application.compare_days import DayChange
from reuse_gateway.application.import_history import ImportVersion
from reuse_gateway.cli import importing
from reuse_gateway.domain.procedure_change import Became, ProcedureChange

Json = Annotated[bool, typer.Option("--json", help="For machines.")]
Database = Annotated[str | None, typer.Option(help="SQLAlchemy URL; default: the gateway's own store.")]
Differences = tuple[tuple[DayChange, ...], tuple[ProcedureChange, ...]]
_DEADLINE_S = 120.0
_DAY = {"formats": ["%Y-%m-%d"]}


def add_to(app: typer.Typer) -> None:
    """Put the commands into the catalogue's group."""
    app.command("imports")(list_imports)
    app.command("diff")(diff)
    app.command("rollback")(rollback)


def list_imports(
    import_id: Annotated[int | None, typer.Argument(help="One import: what it changed.")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Every import with author, source and counts, the newest first; with an id what that one changed."""
    if import_id is not None:
        _show(asyncio.run(_changes_of(import_id, database)), _change_line, as_json)
        return
    _show(tuple(reversed(asyncio.run(_versions(database)))), _version_line, as_json)


def diff(
    first: Annotated[datetime, typer.Option("--from", help="First day.", **_DAY)],
    second: Annotated[datetime, typer.Option("--to", help="Second day.", **_DAY)],
    database: Database = None,
    as_json: Json = False,
) -> None:
    """What stands differently on the second day, and for whom: procedures, law cited, sources, exceptions, waivers."""
    facts, procedures = asyncio.run(_between(first.date(), second.date(), database))
    if as_json:
        told = {"from": first.date(), "to": second.date(), "facts": facts, "procedures": procedures}
        typer.echo(json.dumps(told, default=_plain, ensure_ascii=False))
        return
    for change in facts:
        typer.echo(f"{change.kind:<14} {change.id}  [{change.whom}]  {change.before or '-'} -> {change.after or '-'}")
    _show(procedures, _change_line, False)


def rollback(
    import_id: Annotated[int, typer.Argument(help="The import to go back to.")],
    author: Annotated[str, typer.Option(help="Who rolls back.")] = "cli",
    database: Database = None,
    as_json: Json = False,
) -> None:
    """A new version equal to an older one; nothing is deleted, and a roll-back can itself be rolled back."""
    made = asyncio.run(_rolled_back(import_id, author, database))
    _show((made,), _version_line, as_json)


@asynccontextmanager
async def _reads(database: str | None) -> AsyncIterator[Any]:
    from reuse_gateway.settings import Settings
    from reuse_gateway.storage.engine import build_engine
    from reuse_gateway.storage.reads import Reads

    if database:
        importing.refuse_missing_file(database)
    engine = build_engine(database or Settings().store_url, reads_only=True, deadline_s=_DEADLINE_S)
    try:
        yield Reads(engine, _DEADLINE_S)
    finally:
        await engine.dispose()


async def _versions(database: str | None) -> tuple[ImportVersion, ...]:
    from reuse_gateway.storage.imports import StoredImports

    async with _reads(database) as reads:
        return tuple(await StoredImports(reads).versions())


async def _changes_of(import_id: int, database: str | None) -> tuple[ProcedureChange, ...]:
    from reuse_gateway.application.import_history import import_changes
    from reuse_gateway.storage.imports import StoredImports

    async with _reads(database) as reads:
        return await import_changes(StoredImports(reads), import_id)


async def _between(first: date, second: date, database: str | None) -> Differences:
    from reuse_gateway.application.compare_days import facts_between, procedures_between
    from reuse_gateway.application.dated_policy import DatedPolicy
    from reuse_gateway.bootstrap import read_facts
    from reuse_gateway.settings import Settings
    from reuse_gateway.storage.facts import StoredFacts
    from reuse_gateway.storage.imports import StoredImports

    facts = read_facts(Settings())
    async with _reads(database) as reads:
        dated = DatedPolicy(facts.policy(_DEADLINE_S), StoredFacts(reads))
        book = await dated.refresh()
        changed = facts_between(dated.on(first), dated.on(second), book, first, second)
        return changed, await procedures_between(facts.catalogue.procedures, StoredImports(reads), first, second)


async def _rolled_back(import_id: int, author: str, database: str | None) -> ImportVersion:
    from reuse_gateway.application.import_history import roll_back
    from reuse_gateway.bootstrap import writing
    from reuse_gateway.settings import Settings
    from reuse_gateway.storage.imports import StoredImports
    from reuse_gateway.storage.procedures import ImportedProcedures
    from reuse_gateway.system import SystemClock

    async with writing(Settings(), database) as (writer, reads):
        return await roll_back(StoredImports(reads), ImportedProcedures(reads, writer), SystemClock(), author, import_id)


def _show(found: tuple[Any, ...], line: Callable[[Any], str], as_json: bool) -> None:
    for each in found:
        typer.echo(json.dumps(each, default=_plain, ensure_ascii=False) if as_json else line(each))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else asdict(value)


def _version_line(version: ImportVersion) -> str:
    row, back = version.row, f"  = import {version.restores}" if version.restores is not None else ""
    counts = f"{row.new} new, {row.changed} changed, {row.unchanged} unchanged, {row.troubles} troubles"
    return f"{version.import_id:>5}  {row.finished_at:%Y-%m-%d %H:%M}  {row.author}  {row.source}  {counts}{back}"


def _change_line(change: ProcedureChange) -> str:
    lines = [f"{change.became:<8} {change.code}  {change.name}  [{change.field}]"]
    if change.became is Became.CHANGED:
        lines += [f"         words: {', '.join(change.words)}"] if change.words else []
        for sign, rows in (("+", change.rows_added), ("-", change.rows_removed), ("~", change.rows_changed)):
            lines += [f"         {sign} {label}" for label in rows]
    return "\n".join(lines)
