"""Work in the background lasts as long as its block, and no trouble of one round ends the rounds."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from reuse_gateway.application.in_background import in_background, repeated
from reuse_gateway.domain.errors import Conflict, GatewayError, ProofError, StoreError

OFTEN = timedelta(milliseconds=1)


@pytest.mark.parametrize("trouble", [StoreError(), ProofError("x"), Conflict()])
async def test_a_round_in_any_trouble_of_ours_is_told_and_the_next_is_made(trouble: GatewayError) -> None:
    told, again, made = list[GatewayError](), asyncio.Event(), 0

    async def work() -> None:
        nonlocal made
        made += 1
        if made == 1:
            raise trouble
        again.set()

    async with repeated("x", work, OFTEN, told.append):
        await asyncio.wait_for(again.wait(), 5)
    assert told == [trouble]


async def test_no_round_is_made_before_the_first_is_due_nor_after_the_block() -> None:
    made = 0

    async def work() -> None:
        nonlocal made
        made += 1

    async with repeated("x", work, OFTEN, lambda _error: None, timedelta(hours=1)):
        await asyncio.sleep(0.02)
    assert made == 0
    async with repeated("x", work, OFTEN, lambda _error: None):
        await asyncio.sleep(0.02)
    until_then = made
    await asyncio.sleep(0.02)
    assert made == until_then > 0


async def test_work_that_is_broken_off_has_ended_when_the_block_has() -> None:
    ended = list[str]()

    async def work(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(name)

    async with in_background("x", work("a"), work("b")):
        await asyncio.sleep(0)
    assert sorted(ended) == ["a", "b"]
