"""Every kind of event (loại sự kiện) there is: what may be subscribed to and filtered by. Pure.

A kind once told is never renamed and never leaves this list: followers keep filters for years.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from reuse_gateway.domain.errors import Fault

KINDS = (
    "case.due_late",
    "case.due_soon",
    "case.letter_issued",
    "case.moved",
    "checkpoint.cosigned",
    "checkpoint.daily",
    "checkpoint.forked",
    "checkpoint.timestamp_failed",
    "checkpoint.timestamped",
    "citizen.answered",
    "citizen.reported",
    "citizen.requested",
    "defect.seen",
    "demand.reclassified",
    "demand.recorded",
    "export.completed",
    "form.published",
    "person.erased",
    "retention.applied",
    "reveal.approved",
    "reveal.asked",
    "reveal.told",
    "source.degraded",
    "source.down",
    "source.recovered",
    "violation.detected",
    "webhook.disabled",
    "webhook.failing",
)
FAMILIES = tuple(sorted({f"{kind.partition('.')[0]}.*" for kind in KINDS}))


def kind_faults(told: Iterable[str], pointer: str) -> tuple[Fault, ...]:
    """One fault `unknown_event_kind` for each of them that can never come, with the nearest that can.

    A kind stands for itself, `violation.*` for a family, `*` for all.
    """
    strange = ((at, kind) for at, kind in enumerate(told) if not _comes(kind))
    return tuple(Fault(f"{pointer}/{at}", "unknown_event_kind", nearest_kinds(kind)) for at, kind in strange)


def nearest_kinds(told: str) -> tuple[str, ...]:
    """What was perhaps meant, the likeliest first; nothing where nothing is near."""
    known = FAMILIES if told.endswith("*") else (*KINDS, *FAMILIES)
    return tuple(get_close_matches(told, known, 3, 0.6))


def _comes(told: str) -> bool:
    return told == "*" or told in KINDS or (told.endswith(".*") and any(kind.startswith(told[:-1]) for kind in KINDS))
