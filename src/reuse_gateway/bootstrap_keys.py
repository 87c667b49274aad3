"""The key ring of a deployment, and when it may be made."""

from __future__ import annotations

from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.settings import Run, Settings
from reuse_gateway.signing.keys import KeyRing, missing_keys
from reuse_gateway.storage.standing import ledger_stands


def key_ring(settings: Settings, database: str | None = None) -> KeyRing:
    """The key ring; made at the first start of the embedded mode, and never beside a database in which a ledger stands.

    Raises UnsafeSettings(`ledger_key_unknown`, `keys_missing`), StoreError.
    """
    missing = missing_keys(settings.key_ring) if settings.run is Run.EMBEDDED else ()
    if missing and ledger_stands(database or settings.store_url):
        raise UnsafeSettings(
            f"the database holds a ledger and {settings.key_ring} holds no key for {', '.join(missing)}: put the key ring back "
            "that belongs to it. Only for a purpose that came with a new version: `reuse-gateway keys rotate PURPOSE`",
            code="ledger_key_unknown" if "checkpoint" in missing else "keys_missing",
        )
    return KeyRing(settings.key_ring, create=bool(missing))
