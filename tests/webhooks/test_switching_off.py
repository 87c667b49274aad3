"""Switched off is off: after the answer at most the delivery under way goes out, and a change of the target holds at once."""

from __future__ import annotations

from typing import Any

import pytest

from reuse_gateway.signing.keys import KeyRing
from tests.storage.builders import Store

from .builders import ADMIN, URL, WHY, Hooks, hooks

OTHER = "https://siem.example/others"


async def while_delivering(here: Hooks, id: str, **change: Any) -> None:
    """The change comes while the first delivery is under way."""

    async def once() -> None:
        here.targets.before = None
        await here.manage.change(ADMIN, id, WHY, **change)

    here.targets.before = once
    await here.deliver()


async def test_what_is_switched_off_meanwhile_gets_nothing_more_and_loses_nothing(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        made = await here.subscribed("case.*")
        ids = await here.happen(*["case.moved"] * 6)
        await while_delivering(here, made.id, on=False)
        assert here.targets.ids == ids[:1]
        assert await here.deliver() == 0
        await here.manage.change(ADMIN, made.id, WHY, on=True)
        assert await here.deliver() == 5
        assert here.targets.ids == ids


async def test_a_round_that_began_before_the_switching_off_delivers_nothing_after_it(store: Store, ring: KeyRing) -> None:
    async with hooks(store, ring) as here:
        made = await here.subscribed("case.*")
        await here.happen(*["case.moved"] * 3)
        (as_read,) = await here.rows.subscriptions()
        await here.manage.change(ADMIN, made.id, WHY, on=False)
        assert await here.deliver._served(as_read) == 0
        assert here.targets.ids == []
        assert await here.rows.take(made.id, store.clock.at, store.clock.at, "lease_x"), "the turn was given back"


@pytest.mark.parametrize(
    ("change", "urls"),
    [({"url": OTHER}, [URL, OTHER, OTHER, OTHER]), ({"kinds": ("violation.*",)}, [URL])],
)
async def test_another_target_and_other_kinds_hold_from_the_next_delivery_on(
    store: Store, ring: KeyRing, change: dict[str, Any], urls: list[str]
) -> None:
    async with hooks(store, ring) as here:
        made = await here.subscribed("case.*")
        await here.happen(*["case.moved"] * 3)
        await while_delivering(here, made.id, **change)
        await here.deliver()
        assert [url for url, _, _ in here.targets.arrived] == urls
