"""What the facts remember of one question is never the answer to another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reuse_gateway.domain.plan import plan
from reuse_gateway.domain.source import Offer

from .builders import BIRTH, DAY, MARRIAGE, agency, citizen, facts, request, row, source, version, wanted

ASKED = request(wanted(BIRTH, "a"), wanted(BIRTH, "b", about=(("plate", "37A"),)))
BOOKS = version(row(BIRTH)), version(row(BIRTH, MARRIAGE))
OTHERS = [
    (ASKED, BOOKS[0], agency("elsewhere")),
    (ASKED, BOOKS[0], None),
    (ASKED, BOOKS[1], agency()),
    (request(*ASKED.wanted, subject=citizen(2, full_name="Trần Thị Bình")), BOOKS[0], agency()),
    (request(*ASKED.wanted, as_of=DAY - timedelta(3000)), BOOKS[0], agency()),
    (request(wanted(BIRTH)), BOOKS[0], agency()),
]


def _facts():
    return facts(
        source("registry", Offer(BIRTH, needs=frozenset({"full_name"})), MARRIAGE),
        source("cars", Offer(BIRTH, needs=frozenset({"about.plate"}))),
    )


@pytest.mark.parametrize("other", OTHERS)
def test_a_plan_does_not_depend_on_the_plans_before_it(other) -> None:
    remembering = _facts()
    first = (ASKED, BOOKS[0], agency())
    for asked, book, who in (first, other, first):
        assert plan(asked, book, remembering, who) == plan(asked, book, _facts(), who)
    assert plan(first[0], first[1], _facts(), first[2]) != plan(other[0], other[1], _facts(), other[2])


def test_no_person_is_remembered() -> None:
    remembering = _facts()
    plan(request(subject=citizen(7, full_name="Lê Văn Cường")), BOOKS[0], remembering, agency())
    assert remembering._candidates
    assert "Cường" not in repr(remembering._candidates)
    assert "999" not in repr(remembering._candidates)
