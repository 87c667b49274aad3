"""A process that reads the register of `registers/` once, for tests that kill it: base URL, store, key ring."""

from __future__ import annotations

import asyncio
import sys
from datetime import date, timedelta
from pathlib import Path

from reuse_gateway.connectors.line_of import line_of
from reuse_gateway.connectors.loading import load_manifest
from reuse_gateway.connectors.register_http import CalledRegister, limits_of
from reuse_gateway.connectors.upstream import Tls, aiohttp_transport
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.simulation.tokens import simulated_secret
from reuse_gateway.system import SystemClock
from tests.holdings.builders import keeping
from tests.holdings.reading import FOLDER, reader
from tests.storage.builders import opened


class Wall(SystemClock):
    """The wall clock, as the store's builders want it."""


async def main(base_url: str, store_url: str, keys: Path) -> None:
    ring = KeyRing(keys)
    manifest = load_manifest(FOLDER / "sector" / "windowed.yaml", {"diploma"})
    sync = manifest.sync.model_copy(update={"since": date.today() - timedelta(days=12)})
    asked = manifest.model_copy(update={"limits": limits_of(manifest, sync)})
    line = line_of(asked, {"windowed": base_url}, simulated_secret, SystemClock(), aiohttp_transport, Tls(), frozenset())
    register = CalledRegister(manifest, sync, sync.listing, line, "H41")
    async with opened(store_url, ring, Wall()) as store:
        report = await reader(keeping(store, ring))(register)
        print(report.outcome, report.code, flush=True)
    await register.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
