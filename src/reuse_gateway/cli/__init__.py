"""`reuse-gateway`: one file per command group; heavy imports wait inside the commands."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer
from pydantic import ValidationError

from reuse_gateway.domain.errors import GatewayError

app = typer.Typer(
    name="reuse-gateway",
    help="Cổng dùng lại dữ liệu: no office asks a person twice for what the State already holds digitally.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run a command; an error of ours is one line on standard error that says what, with what, and what to do."""
    from reuse_gateway.cli import (
        catalogue,
        connector,
        demo,
        doctor,
        holdings,
        keys,
        ledger,
        letter,
        lint,
        openapi,
        reports,
        retention,
        serve,
        simulate,
        sources,
        violations,
    )

    for module in (serve, demo, doctor, letter, lint, openapi, retention):
        module.add_to(app)
    app.add_typer(catalogue.app, name="catalogue", help="Facts: procedures, papers, law.")
    app.add_typer(connector.app, name="connector", help="Databases: new, try, record, test, lint, doctor, docs.")
    app.add_typer(holdings.app, name="holdings", help="The index of what registers announce.")
    app.add_typer(ledger.app, name="ledger", help="The tamper-evident log.")
    app.add_typer(reports.app, name="report", help="Numbers: how much was reused, of how many dossiers.")
    app.add_typer(violations.app, name="violations", help="What was found, by the auditors' query language.")
    app.add_typer(keys.app, name="keys", help="Key ring and clients of the embedded token desk.")
    app.add_typer(sources.app, name="sources", help="The probe log: was a source down?")
    app.add_typer(simulate.app, name="simulate", help="Simulated registries alone, and their fault switch.")
    try:
        app()
    except GatewayError as error:
        _refuse(f"{error.code}: {error}")
    except ValidationError as error:
        wrong = (f"REUSE_GATEWAY_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors(include_input=False))
        _refuse("unusable setting: " + "; ".join(wrong))
    except OSError as error:
        _refuse(f"{error.strerror or error}: {error.filename or 'no file named'}")


def _refuse(said: str) -> NoReturn:
    print(f"reuse-gateway: {said}", file=sys.stderr)
    raise SystemExit(2)
