"""What the tests of the holdings index are built from: synthetic records, and an index on a running store."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from reuse_gateway.application.keep_holdings import KeepHoldings, Origin
from reuse_gateway.domain.announcement import Announced, AnnouncedPaper, Standing
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from reuse_gateway.storage.holdings import StoredHoldings
from tests.api.fakes import CountedIds
from tests.storage.builders import AT, Store

SOURCE = "procedure_settlement"
ORIGIN = Origin(SOURCE, "demo-settlement", "H41")
PERSON = "citizen:999090000001"


def names_of(ring: KeyRing) -> KeyedPseudonyms:
    return KeyedPseudonyms(ring.pseudonym_keys()).for_purpose("holdings")


def keeping(store: Store, ring: KeyRing) -> KeepHoldings:
    return KeepHoldings(StoredHoldings(store.reads), store.recorder, names_of(ring), store.clock, CountedIds())


def paper(owner: str | None = PERSON, **changes: Any) -> AnnouncedPaper:
    told = {"evidence_type": "birth_certificate", "owner": owner, "result_code": "KQ.G15.000031"}
    return AnnouncedPaper(**{**told, **changes})


def record(
    reference: str = "r1", *papers: AnnouncedPaper, at: datetime = AT - timedelta(days=1), revoked: bool = False
) -> Announced:
    standing = Standing.REVOKED if revoked else Standing.VALID
    return Announced(reference, at, papers or (paper(standing=standing),))


def line(reference: str = "r1", number: str = "999090000001", **changes: Any) -> dict[str, Any]:
    told = {
        "reference": reference,
        "owners": [{"personal_id": number}],
        "evidence_type": "birth_certificate",
        "issued_on": "2020-02-29",
        "changed_at": "2026-11-20T08:00:00+07:00",
    }
    return {name: value for name, value in (told | changes).items() if value is not None}


def ndjson(*lines: Any) -> bytes:
    return b"".join(
        (each if isinstance(each, bytes) else json.dumps(each, ensure_ascii=False).encode()) + b"\n" for each in lines
    )
