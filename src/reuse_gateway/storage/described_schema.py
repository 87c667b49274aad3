"""The schema as the database itself tells it: one line for each thing that decides which rows are there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from sqlalchemy import Row, TextClause, text

from reuse_gateway.storage.failures import NotThere
from reuse_gateway.storage.reads import Reads

_SQLITE = """
SELECT CAST(type || ' ' || name AS BLOB), CAST(tbl_name AS BLOB), CAST(sql AS BLOB) FROM sqlite_master
WHERE sql IS NOT NULL AND (type <> 'index' OR sql LIKE 'CREATE UNIQUE%')"""
# NOT NULL is told by the column: PostgreSQL 18 alone names it as a constraint too.
_POSTGRESQL = """
WITH ours AS (
  SELECT c.*, n.nspname || '.' || c.relname AS relation FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('public', 'audit_v1') AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
)
SELECT 'relation ' || relation, relation, concat_ws(' ', relkind, relpersistence, relrowsecurity, relforcerowsecurity,
  pg_table_is_visible(oid), array_to_string(CASE WHEN relkind IN ('v', 'm') THEN reloptions END, ' ')) FROM ours
UNION ALL
SELECT 'column ' || relation || '.' || attname, relation, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull,
  pg_get_expr(adbin, adrelid), attidentity, attgenerated, collname)
FROM ours JOIN pg_attribute a ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped AND relkind <> 'v'
LEFT JOIN pg_attrdef ON adrelid = ours.oid AND adnum = attnum LEFT JOIN pg_collation k ON k.oid = attcollation
UNION ALL
SELECT 'constraint ' || relation || ' ' || conname, relation, concat_ws(' ', pg_get_constraintdef(k.oid), convalidated)
FROM ours JOIN pg_constraint k ON conrelid = ours.oid AND contype <> 'n'
UNION ALL
SELECT 'index ' || i.indexrelid::regclass, relation, concat_ws(' ', pg_get_indexdef(indexrelid),
  indisvalid, indisready, indislive)
FROM ours JOIN pg_index i ON indrelid = ours.oid AND indisunique
UNION ALL
SELECT 'trigger ' || relation || ' ' || tgname, relation, concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled)
FROM ours JOIN pg_trigger t ON tgrelid = ours.oid AND NOT tgisinternal
UNION ALL
SELECT 'rule ' || relation || ' ' || rulename, relation, concat_ws(' ', pg_get_ruledef(r.oid), ev_enabled)
FROM ours JOIN pg_rewrite r ON ev_class = ours.oid AND rulename <> '_RETURN'
UNION ALL
SELECT 'policy ' || relation || ' ' || polname, relation, concat_ws(' ', pg_get_expr(polqual, polrelid), polpermissive)
FROM ours JOIN pg_policy ON polrelid = ours.oid
UNION ALL
SELECT 'child ' || inhrelid::regclass || ' of ' || relation, relation, 'inherits'
FROM ours JOIN pg_inherits ON inhparent = ours.oid
UNION ALL
SELECT 'view ' || relation, relation, pg_get_viewdef(oid) FROM ours WHERE relkind = 'v'
UNION ALL
SELECT DISTINCT 'function ' || p.oid::regprocedure, '', concat_ws(' ', lanname, array_to_string(proconfig, ' '), prosrc)
FROM ours JOIN pg_trigger ON tgrelid = ours.oid AND NOT tgisinternal JOIN pg_proc p ON p.oid = tgfoid
JOIN pg_language l ON l.oid = prolang"""
_REVISION = text("SELECT 'revision', 'alembic_version', version_num FROM alembic_version")
_ASKED: Mapping[str, TextClause] = {"sqlite": text(_SQLITE), "postgresql": text(_POSTGRESQL)}


async def described(reads: Reads) -> dict[str, tuple[str, str]]:
    """By the name of each thing: the table or view it belongs to, and its text. Plain indexes are nobody's concern but speed's.

    Raises StoreError.
    """
    rows = [*await reads.rows(_ASKED[reads.dialect]), *await _revision(reads)]
    return {name: (relation, _plain(told)) for name, relation, told in (map(_word, row) for row in rows)}


async def _revision(reads: Reads) -> Sequence[Row[Any]]:
    """Nothing where that table itself is gone."""
    try:
        return await reads.rows(_REVISION)
    except NotThere:
        return ()


def _word(told: str | bytes) -> str:
    """SQLite gives what it keeps as bytes: a name that is no UTF-8 must not end the reading."""
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)


def committed(dialect: str) -> dict[str, tuple[str, str]]:
    """What the migrations make, as `make schema` wrote it down."""
    kept = files("reuse_gateway.storage").joinpath("schema", f"{dialect}.json").read_text(encoding="utf-8")
    return {name: (relation, told) for name, (relation, told) in json.loads(kept).items()}


def _plain(told: str) -> str:
    """Renaming a table puts its name into quotes; line breaks are the migration's own."""
    return " ".join(told.replace('"', "").split())
