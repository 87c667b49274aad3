"""Form versions and form events as text and back; the leaf of a version tells who, what and a digest of every word."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from reuse_gateway.application.form_ports import FormEvent, FormEventKind
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.registered_form import BoundField, FormState, FormVersion, Trace
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.tables_forms import form_events, form_versions
from reuse_gateway.storage.verdict_json import exact

VERSION, EVENT = "form", "form_event"


def version_append(form: FormVersion) -> Append:
    """What recording a version writes."""
    body = version_body(form)
    return Append(version_leaf(form, body), VERSION, form.ref, {form_versions: [version_row(form, body)]})


def version_body(form: FormVersion) -> str:
    """Every word of a version, as canonical JSON; the definition stands in it as text, to the letter."""
    told = {
        "v": 1,
        "form": form.id,
        "revision": form.revision,
        "version": form.version,
        "state": form.state,
        "dialect": form.dialect,
        "procedure": form.procedure,
        "case": form.case,
        "definition": form.text,
        "bindings": [[each.field, each.evidence_type, each.role, each.by, each.strict, each.together] for each in form.bound],
        "free": form.free,
        "origins": form.origins,
        "agency": form.agency,
        "client": form.client_id,
        "at": exact(form.recorded_at),
        "traces": [[each.rule, each.level, each.pointer, each.field] for each in form.traces],
        "waiver": form.waiver,
    }
    return canonical(told).decode()


def version_leaf(form: FormVersion, body: str) -> bytes:
    """Leaf bytes: a definition may be longer than a leaf, so its digest stands for it."""
    told = {
        "v": 1,
        "kind": VERSION,
        "id": form.ref,
        "at": exact(form.recorded_at),
        "agency": form.agency,
        "procedure": form.procedure,
        "state": form.state,
        "waiver": form.waiver,
        "body_sha256": hashlib.sha256(body.encode()).hexdigest(),
    }
    return canonical(told)


def version_of(body: str) -> FormVersion:
    """The version that a body tells; ValueError, KeyError or TypeError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    return FormVersion(
        id=told["form"],
        revision=told["revision"],
        version=told["version"],
        state=FormState(told["state"]),
        dialect=told["dialect"],
        procedure=told["procedure"],
        text=told["definition"],
        bound=tuple(BoundField(*each) for each in told["bindings"]),
        agency=told["agency"],
        client_id=told["client"],
        recorded_at=datetime.fromisoformat(told["at"]),
        case=told["case"],
        origins=tuple(told["origins"]),
        traces=tuple(Trace(*each) for each in told["traces"]),
        waiver=told["waiver"],
        free=tuple(told.get("free", ())),
    )


def version_row(form: FormVersion, body: str) -> tuple:
    """Columns of `form_versions` behind the leaf index."""
    return (
        form.id,
        form.revision,
        form.version,
        form.state.value,
        form.dialect,
        form.procedure,
        form.agency,
        form.client_id,
        form.recorded_at,
        form.waiver,
        " ".join(form.origins),
        body,
    )


def event_append(event: FormEvent) -> Append:
    """What recording an event writes."""
    body = event_body(event)
    return Append(event_leaf(event, body), EVENT, event.id, {form_events: [event_row(event, body)]})


def event_body(event: FormEvent) -> str:
    """Every word of an event, as canonical JSON, salted: its digest confirms no guess."""
    told = {
        "v": 1,
        "salt": secrets.token_hex(16),
        "id": event.id,
        "about": event.kind,
        "form": event.form_id,
        "at": exact(event.at),
        "client": event.client_id,
        "agency": event.agency,
        "says": dict(event.says),
    }
    return canonical(told).decode()


def event_leaf(event: FormEvent, body: str) -> bytes:
    """Leaf bytes: public, so what was told to whom stands behind a digest."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    told = {"v": 1, "kind": EVENT, "id": event.id, "about": event.kind, "form": event.form_id, "body_sha256": digest}
    return canonical(told | {"at": exact(event.at)})


def event_of(body: str) -> FormEvent:
    """The event that a body tells; raises as `version_of` does."""
    told: Mapping[str, Any] = json.loads(body)
    at = datetime.fromisoformat(told["at"])
    return FormEvent(
        told["id"], FormEventKind(told["about"]), told["form"], at, told["client"], told["agency"], dict(told["says"])
    )


def event_row(event: FormEvent, body: str) -> tuple:
    """Columns of `form_events` behind the leaf index."""
    return event.id, event.kind.value, event.form_id, event.at, body


def version_told(row: Row[Any]) -> tuple[bytes, tuple, tuple]:
    """What a row of `form_versions` asks for, from its body: leaf bytes, columns; and the columns it has."""
    form = version_of(row.body)
    return version_leaf(form, row.body), version_row(form, row.body), tuple(row)[1:]


def event_told(row: Row[Any]) -> tuple[bytes, tuple, tuple]:
    """The same for a row of `form_events`."""
    event = event_of(row.body)
    return event_leaf(event, row.body), event_row(event, row.body), tuple(row)[1:]
