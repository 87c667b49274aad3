"""Saved filters: shared, revised only by whoever read them, leaves of the ledger, verified."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import httpx
import pytest

from reuse_gateway.domain.errors import Conflict
from reuse_gateway.domain.saved_filter import SavedFilter
from reuse_gateway.signing.tokens import Client
from reuse_gateway.storage.saved_filters import StoredFilters
from tests.api.conftest import House
from tests.query.builders import recorded, spread
from tests.storage.builders import AT, Store, as_owner

OPEN_HIGH = {"q": "is:open severity:high", "title": "Đang mở, mức cao"}
FIRST = {"if-none-match": "*"}


async def put(
    house: House, name: str = "mo-cao", told: Any = None, client_id: str = "demo-auditor", **headers: str
) -> httpx.Response:
    sent = await house.headers(client_id) | {key.replace("_", "-"): value for key, value in headers.items()}
    return await house.client.put(f"/v1/filters/{name}", json=told or OPEN_HIGH, headers=sent)


async def get(house: House, path: str = "", client_id: str = "demo-auditor") -> httpx.Response:
    return await house.client.get(f"/v1/filters{path}", headers=await house.headers(client_id))


async def test_a_filter_is_made_read_changed_and_withdrawn(house: House):
    made = await put(house, if_none_match="*")
    assert (made.status_code, made.headers["etag"]) == (201, '"r1"')
    assert (await get(house, "/mo-cao")).json()["q"] == OPEN_HIGH["q"]
    changed = await put(house, told=OPEN_HIGH | {"q": "is:open"}, if_match='"r1"')
    assert (changed.status_code, changed.json()["revision"]) == (200, 2)
    assert [each["name"] for each in (await get(house)).json()["items"]] == ["mo-cao"]
    headers = await house.headers("demo-auditor")
    assert (await house.client.delete("/v1/filters/mo-cao", headers=headers | {"if-match": '"r2"'})).status_code == 204
    assert (await get(house, "/mo-cao")).status_code == 404
    assert (await get(house)).json()["items"] == []
    assert (await put(house, if_none_match="*")).json()["revision"] == 4


@pytest.mark.parametrize(("line", "meant"), [("source:populaton", "population"), ("severty:high", "severity")])
async def test_a_line_typed_wrong_is_not_kept_and_told_at_its_place(house: House, line: str, meant: str):
    refused = await put(house, told=OPEN_HIGH | {"q": line}, if_none_match="*")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/q")
    assert meant in refused.json()["suggestions"]
    assert refused.json()["at"] == 1
    assert (await get(house)).json()["items"] == []


async def test_two_auditors_at_once_and_the_second_is_told(house: House):
    await put(house, if_none_match="*")
    assert (await put(house, if_match='"r1"')).status_code == 200
    for headers, status in (
        ({"if_match": '"r1"'}, 412),
        ({"if_none_match": "*"}, 412),
        ({}, 428),
        ({"if_match": 'W/"r2"'}, 412),
    ):
        assert (await put(house, **headers)).status_code == status


async def test_another_agency_rewrites_nobodys_filter_not_even_a_withdrawn_one(house: House):
    house.services.desk._clients["audited"] = Client("audited", "H41.12", frozenset({"audit:act"}), sha256(b"demo").digest())
    await put(house, if_none_match="*")
    blind = OPEN_HIGH | {"q": "severity:high -agency:H41.12.*"}
    refused = await put(house, told=blind, client_id="audited", if_match='"r1"')
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_filter")
    headers = await house.headers("audited") | {"if-match": '"r1"'}
    assert (await house.client.delete("/v1/filters/mo-cao", headers=headers)).status_code == 403
    assert (await get(house, "/mo-cao")).json()["q"] == OPEN_HIGH["q"]
    await house.client.delete("/v1/filters/mo-cao", headers=await house.headers("demo-auditor") | {"if-match": '"r1"'})
    assert (await put(house, told=blind, client_id="audited", if_none_match="*")).status_code == 403
    assert (await put(house, "cua-chung-toi", blind, "audited", if_none_match="*")).status_code == 201


def auditors(house: House, **agencies: str) -> None:
    for name, agency in agencies.items():
        scopes = frozenset({"audit:act", "audit:read", "audit:export"})
        house.services.desk._clients[name] = Client(name, agency, scopes, sha256(b"demo").digest())


async def test_nobody_below_undoes_what_whoever_stands_above_made_of_a_filter(house: House):
    auditors(house, below="H41.12", lower="H41.12.3", beside="H41.14")
    assert (await put(house, client_id="below", if_none_match="*")).json()["agency"] == "H41.12"
    for other in ("lower", "beside"):
        refused = await put(house, client_id=other, if_match='"r1"')
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_filter")
    above = (await put(house, told=OPEN_HIGH | {"q": "is:open"}, client_id="demo-auditor", if_match='"r1"')).json()
    assert (above["revision"], above["changed_by"], above["agency"]) == (2, "demo-auditor", "H41")
    refused = await put(house, client_id="below", if_match='"r2"')
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_filter")


async def test_a_name_withdrawn_from_above_is_not_taken_again_below(house: House):
    auditors(house, below="H41.12")
    await put(house, client_id="below", if_none_match="*")
    headers = await house.headers("demo-auditor") | {"if-match": '"r1"'}
    assert (await house.client.delete("/v1/filters/mo-cao", headers=headers)).status_code == 204
    assert (await put(house, client_id="below", if_none_match="*")).status_code == 403
    assert (await put(house, if_none_match="*")).json()["revision"] == 3


async def test_another_province_takes_no_name_of_this_one_and_sees_none(house: House):
    auditors(house, far="H99")
    theirs = await put(house, told=OPEN_HIGH | {"q": "severity:low"}, client_id="far", if_none_match="*")
    assert (theirs.status_code, (await get(house, "/mo-cao")).status_code) == (201, 404)
    assert (await seen(house, filter="mo-cao")).json()["errors"][0]["code"] == "unknown_saved_filter"
    assert (await put(house, if_none_match="*")).status_code == 201
    assert [each["q"] for each in (await get(house)).json()["items"]] == [OPEN_HIGH["q"]]
    assert (await seen(house, filter="mo-cao")).json()["query"] == OPEN_HIGH["q"]
    far = (await seen(house, "far", filter="mo-cao")).json()
    assert (far["query"], far["filter"]) == ("severity:low", {"name": "mo-cao", "revision": 1, "agency": "H99"})


async def test_a_revision_taken_meanwhile_is_told_as_such(house: House):
    log = house.services.auditing.filters.log

    async def taken(_saved: SavedFilter) -> None:
        raise Conflict(code="already_recorded")

    log.record_filter = taken
    assert (await put(house, if_none_match="*")).status_code == 412


@pytest.mark.parametrize(
    ("name", "told", "status"),
    [
        ("mo-cao", OPEN_HIGH | {"q": "agancy:H41"}, 400),
        ("mo-cao", OPEN_HIGH | {"q": ""}, 422),
        ("mo-cao", OPEN_HIGH | {"title": "của 999090000001"}, 422),
        ("mo-cao", OPEN_HIGH | {"more": 1}, 422),
        ("Mo", OPEN_HIGH, 422),
        ("999090000001", OPEN_HIGH, 422),
        ("a" * 41, OPEN_HIGH, 422),
    ],
)
async def test_what_cannot_be_kept_is_refused(house: House, name: str, told: Any, status: int):
    assert (await put(house, name, told, if_none_match="*")).status_code == status
    assert (await get(house)).json()["items"] == []


async def test_only_those_who_may_act_change_filters(house: House):
    assert (await put(house, client_id="demo-intake", if_none_match="*")).status_code == 403
    assert (await get(house, client_id="demo-intake")).status_code == 403


A_FILTER = SavedFilter("mo-cao", 1, "is:open", "Đang mở", AT, "auditor", "H41")


async def test_revisions_come_back_and_the_newest_counts(store: Store):
    kept = StoredFilters(store.reads, store.writer)
    for saved in (A_FILTER, replace(A_FILTER, revision=2, line="is:closed"), replace(A_FILTER, name="b-2")):
        await kept.record_filter(saved)
    assert (await kept.newest("mo-cao", "H41.12")).line == "is:closed"
    assert [each.name for each in await kept.listing("H41", 10)] == ["b-2", "mo-cao"]
    await kept.record_filter(replace(A_FILTER, revision=3, withdrawn=True))
    assert [each.name for each in await kept.listing("H41.30", 10)] == ["b-2"]
    assert await kept.newest("nothing", "H41") is None
    with pytest.raises(Conflict):
        await kept.record_filter(replace(A_FILTER, revision=3))
    assert (await store.verified()).good


async def test_a_name_means_to_each_province_its_own_filter(store: Store):
    kept = StoredFilters(store.reads, store.writer)
    for agency in ("H99.1", "H41.12", "H4"):
        await kept.record_filter(replace(A_FILTER, agency=agency, line=f"agency:{agency}"))
    told = {body: (await kept.newest("mo-cao", body)).agency for body in ("H99", "H41.30", "H4")}
    assert told == {"H99": "H99.1", "H41.30": "H41.12", "H4": "H4"}
    assert [each.agency for each in await kept.listing("H41", 10)] == ["H41.12"]
    assert await kept.newest("mo-cao", "H42") is None
    assert (await store.verified()).good


async def test_a_filter_kept_under_its_bare_name_goes_on_in_its_own_province(store: Store, monkeypatch: pytest.MonkeyPatch):
    kept = StoredFilters(store.reads, store.writer)
    with monkeypatch.context() as before:
        before.setattr(SavedFilter, "key", property(lambda saved: saved.name))
        await kept.record_filter(A_FILTER)
        await kept.record_filter(replace(A_FILTER, name="b-2"))
    assert [each.name for each in await kept.listing("H41", 10)] == ["b-2", "mo-cao"]
    assert (await kept.newest("mo-cao", "H99"), await kept.listing("H99", 10)) == (None, [])
    await kept.record_filter(replace(A_FILTER, revision=2, withdrawn=True))
    assert (await kept.newest("mo-cao", "H41")).revision == 2
    assert [each.name for each in await kept.listing("H41", 10)] == ["b-2"]
    assert (await store.verified()).good


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE saved_filters SET body = replace(body, 'is:open', 'is:shut')", "row_not_in_leaf"),
        ("UPDATE saved_filters SET name = 'other'", "row_changed"),
        ("DELETE FROM saved_filters", "leaf_without_row"),
        ("UPDATE saved_filters SET leaf_index = 7", "row_without_leaf"),
    ],
)
async def test_a_filter_that_was_tampered_with_is_found(store: Store, statement: str, what: str):
    await StoredFilters(store.reads, store.writer).record_filter(A_FILTER)
    await as_owner(store.url, statement)
    assert what in {found for found, _ in await store.found()}


async def seen(house: House, client_id: str = "demo-auditor", **params: Any) -> httpx.Response:
    return await house.client.get("/v1/violations", params=params, headers=await house.headers(client_id))


async def test_a_saved_filter_is_looked_through_and_narrowed(house: House):
    house.store.kept_violations += recorded(spread(40))
    await put(house, "muc-cao", {"q": "severity:high", "title": "Mức cao"}, if_none_match="*")
    by_name, by_line = (await seen(house, filter="muc-cao", limit=200)).json(), await seen(house, q="severity:high", limit=200)
    assert by_name["items"] == by_line.json()["items"] != []
    assert (by_name["filter"], by_name["query"]) == ({"name": "muc-cao", "revision": 1, "agency": "H41"}, "severity:high")
    narrowed = (await seen(house, filter="muc-cao", q="type:V05", source="land", limit=200)).json()
    assert narrowed["query"] == "severity:high source:land type:V05"
    assert {each["severity"] for each in narrowed["items"]} == {"high"}
    assert house.store.notes[-1].ref == narrowed["query"], "what was looked for is kept, not only under which name"


async def test_a_page_does_not_go_on_under_a_filter_that_was_changed(house: House):
    house.store.kept_violations += recorded(spread(40))
    await put(house, "muc-cao", {"q": "severity:high", "title": "Mức cao"}, if_none_match="*")
    cursor = (await seen(house, filter="muc-cao", limit=2)).json()["next_cursor"]
    assert (await seen(house, filter="muc-cao", limit=2, cursor=cursor)).status_code == 200
    await put(house, "muc-cao", {"q": "severity:low", "title": "Mức thấp"}, if_match='"r1"')
    refused = await seen(house, filter="muc-cao", limit=2, cursor=cursor)
    assert (refused.status_code, refused.json()["code"]) == (400, "stale_cursor")


async def test_a_filter_that_does_not_stand_is_refused_with_those_that_do(house: House):
    await put(house, if_none_match="*")
    for name in ("mo-coa", "không có", "x" * 41, "999090000001"):
        refused = await seen(house, filter=name)
        assert refused.status_code in (400, 422), name
        assert "999090000001" not in refused.text
    assert (await seen(house, filter="mo-coa")).json()["suggestions"] == ["mo-cao"]
    await house.client.delete("/v1/filters/mo-cao", headers=await house.headers("demo-auditor") | {"if-match": '"r1"'})
    refused = (await seen(house, filter="mo-cao")).json()
    assert (refused["errors"][0]["code"], refused["suggestions"]) == ("unknown_saved_filter", [])


async def test_an_export_takes_a_saved_filter_and_says_what_it_stood_for(house: House):
    await put(house, if_none_match="*")
    told = {"format": "ndjson", "purpose": "kiểm tra quý IV", "filter": "mo-cao", "filters": {"agency": "H41"}}
    made = await house.client.post("/v1/exports", json=told, headers=await house.headers("demo-auditor"))
    assert (made.status_code, made.json()["query"]) == (202, "agency:H41 is:open severity:high")
    assert made.json()["filter"] == {"name": "mo-cao", "revision": 1, "agency": "H41"}
    await house.services.auditing.exports.close()
