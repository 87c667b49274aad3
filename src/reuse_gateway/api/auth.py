"""Who calls and what it may do: a bearer token, then the scope the route names. Refusals are recorded, sparingly."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request

from reuse_gateway.application.ports import Clock, Recorder, Refusal, Tokens
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import NotAllowed, NotAuthenticated, StoreError

# A flood of bad tokens must not fill the ledger: one refusal of a kind and minute is kept, the rest are only counted.
_PAUSE_S = 60


@dataclass(slots=True)
class Door:
    """Lets callers in by token and scope."""

    tokens: Tokens
    recorder: Recorder
    clock: Clock
    _told: dict[tuple[str, str], float] = field(default_factory=dict)

    async def caller(self, request: Request, *scopes: str) -> Caller:
        """One of the scopes is enough, `admin` opens every door. Raises NotAuthenticated, NotAllowed(`insufficient_scope`)."""
        try:
            caller = await self.tokens.caller(bearer(request))
        except NotAuthenticated as error:
            await self._refused("", "", error.code, request.url.path)
            raise
        if not caller.scopes & {*scopes, "admin"}:
            await self._refused(caller.client_id, caller.agency, NotAllowed.code, request.url.path)
            raise NotAllowed(scope=scopes)
        return caller

    async def refused(self, client_id: str, agency: str, code: str, path: str) -> None:
        """Keep that a call was turned away which proved itself in another way than by a token."""
        await self._refused(client_id, agency, code, path)

    async def _refused(self, client_id: str, agency: str, code: str, path: str) -> None:
        now = self.clock.now()
        key = (client_id, code)
        if now.timestamp() - self._told.get(key, 0.0) < _PAUSE_S or len(self._told) > 10_000:
            return
        self._told[key] = now.timestamp()
        try:
            await self.recorder.record_refusal(Refusal(now, client_id, agency, code, _route(path)))
        except StoreError:
            self._told.pop(key, None)


def bearer(request: Request) -> str:
    """The token of the Authorization header; raises NotAuthenticated."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated()
    return token.strip()


def _route(path: str) -> str:
    """The resource without ids: paths end in what the caller chose."""
    return "/".join(path.split("/")[:3])[:64]
