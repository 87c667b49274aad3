"""What the connector commands share: their options, the bench they work on, and tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="For machines.")]
Folder = Annotated[Path | None, typer.Option("--connectors", help="Another folder of manifests.", exists=True, file_okay=False)]


def bench_of(folder: Path | None) -> Any:
    """The bench of this deployment, or of another folder of manifests."""
    from reuse_gateway.settings import Settings
    from reuse_gateway.workbench.bench import Bench

    return Bench.of(Settings(), folder)


def table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns, numbers to the right."""
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    told = [[str(cell) for cell in row] for row in rows]
    for place, title in enumerate(heading):
        numbers = all(row[place].replace(".", "").isdigit() for row in told)
        drawn.add_column(title, justify="right" if numbers and told else "left")
    for row in told:
        drawn.add_row(*row)
    Console().print(drawn)
