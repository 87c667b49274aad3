"""Tables of days counted beforehand: derived from what is recorded below an index, never the truth, always to be built anew."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Column, Date, Integer, PrimaryKeyConstraint, Table, Text

from reuse_gateway.storage.tables import LeafIndex, metadata

# `before` of what was never seen earlier: below every period (they begin in 2000), yet a day that every database has got;
# Python's own first day is written as PostgreSQL's infinity.
NEVER = date(1900, 1, 1)
FOLD = "reuse"
ADDED = ("questions", "unanswered", "undecided", "requests", "avoidable", "violations")
ONCE = ("papers", "spared", "held", "demanded", "either")
FLAGS = ("reusing", "from_store", "population")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, autoincrement=False)


# Leaves below `below` are counted in the tables of days.
folds = Table(
    "folds",
    metadata,
    Column("name", Text, nullable=False),
    Column("below", LeafIndex, nullable=False, autoincrement=False),
    PrimaryKeyConstraint("name"),
    sqlite_with_rowid=False,
)

# What a period counts once counts on each of its days, beside the day before on which it was so: in a period it is those
# whose day lies within and whose day before does not.
reuse_days = Table(
    "reuse_days",
    metadata,
    Column("told_by", Text, nullable=False),
    Column("counted_on", Date, nullable=False),
    Column("key", Text, nullable=False),
    Column("before", Date, nullable=False),
    *map(_count, (*ADDED, *ONCE)),
    PrimaryKeyConstraint("told_by", "counted_on", "key", "before"),
    sqlite_with_rowid=False,
)

dossier_days = Table(
    "dossier_days",
    metadata,
    Column("counted_on", Date, nullable=False),
    Column("agency", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    *map(_count, ("dossiers", *FLAGS)),
    PrimaryKeyConstraint("counted_on", "agency", "procedure"),
    sqlite_with_rowid=False,
)
