"""Public keys of the province's own token issuer: fetched over HTTPS, kept, one fetch at a time and at most one in 30 s."""

from __future__ import annotations

import asyncio
import math
import time

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from reuse_gateway.domain.errors import NotAuthenticated

_KEPT_S, _PAUSE_S, _LARGEST = 600, 30, 262_144


class RemoteKeys:
    """JWKS (RFC 7517) at one URL. While the issuer is out of reach, keys already known go on being used."""

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self._url, self._client = url, client
        self._keys: KeySet | None = None
        self._kids: frozenset[str | None] = frozenset()
        self._fetched_at = self._tried_at = -math.inf
        self._lock = asyncio.Lock()

    async def key_set(self, kid: str | None) -> KeySet:
        """The keys, fetched anew when old or when `kid` is not among them; raises NotAuthenticated when there are none."""
        if self._fresh(kid):
            return self._known()
        async with self._lock:
            if not self._fresh(kid) and time.monotonic() - self._tried_at > _PAUSE_S:
                await self._fetch()
        return self._known()

    def _fresh(self, kid: str | None) -> bool:
        young = time.monotonic() - self._fetched_at < _KEPT_S
        return self._keys is not None and young and (kid is None or kid in self._kids)

    def _known(self) -> KeySet:
        if self._keys is None:
            raise NotAuthenticated()
        return self._keys

    async def _fetch(self) -> None:
        self._tried_at = time.monotonic()
        try:
            answer = await self._client.get(self._url, headers={"accept-encoding": "identity"}, timeout=3.0)
            answer.raise_for_status()
            if len(answer.content) > _LARGEST:
                return
            keys = KeySet.import_key_set(answer.json())
        except (httpx.HTTPError, JoseError, ValueError, TypeError, KeyError):
            return
        self._keys, self._fetched_at = keys, time.monotonic()
        self._kids = frozenset(key.kid for key in keys.keys)
