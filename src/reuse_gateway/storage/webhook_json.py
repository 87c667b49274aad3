"""A revision of a subscription as canonical JSON and back, with the leaf that binds it; the target stands under the digest."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.webhook import State, Subscription
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.tables_webhooks import webhook_standings, webhook_subscriptions
from reuse_gateway.storage.verdict_json import exact

KIND = "webhook"


def subscription_append(made: Subscription) -> Append:
    """What recording a revision writes; the first one begins to stand, behind its own leaf."""
    body = subscription_body(made)
    rows: dict[Any, list[tuple]] = {webhook_subscriptions: [subscription_row(made, body)]}
    if made.revision == 1:
        rows[webhook_standings] = [(made.id, None, None, 0, made.at, None, None, None, None)]
    return Append(subscription_leaf(json.loads(body), body), KIND, made.id, rows)


def subscription_body(made: Subscription) -> str:
    """Every word of it, salted."""
    told = {
        "v": 1,
        "salt": secrets.token_hex(16),
        "id": made.id,
        "revision": made.revision,
        "url": made.url,
        "kinds": list(made.kinds),
        "state": made.state,
        "serial": made.serial,
        "kid": made.kid,
        "at": exact(made.at),
        "client_id": made.client_id,
        "agency": made.agency,
        "reason": made.reason,
        "previous_until": made.previous_until and exact(made.previous_until),
    }
    return canonical(told).decode()


def subscription_leaf(told: dict[str, Any], body: str) -> bytes:
    """Leaf bytes; a URL may hold a token of its owner's."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    at = told["at"][:23] + "Z"
    return canonical({"v": 1, "kind": KIND, "id": told["id"], "at": at, "revision": told["revision"], "body_sha256": digest})


def subscription_of(body: str) -> Subscription:
    """What a body tells; ValueError, KeyError or TypeError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    until = told["previous_until"]
    changed = {
        "kinds": tuple(told["kinds"]),
        "state": State(told["state"]),
        "at": datetime.fromisoformat(told["at"]),
        "previous_until": until and datetime.fromisoformat(until),
    }
    return Subscription(**{**{name: value for name, value in told.items() if name not in ("v", "salt")}, **changed})


def subscription_row(made: Subscription, body: str) -> tuple:
    """Columns of `webhook_subscriptions` behind the leaf index."""
    return made.id, made.revision, made.state.value, made.at, body


def subscription_told(row: Row[Any]) -> tuple[bytes, tuple, tuple]:
    """The leaf and the columns that a row's body asks for, and the columns it has; raises like `subscription_of`."""
    made = subscription_of(row.body)
    return subscription_leaf(json.loads(row.body), row.body), subscription_row(made, row.body), tuple(row)[1:]
