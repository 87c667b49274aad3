"""Registered forms and the guard's answers on the wire."""

from __future__ import annotations

import hashlib
from typing import Any

from reuse_gateway.api.rendering import wire
from reuse_gateway.api.services import Services
from reuse_gateway.domain.form import NONE_OF_OURS, Binding, Field, FieldKind, FieldRefusal, Form, Shaping
from reuse_gateway.domain.form_guard import FieldVerdict, FormAnswer
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.registered_form import FormVersion, RecordedForm
from reuse_gateway.domain.text import Text
from reuse_gateway.domain.verdict import Decision, FormAction, Reason, Verdict


def brief(services: Services, recorded: RecordedForm) -> dict[str, Any]:
    """A version without its definition."""
    form = recorded.form
    levels = [trace.level for trace in form.traces]
    return {
        "id": form.id,
        "revision": form.revision,
        "version": form.version,
        "state": form.state,
        "dialect": form.dialect,
        "procedure": form.procedure,
        "case": form.case,
        "agency": form.agency,
        "recorded_at": instant(form.recorded_at),
        "recorded_by": form.client_id,
        "errors": levels.count("error"),
        "warnings": levels.count("warning"),
        "waiver": form.waiver,
        "ledger": {"index": recorded.index},
    }


def whole(services: Services, recorded: RecordedForm) -> dict[str, Any]:
    """A version with what it binds and what was found in it."""
    form = recorded.form
    bindings = {name: {"evidence_type": _kinds(told), "role": told.role} for name, told in form.bindings.items()}
    guarded = [
        {"field": each.field, "evidence_type": each.evidence_type, "role": each.role, "by": each.by} for each in form.bound
    ]
    traces = [
        {"rule": trace.rule, "level": trace.level, "pointer": trace.pointer, "field": trace.field} for trace in form.traces
    ]
    more = {"bindings": bindings, "guarded": guarded, "origins": list(form.origins), "traces": traces}
    return brief(services, recorded) | more


def _kinds(told: Binding) -> str | list[str]:
    """As it may be written in a binding again."""
    return told.evidence_types[0] if len(told.evidence_types) == 1 else list(told.evidence_types) or NONE_OF_OURS


def neutral(services: Services, answer: FormAnswer, agency: str, *, browser: bool) -> dict[str, Any]:
    """The answer in the contract's words. A browser learns what to do and why, never what was found where."""
    check = answer.check
    cited = dict.fromkeys(code for each in answer.fields for code in each.verdict.legal_basis)
    return {
        "check_id": check.id if check else None,
        "decision": answer.outcome,
        "degraded": answer.degraded,
        "phase": answer.phase,
        "form": {"id": answer.form.id, "version": answer.form.version, "revision": answer.form.revision},
        "policy_version": check.policy_version if check else None,
        "items": [_item(services, each, agency, browser) for each in answer.fields],
        "legal_basis": [services.rendering.citation(code) for code in cited],
    }


def _item(services: Services, each: FieldVerdict, agency: str, browser: bool) -> dict[str, Any]:
    verdict = each.verdict
    told = {
        "field": each.bound.field,
        "evidence_type": each.bound.evidence_type,
        "role": verdict.role,
        "decision": verdict.decision,
        "form_action": verdict.form_action,
        "notice": wire(services.rendering.notice(verdict, agency)),
    }
    if browser:
        return told
    return told | {
        "reason": verdict.reason,
        "duty": verdict.duty,
        "status": _status(verdict),
        "source": services.rendering.place(verdict),
        "present": each.present,
    }


def _status(verdict: Verdict) -> str | None:
    """What the databases said of the paper; None where they were not asked, or hold one that is not good."""
    if verdict.proofs:
        return "held"
    if verdict.decision in (Decision.ASK_LATER, Decision.NOT_DECIDED):
        return "unknown"
    return "absent" if verdict.reason in (Reason.NOT_HELD, Reason.AGENCY_MUST_OBTAIN) else None


def shapings(services: Services, answer: FormAnswer, read: Form, agency: str) -> list[Shaping]:
    """What is done to each field, once, before the form is shown; a person reads Vietnamese there, whatever the builder speaks.

    Forms are on record in which two bindings name one field: what hides it counts more than what merely asks later.
    """
    shaped: dict[tuple[str, str], Shaping] = {}
    for each in answer.shaped:
        notice = services.rendering.notice(each.verdict, agency).vi
        for field in read.named(each.bound.field):
            known = shaped.get(field.place)
            if known is None or known.action is FormAction.DEFER:
                shaped[field.place] = Shaping(field, each.verdict.form_action, notice)
    return list(shaped.values())


def refusals(services: Services, answer: FormAnswer, read: Form, agency: str, language: str) -> list[FieldRefusal]:
    """The fields whose papers are sent back, each once, with the reason and what to do now."""
    told: dict[str, FieldRefusal] = {}
    for each in answer.refused:
        name = each.bound.field
        field = (read.named(name) or (unseen(name),))[0]
        text = _in(language, refusal_text(services, each, agency))
        told.setdefault(name, FieldRefusal(field, text, each.verdict.evidence_type))
    return list(told.values())


def refusal_text(services: Services, each: FieldVerdict, agency: str) -> Text:
    """Why, and what the person does now."""
    why, then = services.rendering.notice(each.verdict, agency), services.rendering.sentences.say("form.take_out")
    return Text(f"{why.vi} {then.vi}", f"{why.en} {then.en}")


def definition_tag(form: FormVersion) -> str:
    """The strong validator of the definition that a patch was made for."""
    return f'"{hashlib.sha256(form.text.encode()).hexdigest()[:32]}"'


def unseen(name: str) -> Field:
    """A bound field that the definition in hand does not have."""
    return Field("", tuple(name.split(".")), name, FieldKind.OTHER)


def _in(language: str, text: Text) -> str:
    return text.en if language == "en" else text.vi
