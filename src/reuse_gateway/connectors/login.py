"""Log in with a JSON body, get a session: portals, the traffic police, the hospitals' card gateway, each its own way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reuse_gateway.application.ports import Clock
from reuse_gateway.connectors.auth_facts import LoginSession
from reuse_gateway.connectors.credentials import placed
from reuse_gateway.connectors.decoding import Undecodable, decode_json
from reuse_gateway.connectors.deployed import Secrets, fill_secrets
from reuse_gateway.connectors.exchange import Outgoing
from reuse_gateway.connectors.oauth2 import Send, refuse_status
from reuse_gateway.connectors.predicates import all_hold
from reuse_gateway.connectors.rest_json import json_bytes
from reuse_gateway.connectors.tokens import Issued, checked_token
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.domain.holding import Doubt
from reuse_gateway.domain.vietnam import VIETNAM


class Login:
    """Fetches one session per call of `fetch`."""

    def __init__(self, facts: LoginSession, send: Send, secrets: Secrets, clock: Clock) -> None:
        self._facts, self._send, self._secrets, self._clock = facts, send, secrets, clock

    async def fetch(self) -> Issued:
        """Raises Trouble; an answer that says no is a denial, whatever its status."""
        facts = self._facts
        answer = await self._send(self._request())
        refuse_status(answer)
        try:
            told = decode_json(answer.body)
        except Undecodable:
            raise Trouble(Doubt.BAD_ANSWER, ailing=True) from None
        if facts.accepted is not None and not all_hold(facts.accepted, told, answer.status):
            raise Trouble(Doubt.SOURCE_DENIED)
        values = {"token": checked_token(facts.token.text_at(told))}
        values |= {f"token.{name}": checked_token(path.text_at(told)) for name, path in facts.tokens.items()}
        return Issued(values, self._lasts_s(told))

    def _request(self) -> Outgoing:
        facts, secrets = self._facts, self._secrets
        headers = [("content-type", "application/json")]
        headers += [(name, slot.fill(secrets, {})) for name, slot in facts.headers.items()]
        plain = Outgoing("POST", facts.path, tuple(headers), json_bytes(fill_secrets(facts.json_body, secrets, {})))
        return placed(plain, [place for place in facts.places if place.login_too], secrets, {})

    def _lasts_s(self, told: Any) -> float:
        """Seconds, or until an instant (one without an offset is Vietnamese time); what cannot be read is the fixed time."""
        text = self._facts.lasts_at.text_at(told) if self._facts.lasts_at else None
        if not text:
            return self._facts.lasts_s
        if text.isascii() and text.isdigit() and len(text) < 8:
            return float(text)
        try:
            ends_at = datetime.fromisoformat(text)
        except ValueError:
            return self._facts.lasts_s
        ends_at = ends_at if ends_at.tzinfo else ends_at.replace(tzinfo=VIETNAM)
        remaining_s = (ends_at - self._clock.now()).total_seconds()
        return min(max(remaining_s, 1.0), 86_400.0)
