"""Secrets of forms, derived from the key ring and stored nowhere: per form and issue one to sign with, one to send.

Two, because a password that Basic authentication sends along with each call must not be able to sign one.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping, Sequence

from reuse_gateway.application.form_ports import IssuedSecret
from reuse_gateway.signing.keys import SecretKey
from reuse_gateway.signing.webhook_signatures import PREFIX, RunningSignature


class DerivedSecrets:
    """Port `FormSecrets`."""

    def __init__(self, keys: Sequence[SecretKey]) -> None:
        """`keys` newest first; an issue names its key, and is void when the key's file has gone."""
        self.newest, self._keys = keys[0].kid, {key.kid: key.secret for key in keys}

    def signing(self, issue: IssuedSecret) -> str:
        """`whsec_` and 32 bytes in Base64, as Standard Webhooks libraries take it."""
        return PREFIX + b64encode(self._derived("sign", issue)).decode()

    def password(self, issue: IssuedSecret) -> str:
        """For Basic authentication, a header or a field of the body."""
        return "rgp_" + urlsafe_b64encode(self._derived("send", issue)).decode().rstrip("=")

    def is_password(self, told: str, issues: Sequence[IssuedSecret]) -> bool:
        """Is it the password of one of these issues? Takes the same time whichever it is."""
        digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()
        kept = [hashlib.sha256(self.password(issue).encode()).digest() for issue in self._living(issues)]
        return True in [hmac.compare_digest(digest, each) for each in kept]

    def signature(self, headers: Mapping[str, str], issues: Sequence[IssuedSecret], now_s: float) -> RunningSignature:
        """The check of a Standard Webhooks signature, to be fed with the body; raises NotAuthenticated for its headers."""
        return RunningSignature(headers, [self._derived("sign", issue) for issue in self._living(issues)], now_s)

    def _living(self, issues: Sequence[IssuedSecret]) -> list[IssuedSecret]:
        return [issue for issue in issues if issue.kid in self._keys]

    def _derived(self, use: str, issue: IssuedSecret) -> bytes:
        told = f"form-secret-1 {use} {issue.form_id} {issue.serial}"
        return hmac.digest(self._keys[issue.kid], told.encode(), "sha256")
