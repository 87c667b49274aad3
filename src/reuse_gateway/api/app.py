"""The HTTP application: routers, problems and the envelope put together."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from reuse_gateway import __version__
from reuse_gateway.api import openapi, problems
from reuse_gateway.api.cors import Cors
from reuse_gateway.api.envelope import Envelope
from reuse_gateway.api.routers import (
    admin,
    availability,
    cases,
    checks,
    citizen_requests,
    citizen_tokens,
    demands,
    dropins,
    erasures,
    events,
    explain,
    exports,
    filters,
    flat_lookups,
    form_lint,
    form_proxy,
    form_webhooks,
    forms,
    heads,
    health,
    holdings,
    ledger,
    me,
    packs,
    portal_sync,
    procedures,
    proofs,
    published,
    rankings,
    receipt_reports,
    receipts,
    replays,
    reports,
    reveals,
    sources,
    tokens,
    violations,
    webhooks,
)
from reuse_gateway.api.services import Services
from reuse_gateway.api.shortcut import Shortcut

_TELLS = (
    "Cổng dùng lại dữ liệu: cơ quan không hỏi lại giấy tờ mà Nhà nước đã có. "
    "The data-reuse gateway: no office asks twice for what the State already holds digitally."
)
_ALWAYS = (
    checks,
    receipts,
    demands,
    violations,
    replays,
    exports,
    filters,
    cases,
    holdings,
    events,
    reports,
    rankings,
    portal_sync,
    me,
    citizen_requests,
    receipt_reports,
    procedures,
    published,
    sources,
    availability,
    ledger,
    proofs,
    health,
    explain,
    form_lint,
    forms,
    flat_lookups,
    dropins,
    admin,
)


def build_app(services: Services) -> FastAPI:
    """The application without its envelope (the OpenAPI document comes from here)."""
    app = FastAPI(
        title="Data-reuse gateway",
        version=__version__,
        description=_TELLS,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"logs": False, "tracing": False, "metrics": False},
    )
    for router in _routers(services):
        # Taken over, not included: what is included is built a second time.
        app.router.routes.extend(router.routes)
    problems.install(app, services.problems)
    openapi.install(app)
    return app


def _routers(services: Services) -> Iterator[APIRouter]:
    """Those that are always there, then those whose services are."""
    yield from (module.router(services) for module in _ALWAYS)
    cors = Cors(services.forms.rows.origins, services.problems)
    yield from (module.router(services, cors) for module in (form_webhooks, form_proxy))
    if services.proof is not None:
        yield from (module.router(services, services.proof) for module in (packs, heads))
    if services.erasures is not None:
        yield erasures.router(services, services.erasures)
    if services.reveals is not None:
        yield reveals.router(services, services.reveals)
    if services.webhooks is not None:
        yield webhooks.router(services, services.webhooks)
    if services.desk is not None:
        yield tokens.router(services, services.desk)
    if services.citizens.demo is not None:
        yield citizen_tokens.router(services, services.citizens.demo)


def enveloped(services: Services) -> ASGIApp:
    """What the server serves."""
    short = Shortcut(build_app(services), {("POST", "/v1/checks"): checks.creating(services)}, services.problems)
    return Envelope(short, services.problems, services.quota.policy, services.observe)
