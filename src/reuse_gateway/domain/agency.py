"""A public body (cơ quan, đơn vị): its code in both spellings and which sources it is entitled to ask."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reuse_gateway.domain.text import Text

_NEW = re.compile(r"[A-Z][0-9]{2}(\.[0-9]{1,3})*")
_OLD = re.compile(r"([0-9]{2,3}\.){3}[A-Z][0-9]{2}")


def agency_code(text: str) -> str:
    """Parent-first spelling (`H41.14.2`) of either spelling (`000.02.14.H41` is the older one); raises ValueError.

    Decision 20/2020/QĐ-TTg, amended by 09/2025/QĐ-TTg: groups of zeros are empty. One body has one code, however many zeros
    are written: `H41.012` beside `H41.12` would be a body that judges itself.
    """
    groups = text.split(".")
    if _OLD.fullmatch(text):
        groups.reverse()
    elif not _NEW.fullmatch(text):
        raise ValueError("agency_code_shape")
    province, *lower = groups
    return ".".join((province, *(str(int(group)) for group in lower if group.strip("0"))))


def within(code: str, branch: str) -> bool:
    """Is this the body itself or one below it in the tree? Both in the parent-first spelling."""
    return code == branch or code.startswith(f"{branch}.")


def same_province(code: str, other: str) -> bool:
    """Do both stand in one tree: below the same province or ministry?"""
    return code.partition(".")[0] == other.partition(".")[0]


def line_of(code: str) -> tuple[str, ...]:
    """The body and all above it, itself first."""
    parts = code.split(".")
    return tuple(".".join(parts[:many]) for many in range(len(parts), 0, -1))


@dataclass(frozen=True, slots=True)
class Agency:
    """A body or a branch of the tree below it. `sources` it may ask; empty = none (fail closed), `*` = every one.

    `place` is the name of its place (địa danh) as its letters are dated.
    """

    code: str
    name: Text
    level: str
    sources: frozenset[str]
    place: str = ""

    def may_ask(self, source: str) -> bool:
        """Is it entitled to ask this source?"""
        return "*" in self.sources or source in self.sources


def entitled(agencies: tuple[Agency, ...], code: str) -> Agency | None:
    """The agency of this code, or the nearest one above it in the tree; None = nobody we know."""
    above = [agency for agency in agencies if within(code, agency.code)]
    return max(above, key=lambda agency: len(agency.code), default=None)


def place_of(agencies: tuple[Agency, ...], code: str) -> str:
    """Where a body's letters are dated (Decree 30/2020/NĐ-CP, annex I): its own place, a department's the province's.

    Empty = not known: a commune is never dated at the province, nor is a body below it that we do not know.
    """
    body = entitled(agencies, code)
    if body is None or (body.level == "province" and body.code != code):
        return ""
    if body.place or body.level != "department":
        return body.place
    return place_of(agencies, body.code.rpartition(".")[0])
