"""Open a form session (mở phiên biểu mẫu): an intake server vouches for a person, and the browser gets a sealed token."""

from __future__ import annotations

from dataclasses import dataclass

from reuse_gateway.application.form_ports import FormRows, FormSessions
from reuse_gateway.application.ports import Clock, Ids, Procedures
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import Fault, InvalidInput, NotFound
from reuse_gateway.domain.form_session import LIFE, FormSession
from reuse_gateway.domain.registered_form import FormVersion
from reuse_gateway.domain.vietnam import vietnamese_day


@dataclass(frozen=True, slots=True)
class OpenFormSession:
    """Nothing is kept of a session: the token itself holds it, sealed."""

    rows: FormRows
    procedures: Procedures
    sessions: FormSessions
    clock: Clock
    ids: Ids

    async def form(self, caller: Caller, form_id: str, case: str | None = None) -> FormVersion:
        """The published form, if dossiers of the caller's agency may be filed with it, and its procedure has the case.

        Raises NotFound, InvalidInput(`unknown_case`), StoreError.
        """
        recorded = await self.rows.published(form_id)
        if recorded is None or not recorded.form.open_to(caller.agency):
            raise NotFound()
        if case is not None:
            day = vietnamese_day(self.clock.now())
            version = await self.procedures.find(recorded.form.procedure, day)
            if version is not None and case not in {each.name for each in version.cases}:
                raise InvalidInput(Fault("/case", "unknown_case"))
        return recorded.form

    def __call__(self, form: FormVersion, told: FormSession) -> tuple[str, FormSession]:
        """`told` without id and end; raises InvalidInput where it names an origin that the form does not, or is too long."""
        if told.origin is not None and told.origin not in form.origins:
            raise InvalidInput(Fault("/origin", "unknown_origin"))
        session = FormSession(
            id=self.ids.new("fss"),
            form_id=form.id,
            subject=told.subject,
            agency=told.agency,
            client_id=told.client_id,
            expires_at=self.clock.now() + LIFE,
            others=told.others,
            case=told.case,
            dossier=told.dossier,
            officer=told.officer,
            origin=told.origin,
        )
        return self.sessions.seal(session), session
