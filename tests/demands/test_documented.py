"""What docs/demands.md shows is taken by the gateway, word for word."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from reuse_gateway.domain.demand import Finding
from reuse_gateway.domain.override import CODES
from tests.api.conftest import House

from .builders import EXCEPTIONS
from .test_api import asked, holds, post

PAGE = (Path(__file__).parents[2] / "docs" / "demands.md").read_text(encoding="utf-8")
ROWS = {
    row[0].split()[0]: row for line in PAGE.splitlines() if re.match(r"\| E\d", line) for row in [line.strip("| ").split(" | ")]
}


async def test_the_body_of_the_page_is_a_demand(house: House) -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    answer = await post(house, json.loads(shown))
    assert answer.status_code == 200, answer.text
    assert {item["ref"] for item in answer.json()["items"]} == {"a", "w1", "w2"}


@pytest.mark.parametrize("code", CODES)
async def test_each_exception_of_the_page_is_taken_and_told_as_it_is(house: House, code: str) -> None:
    holds(house)
    _, who, example, *_ = ROWS[code]
    known = EXCEPTIONS[code]
    invoker, days = who.split(", ")
    assert (invoker in {str(each) for each in known.invokers}, int(days)) == (True, known.max_days)
    evidence = json.loads(re.findall(r"`(\{.*?\})`", example)[0].replace("chk_...", "chk_" + "0" * 32))
    assert code == "E1" or set(evidence) == set(known.evidence)
    by = "supervisor" if invoker == "supervisor" else "officer"
    told = asked(override={"reason_code": code, "invoked_by": by, "evidence": evidence})
    answer = await post(house, told, "demo-admin" if by == "supervisor" else "demo-intake")
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"][0]["override"]["reason_code"] == code


def test_every_finding_is_explained() -> None:
    assert all(f"| `{finding}` |" in PAGE for finding in Finding)
