"""An import's number is its ledger leaf's, and each import names the one before it: whoever comes second is refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYS = ("import_id", "previous_id")


def upgrade() -> None:
    op.add_column("imports", sa.Column("previous_id", LeafIndex))
    op.create_index("uq_imports_previous_id", "imports", ["previous_id"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        _refuse_replacing(KEYS)


def _refuse_replacing(keys: tuple[str, ...]) -> None:
    """A row that is replaced is deleted without its trigger, whichever unique key it meets."""
    told = "insert-only: a row stands at imports"
    refusals = " ".join(
        f"SELECT RAISE(ABORT, '{told}.{key}') WHERE EXISTS (SELECT 1 FROM imports WHERE {key} = NEW.{key});"  # noqa: S608
        for key in keys
    )
    op.execute("DROP TRIGGER imports_no_replace")
    op.execute(f"CREATE TRIGGER imports_no_replace BEFORE INSERT ON imports BEGIN {refusals} END")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _refuse_replacing(KEYS[:1])
    op.drop_index("uq_imports_previous_id", "imports")
    op.drop_column("imports", "previous_id")
