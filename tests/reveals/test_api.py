"""The routes over a whole gateway: whose scope suffices, what a body must say, what is left in answers, logs and looks."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from reuse_gateway.bootstrap import verified
from reuse_gateway.domain.subject import Citizen, PersonalId
from tests.proof.running_house import AN, Running, house, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="module")
OFFICER = "can-bo-01"
BODY = {"purpose": "inspection", "reason": "Kết luận thanh tra số 12"}


async def violated(here: Running, **more: Any) -> str:
    body = {
        "procedure": "1.000894", "kind": "counter", "subject": AN, "made_at": "2026-11-20T03:00:00Z",
        "officer": OFFICER, "items": [{"ref": "a", "evidence_type": "household_book"}],
    }  # fmt: skip
    answer = await here.call("POST", "/v1/demands", "demo-intake", json=body | more)
    return str(answer.json()["violations"][0]["violation_id"])


async def reveal(here: Running, violation: str, by: str = "demo-inspector", what: str = "officer:reveal", **body: Any) -> Any:
    told = {name: value for name, value in (BODY | body).items() if value is not None}
    return await here.call("POST", f"/v1/violations/{violation}/{what}", by, json=told)


def refused(here: Running, code: str, route: str) -> list[str]:
    """Who was turned away there."""
    with closing(sqlite3.connect(here.settings.home / "gateway.db")) as kept:
        wanted = "SELECT client_id FROM audit_events WHERE kind = 'refusal' AND code = ? AND target = ?"
        return [client for (client,) in kept.execute(wanted, (code, route))]


async def looks(here: Running, violation: str, **params: Any) -> dict[str, Any]:
    answer = await here.call("GET", f"/v1/violations/{violation}/looks", "demo-auditor", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> AsyncIterator[Running]:
    """One gateway for all of these tests: to open one takes longer than they do."""
    async with house(settings(tmp_path_factory.mktemp("reveals"), migrated_file, reveals_per_day=1_000)) as running:
        yield running


def settings(tmp_path: Path, migrated_file: Path, **more: Any) -> Any:
    (tmp_path / "home").mkdir()
    shutil.copy(migrated_file, tmp_path / "home" / "gateway.db")
    background = {"webhooks_every_s": 0, "case_clocks_every_s": 0, "probe_sources": False, "daily_checkpoint_every_s": 0}
    return settings_for(tmp_path / "home", **(background | more))


@pytest.mark.parametrize("by", ["demo-auditor", "demo-intake", "demo-forms", "demo-settlement"])
async def test_without_its_own_scope_nobody_is_shown(here: Running, by: str) -> None:
    violation = await violated(here)
    for what in ("officer:reveal", "subject:confirm"):
        answer = await reveal(here, violation, by, what)
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert [each for each in (await looks(here, violation))["items"] if each["reveal_id"]] == []


async def test_admin_does_not_stand_for_the_scope_and_the_try_is_kept(here: Running) -> None:
    violation = await violated(here)
    form = {"grant_type": "client_credentials", "client_id": "demo-admin", "client_secret": "demo", "scope": "admin"}
    token = (await here.client.post("/oauth2/token", data=form)).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    answer = await here.client.post(f"/v1/violations/{violation}/officer:reveal", headers=headers, json=BODY)
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert refused(here, "insufficient_scope", "/v1/reveals") == ["demo-admin"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"purpose": None}, "/purpose", "missing"),
        ({"reason": None}, "/reason", "missing"),
        ({"purpose": "curiosity"}, "/purpose", "unknown_purpose"),
        ({"reason": "ngắn"}, "/reason", "too_short"),
        ({"reason": " " * 40}, "/reason", "too_short"),
        ({"reason": "x" * 501}, "/reason", "too_long"),
        ({"reason": "Về công dân 9990 9000 0001 nêu trong đơn"}, "/reason", "personal_number"),
        ({"officer": "me"}, "/officer", "unknown_field"),
    ],
)
async def test_no_purpose_no_reason_no_answer(here: Running, body: dict[str, Any], pointer: str, code: str) -> None:
    answer = await reveal(here, await violated(here), **body)
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]
    assert OFFICER not in answer.text


async def test_an_unknown_purpose_is_told_with_what_was_perhaps_meant(here: Running) -> None:
    told = (await reveal(here, await violated(here), purpose="inspecton")).json()
    assert (told["suggestion"], "liability" in told["known"]) == ("inspection", True)


@pytest.mark.parametrize("id", ["vio_" + "0" * 32, "vio_x", "chk_" + "0" * 32])
async def test_no_such_violation(here: Running, id: str) -> None:
    for what in ("officer:reveal", "subject:confirm"):
        assert (await reveal(here, id, what=what, **({"subject": AN} if what[0] == "s" else {}))).status_code == 404
    assert (await here.call("GET", f"/v1/violations/{id}/looks", "demo-auditor")).status_code == 404


async def test_an_inspector_sees_the_official_and_everybody_sees_that_he_did(here: Running, capfd) -> None:
    violation = await violated(here)
    await here.call("GET", f"/v1/violations/{violation}", "demo-auditor")
    answer = await reveal(here, violation)
    assert (answer.status_code, answer.json()["officer"], answer.headers["cache-control"]) == (200, OFFICER, "no-store")
    newest, reading = (await looks(here, violation))["items"]
    assert (newest["what"], newest["client_id"], newest["purpose"]) == ("reveal_officer", "demo-inspector", "inspection")
    assert (newest["reason"], newest["ledger"]) == (BODY["reason"], answer.json()["ledger"])
    assert (reading["what"], reading["client_id"], reading["reveal_id"]) == ("violation", "demo-auditor", None)
    assert OFFICER not in (await here.call("GET", f"/v1/violations/{violation}", "demo-inspector")).text
    assert OFFICER not in "".join(capfd.readouterr())
    assert (await verified(here.settings)).good


async def test_looking_at_the_looks_is_a_look(here: Running) -> None:
    violation = await violated(here)
    assert (await looks(here, violation))["items"] == []
    assert [each["what"] for each in (await looks(here, violation))["items"]] == ["looks"]


async def test_pages_of_looks_meet_without_gap_and_a_cursor_holds_for_its_own_violation(here: Running) -> None:
    violation = await violated(here)
    case = (await here.call("GET", f"/v1/violations/{violation}", "demo-auditor")).json()["case_id"]
    for path in (f"/v1/cases/{case}", f"/v1/violations/{violation}/replay"):
        assert (await here.call("GET", path, "demo-auditor")).status_code == 200
    await reveal(here, violation)
    found, cursor = [], None
    for _ in range(4):
        page = await looks(here, violation, limit=1, **({"cursor": cursor} if cursor else {}))
        found += page["items"]
        cursor = page["next_cursor"]
    assert [each["what"] for each in found] == ["reveal_officer", "replay", "case", "violation"]
    other = await violated(here, made_at="2026-11-20T04:00:00Z")
    strange = await here.call("GET", f"/v1/violations/{other}/looks", "demo-auditor", params={"cursor": cursor})
    assert strange.status_code == 400


async def test_a_guess_is_confirmed_and_its_answer_stands_nowhere(here: Running) -> None:
    violation = await violated(here)
    other = {"kind": "citizen", "personal_id": "999090000002"}
    await here.gateway.services.check.people.of(Citizen(PersonalId(other["personal_id"])).key)
    never = {"kind": "citizen", "personal_id": "999090009999"}
    for subject, same in ((AN, True), (other, False), (never, False)):
        answer = await reveal(here, violation, what="subject:confirm", subject=subject)
        assert (answer.status_code, answer.json()["same"], answer.json()["certain"]) == (200, same, same)
    told = [each for each in (await looks(here, violation))["items"] if each["reveal_id"]]
    assert [each["what"] for each in told] == ["reveal_subject"] * 3
    assert not any({"same", "different"} & set(map(str, each.values())) for each in told)
    wrong = await reveal(here, violation, what="subject:confirm", subject={"kind": "citizen", "personal_id": "12"})
    assert wrong.status_code == 422


async def test_the_sixth_id_is_refused_with_the_time_and_reported(here: Running) -> None:
    violation = await violated(here)
    for number in range(2, 8):
        person = {"kind": "citizen", "personal_id": f"99909000000{number}"}
        last = await reveal(here, violation, what="subject:confirm", subject=person)
    assert (last.status_code, last.json()["code"]) == (429, "ids_spent")
    assert int(last.headers["retry-after"]) > 0
    assert refused(here, "ids_spent", "/v1/reveals") == ["demo-inspector"]


async def test_where_a_second_person_is_needed_one_alone_sees_nobody(tmp_path: Path, migrated_file: Path) -> None:
    async with house(settings(tmp_path, migrated_file, reveal_needs_second=True)) as here:
        violation = await violated(here)
        asked = await reveal(here, violation)
        assert (asked.status_code, asked.json()["state"], "officer" in asked.json()) == (202, "asked", False)
        path = f"/v1/reveals/{asked.json()['reveal_id']}"
        assert (await step(here, f"{path}:open", "demo-inspector")).json()["code"] == "reveal_not_approved"
        own = await step(here, f"{path}:approve", "demo-inspector", reason=BODY["reason"])
        assert (own.status_code, own.json()["code"]) == (403, "own_reveal")
        assert (await step(here, f"{path}:approve", "demo-admin", reason=BODY["reason"])).status_code == 201
        opened = await step(here, f"{path}:open", "demo-inspector")
        assert (opened.status_code, opened.json()["officer"]) == (200, OFFICER)
        again = await step(here, f"{path}:open", "demo-inspector")
        assert (again.status_code, again.json()["code"]) == (409, "reveal_over")
        assert [each["step"] for each in (await looks(here, violation))["items"]] == ["told", "approved", "asked"]
        assert (await verified(here.settings)).good


async def step(here: Running, path: str, by: str, **body: Any) -> httpx.Response:
    return await here.call("POST", path, by, **({"json": body} if body else {}))
