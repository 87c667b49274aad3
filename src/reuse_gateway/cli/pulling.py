"""`catalogue pull`: fetch the published procedures from the portal and import them, once or every few hours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from reuse_gateway.application.import_catalogue import ImportReport, ReadProcedure, Terms
from reuse_gateway.cli import importing
from reuse_gateway.domain.errors import CallerError, GatewayError, MalformedBody
from reuse_gateway.domain.matching import Vocabulary

Json = Annotated[bool, typer.Option("--json", help="For machines.")]


def add_to(app: typer.Typer) -> None:
    """Put the command into the catalogue's group."""
    app.command("pull")(pull)


def pull(
    url: Annotated[str | None, typer.Option(help="Base URL of the portal's adapter.")] = None,
    simulate: Annotated[
        Path | None, typer.Option(help="JSON lines that a simulated portal publishes.", exists=True, dir_okay=False)
    ] = None,
    author: Annotated[str, typer.Option(help="Who pulls.")] = "pull",
    every: Annotated[float | None, typer.Option(help="Hours between two pulls; default: once.", min=0.01)] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out procedures that cannot be taken whole.")] = False,
    database: Annotated[str | None, typer.Option(help="SQLAlchemy URL; default: the gateway's own store.")] = None,
    as_json: Json = False,
) -> None:
    """Take what the portal publishes now, all or nothing (secrets: docs/dated-law.md)."""
    if (url is None) == (simulate is None):
        raise CallerError("give either --url or --simulate")
    while True:
        try:
            report = asyncio.run(_pulled(url, _lines(simulate), author, database, Terms(skip_bad=skip_bad)))
        except GatewayError as error:
            if every is None:
                raise
            typer.echo(f"{error.code}: {error}", err=True)
        else:
            _tell(report, as_json)
        if every is None:
            return
        asyncio.run(asyncio.sleep(every * 3600))


async def _pulled(
    url: str | None, simulate: list[dict[str, Any]] | None, author: str, database: str | None, terms: Terms
) -> ImportReport:
    from reuse_gateway.application.pull_catalogue import pull_catalogue
    from reuse_gateway.catalogue.laythutuc import read_answers, unwrapped
    from reuse_gateway.connectors.session_calls import SessionCalls, SessionService
    from reuse_gateway.connectors.upstream import Tls
    from reuse_gateway.settings import Settings, secret_named
    from reuse_gateway.simulation.portal import CALL_PATH, LOGIN_PATH

    async with _portal(url, simulate) as base_url:
        simulated = "demo" if simulate is not None else ""
        login = {name: secret_named(f"PORTAL_LOGIN_{secret}") or simulated for name, secret in _LOGIN.items()}
        destination = secret_named("PORTAL_DSTCODE")
        headers = {"dstcode": destination} if destination else {}
        service = SessionService(base_url, LOGIN_PATH, CALL_PATH, login, {"madonvi": secret_named("PORTAL_AGENCY")}, headers)
        bundle = Settings().source_ca_bundle
        calls = SessionCalls(service, Tls(ca_bundle=str(bundle) if bundle else None))
        try:
            answers = await pull_catalogue(calls, unwrapped)
        finally:
            await calls.aclose()

    def opened(vocabulary: Vocabulary) -> nullcontext[Iterable[ReadProcedure]]:
        return nullcontext(read_answers(answers, importing.today(), vocabulary))

    return await importing.take(opened, "LayThuTuc pull", author, database, terms, quiet=True)


def _lines(file: Path | None) -> list[dict[str, Any]] | None:
    if file is None:
        return None
    from reuse_gateway.catalogue.json_values import json_values

    with file.open("rb") as stream:
        return [_procedure(value, line) for line, value in json_values(stream)]


def _procedure(value: Any, line: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedBody(f"line {line}: not an object", line=line)
    return value


_LOGIN = {"username": "USER", "password": "PASSWORD"}


@asynccontextmanager
async def _portal(url: str | None, procedures: list[dict[str, Any]] | None) -> AsyncIterator[str]:
    if procedures is None:
        yield url or ""
        return
    from reuse_gateway.simulation.portal import PortalCases, build_portal
    from reuse_gateway.simulation.serving import serve

    async with serve(build_portal(PortalCases(procedures))) as base_url:
        yield base_url


def _tell(report: ImportReport, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        importing.show(report)
