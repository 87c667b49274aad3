"""The security server (máy chủ bảo mật, VXP / X-Road lineage) in front of a source: a wrapper around any HTTP protocol."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from reuse_gateway.connectors.deployed import Place, Secrets, secret_names
from reuse_gateway.connectors.exchange import Answer, Outgoing
from reuse_gateway.connectors.predicates import Strict
from reuse_gateway.connectors.scalars import UrlPath
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.domain.holding import Doubt


class Through(Strict):
    """`forward` goes before paths: `/XrdAdapter/RestService/forward`, `/VXPAdapter/RestService/forward`, `/r1/<service>`.

    `put` says who we are and whom we mean (`X-Road-Client`, `ApiKey`, `dstcode`, `providerurl`), as header or query; the values
    are deployed by name.
    """

    forward: UrlPath = Field(default="/")
    put: tuple[Place, ...] = Field(default=(), max_length=8)

    @property
    def secret_names(self) -> frozenset[str]:
        """Everything that the deployment must know by name."""
        return secret_names(slot for place in self.put for slot in place.slots)


class SecurityServer:
    """Logins and calls alike go through it."""

    def __init__(self, facts: Through | None, secrets: Secrets) -> None:
        self._prefix = facts.forward.rstrip("/") if facts else ""
        self._put = [(place.at, place.name, place.fill(secrets, {})) for place in facts.put] if facts else []

    def wrapped(self, outgoing: Outgoing) -> Outgoing:
        """The same question, addressed."""
        wrapped = replace(outgoing, target=self._prefix + outgoing.target)
        for at, name, value in self._put:
            wrapped = wrapped.placed(at, name, value)
        return wrapped

    def unwrapped(self, answer: Answer) -> Answer:
        """The source's own answer. What the security server itself has to say is never the source's: raises Trouble.

        X-Road marks its own errors with the header `X-Road-Error` (REST message protocol), whatever the status is.
        """
        fault = answer.headers.get("x-road-error")
        if fault is None:
            return answer
        if "accessdenied" in fault.lower().replace("_", ""):
            raise Trouble(Doubt.SOURCE_DENIED)
        raise Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True, retryable=True)
