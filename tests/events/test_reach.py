"""What `/looks` and the list of requests hide from a body, events and webhooks hide from it too, without a gap."""

from __future__ import annotations

import json

import pytest

from reuse_gateway.application.tell_events import within_reach
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.event import BEFORE_ALL, Event
from reuse_gateway.signing.keys import KeyRing
from tests.api.conftest import House
from tests.api.fakes import NOW
from tests.storage.builders import AT, Store, a_demand
from tests.webhooks.builders import URL, WHY, hooks

VIOLATION = a_demand(1).violations[0].id
REVEAL = {"reveal_id": "rvl_1", "violation_id": VIOLATION, "whose": "officer", "purpose": "inspection"}
REPORT = {"request_id": "req_1", "agency": "H41.12", "procedure": "1.001193", "evidence_type": "id_card"}
EVENTS = (
    Event("reveal.told", AT, REVEAL),
    Event("citizen.reported", AT, REPORT),
    Event("source.down", AT, {"source": "population"}),
    Event("reveal.asked", AT, {**REVEAL, "violation_id": "vio_unknown"}),
)


async def happened(store: Store) -> None:
    await store.recorder.record_demand(a_demand(1))
    for event in EVENTS:
        await store.recorder.record_event(event)


def by(agency: str) -> Caller:
    return Caller("demo", agency, frozenset({"audit:read", "audit:act", "audit:reveal", "admin"}))


@pytest.mark.parametrize(
    ("agency", "told"),
    [
        ("H41", [True, True, True, False]),
        ("H41.12", [False, False, True, False]),
        ("H41.12.1", [False, False, True, False]),
        ("H41.13", [False, True, True, False]),
        ("H41.1", [False, True, True, False]),
        ("H99", [False, True, True, False]),
    ],
)
async def test_the_feed_tells_no_more_than_the_lists(store: Store, agency: str, told: list[bool]) -> None:
    await happened(store)
    page = await store.events.events(BEFORE_ALL, 100)
    seen = await within_reach(store.events, by(agency), page)
    assert [each.place for each in seen] == [each.place for each in page], "not a place is missing"
    assert [each.event.kind for each in seen] == [each.event.kind for each in page]
    assert [not each.withheld for each in seen] == told
    assert [bool(each.event.body) for each in seen] == told


async def test_the_body_looked_into_reads_no_word_of_it_by_http(house: House) -> None:
    await house.store.record_demand(a_demand(1, agency="H41.12"))
    for event in EVENTS:
        await house.store.record_event(Event(event.kind, NOW, event.body))
    answer = await house.client.get("/v1/events", headers=await house.headers("demo-auditor"))
    items = {each["kind"]: each for each in answer.json()["items"]}
    assert (items["reveal.asked"]["body"], items["reveal.asked"]["withheld"]) == ({}, True)
    assert "vio_unknown" not in answer.text
    assert items["reveal.told"]["body"] == REVEAL
    assert items["source.down"]["withheld"] is False


@pytest.mark.parametrize(("agency", "reads"), [("H41.12", False), ("H41", True)])
async def test_a_webhook_is_told_no_more_than_the_agency_that_made_it(
    store: Store, ring: KeyRing, agency: str, reads: bool
) -> None:
    async with hooks(store, ring) as here:
        await here.manage.create(by(agency), URL, ("*",), WHY)
        await happened(store)
        assert await here.deliver() == len(EVENTS), "withheld events are delivered too: none is missed"
        sent = [json.loads(body) for _, _, body in here.targets.arrived]
        reveal, report = sent[0]["data"], sent[1]["data"]
        assert (reveal.get("violation_id"), report.get("agency")) == ((VIOLATION, "H41.12") if reads else (None, None))
        assert (reveal.get("withheld"), report.get("withheld")) == ((None, None) if reads else (True, True))
