"""One person is forgotten by a whole gateway, on both databases: no key that is left leads back; what is proved stays so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from reuse_gateway.bootstrap import verified
from reuse_gateway.settings import Settings
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.person_keys import StoredPersonKeys
from tests.erasure.attack import dump, found
from tests.proof.running_house import AN, Running, house, settings_for

BINH = {"kind": "citizen", "personal_id": "999090000002", "full_name": "Trần Văn Bình", "birth_date": "1990-02-02"}
NUMBERS = [f"9990900000{number:02d}" for number in range(1, 21)]
AN_ID, BINH_ID = NUMBERS[0], NUMBERS[1]


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home", database_url=url, webhooks_every_s=0)


def asking(person: dict[str, Any]) -> dict[str, Any]:
    return {"procedure": "1.000894", "subject": person, "items": [{"ref": "a", "evidence_type": "household_book"}]}


BODIES = {AN_ID: [asking(AN)], BINH_ID: [asking(BINH)]}


async def checked(here: Running, person: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    headers = {"idempotency-key": key} if key else {}
    answer = await here.call("POST", "/v1/checks", "demo-intake", json=asking(person), headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def erased(here: Running, number: str = AN_ID, **more: Any) -> httpx.Response:
    body = {"personal_id": number, "reason": "person_asked"} | more
    return await here.call("POST", "/v1/admin/erasures", json=body)


async def mine(here: Running, number: str = AN_ID) -> dict[str, Any]:
    token = (await here.client.post("/oauth2/citizen-token", data={"personal_id": number})).json()["access_token"]
    return dict((await here.client.get("/v1/me/checks", headers={"authorization": f"Bearer {token}"})).json())


async def filled(here: Running) -> dict[str, Any]:
    """Checks and violations of two people; the first check of An."""
    first = await checked(here, AN, "key-an")
    await checked(here, BINH, "key-binh")
    for person in (AN, BINH):
        await here.violation(person)
    return first


async def test_trying_all_numbers_with_every_key_that_is_left_and_the_whole_database_finds_nothing(settings: Settings) -> None:
    async with house(settings) as here:
        await filled(here)
        ring = KeyRing(settings.key_ring)
        assert found(ring, await dump(settings.store_url), NUMBERS, BODIES) == {AN_ID, BINH_ID}, "the attack works"
        assert (await erased(here, apply=True)).status_code == 200
        assert found(ring, await dump(settings.store_url), NUMBERS, BODIES) == {BINH_ID}
        await mine(here)
        assert (await erased(here)).status_code == 200
        assert found(ring, await dump(settings.store_url), NUMBERS, BODIES) == {BINH_ID}, "who looks again leaves nothing"


async def test_the_attack_is_seen_to_succeed_where_the_deletion_is_left_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_self: StoredPersonKeys, tags: list[str]) -> int:
        return len(tags)

    monkeypatch.setattr(StoredPersonKeys, "erase", nothing)
    async with house(settings) as here:
        await filled(here)
        assert (await erased(here, apply=True)).json()["applied"]
        assert AN_ID in found(KeyRing(settings.key_ring), await dump(settings.store_url), NUMBERS, BODIES)


async def test_the_ledger_and_old_receipts_still_verify(settings: Settings) -> None:
    async with house(settings) as here:
        first = await filled(here)
        assert (await erased(here, apply=True)).json()["applied"]
        told = (await here.client.post("/v1/receipts:verify", json={"receipt": first["receipt"]})).json()
        assert told["valid"] is True
        again = await here.call("GET", f"/v1/receipts/{first['check_id']}", "demo-intake")
        assert again.json()["receipt"] == first["receipt"]
        assert (await here.call("GET", f"/v1/checks/{first['check_id']}", "demo-intake")).status_code == 200
    assert (await verified(settings)).good


async def test_who_asked_about_me_is_empty_and_says_why_that_may_be(settings: Settings) -> None:
    async with house(settings) as here:
        await filled(here)
        before = await mine(here)
        assert (len(before["items"]), before["note"]) == (2, None)
        await erased(here, apply=True)
        after = await mine(here)
        assert (after["items"], set(after["note"])) == ([], {"vi", "en"})
        assert len((await mine(here, BINH_ID))["items"]) == 2, "nobody else is forgotten"


async def test_a_new_check_has_a_pseudonym_that_nobody_can_put_together_with_the_old(settings: Settings) -> None:
    async with house(settings) as here:
        first = await checked(here, AN)
        await erased(here, apply=True)
        second = await checked(here, AN)
        subjects = (await dump(settings.store_url)).column("checks", "subject")
        assert len(set(subjects)) == 2
        assert [each["check_id"] for each in (await mine(here))["items"]] == [second["check_id"]] != [first["check_id"]]


async def test_the_same_key_of_a_client_is_no_way_back(settings: Settings) -> None:
    async with house(settings) as here:
        await checked(here, AN, "key-an")
        await erased(here, apply=True)
        again = await here.call("POST", "/v1/checks", "demo-intake", json=asking(AN), headers={"idempotency-key": "key-an"})
        assert (again.status_code, again.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_plan_touches_nothing_and_tells_what_would_go(settings: Settings) -> None:
    async with house(settings) as here:
        await filled(here)
        told = (await erased(here)).json()
        assert (told["applied"], told["erased"]) == (False, {"keys": 1, "waiting_cases": 0})
        assert told["untraceable"] == {"checks": 2, "demands": 1, "requests": 0}
        assert told["remains"] == {"older": {"checks": 0, "demands": 0, "requests": 0}, "indexed": 0}
        assert len((await mine(here))["items"]) == 2


async def test_forgetting_twice_answers_the_same_plainly(settings: Settings) -> None:
    async with house(settings) as here:
        await filled(here)
        assert (await erased(here, apply=True)).json()["erased"]["keys"] == 1
        twice = [(await erased(here, number, apply=True)).json() for number in (AN_ID, AN_ID, "999090000019")]
        assert twice[0] == twice[1] == twice[2], "also of somebody who was never asked about"
        assert (twice[0]["applied"], twice[0]["erased"]) == (True, {"keys": 0, "waiting_cases": 0})


async def test_the_event_names_nobody_and_counts_nothing_that_is_kept(settings: Settings) -> None:
    async with house(settings) as here:
        await filled(here)
        await erased(here, apply=True, reason="authority_ordered")
        answer = await here.call("GET", "/v1/events", params={"limit": 200})
        (told,) = [each for each in answer.json()["items"] if each["kind"] == "person.erased"]
        assert told["body"] == {"reason": "authority_ordered", "client": "demo-admin", "keys": 1, "waiting_cases": 0}
        codes = (await dump(settings.store_url)).column("audit_events", "code")
        assert codes.count("person_erasure") == 1, "that somebody looked is kept too"


async def test_a_dry_run_of_a_check_makes_no_key(settings: Settings) -> None:
    async with house(settings) as here:
        answer = await here.call(
            "POST", "/v1/checks", "demo-intake", json=asking(AN) | {"dry_run": True}, headers={"idempotency-key": "k"}
        )
        assert (answer.status_code, answer.json()["receipt"]) == (200, None)
        assert (await dump(settings.store_url)).column("person_keys", "tag") == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"personal_id": "77777"}, "/personal_id"), ({"personal_id": "099090000001"}, "/personal_id"),
        ({"reason": "because"}, "/reason"), ({"reason": None}, "/reason"), ({"apply": "yes"}, "/apply"), ({"why": "x"}, "/why"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_bad_order_is_refused_and_never_repeated(settings: Settings, body: dict[str, Any], pointer: str) -> None:
    async with house(settings) as here:
        await checked(here, AN)
        answer = await erased(here, **(body | ({} if "apply" in body else {"apply": True})))
        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
        assert str(body.get("personal_id", "-")) not in answer.text
        assert len((await mine(here))["items"]) == 1


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_only_an_administrator_may(settings: Settings) -> None:
    async with house(settings) as here:
        await checked(here, AN)
        body = {"personal_id": AN_ID, "reason": "person_asked", "apply": True}
        for client in ("demo-intake", "demo-auditor", "demo-forms"):
            assert (await here.call("POST", "/v1/admin/erasures", client, json=body)).status_code == 403
        assert (await here.client.post("/v1/admin/erasures", json=body)).status_code == 401
        assert len((await mine(here))["items"]) == 1


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_who_walks_through_many_people_with_it_is_stopped(settings: Settings) -> None:
    async with house(settings.model_copy(update={"subjects_slowed": 2, "subjects_refused": 3})) as here:
        told = [(await erased(here, number)).status_code for number in NUMBERS[:5]]
        assert told == [200, 200, 200, 429, 429]
