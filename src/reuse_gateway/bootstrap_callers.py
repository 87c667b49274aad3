"""Callers of a deployment: the embedded token desk, and the issuers whose tokens are believed."""

from __future__ import annotations

from contextlib import AsyncExitStack

from joserfc.jwk import OKPKey

from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.domain.agency import agency_code
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.settings import Run, Settings
from reuse_gateway.signing.clients import demo_clients, read_clients
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.tokens import Keys, TokenIssuer
from reuse_gateway.storage.known_bodies import StoredBodies
from reuse_gateway.storage.reads import Reads


def bodies_of(settings: Settings, catalogue: Catalogue, reads: Reads) -> StoredBodies:
    """Bodies that demands may be recorded for: of the facts, the setting and the clients, and those that have called."""
    clients = read_clients(settings.clients_path) | (demo_clients() if settings.demo_clients else {})
    listed = {body.code for body in catalogue.agencies} | {client.agency for client in clients.values()}
    return StoredBodies(reads, listed | _told(settings.agencies))


def _told(codes: str) -> frozenset[str]:
    try:
        return frozenset(agency_code(each.strip()) for each in codes.split(",") if each.strip())
    except ValueError:
        raise UnsafeSettings("REUSE_GATEWAY_AGENCIES: codes look like H41.12, separated by commas") from None


def issuer_of(settings: Settings, ring: KeyRing) -> TokenIssuer | None:
    """The embedded token desk; in production only where clients were registered and no outside issuer is set."""
    clients = read_clients(settings.clients_path) | (demo_clients() if settings.demo_clients else {})
    if settings.run is Run.PRODUCTION and (settings.issuer or not clients):
        return None
    key = ring.newest("token")
    private = OKPKey.import_key(key.private, {"kid": key.kid, "use": "sig", "alg": "Ed25519"})
    return TokenIssuer(private, clients, f"{settings.base_url}/oauth2", settings.audience, settings.token_seconds)


async def issuers_of(settings: Settings, own: TokenIssuer | None, opened: AsyncExitStack) -> dict[str, Keys]:
    """Whose tokens are believed, by the name they give themselves: our own desk, and the province's issuer."""
    issuers: dict[str, Keys] = {f"{settings.base_url}/oauth2": own} if own else {}
    if settings.issuer and settings.jwks_url:
        import httpx

        from reuse_gateway.signing.jwks import RemoteKeys

        client = await opened.enter_async_context(httpx.AsyncClient(trust_env=False, follow_redirects=False))
        issuers[settings.issuer] = RemoteKeys(settings.jwks_url, client)
    return issuers
