"""The doors of simulated sources: they really check what they were shown."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from reuse_gateway.simulation.door_facts import Behind, CompositeDoor, DigestDoor, Door, KeyDoor, LoginDoor, Shown
from reuse_gateway.simulation.tokens import CLIENT_ID, CLIENT_SECRET, ROUTED, basic_pair


async def shown_in(request: Request, where: Shown) -> str:
    """The value that a call shows at that place; "" where there is none."""
    if where.at == "json":
        told = await json_of(request)
        value = str(told.get(where.name, "")) if isinstance(told, Mapping) else ""
    else:
        held = request.headers if where.at == "header" else request.query_params
        value = held.get(where.name, "")
    return value.removeprefix(where.prefix) if value.startswith(where.prefix) else ""


async def json_of(request: Request) -> Any:
    """The JSON body; None where it is none."""
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


class Sessions:
    """Sessions of one source: really issued, really demanded, really ending."""

    def __init__(self, facts: LoginDoor) -> None:
        self._facts = facts
        self._ends: dict[str, float] = {}
        self.issued = 0

    def open(self, told: Any) -> str | None:
        """A session for the right user; None for any other."""
        user, password = (
            (told.get(self._facts.user_field), told.get(self._facts.password_field)) if _is_map(told) else (None,) * 2
        )
        wanted = hashlib.md5(CLIENT_SECRET.encode(), usedforsecurity=False).hexdigest()
        if (user, password) != (CLIENT_ID, wanted if self._facts.hashed else CLIENT_SECRET):
            return None
        session = secrets.token_hex(16)
        self._ends[session] = time.monotonic() + self._facts.expires_s
        self.issued += 1
        return session

    async def admits(self, request: Request) -> bool:
        return self._ends.get(await shown_in(request, self._facts.session), 0.0) > time.monotonic()

    def revoke_all(self) -> None:
        """All sessions end now."""
        self._ends.clear()


def _is_map(told: Any) -> bool:
    return isinstance(told, Mapping)


async def admits(door: Door, request: Request) -> bool:
    """Does what this call shows open a door without sessions?"""
    if isinstance(door, DigestDoor):
        return _digest_holds(door, request)
    if isinstance(door, KeyDoor):
        return await shown_in(request, door.key) == CLIENT_SECRET
    return isinstance(door, CompositeDoor) and _composite_holds(door, request)


def _digest_holds(door: DigestDoor, request: Request) -> bool:
    stamp = request.headers.get(door.header, "")
    pair = basic_pair(request.headers.get("authorization", ""))
    if pair is None or not stamp.isdigit():
        return False
    seconds = int(stamp) / (1_000 if door.unit == "ms" else 1)
    if abs(seconds - time.time()) > door.within_s:
        return False
    over = str(request.url.replace(query="")) if door.over == "url" else request.url.path
    wanted = hashlib.sha256(f"{over}{CLIENT_ID}{stamp}{CLIENT_SECRET}".encode()).hexdigest()
    return pair[0] == CLIENT_ID and hmac.compare_digest(pair[1], wanted)


def _composite_holds(door: CompositeDoor, request: Request) -> bool:
    try:
        told = json.loads(base64.b64decode(request.headers.get(door.header, ""), validate=True))
    except (binascii.Error, ValueError):
        return False
    return told == door.fields


async def addressed(behind: Behind, request: Request) -> bool:
    """Does the call say who asks and whom it means, as the security server wants?"""
    return all([await shown_in(request, where) == ROUTED for where in behind.wants])
