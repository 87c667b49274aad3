"""Webhooks out on the wire: what administrators send and get."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator

from reuse_gateway.api.schemas import Strict
from reuse_gateway.domain.free_text import names_somebody, plain, says_something, url_names_somebody
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.webhook import Attempt, Standing, Subscription

_KIND = r"^(\*|[a-z][a-z_]*(\.[a-z][a-z_]*)*\.\*|[a-z][a-z_]*(\.[a-z][a-z_]*)+)$"
Kinds = Annotated[list[Annotated[str, Field(max_length=64, pattern=_KIND)]], Field(min_length=1, max_length=32)]
_LETTERS = 5


def _nobodys(url: str) -> str:
    if url_names_somebody(url):
        raise ValueError("personal_number_in_ref")
    return url


Url = Annotated[str, Field(min_length=8, max_length=2_048), AfterValidator(_nobodys)]


class ReasonIn(Strict):
    """Why; kept for ever, so nobody is named."""

    reason: str = Field(min_length=10, max_length=500)

    @field_validator("reason")
    @classmethod
    def _names_nobody(cls, reason: str) -> str:
        if names_somebody(reason):
            raise ValueError("personal_number")
        if not says_something(reason, _LETTERS):
            raise ValueError("too_short")
        return plain(reason)


class WebhookIn(ReasonIn):
    """A new subscription: kinds of events as `violation.detected`, a family `violation.*`, or `*`."""

    url: Url = Field(examples=["https://siem.example/hooks/reuse"])
    kinds: Kinds = Field(examples=[["violation.*", "checkpoint.daily"]])


class WebhookChangeIn(ReasonIn):
    """What is to be another; `on` switches it off, or on again."""

    url: Url | None = None
    kinds: Kinds | None = None
    on: bool | None = None


class ReplayIn(ReasonIn):
    """Behind which place to go on: an earlier one delivers again, a later one leaves out."""

    after: str = Field(max_length=40, pattern=r"^(0|[1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,8})$", examples=["1041.0"])


WEBHOOKS = (WebhookIn, WebhookChangeIn, ReasonIn, ReplayIn)


def subscription_out(made: Subscription, standing: Standing | None = None) -> dict[str, Any]:
    """A subscription, without its secret."""
    told = {
        "webhook_id": made.id,
        "revision": made.revision,
        "url": made.url,
        "kinds": list(made.kinds),
        "state": made.state.value,
        "secret_serial": made.serial,
        "changed_at": instant(made.at),
        "changed_by": made.client_id,
        "agency": made.agency,
        "reason": made.reason,
    }
    return told | (_standing(standing) if standing else {})


def attempt_out(number: int, attempt: Attempt) -> dict[str, Any]:
    """One delivery as it went."""
    return {
        "number": number,
        "place": str(attempt.place),
        "kind": attempt.kind,
        "at": instant(attempt.at),
        "try": attempt.tried,
        "outcome": attempt.outcome,
        "status": attempt.status,
        "took_ms": attempt.took_ms,
    }


def _standing(standing: Standing) -> dict[str, Any]:
    since = standing.failing_since
    told = {"after": str(standing.after), "tries": standing.tries, "failing_since": since and instant(since)}
    return told | {"next_at": instant(standing.next_at) if standing.tries else None}
