"""`violations`: what auditors look for, by the same query language as the API; the reading is kept in the ledger."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer

from reuse_gateway.domain.errors import BadQuery
from reuse_gateway.domain.vietnam import VIETNAM

app = typer.Typer(no_args_is_help=True, add_completion=False)
CLIENT = "command-line"


@app.callback()
def group() -> None:
    """Violations as they were recorded."""


@app.command("list")
def listing(
    query: Annotated[str, typer.Argument(help="'agency:H41.12.* is:open severity:>=high created:2026-11 \"bản sao\"'")] = "",
    filter: Annotated[str | None, typer.Option(help="Name of a saved filter that must hold too.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="NDJSON, one violation a line.")] = False,
) -> None:
    """The latest made first; exit 2 for a query that cannot be read, with its place and what was perhaps meant."""
    told = _asked(query, filter, limit)
    if as_json:
        typer.echo(_window(told["window"]), err=True)
        for each in told["items"]:
            typer.echo(json.dumps(each, ensure_ascii=False, default=str))
        return
    _tell(told)


def _asked(line: str, name: str | None, limit: int) -> dict[str, Any]:
    from reuse_gateway.domain.query_language import parse_query

    try:
        parse_query(line)
        return asyncio.run(_found([("q", line), *([("filter", name)] if name else [])], limit))
    except BadQuery as refused:
        if refused.at:
            typer.echo(f"  {line}\n  {' ' * (refused.at - 1)}^", err=True)
        raise


async def _found(named: list[tuple[str, str]], limit: int) -> dict[str, Any]:
    from reuse_gateway.api.rendering import Rendering
    from reuse_gateway.api.violation_reading import asked
    from reuse_gateway.api.violation_rendering import violation_told
    from reuse_gateway.application.keep_filters import KeepFilters
    from reuse_gateway.application.ports import AccessNote
    from reuse_gateway.bootstrap import read_facts, writing
    from reuse_gateway.bootstrap_audit import seek_violations
    from reuse_gateway.settings import Settings
    from reuse_gateway.storage.recorder import LedgerRecorder
    from reuse_gateway.storage.saved_filters import StoredFilters
    from reuse_gateway.system import SystemClock

    settings = Settings()
    facts = read_facts(settings)
    async with writing(settings) as (writer, reads):
        seek = seek_violations(facts.catalogue, facts.manifests, reads)
        told = await asked(KeepFilters(StoredFilters(reads, writer), SystemClock()), seek, settings.province, named)
        found, end = await seek.page(told.query, None, limit)
        about = str(told.query.without_words)
        note = AccessNote(SystemClock().now(), CLIENT, settings.province, "violations", about)
        await LedgerRecorder(writer).record_access(note)
    law, kinds, agencies = facts.catalogue.law, facts.catalogue.evidence_types, facts.catalogue.agencies
    cite = Rendering(facts.catalogue.sentences, law, kinds, {}, agencies).citation
    return {"items": [violation_told(each, cite) for each in found], "more": end is not None, **told.told()}


def _window(told: dict[str, Any]) -> str:
    return f"{told['from'] or '*'} .. {told['before'] or '*'} ({told['time_zone']})"


def _tell(told: dict[str, Any]) -> None:
    from datetime import datetime

    typer.echo(_window(told["window"]))
    for each in told["items"]:
        at = datetime.fromisoformat(each["made_at"]).astimezone(VIETNAM)
        paper = each["evidence_type"] or "-"
        typer.echo(f"{at:%d/%m/%Y %H:%M}  {each['type']} {each['severity']:<6} {each['state'] or '-':<15} {each['agency']:<12} "
                   f"{each['procedure']:<10} {paper:<28} {each['source'] or '-':<22} {each['violation_id']}")  # fmt: skip
    typer.echo(f"{len(told['items'])} violations{', and more' if told['more'] else ''}")
