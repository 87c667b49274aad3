"""Form sessions as sealed tokens `rgs_KID.BASE64URL` (AES-256-GCM): the person stands in them for nobody but this gateway.

Nothing is kept of a session until it is used up, so there is nothing to leak and nothing to clean.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reuse_gateway.domain.errors import Fault, InvalidInput, NotAllowed
from reuse_gateway.domain.form_session import FormSession
from reuse_gateway.domain.subject_json import subject_of, subject_told
from reuse_gateway.signing.keys import SecretKey

PREFIX = "rgs_"
_NONCE, _LONGEST = 12, 8_192


class SealedSessions:
    """Port `FormSessions`."""

    def __init__(self, keys: Sequence[SecretKey]) -> None:
        """`keys` newest first; that one seals, all open."""
        self._newest, self._keys = keys[0].kid, {key.kid: AESGCM(key.secret[:32]) for key in keys}

    def seal(self, session: FormSession) -> str:
        """The token; the same session never gives the same token twice. Raises InvalidInput for one that would not open."""
        nonce, told = secrets.token_bytes(_NONCE), json.dumps(_told(session), ensure_ascii=False, separators=(",", ":"))
        sealed = self._keys[self._newest].encrypt(nonce, told.encode(), _bound(self._newest))
        token = f"{PREFIX}{self._newest}.{urlsafe_b64encode(nonce + sealed).decode().rstrip('=')}"
        if len(token) > _LONGEST:
            raise InvalidInput(Fault("/others", "too_long"))
        return token

    def open(self, token: str) -> FormSession:
        """The session, also where its time is over; raises NotAllowed(`session_invalid`)."""
        try:
            if not token.startswith(PREFIX) or len(token) > _LONGEST:
                raise ValueError
            kid, _, text = token.removeprefix(PREFIX).partition(".")
            raw = urlsafe_b64decode(text.encode("ascii") + b"===")
            return _session(json.loads(self._keys[kid].decrypt(raw[:_NONCE], raw[_NONCE:], _bound(kid))))
        except (InvalidTag, ValueError, KeyError, TypeError):
            raise NotAllowed(code="session_invalid") from None


def _bound(kid: str) -> bytes:
    """What else the seal vouches for: another kind of sealed value under the same key would not open here."""
    return f"form-session-1 {kid}".encode()


def _told(session: FormSession) -> dict[str, Any]:
    return {
        "id": session.id,
        "form": session.form_id,
        "subject": subject_told(session.subject),
        "agency": session.agency,
        "client": session.client_id,
        "until": session.expires_at.isoformat(),
        "others": {role: subject_told(other) for role, other in session.others.items()},
        "case": session.case,
        "dossier": session.dossier,
        "officer": session.officer,
        "origin": session.origin,
    }


def _session(told: Mapping[str, Any]) -> FormSession:
    return FormSession(
        id=told["id"],
        form_id=told["form"],
        subject=subject_of(told["subject"]),
        agency=told["agency"],
        client_id=told["client"],
        expires_at=datetime.fromisoformat(told["until"]),
        others={role: subject_of(other) for role, other in told["others"].items()},
        case=told["case"],
        dossier=told["dossier"],
        officer=told["officer"],
        origin=told["origin"],
    )
