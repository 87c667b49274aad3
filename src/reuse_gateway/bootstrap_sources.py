"""The sources of a deployment: where they are (or simulated), their secrets, certificates and their registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import structlog

import reuse_gateway
from reuse_gateway.application.health_ports import HealthLog, HealthRecorder
from reuse_gateway.application.planned_outages import PlannedOutages
from reuse_gateway.application.watch_sources import WatchSources
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.connectors.upstream import Tls
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.domain.source_health import SourceState, StateChange
from reuse_gateway.settings import Run, Settings, SourceTls, secret_named
from reuse_gateway.system import RandomIds, SystemClock
from reuse_gateway.telemetry import Metrics, warned

_ASK_S = 10.0
log = structlog.get_logger()


def connectors_dir(settings: Settings) -> Path:
    """Where the manifests lie: as set, shipped inside the wheel, or at the top of the checkout."""
    package = Path(reuse_gateway.__file__).parent
    shipped = package / "_shipped" / "connectors"
    return settings.connectors_dir or (shipped if shipped.is_dir() else package.parents[1] / "connectors")


def simulates(settings: Settings) -> bool:
    """Are simulated registries asked, here or elsewhere, so that synthetic people may be asked about?"""
    return settings.run is Run.EMBEDDED and settings.simulate


async def source_urls(settings: Settings, opened: AsyncExitStack) -> Mapping[str, str]:
    """Where each source is: of a simulation in this process or elsewhere, under what the deployment says itself.

    Raises UnsafeSettings where the simulation elsewhere does not answer.
    """
    if not simulates(settings):
        return settings.source_urls
    if settings.simulation_url:
        return {**await _elsewhere(settings.simulation_url), **settings.source_urls}
    from reuse_gateway.simulation import simulated

    here = await opened.enter_async_context(simulated(connectors_dir(settings), note=settings.simulation_note))
    return {**here.sources, **settings.source_urls}


async def _elsewhere(url: str) -> dict[str, str]:
    import httpx

    try:
        async with httpx.AsyncClient(trust_env=False, timeout=_ASK_S) as client:
            answer = await client.get(f"{url.rstrip('/')}/admin/sources")
            answer.raise_for_status()
            return {str(source): str(where) for source, where in answer.json()["sources"].items()}
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, AttributeError) as error:
        said = f"no simulation answers at SIMULATION_URL ({type(error).__name__}); start `reuse-gateway simulate`"
        raise UnsafeSettings(said, code="simulation_unreachable") from None


def tls_of(settings: Settings, manifests: Sequence[Manifest]) -> dict[str, Tls]:
    """Each source's own files, else the CA bundle of the province's platform; verification itself cannot be switched off."""
    bundle = settings.source_ca_bundle
    own = {manifest.id: settings.source_tls.get(manifest.id, SourceTls()) for manifest in manifests}
    return {
        source: Tls(
            *(str(file) if file else None for file in (each.ca_bundle or bundle, each.client_certificate, each.client_key))
        )
        for source, each in own.items()
    }


def secrets_of(settings: Settings, manifests: Sequence[Manifest]) -> Callable[[str], str]:
    """Secrets of the sources by name. Simulated registries bring their own; a source in SOURCE_URLS never gets one of those:
    what is missing there is missing, and the start is refused.
    """
    if not simulates(settings):
        return secret_named
    from reuse_gateway.simulation import simulated_secret

    deployed = {name for manifest in manifests if manifest.id in settings.source_urls for name in manifest.secret_names}
    return lambda name: secret_named(name) or ("" if name in deployed else simulated_secret(name))


@dataclass(frozen=True, slots=True)
class Connected:
    """The sources of this deployment, what is announced about them, and the counters they feed."""

    registry: SourceRegistry
    outages: PlannedOutages
    metrics: Metrics


def connect(settings: Settings, manifests: Sequence[Manifest], urls: Mapping[str, str]) -> Connected:
    """All sources, connected where it is known where they are. Raises UnsafeSettings."""
    clock, metrics = SystemClock(), Metrics()
    outages, tls = PlannedOutages(clock), tls_of(settings, manifests)
    told, secrets = metrics.looked_up, secrets_of(settings, manifests)
    registry = SourceRegistry(manifests, urls, secrets, clock, tls=tls, on_answer=told, planned_out=outages.now)
    return Connected(registry, outages, metrics)


async def watched(
    settings: Settings, connected: Connected, recorder: HealthRecorder, kept: HealthLog, opened: AsyncExitStack
) -> WatchSources:
    """The watch over the sources; it runs until the stack is closed, unless the deployment wants none."""
    metrics = connected.metrics

    def changed(change: StateChange) -> None:
        metrics.source_is(change.source, change.after, SourceState)
        log.info("source_state", source=change.source, before=change.before, after=change.after)

    watch = WatchSources(
        connected.registry,
        recorder,
        kept,
        SystemClock(),
        RandomIds().new("obs"),
        settings.province,
        settings.probe_log_s,
        [changed],
        metrics.probed,
        warned("probe_log_not_recorded"),
    )
    return await opened.enter_async_context(watch.watching()) if settings.probe_sources else watch
