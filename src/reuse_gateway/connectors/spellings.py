"""How registers spell the same thing: yes and no, several values in one text, numbers without their zeros, area codes."""

from __future__ import annotations

import re

from reuse_gateway.domain.agency import agency_code
from reuse_gateway.domain.subject import PersonalId
from reuse_gateway.domain.text import fold

_YES = frozenset({"1", "true", "y", "yes", "co", "x"})
_NO = frozenset({"0", "false", "n", "no", "khong"})
_JOINTS = re.compile(r"##|;")
_AREA = re.compile(r"0?([0-9]{2})(?:[/.-][0-9]{3})?(?:[/.-][0-9]{5})?")
_SEPARATORS = re.compile(r"[\s.-]+")
_BETWEEN = re.compile(r"[\s/.,-]+")
# The text that one settlement system writes where it does not know the owner.
_PLACEHOLDER = re.compile(r"0{6,}[0-9]*")


def yes_or_no(text: str) -> bool | None:
    """`1`, `True`, `Y`, `Có` / `0`, `False`, `N`, `Không`; None for anything else."""
    told = fold(text)
    return True if told in _YES else False if told in _NO else None


def parts_of(text: str) -> list[str]:
    """Several values in one text, joined by `;` or `##`."""
    return [part.strip() for part in _JOINTS.split(text) if part.strip()]


def same_number(told: str, asked: str, *, lost_zeros: bool = False) -> bool:
    """Is it the number asked for? Placeholders are nobody's. At most two leading zeros can be lost: no place is `000`."""
    if _PLACEHOLDER.fullmatch(told):
        return False
    if told == asked:
        return True
    short = len(asked) - len(told)
    return lost_zeros and told.isascii() and told.isdigit() and 0 < short <= 2 and told.zfill(len(asked)) == asked


def same_thing(name: str, told: str, asked: str) -> bool:
    """Is it the thing asked about? Case never counts, nor do dots, blanks and hyphens of a plate (`37A-123.45`) or of a
    certificate (`AA 01234567`), nor leading zeros in a parcel's commune, sheet and number (`16690/012/0345`).
    """
    one, other = _spelt_plainly(name, told), _spelt_plainly(name, asked)
    return bool(one) and one == other


def _spelt_plainly(name: str, text: str) -> str:
    if name == "parcel":
        return "/".join(part.lstrip("0") or "0" for part in _BETWEEN.split(text) if part)
    spaced = _SEPARATORS.sub("", text) if name in ("plate", "certificate_no") else " ".join(text.split())
    return spaced.casefold()


def province_of(text: str) -> str | None:
    """The province of an area code in any of its spellings: `40`, `040`, `40/412/16690`, `40.16681`; None where it is none.

    Since 1 July 2025 there are two levels (Decision 19/2025/QĐ-TTg), so the district is optional.
    """
    match = _AREA.fullmatch(text)
    return match[1] if match else None


def same_agency(told: str, asked: str) -> bool:
    """Agency codes agree in the newer (`H41.14`) and the older spelling (`000.00.14.H41`)."""
    try:
        return agency_code(told) == agency_code(asked)
    except ValueError:
        return False


def older_agency_code(code: str) -> str | None:
    """The older spelling of a newer code: three lower groups, the lowest first; None for a code with more of them."""
    top, *groups = code.split(".")
    if len(groups) > 3 or not all(group.isdigit() for group in groups):
        return None
    lower = [*(group.zfill(2) for group in groups), *["00"] * (3 - len(groups))]
    return ".".join([lower[2].zfill(3), lower[1], lower[0], top])


def is_male(number: PersonalId) -> bool:
    """The fourth digit of a personal id tells century and sex: even for men, odd for women (Decree 137/2015)."""
    return int(number.value[3]) % 2 == 0
