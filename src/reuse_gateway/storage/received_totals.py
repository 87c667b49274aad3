"""Dossiers that the offices say they received: totals of a period, and for how many days it was told at all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, exists, func, select

from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import ReceivedTotal
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_numbers import received_dossiers


async def received_totals(reads: Reads, period: Period) -> tuple[ReceivedTotal, ...]:
    """By agency and procedure; of a day that was told more than once the last telling counts. Raises StoreError."""
    told = received_dossiers
    wanted = select(told.c.agency, told.c.procedure, func.sum(told.c.dossiers)).where(_within(period), ~_told_again())
    rows = await reads.rows(wanted.group_by(told.c.agency, told.c.procedure))
    return tuple(ReceivedTotal(agency, procedure, int(count)) for agency, procedure, count in rows)


async def told_days(reads: Reads, period: Period) -> dict[str, int]:
    """For how many days of the period each agency has told what it received. Raises StoreError."""
    told = received_dossiers.c
    days = func.count(func.distinct(told.received_on))
    return {
        agency: int(count)
        for agency, count in await reads.rows(select(told.agency, days).where(_within(period)).group_by(told.agency))
    }


def _within(period: Period) -> Any:
    return and_(received_dossiers.c.received_on >= period.first, received_dossiers.c.received_on <= period.last)


def _told_again() -> Any:
    later, told = received_dossiers.alias("later"), received_dossiers.c
    same = and_(later.c.agency == told.agency, later.c.procedure == told.procedure, later.c.received_on == told.received_on)
    return exists(select(later.c.leaf_index).where(same, later.c.leaf_index > told.leaf_index))
