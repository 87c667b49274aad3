"""Citizens' own tokens: another audience and scope than those of offices, and a claim with the personal number."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from reuse_gateway.domain.errors import NotAllowed, NotAuthenticated
from reuse_gateway.domain.subject import Citizen, NotAnIdentifier, PersonalId
from reuse_gateway.signing.tokens import ALGORITHMS, TokenVerifier

SCOPE = "citizen:read"


class CitizenVerifier:
    """Port `CitizenTokens`. `tokens` verifies for the audience of citizens; `claim` names the personal number."""

    def __init__(self, tokens: TokenVerifier, claim: str) -> None:
        self._tokens, self._claim = tokens, claim

    async def citizen(self, token: str) -> Citizen:
        """Who has logged in; raises NotAuthenticated(`invalid_token`) for every other token, an office's too."""
        claims = await self._tokens.claims(token)
        scope, number = claims.get("scope"), claims.get(self._claim)
        if not isinstance(scope, str) or SCOPE not in scope.split() or not isinstance(number, str):
            raise NotAuthenticated()
        try:
            return Citizen(PersonalId.parse(number))
        except NotAnIdentifier:
            raise NotAuthenticated() from None


class DemoCitizens:
    """Tokens for people who do not exist: the embedded demo has no identity provider."""

    def __init__(self, key: OKPKey, issuer: str, audience: str, claim: str, life_s: int) -> None:
        self._key, self._issuer, self._audience, self._claim, self._life_s = key, issuer, audience, claim, life_s

    def issue(self, number: str) -> Mapping[str, Any]:
        """The token response of RFC 6749 5.1; raises NotAllowed for a number that could be somebody's."""
        try:
            synthetic = PersonalId.parse(number).synthetic
        except NotAnIdentifier:
            synthetic = False
        if not synthetic:
            raise NotAllowed(code="synthetic_only")
        now = int(time.time())
        claims = {"iss": self._issuer, "aud": self._audience, "sub": "citizen", self._claim: number, "scope": SCOPE,
                  "iat": now, "exp": now + self._life_s}  # fmt: skip
        header = {"alg": "Ed25519", "kid": self._key.kid, "typ": "at+jwt"}
        token = jwt.encode(header, claims, self._key, algorithms=ALGORITHMS)
        return {"access_token": token, "token_type": "Bearer", "expires_in": self._life_s, "scope": SCOPE}
