"""Simple, bounded conditions over an answer: no expressions, no regular expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from reuse_gateway.connectors.paths import MISSHAPEN, PathField, as_text
from reuse_gateway.connectors.provinces import same_province
from reuse_gateway.connectors.spellings import parts_of, same_agency, yes_or_no
from reuse_gateway.domain.text import fold

_TESTS = ("status", "equals", "one_of", "contains", "prefix", "has", "says", "agency", "province", "being")


class Strict(BaseModel):
    """Every part of a manifest: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Predicate(Strict):
    """One condition: `{status: [200]}` or `{path, equals | in | contains | prefix | has | says | agency | province | is}`.

    `contains` ignores case and accents. `has`: one of the values joined by `;` or `##`. `says: yes, no` bears with 1, True, Y.
    `agency`, `province` compare older and newer codes. `is: missing` = null or not there, `empty` = that or
    "", [], {}; an answer of another shape than the path expects is neither. `among` lists every value that is known there.
    """

    status: tuple[int, ...] | None = None
    path: PathField | None = None
    equals: str | None = None
    one_of: tuple[str, ...] | None = Field(default=None, alias="in")
    among: tuple[str, ...] | None = None
    contains: str | None = None
    prefix: str | None = None
    has: str | None = None
    says: Literal["yes", "no"] | None = None
    agency: str | None = None
    province: str | None = None
    being: Literal["present", "missing", "empty", "filled"] | None = Field(default=None, alias="is")

    @model_validator(mode="after")
    def _one_test(self) -> Predicate:
        given = [name for name in _TESTS if getattr(self, name) is not None]
        if len(given) != 1 or (given == ["status"]) != (self.path is None):
            raise ValueError(
                "exactly one test: status, or path with one of equals, in, contains, prefix, has, says, agency, province, is"
            )
        asked = self.one_of if self.equals is None else (self.equals,)
        if self.among is not None and not (asked and set(asked) <= set(self.among)):
            raise ValueError("among goes with equals or in, and lists what they ask for too")
        return self

    @property
    def positive(self) -> bool:
        """Does it need something to be there? An error page lacks everything, so what is missing alone says nothing."""
        return self.path is not None and self.being not in ("missing", "empty")

    def holds(self, value: Any, status: int = 0) -> bool:
        """Does it hold of this decoded body (or record) and status?"""
        if self.status is not None:
            return status in self.status
        found = self.path.read(value)
        if self.being is not None:
            return _is(self.being, found)
        text = as_text(found)
        return text is not None and self._says(text)

    def verdict(self, record: Any) -> bool | None:
        """Does it hold of this record? None where the record cannot tell: no value there, or none that is known."""
        if self.path is None:
            return False
        found = self.path.read(record)
        if self.being is not None:
            return None if found is MISSHAPEN else _is(self.being, found)
        text = as_text(found)
        return self._says(text) if text is not None and self._known(text) else None

    def _known(self, text: str) -> bool:
        if self.says is not None:
            return yes_or_no(text) is not None
        return text in self.among if self.among is not None else bool(text) or self.equals == ""

    def _says(self, text: str) -> bool:
        tests: dict[str, Callable[[str], bool]] = {
            "equals": lambda asked: text == asked,
            "contains": lambda asked: fold(asked) in fold(text),
            "prefix": text.startswith,
            "has": lambda asked: asked in parts_of(text),
            "says": lambda asked: yes_or_no(text) is (asked == "yes"),
            "agency": lambda asked: same_agency(text, asked),
            "province": lambda asked: same_province(text, asked),
        }
        if self.one_of is not None:
            return text in self.one_of
        return any(test(asked) for name, test in tests.items() if (asked := getattr(self, name)) is not None)


def _is(being: str, found: Any) -> bool:
    if found is MISSHAPEN:
        return False
    if being in ("present", "missing"):
        return (found is None) == (being == "missing")
    return (found is None or found in ("", [], {})) == (being == "empty")


def one_or_several(value: object) -> object:
    """A single condition may stand without its list."""
    return [value] if isinstance(value, dict) else value


Conditions = Annotated[tuple[Predicate, ...], BeforeValidator(one_or_several), Field(min_length=1, max_length=8)]


def all_hold(conditions: tuple[Predicate, ...], value: Any, status: int = 0) -> bool:
    """Every condition holds."""
    return all(condition.holds(value, status) for condition in conditions)


def verdict(conditions: tuple[Predicate, ...], record: Any) -> bool | None:
    """All of them: False where one surely fails, None where none fails but one cannot be told."""
    told = {condition.verdict(record) for condition in conditions}
    return False if False in told else None if None in told else True
