"""`simulate`: the simulated registries alone on their own port. `simulate fault`: rehearse an outage of one of them."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

app = typer.Typer(add_completion=False, invoke_without_command=True)
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)?")
_SECONDS = {"ms": 0.001, "s": 1.0, None: 1.0, "m": 60.0, "h": 3600.0}
_ASK_S = 5.0


@app.callback()
def simulate(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 = any free one.")] = 8090,
    connectors: Annotated[Path | None, typer.Option(help="Folder of manifests and cases; default: the gateway's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Address and sources for machines.")] = False,
) -> None:
    """Run every simulated registry; a gateway of this machine uses them with REUSE_GATEWAY_SIMULATION_URL."""
    if context.invoked_subcommand is None:
        with suppress(KeyboardInterrupt):
            asyncio.run(_run(port, connectors, as_json))


@app.command()
def fault(
    source: Annotated[str, typer.Argument(help="Id of the source.")],
    down: Annotated[str | None, typer.Option(metavar="30s", help="Answers 503 for so long.")] = None,
    silent: Annotated[str | None, typer.Option(metavar="30s", help="Accepts and never answers, for so long.")] = None,
    errors: Annotated[str | None, typer.Option(metavar="20%", help="This share of the answers is HTTP 500.")] = None,
    slow: Annotated[str | None, typer.Option(metavar="2s", help="Answers come so much later.")] = None,
    kind: Annotated[str | None, typer.Option(metavar="html|truncated|garbage", help="Answers are nonsense.")] = None,
    lasting: Annotated[str | None, typer.Option("--for", metavar="60s", help="For so long; default: until --clear.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Nothing is wrong with it any more.")] = False,
    url: Annotated[
        str | None, typer.Option(help="The simulation; default: the one that runs under REUSE_GATEWAY_HOME.")
    ] = None,
    token: Annotated[str | None, typer.Option(help="Its token, with --url.")] = None,
) -> None:
    """Put a fault on a simulated source while it runs, or take all of its faults away."""
    wanted = [each for each in (down, silent, errors, slow, kind) if each is not None]
    if len(wanted) + clear != 1:
        raise typer.BadParameter("exactly one of --down, --silent, --errors, --slow, --kind, --clear")
    at, key = (url, token) if url and token else _noted()
    if clear:
        _call("DELETE", f"{at}/admin/faults?source={source}", key)
        typer.echo(f"{source}: no fault")
        return
    told = _fault(source, down or silent, errors, slow, kind, lasting) | ({"kind": "silent"} if silent else {})
    typer.echo(json.dumps(_call("POST", f"{at}/admin/faults", key, told), ensure_ascii=False))


def _fault(
    source: str, gone: str | None, errors: str | None, slow: str | None, kind: str | None, lasting: str | None
) -> dict[str, Any]:
    told: dict[str, Any] = {"source": source, "for_s": _seconds(lasting) if lasting else None}
    if gone:
        return told | {"kind": "down", "for_s": _seconds(gone)}
    if errors:
        return told | {"kind": "errors", "share": _share(errors)}
    return told | ({"kind": "slow", "add_s": _seconds(slow)} if slow else {"kind": kind})


def _seconds(text: str) -> float:
    match = _DURATION.fullmatch(text)
    if not match:
        raise typer.BadParameter(f"{text!r} is no duration such as 30s, 500ms, 2m")
    return float(match[1]) * _SECONDS[match[2]]


def _share(text: str) -> float:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)%", text)
    if not match or not 0 < float(match[1]) <= 100:
        raise typer.BadParameter(f"{text!r} is no share such as 20%")
    return float(match[1]) / 100


def _noted() -> tuple[str, str]:
    from reuse_gateway.settings import Settings

    note = Settings().simulation_note
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise typer.BadParameter(f"no simulation runs here: {note} is missing; give --url and --token") from None
    return told["url"], told["token"]


def _call(method: str, url: str, token: str, body: dict[str, Any] | None = None) -> Any:
    import httpx

    with httpx.Client(trust_env=False, timeout=_ASK_S) as client:
        try:
            answer = client.request(method, url, json=body, headers={"authorization": f"Bearer {token}"})
        except httpx.HTTPError as error:
            _fail(f"the simulation does not answer: {type(error).__name__}")
    told = answer.json() if answer.content else None
    if answer.status_code >= 400:
        _fail(": ".join(str(told[name]) for name in ("code", "at", "says") if name in told))
    return told


def _fail(said: str) -> NoReturn:
    typer.echo(f"reuse-gateway: {said}", err=True)
    raise typer.Exit(2)


async def _run(port: int, connectors: Path | None, as_json: bool) -> None:
    from reuse_gateway.bootstrap import connectors_dir
    from reuse_gateway.settings import Settings
    from reuse_gateway.simulation import simulated

    settings, ended = Settings(), asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    async with simulated(connectors or connectors_dir(settings), port, settings.simulation_note) as running:
        if as_json:
            typer.echo(json.dumps({"url": running.url, "sources": running.sources}, ensure_ascii=False))
        else:
            for source, where in running.sources.items():
                typer.echo(f"{source:<24} {where}")
            typer.echo(f"REUSE_GATEWAY_SIMULATION_URL={running.url}  (token in {settings.simulation_note})")
        await ended.wait()
