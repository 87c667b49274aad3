"""Every table there is, for whoever must leave none out."""

from __future__ import annotations

from sqlalchemy import Table

from reuse_gateway.storage import (
    tables,
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

_ROOMS = (
    tables,
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
EVERY_TABLE: tuple[Table, ...] = tuple({each.name: each for room in _ROOMS for each in room.metadata.sorted_tables}.values())
