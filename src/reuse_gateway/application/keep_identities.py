"""Keeping whose pseudonym it was: only of officials whose demand was a violation, sealed, for a while (mã hóa danh tính)."""

from __future__ import annotations

from dataclasses import dataclass

from reuse_gateway.application.demand_ports import Sealer
from reuse_gateway.domain.demand import Demand
from reuse_gateway.domain.reveal import SealedIdentity, identity_place


@dataclass(frozen=True, slots=True)
class KeepIdentities:
    """Seals the official's opaque id for the row beside the demand."""

    sealer: Sealer

    def of(self, demand: Demand, officer: str | None) -> SealedIdentity | None:
        """What is kept with a demand; None where nothing forbidden was asked, or nobody was named."""
        if not demand.violations or not officer or demand.officer is None:
            return None
        sealed = self.sealer.seal(officer.encode(), identity_place(demand.id, demand.officer))
        return SealedIdentity(demand.id, demand.officer, sealed, demand.recorded_at)

    def open(self, kept: SealedIdentity, pseudonym: str) -> str | None:
        """The opaque id; None = its key was destroyed, or these bytes were never sealed for this demand and official."""
        plain = self.sealer.open(kept.sealed, identity_place(kept.demand_id, pseudonym))
        return None if plain is None else plain.decode()
