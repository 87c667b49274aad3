"""Bearer access tokens (RFC 9068 profile): the embedded issuer, and verification of its tokens or an outside issuer's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from reuse_gateway.domain.agency import agency_code
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import NotAllowed, NotAuthenticated

ALGORITHMS = ["Ed25519", "ES256", "RS256"]
# RFC 9068 section 4: an identity token of the same issuer is no access token.
_TYPES = ("at+jwt", "application/at+jwt")
_CLIENT = re.compile(r"(?!.*[0-9]{9})[A-Za-z0-9._:-]{1,128}")
_LEEWAY_S, _REMEMBERED, _LONGEST_TOKEN = 60, 4096, 8192


@dataclass(frozen=True, slots=True)
class Client:
    """A client of the embedded issuer. `secret_sha256` is the digest of a random secret of at least 128 bits."""

    client_id: str
    agency: str
    scopes: frozenset[str]
    secret_sha256: bytes


class Keys(Protocol):
    """Public keys of one issuer."""

    async def key_set(self, kid: str | None) -> KeySet:
        """The keys; asks the issuer again (not more often than it allows) when `kid` is not among them."""
        ...


class TokenIssuer:
    """The embedded token desk: OAuth2 client credentials for the clients it is given, and for nobody else."""

    def __init__(self, key: OKPKey, clients: Mapping[str, Client], issuer: str, audience: str, life_s: int) -> None:
        self._key, self._clients = key, clients
        self._issuer, self._audience, self._life_s = issuer, audience, life_s
        self._public = KeySet([OKPKey.import_key(key.as_dict(private=False))])

    async def key_set(self, kid: str | None) -> KeySet:
        """Its own public key, for the verifier beside it."""
        return self._public

    def issue(self, client_id: str, secret: str, scope: str | None) -> Mapping[str, Any]:
        """The token response of RFC 6749 5.1; raises NotAuthenticated(`invalid_client`), NotAllowed(`invalid_scope`)."""
        client = self._clients.get(client_id)
        digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
        known = hmac.compare_digest(digest, client.secret_sha256 if client else b"\x00" * 32)
        if client is None or not known:
            raise NotAuthenticated(code="invalid_client")
        wanted = frozenset(scope.split()) if scope else client.scopes
        if not wanted <= client.scopes:
            raise NotAllowed(code="invalid_scope")
        told = " ".join(sorted(wanted))
        now = int(time.time())
        claims = {
            "iss": self._issuer, "aud": self._audience, "sub": client_id, "client_id": client_id,
            "agency": client.agency, "scope": told, "iat": now, "exp": now + self._life_s,
        }  # fmt: skip
        header = {"alg": "Ed25519", "kid": self._key.kid, "typ": "at+jwt"}
        token = jwt.encode(header, claims, self._key, algorithms=ALGORITHMS)
        return {"access_token": token, "token_type": "Bearer", "expires_in": self._life_s, "scope": told}


class TokenVerifier:
    """Turns a token into its caller; a token once verified is remembered until it expires, at most a minute."""

    def __init__(self, issuers: Mapping[str, Keys], audience: str) -> None:
        self._issuers, self._audience = issuers, audience
        self._claims = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S, exp={"essential": True}, aud={"essential": True, "value": audience}
        )
        self._seen: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()

    async def caller(self, token: str) -> Caller:
        """Signature, algorithm, issuer, audience and times hold, or NotAuthenticated(`invalid_token`)."""
        if len(token) > _LONGEST_TOKEN:
            raise NotAuthenticated()
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        until, caller = self._seen.get(digest, (0.0, None))
        if caller is not None and time.time() < until:
            return caller
        claims = await self.claims(token)
        caller = self._caller(claims)
        self._remember(digest, min(claims["exp"], time.time() + 60), caller)
        return caller

    async def claims(self, token: str) -> Mapping[str, Any]:
        """What a token says, proved to be said by an issuer we know to this audience; raises NotAuthenticated."""
        if len(token) > _LONGEST_TOKEN:
            raise NotAuthenticated()
        try:
            header, issuer = _unverified(token)
            keys = self._issuers.get(issuer)
            if keys is None or header.get("alg") not in ALGORITHMS or str(header.get("typ")).lower() not in _TYPES:
                raise NotAuthenticated()
            key_set = await keys.key_set(header.get("kid"))
            claims = jwt.decode(token, key_set, algorithms=ALGORITHMS).claims
            self._claims.validate(claims)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise NotAuthenticated() from error
        if claims.get("iss") != issuer:
            raise NotAuthenticated()
        return claims

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        client, agency, scope = (claims.get(name) for name in ("client_id", "agency", "scope"))
        if not (isinstance(client, str) and isinstance(agency, str) and isinstance(scope, str) and _CLIENT.fullmatch(client)):
            raise NotAuthenticated()
        try:
            return Caller(client, agency_code(agency), frozenset(scope.split()))
        except ValueError:
            raise NotAuthenticated() from None

    def _remember(self, digest: bytes, until: float, caller: Caller) -> None:
        self._seen[digest] = (until, caller)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)


def _unverified(token: str) -> tuple[Mapping[str, Any], str]:
    """Header and issuer as the token claims them: only to find whose keys to verify it with."""
    header, payload, _ = token.encode().split(b".")
    head, claims = (json.loads(base64.urlsafe_b64decode(part + b"===")) for part in (header, payload))
    if not isinstance(head, dict) or not isinstance(claims, dict) or not isinstance(claims.get("iss"), str):
        raise ValueError("not a token")
    return head, claims["iss"]
