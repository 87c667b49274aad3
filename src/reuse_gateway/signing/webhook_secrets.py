"""Secrets of webhooks out, derived from the key ring per subscription and serial number, and stored nowhere."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime

from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.domain.webhook import Subscription
from reuse_gateway.signing.keys import SecretKey
from reuse_gateway.signing.webhook_signatures import PREFIX, sign


class SubscriberSecrets:
    """Port `WebhookSecrets`. Destroying the key's file voids every secret derived from it."""

    def __init__(self, keys: Sequence[SecretKey]) -> None:
        """`keys` newest first."""
        self._newest, self._keys = keys[0].kid, {key.kid: key.secret for key in keys}

    @property
    def newest(self) -> str:
        return self._newest

    def secret(self, subscription: Subscription, serial: int) -> str:
        """`whsec_` and 32 bytes in Base64, as Standard Webhooks libraries take it."""
        key = self._keys.get(subscription.kid)
        if key is None:
            raise UnsafeSettings(f"the key {subscription.kid} of webhooks is gone", code="keys_missing")
        told = f"webhook-out-1 {subscription.id} {serial}"
        return PREFIX + b64encode(hmac.digest(key, told.encode(), "sha256")).decode()

    def headers(self, subscription: Subscription, message_id: str, now: datetime, body: bytes) -> Mapping[str, str]:
        """`webhook-id`, `webhook-timestamp`, `webhook-signature` (the newest first)."""
        stamp, until = int(now.timestamp()), subscription.previous_until
        overlaps = until is not None and now < until
        serials = (subscription.serial, subscription.serial - 1) if overlaps else (subscription.serial,)
        signed = [sign(self.secret(subscription, serial), message_id, stamp, body) for serial in serials]
        return {"webhook-id": message_id, "webhook-timestamp": str(stamp), "webhook-signature": " ".join(signed)}
