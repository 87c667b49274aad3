"""Register a form (đăng ký biểu mẫu): a version is kept as it is; one with errors is published under a waiver only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reuse_gateway.application.change_facts import Expected
from reuse_gateway.application.dated_policy import DatedPolicy
from reuse_gateway.application.dialects import Dialect
from reuse_gateway.application.form_ports import FormRecorder, FormRows
from reuse_gateway.application.lint_form import LintForm, LintReport, LintRequest, ToldFinding
from reuse_gateway.application.ports import Clock, Procedures
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import CallerError, Conflict, Fault, InvalidInput, NotFound, StoreError, UnknownProcedure
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.facts_on import waiver_row
from reuse_gateway.domain.form_finding import Level
from reuse_gateway.domain.registered_form import MOST_BINDINGS, FormState, FormVersion, RecordedForm, Trace, binding_faults
from reuse_gateway.domain.vietnam import vietnamese_day

_MOST_TRIES, _MOST_TRACES = 4, 500


class FormRefused(CallerError):
    """A form that may not be published as it is; `findings` are the errors that stand against it."""

    code = "form_has_errors"

    def __init__(self, findings: Sequence[ToldFinding]) -> None:
        super().__init__()
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Registered:
    """A version as recorded, with everything lint found in it."""

    recorded: RecordedForm
    findings: tuple[ToldFinding, ...]


@dataclass(frozen=True, slots=True)
class RegisterForm:
    """Adds versions one after the other, whoever adds them. Everything found is kept with the version as a trace."""

    rows: FormRows
    recorder: FormRecorder
    policies: DatedPolicy
    procedures: Procedures
    dialect_of: Callable[[str], Dialect]
    lint: LintForm
    roles: Collection[str]
    clock: Clock

    async def __call__(self, caller: Caller, form: FormVersion, expected: Expected) -> Registered:
        """`form` comes without revision, traces and waiver. `expected` judges the revision that stands (None = no such form).

        Raises CallerError(`precondition_failed`), NotFound (another agency's), InvalidInput, UnknownProcedure, FormRefused,
        StoreError.
        """
        await self._sound(form)
        asked = LintRequest(form.dialect, form.procedure, form.definition, self._today, form.case, form.agency, form.bindings)
        report = await self.lint(asked)
        form = await self._admitted(_guarded(form, report), report.findings)
        for _ in range(_MOST_TRIES):
            standing = await self.rows.newest(form.id)
            if standing and standing.form.agency != caller.agency and "admin" not in caller.scopes:
                raise NotFound()
            if not expected(standing.form.revision if standing else None):
                raise CallerError(code="precondition_failed")
            owner = standing.form.agency if standing else form.agency
            version = replace(form, revision=(standing.form.revision if standing else 0) + 1, agency=owner)
            try:
                position = await self.recorder.record_form(version, _events(version))
            except Conflict:
                continue
            return Registered(RecordedForm(version, position.index), report.findings)
        raise StoreError("the form changes too fast")

    @property
    def _today(self) -> date:
        return vietnamese_day(self.clock.now())

    async def _sound(self, form: FormVersion) -> None:
        """Bindings that could never hold are refused in drafts too: nobody would ever find out why nothing is guarded."""
        version = await self.procedures.find(form.procedure, self._today)
        if version is None:
            raise UnknownProcedure()
        if form.case is not None and form.case not in {case.name for case in version.cases}:
            raise InvalidInput(Fault("/case", "unknown_case"))
        # Reading takes some ten milliseconds for a large form: other callers get their turn meanwhile.
        read = await asyncio.to_thread(lambda: self.dialect_of(form.dialect).read(form.definition))
        kinds = self.policies.shipped.facts.evidence_types
        if faults := binding_faults(form.bindings, read, kinds, self.roles):
            raise InvalidInput(*faults[:20])

    async def _admitted(self, form: FormVersion, told: Sequence[ToldFinding]) -> FormVersion:
        """With its traces, and with the waiver that it needs to be published; raises FormRefused."""
        found = [each.finding for each in told[:_MOST_TRACES]]
        form = replace(form, traces=tuple(Trace(each.rule, each.level, each.pointer, each.field) for each in found))
        errors = [each for each in told if each.finding.level is Level.ERROR]
        if form.state is FormState.DRAFT or not errors:
            return form
        book = await self.policies.refresh()
        waiver = waiver_row(book, self._today, form.id, form.procedure)
        if waiver is None:
            raise FormRefused(errors)
        return replace(form, waiver=waiver.ref)


def _guarded(form: FormVersion, report: LintReport) -> FormVersion:
    """With every paper that lint reads in it, bound by a person or not: the guard of what is published looks at all of them."""
    if form.state is FormState.PUBLISHED and len(report.guarded) > MOST_BINDINGS:
        raise InvalidInput(Fault("/definition", "too_many_papers"))
    return replace(form, bound=report.guarded)


def _events(form: FormVersion) -> tuple[Event, ...]:
    """Publishing is told to whoever watches, with how much stood against it; drafts are nobody's business."""
    if form.state is FormState.DRAFT:
        return ()
    told = [trace.level for trace in form.traces]
    body = {
        "form": form.id,
        "revision": form.revision,
        "version": form.version,
        "procedure": form.procedure,
        "agency": form.agency,
        "errors": told.count(Level.ERROR),
        "warnings": told.count(Level.WARNING),
        "waiver": form.waiver,
    }
    return (Event("form.published", form.recorded_at, body),)
