"""GET /v1/violations over the rims: filters, cursors, the window, refusals with suggestions, the reading that is kept."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.conftest import House
from tests.query.builders import recorded, spread


async def ask(house: House, client_id: str = "demo-auditor", **params: Any) -> httpx.Response:
    return await house.client.get("/v1/violations", params=params, headers=await house.headers(client_id))


def fill(house: House, count: int = 40) -> None:
    house.store.kept_violations += recorded(spread(count))


async def test_a_filter_and_the_same_word_of_the_language_find_the_same(house: House):
    fill(house)
    for told, line in (
        ({"agency": "H41.12.*"}, "agency:H41.12.*"),
        ({"severity": ["low", "high"]}, "severity:low,high"),
        ({"channel": "counter", "source": "land"}, "channel:counter source:land"),
        ({"made_from": "2026-11-01", "made_to": "2026-11-20"}, "created:2026-11-01..2026-11-20"),
        ({"state": "detected", "type": "V05"}, "state:detected type:V05"),
        ({"evidence_type": "birth_certificate", "q": "-severity:low"}, "evidence:birth_certificate -severity:low"),
    ):
        by_filter, by_line = (await ask(house, limit=200, **told)).json(), (await ask(house, limit=200, q=line)).json()
        assert by_filter["items"]
        assert by_filter["items"] == by_line["items"]
        assert by_filter["query"] == by_line["query"]


async def test_names_are_found_without_their_accents(house: House):
    fill(house)
    found = (await ask(house, q='"quyen su dung dat"', limit=200)).json()["items"]
    assert {each["evidence_type"] for each in found} >= {"land_use_certificate"}
    assert (await ask(house, q="zzzz")).json()["items"] == []


async def test_a_word_is_a_whole_word_of_what_a_row_shows(house: House):
    """`đất` folds to `dat`: it was found in every `database`, and in synonyms that nobody is shown."""
    fill(house)
    found = (await ask(house, q="đất", limit=200)).json()["items"]
    assert found
    assert all(each["evidence_type"] == "land_use_certificate" or each["source"] == "land" for each in found)
    begun = (await ask(house, q="dat*", limit=200)).json()["items"]
    assert "population" in {each["source"] for each in begun}, "a beginning is asked for with a star"
    assert (await ask(house, q='"trich do ban do"')).json()["items"] == []


async def test_the_window_is_told_in_vietnamese_time(house: House):
    told = (await ask(house, made_from="2026-11-01", q="created:<2026-11-23")).json()
    assert told["window"] == {
        "from": "2026-11-01T00:00:00+07:00",
        "before": "2026-11-23T00:00:00+07:00",
        "time_zone": "Asia/Ho_Chi_Minh",
    }
    assert (await ask(house)).json()["window"] == {"from": None, "before": None, "time_zone": "Asia/Ho_Chi_Minh"}


async def test_pages_follow_their_cursor_to_the_end(house: House):
    fill(house)
    ids, cursor = [], None
    while True:
        page = (await ask(house, limit=7, **({"cursor": cursor} if cursor else {}))).json()
        ids += [each["violation_id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(ids) == len(set(ids)) == len(house.store.kept_violations)


async def test_a_cursor_of_another_query_or_of_nobody_is_refused(house: House):
    fill(house)
    cursor = (await ask(house, limit=3, severity="high")).json()["next_cursor"]
    for told in ({"severity": "low"}, {}, {"severity": "high", "q": "x"}):
        refused = await ask(house, limit=3, cursor=cursor, **told)
        assert (refused.status_code, refused.json()["code"]) == (400, "stale_cursor")
    assert (await ask(house, cursor=cursor[:-2] + "AA", severity="high")).status_code == 400
    assert (await ask(house, limit=3, cursor=cursor, q="severity:high")).status_code == 200, "the same query otherwise put"


@pytest.mark.parametrize(
    ("params", "pointer", "fault", "suggestion"),
    [
        ({"agancy": "H41"}, "/query", "unknown_filter", "agency"),
        ({"foo": "H41"}, "/query", "unknown_filter", "agency"),
        ({"filter": "mo-cao"}, "/query/filter", "unknown_saved_filter", None),
        ({"filter": ["a", "b"]}, "/query/filter", "filter_told_twice", None),
        ({"q": "agancy:H41"}, "/query/q", "unknown_key", "agency"),
        ({"severity": "hihg"}, "/query/severity", "unknown_value", "high"),
        ({"type": "V99"}, "/query/type", "unknown_value", "V01"),
        ({"channel": "fax"}, "/query/channel", "unknown_value", "counter"),
        ({"state": "detectd"}, "/query/state", "unknown_value", "detected"),
        ({"source": "populaton"}, "/query/source", "unknown_value", "population"),
        ({"source": "popx*"}, "/query/source", "unknown_value", None),
        ({"evidence_type": "id_crd"}, "/query/evidence_type", "unknown_value", "id_card"),
        ({"q": "is:open source:populaton"}, "/query/q", "unknown_value", "population"),
        ({"q": "-evidence:id_crd"}, "/query/q", "unknown_value", "id_card"),
        ({"agency": "H41 OR 1=1"}, "/query/agency", "bad_value", None),
        ({"made_from": "soon"}, "/query/made_from", "bad_window", None),
        ({"made_from": "2026-11-02T00:00:00"}, "/query/made_from", "bad_window", None),
        ({"made_to": "2026-13-01"}, "/query/made_to", "bad_window", None),
        ({"made_from": "2026-11-02", "made_to": "2026-11-01"}, "/query/made_from", "bad_window", None),
        ({"q": ["a", "b"]}, "/query/q", "filter_told_twice", None),
        ({"q": "999090000001"}, "/query/q", "personal_number_in_query", None),
        ({"agency": "999090000001"}, "/query/agency", "personal_number_in_query", None),
    ],
)
async def test_what_is_not_known_is_refused_with_what_was_meant(
    house: House, params: dict[str, Any], pointer: str, fault: str, suggestion: str | None
):
    refused = await ask(house, **params)
    told = refused.json()
    assert (refused.status_code, told["code"]) == (400, "bad_query")
    (error,) = told["errors"]
    assert (error["pointer"], error["code"]) == (pointer, fault)
    assert error["message"] != fault
    assert suggestion is None or suggestion in told["suggestions"]
    assert "999090000001" not in refused.text
    assert house.store.notes == []


async def test_the_reading_is_kept_without_the_words(house: House):
    await ask(house, q='agency:H41 "nguyen van an"')
    (note,) = house.store.notes
    assert (note.what, note.ref) == ("violations", "agency:H41")


async def test_only_auditors_look(house: House):
    assert (await ask(house, "demo-intake")).status_code == 403
    assert (await house.client.get("/v1/violations")).status_code == 401


async def test_a_limit_above_the_most_is_lowered_and_none_is_refused(house: House):
    fill(house, 150)
    assert len((await ask(house, limit=200)).json()["items"]) == 200
    assert {(await ask(house, limit=limit)).status_code for limit in (0, 201, 10_000)} == {422}


@pytest.mark.parametrize(
    ("params", "at"),
    [
        ({"q": "source:landd"}, 1),
        ({"q": "is:open  -source:population,landd"}, 10),
        ({"q": '"bản sao" paper:id_crd'}, 11),
        ({"q": "severity:high", "source": "landd"}, 0),
    ],
)
async def test_a_name_that_is_none_is_told_at_its_term(house: House, params: dict[str, str], at: int) -> None:
    told = (await ask(house, **params)).json()
    assert (told["at"], told["errors"][0]["code"]) == (at, "unknown_value")
    assert told["errors"][0]["pointer"] == ("/query/q" if at else "/query/source")
