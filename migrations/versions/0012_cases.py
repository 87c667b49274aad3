"""Cases: which violation belongs to which, their steps, reminders and letters; the view `case_state`."""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

APP_ROLE = "reuse_gateway_app"
KEYS = {
    "case_violations": ("leaf_index, position", "violation_id"),
    "case_steps": ("case_id, seq", "leaf_index", "claim"),
    "case_reminders": ("case_id, seq, kind", "leaf_index"),
    "case_letters": ("issuer, kind, year, number", "leaf_index", "case_id, round, kind"),
}
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PAGE = 500

# The state of a violation is that of its round: the first round that saw it; one nobody has seen yet belongs to the present
# round, or begins the next where that is over.
VIEW = """
CREATE VIEW case_state AS
SELECT m.leaf_index, m.violation_id, m.case_id, COALESCE(
  (SELECT s.state FROM case_steps s WHERE s.case_id = m.case_id AND s.round =
     (SELECT MIN(f.round) FROM case_steps f WHERE f.case_id = m.case_id AND f.seen >= m.leaf_index)
   ORDER BY s.seq DESC LIMIT 1),
  (SELECT CASE WHEN s.state IN ('rejected', 'defect', 'source', 'remedied', 'apologised', 'reported', 'closed')
     THEN 'detected' ELSE s.state END FROM case_steps s WHERE s.case_id = m.case_id ORDER BY s.seq DESC LIMIT 1),
  'detected') AS state
FROM case_violations m
"""


def upgrade() -> None:
    _memberships()
    _steps()
    _reminders()
    _letters()
    _backfill()
    op.execute(VIEW)
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _index() -> sa.Column:
    return sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False)


def _text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False, autoincrement=False)


def _at(name: str) -> sa.Column:
    return sa.Column(name, Instant, nullable=False)


def _memberships() -> None:
    op.create_table(
        "case_violations",
        _index(),
        _number("position"),
        _text("violation_id"),
        _text("case_id"),
        _text("form", nullable=True),
        sa.PrimaryKeyConstraint("leaf_index", "position", name="pk_case_violations"),
        sa.UniqueConstraint("violation_id", name="uq_case_violations_violation_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_violations_case_id_leaf_index", "case_violations", ["case_id", "leaf_index"])


def _steps() -> None:
    op.create_table(
        "case_steps",
        _index(),
        _text("case_id"),
        _number("seq"),
        _number("round"),
        sa.Column("seen", LeafIndex, nullable=False),
        _text("state"),
        sa.Column("due_on", sa.Date()),
        _at("told_at"),
        _text("claim", nullable=True),
        _text("body"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_case_steps"),
        sa.UniqueConstraint("leaf_index", name="uq_case_steps_leaf_index"),
        sa.UniqueConstraint("claim", name="uq_case_steps_claim"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_steps_due_on", "case_steps", ["due_on"])


def _reminders() -> None:
    op.create_table(
        "case_reminders",
        _index(),
        _text("case_id"),
        _number("seq"),
        _text("kind"),
        sa.Column("due_on", sa.Date(), nullable=False),
        _at("told_at"),
        sa.PrimaryKeyConstraint("case_id", "seq", "kind", name="pk_case_reminders"),
        sa.UniqueConstraint("leaf_index", name="uq_case_reminders_leaf_index"),
        sqlite_with_rowid=False,
    )


def _letters() -> None:
    op.create_table(
        "case_letters",
        _index(),
        _text("issuer"),
        _text("kind"),
        _number("year"),
        _number("number"),
        _text("case_id"),
        _number("round"),
        _at("issued_at"),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        _text("body"),
        sa.PrimaryKeyConstraint("issuer", "kind", "year", "number", name="pk_case_letters"),
        sa.UniqueConstraint("leaf_index", name="uq_case_letters_leaf_index"),
        sa.UniqueConstraint("case_id", "round", "kind", name="uq_case_letters_case_id_round_kind"),
        sqlite_with_rowid=False,
    )


def _backfill() -> None:
    """What was recorded before there were cases belongs to one each all the same; the form is told by the demand's body."""
    bind, after = op.get_bind(), -1
    wanted = sa.text(
        f"SELECT leaf_index, body FROM demands WHERE leaf_index > :after ORDER BY leaf_index LIMIT {PAGE}"  # noqa: S608
    )
    put = sa.text("INSERT INTO case_violations VALUES (:leaf_index, :position, :violation_id, :case_id, :form)")
    while page := bind.execute(wanted, {"after": after}).all():
        after = page[-1].leaf_index
        rows = [row for demand in page for row in _of_demand(demand.leaf_index, json.loads(demand.body))]
        if rows:
            bind.execute(put, rows)


def _of_demand(leaf_index: int, told: dict) -> list[dict]:
    form = told.get("form")
    return [
        {"leaf_index": leaf_index, "position": at, "violation_id": each["id"], "case_id": _case_id(each, form), "form": form}
        for at, each in enumerate(told["violations"])
    ]


def _case_id(violation: dict, form: str | None) -> str:
    told = [violation["agency"], violation["procedure"], violation["evidence_type"], form]
    spelled = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return f"case_{hashlib.sha256(spelled).hexdigest()[:32]}"


def _guard_sqlite() -> None:
    for table, keys in KEYS.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'insert-only: {verb} on {table} refused'); END"
            )
        refusals = " ".join(_refusal(table, key) for key in keys)
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} BEGIN {refusals} END")


def _refusal(table: str, key: str) -> str:
    """The last word of the message is what SQLite names first when a unique constraint fails."""
    columns = key.split(", ")
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    told = f"insert-only: a row stands at {table}.{columns[0]}"
    return f"SELECT RAISE(ABORT, '{told}') WHERE EXISTS (SELECT 1 FROM {table} WHERE {same});"  # noqa: S608


def _guard_postgresql() -> None:
    for table in KEYS:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION reuse_gateway_insert_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER insert_only")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(KEYS)} TO {APP_ROLE}")
    op.execute(f"GRANT SELECT ON case_state TO {APP_ROLE}")


def downgrade() -> None:
    op.execute("DROP VIEW case_state")
    for table in reversed(KEYS):
        op.drop_table(table)
