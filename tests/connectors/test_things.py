"""Papers about a thing: asked by one of its numbers, and no record about another thing proves anything."""

from __future__ import annotations

import httpx
import pytest
from pydantic import ValidationError

from reuse_gateway.connectors.manifest import source_of
from reuse_gateway.connectors.spellings import same_thing
from reuse_gateway.domain.holding import Doubt, Outcome, State

from .builders import AN, OTHER, ask, found, mocked, paper, question, toy

ASKED_BY = {
    "needs": [],
    "either": ["about.certificate_no", "about.parcel"],
    "request": {"path": "/papers", "repeatable": "true", "json": {"no": "{about.certificate_no}", "parcel": "{about.parcel}"}},
    "about": {"certificate_no": "serial", "parcel": "parcel"},
    "several": "newest",
}
OWN = {"serial": "AA 99900001", "parcel": "99999/9/1"}
ASKED = (("certificate_no", "AA99900001"),)


async def _told(*papers: dict, about: tuple = ASKED):
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.content)
        return httpx.Response(200, content=found(*papers))

    registry = mocked(answer, toy(lookup=ASKED_BY))
    holding = await ask(registry, question(AN, about=about))
    await registry.aclose()
    return holding, asked


async def test_a_paper_is_held_where_owner_and_thing_are_those_asked_about() -> None:
    told, asked = await _told(paper(**OWN))
    assert told.state is State.VALID
    assert asked == [b'{"no": "AA99900001"}']


@pytest.mark.parametrize(
    "about", [(("parcel", "99999-09-001"),), (("certificate_no", "aa 999.00001"), ("parcel", "99999/9/1"))]
)
async def test_any_of_its_numbers_will_do_in_any_spelling(about: tuple) -> None:
    assert (await _told(paper(**OWN), about=about))[0].state is State.VALID


@pytest.mark.parametrize(
    ("papers", "about", "doubt"),
    [
        ([paper(**OWN | {"serial": "AA 99900002"})], ASKED, Doubt.BAD_ANSWER),
        ([paper(**OWN | {"serial": ""})], ASKED, Doubt.BAD_ANSWER),
        ([paper(parcel="99999/9/1")], ASKED, Doubt.BAD_ANSWER),
        ([paper(**OWN)], (*ASKED, ("parcel", "99999/9/2")), Doubt.BAD_ANSWER),
        ([paper(**OWN, owner=OTHER)], ASKED, Doubt.WRONG_OWNER),
        ([paper(**OWN)], (), Doubt.INSUFFICIENT_SUBJECT_DATA),
        ([paper(**OWN)], (("plate", "00A-00001"),), Doubt.INSUFFICIENT_SUBJECT_DATA),
    ],
    ids=["another", "empty", "untold", "half", "owner", "unasked", "other-number"],
)
async def test_a_record_about_another_thing_is_never_a_holding(papers: list, about: tuple, doubt: Doubt) -> None:
    told, _ = await _told(*papers, about=about)
    assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, doubt)


async def test_one_of_several_parcels_of_a_certificate_is_enough() -> None:
    told, _ = await _told(paper(**OWN | {"parcel": "99999/9/7;99999/9/1"}), about=(("parcel", "99999/9/1"),))
    assert told.state is State.VALID


async def test_among_several_the_one_asked_about_counts() -> None:
    other = paper(**OWN | {"serial": "AA 99900002"})
    told, _ = await _told(other, paper(**OWN, to="2020-01-01"))
    assert told.expires_on is not None


def test_a_manifest_says_where_a_record_names_what_it_is_asked_about() -> None:
    with pytest.raises(ValidationError, match="nothing says where"):
        toy(lookup=ASKED_BY | {"about": {"parcel": "parcel"}})


def test_one_number_of_the_thing_suffices_and_none_does_not() -> None:
    offer = source_of(toy(lookup=ASKED_BY)).offer("birth_certificate", "citizen")
    assert offer.suffices(frozenset({"personal_id", "about.parcel"}))
    assert not offer.suffices(frozenset({"personal_id"}))
    assert offer.speaks_of(frozenset({"about.certificate_no"}))
    assert not offer.speaks_of(frozenset({"about.plate"}))


@pytest.mark.parametrize(
    ("kind", "told", "asked", "same"),
    [
        ("plate", "00A-000.01", "00A00001", True),
        ("plate", "00A-000.01", "00A-00002", False),
        ("certificate_no", "AA 12345678", "aa12345678", True),
        ("certificate_no", "AA 12345678", "AA 12345679", False),
        ("certificate_no", "", "", False),
        ("certificate_no", " -. ", "...", False),
        ("parcel", "16690/012/0345", "16690-12-345", True),
        ("parcel", "16690/1/2345", "16690/12/345", False),
        ("parcel", "", "", False),
        ("number", "So 12-34", "so  12-34", True),
        ("number", "12-34", "1-234", False),
        ("parcel", "16690/12", "16690/12/345", False),
    ],
)
def test_numbers_of_things_are_compared_as_people_write_them(kind: str, told: str, asked: str, same: bool) -> None:
    assert same_thing(kind, told, asked) is same
