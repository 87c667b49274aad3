"""What holds on a day (dữ kiện của một ngày): the shipped facts with the dated rows that speak on that day laid over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from reuse_gateway.domain.dated_fact import (
    DatedFact,
    ExceptionTerms,
    FactBook,
    FactKind,
    PlannedOutage,
    PublishedScope,
    WaivedThing,
    Waiver,
)
from reuse_gateway.domain.lawful_exception import LawfulException
from reuse_gateway.domain.source import Offer, Source


def sources_on(sources: Sequence[Source], book: FactBook, day: date, agency: str, procedure: str) -> tuple[Source, ...]:
    """The sources with the scopes and connections of that day, for dossiers of this agency and procedure."""
    connected = {fact.id: fact for fact in book.speaking_on(FactKind.CONNECTION, day)}
    published: dict[tuple[str, str], list[DatedFact]] = {}
    for fact in book.speaking_on(FactKind.SCOPE, day):
        if isinstance(fact.says, PublishedScope) and fact.says.covers(agency, procedure):
            published.setdefault((fact.says.source, fact.says.evidence_type), []).append(fact)
    return tuple(_connected(_published(source, published, day), connected.get(source.id), day) for source in sources)


def exceptions_on(shipped: Mapping[str, LawfulException], book: FactBook, day: date) -> dict[str, LawfulException]:
    """The exceptions that may be invoked that day; terms that have ended give way to the shipped ones."""
    terms = {fact.id: fact for fact in book.speaking_on(FactKind.EXCEPTION, day)}
    return {code: _under(each, terms.get(code), day) for code, each in shipped.items() if not _withdrawn(terms.get(code))}


def waivers_on(book: FactBook, day: date) -> tuple[Waiver, ...]:
    """The waivers in force that day."""
    standing = (fact for fact in book.speaking_on(FactKind.WAIVER, day) if fact.in_force(day))
    return tuple(fact.says for fact in standing if isinstance(fact.says, Waiver))


def outages_from(book: FactBook, at: datetime) -> tuple[PlannedOutage, ...]:
    """Announced outages that are not over at that instant, the next first. The row recorded last is the one that holds."""
    standing = (change.fact.says for change in book.newest(FactKind.OUTAGE).values() if not change.fact.withdrawn)
    to_come = (says for says in standing if isinstance(says, PlannedOutage) and at < says.to_at)
    return tuple(sorted(to_come, key=lambda outage: (outage.from_at, outage.source)))


def waiver_for(waivers: Sequence[Waiver], form: str, procedure: str) -> Waiver | None:
    """The waiver under which a form of a procedure may be published with errors; its own comes first."""
    wanted = ((WaivedThing.FORM, form), (WaivedThing.PROCEDURE, procedure))
    found = (each for thing in wanted for each in waivers if (each.thing, each.target) == thing)
    return next(found, None)


def waiver_row(book: FactBook, day: date, form: str, procedure: str) -> DatedFact | None:
    """The same as the row that says so: who granted it, until when and on what ground stands in its change."""
    waivers = waivers_on(book, day)
    granted = waiver_for(waivers, form, procedure)
    standing = (fact for fact in book.speaking_on(FactKind.WAIVER, day) if fact.in_force(day))
    return next((fact for fact in standing if granted is not None and fact.says == granted), None)


def _published(source: Source, published: Mapping[tuple[str, str], list[DatedFact]], day: date) -> Source:
    changed = {kind: _offer(offer, published.get((source.id, kind), ()), day) for kind, offer in source.offers.items()}
    return source if changed == source.offers else replace(source, offers=changed)


def _offer(offer: Offer, scopes: Sequence[DatedFact], day: date) -> Offer:
    """One scope in force is enough; without any, a scope for all dossiers that has ended ends the shipped one too."""
    standing = next((scope for scope in scopes if scope.in_force(day)), None)
    if standing:
        return replace(offer, published_from=standing.valid_from, published_to=standing.valid_to)
    ended = any(isinstance(scope.says, PublishedScope) and not scope.says.narrowed for scope in scopes)
    return replace(offer, published_from=None, published_to=None) if ended else offer


def _connected(source: Source, fact: DatedFact | None, day: date) -> Source:
    if fact is None:
        return source
    first, last = (fact.valid_from, fact.valid_to) if fact.in_force(day) else (None, None)
    return replace(source, connected_from=first, connected_to=last)


def _under(exception: LawfulException, fact: DatedFact | None, day: date) -> LawfulException:
    if fact is None or not fact.in_force(day) or not isinstance(fact.says, ExceptionTerms):
        return exception
    terms = fact.says
    return replace(
        exception,
        invokers=terms.invokers,
        evidence=terms.evidence,
        max_days=terms.max_days,
        shown_to_applicant=terms.shown_to_applicant,
    )


def _withdrawn(fact: DatedFact | None) -> bool:
    return fact is not None and fact.withdrawn
