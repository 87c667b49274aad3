"""`serve`: the gateway on its port. `migrate`: bring the database up, as the owner of its tables."""

from __future__ import annotations

from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(serve)
    app.command()(migrate)


def serve(
    host: Annotated[str | None, typer.Option(help="Address; default REUSE_GATEWAY_HOST or 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; default REUSE_GATEWAY_PORT or 8000.")] = None,
) -> None:
    """Serve until told to stop (SIGTERM lets requests under way finish)."""
    from reuse_gateway.api.serving import run, serve_until_stopped
    from reuse_gateway.bootstrap import running
    from reuse_gateway.settings import Settings
    from reuse_gateway.telemetry import configure_logs

    told = {"host": host, "port": port}
    settings = Settings(**{name: value for name, value in told.items() if value is not None})
    configure_logs(settings.log_level)

    async def work() -> None:
        async with running(settings) as gateway, gateway.registers.watched():
            await serve_until_stopped(gateway.asgi, settings.host, settings.port, settings.trusted_proxies)

    run(work())


def migrate() -> None:
    """Create or upgrade the tables of REUSE_GATEWAY_DATABASE_URL."""
    from reuse_gateway.settings import Settings
    from reuse_gateway.storage.migrate import current, upgrade

    url = Settings().store_url
    upgrade(url)
    typer.echo(f"schema at revision {current(url)}")
