"""Looking at a form before it is published (rà soát biểu mẫu): read, understand, judge, say it in words, write the patch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reuse_gateway.application.check_documents import Policies, Policy
from reuse_gateway.application.dialects import Dialect
from reuse_gateway.application.form_wording import FormWording
from reuse_gateway.application.ports import Procedures
from reuse_gateway.domain.errors import Fault, InvalidInput, UnknownProcedure
from reuse_gateway.domain.form import Bindings, FieldPatch, Form, Operation, Shaping
from reuse_gateway.domain.form_finding import FormFinding, Level, Rule
from reuse_gateway.domain.form_guarding import guarded
from reuse_gateway.domain.form_lint import lint
from reuse_gateway.domain.form_marks import other_dialect
from reuse_gateway.domain.form_reading import understood
from reuse_gateway.domain.paper_judging import Bench
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.registered_form import BoundField
from reuse_gateway.domain.text import Sentences, Text
from reuse_gateway.domain.verdict import FormAction


@dataclass(frozen=True, slots=True)
class LintRequest:
    """A form of a procedure, on a day; it is about nobody. `case` None = its cases together."""

    dialect: str
    procedure: str
    definition: Any
    as_of: date
    case: str | None = None
    agency: str = ""
    bindings: Bindings = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding in words, and the operations that mend it alone (none = a person must decide)."""

    finding: FormFinding
    message: Text
    fix: tuple[Operation, ...] = ()


# Without a repr: `asyncio.run` of CPython 3.11 formats what it returns, which takes longer than lint itself.
@dataclass(frozen=True, slots=True, repr=False)
class LintReport:
    """Everything found, gravest things not first but in the form's own order; `patch` mends all that can be mended at once.

    `guarded`: the fields that the guard of a published form looks at.
    """

    request: LintRequest
    procedure_name: Text
    policy_version: str
    form: Form
    findings: tuple[ToldFinding, ...]
    patch: tuple[Operation, ...]
    guarded: tuple[BoundField, ...] = ()

    def count(self, level: Level) -> int:
        """How many of that level."""
        return sum(told.finding.level is level for told in self.findings)

    @property
    def errors(self) -> int:
        """Findings that refuse publication."""
        return self.count(Level.ERROR)


@dataclass(frozen=True, slots=True)
class LintForm:
    """The same rule as in a check, asked for everybody at once. Nothing is recorded and no source is asked."""

    dialects: Callable[[str], Dialect]
    policies: Policies
    procedures: Procedures
    sentences: Sentences

    async def __call__(self, request: LintRequest) -> LintReport:
        """Raises UnknownProcedure, InvalidInput (unknown dialect or case, a day before known law), TooLarge, StoreError."""
        dialect = self.dialects(request.dialect)
        policy = self.policies.on(request.as_of, request.agency, request.procedure)
        if request.as_of < policy.law.first_day:
            raise InvalidInput(Fault("/as_of", "before_known_law"))
        version = await self.procedures.find(request.procedure, request.as_of)
        if version is None:
            raise UnknownProcedure(f"{request.procedure} is not in the catalogue on {request.as_of}")
        return await asyncio.to_thread(self._looked_at, request, dialect, version, policy)

    def _looked_at(self, request: LintRequest, dialect: Dialect, version: ProcedureVersion, policy: Policy) -> LintReport:
        """All that takes long, in a thread of its own: other callers need not wait for a large form."""
        bench = _bench(request, version, policy)
        form = understood(dialect.read(request.definition), policy.facts.vocabulary, request.bindings)
        findings = (*_of_another(dialect, request.definition), *lint(form, request.bindings, bench))
        wording = FormWording(
            self.sentences, policy.facts.evidence_types, {each.id: each.name for each in policy.facts.sources}
        )
        mending = _mending(form, findings, wording)
        patches, whole = dialect.both(request.definition, mending)
        told, bound = _told(findings, patches, wording), guarded(form, request.bindings, bench)
        return LintReport(request, version.title, policy.version, form, told, tuple(whole), bound)


def _of_another(dialect: Dialect, definition: Any) -> Iterator[FormFinding]:
    """A definition that another builder wrote: what is read of it is little or nothing, and silence would pass for praise."""
    if found := other_dialect(dialect.name, definition):
        yield FormFinding(Rule.OTHER_DIALECT, "", "", label=found)


def _bench(request: LintRequest, version: ProcedureVersion, policy: Policy) -> Bench:
    try:
        return Bench.of(version, policy.facts, policy.law, request.as_of, request.case)
    except KeyError:
        raise InvalidInput(Fault("/case", "unknown_case")) from None


def _mending(form: Form, findings: Sequence[FormFinding], wording: FormWording) -> list[Shaping]:
    """One shaping per field: what must go goes, even where something milder was found as well."""
    mended: dict[tuple[str, str], FormFinding] = {}
    for finding in findings:
        known = mended.get(finding.place)
        if finding.mend is not None and (known is None or finding.mend is FormAction.HIDE is not known.mend):
            mended[finding.place] = finding
    shapings = []
    for each in form.fields:
        finding = mended.get(each.place)
        if finding is not None and finding.mend is not None:
            shapings.append(Shaping(each, finding.mend, wording.instead(finding).vi))
    return shapings


def _told(findings: Sequence[FormFinding], patches: Sequence[FieldPatch], wording: FormWording) -> tuple[ToldFinding, ...]:
    fixes: Mapping[tuple[str, str], tuple[Operation, ...]] = {patch.place: patch.operations for patch in patches}
    return tuple(
        ToldFinding(finding, wording.message(finding), fixes.get(finding.place, ()) if finding.mend else ())
        for finding in findings
    )
