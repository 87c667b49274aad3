"""What auditors send to get a file, and how a job is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from reuse_gateway.api.schemas import Strict
from reuse_gateway.api.violation_reading import FILTERS
from reuse_gateway.domain.errors import BadQuery
from reuse_gateway.domain.export import COLUMNS, Export, ExportState
from reuse_gateway.domain.free_text import names_somebody, plain, says_something
from reuse_gateway.domain.receipt import instant

Value = Annotated[str, Field(max_length=100)]


def _kept_words(told: str) -> str:
    if names_somebody(told):
        raise ValueError("personal_number")
    if not says_something(told):
        raise ValueError("too_short")
    return plain(told)


class ExportIn(Strict):
    """Which violations, which columns, what for. `q` and `filters` narrow each other; a bundle has no columns."""

    format: Literal["csv", "xlsx", "ndjson", "bundle"]
    purpose: str = Field(min_length=8, max_length=200, description="What it is for; kept. No person may be named in it.")
    q: str = Field("", max_length=500)
    filter: str | None = Field(None, max_length=40, description="Name of a saved filter that must hold too.")
    filters: dict[str, Value | list[Value]] = Field(
        default_factory=dict, max_length=20, json_schema_extra={"propertyNames": {"enum": [*FILTERS, "made_from", "made_to"]}}
    )
    columns: list[Literal[COLUMNS]] = Field(default_factory=lambda: list(COLUMNS), min_length=1, max_length=len(COLUMNS))  # type: ignore[valid-type]
    tz: Literal["Asia/Ho_Chi_Minh", "UTC"] = "Asia/Ho_Chi_Minh"
    headings: Literal["vi", "en", "keys"] = "vi"
    words: bool = Field(True, description="CSV and XLSX with headings for people: beside each column of codes one of words.")

    @field_validator("purpose")
    @classmethod
    def _names_nobody(cls, told: str) -> str:
        return _kept_words(told)

    @field_validator("columns")
    @classmethod
    def _once(cls, told: list[str]) -> list[str]:
        if len(set(told)) < len(told):
            raise ValueError("duplicate_ref")
        return told

    def sought(self) -> Iterator[tuple[str, str]]:
        """Names and values as a query string would have them; raises BadQuery for what has a member of its own."""
        for name, value in self.filters.items():
            if name in ("q", "filter"):
                raise BadQuery("unknown_filter", 0, FILTERS, "/query")
            for each in [value] if isinstance(value, str) else value:
                yield name, each
        yield "q", self.q
        if self.filter is not None:
            yield "filter", self.filter


class FilterIn(Strict):
    """A query line to keep under a name."""

    q: str = Field(min_length=1, max_length=500)
    title: str = Field(min_length=1, max_length=120, description="What it finds, for people. No person may be named in it.")

    @field_validator("title")
    @classmethod
    def _names_nobody(cls, told: str) -> str:
        return _kept_words(told)


def export_told(export: Export, link: str | None) -> dict[str, Any]:
    """A job as it stands; `file` is a link that works for a quarter of an hour, without a token."""
    done = export.state is ExportState.DONE
    return {
        "export_id": export.id,
        "state": export.state,
        "format": export.format,
        "rows": export.rows,
        "ledger_size": export.below,
        "ordered_at": instant(export.ordered_at),
        "finished_at": export.finished_at and instant(export.finished_at),
        "expires_at": instant(export.expires_at),
        "bytes": export.bytes if done else None,
        "sha256": export.sha256 if done else None,
        "code": export.code or None,
        "file": link if done else None,
    }
