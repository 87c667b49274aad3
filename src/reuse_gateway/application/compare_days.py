"""What changed between two days, and for whom (so sánh hai ngày): procedures, law, sources, exceptions, waivers, papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from reuse_gateway.application.check_documents import Policy
from reuse_gateway.application.import_history import KeptProcedure
from reuse_gateway.domain.dated_fact import FactBook, FactKind, PublishedScope
from reuse_gateway.domain.legal_basis import LawBook, Topic
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.procedure_change import ProcedureChange, change_between
from reuse_gateway.domain.source import Source

EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class DayChange:
    """One fact that stands differently. `whom` says whose papers it is about; None before or after = it did not hold."""

    kind: str
    id: str
    whom: str
    before: str | None
    after: str | None


class DatedImports(Protocol):
    """Imported procedures by day."""

    async def standing_on(self, day: date) -> Mapping[str, KeptProcedure]:
        """By code, what holds on a day as far as it is known now."""
        ...

    async def texts(self, kept: Mapping[str, KeptProcedure]) -> Mapping[str, ProcedureVersion]:
        """The procedures themselves, by code."""
        ...


def facts_between(before: Policy, after: Policy, book: FactBook, first: date, second: date) -> tuple[DayChange, ...]:
    """Every difference between the policy of one day and that of another, ordered by kind and id."""
    found = [*_law(before.law, after.law, first, second), *_sources(before, after, first, second)]
    found += [*_narrowed(book, first, second), *_exceptions(before, after), *_waivers(before, after)]
    found += _papers(after, first, second)
    return tuple(sorted(found, key=lambda change: (change.kind, change.id)))


async def procedures_between(
    shipped: tuple[ProcedureVersion, ...], imported: DatedImports, first: date, second: date
) -> tuple[ProcedureChange, ...]:
    """Every procedure that is published differently, in order of code; a shipped version comes before an imported one."""
    was, now = await imported.standing_on(first), await imported.standing_on(second)
    codes = {code for code in {*was, *now} if was.get(code) != now.get(code)} | {version.code for version in shipped}
    old = await _texts(imported, was, codes) | _in_force(shipped, first)
    new = await _texts(imported, now, codes) | _in_force(shipped, second)
    found = (change_between(old.get(code), new.get(code)) for code in sorted(codes))
    return tuple(change for change in found if change)


async def _texts(imported: DatedImports, kept: Mapping[str, KeptProcedure], codes: set[str]) -> dict[str, ProcedureVersion]:
    return dict(await imported.texts({code: kept[code] for code in codes if code in kept}))


def _in_force(shipped: tuple[ProcedureVersion, ...], day: date) -> dict[str, ProcedureVersion]:
    return {v.code: v for v in shipped if v.valid_from <= day and (v.valid_to is None or day <= v.valid_to)}


def _law(old: LawBook, new: LawBook, first: date, second: date) -> Iterator[DayChange]:
    special = {(rule.topic, key) for rule in (*old.rules, *new.rules) for key in rule.evidence_types}
    for topic, key in sorted({*special, *((topic, "") for topic in Topic)}):
        before, after = (_cited(law, topic, key, day) for law, day in ((old, first), (new, second)))
        if before != after:
            yield DayChange("law", f"{topic}.{key}" if key else topic, key or EVERYBODY, before, after)


def _cited(law: LawBook, topic: Topic, key: str, day: date) -> str | None:
    return ", ".join(basis.code for basis in law.cite(topic, key or None, day)) or None


def _sources(before: Policy, after: Policy, first: date, second: date) -> Iterator[DayChange]:
    later = {source.id: source for source in after.facts.sources}
    for source in before.facts.sources:
        for key, offer in source.offers.items():
            was, now = _ground(source, key, first), _ground(later[source.id], key, second)
            if was != now:
                yield DayChange("source", f"{source.id}.{key}", ", ".join(sorted(offer.subject_kinds)), was, now)


def _ground(source: Source, key: str, day: date) -> str | None:
    ground = source.ground(source.offers[key], day)
    return str(ground) if ground else None


def _narrowed(book: FactBook, first: date, second: date) -> Iterator[DayChange]:
    """Scopes for some offices or procedures, which no policy of everybody shows."""
    was, now = (
        {fact.id: fact.says for fact in book.speaking_on(FactKind.SCOPE, day) if fact.in_force(day)} for day in (first, second)
    )
    for id in {*was, *now}:
        said = now.get(id) or was.get(id)
        if isinstance(said, PublishedScope) and said.narrowed and was.get(id) != now.get(id):
            told = (side.get(id) and "published_scope" for side in (was, now))
            yield DayChange("source", id, " ".join(filter(None, (said.territory, *said.procedures))), *told)


def _exceptions(before: Policy, after: Policy) -> Iterator[DayChange]:
    for code in {*before.exceptions, *after.exceptions}:
        was, now = before.exceptions.get(code), after.exceptions.get(code)
        if was != now:
            told = (each and f"{','.join(each.invokers)}; {','.join(each.evidence)}; {each.max_days} d" for each in (was, now))
            yield DayChange("exception", code, "officers", *told)


def _waivers(before: Policy, after: Policy) -> Iterator[DayChange]:
    was, now = ({(each.thing, each.target): each.ground for each in policy.waivers} for policy in (before, after))
    for thing, target in {*was, *now}:
        if was.get((thing, target)) != now.get((thing, target)):
            yield DayChange("waiver", f"{thing}.{target}", "forms", was.get((thing, target)), now.get((thing, target)))


def _papers(policy: Policy, first: date, second: date) -> Iterator[DayChange]:
    for key, kind in policy.facts.evidence_types.items():
        was, now = kind.may_never_be_demanded(first), kind.may_never_be_demanded(second)
        if was != now:
            yield DayChange("evidence_type", key, kind.about, *("never_demanded" if each else None for each in (was, now)))
