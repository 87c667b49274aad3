"""`connector new`: questions with sane defaults, or the same as options; what is written passes its tests at once."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from reuse_gateway.cli.bench_of import Folder, Json, bench_of

_TIERS = ("national", "sector", "provincial")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(new)


def new(
    name: Annotated[str, typer.Argument(help="Id of the source: lower-case letters, digits and _.")],
    tier: Annotated[str | None, typer.Option(help="national, sector or provincial.")] = None,
    protocol: Annotated[str | None, typer.Option(help="rest_json, session_rpc, soap_xml, sql_view or file_drop.")] = None,
    auth: Annotated[
        str | None,
        typer.Option(help="none, api_key, bearer, oauth2_client_credentials, login_session or digest_timestamp."),
    ] = None,
    papers: Annotated[list[str] | None, typer.Option("--paper", help="Evidence types it proves; may be repeated.")] = None,
    subject: Annotated[str, typer.Option(help="citizen or business.")] = "citizen",
    name_vi: Annotated[str | None, typer.Option(help="Its name in Vietnamese.")] = None,
    name_en: Annotated[str | None, typer.Option(help="Its name in English.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who is in charge of it.")] = None,
    basis: Annotated[list[str] | None, typer.Option(help="Codes of legal bases; may be repeated.")] = None,
    envelope: Annotated[
        str, typer.Option(help="How answers say they went well: status, error_code, succeeded, status_code.")
    ] = "status",
    path: Annotated[str, typer.Option(help="Path of the operation.")] = "/tra-cuu",
    from_openapi: Annotated[
        Path | None, typer.Option(help="Take request and fields from an OpenAPI 3 document.", exists=True)
    ] = None,
    operation: Annotated[str | None, typer.Option(help="The operationId in it.")] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Write a manifest and its cases, lint them and run their tests; exit 1 when anything is red."""
    from reuse_gateway.workbench.drafting.draft import ENVELOPES, Draft

    if envelope not in ENVELOPES or subject not in ("citizen", "business"):
        raise typer.BadParameter(f"envelope is one of {', '.join(ENVELOPES)}; subject is citizen or business")
    chosen = _asked("Giao thức (protocol)", protocol, "rest_json")
    draft = Draft(
        id=name,
        tier=_asked(f"Cấp (tier: {', '.join(_TIERS)})", tier, "provincial"),
        protocol=chosen,
        # A document says itself how callers sign in, unless the author knows better.
        auth=auth or "" if from_openapi else _asked("Đăng nhập (auth)", auth, _usual_auth(chosen)),
        papers=tuple(papers or _papers().split(",")),
        name_vi=_asked("Tên tiếng Việt (name)", name_vi, f"Nguồn dữ liệu {name}"),
        name_en=_asked("English name", name_en, f"Source {name}"),
        owner=_asked("Cơ quan chủ quản (owner)", owner, "UBND tỉnh"),
        bases=tuple(basis or ("ND-278-2025",)),
        kind=subject,
        path=path,
        envelope=ENVELOPES[envelope],
    )
    bench = bench_of(folder)
    told = asyncio.run(bench.write(draft, from_openapi, operation))
    _show(told, draft, as_json)
    raise typer.Exit(1 if told.errors or told.failed else 0)


def _show(told: Any, draft: Any, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(told.as_plain(), ensure_ascii=False))
        return
    typer.echo("\n".join(f"viết (wrote) {file}" for file in told.files))
    typer.echo("".join(f"còn ngỏ (open): {each}\n" for each in told.left), nl=False)
    typer.echo(f"lint: {told.errors} lỗi (errors); test: {told.passed} đạt (passed), {told.failed} hỏng (failed)")
    person = "personal_id=999090000001" if draft.kind == "citizen" else "enterprise_code=9990000001"
    typer.echo(f"tiếp (next): reuse-gateway connector try {draft.id} {draft.papers[0]} --subject {person} --trace")


def _papers() -> str:
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody sits here to be asked which papers it proves: give --paper (also --name-vi, --owner)")
    return _asked("Loại giấy tờ (papers, by comma)", None, "poor_household_certificate")


def _asked(question: str, given: str | None, default: str) -> str:
    """The option, else the answer of whoever sits there, else the default."""
    if given is not None:
        return given
    return str(typer.prompt(question, default=default)) if sys.stdin.isatty() else default


def _usual_auth(protocol: str) -> str:
    usual = {"session_rpc": "login_session", "sql_view": "none", "file_drop": "none"}
    return usual.get(protocol, "oauth2_client_credentials")
