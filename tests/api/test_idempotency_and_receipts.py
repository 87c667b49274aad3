"""A key is answered once; a receipt is ours or it is not; the citizen's page names nobody."""

from __future__ import annotations

import asyncio

import pytest

from reuse_gateway.domain.holding import State
from tests.api.conftest import House, body


async def test_the_same_key_and_body_give_the_same_bytes_and_one_record(house: House) -> None:
    first = await house.check(body(), **{"idempotency-key": '"k-1"'})
    second = await house.check(body(), **{"idempotency-key": "k-1"})
    assert first.status_code == 200
    assert first.content == second.content
    assert len(house.store.checks) == 1


async def test_the_same_key_with_another_body_is_refused(house: House) -> None:
    await house.check(body(), **{"idempotency-key": "k-1"})
    other = await house.check(body({"ref": "z", "evidence_type": "id_card"}), **{"idempotency-key": "k-1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(house.store.checks) == 1


async def test_keys_belong_to_their_client_and_route(house: House) -> None:
    one = await house.check(body(), **{"idempotency-key": "k-1"})
    other = await house.check(body(), client_id="demo-admin", **{"idempotency-key": "k-1"})
    assert one.json()["check_id"] != other.json()["check_id"]


async def test_while_the_first_call_runs_the_second_is_told_to_wait(house: House) -> None:
    async def slow(*arguments):
        await asyncio.sleep(0.05)
        return await lookup(*arguments)

    lookup, house.sources.lookup = house.sources.lookup, slow
    answers = await asyncio.gather(*(house.check(body(), **{"idempotency-key": "k-1"}) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert len(house.store.checks) == 1


@pytest.mark.parametrize("key", ["", '""', "x" * 65, "kh\u00f3a"])
async def test_a_key_must_be_short_ascii(house: House, key: str) -> None:
    headers = [(name.encode(), value.encode()) for name, value in (await house.headers()).items()]
    answer = await house.client.post("/v1/checks", json=body(), headers=[*headers, (b"idempotency-key", key.encode())])
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_format")


async def test_a_receipt_verifies_and_says_what_was_decided_and_about_nobody(house: House) -> None:
    house.sources.told["population", "id_card"] = State.VALID
    made = (await house.check(body())).json()
    told = (await house.client.post("/v1/receipts:verify", json={"receipt": made["receipt"]})).json()
    assert told["valid"] is True
    assert told["claims"]["items"][0] | {"legal_basis": []} == {
        "ref": "a", "evidence_type": "id_card", "decision": "must_not_ask", "reason": "held_valid",
        "sources": sorted({holding["source"] for holding in made["items"][0]["holdings"]}), "legal_basis": [],
    }  # fmt: skip
    assert told["claims"]["ledger"] == {"index": 0, "size": 1}
    assert "999090000001" not in str(told)


async def test_a_changed_receipt_is_not_ours(house: House) -> None:
    receipt = (await house.check(body())).json()["receipt"]
    head, claims, signature = receipt.split(".")
    bent = [
        f"{head}.{claims[:-2]}AA.{signature}",
        f"{head}.{claims}.{signature[:-3]}AAA",
        f"{claims}.{head}.{signature}",
        "x",
        "a.b.c",
    ]
    for each in bent:
        told = (await house.client.post("/v1/receipts:verify", json={"receipt": each})).json()
        assert (told["valid"], told["claims"]) == (False, None)
        assert told["code"]


async def test_an_access_token_is_no_receipt(house: House) -> None:
    told = await house.client.post("/v1/receipts:verify", json={"receipt": await house.token()})
    assert told.json()["valid"] is False


async def test_the_published_key_verifies_a_receipt_without_us(house: House) -> None:
    from joserfc import jwt
    from joserfc.jwk import KeySet

    receipt = (await house.check(body())).json()["receipt"]
    keys = KeySet.import_key_set((await house.client.get("/.well-known/jwks.json")).json())
    assert jwt.decode(receipt, keys, algorithms=["Ed25519"]).claims["jti"].startswith("chk_")


async def test_the_receipt_can_be_had_again_by_its_own_agency(house: House) -> None:
    made = (await house.check(body())).json()
    again = await house.client.get(f"/v1/receipts/{made['check_id']}", headers=await house.headers())
    assert again.json() == {"check_id": made["check_id"], "receipt": made["receipt"]}
    assert (await house.client.get("/v1/receipts/chk_none", headers=await house.headers())).status_code == 404
    assert (await house.client.get(f"/v1/receipts/{made['check_id']}")).status_code == 401


async def test_the_citizens_page_says_what_need_not_be_brought_in_vietnamese_and_names_nobody(house: House) -> None:
    house.sources.told["population", "id_card"] = State.VALID
    made = (await house.check(body())).json()
    page = await house.client.get(f"/r/{made['short_code'].lower()}")
    assert page.status_code == 200
    assert 'lang="vi"' in page.text
    assert "23/11/2026" in page.text
    assert "data:image/svg+xml" in page.text
    assert "<script" not in page.text
    assert not [word for word in ("999090000001", "Nguyễn Văn An", "1990") if word in page.text]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    foreign = await house.client.get(f"/r/{made['short_code']}", headers={"accept-language": "en-US"})
    assert foreign.text == page.text, "the page is Vietnamese unless the reader asks for English"
    english = await house.client.get(f"/r/{made['short_code']}?lang=en")
    assert '<html lang="en">' in english.text
    assert (await house.client.get(f"/r/{made['short_code']}?lang=fr")).status_code == 422


@pytest.mark.parametrize("code", ["AAAA2222BBBB", "x", "' OR 1=1 --", "0" * 12])
async def test_a_code_that_nobody_has_is_404(house: House, code: str) -> None:
    assert (await house.client.get(f"/r/{code}")).status_code == 404
