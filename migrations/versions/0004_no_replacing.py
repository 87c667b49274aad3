"""SQLite: no row is ever replaced, on whatever connection; PostgreSQL's own constraints and triggers see to it already."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A row that is replaced is deleted without its trigger, unless the connection has switched recursive_triggers on.
KEYS = {
    "checks": ("check_id", "short_code", "leaf_index", "rowid"),
    "verdicts": ("leaf_index, position",),
    "idempotency_claims": ("client_id, key",),
    "demands": ("demand_id", "leaf_index", "rowid"),
    "violations": ("violation_id", "rowid"),
    "audit_events": ("leaf_index",),
    "ledger_leaves": ("leaf_index",),
    "ledger_subtrees": ("level, position",),
    "ledger_checkpoints": ("size", "previous_size"),
    "imports": ("import_id",),
    "imported_procedures": ("import_id, code", "rowid"),
    "dated_facts": ("number", "leaf_index"),
    "standing_imports": ("rollback_id, import_id",),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, keys in KEYS.items():
            refusals = " ".join(_refusal(table, key) for key in keys)
            op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} BEGIN {refusals} END")


def _refusal(table: str, key: str) -> str:
    """The last word of the message is what SQLite names first when a unique constraint fails."""
    columns = key.split(", ")
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    told = f"insert-only: a row stands at {table}.{columns[0]}"
    return f"SELECT RAISE(ABORT, '{told}') WHERE EXISTS (SELECT 1 FROM {table} WHERE {same});"  # noqa: S608


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in KEYS:
            op.execute(f"DROP TRIGGER {table}_no_replace")
