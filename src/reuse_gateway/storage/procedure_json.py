"""A procedure version as the JSON text of its row, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from reuse_gateway.domain.procedure import Case, Fallback, Mode, ProcedureVersion, Requirement


def body_of(version: ProcedureVersion) -> str:
    """All fields under their own names, days as ISO text; what a version remembers for itself is no part of it."""
    fields = {name: value for name, value in asdict(version).items() if not name.startswith("_")}
    return json.dumps(fields, default=date.isoformat, ensure_ascii=False, separators=(",", ":"))


def version_of(body: str) -> ProcedureVersion:
    """The version that `body_of` wrote."""
    fields: dict[str, Any] = {name: value for name, value in json.loads(body).items() if not name.startswith("_")}
    last = fields["valid_to"]
    return ProcedureVersion(
        **{
            **fields,
            "cases": tuple(Case(case["name"], tuple(map(_requirement, case["requirements"]))) for case in fields["cases"]),
            "valid_from": date.fromisoformat(fields["valid_from"]),
            "valid_to": date.fromisoformat(last) if last else None,
            "result_codes": tuple(fields["result_codes"]),
        }
    )


def _requirement(fields: dict[str, Any]) -> Requirement:
    return Requirement(
        **{
            **fields,
            "any_of": tuple(map(tuple, fields["any_of"])),
            "mode": Mode(fields["mode"]),
            "fallback": Fallback(fields["fallback"]),
        }
    )
