"""Issue a secret for a form (cấp khóa cho biểu mẫu): the new one is good at once, the old ones for a while longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reuse_gateway.application.form_ports import (
    FormEvent,
    FormEventKind,
    FormRecorder,
    FormRows,
    FormSecrets,
    IssuedSecret,
)
from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import Conflict


@dataclass(frozen=True, slots=True)
class IssueFormSecret:
    """Keeps that a secret was issued, by whom and when; the secret itself is derived and told once."""

    rows: FormRows
    recorder: FormRecorder
    secrets: FormSecrets
    clock: Clock

    async def __call__(self, caller: Caller, form_id: str, overlap: timedelta) -> IssuedSecret:
        """`overlap`: how long the secrets issued before go on being good; nothing ends those that were leaked sooner than
        an overlap of zero. Raises Conflict(`form_changed`) where somebody else issued one meanwhile, StoreError.
        """
        issued = await self.rows.secrets(form_id)
        now, serial = self.clock.now(), (issued[-1].serial if issued else 0) + 1
        until = now + overlap
        says = {"serial": serial, "kid": self.secrets.newest, "previous_until": until.isoformat()}
        id = f"secret/{form_id}@{serial}"
        event = FormEvent(id, FormEventKind.SECRET, form_id, now, caller.client_id, caller.agency, says)
        try:
            await self.recorder.record_form_event(event)
        except Conflict:
            raise Conflict(code="form_changed") from None
        return IssuedSecret(form_id, serial, self.secrets.newest, now, until)


def good_secrets(issued: Sequence[IssuedSecret], now: datetime) -> list[IssuedSecret]:
    """Those that hold now: the newest, and each one before for as long as every later issue lets it."""
    good, until = [], None
    for issue in reversed(issued):
        if until is None or now < until:
            good.append(issue)
        until = issue.previous_until if until is None else min(until, issue.previous_until)
    return good
