"""How a source wants to know who asks: a closed list of ways, each a few facts. Secrets are named, never written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from reuse_gateway.connectors.deployed import Place, SecretSlot, SecretSlotField, compile_secrets, secret_names, secret_slots_in
from reuse_gateway.connectors.paths import PathField
from reuse_gateway.connectors.predicates import Conditions, Strict
from reuse_gateway.connectors.scalars import FieldName, SecretName, Truth, UrlPath

_BEARER = Place.model_validate({"in": "header", "name": "authorization", "value": "Bearer {token}"})


class _Auth(Strict):
    """`also` adds places to any way (`lgspaccesstoken` = Base64 of a small JSON)."""

    also: tuple[Place, ...] = Field(default=(), max_length=8)

    @property
    def places(self) -> tuple[Place, ...]:
        """All places that a call carries."""
        return self.also

    @property
    def secret_names(self) -> frozenset[str]:
        """Everything that the deployment must know by name."""
        own = {getattr(self, field) for field in type(self).model_fields if field.endswith("_name") and getattr(self, field)}
        return frozenset(own) | secret_names(slot for place in self.places for slot in place.slots)

    @model_validator(mode="after")
    def _tokens_are_issued(self) -> _Auth:
        asked = {token for place in self.places for slot in place.slots for token in slot.tokens}
        early = any(slot.tokens for place in self.places if place.login_too for slot in place.slots)
        if early or not asked <= self.issues():
            raise ValueError("a place names a token that nobody has issued by then")
        return self

    def issues(self) -> frozenset[str]:
        """Tokens that this way yields."""
        return frozenset()


class NoAuth(_Auth):
    """The source asks for no credentials (inside network)."""

    type: Literal["none"]


class ApiKey(_Auth):
    """A fixed key in a header, the query or the JSON body."""

    type: Literal["api_key"]
    at: Literal["header", "query", "json"] = Field(alias="in")
    name: FieldName
    key_name: SecretName

    @property
    def places(self) -> tuple[Place, ...]:
        made = {"in": self.at, "name": self.name, "value": f"{{secret.{self.key_name}}}"}
        return (Place.model_validate(made), *self.also)


class Bearer(_Auth):
    """A fixed bearer token."""

    type: Literal["bearer"]
    token_name: SecretName

    @property
    def places(self) -> tuple[Place, ...]:
        made = {"in": "header", "name": "authorization", "value": f"Bearer {{secret.{self.token_name}}}"}
        return (Place.model_validate(made), *self.also)


class DigestTimestamp(_Auth):
    """Ministry security servers: `Timestamp`, and Basic of user and sha256hex(URL or path + user + timestamp + secret)."""

    type: Literal["digest_timestamp"]
    user_name: SecretName
    key_name: SecretName
    over: Literal["url", "path"] = "path"
    unit: Literal["ms", "s"] = "ms"
    header: FieldName = "Timestamp"


class IssuedAuth(_Auth):
    """`host: login` = the tokens come from another host, whose base URL is deployed as `<source id>.login`."""

    host: Literal["own", "login"] = "own"

    @property
    def places(self) -> tuple[Place, ...]:
        return (_BEARER, *self.also)

    def issues(self) -> frozenset[str]:
        return frozenset({"token"})


class ClientCredentials(IssuedAuth):
    """OAuth2 client credentials (RFC 6749 section 4.4), as the provincial integration platforms issue tokens."""

    type: Literal["oauth2_client_credentials"]
    token_path: UrlPath
    style: Literal["basic", "form"]
    client_id_name: SecretName
    client_secret_name: SecretName
    scope: str | None = None


class PasswordGrant(IssuedAuth):
    """OAuth2 password grant (RFC 6749 section 4.3); `public` = a client without a secret."""

    type: Literal["oauth2_password"]
    token_path: UrlPath
    style: Literal["basic", "form", "public"]
    client_id_name: SecretName
    client_secret_name: SecretName | None = None
    username_name: SecretName
    password_name: SecretName
    scope: str | None = None

    @model_validator(mode="after")
    def _secret_where_needed(self) -> PasswordGrant:
        if (self.style == "public") != (self.client_secret_name is None):
            raise ValueError("client_secret_name is needed, except where style is public")
        return self


class Keycloak(IssuedAuth):
    """Keycloak of a realm; servers before version 17 keep everything below `/auth`."""

    type: Literal["keycloak"]
    realm: FieldName
    below_auth: Truth = True
    grant: Literal["client_credentials", "password"] = "client_credentials"
    client_id_name: SecretName
    client_secret_name: SecretName | None = None
    username_name: SecretName | None = None
    password_name: SecretName | None = None

    @model_validator(mode="after")
    def _grant_is_whole(self) -> Keycloak:
        person = self.username_name and self.password_name
        if not (person if self.grant == "password" else self.client_secret_name):
            raise ValueError("a password grant names username and password, client credentials a client secret")
        return self

    def as_grant(self) -> ClientCredentials | PasswordGrant:
        """The same said as OAuth2; clients authenticate with Basic, or not at all."""
        path = f"{'/auth' if self.below_auth else ''}/realms/{self.realm}/protocol/openid-connect/token"
        told: dict[str, Any] = {"token_path": path, "client_id_name": self.client_id_name, "host": self.host, "also": self.also}
        told["client_secret_name"] = self.client_secret_name
        if self.grant == "client_credentials":
            return ClientCredentials.model_validate(told | {"type": "oauth2_client_credentials", "style": "basic"})
        told |= {"username_name": self.username_name, "password_name": self.password_name}
        style = "basic" if self.client_secret_name else "public"
        return PasswordGrant.model_validate(told | {"type": "oauth2_password", "style": style})


class LoginSession(IssuedAuth):
    """Log in once, carry the session: the national portal and the services built like it.

    `accepted` must hold of the login's answer; `tokens` names further tokens beside `token`; a session lasts `lasts_s`, or as
    long as the answer says at `lasts_at` (seconds, or the instant of its end). `put` says where the session goes.
    """

    type: Literal["login_session"]
    path: UrlPath
    headers: dict[FieldName, SecretSlotField] = Field(default_factory=dict)
    json_body: Annotated[Any, BeforeValidator(compile_secrets)] = Field(alias="json")
    accepted: Conditions | None = None
    token: PathField
    tokens: dict[str, PathField] = Field(default_factory=dict, max_length=4)
    lasts_s: float = Field(default=600, gt=0, le=86_400)
    lasts_at: PathField | None = None
    put: tuple[Place, ...] = Field(min_length=1, max_length=6)

    @property
    def places(self) -> tuple[Place, ...]:
        return (*self.put, *self.also)

    @property
    def login_slots(self) -> tuple[SecretSlot, ...]:
        return (*self.headers.values(), *secret_slots_in(self.json_body))

    @property
    def secret_names(self) -> frozenset[str]:
        return super().secret_names | secret_names(self.login_slots)

    def issues(self) -> frozenset[str]:
        return frozenset({"token"} | {f"token.{name}" for name in self.tokens})

    @model_validator(mode="after")
    def _login_needs_no_token(self) -> LoginSession:
        if any(slot.tokens for slot in self.login_slots):
            raise ValueError("the login cannot carry the token it asks for")
        return self


Auth = Annotated[
    NoAuth | ApiKey | Bearer | DigestTimestamp | ClientCredentials | PasswordGrant | Keycloak | LoginSession,
    Field(discriminator="type"),
]
