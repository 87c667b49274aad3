"""The sources as this deployment reaches them: live where they are deployed, simulated where they are not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from reuse_gateway.bootstrap_sources import secrets_of, simulates, source_urls, tls_of
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.masking import Masks
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.connectors.upstream import Tls
from reuse_gateway.connectors.watching import Heard, WatchedWires
from reuse_gateway.settings import Settings
from reuse_gateway.workbench.stage import WallClock


@dataclass(frozen=True, slots=True)
class Reach:
    """Where sources are, how they are signed in to; `simulated` names those that run here for the occasion."""

    urls: Mapping[str, str]
    secrets: Callable[[str], str]
    tls: Mapping[str, Tls]
    simulated: frozenset[str]


@asynccontextmanager
async def reach(settings: Settings, manifests: tuple[Manifest, ...]) -> AsyncIterator[Reach]:
    """Until the block ends; raises UnsafeSettings, FactsError."""
    async with AsyncExitStack() as opened:
        urls = await source_urls(settings, opened)
        here = frozenset(urls) - frozenset(settings.source_urls) if simulates(settings) else frozenset()
        yield Reach(urls, secrets_of(settings, manifests), tls_of(settings, manifests), here)


@dataclass(frozen=True, slots=True)
class Watched:
    """A registry of one source with everything that went in and out."""

    registry: SourceRegistry
    heard: Heard
    wires: WatchedWires
    masks: Masks


@asynccontextmanager
async def watched(manifest: Manifest, reached: Reach) -> AsyncIterator[Watched]:
    """Raises UnsafeSettings where the source would be asked unsafely or its secrets are not there."""
    heard, wires, masks = Heard(), WatchedWires(), Masks()
    registry = SourceRegistry(
        [manifest],
        reached.urls,
        masks.listening(reached.secrets),
        WallClock(),
        transport=wires,
        tls=reached.tls,
        around=heard.around,
    )
    try:
        yield Watched(registry, heard, wires, masks)
    finally:
        await registry.aclose()
