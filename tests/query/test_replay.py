"""Why was this flagged: the same answer from what was recorded; another law or another record is told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from reuse_gateway.domain.check import RecordedCheck
from reuse_gateway.domain.dated_fact import Connection, DatedFact, FactBook, FactChange, FactKind, PublishedScope
from reuse_gateway.domain.holding import Outcome, State
from tests.api.conftest import House, body
from tests.api.fakes import NOW


def holds(house: House) -> None:
    house.sources.told["population", "id_card"] = State.VALID
    house.sources.told["population", "residence_confirmation"] = State.VALID


async def demanded(house: House, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = body(*items) | {"kind": "counter", "made_at": "2026-11-23T09:00:00+07:00"} | more
    answer = await house.client.post("/v1/demands", json=told, headers=await house.headers())
    assert answer.status_code == 200, answer.text
    return answer.json()


async def replayed(house: House, violation_id: str, client_id: str = "demo-auditor") -> Any:
    return await house.client.get(f"/v1/violations/{violation_id}/replay", headers=await house.headers(client_id))


def every(house: House) -> list[Any]:
    return [each.violation for each in house.store.kept_violations]


async def test_every_sort_of_violation_is_found_again_by_the_law_of_its_day(house: House):
    holds(house)
    house.clock.at = NOW - timedelta(hours=2)
    await house.check(body())
    house.clock.at = NOW
    await demanded(house, {"ref": "a", "evidence_type": "id_card"}, {"ref": "b", "evidence_type": "household_book"})
    await demanded(
        house, {"ref": "a", "evidence_type": "land_use_certificate"}, {"ref": "c", "evidence_type": "certified_copy"}
    )
    await demanded(house, {"ref": "a", "evidence_type": "id_card", "manner": "data"}, {"ref": "b", "label": "Sổ hộ khẩu"})
    await demanded(house, {"ref": "a", "evidence_type": "id_card", "manner": "certified"}, received_by="online")
    form = {"kind": "supplement_request", "means": "oral", "dossier": "H41.12-261123-0001"}
    await demanded(house, {"ref": "a", "evidence_type": "residence_confirmation"}, **form)
    await demanded(house, {"ref": "b", "evidence_type": "id_card"}, **form)
    seen = {}
    for violation in every(house):
        told = (await replayed(house, violation.id)).json()
        seen[str(violation.type)] = told["outcome"]
        assert told["outcome"] == "same", told
        assert told["recorded"]["legal_basis"] == told["again"]["legal_basis"]
        assert told["policy"]["same"] is True
    assert len(seen) >= 7, seen


async def test_a_demand_told_as_of_before_the_law_is_found_again_with_its_liability(house: House):
    holds(house)
    house.clock.at = NOW - timedelta(hours=2)
    await house.check(body())
    house.clock.at = NOW
    await demanded(house, made_at="2026-06-29T09:00:00+07:00")
    (violation,) = every(house)
    assert violation.personal_liability
    assert (await replayed(house, violation.id)).json()["outcome"] == "same"


async def test_what_rests_on_what_was_shown_cannot_be_judged_again(house: House):
    holds(house)
    shown = {"ref": "a", "evidence_type": "id_card", "shown": ["vneid"], "vneid_consent": "qr-1"}
    await demanded(house, shown)
    told = {str(each.type): (await replayed(house, each.id)).json() for each in every(house)}
    assert told["V09"]["outcome"] == "undecidable"
    assert told["V09"]["not_kept"] == ["what_was_shown"]
    assert told["V01"]["outcome"] == "same"


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        (lambda h: replace(h, state=State.EXPIRED), "type"),
        (lambda h: replace(h, outcome=Outcome.ABSENT, state=None), "type"),
        (lambda h: replace(h, source="nowhere"), "type"),
        (lambda h: replace(h, expires_on=NOW.date() - timedelta(days=1)), "type"),
    ],
)
async def test_another_record_is_another_judgment(house: House, change: Any, differs: str):
    holds(house)
    await demanded(house)
    (violation,) = every(house)
    kept = house.store.checks[violation.check_id]
    verdicts = tuple(replace(each, holdings=tuple(map(change, each.holdings))) for each in kept.check.verdicts)
    house.store.checks[violation.check_id] = RecordedCheck(replace(kept.check, verdicts=verdicts), kept.position)
    told = (await replayed(house, violation.id)).json()
    assert (told["outcome"], told["again"]) == ("different", None)
    assert differs in told["differs"]


@pytest.mark.parametrize(("field", "value"), [("severity", "low"), ("legal_basis", ()), ("personal_liability", True)])
async def test_a_word_of_the_violation_that_the_law_does_not_give_is_told(house: House, field: str, value: Any):
    holds(house)
    await demanded(house)
    (demand,) = house.store.demands
    house.store.demands[0] = replace(demand, violations=(replace(demand.violations[0], **{field: value}),))
    told = (await replayed(house, demand.violations[0].id)).json()
    assert (told["outcome"], told["differs"]) == ("different", [field])


async def test_a_proof_made_after_the_demand_proves_nothing(house: House):
    holds(house)
    house.clock.at = NOW - timedelta(hours=2)
    await house.check(body())
    house.clock.at = NOW
    await demanded(house)
    (violation,) = every(house)
    assert violation.personal_liability
    proof = house.store.checks[violation.proof_check_id]
    house.store.checks[violation.proof_check_id] = replace(proof, check=replace(proof.check, decided_at=NOW))
    assert (await replayed(house, violation.id)).json()["differs"] == ["personal_liability"]


async def test_the_reading_is_kept_and_only_auditors_ask(house: House):
    holds(house)
    await demanded(house)
    (violation,) = every(house)
    assert (await replayed(house, violation.id, "demo-intake")).status_code == 403
    assert (await replayed(house, "vio_" + "f" * 32)).status_code == 404
    assert (await replayed(house, "vio_x")).status_code == 404
    await replayed(house, violation.id)
    assert [(note.what, note.ref) for note in house.store.notes] == [("replay", violation.id)]


async def test_what_was_told_later_changes_no_old_judgment(house: House):
    """The population database's scope and connection are withdrawn afterwards, back to the first day."""

    holds(house)
    await demanded(house)
    (violation,) = every(house)
    first = date(2020, 1, 1)
    gone = (
        DatedFact(FactKind.CONNECTION, "population", 1, Connection("population"), first, withdrawn=True),
        DatedFact(FactKind.SCOPE, "population.id_card", 1, PublishedScope("population", "id_card"), first, withdrawn=True),
    )
    told = tuple(FactChange(n, fact, "demo-admin", "H41", "Rút công bố", NOW) for n, fact in enumerate(gone, 1))
    replay = house.services.auditing.replay
    replay.policies.book = FactBook(told)
    answer = (await replayed(house, violation.id)).json()
    assert (answer["outcome"], answer["policy"]["same"]) == ("same", True)
    kept = house.store.checks[violation.check_id]
    known = replace(kept.check, policy_version=f"{kept.check.policy_version}+2")
    house.store.checks[violation.check_id] = RecordedCheck(known, kept.position)
    assert (await replayed(house, violation.id)).json()["outcome"] == "different", "known when it was decided, it counts"
