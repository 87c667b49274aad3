"""Who speaks for a form: a signature, a token, a password, or the session that an intake server gave to a browser.

What a call carries decides how it is judged; one that fails in the way it chose is not let in by a weaker one.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from fastapi import Request

from reuse_gateway.api.exchange import spend_as_stranger
from reuse_gateway.api.form_shapes import FORM_ID
from reuse_gateway.api.services import Services
from reuse_gateway.application.form_ports import BodySignature, IssuedSecret
from reuse_gateway.application.issue_form_secret import good_secrets
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import CallerError, NotAllowed, NotAuthenticated, NotFound
from reuse_gateway.domain.form_session import FormSession
from reuse_gateway.domain.registered_form import FormVersion

SESSION, SECRET = "x-form-session", "x-form-secret"
_SCOPE = "form:write"
# Addresses end up in logs, histories and referrers.
_IN_ADDRESS = {"secret", "session", "token", "password", "key"}


@dataclass(frozen=True, slots=True)
class FormCaller:
    """A call let in: for which form, as whom, and within which session (None = a server that may name the person itself)."""

    form: FormVersion
    caller: Caller
    session: FormSession | None = None

    @property
    def browser(self) -> bool:
        """Anybody may be reading over its shoulder."""
        return self.session is not None


@dataclass(slots=True)
class Credentials:
    """What the head of a call carries; the body may carry a session or a secret instead."""

    services: Services
    request: Request
    bearer: Caller | None = None
    session: FormSession | None = None
    signature: BodySignature | None = None
    proven: str | None = None

    async def read(self) -> None:
        """Judge whatever does not need the body. Raises NotAuthenticated, NotAllowed, NotFound, StoreError."""
        spend_as_stranger(self.services, self.request)
        if _IN_ADDRESS & set(self.request.query_params):
            raise CallerError(code="secret_in_address")
        headers = self.request.headers
        scheme, _, told = headers.get("authorization", "").partition(" ")
        if headers.get("webhook-signature"):
            if form_id := self.named():
                await self.sign_for(form_id)
        elif scheme.lower() == "bearer":
            self.bearer = await self.services.door.caller(self.request, _SCOPE)
        elif scheme.lower() == "basic":
            form_id, _, password = _basic(told)
            await self.prove(form_id, password)
        elif headers.get(SECRET):
            await self.prove(self._named_surely(), headers[SECRET])
        elif headers.get(SESSION):
            self.use(headers[SESSION])

    def named(self) -> str | None:
        """The form as the address tells it: `?form=`, for builders whose bodies are not ours to shape."""
        return self.request.query_params.get("form")

    def _named_surely(self) -> str:
        if not (form_id := self.named()):
            raise CallerError(code="form_unnamed")
        return form_id

    @property
    def signed(self) -> bool:
        """The call carries a signature, whether or not it can be checked yet."""
        return bool(self.request.headers.get("webhook-signature"))

    async def sign_for(self, form_id: str) -> BodySignature:
        """Begin to check the signature with the secrets of this form."""
        secrets, now = await self._secrets(form_id), self.services.clock.now()
        try:
            self.signature = self.services.forms.secrets.signature(self.request.headers, secrets, now.timestamp())
        except NotAuthenticated as error:
            await self._turned_away(error.code)
            raise
        self.proven = form_id
        return self.signature

    async def heard(self) -> None:
        """The whole body has passed: does the signature hold? Raises NotAuthenticated(`signature_invalid`)."""
        if self.signature is not None and not self.signature.holds():
            await self._turned_away("signature_invalid")
            raise NotAuthenticated(code="signature_invalid")

    async def prove(self, form_id: str, password: str) -> None:
        """A password of the form; raises NotAuthenticated(`secret_invalid`)."""
        if not self.services.forms.secrets.is_password(password, await self._secrets(form_id)):
            await self._turned_away("secret_invalid")
            raise NotAuthenticated(code="secret_invalid")
        self.proven = form_id

    def use(self, token: str) -> None:
        """A session; raises NotAllowed: `session_invalid`, `session_expired`, `session_other_origin`."""
        session = self.services.forms.sessions.open(token)
        if not session.live(self.services.clock.now()):
            raise NotAllowed(code="session_expired")
        if session.origin is not None and not self._server and self.request.headers.get("origin") != session.origin:
            raise NotAllowed(code="session_other_origin")
        self.session = session

    @property
    def _server(self) -> bool:
        """The call proves itself without the session; servers send no Origin."""
        return self.bearer is not None or self.proven is not None

    async def admitted(self, form_id: str | None, version: str | None = None) -> FormCaller:
        """The call for this form (None = the one its credentials are for). Raises NotAuthenticated, NotAllowed, NotFound."""
        own = self.session.form_id if self.session else self.proven
        if form_id is not None and own is not None and form_id != own:
            raise NotAllowed(code="session_other_form" if self.session else "secret_other_form")
        wanted = form_id or own or self.named()
        if not (self.session or self.proven or self.bearer):
            await self._turned_away("invalid_token")
            raise NotAuthenticated()
        if wanted is None:
            raise CallerError(code="form_unnamed")
        form = await published(self.services, wanted, version)
        if version is not None:
            form = form.guarded_like(await published(self.services, wanted))
        caller = self._caller(form)
        if not form.open_to(caller.agency):
            raise NotFound()
        origin = self.request.headers.get("origin")
        if self.session is not None and origin is not None and origin not in form.origins:
            raise NotAllowed(code="session_other_origin")
        return FormCaller(form, caller, self.session)

    def _caller(self, form: FormVersion) -> Caller:
        if self.session is not None:
            return Caller(self.session.client_id, self.session.agency, frozenset({_SCOPE}))
        if self.bearer is not None:
            return self.bearer
        return Caller(f"form:{form.id}", form.agency, frozenset({_SCOPE}))

    async def _secrets(self, form_id: str) -> list[IssuedSecret]:
        if not re.fullmatch(FORM_ID, form_id):
            return []
        return good_secrets(await self.services.forms.rows.secrets(form_id), self.services.clock.now())

    async def _turned_away(self, code: str) -> None:
        await self.services.door.refused("", "", code, self.request.url.path)


async def published(services: Services, form_id: str, version: str | None = None) -> FormVersion:
    """The form as it was published; raises NotFound, StoreError."""
    recorded = await services.forms.rows.published(form_id, version) if re.fullmatch(FORM_ID, form_id) else None
    if recorded is None:
        raise NotFound()
    return recorded.form


def _basic(told: str) -> tuple[str, str, str]:
    try:
        return base64.b64decode(told, validate=True).decode("utf-8").partition(":")
    except ValueError:
        raise NotAuthenticated(code="secret_invalid") from None
