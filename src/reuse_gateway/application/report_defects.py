"""The defect report (báo cáo lỗi danh mục): every dossier of one day, measured by the data and the law of that day."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reuse_gateway.application.ports import Procedures
from reuse_gateway.domain.defect import Assessment, Component, Replacement, assess, covers
from reuse_gateway.domain.dossier_reading import components_of
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.legal_basis import LawBook, LegalBasis
from reuse_gateway.domain.ministry import Ministry, ministry_of
from reuse_gateway.domain.plan import Facts
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.tally import Line, Tally
from reuse_gateway.domain.text import Text

_PAGE = 200
_NO_FIELD = Text("Chưa rõ lĩnh vực", "Field not known")
_OUTSIDE = {
    "other": Text("Giấy tờ ngoài danh mục 56 loại", "Papers outside the 56 kinds"),
    "unrecognised": Text("Chưa nhận diện được", "Not recognised"),
}


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What dossiers are measured by: facts, law, the ministries by name, and the version of all that."""

    facts: Facts
    law: LawBook
    ministries: tuple[Ministry, ...]
    policy_version: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One component with the procedure that lists it."""

    procedure: str
    procedure_name: str
    decision: str
    ministry: Ministry
    field: str
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Glossary:
    """Names of the keys that a report uses, both languages; `articled`: instruments whose article is known."""

    evidence_types: Mapping[str, Text]
    sources: Mapping[str, Text]
    bases: Mapping[str, Text]
    articled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DefectReport:
    """The report of one day. Tables first by findings; `defects` are the findings D01, `unread` what nobody surely knows."""

    as_of: date
    policy_version: str
    procedures: int
    total: Line
    by_ministry: tuple[Line, ...]
    by_field: tuple[Line, ...]
    by_evidence_type: tuple[Line, ...]
    defects: tuple[Listed, ...]
    unread: tuple[Listed, ...]
    glossary: Glossary

    def table(self, by: str) -> tuple[Line, ...]:
        """Lines by `ministry`, `field` or `evidence_type`; raises KeyError."""
        return {"ministry": self.by_ministry, "field": self.by_field, "evidence_type": self.by_evidence_type}[by]


@dataclass(slots=True)
class _Tables:
    """Everything that is counted on one walk through the catalogue."""

    total: Tally = field(default_factory=Tally)
    ministries: Tally = field(default_factory=Tally)
    fields: Tally = field(default_factory=Tally)
    papers: Tally = field(default_factory=Tally)
    defects: list[Listed] = field(default_factory=list)
    unread: list[Listed] = field(default_factory=list)

    def add(self, listed: Listed, names: Mapping[str, Text]) -> None:
        found, code = listed.assessment, listed.procedure
        self.total.add("total", Text("Tổng số", "Total"), code, found)
        self.ministries.add(listed.ministry.key, listed.ministry.name, code, found)
        self.fields.add(listed.field, Text(listed.field, listed.field) if listed.field else _NO_FIELD, code, found)
        self.papers.add_papers(names, code, found)
        if found.defect:
            self.defects.append(listed)
        if found.replacement is Replacement.UNRECOGNISED:
            self.unread.append(listed)


async def report_defects(
    procedures: Procedures, yardstick: Yardstick, day: date, progress: Callable[[int], None] = lambda done: None
) -> DefectReport:
    """Measure every dossier that `procedures` lists. `progress` hears how many procedures are done.

    `procedures` MUST list the versions of `day`. Raises InvalidInput for a day before the first prohibition known, StoreError.
    """
    refuse_before_law(yardstick.law, day)
    glossary = glossary_of(yardstick)
    by_kind = covers(yardstick.facts.evidence_types, yardstick.facts.sources, yardstick.law, day)
    tables, done, names = _Tables(), 0, {**glossary.evidence_types, **_OUTSIDE}
    async for version in every(procedures):
        for component in components_in(version, yardstick):
            tables.add(_listed(version, yardstick, assess(component, by_kind)), names)
        done += 1
        progress(done)
    total = tables.total.lines() or (Tally().empty("total", Text("Tổng số", "Total")),)
    return DefectReport(
        as_of=day,
        policy_version=yardstick.policy_version,
        procedures=done,
        total=total[0],
        by_ministry=tables.ministries.lines(),
        by_field=tables.fields.lines(),
        by_evidence_type=tables.papers.lines(),
        defects=tuple(tables.defects),
        unread=tuple(tables.unread),
        glossary=glossary,
    )


async def every(procedures: Procedures) -> AsyncIterator[ProcedureVersion]:
    """All procedures in order of code, one page at a time."""
    after = ""
    while page := await procedures.listing(after, _PAGE):
        for version in page:
            yield version
        after = page[-1].code


def components_in(version: ProcedureVersion, yardstick: Yardstick) -> Sequence[Component]:
    """The components of one dossier by the vocabulary of the yardstick."""
    return components_of(version, yardstick.facts.vocabulary)


def refuse_before_law(law: LawBook, day: date) -> None:
    """Raise InvalidInput where no prohibition is known yet: nothing could be called a defect."""
    if day < law.first_day:
        raise InvalidInput(Fault("/as_of", "before_known_law"))


def glossary_of(yardstick: Yardstick) -> Glossary:
    """Names of all that may be named."""
    return Glossary(
        {key: kind.name for key, kind in yardstick.facts.evidence_types.items()},
        {source.id: source.name for source in yardstick.facts.sources},
        {code: _cited(basis) for code, basis in yardstick.law.bases.items()},
        frozenset(code for code, basis in yardstick.law.bases.items() if basis.article),
    )


def _cited(basis: LegalBasis) -> Text:
    """The article, where it is known, and the instrument."""
    return (
        Text(f"{basis.article} {basis.citation.vi}", f"{basis.citation.en}, {basis.article}")
        if basis.article
        else basis.citation
    )


def _listed(version: ProcedureVersion, yardstick: Yardstick, assessment: Assessment) -> Listed:
    ministry = ministry_of(version, yardstick.ministries)
    return Listed(version.code, version.name, version.decision, ministry, version.field, assessment)
