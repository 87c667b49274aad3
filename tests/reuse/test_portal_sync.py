"""Flags for the national portal: 1 only where a check proves it, and nothing about a person."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from reuse_gateway.domain.check import Check
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.holding import State
from reuse_gateway.domain.portal_sync import Reused, SyncPaper, sync_dossier
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.verdict import FormAction, Reason, Verdict
from reuse_gateway.storage.dossiers import StoredDossiers
from tests.api.conftest import House, body
from tests.reuse.test_commands import home, run
from tests.storage.builders import AT, Store, a_check, a_demand, a_holding, as_owner

__all__ = ["home"]
KEY, CODE = "birth_certificate", "H41.12-261123-0001"
DAY = Period(date(2026, 11, 23), date(2026, 11, 23))


def held(source: str = "civil_status", result: str | None = None, **changes: Any) -> Verdict:
    proof = a_holding(source=source, result_code=result, **changes)
    return Verdict("a", KEY, Reason.HELD_VALID, FormAction.HIDE, 1.0, "code", holdings=(proof,))


def said(reason: Reason, kind: str | None = KEY) -> Verdict:
    return Verdict("a", kind, reason, FormAction.SHOW, 1.0, "code")


def check(number: int, *verdicts: Verdict, **changes: Any) -> Check:
    at = {"decided_at": AT + timedelta(minutes=number)}
    return a_check(number, verdicts=verdicts, **(at | changes))


def papers(*checks: Check, demanded: frozenset[str] = frozenset()) -> tuple[SyncPaper, ...]:
    told = sync_dossier(checks, demanded)
    assert told
    return told.papers


@pytest.mark.parametrize("reason", [each for each in Reason if each is not Reason.HELD_VALID])
def test_nothing_but_a_paper_found_valid_is_claimed(reason: Reason) -> None:
    assert papers(check(1, said(reason))) == (SyncPaper(KEY, "applicant"),)


def test_a_holding_that_is_not_valid_proves_nothing() -> None:
    assert papers(check(1, held(state=State.EXPIRED))) == (SyncPaper(KEY, "applicant"),)


def test_the_check_that_proves_it_is_named() -> None:
    (paper,) = papers(check(1, held()))
    assert (paper.reused, paper.from_store, paper.sources, paper.check_id) == (
        Reused.YES,
        False,
        ("civil_status",),
        check(1).id,
    )


def test_an_earlier_result_stands_in_by_its_code() -> None:
    (paper,) = papers(check(1, held(result="KQ.G15.000031")))
    assert (paper.reused, paper.result_code) == (Reused.BY_RESULT, "KQ.G15.000031")


def test_only_the_national_personal_store_is_the_store() -> None:
    assert papers(check(1, held("portal_paper_store")))[0].from_store
    assert not papers(check(1, held("digitized_archive")))[0].from_store


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_demanded_paper_was_not_reused_whatever_was_told_before_or_after(order: tuple[int, int]) -> None:
    told, judged = (check(number, held()) for number in order)
    assert papers(told, judged, demanded=frozenset({judged.id})) == (SyncPaper(KEY, "applicant"),)


def test_a_source_that_fell_silent_takes_nothing_back_and_an_answer_does() -> None:
    first = check(1, held())
    assert papers(first, check(2, said(Reason.SOURCE_TIMED_OUT)))[0].reused
    assert not papers(first, check(2, said(Reason.HELD_EXPIRED)))[0].reused
    assert papers(check(1, said(Reason.SOURCE_TIMED_OUT)), check(2, held()))[0].reused


def test_anothers_paper_under_the_same_code_is_no_reuse_of_this_dossier() -> None:
    theirs = check(1, said(Reason.NOT_HELD), subject="k1.binh")
    assert papers(theirs, check(2, held(), subject="k1.an")) == (SyncPaper(KEY, "applicant"),)
    assert papers(theirs, check(2, held(), subject="k1.binh"))[0].reused
    first = check(1, held(), subject="k1.binh")
    asked_of_an = check(2, held(), subject="k1.an")
    assert papers(first, asked_of_an, demanded=frozenset({asked_of_an.id}))[0].check_id == first.id


def test_no_paper_is_claimed_for_words_that_named_none() -> None:
    assert papers(check(1, said(Reason.UNRECOGNISED_ITEM, None))) == ()


def test_without_a_check_there_is_no_dossier() -> None:
    assert sync_dossier((), frozenset()) is None
    assert sync_dossier((check(1, held(), dossier=None),), frozenset()) is None


async def test_a_dossier_is_read_as_it_was_signed_or_not_at_all(store: Store) -> None:
    await store.recorder.record_check(check(1, held()), None)
    (found,) = await StoredDossiers(store.reads).of([CODE, "none"], None)
    assert (found.dossier, len(found.checks), found.demanded) == (CODE, 1, frozenset())
    assert await StoredDossiers(store.reads).of([CODE], "H41.13") == []
    await as_owner(store.url, "UPDATE checks SET body = replace(body, 'held_valid', 'not_held')")
    with pytest.raises(StoreError):
        await StoredDossiers(store.reads).of([CODE], None)


async def test_dossiers_of_a_period_come_by_their_first_check_in_order(store: Store) -> None:
    early = DAY.begins_at - timedelta(hours=1)
    for number, (dossier, at) in enumerate([("B", AT), ("A", AT), ("C", early), ("C", AT), (None, AT), ("A", AT)], 1):
        await store.recorder.record_check(check(number, held(), dossier=dossier, decided_at=at), None)
    await store.recorder.record_check(check(9, held(), dossier="D", client_id="recheck", decided_at=AT), None)
    reader = StoredDossiers(store.reads)
    assert await reader.opened(DAY, None, "", 10) == ["A", "B"]
    assert await reader.opened(DAY, None, "A", 10) == ["B"]
    assert await reader.opened(DAY, "H41.99", "", 10) == []


async def test_the_checks_that_judged_a_demand_are_told(store: Store) -> None:
    await store.recorder.record_check(check(1, held()), None)
    await store.recorder.record_check(check(2, held()), None)
    await store.recorder.record_demand(a_demand(1, check(2).id))
    (found,) = await StoredDossiers(store.reads).of([CODE], None)
    assert found.demanded == {check(2).id}


async def get(house: House, query: str, client_id: str = "demo-auditor") -> httpx.Response:
    return await house.client.get(f"/v1/reports/portal-sync{query}", headers=await house.headers(client_id))


async def test_a_row_stands_in_the_portals_names_and_names_its_check(house: House) -> None:
    house.sources.told["population", "id_card"] = State.VALID
    told = (await house.check(body(dossier=CODE))).json()
    house.numbers.checks = [kept.check for kept in house.store.checks.values()]
    answer = await get(house, f"?dossier={CODE}")
    (row,) = answer.json()["items"]
    assert row == {
        "MaHoSo": CODE, "MaTTHC": "1.000894", "DonViXuLy": "H41.12", "HoSoCoThanhPhanSoHoa": 1,
        "DSKetNoiCSDL": [{"MaCSDL": "population"}],
        "TaiLieuNop": [{
            "MaThanhPhanHoSo": "identity", "TenThanhPhan": "Thẻ căn cước",
            "LoaiGiayTo": "id_card", "VaiTro": "applicant", "DuocSoHoa": 1, "DuocTaiSuDung": 1, "DuocLayTuKhoDMQG": 0,
            "MaKetQuaThayThe": None, "CanCu": {"check_id": told["check_id"]},
        }],
    }  # fmt: skip
    for personal in ("999090000001", "Nguyễn", "1990", "subject", "officer"):
        assert personal not in answer.text
    assert [(note.what, note.ref) for note in house.store.notes] == [("portal_sync", CODE)]


async def test_an_agency_sees_its_own_dossiers_and_an_auditor_all(house: House) -> None:
    house.numbers.checks = [check(1, held(), agency="H41.13", dossier="X1"), check(2, held(), agency="H41.12", dossier="X2")]
    period = "?from=2026-11-23&to=2026-11-23"
    assert [row["MaHoSo"] for row in (await get(house, period)).json()["items"]] == ["X1", "X2"]
    assert [row["MaHoSo"] for row in (await get(house, period, "demo-intake")).json()["items"]] == ["X2"]
    assert (await get(house, "?dossier=X1", "demo-intake")).status_code == 404
    assert (await get(house, "?dossier=X1", "demo-forms")).status_code == 403


async def test_pages_lead_on_and_end(house: House) -> None:
    house.numbers.checks = [check(number, held(), dossier=f"X{number}") for number in range(1, 4)]
    for limit in (2, 3, 4):
        seen, cursor, cursors = [], "", []
        while cursor is not None:
            page = (await get(house, f"?from=2026-11-23&to=2026-11-23&limit={limit}{cursor}")).json()
            seen += [row["MaHoSo"] for row in page["items"]]
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
            cursors.append(cursor)
        assert (seen, len(cursors)) == (["X1", "X2", "X3"], 2 if limit == 2 else 1)
    foreign = (await get(house, "?from=2026-11-23&to=2026-11-23&limit=2")).json()["next_cursor"]
    assert (await get(house, f"?from=2026-11-22&to=2026-11-23&cursor={foreign}")).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?dossier=A&from=2026-11-23&to=2026-11-23",
        "?from=2026-11-23",
        "?to=2026-11-23",
        "?dossier=a%00b",
        f"?dossier={'1' * 41}",
    ],
)
async def test_what_is_asked_must_be_one_dossier_or_a_period(house: House, query: str) -> None:
    assert (await get(house, query)).status_code == 422


def test_the_command_tells_the_same_and_fails_for_an_unknown_dossier(home: Path) -> None:
    assert run("portal-sync", "--dossier", "H41.1").exit_code == 1
    assert run("portal-sync").exit_code == 2
    assert run("portal-sync", "--from", "2026-11-01", "--to", "2026-11-02", "--json").output == ""
    assert json.loads(run("reuse", "--from", "2026-11-01", "--to", "2026-11-02", "--json").output)["rows"] == []
