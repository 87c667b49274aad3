"""What is known about a new source before its manifest is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reuse_gateway.domain.errors import CallerError

AUTHS = ("none", "api_key", "bearer", "oauth2_client_credentials", "login_session", "digest_timestamp")
_ID = re.compile(r"[a-z][a-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """How an answer says that it went well: `ok` at `path` (JSON literal), records at `records`; `failed` says it did not."""

    path: str
    ok: str
    failed: str
    records: str

    @property
    def ok_text(self) -> str:
        """As a condition compares it."""
        return self.ok.strip('"')


ENVELOPES: Mapping[str, Envelope] = {
    "status": Envelope("status", '"1"', '"0"', "data"),
    "error_code": Envelope("error_code", '"0"', '"99"', "result"),
    "succeeded": Envelope("succeeded", "true", "false", "data"),
    "status_code": Envelope("statusCode", '"00"', '"01"', "data"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """How the source calls the fields of a record; "" = it does not have it. Dates with their format."""

    number: str = "soDinhDanh"
    full_name: str = "hoTen"
    birth_date: str = ""
    birth_format: str = "yyyy-MM-dd"
    paper_no: str = "soHieu"
    kind: str = "loai"
    issued_on: str = "ngayCap"
    issued_format: str = "yyyy-MM-dd"
    expires_on: str = ""
    expires_format: str = "yyyy-MM-dd"
    state: str = "trangThai"
    states: Mapping[str, str] = field(default_factory=lambda: {"HIEU_LUC": "valid", "THU_HOI": "revoked"})


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything the writers need. `asked`: their field (or parameter; dots lead into a nested body) and the input that goes
    there. `key_in`, `key_as`: where an `api_key` goes and what it is called there; `desk`: the path where tokens come from.
    `auth` may be "" until a document was read.

    `left`: what nobody could tell, told to the author as open ends in the manifest.
    """

    id: str
    tier: str
    protocol: str
    auth: str
    papers: tuple[str, ...]
    name_vi: str
    name_en: str
    owner: str
    bases: tuple[str, ...] = ("ND-278-2025",)
    kind: str = "citizen"
    key_in: str = "header"
    key_as: str = "X-API-Key"
    desk: str = "/token"
    method: str = "POST"
    path: str = "/tra-cuu"
    asked: Mapping[str, str] = field(default_factory=lambda: {"soDinhDanh": "{subject.number}"})
    envelope: Envelope = ENVELOPES["status"]
    names: Names = Names()
    left: tuple[str, ...] = ()

    def checked(self) -> Draft:
        """Raises CallerError for what cannot become a manifest."""
        if not _ID.fullmatch(self.id):
            raise CallerError("an id is lower-case letters, digits and _ (it names files)", code="invalid_input")
        if not self.papers:
            raise CallerError("at least one paper is needed: --paper", code="invalid_input")
        if self.auth not in AUTHS:
            raise CallerError(f"auth is one of {', '.join(AUTHS)}", code="invalid_input")
        if self.protocol == "session_rpc" and self.auth != "login_session":
            raise CallerError("session_rpc signs in with login_session", code="invalid_input")
        if self.protocol in ("sql_view", "file_drop") and self.auth != "none":
            raise CallerError(f"{self.protocol} has no auth of its own: none", code="invalid_input")
        return self

    @property
    def local(self) -> bool:
        """Without HTTP."""
        return self.protocol in ("sql_view", "file_drop")

    @property
    def secret(self) -> str:
        """What the names of its secrets begin with."""
        return self.id.upper()

    @property
    def records(self) -> str:
        return "rows" if self.local else self.envelope.records

    def code_of(self, paper: str) -> str:
        """How the drafted source tells kinds of papers apart; the author puts the true codes in."""
        return paper.upper()
