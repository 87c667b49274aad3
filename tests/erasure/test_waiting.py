"""What else is erased of a person, what cannot be, and what a crash on the way leaves; on both databases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reuse_gateway.application.erase_person import OPERATOR, ErasePerson, ErasureReason, identities_of
from reuse_gateway.application.waiting_cases import WaitingCases
from reuse_gateway.bootstrap import verified
from reuse_gateway.bootstrap_erasure import peopled
from reuse_gateway.domain.check import CheckRequest, Wanted
from reuse_gateway.domain.demand import DemandCase, Finding, JudgedPaper
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.procedure import ProcedureCode
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, NotAnIdentifier, OldPersonalId, PersonalId, Subject
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.signing.keys import CASE, KeyRing
from reuse_gateway.signing.people import SaltedPeople
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from reuse_gateway.signing.sealed_cases import SealedCases
from reuse_gateway.storage.engine import build_engine
from tests.proof.running_house import house, settings_for
from tests.storage.builders import Store, a_check, a_demand, as_owner

AN, BINH = "999090000001", "999090000002"
WHY = ErasureReason.PERSON_ASKED
WAITS = JudgedPaper("b", "birth_certificate", Reason.SOURCE_TIMED_OUT, Finding.PROVISIONAL)


@dataclass
class Rooms:
    """A store with people in it."""

    store: Store
    ring: KeyRing
    erase: ErasePerson
    people: SaltedPeople

    async def waits(self, number: int, subject: Subject, **others: Subject) -> str:
        """A demand that waits for a source; its id."""
        check = a_check(number, subject=await self.people.of(subject.key))
        wanted = (Wanted("b", "birth_certificate", None, None, "applicant", ()),)
        asked = CheckRequest(ProcedureCode.parse("1.001193"), subject, wanted, date(2026, 11, 23), others=others)
        demand = replace(a_demand(number), papers=(WAITS,), violations=(), defects=(), subject=check.subject)
        waiting = WaitingCases(SealedCases(self.ring.secrets(CASE)), self.store.clock, timedelta(days=5))
        await self.store.recorder.record_check(check, None)
        await self.store.recorder.record_demand(demand, (), waiting.of(demand, DemandCase(asked, Any), check))
        return demand.id

    async def left(self) -> set[str]:
        return {row.demand_id for row in await self.store.rows("SELECT demand_id FROM pending_cases")}


@asynccontextmanager
async def rooms_of(store: Store, ring: KeyRing, home: Path) -> AsyncIterator[Rooms]:
    engine = build_engine(store.url, pool_size=1)
    parts = peopled(settings_for(home, database_url=store.url), ring, store.reads, engine, store.recorder, 5.0, store.clock)
    assert isinstance(parts.people, SaltedPeople)
    try:
        yield Rooms(store, ring, parts.erasures, parts.people)
    finally:
        await engine.dispose()


@pytest.fixture
async def rooms(store: Store, ring: KeyRing, tmp_path: Path) -> AsyncIterator[Rooms]:
    async with rooms_of(store, ring, tmp_path) as built:
        yield built


def citizen(number: str) -> Citizen:
    return Citizen(PersonalId(number))


async def test_waiting_cases_that_name_the_person_in_any_role_go_and_their_end_is_told(rooms: Rooms) -> None:
    own = await rooms.waits(1, citizen(AN))
    as_child = await rooms.waits(2, citizen(BINH), child=citizen(AN))
    as_household = await rooms.waits(3, Business(EnterpriseCode(AN)))
    others = await rooms.waits(4, citizen(BINH))
    assert (await rooms.erase.plan(OPERATOR, AN)).waiting_cases == 3
    assert await rooms.left() == {own, as_child, as_household, others}, "a plan touches nothing"
    done = await rooms.erase(OPERATOR, AN, WHY)
    assert (done.waiting_cases, done.keys) == (3, 2)
    assert await rooms.left() == {others}
    told = await rooms.store.rows("SELECT demand_id, outcome FROM reclassifications")
    assert {(row.demand_id, row.outcome) for row in told} == {(each, "still_open") for each in (own, as_child, as_household)}
    assert (await rooms.store.verified()).good


@pytest.mark.parametrize("breaks", ["end_waiting", "take_away", "forget", "event"])
async def test_what_was_broken_off_is_finished_by_calling_again(
    rooms: Rooms, breaks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rooms.waits(1, citizen(AN))

    async def broken(*_: Any) -> Any:
        raise StoreError("gone")

    erase = rooms.erase
    with monkeypatch.context() as patched:
        if breaks in {"end_waiting", "take_away"}:
            erase = replace(erase, **{breaks: broken})
        else:
            target = (SaltedPeople, "forget") if breaks == "forget" else (type(rooms.store.recorder), "record_event")
            patched.setattr(*target, broken)
        with pytest.raises(StoreError):
            await erase(OPERATOR, AN, WHY)
    done = await rooms.erase(OPERATOR, AN, WHY)
    assert done.applied
    assert await rooms.left() == set()
    assert await rooms.people.known(f"citizen:{AN}") is None
    events = await rooms.store.rows("SELECT kind FROM events WHERE kind = 'person.erased'")
    assert len(events) == 1, "nothing is told that has not happened"
    assert (await rooms.store.verified()).good


async def test_what_was_recorded_before_keys_per_person_is_told_as_remaining(rooms: Rooms) -> None:
    older = KeyedPseudonyms(rooms.ring.pseudonym_keys()).of(f"citizen:{AN}")
    await rooms.store.recorder.record_check(a_check(1, subject=older), None)
    done = await rooms.erase(OPERATOR, AN, WHY)
    assert (done.keys, done.untraceable.all, done.older.checks) == (0, 0, 1)
    assert older in await rooms.people.every(f"citizen:{AN}"), "and it is: only the end of the period's key reaches it"


async def test_the_index_is_left_whole_so_that_nothing_held_is_called_absent(rooms: Rooms) -> None:
    owner = KeyedPseudonyms(rooms.ring.pseudonym_keys()).for_purpose("holdings").of(f"owner citizen:{AN}")
    row = f"(1, 0, 's', 'r', '{owner}', 't', 'valid', NULL, NULL, NULL, '2026-01-01 00:00:00Z')"
    await as_owner(rooms.store.url, f"INSERT INTO held_papers VALUES {row}")
    for run in (rooms.erase.plan(OPERATOR, AN), rooms.erase(OPERATOR, AN, WHY), rooms.erase(OPERATOR, AN, WHY)):
        assert (await run).indexed == 1
    assert len(await rooms.store.rows("SELECT * FROM held_papers")) == 1


def test_a_person_may_be_kept_by_more_than_one_number() -> None:
    assert identities_of(AN) == (f"citizen:{AN}", f"business:{AN}")
    assert identities_of("999000001") == (Citizen(OldPersonalId("999000001")).key,)
    for wrong in ("", "12", "9990900000012", "0990900000a1", "099090000001", " " + AN, "9990000001"):
        with pytest.raises(NotAnIdentifier):
            identities_of(wrong)


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_the_command_reads_the_number_from_standard_input_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine_name: str
) -> None:
    from reuse_gateway.cli.retention import add_to, typer

    settings = settings_for(tmp_path / "home", webhooks_every_s=0)
    async with house(settings) as here:
        await here.violation()
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(settings.home))
    app = typer.Typer()
    add_to(app)
    app.callback()(lambda: None)

    async def ran(*words: str, told: str = f"{AN}\n") -> Any:
        return await asyncio.to_thread(CliRunner().invoke, app, ["retention", "erase-person", *words], input=told)

    assert (await ran(AN)).exit_code == 2, "never on the command line"
    assert (await ran("--apply")).exit_code == 2, "not without a reason"
    assert (await ran("--apply", "--reason", "because")).exit_code == 2
    wrong = await ran(told="12345\n")
    assert (wrong.exit_code, "12345" in wrong.output) == (2, False)
    looked = json.loads((await ran("--json")).output)
    assert (looked["applied"], looked["erased"]["keys"]) == (False, 1)
    done = await ran("--apply", "--reason", "person_asked")
    assert (done.exit_code, AN in done.output) == (0, False), done.output
    assert json.loads((await ran("--json")).output)["erased"]["keys"] == 0
    assert (await verified(settings)).good
