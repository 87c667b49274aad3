"""What is older than its days goes, for good; what a leaf binds stays, and the ledger still verifies."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reuse_gateway.application.apply_retention import ApplyRetention
from reuse_gateway.domain.demand import Finding, JudgedPaper, PendingCase
from reuse_gateway.domain.event import BEFORE_ALL, Place
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.domain.webhook import Attempt
from reuse_gateway.signing.keys import CASE, PSEUDONYM, KeyRing
from reuse_gateway.signing.old_keys import OldKeys
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from reuse_gateway.signing.sealed_cases import SealedCases
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.erasing import OldAttempts, case_rests_on, index_rests_on
from tests.proof.running_house import house, settings_for
from tests.storage.builders import AT, Store, a_check, a_demand, as_owner
from tests.webhooks.builders import hooks

PERSON = "citizen 999090000001"


def rotated(folder: Path, purpose: str, days_ago: int) -> KeyRing:
    """A ring whose first key of a purpose was replaced so many days before AT."""
    ring = KeyRing(folder / f"keys-{purpose}", create=True)
    newer = ring.rotate(purpose)
    at = (AT - timedelta(days=days_ago)).timestamp()
    os.utime(newer, (at, at))
    return KeyRing(ring.directory)


async def attempted(store: Store, ring: KeyRing, days_ago: int, times: int) -> None:
    async with hooks(store, ring) as here:
        made = await here.subscribed()
        for number in range(times):
            standing = await here.rows.take(made.id, AT, AT + timedelta(hours=1), f"l{number}")
            told = Attempt(made.id, Place(0, 0), "a.one", AT - timedelta(days=days_ago), 1, "refused", 500, 3)
            assert await here.rows.keep(standing, f"l{number}", None, told)


async def test_old_attempts_go_and_young_ones_stay(store: Store, ring: KeyRing) -> None:
    await attempted(store, ring, 100, 3)
    await attempted(store, ring, 10, 2)
    engine = build_engine(store.url, pool_size=1)
    run = ApplyRetention(((OldAttempts(store.reads, engine), 90),), store.recorder, store.clock)
    assert [(each.what, each.count) for each in await run.plan()] == [("webhook_attempts", 3)]
    assert len(await store.rows("SELECT * FROM webhook_attempts")) == 5, "a plan touches nothing"
    assert [each.count for each in await run()] == [3]
    assert len(await store.rows("SELECT * FROM webhook_attempts")) == 2
    assert [each.count for each in await run()] == [0]
    told = [each.event for each in await store.events.events(BEFORE_ALL, 10, "retention.applied")]
    assert [(each.body["what"], each.body["count"]) for each in told] == [("webhook_attempts", 3)]
    assert (await store.verified()).good
    await engine.dispose()


async def test_zero_days_keep_for_good(store: Store, ring: KeyRing) -> None:
    await attempted(store, ring, 4_000, 1)
    engine = build_engine(store.url, pool_size=1)
    assert await ApplyRetention(((OldAttempts(store.reads, engine), 0),), store.recorder, store.clock)() == []
    assert len(await store.rows("SELECT * FROM webhook_attempts")) == 1
    await engine.dispose()


async def test_destroying_a_pseudonym_key_makes_its_time_untraceable_and_the_ledger_still_verifies(
    store: Store, tmp_path: Path
) -> None:
    keys = rotated(tmp_path, PSEUDONYM, 400)
    new, old = keys.pseudonym_keys()
    subject = KeyedPseudonyms((old,)).of(PERSON)
    await store.recorder.record_check(a_check(1, subject=subject), None)
    assert subject in KeyedPseudonyms(keys.pseudonym_keys()).every(PERSON)
    path = next(path for path, key in keys.secret_files(PSEUDONYM) if key.kid == old.kid)
    rule = OldKeys(keys, PSEUDONYM, partial(index_rests_on, store.reads))
    run = ApplyRetention(((rule, 365),), store.recorder, store.clock)
    assert [each.count for each in await run()] == [1]
    assert not path.exists()
    after = KeyRing(keys.directory).pseudonym_keys()
    assert [key.kid for key in after] == [new.kid]
    assert subject not in KeyedPseudonyms(after).every(PERSON)
    assert (await store.verified()).good
    assert await store.archive.check(a_check(1).id) is not None, "what happened is still proved, to whom is not"


async def test_the_newest_key_and_young_ones_are_never_destroyed(store: Store, tmp_path: Path) -> None:
    keys = rotated(tmp_path, PSEUDONYM, 10)
    run = ApplyRetention(((OldKeys(keys, PSEUDONYM), 31),), store.recorder, store.clock)
    assert [each.count for each in await run()] == [0]
    assert len(KeyRing(keys.directory).pseudonym_keys()) == 2
    only = KeyRing(tmp_path / "one", create=True)
    os.utime(only.secret_files(PSEUDONYM)[0][0], (0, 0))
    assert [each.count for each in await ApplyRetention(((OldKeys(only, PSEUDONYM), 1),), None, store.clock)()] == [0]


@pytest.mark.parametrize("column", ["ref", "owner"])
async def test_a_key_that_the_index_rests_on_is_held_back(store: Store, tmp_path: Path, column: str) -> None:
    """Without it the index would say absent of a paper that is held: unknown is never read as absent."""
    keys = rotated(tmp_path, PSEUDONYM, 400)
    old = keys.pseudonym_keys()[1].kid
    ref, owner = (f"{old}.x", "NULL") if column == "ref" else ("plain", f"'{old}.x'")
    values = f"(1, 0, 's', '{ref}', {owner}, 't', 'valid', NULL, NULL, NULL, '2026-01-01 00:00:00Z')"
    await as_owner(store.url, f"INSERT INTO held_papers VALUES {values}")
    rule = OldKeys(keys, PSEUDONYM, partial(index_rests_on, store.reads))
    (due,) = await ApplyRetention(((rule, 365),), store.recorder, store.clock)()
    assert (due.count, due.held_back) == (1, "in_use")
    assert len(KeyRing(keys.directory).pseudonym_keys()) == 2


async def test_a_key_that_a_waiting_case_is_sealed_with_is_held_back(store: Store, tmp_path: Path) -> None:
    keys = rotated(tmp_path, CASE, 400)
    new, old = keys.secrets(CASE)
    rule = OldKeys(keys, CASE, partial(case_rests_on, store.reads))
    run = ApplyRetention(((rule, 31),), store.recorder, store.clock)
    waits = JudgedPaper("p0", "birth_certificate", Reason.SOURCE_TIMED_OUT, Finding.PROVISIONAL)
    for number, key in ((1, new), (2, old)):
        demand = replace(a_demand(number), papers=(waits,), violations=(), defects=())
        sealed = SealedCases((key,)).seal(b"who it is", demand.id)
        case = PendingCase(demand.id, sealed, ("civil_status",), AT, AT + timedelta(days=5))
        await store.recorder.record_demand(demand, (), case)
        (due,) = await run.plan()
        assert due.held_back == ("in_use" if key is old else None)
    await run()
    assert len(KeyRing(keys.directory).secrets(CASE)) == 2
    await as_owner(store.url, f"DELETE FROM pending_cases WHERE demand_id = '{a_demand(2).id}'")
    await run()
    left = SealedCases(KeyRing(keys.directory).secrets(CASE))
    assert left.open(sealed, demand.id) is None, "nor from a backup"


async def test_the_command_shows_first_and_deletes_only_when_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    from reuse_gateway.bootstrap import verified
    from reuse_gateway.cli.retention import add_to, typer

    settings = settings_for(tmp_path / "home", webhooks_every_s=0)
    async with house(settings) as here:
        await here.violation()
    ring = KeyRing(settings.key_ring)
    os.utime(ring.rotate("session"), (0, 0))
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(settings.home))
    app = typer.Typer()
    add_to(app)
    app.callback()(lambda: None)
    for words, applied, left in (((), False, 2), (("--apply",), True, 1), ((), False, 1)):
        done = await asyncio.to_thread(CliRunner().invoke, app, ["retention", *words, "--json"])
        assert done.exit_code == 0, done.output
        told = json.loads(done.output)
        assert told["applied"] is applied
        assert len(KeyRing(settings.key_ring).secrets("session")) == left
    assert (await verified(settings)).good
