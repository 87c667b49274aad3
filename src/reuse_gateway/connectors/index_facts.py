"""What a manifest says of the holdings index of its source: when it answers, how long it is trusted, what it has whole."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from reuse_gateway.connectors.predicates import Strict
from reuse_gateway.connectors.scalars import Truth
from reuse_gateway.domain.holdings_index import Completeness, IndexFacts
from reuse_gateway.domain.source import Tier

Place = Annotated[str, Field(pattern=r"^[0-9]{3}$")]


class CompleteFor(Strict):
    """Whose papers are all in the register: of people born there (first three digits of their number), since that year."""

    places: tuple[Place, ...] = ()
    born_from: int | None = Field(default=None, ge=1900, le=2200)


class IndexPart(Strict):
    """`answers: alone` = the source cannot be asked by owner; `behind` = only what is held, and only where it does not answer.

    `fresh_s`: how long after the last sync (or announcement) the index is trusted. `announced`: clients with the scope
    `holding:write` may announce to it. `complete`: papers whose absence from the index is absence.
    """

    answers: Literal["alone", "behind"]
    fresh_s: float = Field(ge=60, le=31_536_000, allow_inf_nan=False)
    announced: Truth = False
    complete: dict[str, CompleteFor] = Field(default_factory=dict, max_length=40)

    def facts(self, source: str, tier: Tier, *, synced: bool, simulated: bool) -> IndexFacts:
        """As the decision sees it."""
        complete = {paper: Completeness(frozenset(each.places), each.born_from) for paper, each in self.complete.items()}
        return IndexFacts(
            source, tier, self.answers == "alone", self.fresh_s, complete,
            synced=synced, announced=self.announced, simulated=simulated,
        )  # fmt: skip
