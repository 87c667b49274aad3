"""Every table there is, for whoever must leave none out."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy import Table

from reuse_gateway.storage.tables import metadata

_ROOMS = (
    "tables_cases",
    "tables_citizens",
    "tables_days",
    "tables_demands",
    "tables_events",
    "tables_facts",
    "tables_filters",
    "tables_forms",
    "tables_health",
    "tables_holdings",
    "tables_numbers",
    "tables_people",
    "tables_procedures",
    "tables_reveals",
    "tables_webhooks",
)
for _room in _ROOMS:
    import_module(f"{__package__}.{_room}")
EVERY_TABLE: tuple[Table, ...] = tuple(metadata.sorted_tables)
