"""`sources outage`: was a source down then? Needs the database only, no running gateway."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from reuse_gateway.domain.vietnam import VIETNAM

app = typer.Typer(no_args_is_help=True, add_completion=False)
_SAYS = {
    "confirmed": "xác nhận: nguồn gián đoạn vào lúc đó · confirmed: it was down or in planned maintenance",
    "partly": "một phần: nguồn chỉ trả lời được một số lần · partly: it answered some questions and not others",
    "refuted": "bác bỏ: nguồn hoạt động bình thường · refuted: it answered as usual",
    "not_known": "không rõ: không có ai quan sát · not known: nobody looked",
}


@app.callback()
def sources() -> None:
    """The probe log of the connected databases."""


@app.command()
def outage(
    source: Annotated[str, typer.Option(help="Id of the source.")],
    at: Annotated[str, typer.Option(help="2026-11-23T08:30[:00][+07:00]; without an offset Vietnamese time.")],
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Weigh "the system was down" against the probe log; exit 1 where the log refutes it."""
    weighed = asyncio.run(_weighed(source, _instant(at)))
    if as_json:
        typer.echo(json.dumps(_told(weighed), ensure_ascii=False))
    else:
        typer.echo(_SAYS[weighed.finding])
        for each in weighed.stretches:
            span = f"{each.from_at.astimezone(VIETNAM):%Y-%m-%d %H:%M:%S} .. {each.to_at.astimezone(VIETNAM):%H:%M:%S}"
            typer.echo(f"  {span}  {each.state:<9} leaves {', '.join(map(str, each.leaves)) or '-'}")
    raise typer.Exit(1 if weighed.finding == "refuted" else 0)


def _instant(text: str) -> datetime:
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no instant", param_hint="--at") from None
    return (told if told.tzinfo else told.replace(tzinfo=VIETNAM)).astimezone(UTC)


async def _weighed(source: str, at: datetime) -> Any:
    from reuse_gateway.application.weigh_outage import WeighOutage
    from reuse_gateway.bootstrap import read_facts, reading
    from reuse_gateway.cli.ledger import existing_store
    from reuse_gateway.storage.probe_log import StoredProbeLog

    settings = existing_store()
    known = [manifest.id for manifest in read_facts(settings).manifests]
    if source not in known:
        raise typer.BadParameter(f"no such source; there are {', '.join(known)}", param_hint="--source")
    async with reading(settings) as reads:
        return await WeighOutage(StoredProbeLog(reads))(source, at)


def _told(weighed: Any) -> dict[str, Any]:
    from reuse_gateway.domain.receipt import instant

    stretches = [
        {"from": instant(each.from_at), "to": instant(each.to_at), "state": each.state, "leaves": each.leaves}
        for each in weighed.stretches
    ]
    sealed = {str(each.leaf_index): instant(each.sealed_at) for each in weighed.evidence}
    return {"finding": weighed.finding, "intervals": stretches, "sealed_at": sealed}
