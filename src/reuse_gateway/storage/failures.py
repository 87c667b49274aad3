"""What the databases' drivers say when they fail, in the gateway's own words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from reuse_gateway.domain.errors import StoreError, StoreFull

_FULL_STATES = frozenset({"53100"})  # PostgreSQL disk_full
# undefined_table, undefined_column, invalid_schema_name, undefined_function, datatype_mismatch
_ABSENT_STATES = frozenset({"42P01", "42703", "3F000", "42883", "42804"})
_ABSENT = ("no such table", "no such column")
_CONSTRAINT_STATES = ("22", "23")  # data exception, integrity constraint violation
_DRIVERS = (
    SQLAlchemyError,
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
    OverflowError,
    ValueError,
)
# A repeated check also repeats its short code, and each database names whichever constraint it looked at first.
_TAKEN = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_TRIGGER"}
_IDS = {
    *("checks.check_id", "checks.short_code", "demands.demand_id", "violations.violation_id", "dated_facts.number"),
    *("form_versions.form_id", "form_events.event_id", "pk_form_versions", "pk_form_events"),
    *("pk_checks", "uq_checks_short_code", "pk_demands", "pk_violations", "pk_dated_facts"),
    *("demands.dossier", "demands.supplement_no", "uq_demands_dossier_agency_supplement_no"),
    *("reclassifications.demand_id", "pk_reclassifications"),
    *(
        "citizen_requests.check_id",
        "uq_citizen_requests_check_id_kind_place",
        "citizen_answers.request_id",
        "pk_citizen_answers",
    ),
    *("imports.import_id", "imports.previous_id", "pk_imports", "uq_imports_previous_id"),
    *("holding_batches.source", "uq_holding_batches_source_number"),
    *("saved_filters.name", "pk_saved_filters"),
    *("case_steps.case_id", "case_steps.claim", "pk_case_steps", "uq_case_steps_claim"),
    *("webhook_subscriptions.subscription_id", "pk_webhook_subscriptions"),
    *("reveals.reveal_id", "reveals.client_id", "pk_reveals", "uq_reveals_client_id_day_on_number"),
    *("ledger_leaves.ref", "uq_ledger_leaves_told_once"),
    *("case_reminders.case_id", "pk_case_reminders"),
    *("case_letters.issuer", "case_letters.case_id", "pk_case_letters", "uq_case_letters_case_id_round_kind_addressee"),
    *("holding_batches.client_id", "uq_holding_batches_client_id_claim_key"),
}


class Unstorable(StoreError):
    """The rows themselves are refused (a constraint, a value no column takes): others beside them may still be stored."""

    code = "unstorable"
    repeats_an_id = False


class NotThere(StoreError):
    """The database answers, and has no such table, or no such column or of another type."""


class StoreBusy(StoreError):
    """Another process of the same SQLite file writes, for longer than was waited."""


def store_failure(failure: BaseException) -> StoreError:
    """The StoreError a driver's or SQLAlchemy's exception stands for; never quotes values."""
    origin = failure.orig if isinstance(failure, DBAPIError) and failure.orig is not None else failure
    origin = origin.__cause__ if isinstance(origin.__cause__, asyncpg.PostgresError) else origin
    if isinstance(origin, StoreError):
        return origin
    if isinstance(origin, asyncpg.PostgresError):
        return _of_postgresql(origin)
    if isinstance(origin, sqlite3.Error):
        return _of_sqlite(origin)
    if isinstance(origin, (OverflowError, ValueError)):
        return Unstorable(type(origin).__name__)
    return StoreError(type(origin).__name__)


def _of_postgresql(failure: asyncpg.PostgresError) -> StoreError:
    state = failure.sqlstate or ""
    if state in _FULL_STATES:
        return StoreFull(type(failure).__name__)
    if state.startswith(_CONSTRAINT_STATES):
        return _unstorable(type(failure).__name__, str(getattr(failure, "constraint_name", None) or ""))
    if state in _ABSENT_STATES:
        return NotThere(type(failure).__name__, sqlstate=state)
    return StoreError(type(failure).__name__, sqlstate=state)


def _of_sqlite(failure: sqlite3.Error) -> StoreError:
    name = getattr(failure, "sqlite_errorname", None) or type(failure).__name__
    if name == "SQLITE_FULL":
        return StoreFull(name)
    if name == "SQLITE_BUSY":
        return StoreBusy(name)
    if isinstance(failure, (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError)):
        return _unstorable(name, str(failure).rpartition(" ")[2] if name in _TAKEN else "")
    return NotThere(name) if str(failure).startswith(_ABSENT) else StoreError(name)


def _unstorable(name: str, constraint: str) -> Unstorable:
    failure = Unstorable(name)
    failure.repeats_an_id = constraint in _IDS
    return failure


@contextmanager
def store_errors() -> Iterator[None]:
    """Everything a database raises inside leaves as StoreError."""
    try:
        yield
    except _DRIVERS as failure:
        raise store_failure(failure) from failure
