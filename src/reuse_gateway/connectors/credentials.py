"""Ways to show who asks: fixed values, a digest made per call, or a token that a login yields. One class per way."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Protocol
from urllib.parse import urlsplit

from reuse_gateway.application.ports import Clock
from reuse_gateway.connectors.auth_facts import DigestTimestamp
from reuse_gateway.connectors.deployed import Place, Secrets, Told
from reuse_gateway.connectors.exchange import CannotPlace, Outgoing
from reuse_gateway.connectors.tokens import Issued, Tokens
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.domain.holding import Doubt


class Credentials(Protocol):
    """What a call carries beside its question."""

    async def dress(self, outgoing: Outgoing, deadline: float) -> tuple[Outgoing, Issued | None]:
        """The question with everything on it, and the token that was used; raises Trouble, or TimeoutError at the deadline."""
        ...

    def refused(self, issued: Issued | None) -> bool:
        """The source did not accept it. True where another try carries something new."""
        ...

    async def aclose(self) -> None: ...


class FixedCredentials:
    """Keys, static bearer tokens, composite headers, or nothing."""

    def __init__(self, places: Iterable[Place], secrets: Secrets) -> None:
        self._places, self._secrets = tuple(places), secrets

    async def dress(self, outgoing: Outgoing, deadline: float) -> tuple[Outgoing, Issued | None]:
        return placed(outgoing, self._places, self._secrets, {}), None

    def refused(self, issued: Issued | None) -> bool:
        """The same value would be refused again."""
        return False

    async def aclose(self) -> None:
        return None


class DigestCredentials:
    """`Basic base64(user ":" sha256hex(URL or path + user + timestamp + secret))` with the timestamp in a header of its own."""

    def __init__(self, facts: DigestTimestamp, base_url: str, secrets: Secrets, clock: Clock) -> None:
        self._facts, self._secrets, self._clock = facts, secrets, clock
        self._base_url = base_url.rstrip("/")
        self._base_path = urlsplit(self._base_url).path

    async def dress(self, outgoing: Outgoing, deadline: float) -> tuple[Outgoing, Issued | None]:
        facts, user = self._facts, self._secrets(self._facts.user_name)
        seconds = self._clock.now().timestamp()
        stamp = str(int(seconds * 1_000) if facts.unit == "ms" else int(seconds))
        path = outgoing.target.partition("?")[0]
        over = self._base_url + path if facts.over == "url" else self._base_path + path
        digest = hashlib.sha256(f"{over}{user}{stamp}{self._secrets(facts.key_name)}".encode()).hexdigest()
        basic = base64.b64encode(f"{user}:{digest}".encode()).decode()
        dressed = placed(outgoing, facts.also, self._secrets, {})
        return dressed.with_header(facts.header, stamp).with_header("authorization", f"Basic {basic}"), None

    def refused(self, issued: Issued | None) -> bool:
        """A new timestamp is made for every call, so one that came too late is worth one more try."""
        return True

    async def aclose(self) -> None:
        return None


class IssuedCredentials:
    """A token or session, kept while it is good and fetched once however many calls wait."""

    def __init__(self, tokens: Tokens, places: Iterable[Place], secrets: Secrets) -> None:
        self._tokens, self._places, self._secrets = tokens, tuple(places), secrets

    async def dress(self, outgoing: Outgoing, deadline: float) -> tuple[Outgoing, Issued | None]:
        issued = await self._tokens.current(deadline)
        return placed(outgoing, self._places, self._secrets, issued.values), issued

    def refused(self, issued: Issued | None) -> bool:
        if issued is not None:
            self._tokens.forget(issued)
        return True

    async def aclose(self) -> None:
        await self._tokens.aclose()


def placed(outgoing: Outgoing, places: Iterable[Place], secrets: Secrets, tokens: Told) -> Outgoing:
    """The question with each value in its place; raises Trouble where the question has no such place."""
    try:
        for place in places:
            outgoing = outgoing.placed(place.at, place.name, place.fill(secrets, tokens))
    except (CannotPlace, ValueError):
        raise Trouble(Doubt.BAD_ANSWER) from None
    return outgoing
