"""A call about a form, from its bytes to the answer: neutral where the builder lets us, in its own shape where it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog
from fastapi import Request
from starlette.responses import Response

from reuse_gateway.api.bodies import refuse_controls, validated
from reuse_gateway.api.exchange import json_answer, plain_key, slowed_for
from reuse_gateway.api.form_bodies import at_path, holds_something, skeleton
from reuse_gateway.api.form_callers import Credentials, FormCaller
from reuse_gateway.api.form_rendering import definition_tag, shapings, unseen
from reuse_gateway.api.form_shapes import FormCallIn
from reuse_gateway.api.services import Services
from reuse_gateway.application.guard_form import Sent
from reuse_gateway.application.remember_forms import LARGE
from reuse_gateway.domain.errors import Fault, InvalidInput, NotAllowed, TooLarge, TooMany
from reuse_gateway.domain.form import Field, Form
from reuse_gateway.domain.form_guard import FormAnswer, Phase
from reuse_gateway.domain.json_pointer import patched
from reuse_gateway.domain.registered_form import FormVersion
from reuse_gateway.domain.subject import Subject
from reuse_gateway.domain.text import nfc

Value = TypeVar("Value")
# Where builders put what people typed, and where a session may travel in a body that is not ours to shape.
_DATA = (("data", "data"), ("submission", "data"), ("request", "submission", "data"), ("request", "data"), ("data",))
_SESSIONS = (("session",), ("metadata", "form_session"), ("submission", "metadata", "form_session"))
_SESSIONS += (("request", "metadata", "form_session"),)
# What of a call is kept or spoken of again. What people typed is neither: their control characters harm nobody.
_KEPT = frozenset(FormCallIn.model_fields) - {"data"}
# As long as the id of a signed call may be (Standard Webhooks sets no length of its own).
LONGEST_ID = 128
_MOST_UNKNOWN, _LONGEST_NAME = 20, 128
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FormCall:
    """A call let in and read: who, about which form, what was sent; `unknown`: names told that are no field of the form."""

    by: FormCaller
    sent: Sent
    read: Form
    definition: Any
    unknown: tuple[str, ...] = ()


async def received(services: Services, request: Request, form_id: str | None = None, phase: str | None = None) -> FormCall:
    """Let a call in and read it, without keeping a paper of it. `form_id` and `phase` where the address tells them.

    Raises NotAuthenticated, NotAllowed, NotFound, InvalidInput, MalformedBody, TooLarge, CallerError, StoreError.
    """
    credentials = Credentials(services, request)
    await credentials.read()
    body, arrived_at = await _heard(services, request, credentials), asyncio.get_running_loop().time()
    call, held = _neutral(body, form_id, phase or request.query_params.get("phase", "submit")), _held(body)
    named = call.form.id if call.form else credentials.named()
    if call.secret is not None and credentials.proven is None:
        await credentials.prove(named or "", call.secret)
    if call.session is not None and credentials.session is None:
        credentials.use(call.session)
    by = await credentials.admitted(named, call.form.version if call.form else None)
    if by.session is not None and (call.subject is not None or call.others):
        raise NotAllowed(code="session_names_nobody")
    own, given = await services.forms.read.of(by.form), call.form.definition if call.form else None
    present = frozenset(each.field for each in by.form.bound if _present(each.field, call, held, own))
    sent = replace(await _sent(services, request, by, call, present), asked_at=arrived_at)
    look = services.forms.dialect_of(by.form.dialect).read
    read = own if given is None else await in_turn(by.form, lambda: look(given))
    unknown = _unknown(by.form, call, own, read)
    return FormCall(by, sent, read, by.form.definition if given is None else given, unknown)


async def answered(services: Services, call: FormCall) -> FormAnswer:
    """What the guard says."""
    return await services.forms.guard(call.by.form, call.by.caller, call.sent)


async def _heard(services: Services, request: Request, credentials: Credentials) -> Any:
    """The skeleton of the body, signature checked. A signed body that names its form inside is kept until it can be checked."""
    limits, waiting = services.forms.limits, bytearray()

    def hear(chunk: bytes) -> None:
        if credentials.signature is not None:
            credentials.signature.update(chunk)
        elif credentials.signed:
            waiting.extend(chunk)
            if len(waiting) > limits.definition_bytes:
                raise TooLarge(code="form_unnamed", limit=limits.definition_bytes)

    read = (limits.submission_bytes, limits.submission_seconds, limits.definition_bytes)
    body = await skeleton(request, *read, hear=(hear,))
    if not isinstance(body, dict):
        raise InvalidInput(Fault("", "wrong_type"))
    refuse_controls({name: body[name] for name in _KEPT if name in body})
    if credentials.signed and credentials.signature is None:
        named = at_path(body, ("form", "id"))
        (await credentials.sign_for(str(named[0]) if named else "")).update(bytes(waiting))
    await credentials.heard()
    return body


def _neutral(body: dict[str, Any], form_id: str | None, phase: str) -> FormCallIn:
    """The call as we would have liked it; a builder's own body gives its data and, if it has one, the session."""
    if isinstance(body.get("form"), dict) and "phase" in body:
        return validated(FormCallIn, body)
    if phase not in set(Phase):
        raise InvalidInput(Fault("/query/phase", "out_of_range"))
    session = next((found[0] for path in _SESSIONS if (found := at_path(body, path)) and isinstance(found[0], str)), None)
    secret = body.get("secret") if isinstance(body.get("secret"), str) else None
    told = {
        "form": {"id": form_id} if form_id else None,
        "phase": phase,
        "session": session,
        "secret": secret,
    }
    return validated(FormCallIn, told | {name: body[name] for name in ("subject", "others") if body.get(name)})


