"""`letter`: a letter of a case as it was issued, read from the store without a server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from reuse_gateway.domain.case_letter import LetterKind, RecordedLetter
from reuse_gateway.domain.errors import NotFound


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("letter")(letter)


def letter(
    case_id: Annotated[str, typer.Argument(help="case_...")],
    kind: Annotated[LetterKind, typer.Argument(help="notice or apology")],
    out: Annotated[Path, typer.Option(help="Where to write the DOCX.")],
    violation_id: Annotated[
        str | None, typer.Option("--violation", help="Any violation of the applicant, where a round has several (vio_...).")
    ] = None,
    of_round: Annotated[int, typer.Option("--round", min=1, help="Which round of the case.")] = 1,
) -> None:
    """Write a registered letter to a file; its bytes are those whose digest stands in the ledger."""
    from reuse_gateway.bootstrap_cases import issued_letters
    from reuse_gateway.cli.ledger import existing_store

    told: tuple[RecordedLetter | None, int] = asyncio.run(
        issued_letters(existing_store(), case_id, of_round, kind, violation_id)
    )
    found, applicants = told
    if found is None and applicants > 1 and violation_id is None:
        raise typer.BadParameter(f"the round has {applicants} applicants: name one of them", param_hint="--violation")
    if found is None:
        raise NotFound(f"no {kind.value} was issued in round {of_round} of {case_id}")
    out.write_bytes(found.letter.file)
    typer.echo(f"{found.letter.reference}  sha256 {found.file_sha256}  ledger index {found.index}")
