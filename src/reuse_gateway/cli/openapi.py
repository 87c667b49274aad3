"""`openapi`: the OpenAPI document, as committed in openapi/."""

from __future__ import annotations

import asyncio
import json

import typer


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(openapi)


def openapi() -> None:
    """Print the OpenAPI document."""
    from reuse_gateway.bootstrap import document

    typer.echo(json.dumps(asyncio.run(document()), indent=2, ensure_ascii=False, sort_keys=True))
