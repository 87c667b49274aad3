"""What the peers are told in one file: the gateway's own catalogue and manifests, already in the shape they decide with."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.question import PROCEDURE
from reuse_gateway.catalogue.loader import Catalogue, load
from reuse_gateway.connectors.loading import load_manifests
from reuse_gateway.domain.agency import entitled
from reuse_gateway.domain.evidence_type import ReuseClass
from reuse_gateway.domain.text import Text
from reuse_gateway.domain.verdict import RULING, Reason

MANIFESTS = Path(__file__).parent / "sources"
AGENCY = "H41.12"


def facts(today: date) -> dict[str, Any]:
    """Everything as JSON values; citations are looked up beforehand, which spares the peers a little work."""
    catalogue = load()
    agency = entitled(catalogue.agencies, AGENCY)
    return {
        "policy_version": "0.1.0-benchmark000",
        "agency": _both(agency.name),
        "procedure": {"code": PROCEDURE, "requirements": _requirements(catalogue)},
        "kinds": {key: _kind(catalogue, key, today) for key in catalogue.evidence_types},
        "sources": [_source(manifest) for manifest in load_manifests(MANIFESTS, catalogue.evidence_types.keys())],
        "rulings": {reason.value: _ruling(catalogue, reason) for reason in Reason},
        "words": {key: _both(catalogue.sentences.by_key[f"word.{key}"]) for key in ("this_paper", "the_databases")},
        "citations": {code: _citation(catalogue, code) for code in catalogue.law.bases},
    }


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


def _requirements(catalogue: Catalogue) -> list[dict[str, Any]]:
    version = next(each for each in catalogue.procedures if each.code == PROCEDURE)
    return [
        {"any_of": row.any_of, "role": row.role, "original": row.original, "fallback": row.fallback}
        for row in version.requirements(None)
    ]


def _kind(catalogue: Catalogue, key: str, today: date) -> dict[str, Any]:
    kind = catalogue.evidence_types[key]
    return {
        "name": _both(kind.name),
        "abolished": kind.reuse is ReuseClass.NEVER_DEMAND,
        "prefill": kind.prefill,
        "validity_months": kind.validity_months,
        "cites": {
            reason.value: [basis.code for basis in catalogue.law.cite(RULING[reason].topic, key, today)] for reason in Reason
        },
    }


def _source(manifest: Any) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "name": {"vi": manifest.name.vi, "en": manifest.name.en},
        "tier": manifest.tier,
        "papers": [paper for lookup in manifest.lookups for paper in lookup.evidence],
        "found_s": manifest.freshness.found_s,
        "absent_s": manifest.freshness.absent_s,
        "timeout_s": manifest.limits.timeout_s,
        "most_in_flight": manifest.limits.max_in_flight,
    }


def _ruling(catalogue: Catalogue, reason: Reason) -> dict[str, Any]:
    ruling = RULING[reason]
    notice = catalogue.sentences.by_key[f"notice.{reason}"]
    return {"decision": ruling.decision, "duty": ruling.duty, "notice": _both(notice)}


def _citation(catalogue: Catalogue, code: str) -> dict[str, Any]:
    basis = catalogue.law.bases[code]
    return {
        "code": basis.code,
        "citation": basis.citation.vi,
        "citation_en": basis.citation.en,
        "in_force_from": basis.in_force_from.isoformat(),
        "article": basis.article,
        "verified": basis.verified,
    }


def write(folder: Path, port: int, upstream_port: int, database: Path, public_key: bytes, today: date) -> Path:
    """The whole configuration of one peer; `public_key` is the raw Ed25519 key whose tokens it accepts."""
    told = {
        "port": port,
        "upstream_port": upstream_port,
        "database": str(database),
        "token_key": public_key.hex(),
        "issuer": "http://benchmark/oauth2",
        "audience": "reuse-gateway",
        "facts": facts(today),
    }
    path = folder / f"peer-{port}.json"
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return path
