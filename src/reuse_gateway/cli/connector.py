"""`connector`: the tools of those who connect databases (người viết kết nối)."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from reuse_gateway.cli import connector_doctor, connector_new, connector_record, connector_test, connector_try
from reuse_gateway.cli.bench_of import Folder, Json, bench_of

app = typer.Typer(no_args_is_help=True)
connector_new.add_to(app)
connector_try.add_to(app)
connector_record.add_to(app)
connector_test.add_to(app)
connector_doctor.add_to(app)


@app.command()
def lint(
    paths: Annotated[list[Path] | None, typer.Argument(help="Manifests or folders; default: all.", exists=True)] = None,
    strict: Annotated[bool, typer.Option(help="Hygiene (W6xx) counts as well.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Find what is wrong in manifests and their cases, with line, code and mend; exit 1 when there is an error."""
    bench = bench_of(folder)
    found = asyncio.run(bench.lint(paths or [bench.folder]))
    if as_json:
        rows = [
            {**asdict(each), "message": asdict(bench.words(each.code)[0]), "fix": asdict(bench.words(each.code)[1])}
            for each in found
        ]
        typer.echo(json.dumps({"findings": rows}, ensure_ascii=False))
    else:
        for each in found:
            message, mend = bench.words(each.code)
            where = " ".join(filter(None, (each.path, f"[{each.about}]" if each.about else "")))
            typer.echo(f"{each.file}:{each.line}: {typer.style(each.code, fg='red' if each.is_error else 'yellow')} {where}")
            typer.echo(f"    {message.vi} → {mend.vi}\n    {message.en} → {mend.en}")
        counts = Counter(each.is_error for each in found)
        typer.echo(f"{counts[True]} lỗi (errors), {counts[False]} nhắc (hygiene)")
    raise typer.Exit(1 if any(each.is_error or strict for each in found) else 0)


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="Write it there; connectors/manifest.schema.json is kept.")] = None,
) -> None:
    """The JSON Schema of a manifest, for editors."""
    from reuse_gateway.connectors.schema import manifest_schema

    text = json.dumps(manifest_schema(), ensure_ascii=False, indent=1) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


@app.command()
def docs(
    name: Annotated[str | None, typer.Argument(help="A source by id; none = all.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All sources (the default).")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder to write the pages into; docs/sources is kept.")] = None,
    folder: Folder = None,
) -> None:
    """A page per source: what it holds, is asked with, discloses, its law, limits and standing."""
    told = bench_of(folder).pages([] if everything or not name else [name])
    if out is None:
        typer.echo("\n\n".join(text for file, text in told.items() if file != "README.md" or not name), nl=False)
        return
    out.mkdir(parents=True, exist_ok=True)
    for file, text in told.items():
        if file != "README.md" or not name:
            (out / file).write_text(text, encoding="utf-8")
    typer.echo(f"{len(told)} trang (pages) → {out}")
