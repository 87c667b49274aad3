"""Simple, bounded conditions over an answer: no expressions, no regular expressions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from reuse_gateway.connectors.paths import MISSHAPEN, PathField, as_text
from reuse_gateway.domain.text import fold

_TESTS = ("status", "equals", "one_of", "contains", "prefix", "being")


class Strict(BaseModel):
    """Every part of a manifest: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Predicate(Strict):
    """One condition: `{status: [200]}` or `{path: ..., equals | in | contains | prefix | is: ...}`.

    `contains` ignores case and accents. `is: missing` = null or not there, `empty` = that or "", [], {}; an answer of another
    shape than the path expects is neither.
    """

    status: tuple[int, ...] | None = None
    path: PathField | None = None
    equals: str | None = None
    one_of: tuple[str, ...] | None = Field(default=None, alias="in")
    contains: str | None = None
    prefix: str | None = None
    being: Literal["present", "missing", "empty", "filled"] | None = Field(default=None, alias="is")

    @model_validator(mode="after")
    def _one_test(self) -> Predicate:
        given = [name for name in _TESTS if getattr(self, name) is not None]
        if len(given) != 1 or (given == ["status"]) != (self.path is None):
            raise ValueError("exactly one test: status, or path with one of equals, in, contains, prefix, is")
        return self

    def holds(self, value: Any, status: int = 0) -> bool:
        """Does it hold of this decoded body (or record) and status?"""
        if self.status is not None:
            return status in self.status
        found = self.path.read(value)
        if self.being is not None:
            return _is(self.being, found)
        text = as_text(found)
        return text is not None and self._says(text)

    def _says(self, text: str) -> bool:
        if self.equals is not None:
            return text == self.equals
        if self.one_of is not None:
            return text in self.one_of
        if self.prefix is not None:
            return text.startswith(self.prefix)
        return fold(self.contains or "") in fold(text)


def _is(being: str, found: Any) -> bool:
    if found is MISSHAPEN:
        return False
    if being in ("present", "missing"):
        return (found is None) == (being == "missing")
    return (found is None or found in ("", [], {})) == (being == "empty")


def _listed(value: object) -> object:
    return [value] if isinstance(value, dict) else value


Conditions = Annotated[tuple[Predicate, ...], BeforeValidator(_listed), Field(min_length=1, max_length=8)]


def all_hold(conditions: tuple[Predicate, ...], value: Any, status: int = 0) -> bool:
    """Every condition holds."""
    return all(condition.holds(value, status) for condition in conditions)
