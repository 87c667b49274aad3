"""Time-stamps of a deployment: an authority asked in the background, and stamps verified offline."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from reuse_gateway.application.in_background import repeated
from reuse_gateway.application.kept_heads import KeptHeads
from reuse_gateway.application.kept_stamps import KeptStamps
from reuse_gateway.application.ports import Recorder
from reuse_gateway.application.stamp_heads import StampHeads
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.settings import Settings
from reuse_gateway.signing.timestamp_authority import HttpAuthority
from reuse_gateway.signing.timestamps import TrustedStamps
from reuse_gateway.storage.discrepancies import Discrepancies
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.verify_stamps import verify_stamps
from reuse_gateway.system import SystemClock
from reuse_gateway.telemetry import warned

_PATIENCE_S = 120.0


def trusted_stamps(certificates: Path) -> TrustedStamps:
    """From a PEM file; raises UnsafeSettings."""
    try:
        return TrustedStamps(certificates.read_bytes())
    except OSError as failure:
        raise UnsafeSettings(f"{certificates}: {type(failure).__name__}", code="timestamp_certificates") from None


async def stamping(settings: Settings, heads: KeptHeads, kept: KeptStamps, recorder: Recorder, opened: AsyncExitStack) -> None:
    """Stamp the day's head in the background until the stack closes, where the settings name an authority.

    Raises UnsafeSettings for an authority without certificates, or where the extra is not installed.
    """
    if settings.timestamp_url is None:
        return
    if urlsplit(settings.timestamp_url).scheme not in ("http", "https") or settings.timestamp_certificates is None:
        told = "TIMESTAMP_URL must be http or https, and TIMESTAMP_CERTIFICATES must name the authority's certificates"
        raise UnsafeSettings(told, code="timestamp_certificates")
    trust = trusted_stamps(settings.timestamp_certificates)
    client = await opened.enter_async_context(httpx.AsyncClient(trust_env=False, follow_redirects=False))
    stamp = StampHeads(heads, kept, HttpAuthority(settings.timestamp_url, client, trust), recorder, SystemClock())
    if settings.timestamp_every_s:
        every = timedelta(seconds=settings.timestamp_every_s)
        await opened.enter_async_context(repeated("time-stamps", stamp, every, warned("checkpoint_not_stamped")))


async def stamps_verified(settings: Settings, certificates: Path) -> Discrepancies:
    """Every kept stamp, from the database and the certificates alone. Raises StoreError, UnsafeSettings."""
    trust, engine = trusted_stamps(certificates), build_engine(settings.store_url, reads_only=True, deadline_s=_PATIENCE_S)
    try:
        return await verify_stamps(Reads(engine, _PATIENCE_S), trust)
    finally:
        await engine.dispose()
