"""Clients of the embedded token desk: a file of names, agencies, scopes and digests of secrets; and the demo's own."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reuse_gateway.domain.agency import agency_code
from reuse_gateway.domain.errors import CallerError, FactsError
from reuse_gateway.signing.tokens import Client

SCOPES = frozenset(
    [
        *("check:write", "demand:write", "demand:supervise", "form:write", "holding:write", "dossier:write"),
        *("audit:read", "audit:export", "audit:act", "audit:reveal", "metrics:read", "admin"),
    ]
)
_DEMO = {
    "demo-intake": ("H41.12", ["check:write", "demand:write"]),
    "demo-forms": ("H41.12", ["form:write"]),
    "demo-settlement": ("H41", ["holding:write", "dossier:write"]),
    "demo-auditor": ("H41", ["audit:read", "audit:export", "audit:act"]),
    "demo-inspector": ("H41", ["audit:read", "audit:reveal"]),
    "demo-admin": ("H41", sorted(SCOPES)),
}
_PREFIX = "rgk_"


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid")
    client_id: str = Field(pattern=r"^[a-z0-9-]{3,64}$")
    agency: str
    scopes: list[str]
    secret_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


def demo_clients() -> dict[str, Client]:
    """Known to everybody (secret `demo`): only for the embedded demo."""
    digest = hashlib.sha256(b"demo").digest()
    return {name: Client(name, agency, frozenset(scopes), digest) for name, (agency, scopes) in _DEMO.items()}


def read_clients(path: Path) -> dict[str, Client]:
    """The registered clients; none where there is no file. Raises FactsError."""
    return {kept.client_id: _client(kept, path) for kept in _read(path)}


def register(path: Path, client_id: str, agency: str, scopes: frozenset[str]) -> str:
    """Add a client and return its new secret. Raises CallerError for a known name, a strange scope or agency code."""
    known = _read(path)
    if any(kept.client_id == client_id for kept in known):
        raise CallerError(f"client {client_id} is registered already", code="client_exists")
    if not scopes <= SCOPES:
        raise CallerError(f"unknown scopes: {' '.join(sorted(scopes - SCOPES))}; known: {' '.join(sorted(SCOPES))}")
    secret = _PREFIX + secrets.token_urlsafe(32)
    try:
        added = _Kept(
            client_id=client_id,
            agency=agency_code(agency),
            scopes=sorted(scopes),
            secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        )
    except ValueError:
        raise CallerError("client ids are 3 to 64 of a-z 0-9 -, agency codes look like H41.12") from None
    _write(path, [*known, added])
    return secret


def _read(path: Path) -> list[_Kept]:
    if not path.exists():
        return []
    try:
        return [_Kept.model_validate(each) for each in json.loads(path.read_text(encoding="utf-8"))]
    except (ValidationError, ValueError, TypeError) as error:
        raise FactsError(path.name, "", f"not a list of clients ({type(error).__name__})") from None


def _write(path: Path, clients: list[_Kept]) -> None:
    """Whole or not at all: a half-written file would lock every client out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump([kept.model_dump() for kept in clients], file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _body(kept: _Kept, path: Path) -> str:
    try:
        return agency_code(kept.agency)
    except ValueError:
        raise FactsError(path.name, kept.client_id, "agency code of another shape") from None


def _client(kept: _Kept, path: Path) -> Client:
    if not set(kept.scopes) <= SCOPES:
        raise FactsError(path.name, kept.client_id, "unknown scope")
    return Client(kept.client_id, _body(kept, path), frozenset(kept.scopes), bytes.fromhex(kept.secret_sha256))
