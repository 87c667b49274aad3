"""How a simulated source lets callers in: what it asks for, and the body with which it refuses. Data only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Facts(BaseModel):
    """Unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Refusal(Facts):
    """Many sources refuse with HTTP 200 and a code in the body."""

    body: str
    status: int = Field(default=200, ge=200, le=599)


class Shown(Facts):
    """Where a value must stand in a call, behind its prefix."""

    at: Literal["header", "query", "json"] = Field(alias="in")
    name: str
    prefix: str = ""


class TokenFacts(Facts):
    """OAuth2: where tokens are issued, how long they last, for which grant, and the body that refuses a wrong one.

    `with_header`: the token endpoint wants that header as well.
    """

    path: str
    expires_s: int = Field(ge=1)
    refusal: str
    grant: Literal["client_credentials", "password"] = "client_credentials"
    public: Literal["true", "false"] = "false"
    with_header: str | None = None


class LoginDoor(Facts):
    """A JSON login that answers with a session; `answer` is filled with `${session}` (and `${second}`, a second token)."""

    type: Literal["login"]
    path: str
    user_field: str
    password_field: str
    hashed: Literal["md5"] | None = None
    expires_s: int = Field(ge=1)
    answer: str
    refused_login: Refusal
    session: Shown
    refusal: Refusal


class DigestDoor(Facts):
    """Basic of user and SHA-256 over URL or path, user, timestamp and secret; the timestamp may be `within_s` off."""

    type: Literal["digest"]
    over: Literal["url", "path"] = "path"
    unit: Literal["ms", "s"] = "ms"
    header: str = "Timestamp"
    within_s: int = Field(default=300, ge=1)
    refusal: Refusal


class KeyDoor(Facts):
    """A fixed key somewhere."""

    type: Literal["key"]
    key: Shown
    refusal: Refusal


class CompositeDoor(Facts):
    """A header that holds a small JSON in Base64; every field named must hold a simulated value."""

    type: Literal["composite"]
    header: str
    fields: dict[str, str] = Field(min_length=1)
    refusal: Refusal


Door = Annotated[LoginDoor | DigestDoor | KeyDoor | CompositeDoor, Field(discriminator="type")]


class Behind(Facts):
    """A security server before the source: everything is below `forward`, and who asks for whom must be said."""

    forward: str
    wants: tuple[Shown, ...] = ()
    refusal: Refusal
