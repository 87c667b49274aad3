"""A process that reads a register is killed, again and again, with a real SIGKILL: nothing is lost, nothing is there twice."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.simulation.app import build_app
from reuse_gateway.simulation.register_facts import Entry
from reuse_gateway.simulation.registers import SimulatedRegister
from reuse_gateway.simulation.serving import serve
from reuse_gateway.storage.holdings import StoredHoldings
from tests.holdings.reading import FOLDER
from tests.holdings.syncing_process import Wall
from tests.storage.builders import opened

pytestmark = [pytest.mark.acceptance, pytest.mark.crash]
COUNT, KILLS = 60, 3


def entries() -> list[Entry]:
    """All of them changed lately, so that every round after the first reads them again as well."""
    first = date.today() - timedelta(days=4)
    return [
        Entry(
            key=f"VB-{n}",
            changed=(first + timedelta(days=n % 5)).isoformat(),
            **{"with": {"number": f"9990900{n:05d}" if n % 10 else ""}},
        )
        for n in range(COUNT)
    ]


async def started(url: str, store_url: str, keys: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.holdings.syncing_process", f"{url}/windowed", store_url, str(keys),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def killed_after(process: asyncio.subprocess.Process, register: SimulatedRegister, calls: int) -> None:
    while len(register.asked) < calls and process.returncode is None:  # noqa: ASYNC110 - the register offers no event
        await asyncio.sleep(0.002)
    process.kill()
    assert await process.wait() == -signal.SIGKILL


async def test_killed_in_the_middle_of_pages_the_register_is_whole_in_the_end(url: str, tmp_path: Path):
    KeyRing(tmp_path / "keys", create=True)
    app = build_app(FOLDER)
    register = app.state.sources["windowed"].register
    register.entries = entries()
    async with serve(app) as base_url:
        for kill in range(1, KILLS + 1):
            await killed_after(await started(base_url, url, tmp_path / "keys"), register, len(register.asked) + 3 * kill + 1)
        register.asked.clear()
        both = [await started(base_url, url, tmp_path / "keys") for _ in range(2)]
        said = [(await process.communicate())[0].decode().split() for process in both]
    assert ["synced", "None"] in said, said
    assert {outcome for outcome, _ in said} <= {"synced", "overtaken"}
    async with opened(url, KeyRing(tmp_path / "keys"), Wall()) as store:
        head = await StoredHoldings(store.reads).head("windowed")
        assert (head.papers, head.ownerless) == (COUNT - COUNT // 10, COUNT // 10)
        assert tuple((await store.rows("SELECT count(*), count(DISTINCT ref) FROM held_papers"))[0]) == (COUNT, COUNT)
        assert register.marked == {each.key for each in register.entries}
        assert (await store.verified()).good
