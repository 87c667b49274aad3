"""Sources without HTTP: a view in a database, or a folder of files that the owner drops. Where they are is deployed by name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reuse_gateway.connectors.predicates import Strict
from reuse_gateway.connectors.scalars import SecretName, Truth

Column = Annotated[str, Field(min_length=1, max_length=80)]


class Database(Strict):
    """A read-only SQLAlchemy URL by name (async driver). An answer with more than `most_rows` rows is no answer."""

    url_name: SecretName
    most_rows: int = Field(default=200, ge=1, le=5_000)


class Drop(Strict):
    """A folder in which deltas arrive: later files (in order of their names) replace rows of earlier ones with the same `key`.

    `columns` renames (theirs: ours); only those are kept. `owner` names (ours) the columns with owners' numbers.
    A row whose `removed` column says yes takes the row with its key away. `header_row` counts from 1 (Excel sheets often begin
    with a title). A file still being written must have another ending.
    """

    folder_name: SecretName
    format: Literal["csv", "ndjson", "xlsx"]
    delimiter: Literal[",", ";", "tab", "|"] = ","
    encoding: Literal["utf-8", "windows-1258"] = "utf-8"
    sheet: str | None = None
    header_row: int = Field(default=1, ge=1, le=50)
    columns: dict[Column, Column] = Field(min_length=1, max_length=60)
    key: tuple[Column, ...] = Field(min_length=1, max_length=6)
    owner: tuple[Column, ...] = Field(min_length=1, max_length=4)
    removed: Column | None = None
    lost_zeros: Truth = False
    most_rows: int = Field(default=200_000, ge=1, le=2_000_000)
    most_bytes: int = Field(default=67_108_864, ge=1_024, le=1_073_741_824)
    look_again_s: float = Field(default=5, ge=0, le=3_600)

    @model_validator(mode="after")
    def _columns_are_known(self) -> Drop:
        ours = set(self.columns.values())
        if len(ours) != len(self.columns):
            raise ValueError("two columns are given one name")
        named = {*self.key, *self.owner, *((self.removed,) if self.removed else ())}
        if not named <= ours:
            raise ValueError(f"no column is called {sorted(named - ours)[0]!r}")
        return self
