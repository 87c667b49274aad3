"""A form session (phiên biểu mẫu): one person, one form, a quarter of an hour; a browser holds it without naming anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reuse_gateway.domain.subject import Subject

LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class FormSession:
    """What an intake server vouched for. `origin` None = the session may be used from anywhere the form may be.

    `id` is random and says nothing; `agency` and `client_id` are those of the server that asked for the session.
    """

    id: str
    form_id: str
    subject: Subject
    agency: str
    client_id: str
    expires_at: datetime
    others: Mapping[str, Subject] = field(default_factory=dict)
    case: str | None = None
    dossier: str | None = None
    officer: str | None = None
    origin: str | None = None

    def live(self, now: datetime) -> bool:
        """Not yet over."""
        return now < self.expires_at
