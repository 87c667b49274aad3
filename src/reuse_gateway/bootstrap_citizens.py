"""Citizens of a deployment: whose tokens are believed, what is read of them, and the demo's identity provider."""

from __future__ import annotations

from collections.abc import Mapping

from joserfc.jwk import OKPKey

from reuse_gateway.api.citizen_services import CitizenServices
from reuse_gateway.api.quota import Quota
from reuse_gateway.application.citizen_ports import CitizenReads, CitizenRecorder
from reuse_gateway.application.hear_citizens import HearCitizens
from reuse_gateway.application.ports import Clock, Ids
from reuse_gateway.catalogue.case_rules import load_calendar
from reuse_gateway.settings import Settings
from reuse_gateway.signing.citizen_tokens import CitizenVerifier, DemoCitizens
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.tokens import Keys, TokenVerifier


def citizen_services(
    settings: Settings,
    ring: KeyRing,
    issuers: Mapping[str, Keys],
    reads: CitizenReads,
    recorder: CitizenRecorder,
    clock: Clock,
    ids: Ids,
) -> CitizenServices:
    """What the routes for citizens need. The demo's tokens are believed only where the demo clients are."""
    tokens = TokenVerifier(issuers, settings.citizen_audience)
    demo = _demo(settings, ring) if settings.demo_clients else None
    return CitizenServices(
        tokens=CitizenVerifier(tokens, settings.citizen_claim),
        reads=reads,
        hear=HearCitizens(reads, recorder, clock, ids, load_calendar()),
        quota=Quota(settings.citizen_calls_per_minute),
        demo=demo and demo.issue,
    )


def _demo(settings: Settings, ring: KeyRing) -> DemoCitizens:
    key = ring.newest("token")
    private = OKPKey.import_key(key.private, {"kid": key.kid, "use": "sig", "alg": "Ed25519"})
    claim = settings.citizen_claim
    return DemoCitizens(private, f"{settings.base_url}/oauth2", settings.citizen_audience, claim, settings.token_seconds)
