"""Port `DossierReader`: dossiers as they were checked; rows that are not what was signed are never told to the portal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import and_, exists, select

from reuse_gateway.application.recheck import CLIENT as RECHECKS
from reuse_gateway.application.tell_portal import DossierChecks
from reuse_gateway.domain.check import Check
from reuse_gateway.domain.report_period import Period
from reuse_gateway.storage.archive import unaltered
from reuse_gateway.storage.case_askings import JUDGED, row_by_row
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import checks, demands, ledger_leaves


class StoredDossiers:
    """Reads by the index on dossiers; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def opened(self, period: Period, agency: str | None, after: str, limit: int) -> Sequence[str]:
        """Codes of dossiers first checked in the period, in their order, beyond `after`, at most `limit`."""
        earlier, kept = checks.alias("earlier"), checks.c
        seen_before = exists(
            select(earlier.c.leaf_index).where(
                earlier.c.dossier == kept.dossier, earlier.c.decided_at < period.begins_at, earlier.c.client_id != RECHECKS
            )
        )
        within = and_(kept.decided_at >= period.begins_at, kept.decided_at < period.ends_at, kept.client_id != RECHECKS)
        wanted = select(kept.dossier).where(within, kept.dossier > after, ~seen_before)
        wanted = wanted if agency is None else wanted.where(kept.agency == agency)
        return [row[0] for row in await self._reads.rows(wanted.distinct().order_by(kept.dossier).limit(limit))]

    async def of(self, dossiers: Sequence[str], agency: str | None) -> Sequence[DossierChecks]:
        """Those of them that are known, in the order of their codes."""
        kept = checks.c
        wanted = select(kept.leaf_index, kept.body, ledger_leaves.c.entry, demands.c.demand_id)
        joined = checks.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == kept.leaf_index)
        joined = joined.outerjoin(demands, demands.c.check_id == kept.check_id)
        wanted = wanted.select_from(joined).where(kept.dossier.in_(dossiers), kept.client_id != RECHECKS)
        wanted = wanted if agency is None else wanted.where(kept.agency == agency)
        found: dict[str, list[Check]] = defaultdict(list)
        demanded: set[str] = set()
        for row in await self._reads.rows(wanted.order_by(kept.leaf_index)):
            check = unaltered(row)
            found[str(check.dossier)].append(check)
            if row.demand_id is not None:
                demanded.add(check.id)
        without = await self._without({check.subject for own in found.values() for check in own})
        return [DossierChecks(dossier, tuple(found[dossier]), frozenset(demanded), without) for dossier in sorted(found)]

    async def _without(self, people: set[str]) -> tuple[Check, ...]:
        """What judged demands for papers of these people that told no dossier."""
        kept = checks.c
        joined = JUDGED.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == kept.leaf_index)
        wanted = select(kept.leaf_index, kept.body, ledger_leaves.c.entry).select_from(joined).distinct()
        theirs = wanted.where(kept.subject.in_(people), row_by_row(kept.dossier.is_(None)), kept.client_id != RECHECKS)
        return tuple([unaltered(row) for row in await self._reads.rows(theirs.order_by(kept.leaf_index))])
