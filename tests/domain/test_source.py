"""When and why a source may stand in for paper."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reuse_gateway.domain.source import Ground, Offer, Source, Tier

from .builders import BIRTH, DAY, source

BEFORE, AFTER = DAY - timedelta(1), DAY + timedelta(1)


def ground(offer: Offer, day: date = DAY, **changes) -> Ground | None:
    """The ground of one source with one offer."""
    each = source("s", offer, **changes)
    return each.ground(offer, day)


@pytest.mark.parametrize(("first", "last"), [(DAY, None), (DAY, DAY), (BEFORE, DAY), (BEFORE, AFTER)])
def test_a_live_connection_is_a_ground_from_its_first_to_its_last_day(first: date, last: date | None) -> None:
    assert ground(Offer(BIRTH), connected_from=first, connected_to=last) is Ground.LIVE_CONNECTION


@pytest.mark.parametrize(("first", "last"), [(AFTER, None), (None, None), (None, AFTER), (BEFORE, BEFORE)])
def test_without_a_connection_on_the_day_there_is_no_ground(first: date | None, last: date | None) -> None:
    assert ground(Offer(BIRTH), connected_from=first, connected_to=last) is None
    assert ground(Offer(BIRTH, published_from=first, published_to=last), connected_from=None) is None


@pytest.mark.parametrize(("first", "last"), [(DAY, None), (DAY, DAY), (BEFORE, AFTER)])
def test_a_published_scope_is_a_ground_from_its_first_to_its_last_day(first: date, last: date | None) -> None:
    assert ground(Offer(BIRTH, published_from=first, published_to=last), connected_from=None) is Ground.PUBLISHED_SCOPE


def test_a_published_scope_is_cited_before_a_live_connection() -> None:
    assert ground(Offer(BIRTH, published_from=DAY)) is Ground.PUBLISHED_SCOPE


def test_a_scope_published_later_leaves_an_earlier_day_to_the_connection() -> None:
    assert ground(Offer(BIRTH, published_from=AFTER)) is Ground.LIVE_CONNECTION


def test_the_province_needs_no_publication_of_its_own_papers_but_a_connection() -> None:
    assert ground(Offer(BIRTH), tier=Tier.PROVINCIAL) is Ground.PROVINCIAL_HOLDING
    assert ground(Offer(BIRTH), tier=Tier.PROVINCIAL, connected_from=AFTER) is None


def test_an_offer_is_about_the_kinds_of_subject_it_names() -> None:
    firms = source("s", Offer(BIRTH, subject_kinds=frozenset({"business"})))
    assert firms.offer(BIRTH, "citizen") is None
    assert firms.offer(BIRTH, "business") is not None


def test_a_paper_that_is_not_offered_cannot_be_asked_for() -> None:
    each: Source = source("s", BIRTH)
    assert each.offer("marriage", "citizen") is None
    assert each.offer("", "citizen") is None
