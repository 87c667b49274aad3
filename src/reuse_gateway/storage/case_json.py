"""Cases at rest: which case a violation belongs to, steps and reminders with the leaves that bind them."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from reuse_gateway.domain.case import CaseState, Fingerprint, Role, Step
from reuse_gateway.domain.demand import Demand
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.violation import Violation
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.events import beside, event_of
from reuse_gateway.storage.tables_cases import case_reminders, case_steps
from reuse_gateway.storage.verdict_json import exact

STEP, REMINDER = "case_step", "case_reminder"
NAMELESS = ""


def membership_rows(demand: Demand) -> list[tuple]:
    """Columns of `case_violations` behind the leaf index: what a demand's violations open or join, by recording alone."""
    return [
        (place, violation.id, fingerprint(violation, demand.form).case_id, demand.form)
        for place, violation in enumerate(demand.violations)
    ]


def fingerprint(violation: Violation, form: str | None) -> Fingerprint:
    """What this violation has in common with others of its case."""
    return Fingerprint(violation.agency, violation.procedure, violation.evidence_type, form)


def step_append(step: Step) -> Append:
    """What recording a step writes."""
    body = step_body(step)
    return Append(step_leaf(body), STEP, step.case_id, {case_steps: [step_row(step, body)]})


def step_body(step: Step) -> str:
    """Every word of it as canonical JSON, salted: what was said cannot be guessed from the leaf."""
    told = {
        "v": 1,
        "salt": secrets.token_hex(16),
        "case_id": step.case_id,
        "seq": step.seq,
        "round": step.round,
        "seen": step.seen,
        "came_from": step.came_from,
        "passed": list(step.passed),
        "by": step.by,
        "actor": step.actor,
        "agency": step.agency,
        "at": exact(step.at),
        "violation_id": step.violation_id,
        "reason_code": step.reason_code,
        "reason": step.reason,
        "due_on": step.due_on and step.due_on.isoformat(),
        "repeats": step.repeats,
        "letter": step.letter,
        "claim": step.claim,
        "claim_print": step.claim_print,
    }
    return canonical(told).decode()


def step_leaf(body: str) -> bytes:
    """Leaf bytes: that a case moved, and when. Which one, where to and by whom stands under the salted digest alone."""
    return nameless_leaf(STEP, json.loads(body)["at"], body)


def nameless_leaf(kind: str, at: str, body: str) -> bytes:
    """A leaf that tells kind and instant; the digest is of a body that is salted.

    Leaves are public, and the id of a case follows from agency, procedure and paper: whoever tries them all would read there
    who is accused of what, also where it is rejected later.
    """
    digest = hashlib.sha256(body.encode()).hexdigest()
    return canonical({"v": 2, "kind": kind, "at": at[:23] + "Z", "body_sha256": digest})


def step_row(step: Step, body: str) -> tuple:
    """Columns of `case_steps` behind the leaf index."""
    state = step.state.value
    return step.case_id, step.seq, step.round, step.seen, state, step.due_on, step.at, step.claim, body


def step_of(body: str) -> Step:
    """The step that a body tells; ValueError, KeyError or TypeError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    due = told["due_on"]
    changed = {
        "came_from": CaseState(told["came_from"]),
        "passed": tuple(map(CaseState, told["passed"])),
        "by": Role(told["by"]),
        "at": datetime.fromisoformat(told["at"]),
        "due_on": due and date.fromisoformat(due),
    }
    kept = {name: value for name, value in told.items() if name not in ("v", "salt")}
    return Step(**{**kept, **changed})


def reminder_append(case_id: str, seq: int, kind: str, due_on: date, at: datetime, told: Sequence[Event]) -> Append:
    """What recording a reminder writes: once for a step and kind, whatever process comes first.

    The leaf names nothing: the first event beside it, whose salted digest it holds, tells the reminder.
    """
    row = (case_id, seq, kind, due_on, at)
    return beside(Append(reminder_leaf(at), REMINDER, NAMELESS, {case_reminders: [row]}), told)


def reminder_leaf(at: datetime) -> bytes:
    """Leaf bytes of a reminder, less the digests of its events."""
    return canonical({"v": 2, "kind": REMINDER, "at": exact(at)})


def reminder_columns(row: Row[Any], told: Sequence[Row[Any]]) -> tuple[tuple, tuple]:
    """The columns that the event of a reminder asks for, and those it has; ValueError or KeyError where it tells none."""
    if not told:
        raise ValueError("reminder_without_event")
    event = event_of(told[0].body)
    due_on = date.fromisoformat(str(event.body["due_on"]))
    expected = (event.body["case_id"], event.body["seq"], event.kind.removeprefix("case.due_"), due_on, event.at)
    return expected, tuple(row)[1:]
