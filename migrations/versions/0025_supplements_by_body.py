"""Supplement requests are numbered for each body that asks under a dossier's code: nobody takes another's number."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEYS = ("demand_id", "leaf_index", "rowid")


def upgrade() -> None:
    _numbered(
        "uq_demands_dossier_supplement_no", "uq_demands_dossier_agency_supplement_no", ["dossier", "agency", "supplement_no"]
    )


def downgrade() -> None:
    _numbered("uq_demands_dossier_agency_supplement_no", "uq_demands_dossier_supplement_no", ["dossier", "supplement_no"])


def _numbered(old: str, new: str, columns: list[str]) -> None:
    op.drop_index(old, "demands")
    op.create_index(new, "demands", columns, unique=True)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER demands_no_replace")
        refusals = " ".join(_refusal(key.split(", ")) for key in (*KEYS, ", ".join(columns)))
        op.execute(f"CREATE TRIGGER demands_no_replace BEFORE INSERT ON demands BEGIN {refusals} END")


def _refusal(columns: list[str]) -> str:
    """The last word of the message is what SQLite names first when a unique constraint fails."""
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    told = f"insert-only: a row stands at demands.{columns[0]}"
    return f"SELECT RAISE(ABORT, '{told}') WHERE EXISTS (SELECT 1 FROM demands WHERE {same});"  # noqa: S608
