"""What is kept of a check: canonical JSON, nothing lost on the way back, nobody named."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given

from reuse_gateway.domain.check import Check
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.storage.checks import check_body, check_of
from tests.made_up_checks import checks

CHECKS = checks(["NQ-66.7-2025", "L-148-2025"], ["H41.12"])


@given(CHECKS)
def test_a_body_is_canonical_json(check: Check) -> None:
    body = check_body(check)
    assert body.encode() == canonical(json.loads(body))


@given(CHECKS)
def test_a_body_tells_the_whole_check_but_whose_paper_a_source_named(check: Check) -> None:
    def ownerless(verdict):
        return replace(verdict, holdings=tuple(replace(holding, owner=None) for holding in verdict.holdings))

    assert check_of(check_body(check)) == replace(check, verdicts=tuple(map(ownerless, check.verdicts)))


@given(CHECKS)
def test_a_body_names_no_owner(check: Check) -> None:
    assert "999090000001" not in check_body(check)
