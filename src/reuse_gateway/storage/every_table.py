"""Every table there is, for whoever must leave none out."""

from __future__ import annotations

from sqlalchemy import Table

from reuse_gateway.storage import (  # noqa: F401 - each puts its tables beside those of `tables`
    tables_cases,
    tables_citizens,
    tables_days,
    tables_demands,
    tables_events,
    tables_facts,
    tables_filters,
    tables_forms,
    tables_health,
    tables_holdings,
    tables_numbers,
    tables_people,
    tables_procedures,
    tables_reveals,
    tables_webhooks,
)
from reuse_gateway.storage.tables import metadata

EVERY_TABLE: tuple[Table, ...] = tuple(metadata.sorted_tables)
