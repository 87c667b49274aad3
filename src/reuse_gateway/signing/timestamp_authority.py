"""Port `TimestampAuthority` over HTTP (RFC 3161 3.4): one POST, a reply of bounded size in bounded time, nothing followed."""

from __future__ import annotations

import asyncio

import httpx

from reuse_gateway.domain.errors import ProofError
from reuse_gateway.domain.time_stamp import TimeStamp
from reuse_gateway.signing.timestamps import TrustedStamps

LARGEST = 32_768
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


class HttpAuthority:
    """One authority at one URL. The signature is the proof, so plain http is no danger to it."""

    def __init__(self, url: str, client: httpx.AsyncClient, trust: TrustedStamps, within_s: float = 20.0) -> None:
        self._url, self._client, self._trust, self._within_s = url, client, trust, within_s

    async def stamp(self, text: bytes) -> TimeStamp:
        """Verified; raises ProofError(`tsa_*`) for everything else, also for what is only slow."""
        request, nonce = self._trust.request(text)
        try:
            async with asyncio.timeout(self._within_s):
                reply = await self._asked(request)
        except TimeoutError:
            raise ProofError(code="tsa_timed_out") from None
        except httpx.TimeoutException:
            raise ProofError(code="tsa_timed_out") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise ProofError(code="tsa_unreachable") from None
        return TimeStamp(await asyncio.to_thread(self._trust.verified, reply, text, nonce), reply)

    async def _asked(self, request: bytes) -> bytes:
        headers = {"content-type": _QUERY, "accept": _REPLY, "accept-encoding": "identity"}
        async with self._client.stream("POST", self._url, content=request, headers=headers, timeout=self._within_s) as answer:
            if answer.status_code != 200:
                raise ProofError(code="tsa_refused")
            if answer.headers.get("content-type", "").partition(";")[0].strip().lower() != _REPLY:
                raise ProofError(code="tsa_bad_answer")
            reply = b""
            async for part in answer.aiter_raw():
                reply += part
                if len(reply) > LARGEST:
                    raise ProofError(code="tsa_oversize")
        return reply