async def _sent(services: Services, request: Request, by: FormCaller, call: FormCallIn, present: frozenset[str]) -> Sent:
    key = request.headers.get("webhook-id") or request.headers.get("idempotency-key")
    told: dict[str, Any] = {"phase": Phase(call.phase), "present": present, "key": plain_key(key, LONGEST_ID) if key else None}
    if by.session is not None:
        of = by.session
        told |= {"subject": of.subject, "others": of.others, "case": of.case, "dossier": of.dossier, "officer": of.officer}
        return Sent(**told, session=of)
    if call.subject is None:
        raise InvalidInput(Fault("/subject", "missing"))
    subject, others = services.reader.people(call.subject, call.others, call.dossier, by.caller.agency)
    told |= {"case": None if call.case is None else nfc(call.case), "dossier": call.dossier, "officer": call.officer}
    return Sent(**told, subject=subject, others=others, blind=await swept(services, by, subject, *others.values()))


async def swept(services: Services, by: FormCaller, *people: Subject) -> bool:
    """Too many people in an hour: nothing more is told about anybody, and yet nobody is stopped in front of a form."""
    try:
        await slowed_for(services, by.caller, *people)
    except TooMany:
        return True
    return False


def _held(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Whatever may be the submission: a body that names two is taken at both, or the empty one would hide the other."""
    return [found for path in _DATA for found in at_path(body, path) if isinstance(found, dict)]


def _present(name: str, call: FormCallIn, held: Sequence[dict[str, Any]], read: Form) -> bool:
    """As it was told by any name of the field, or as the submission shows; a page tells of its own fields alone."""
    fields = read.named(name) or (unseen(name),)
    told = {each for each, what in (call.fields or {}).items() if what.present}
    if told and any(told & _names(name, field, read) for field in fields):
        return True
    return any(holds_something(at_path(data, field.path)) for data in held for field in fields)


def _unknown(form: FormVersion, call: FormCallIn, *read: Form) -> tuple[str, ...]:
    """Names told that no field has: a slip would pass for a paper that was not sent. Counted in the log, without the names."""
    if not call.fields:
        return ()
    fields = [field for each in read for field in each.fields]
    known = {name for field in fields for name in (field.key, field.pointer, field.template_no, *field.path[-1:])}
    unknown = [name for name in call.fields if name not in known]
    if unknown:
        log.warning("unknown_form_fields", form=form.ref, count=len(unknown))
    return tuple(name[:_LONGEST_NAME] for name in unknown[:_MOST_UNKNOWN])


def _names(name: str, field: Field, read: Form) -> set[str]:
    """The names by which a builder may tell of a field; its last one, unless that is the whole name of another."""
    names = {name, field.key, field.pointer, field.template_no or field.key}
    last = field.path[-1] if field.path else field.key
    return names if any(each.key == last for each in read.fields) else names | {last}


async def shaped_definition(services: Services, request: Request, form_id: str, dialect: str | None) -> Response:
    """The published definition as the person of the session gets it. Raises as `received` does."""
    credentials = Credentials(services, request)
    await credentials.read()
    by = await credentials.admitted(form_id)
    if dialect not in (None, by.form.dialect):
        raise InvalidInput(Fault("/query/dialect", "other_dialect"))
    return json_answer(await shaped(services, by), headers={"etag": definition_tag(by.form)})


async def shaped(services: Services, by: FormCaller) -> Any:
    """The definition with everything in it done that the guard says; without a session as it was published."""
    form, of = by.form, by.session
    if of is None:
        return form.definition
    told: Mapping[str, Any] = {"case": of.case, "dossier": of.dossier, "officer": of.officer, "session": of}
    sent = Sent(Phase.RENDER, frozenset(), of.subject, of.others, **told)
    answer = await services.forms.guard(form, by.caller, sent)
    return await shaped_by(services, form, answer, by.caller.agency)


async def shaped_by(services: Services, form: FormVersion, answer: FormAnswer, agency: str) -> Any:
    """The patched definition."""
    shaped = shapings(services, answer, await services.forms.read.of(form), agency)
    dialect = services.forms.dialect_of(form.dialect)
    return await in_turn(form, lambda: patched(form.definition, dialect.patch(form.definition, shaped)))


async def in_turn(form: FormVersion, work: Callable[[], Value]) -> Value:
    """The work on a form: in a thread where the form is large, so that no other caller waits for it."""
    return await asyncio.to_thread(work) if len(form.text) > LARGE else work()
