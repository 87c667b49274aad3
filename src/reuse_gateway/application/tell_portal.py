"""What the settlement system forwards to the national portal about reuse, dossier by dossier."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from reuse_gateway.application.ports import Procedures
from reuse_gateway.domain.check import Check
from reuse_gateway.domain.dossier_code import one_spelling
from reuse_gateway.domain.portal_sync import SyncDossier, SyncPaper, sync_dossier
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.report_period import Period

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class DossierChecks:
    """The checks of one dossier, and the ids of those that judged a demand.

    `without`: checks of its people, of any agency, that judged a demand which told no dossier.
    """

    dossier: str
    checks: tuple[Check, ...]
    demanded: frozenset[str]
    without: tuple[Check, ...] = ()


class DossierReader(Protocol):
    """Dossiers as they were checked. Every method raises StoreError; what is not as it was signed MUST NOT be told."""

    async def opened(self, period: Period, agency: str | None, after: str, limit: int) -> Sequence[str]:
        """Codes of dossiers first checked in the period (by this agency; None = by any), in their order, beyond `after`."""
        ...

    async def of(self, dossiers: Sequence[str], agency: str | None) -> Sequence[DossierChecks]:
        """Those of them that are known, in the order of their codes; the gateway's own re-checks are left out."""
        ...


@dataclass(frozen=True, slots=True)
class PortalRow:
    """A dossier with the published row of each paper; None where the paper is in no row or in more than one."""

    dossier: SyncDossier
    components: tuple[tuple[SyncPaper, str | None], ...]


@dataclass(frozen=True, slots=True)
class TellPortal:
    """Rows in the portal's words; `agency` None sees all, else its own checks alone."""

    dossiers: DossierReader
    procedures: Procedures

    async def one(self, dossier: str, agency: str | None) -> PortalRow | None:
        """The row of one dossier, however its code is spelt; one that was kept in another spelling is found as sent.

        Raises StoreError.
        """
        for spelt in dict.fromkeys((one_spelling(dossier), dossier)):
            if rows := await self._rows((spelt,), agency):
                return rows[0]
        return None

    async def page(
        self, period: Period, agency: str | None, after: str, limit: int
    ) -> tuple[tuple[PortalRow, ...], str | None]:
        """Rows of at most `limit` dossiers first checked in the period, beyond a code, and the code where the page ends.

        None = nothing follows. Raises StoreError.
        """
        opened = await self.dossiers.opened(period, agency, after, limit + 1)
        codes = opened[:limit]
        return await self._rows(codes, agency), codes[-1] if len(opened) > limit else None

    async def all(self, period: Period) -> AsyncIterator[PortalRow]:
        """Every row, a page at a time, so that memory stays flat. Raises StoreError."""
        after: str | None = ""
        while after is not None:
            rows, after = await self.page(period, None, after, AT_ONCE)
            for row in rows:
                yield row

    async def _rows(self, dossiers: Sequence[str], agency: str | None) -> tuple[PortalRow, ...]:
        told = [sync_dossier(each.checks, each.demanded, each.without) for each in await self.dossiers.of(dossiers, agency)]
        return tuple([await self._row(each) for each in told if each])

    async def _row(self, dossier: SyncDossier) -> PortalRow:
        version = await self.procedures.find(dossier.procedure, dossier.first.as_of)
        return PortalRow(dossier, tuple((paper, _component(version, dossier, paper)) for paper in dossier.papers))


def _component(version: ProcedureVersion | None, dossier: SyncDossier, paper: SyncPaper) -> str | None:
    """The one published row that lists the paper for this role."""
    try:
        rows = version.naming(paper.evidence_type, dossier.first.case) if version else ()
    except KeyError:
        return None
    fitting = [row.ref for row in rows if row.role == paper.role]
    return fitting[0] if len(fitting) == 1 else None
