"""/v1/admin/webhooks: who is told of which events; secrets are shown once, deliveries are told one by one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import admitted, json_answer, known_id, only, read_model
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.services import Services
from reuse_gateway.api.webhook_shapes import (
    ReasonIn,
    ReplayIn,
    WebhookChangeIn,
    WebhookIn,
    attempt_out,
    subscription_out,
)
from reuse_gateway.application.manage_webhooks import ManageWebhooks
from reuse_gateway.domain.errors import NotFound
from reuse_gateway.domain.event import Place

_MOST, _NEWEST = 200, 2**62
_CHANGES = problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)


def router(services: Services, webhooks: ManageWebhooks) -> APIRouter:
    """Routes of webhooks out."""
    routes = APIRouter(tags=["webhooks"], prefix="/v1/admin")
    _reading(routes, services, webhooks)
    _changing(routes, services, webhooks)
    return routes


def _reading(routes: APIRouter, services: Services, webhooks: ManageWebhooks) -> None:
    @routes.get("/webhooks", operation_id="list_webhooks", responses=problems(400, 401, 403, 422, 429, 503),
                openapi_extra=secured("admin"))  # fmt: skip
    async def listing(request: Request) -> Response:
        """Every subscription, in order of id (at most 1,000)."""
        await admitted(services, request, "admin")
        only(request)
        return json_answer({"items": [subscription_out(each) for each in await webhooks.rows.subscriptions()]})

    @routes.get("/webhooks/{id}", operation_id="read_webhook", responses=problems(401, 403, 404, 429, 503),
                openapi_extra=secured("admin"))  # fmt: skip
    async def read(request: Request, id: str) -> Response:
        """One, with how far it has come: `after` is the place of the last event that was delivered or passed over."""
        await admitted(services, request, "admin")
        made = await webhooks.rows.subscription(known_id(id, "whk"))
        if made is None:
            raise NotFound()
        return json_answer(subscription_out(made, await webhooks.rows.standing(id)))

    @routes.get("/webhooks/{id}/attempts", operation_id="list_webhook_attempts",
                responses=problems(400, 401, 403, 404, 422, 429, 503), openapi_extra=secured("admin"))  # fmt: skip
    async def attempts(
        request: Request,
        id: str,
        before: Annotated[int, Query(ge=1, le=_NEWEST, description="`number` of the last one of the page before")] = _NEWEST,
        limit: Annotated[int, Query(ge=1)] = 50,
    ) -> Response:
        """Deliveries as they went, the newest first."""
        await admitted(services, request, "admin")
        only(request, "before", "limit")
        if await webhooks.rows.subscription(known_id(id, "whk")) is None:
            raise NotFound()
        found = await webhooks.rows.attempts(id, before, min(limit, _MOST))
        return json_answer({"items": [attempt_out(*each) for each in found]})


def _changing(routes: APIRouter, services: Services, webhooks: ManageWebhooks) -> None:
    @routes.post("/webhooks", operation_id="create_webhook", status_code=201, responses=_CHANGES,
                 openapi_extra=body_of("WebhookIn") | secured("admin"))  # fmt: skip
    async def create(request: Request) -> Response:
        """A subscription to what happens from now on. `secret` (Standard Webhooks) is shown this once."""
        caller = await admitted(services, request, "admin")
        body = await read_model(services, request, WebhookIn)
        made, secret = await webhooks.create(caller, body.url, tuple(body.kinds), body.reason)
        return json_answer(subscription_out(made) | {"secret": secret}, 201, {"location": f"/v1/admin/webhooks/{made.id}"})

    @routes.patch("/webhooks/{id}", operation_id="change_webhook", responses=_CHANGES,
                  openapi_extra=body_of("WebhookChangeIn") | secured("admin"))  # fmt: skip
    async def change(request: Request, id: str) -> Response:
        """Another target, other kinds, off or on again. Switched on, it goes on where it had stopped."""
        caller = await admitted(services, request, "admin")
        body = await read_model(services, request, WebhookChangeIn)
        kinds = None if body.kinds is None else tuple(body.kinds)
        return json_answer(
            subscription_out(await webhooks.change(caller, known_id(id, "whk"), body.reason, body.url, kinds, body.on))
        )

    @routes.post("/webhooks/{id}/secret", operation_id="rotate_webhook_secret", responses=_CHANGES,
                 openapi_extra=body_of("ReasonIn") | secured("admin"))  # fmt: skip
    async def rotate(request: Request, id: str) -> Response:
        """A new secret, shown this once; for a day every delivery bears both signatures."""
        caller = await admitted(services, request, "admin")
        body = await read_model(services, request, ReasonIn)
        made, secret = await webhooks.rotate(caller, known_id(id, "whk"), body.reason)
        return json_answer(subscription_out(made) | {"secret": secret})

    @routes.post("/webhooks/{id}/replay", operation_id="replay_webhook", responses=_CHANGES,
                 openapi_extra=body_of("ReplayIn") | secured("admin"))  # fmt: skip
    async def replay(request: Request, id: str) -> Response:
        """Go on behind another place: what was delivered since is delivered again, under the same `webhook-id`."""
        caller = await admitted(services, request, "admin")
        body = await read_model(services, request, ReplayIn)
        made = await webhooks.replay(caller, known_id(id, "whk"), Place.parse(body.after), body.reason)
        return json_answer(subscription_out(made, await webhooks.rows.standing(id)))
