"""Events go out one after the other, at least once, by one process at a time, and nothing is lost while a target is away."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from reuse_gateway.domain.errors import (
    CallerError,
    Conflict,
    InvalidInput,
    NotAuthenticated,
    NotFound,
    StoreError,
    UnsafeSettings,
)
from reuse_gateway.domain.event import BEFORE_ALL, Place
from reuse_gateway.domain.webhook import Answer, State
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.webhook_secrets import SubscriberSecrets
from reuse_gateway.signing.webhook_signatures import RunningSignature, secret_bytes
from tests.storage.builders import Store, as_owner

from .builders import ADMIN, URL, WHY, Hooks, Told, hooks

DOWN = Answer("refused", 503)


async def outcomes(here: Hooks, id: str) -> list[tuple[str, int]]:
    return [(each.outcome, each.tried) for _, each in await here.rows.attempts(id, 2**62, 200)][::-1]


async def test_events_arrive_in_the_order_of_the_ledger_and_once_where_all_goes_well(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        await here.happen("source.down")
        made = await here.subscribed("source.*", "violation.detected")
        wanted = await here.happen("source.down", "import.done", "violation.detected", "sourced.x", "source.recovered")
        assert await here.deliver() == 3
        assert here.targets.ids == [wanted[0], wanted[2], wanted[4]], "and nothing of before it subscribed"
        assert await here.deliver() == 0
        assert await outcomes(here, made.id) == [("delivered", 1)] * 3
        assert (await store.verified()).good


async def test_a_delivery_is_signed_as_standard_webhooks_and_thin(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        made, secret = await here.manage.create(ADMIN, URL, ("*",), WHY)
        await here.happen("source.down")
        await here.deliver()
        url, headers, body = here.targets.arrived[0]
        check = RunningSignature(headers, [secret_bytes(secret)], store.clock.at.timestamp())
        check.update(body)
        assert check.holds()
        told = json.loads(body)
        assert (url, told["type"], told["data"]["n"]) == (URL, "source.down", 0)
        assert told["data"]["place"].replace(".", "_") in headers["webhook-id"]
        changed = RunningSignature(headers, [secret_bytes(secret)], store.clock.at.timestamp())
        changed.update(body + b" ")
        assert not changed.holds()
        with pytest.raises(NotAuthenticated):
            RunningSignature(headers, [secret_bytes(secret)], store.clock.at.timestamp() + 301)
        assert secret not in str(await store.rows("SELECT * FROM webhook_subscriptions"))
        assert made.state is State.ON


async def test_a_target_that_is_away_for_two_days_gets_everything_in_order(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring, Told(always=DOWN)) as here:
        made = await here.subscribed()
        ids = await here.happen("case.moved", "case.due_soon", "case.due_late")
        for _ in range(16):
            await here.deliver()
            store.clock.turn(3 * 3600)
        assert set(here.targets.ids) == {ids[0]}, "the first is tried until it is delivered"
        here.targets.always, here.targets.arrived = Answer("delivered", 204), []
        store.clock.turn(24 * 3600)
        await here.deliver()
        assert [id for id in here.targets.ids if id in ids] == ids
        assert (await here.rows.standing(made.id)).failing_since is None


async def test_pauses_grow_over_three_days_and_then_it_is_switched_off_and_told(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring, Told(always=DOWN)) as here:
        made = await here.subscribed("case.moved")
        await here.happen("case.moved")
        begun = store.clock.at
        while (await here.rows.subscription(made.id)).state is State.ON and len(here.targets.arrived) < 20:
            await here.deliver()
            before = len(here.targets.arrived)
            standing = await here.rows.standing(made.id)
            store.clock.at = standing.next_at - timedelta(seconds=1)
            assert (await here.deliver(), len(here.targets.arrived)) == (0, before), "not before its time"
            store.clock.turn(1)
        assert timedelta(hours=75) < standing.next_at - begun - timedelta(hours=24) < timedelta(hours=85)
        assert len(here.targets.arrived) == 10
        found = [each.event for each in await store.events.events(BEFORE_ALL, 100)]
        kinds = [each.kind for each in found if each.kind.startswith("webhook.")]
        assert kinds[-1] == "webhook.disabled"
        assert 2 <= kinds.count("webhook.failing") <= 4, "a reminder a day, not one a try"
        off = next(each for each in found if each.kind == "webhook.disabled")
        assert (off.body["subscription"], off.body["tries"], off.body["outcome"]) == (made.id, 10, "refused")
        await here.deliver()
        assert len(here.targets.arrived) == 10


async def test_switched_on_again_it_goes_on_where_it_had_stopped(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring, Told(always=Answer("gone", 410))) as here:
        made = await here.subscribed("case.*")
        ids = await here.happen("case.moved")
        await here.deliver()
        assert (await here.rows.subscription(made.id)).state is State.FAILED, "410 Gone is believed at once"
        ids += await here.happen("case.due_soon")
        here.targets.always, here.targets.arrived = Answer("delivered", 200), []
        assert await here.deliver() == 0
        await here.manage.change(ADMIN, made.id, WHY, on=True)
        assert await here.deliver() == 2
        assert here.targets.ids == ids
        assert (await store.verified()).good


async def test_a_target_may_ask_for_a_longer_pause_up_to_a_day(store: Store, ring: KeyRing) -> None:
    async with hooks(
        store, ring, Told([Answer("refused", 429, timedelta(hours=1)), Answer("refused", 503, timedelta(days=9))])
    ) as here:
        made = await here.subscribed()
        await here.happen("case.moved")
        await here.deliver()
        assert (await here.rows.standing(made.id)).next_at - store.clock.at == timedelta(hours=1)
        store.clock.turn(3600)
        await here.deliver()
        assert (await here.rows.standing(made.id)).next_at - store.clock.at == timedelta(days=1)


async def test_two_processes_never_deliver_at_once(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as one, hooks(store, ring) as other:
        await one.subscribed()
        ids = await one.happen("case.moved", "case.due_soon")

        async def meanwhile() -> None:
            assert await other.deliver() == 0

        one.targets.before = meanwhile
        assert await one.deliver() == 2
        assert (one.targets.ids, other.targets.ids) == (ids, [])
        one.targets.before = None
        await one.happen(*(f"b.n{'x' * number}" for number in range(20)))
        for _ in range(5):
            await asyncio.gather(one.deliver(), other.deliver(), one.deliver(), other.deliver())
        together = one.targets.ids + other.targets.ids
        assert len(together) == len(set(together)) == 22


async def test_who_dies_in_the_middle_is_followed_by_another_and_the_event_comes_twice(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as one, hooks(store, ring) as other:
        await one.subscribed()
        ids = await one.happen("case.moved", "case.due_soon")

        async def dies() -> None:
            raise asyncio.CancelledError

        one.targets.before = dies
        with pytest.raises(asyncio.CancelledError):
            await one.deliver()
        assert await other.deliver() == 0, "its turn is not over"
        store.clock.turn(61)
        assert await other.deliver() == 2
        assert one.targets.ids + other.targets.ids == [ids[0], *ids], "at least once, under the same id"


async def test_a_turn_that_was_lost_writes_nothing(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as one, hooks(store, ring) as other:
        made = await one.subscribed()
        await one.happen("case.moved", "case.due_soon")

        async def slow() -> None:
            store.clock.turn(61)
            one.targets.before = None
            assert await other.deliver() == 2

        one.targets.before = slow
        assert await one.deliver() == 0
        assert await outcomes(one, made.id) == [("delivered", 1)] * 2
        assert await one.deliver() == 0


async def test_a_replay_delivers_again_and_a_leap_leaves_out(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        made = await here.subscribed("case.*")
        ids = await here.happen("case.moved", "case.due_soon", "case.due_late")
        await here.deliver()
        after = Place(int(ids[0].split("_")[1]), 0)
        await here.manage.replay(ADMIN, made.id, after, WHY)
        here.targets.arrived = []
        assert await here.deliver() == 2
        assert here.targets.ids == ids[1:]
        ids = await here.happen("case.letter_issued", "case.moved")
        await here.manage.replay(ADMIN, made.id, Place(int(ids[0].split("_")[1]), 0), WHY)
        here.targets.arrived = []
        await here.deliver()
        assert here.targets.ids == ids[1:]
        with pytest.raises(CallerError, match="place_unknown"):
            await here.manage.replay(ADMIN, made.id, Place(10_000, 0), WHY)


async def test_a_log_that_became_shorter_stops_the_deliveries(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        made = await here.subscribed()
        await here.rows.seek(made.id, Place(500, 0), store.clock.at)
        with pytest.raises(CallerError):
            await here.deliver()
        assert await here.deliver() == 0, "and no round after it asks again at once"
        assert here.targets.arrived == []


async def test_after_a_new_secret_both_sign_for_a_day(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        made, old = await here.manage.create(ADMIN, URL, ("*",), WHY)
        _, new = await here.manage.rotate(ADMIN, made.id, WHY)
        assert old != new
        for turn, holding in ((0, {old, new}), (25 * 3600, {new})):
            store.clock.turn(turn)
            await here.happen("case.moved")
            await here.deliver()
            _, headers, body = here.targets.arrived[-1]
            good = set()
            for secret in (old, new):
                check = RunningSignature(headers, [secret_bytes(secret)], store.clock.at.timestamp())
                check.update(body)
                good |= {secret} if check.holds() else set()
            assert good == holding


async def test_a_destroyed_key_stops_deliveries_and_says_so(store: Store, ring: KeyRing, tmp_path) -> None:
    async with hooks(store, ring) as here:
        made = await here.subscribed()
        await here.happen("case.moved")
        other = SubscriberSecrets(KeyRing(tmp_path / "other", create=True).secrets("webhook"))
        with pytest.raises(UnsafeSettings):
            other.secret(made, 1)
        object.__setattr__(here.deliver, "secrets", other)
        await here.deliver()
        assert await outcomes(here, made.id) == [("secret_gone", 1)]
        assert here.targets.arrived == []


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE webhook_subscriptions SET body = replace(body, 'siem.example', 'evil.example')", "row_not_in_leaf"),
        ("UPDATE webhook_subscriptions SET state = 'off'", "row_changed"),
        ("UPDATE webhook_subscriptions SET revision = 5", "row_changed"),
        ("DELETE FROM webhook_subscriptions", "leaf_without_row"),
        ("UPDATE webhook_subscriptions SET body = '{}'", "row_unreadable"),
        ("UPDATE webhook_subscriptions SET leaf_index = 77", "row_without_leaf"),
    ],
)
async def test_a_subscription_cannot_be_changed_unseen(store: Store, ring: KeyRing, statement: str, what: str) -> None:
    async with hooks(store, ring) as here:
        await here.subscribed()
        await here.happen("case.moved")
        await as_owner(store.url, statement)
        assert what in {found for found, _ in await store.found()}


async def test_a_target_put_in_by_the_owner_of_the_database_is_never_told_anything(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        await here.subscribed()
        await here.happen("case.moved")
        await as_owner(store.url, "UPDATE webhook_subscriptions SET body = replace(body, 'siem.example', 'evil.example')")
        with pytest.raises(StoreError):
            await here.deliver()
        assert here.targets.arrived == []


async def test_changes_are_told_apart_and_kept_with_who_and_why(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        made = await here.subscribed()
        both = await asyncio.gather(
            *(here.manage.change(ADMIN, made.id, WHY, kinds=(kind,)) for kind in ("case.*", "demand.*")), return_exceptions=True
        )
        assert [type(each) for each in both if isinstance(each, Exception)] in ([], [Conflict])
        with pytest.raises(NotFound):
            await here.manage.change(ADMIN, "whk_none", WHY, on=False)
        for bad in ("http://siem.example/x", "https://10.0.0.1/x"):
            with pytest.raises(InvalidInput):
                await here.manage.change(ADMIN, made.id, WHY, url=bad)
        off = await here.manage.change(ADMIN, made.id, WHY, on=False)
        assert (off.state, off.client_id, off.reason) == (State.OFF, "demo-admin", WHY)
        await here.happen("case.moved")
        assert await here.deliver() == 0
        assert (await store.verified()).good
