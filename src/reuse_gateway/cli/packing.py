"""`ledger pack`, `ledger verify --bundle`: evidence packs made here, and verified anywhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, BinaryIO, NoReturn

import typer


def pack(
    violation_id: Annotated[list[str], typer.Argument(help="One violation or several (vio_...).")],
    out: Annotated[Path, typer.Option(help="The file to write; one that is there is not overwritten.")],
    size: Annotated[int | None, typer.Option(help="Prove against the checkpoint of this size; default: the newest.")] = None,
) -> None:
    """Write an evidence pack: everything that proves these violations offline. The same at the same size, byte for byte."""
    from reuse_gateway.domain.errors import GatewayError, NotFound

    if out.exists():
        raise typer.BadParameter(f"{out} is there already", param_hint="--out")
    try:
        with out.open("xb") as file:
            told, count = asyncio.run(_packed(violation_id, file, size))
    except NotFound:
        out.unlink()
        raise typer.BadParameter("no such violation, or no checkpoint of that size") from None
    except GatewayError:
        out.unlink()
        raise
    typer.echo(f"{out}: {count} violations at size {told}")


async def _packed(violation_ids: Sequence[str], file: BinaryIO, size: int | None) -> tuple[int, int]:
    from reuse_gateway.bootstrap import reading
    from reuse_gateway.bootstrap_keys import key_ring
    from reuse_gateway.bootstrap_proof import pack_proof
    from reuse_gateway.catalogue.loader import load
    from reuse_gateway.settings import Settings

    settings = Settings()
    async with reading(settings) as reads:
        packing = pack_proof(settings, load().law, key_ring(settings), reads)
        head = await packing.head(size)
        return head.size, await packing(file, violation_ids, head)


def verify_bundle(
    bundle: Path,
    vkeys: Sequence[str],
    witnesses: Sequence[str],
    kept: Sequence[bytes],
    authority: Path | None = None,
    *,
    as_json: bool,
) -> NoReturn:
    """Print the outcome and end the command: 0 good, 1 findings."""
    from reuse_gateway.bootstrap_proof import verified_pack

    if not bundle.is_file():
        raise typer.BadParameter(f"no such file: {bundle}", param_hint="--bundle")
    report, believed = verified_pack(bundle, vkeys, kept, witnesses, authority)
    if as_json:
        told = {**asdict(report), "good": report.good, "keys": list(believed), "keys_from_the_file": not vkeys}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for finding in report.findings:
            typer.echo(f"{finding.what}: {finding.where}")
        typer.echo(f"{report.cases} violations, {report.origin} at size {report.size}, root {report.root}")
        if report.stamped_at:
            typer.echo(f"a beginning of it existed at {report.stamped_at} (time-stamp)")
        typer.echo("good" if report.good else f"{len(report.findings)} findings")
        if not vkeys:
            typer.echo("The key was the file's own: compare it with the one you hold, or say --key.\n" + "\n".join(believed))
    raise typer.Exit(0 if report.good else 1)


def with_stamps(report: Any, settings: Any, certificates: Path) -> Any:
    """The report of a store, with what is wrong with its time-stamps."""
    from reuse_gateway.bootstrap_stamps import stamps_verified

    stamps = asyncio.run(stamps_verified(settings, certificates))
    return replace(report, count=report.count + stamps.count, findings=(*report.findings, *stamps.kept))


def note_in(path: Path) -> bytes:
    """A checkpoint kept as a note, or within a pack that was handed out."""
    from reuse_gateway.domain.evidence_pack import CHECKPOINT
    from reuse_gateway.exports.pack_zip import ZippedPack

    content = path.read_bytes()
    if not content.startswith(b"PK"):
        return content
    files = ZippedPack(path)
    try:
        return files.read(CHECKPOINT)
    finally:
        files.close()
