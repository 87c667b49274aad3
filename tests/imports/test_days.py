"""`diff`: what stands differently on another day, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from reuse_gateway.application.compare_days import DayChange, facts_between, procedures_between
from reuse_gateway.application.dated_policy import policy_on
from reuse_gateway.domain.dated_fact import DatedFact, ExceptionTerms, FactKind, PublishedScope, WaivedThing, Waiver
from reuse_gateway.domain.lawful_exception import Invoker
from reuse_gateway.domain.legal_basis import CitationRule, Topic
from reuse_gateway.domain.procedure_change import Became
from tests.domain.builders import BIRTH, KINDS, LONG_AGO, basis, law, version
from tests.facts.builders import FIRST, book, connection, policy, scope

from .conftest import DAY, LATER, ONE, TWO, Imports, published

THEN, NOW = date(2026, 6, 1), date(2026, 11, 23)
EVE = timedelta(days=1)


def between(*rows: DatedFact, first: date = THEN, second: date = NOW, shipped=None) -> list[DayChange]:
    written, base = book(*rows), shipped or policy()
    return list(facts_between(*(policy_on(base, written, day) for day in (first, second)), written, first, second))


def test_days_on_which_the_same_holds_do_not_differ() -> None:
    assert between() == []
    assert between(scope(NOW + EVE, withdrawn=True), scope(THEN, valid_to=None)) == []


def test_a_published_scope_that_begins_between_the_days_is_told_with_whose_papers_it_spares() -> None:
    (change,) = between(first=FIRST - EVE)
    assert change == DayChange("source", f"registry.{BIRTH}", "citizen", None, "published_scope")


def test_a_connection_that_ends_is_told_the_other_way_round() -> None:
    offered = replace(policy().facts.sources[0].offers[BIRTH], published_from=None)
    source = replace(policy().facts.sources[0], offers={BIRTH: offered})
    (change,) = between(connection(FIRST, valid_to=THEN), shipped=policy(source))
    assert (change.before, change.after) == ("live_connection", None)


def test_a_scope_for_some_offices_is_told_with_them() -> None:
    said = PublishedScope("registry", BIRTH, "H41.5", ("1.001193",))
    (change,) = between(scope(NOW, id=f"registry.{BIRTH}.a", says=said))
    assert (change.whom, change.before, change.after) == ("H41.5 1.001193", None, "published_scope")


def test_law_that_comes_into_force_is_told_by_topic_and_paper() -> None:
    rules = (CitationRule(Topic.REUSE, ("NEW",), NOW), CitationRule(Topic.ORIGINAL, ("NEW",), NOW, None, frozenset({BIRTH})))
    book_of_law = law(*rules, bases=[basis("NEW", NOW)])
    found = between(shipped=replace(policy(), law=book_of_law))
    assert [(each.kind, each.id, each.whom) for each in found] == [
        ("law", f"original.{BIRTH}", BIRTH),
        ("law", "reuse", "everybody"),
    ]
    assert {each.before for each in found if each.id == "reuse"} == {"L-reuse"}
    assert {each.after for each in found if each.id == "reuse"} == {"L-reuse, NEW"}


def test_exceptions_waivers_and_abolished_papers_are_told() -> None:
    terms = ExceptionTerms("E1", (Invoker.OFFICER,), ("probe_log",), 1, True)
    waiver = Waiver(WaivedThing.PROCEDURE, "1.001193", "căn cứ")
    rows = (DatedFact(FactKind.EXCEPTION, "E1", 1, terms, NOW), DatedFact(FactKind.WAIVER, "w", 1, waiver, NOW, NOW + EVE))
    kinds = {**KINDS, "household_book": replace(KINDS["household_book"], never_from=NOW)}
    shipped = replace(policy(), facts=replace(policy().facts, evidence_types=kinds))
    found = {(each.kind, each.id): (each.before, each.after) for each in between(*rows, shipped=shipped)}
    assert found == {
        ("evidence_type", "household_book"): (None, "never_demanded"),
        ("exception", "E1"): ("rule; probe_log; 5 d", "officer; probe_log; 1 d"),
        ("waiver", "procedure.1.001193"): (None, "căn cứ"),
    }


async def test_procedures_that_changed_between_the_days_are_told_once(imports: Imports) -> None:
    await imports.take(published(ONE, "1/QĐ"), published(TWO))
    await imports.take(published(ONE, "2/QĐ"), day=LATER)
    (change,) = await procedures_between((), imports.archive, LATER - EVE, LATER)
    assert (change.code, change.words) == (ONE, ("decision",))
    assert {each.became for each in await procedures_between((), imports.archive, DAY - EVE, LATER)} == {Became.NEW}
    assert await procedures_between((), imports.archive, DAY, LATER - EVE) == ()


async def test_a_shipped_version_hides_an_imported_one_on_its_days(imports: Imports) -> None:
    await imports.take(published(ONE, "nhập"), day=DAY)
    shipped = replace(version(), code=ONE, decision="rà soát", valid_from=LATER, name="Thủ tục thử nghiệm")
    (change,) = await procedures_between((shipped,), imports.archive, DAY, LATER)
    assert (change.became, "decision" in change.words) == (Became.CHANGED, True)
    assert await procedures_between((replace(shipped, valid_from=LONG_AGO),), imports.archive, DAY, LATER) == ()
