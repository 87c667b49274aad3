"""The schema held against what the migrations make: whoever owns the database can drop a guard or let a view lie."""

from __future__ import annotations

from sqlalchemy import text

from reuse_gateway.storage.described_schema import committed, described
from reuse_gateway.storage.discrepancies import Discrepancies
from reuse_gateway.storage.reads import Reads

_FOREIGN = ("column", "constraint", "trigger", "rule", "policy", "child")
_TRIED = range(16, 19)
_SERVER = text("SELECT current_setting('server_version_num')::integer / 10000")
NOT_LOOKED_AT = (
    "what indexes hold (PRAGMA integrity_check, pg_amcheck)",
    "roles and rights",
    "the rows of webhook_standings, webhook_attempts and person_keys",
    "what was cut off behind the newest head (--checkpoint)",
)


async def verify_schema(reads: Reads, found: Discrepancies) -> tuple[str, ...]:
    """Every column, key, guard and view is there, awake and word for word; none is added that changes what is read or written.

    Tables, views and indexes of an operator's own are let pass. Returns what it did not look at. Raises StoreError.
    """
    expected, stored = committed(reads.dialect), await described(reads)
    unread = await _unread(reads)
    for name, (_, told) in expected.items():
        _, kept = stored.get(name, ("", "nothing"))
        if kept != told and (kept == "nothing" or not unread or not name.startswith("view ")):
            found.add("schema_changed", 0, name, kept)
    ours = {relation for relation, _ in expected.values()}
    for name, (relation, _) in stored.items():
        if name not in expected and relation in ours and name.startswith(_FOREIGN):
            found.add("schema_changed", 0, f"nothing added to {relation}", name)
    return unread


async def _unread(reads: Reads) -> tuple[str, ...]:
    """PostgreSQL tells a view in words that changed with its version 16."""
    if reads.dialect != "postgresql":
        return ()
    major = (await reads.rows(_SERVER))[0][0]
    return () if major in _TRIED else (f"what views say: PostgreSQL {major} words them in its own way, 16 to 18 are known",)
