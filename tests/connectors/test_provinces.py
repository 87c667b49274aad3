"""Area codes of before and since 1 July 2025 name the same province, and nothing else does."""

from __future__ import annotations

import pytest

from reuse_gateway.connectors.predicates import Predicate
from reuse_gateway.connectors.provinces import present_province, same_province

# The list of 63, as upstreams that were not rewritten go on sending it.
NEVER_GIVEN = {
    3,
    5,
    7,
    9,
    13,
    16,
    18,
    21,
    23,
    28,
    29,
    32,
    39,
    41,
    43,
    47,
    50,
    53,
    55,
    57,
    59,
    61,
    63,
    65,
    69,
    71,
    73,
    76,
    78,
    81,
    85,
    88,
    90,
}
FORMER = [f"{number:02d}" for number in range(1, 97) if number not in NEVER_GIVEN]


def test_sixty_three_provinces_are_thirty_four_now() -> None:
    assert len(FORMER) == 63
    assert len({present_province(code) for code in FORMER}) == 34


def test_a_present_code_stands_for_itself() -> None:
    present = {present_province(code) for code in FORMER}
    assert present <= set(FORMER)
    assert {present_province(code) for code in present} == present


@pytest.mark.parametrize(
    ("told", "asked", "same"),
    [
        ("40/412/16690", "40", True),
        ("040", "40", True),
        ("26/243/08707", "25", True),
        ("25", "26", True),
        ("17.05092", "026", True),
        ("27", "25", False),
        ("40", "42", False),
        ("", "40", False),
        ("Nghệ An", "Nghệ An", False),
        ("999090000001", "99", False),
        ("40", "401", False),
    ],
)
def test_codes_are_compared_as_provinces_are_now(told: str, asked: str, same: bool) -> None:
    assert same_province(told, asked) is same
    assert Predicate.model_validate({"path": "area", "province": asked}).holds({"area": told}) is same
