"""A turn is short: nobody waits long for a slow neighbour, and what is not wanted is passed over quickly."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from reuse_gateway.domain.event import Event
from reuse_gateway.domain.webhook import Answer
from reuse_gateway.signing.keys import KeyRing
from tests.storage.builders import Store

from .builders import hooks


async def test_a_target_that_is_slow_to_say_yes_gives_its_turn_back(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        made = await here.subscribed("case.*")
        ids = await here.happen(*["case.moved"] * 6)

        async def slowly() -> None:
            store.clock.turn(9)

        here.targets.before = slowly
        assert await here.deliver() == 3, "27 seconds; the next is not begun"
        standing = await here.rows.standing(made.id)
        assert (str(standing.after), standing.tries) == (ids[2].removeprefix("evt_").replace("_", "."), 0)
        assert await here.deliver() == 3
        assert here.targets.ids == ids
        assert await here.deliver() == 0


async def test_a_rare_kind_is_found_behind_many_that_nobody_wants(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        await here.subscribed("checkpoint.daily")
        common = [Event("demand.recorded", store.clock.at, {"n": number}) for number in range(350)]
        await asyncio.gather(*(store.recorder.record_event(each) for each in common))
        (wanted,) = await here.happen("checkpoint.daily")
        assert await here.deliver() == 1, "in one round, four pages behind"
        assert here.targets.ids == [wanted]


async def test_a_failure_behind_a_full_page_is_tried_again_later_and_not_at_once(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        made = await here.subscribed("checkpoint.daily")
        common = [Event("demand.recorded", store.clock.at, {"n": number}) for number in range(120)]
        await asyncio.gather(*(store.recorder.record_event(each) for each in common))
        await here.happen("checkpoint.daily")
        here.targets.always = Answer("refused", 503)
        assert await here.deliver() == 0
        assert len(here.targets.arrived) == 1
        standing = await here.rows.standing(made.id)
        assert standing.next_at - store.clock.at >= timedelta(seconds=5)
        assert standing.tries == 1
