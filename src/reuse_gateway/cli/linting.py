"""What `reuse-gateway lint` looks at, with which facts, and how it tells what it found."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import typer

from reuse_gateway.application.check_documents import Policy
from reuse_gateway.application.lint_form import LintForm, LintReport, LintRequest
from reuse_gateway.domain.errors import MalformedBody, TooLarge
from reuse_gateway.domain.form import Bindings
from reuse_gateway.domain.form_finding import Level
from reuse_gateway.domain.json_pointer import patched
from reuse_gateway.domain.procedure import ProcedureCode, ProcedureVersion

LARGEST_FORM_BYTES, _DEEPEST, _PATIENCE_S = 8_388_608, 64, 60.0
_SIGNS = {Level.ERROR: "lỗi", Level.WARNING: "cảnh báo", Level.NOTE: "ghi chú"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One form with everything that was said about it. `text` as it stands in the file."""

    path: Path
    text: str
    dialect: str
    procedure: str
    case: str | None
    bindings: Bindings

    @classmethod
    def of(cls, path: Path, bindings: Path | None, dialect: str | None, procedure: str | None, case: str | None) -> Asked:
        """Options count before what the binding file says; raises BadParameter where neither says it, FactsError, TooLarge."""
        from reuse_gateway.catalogue.form_bindings import FormBindings, beside, read_bindings

        file = bindings or beside(path)
        told = read_bindings(file) if file else FormBindings(None, None, None, {})
        named, code = dialect or told.dialect, procedure or told.procedure
        if named is None:
            raise typer.BadParameter("name the form builder, here or in the binding file", param_hint="--dialect")
        if code is None:
            raise typer.BadParameter("name the procedure, here or in the binding file", param_hint="--procedure")
        try:
            base = ProcedureCode.parse(code).base
        except ValueError:
            raise typer.BadParameter("a code looks like 1.001193", param_hint="--procedure") from None
        return cls(path, _text(path), named, base, case or told.case, told.fields)


@dataclass(frozen=True, slots=True, repr=False)
class Looked:
    """What was found in a form, and what is left after mending it (the same where it was not mended)."""

    asked: Asked
    report: LintReport
    remaining: LintReport
    mended: Any = None


async def looked_at(asked: Sequence[Asked], day: date, database: str | None, *, fix: bool) -> list[Looked]:
    """Every form in turn; raises UnknownProcedure, InvalidInput, MalformedBody, TooLarge, StoreError."""
    found = []
    async with _linter(day, database) as look:
        for each in asked:
            request = LintRequest(each.dialect, each.procedure, _parsed(each), day, case=each.case, bindings=each.bindings)
            report = await look(request)
            mended = patched(request.definition, report.patch) if fix and report.patch else None
            remaining = await look(replace(request, definition=mended)) if mended is not None else report
            found.append(Looked(each, report, remaining, mended))
    return found


def write_mended(looked: Looked, out: Path | None) -> None:
    """The mended definition, indented as it was; nothing is written where nothing could be mended."""
    if looked.mended is None and out is None:
        return
    indent = re.search(r"^[\[{]\n([ \t]+)", looked.asked.text)
    value = looked.mended if looked.mended is not None else json.loads(looked.asked.text)
    text = json.dumps(value, ensure_ascii=False, indent=indent.group(1) if indent else None)
    (out or looked.asked.path).write_text(f"{text}\n", encoding="utf-8")


def told(looked: Looked) -> Iterator[str]:
    """One line per finding with file, line and column, as editors and people read them, then what it comes to."""
    from reuse_gateway.exports.json_places import places

    at, path = places(looked.asked.text), looked.asked.path
    for each in looked.report.findings:
        line, column = at.get(each.finding.pointer, (1, 1))
        yield f"{path}:{line}:{column}: {each.finding.level} [{each.finding.rule}] {each.finding.field}: {each.message.vi}"
        yield f"    {each.message.en}"
        if each.finding.bases:
            yield f"    Căn cứ: {_law(each.finding.bases[0])}"
        if each.fix:
            yield "    Sửa được bằng --fix (--fix mends it)"
    counted = ", ".join(f"{looked.report.count(level)} {_SIGNS[level]}" for level in Level)
    yield f"{path}: {looked.report.request.procedure}, {looked.report.request.as_of}: {counted}"
    if looked.mended is not None:
        yield f"{path}: còn {looked.remaining.count(Level.ERROR)} lỗi sau khi sửa ({looked.remaining.count(Level.ERROR)} left)"


