"""What `ledger verify` finds is told in words and values that an operator knows, never in the spelling of the program."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from reuse_gateway.domain.case import CaseState
from reuse_gateway.storage.discrepancies import shown

from .builders import Store, a_check, a_demand, as_owner

AT = datetime(2026, 11, 23, 6, 18, 58, 123456, tzinfo=UTC)
OF_THE_PROGRAM = re.compile(r"datetime\.|<[A-Z]\w+\.|\bNone\b|\bTrue\b|\bFalse\b|b'|^[\[(]|'$")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ((2, 1, CaseState.EXPLANATION_DUE), "2 1 explanation_due"),
        (CaseState.CONFIRMED, "confirmed"),
        (AT, "2026-11-23T06:18:58.123456Z"),
        (date(2026, 11, 23), "2026-11-23"),
        (None, "nothing"),
        (True, "true"),
        (("violations.made_at", AT), "violations.made_at 2026-11-23T06:18:58.123456Z"),
        (("pending_cases", "ab", ["land", "tax"]), "pending_cases ab land, tax"),
        (("violations.source", None), "violations.source nothing"),
        ([], ""),
        (b"\x01" * 32, "01" * 32),
        (memoryview(b"\x01" * 32), "01" * 32),
    ],
)
def test_values_are_told_plainly(value: object, told: str) -> None:
    assert shown(value) == told


def test_long_words_are_told_by_their_digest() -> None:
    assert shown("x" * 81).startswith("sha256:")
    assert shown(("x" * 40, "y" * 41)).startswith("sha256:")
    assert shown(b"short").startswith("sha256:")


async def test_no_finding_speaks_as_the_program_does(store: Store) -> None:
    await store.recorder.record_check(a_check(1), None)
    await store.recorder.record_demand(a_demand(1))
    for statement in (
        "UPDATE checks SET decided_at = '2026-01-01T00:00:00.000000Z'",
        "UPDATE violations SET made_at = '2026-01-01T00:00:00.000000Z', source = NULL",
        "UPDATE demands SET made_at = '2026-01-01T00:00:00.000000Z'",
    ):
        await as_owner(store.url, statement)
    findings = (await store.verified()).findings
    assert len(findings) >= 3
    assert not [each for each in findings if OF_THE_PROGRAM.search(each.expected) or OF_THE_PROGRAM.search(each.found)]
