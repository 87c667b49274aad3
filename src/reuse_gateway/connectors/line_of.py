"""Opens the line of one source, or refuses to start where it would be unsafe. Where a source is, only the deployment knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from reuse_gateway.application.ports import Clock
from reuse_gateway.connectors.auth_facts import IssuedAuth
from reuse_gateway.connectors.database_line import DatabaseLine
from reuse_gateway.connectors.deployed import Secrets
from reuse_gateway.connectors.files_line import FilesLine
from reuse_gateway.connectors.lines import Line, http_line
from reuse_gateway.connectors.local_sources import Database, Drop
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.protocols import PROTOCOLS
from reuse_gateway.connectors.upstream import Tls, TransportFactory
from reuse_gateway.domain.errors import UnsafeSettings

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def line_of(
    manifest: Manifest,
    base_urls: Mapping[str, str],
    secrets: Secrets,
    clock: Clock,
    transport: TransportFactory,
    tls: Tls,
    plain_http: frozenset[str],
) -> Line | None:
    """None = the source is off. Raises UnsafeSettings for an unsafe URL and for secrets that are not there."""
    carried = PROTOCOLS[manifest.protocol].line
    if carried == "database" and manifest.database:
        url = _simulated(manifest, base_urls) or _told(manifest.database.url_name, secrets)
        return _database_line(manifest, manifest.database, url) if url else None
    if carried == "files" and manifest.drop:
        folder = folder_of(manifest, manifest.drop, base_urls, secrets)
        return FilesLine(manifest.drop, folder, manifest.limits.response_bytes) if folder else None
    if manifest.id not in base_urls:
        return None
    _check_urls(manifest, base_urls, plain_http)
    for name in sorted(manifest.secret_names):
        if not _told(name, secrets):
            raise UnsafeSettings(f"the secret {name} is not set", code="missing_source_secret", source=manifest.id)
    return http_line(manifest, base_urls, secrets, clock, transport, tls)


def _database_line(manifest: Manifest, facts: Database, url: str) -> DatabaseLine:
    try:
        return DatabaseLine(facts, manifest.limits, url)
    except (SQLAlchemyError, ImportError, ValueError):  # none of which may be shown: the URL holds a password
        said = f"the secret {facts.url_name} is no URL of a database with an async driver that is installed"
        raise UnsafeSettings(said, code="bad_database_url", source=manifest.id) from None


def folder_of(manifest: Manifest, drop: Drop, base_urls: Mapping[str, str], secrets: Secrets) -> Path | None:
    """Where the owner drops files; None = nobody has said."""
    folder = _simulated(manifest, base_urls) or _told(drop.folder_name, secrets)
    return Path(folder) if folder else None


def _simulated(manifest: Manifest, base_urls: Mapping[str, str]) -> str:
    """Where the simulation keeps it; a live database or folder is known by its secret name only."""
    return base_urls.get(manifest.id, "") if manifest.simulated else ""


def _told(name: str, secrets: Secrets) -> str:
    try:
        return secrets(name)
    except LookupError:
        return ""


def _check_urls(manifest: Manifest, base_urls: Mapping[str, str], plain_http: frozenset[str]) -> None:
    needed = [manifest.id]
    if isinstance(manifest.auth, IssuedAuth) and manifest.auth.host == "login":
        needed.append(f"{manifest.id}.login")
    for name in needed:
        parts = urlsplit(base_urls.get(name, ""))
        safe = parts.scheme == "https" or (
            parts.scheme == "http" and (parts.hostname in _LOOPBACK or manifest.id in plain_http)
        )
        if not safe or not parts.hostname or parts.query or parts.username:
            raise UnsafeSettings("a source's base URL must be https", code="unsafe_source_url", source=name)
