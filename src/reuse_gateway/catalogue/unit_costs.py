"""The shipped unit costs of bringing a paper, read as strictly as every other fact."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from reuse_gateway.catalogue.loader import SHIPPED
from reuse_gateway.catalogue.schema import BothLanguages, Flag, Strict, typed
from reuse_gateway.catalogue.yaml_strict import read_file
from reuse_gateway.domain.savings import UnitCost
from reuse_gateway.domain.text import Text

FILE = "unit_costs.yaml"
Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,2})?$")]


class CostFacts(BothLanguages):
    """One unit cost; amounts stand as text, so that none is rounded on the way."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,30}$")]
    unit: Annotated[str, StringConstraints(pattern=r"^(minutes|VND)$")]
    low: Amount
    high: Amount
    valid_from: date
    valid_to: date | None = None
    source: str = Field(min_length=1)
    verified: Flag

    @model_validator(mode="after")
    def _ordered(self) -> CostFacts:
        if Decimal(self.low) > Decimal(self.high):
            raise ValueError("low is above high")
        return self


class CostsFile(Strict):
    """The file as a whole."""

    costs: tuple[CostFacts, ...] = Field(min_length=1)


def load_unit_costs(root: Path | None = None) -> tuple[UnitCost, ...]:
    """In the order of the file; raises FactsError."""
    folder = root or SHIPPED
    return tuple(_cost(facts) for facts in typed(CostsFile, read_file(folder / FILE, folder), FILE).costs)


def _cost(facts: CostFacts) -> UnitCost:
    return UnitCost(
        id=facts.id,
        name=Text(facts.vi, facts.en),
        unit=facts.unit,
        low=Decimal(facts.low),
        high=Decimal(facts.high),
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        source=facts.source,
        verified=facts.verified,
    )
