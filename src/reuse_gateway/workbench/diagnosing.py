"""`doctor` for one source: from the settings to one call, each step green, red or skipped, and whose fault a red one is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from reuse_gateway.connectors.auth_facts import IssuedAuth
from reuse_gateway.connectors.line_of import line_of
from reuse_gateway.connectors.lines import HttpLine
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.probing import Checked, Light, clock, dns, green, red, skipped, tcp, tls
from reuse_gateway.connectors.protocols import PROTOCOLS
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.connectors.upstream import Tls
from reuse_gateway.connectors.watching import WatchedWires
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.domain.holding import Doubt, Holding, Outcome
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.subject import Subject
from reuse_gateway.workbench.reaching import Reach, watched
from reuse_gateway.workbench.stage import WallClock
from reuse_gateway.workbench.trying import PURPOSE

# In their order; what stands behind a red one is skipped.
_STEPS: Mapping[str, tuple[str, ...]] = {
    "http": ("settings", "dns", "tcp", "tls", "clock", "token", "scope", "health"),
    "database": ("settings", "dns", "tcp", "scope", "health"),
    "files": ("settings", "files", "scope", "health"),
}


async def diagnose(manifest: Manifest, reached: Reach, subject: Subject | None) -> AsyncIterator[Checked]:
    """Checks in their order, until the first red one. `subject` for the one call that is made."""
    told: set[str] = set()
    async for checked in _steps(manifest, reached, subject):
        told.add(checked.what)
        yield checked
        if checked.light is Light.RED:
            break
    for what in _STEPS[PROTOCOLS[manifest.protocol].line]:
        if what not in told:
            yield skipped(what, "something before it is red")


async def _steps(manifest: Manifest, reached: Reach, subject: Subject | None) -> AsyncIterator[Checked]:
    http = PROTOCOLS[manifest.protocol].line == "http"
    parts = (_way, _desk) if http else (_place,)
    for look in (_settings, *parts):
        async for checked in look(manifest, reached):
            yield checked
    async for checked in _call(manifest, reached, subject):
        yield checked


async def _settings(manifest: Manifest, reached: Reach) -> AsyncIterator[Checked]:
    """Is it known where the source is, and every secret by its name? Would we ask it at all?"""
    try:
        line = line_of(
            manifest, reached.urls, reached.secrets, WallClock(), WatchedWires(), _tls_of(manifest, reached), frozenset()
        )
    except UnsafeSettings as error:
        yield red("settings", "ours", f"{error.code}: {error}")
        return
    except (OSError, ValueError) as error:
        yield red("settings", "ours", f"a file of SOURCE_TLS or the URL cannot be used ({type(error).__name__})")
        return
    if line is None:
        local = manifest.database.url_name if manifest.database else manifest.drop.folder_name if manifest.drop else ""
        mend = f"set REUSE_GATEWAY_SECRET_{local}" if local else f"set REUSE_GATEWAY_SOURCE_URLS for {manifest.id}"
        yield red("settings", "ours", f"it is not known where the source is: {mend}")
        return
    await line.aclose()
    where = "simulated here" if manifest.id in reached.simulated else "deployed"
    yield green("settings", f"{where}, {len(manifest.secret_names)} secret(s) known")


def _tls_of(manifest: Manifest, reached: Reach) -> Tls:
    return reached.tls.get(manifest.id, Tls())


async def _way(manifest: Manifest, reached: Reach) -> AsyncIterator[Checked]:
    """Name, connection, certificate."""
    parts = urlsplit(reached.urls[manifest.id])
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    yield await dns(host)
    yield await tcp(host, port)
    plain = skipped("tls", "plain http, on this machine or allowed by name")
    yield await tls(host, port, _tls_of(manifest, reached)) if parts.scheme == "https" else plain


async def _desk(manifest: Manifest, reached: Reach) -> AsyncIterator[Checked]:
    """Our clock and theirs, and a token where one is issued."""
    wires = WatchedWires()
    line = line_of(manifest, reached.urls, reached.secrets, WallClock(), wires, _tls_of(manifest, reached), frozenset())
    if not isinstance(line, HttpLine):
        return
    try:
        if not isinstance(manifest.auth, IssuedAuth):
            yield skipped("token", f"auth {manifest.auth.type} has no token")
            return
        try:
            async with asyncio.timeout(manifest.limits.timeout_s):
                await line.sign_in(asyncio.get_running_loop().time() + manifest.limits.timeout_s)
            token = green("token", "issued")
        except TimeoutError:
            token = red("token", "theirs", "the token desk does not answer in time")
        except Trouble as trouble:
            token = _no_token(trouble.doubt, wires)
        dated = next((each.answer.headers.get("date") for each in wires.sent if each.answer), None)
        yield clock(dated, datetime.now(UTC))
        yield token
    finally:
        await line.aclose()


def _no_token(doubt: Doubt, wires: WatchedWires) -> Checked:
    status = next((each.answer.status for each in reversed(wires.sent) if each.answer), None)
    if doubt is Doubt.SOURCE_DENIED:
        return red("token", "ours", f"client or password refused (HTTP {status}): check the secrets, or ask them to reset")
    return red("token", "theirs", f"no token (HTTP {status})" if status else "the token desk broke off")


async def _place(manifest: Manifest, reached: Reach) -> AsyncIterator[Checked]:
    """A database has a host perhaps, a folder has files."""
    if manifest.drop is not None:
        yield _files(Path(reached.urls.get(manifest.id) or reached.secrets(manifest.drop.folder_name)), manifest.drop.format)
        return
    url = reached.urls.get(manifest.id) or reached.secrets(manifest.database.url_name if manifest.database else "")
    host = urlsplit(url).hostname
    if not host:
        for what in ("dns", "tcp"):
            yield skipped(what, "a file on this machine")
        return
    yield await dns(host)
    yield await tcp(host, urlsplit(url).port or 5432)


def _files(folder: Path, ending: str) -> Checked:
    if not folder.is_dir():
        return red("files", "ours", "the folder is not there, or may not be read by this account")
    files = list(folder.glob(f"*.{ending}"))
    if not files:
        return red("files", "theirs", f"no .{ending} file was dropped")
    newest = datetime.fromtimestamp(max(file.stat().st_mtime for file in files), UTC)
    return green("files", f"{len(files)} file(s), the newest of {newest:%Y-%m-%d %H:%M} UTC")


async def _call(manifest: Manifest, reached: Reach, subject: Subject | None) -> AsyncIterator[Checked]:
    """One lookup that any deployment may make."""
    if subject is None:
        for what in ("scope", "health"):
            yield skipped(what, "a live source is asked about nobody without --subject")
        return
    lookup = next((each for each in manifest.lookups if subject.kind in each.subjects), None)
    if lookup is None:
        yield skipped("health", f"asked about {', '.join(manifest.lookups[0].subjects)} only: --subject")
        return
    papers = tuple(paper for paper in lookup.evidence if subject.kind in lookup.asked_about(paper))
    things = sorted({name.removeprefix("about.") for name in (*lookup.needs, *lookup.either) if name.startswith("about.")})
    async with watched(manifest, reached) as watch:
        deadline = asyncio.get_running_loop().time() + manifest.limits.timeout_s + 1
        asked = Lookup(manifest.id, subject, papers, tuple((name, "TEST-0000") for name in things))
        told = (await watch.registry.lookup(asked, PURPOSE, deadline))[0]
    last = next((each.answer for each in reversed(watch.wires.sent) if each.answer), None)
    status = last.status if last else None
    if last and not isinstance(manifest.auth, IssuedAuth):
        yield clock(last.headers.get("date"), datetime.now(UTC))
    yield _scope(told)
    yield _health(told, status)


def _scope(told: Holding) -> Checked:
    if told.doubt is Doubt.SOURCE_DENIED:
        return red("scope", "ours", "we are not allowed to ask this: agency, officer, procedure or rights of the account")
    return green("scope", "not refused") if told.outcome is not Outcome.UNKNOWN else skipped("scope", "no answer to judge by")


def _health(told: Holding, status: int | None) -> Checked:
    if told.outcome is not Outcome.UNKNOWN:
        return green("health", f"answered: {told.outcome}")
    said = f"{told.doubt}" + (f" (HTTP {status})" if status else "")
    if told.doubt is Doubt.SOURCE_DENIED:
        return skipped("health", "refused")
    if told.doubt in (Doubt.BAD_ANSWER, Doubt.INSUFFICIENT_SUBJECT_DATA) and (status is None or status < 500):
        return red("health", "ours", f"{said}: the manifest does not describe this answer; see connector try --trace")
    return red("health", "theirs", said)
