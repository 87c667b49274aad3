"""`keys`: show and rotate the key ring; register clients of the embedded token desk."""

from __future__ import annotations

import json
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def show(as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """Public halves: key ids, and the verifier key that witnesses of the ledger need."""
    from reuse_gateway.bootstrap_keys import key_ring
    from reuse_gateway.settings import Settings
    from reuse_gateway.signing.checkpoints import verifier_key
    from reuse_gateway.signing.keys import PURPOSES

    settings = Settings()
    ring = key_ring(settings)
    told = {purpose: [key.kid for key in ring.all(purpose)] for purpose in PURPOSES}
    told["ledger_verifier"] = [verifier_key(settings.origin, key.public) for key in ring.all("checkpoint")]
    if as_json:
        typer.echo(json.dumps(told))
        return
    for name, keys in told.items():
        for key in keys:
            typer.echo(f"{name:<16} {key}")


@app.command()
def rotate(
    purpose: Annotated[str, typer.Argument(help="receipt, checkpoint, token, pseudonym, session, webhook, case or identity")],
) -> None:
    """Write a newer key; the service uses it from its next start, older ones go on verifying."""
    from reuse_gateway.settings import Settings
    from reuse_gateway.signing.keys import KeyRing

    typer.echo(KeyRing(Settings().key_ring).rotate(purpose).name)


@app.command("add-client")
def add_client(
    client_id: Annotated[str, typer.Argument(help="Name of the client, e.g. mot-cua-xa-vinh")],
    agency: Annotated[str, typer.Option(help="Agency code it speaks for, e.g. H41.12")],
    scope: Annotated[str, typer.Option(help="Scopes, separated by spaces")] = "check:write",
) -> None:
    """Register a client and print its secret, once; only the digest is kept."""
    from reuse_gateway.settings import Settings
    from reuse_gateway.signing.clients import register

    typer.echo(register(Settings().clients_path, client_id, agency, frozenset(scope.split())))