def as_json(looked: Looked) -> dict[str, Any]:
    """As POST /v1/forms:lint answers."""
    from reuse_gateway.api.form_findings import findings_out

    report = looked.report
    return {
        "form": str(looked.asked.path),
        "procedure": report.request.procedure,
        "as_of": report.request.as_of.isoformat(),
        "policy_version": report.policy_version,
        "findings": findings_out(_rendering(), report.findings),
        "patch": list(report.patch),
        "errors_left": looked.remaining.errors,
    }


def sarif(looked: Sequence[Looked]) -> dict[str, Any]:
    """All of them as one SARIF run."""
    from reuse_gateway.exports.json_places import places
    from reuse_gateway.exports.sarif import sarif_of

    rendering = _rendering()
    each = [(one.asked.path.as_posix(), one.report, places(one.asked.text)) for one in looked]
    return sarif_of(each, rendering.sentences, rendering.citation)


@asynccontextmanager
async def _linter(day: date, database: str | None) -> AsyncIterator[LintForm]:
    """With the shipped facts alone, or with those of a store: imported procedures, dated rows."""
    from reuse_gateway.application.dated_policy import DatedPolicy
    from reuse_gateway.forms.registry import dialect_of
    from reuse_gateway.settings import Settings
    from reuse_gateway.storage.engine import build_engine
    from reuse_gateway.storage.facts import StoredFacts
    from reuse_gateway.storage.procedures import CataloguedProcedures
    from reuse_gateway.storage.reads import Reads

    settings, (catalogue, policy) = Settings(), _facts()
    if database is None and settings.database_url is None and not (settings.home / "gateway.db").exists():
        yield LintForm(dialect_of, policy, ShippedProcedures(catalogue.procedures), catalogue.sentences)
        return
    engine = build_engine(database or settings.store_url, reads_only=True, deadline_s=_PATIENCE_S)
    try:
        reads = Reads(engine, _PATIENCE_S)
        dated = DatedPolicy(policy, StoredFacts(reads))
        await dated.refresh()
        procedures = CataloguedProcedures(catalogue.procedures, reads, lambda: day)
        yield LintForm(dialect_of, dated, procedures, catalogue.sentences)
    finally:
        await engine.dispose()


@dataclass(frozen=True, slots=True)
class ShippedProcedures:
    """The curated procedures alone (port `Procedures`)."""

    versions: Sequence[ProcedureVersion]

    async def find(self, code: str, day: date) -> ProcedureVersion | None:
        """The version in force on that day."""
        found = (each for each in self.versions if each.code == code and each.valid_from <= day)
        return next((each for each in found if each.valid_to is None or day <= each.valid_to), None)

    async def listing(self, after: str, limit: int) -> Sequence[ProcedureVersion]:
        """In order of code."""
        return sorted((each for each in self.versions if each.code > after), key=lambda each: each.code)[:limit]


@cache
def _facts() -> tuple[Any, Policy]:
    """The shipped catalogue and policy, read once."""
    from reuse_gateway import bootstrap
    from reuse_gateway.settings import Settings

    settings = Settings()
    shipped = bootstrap.read_facts(settings)
    return shipped.catalogue, shipped.policy(settings.check_deadline_s)


@cache
def _rendering() -> Any:
    from reuse_gateway.api.rendering import Rendering

    catalogue, _ = _facts()
    return Rendering(catalogue.sentences, catalogue.law, catalogue.evidence_types, {}, catalogue.agencies)


def _law(code: str) -> str:
    told: Mapping[str, Any] = _rendering().citation(code)
    return f"{told['article']} {told['citation']}" if told["article"] else str(told["citation"])


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST_FORM_BYTES:
        raise TooLarge(f"{path} is over {LARGEST_FORM_BYTES} bytes", limit=LARGEST_FORM_BYTES)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise MalformedBody(f"{path} is not UTF-8", code="not_utf8") from None


def _parsed(asked: Asked) -> Any:
    """As strict as the API: no duplicate keys, no NaN, not deeper than 64 levels."""
    from reuse_gateway.api.bodies import strict_json

    try:
        return strict_json(asked.text.encode(), _DEEPEST)
    except MalformedBody as error:
        raise MalformedBody(f"{asked.path}: {error.code}", code=error.code) from None
