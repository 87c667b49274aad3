"""Which row speaks on which day, and that rows for later days change nothing about earlier ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse_gateway.application.check_documents import Policy
from reuse_gateway.application.dated_policy import policy_on
from reuse_gateway.domain.dated_fact import (
    DatedFact,
    ExceptionTerms,
    FactBook,
    FactKind,
    PublishedScope,
    WaivedThing,
    Waiver,
)
from reuse_gateway.domain.decide import decide
from reuse_gateway.domain.facts_on import sources_on, waiver_for, waivers_on
from reuse_gateway.domain.lawful_exception import Invoker
from reuse_gateway.domain.plan import plan
from reuse_gateway.domain.source import Ground
from reuse_gateway.domain.verdict import Reason, Verdict
from tests.domain.builders import BIRTH, agency, filed, holding, request, version

from .builders import FIRST, LATER, book, connection, policy, registry, scope

DAY = date(2026, 11, 23)
EVE = timedelta(days=1)
days = st.integers(-900, 900).map(lambda n: DAY + timedelta(n))
narrow = PublishedScope("registry", BIRTH, "H41.5", ("1.001193",))


@st.composite
def rows(draw: st.DrawFn) -> DatedFact:
    first = draw(days)
    last = draw(st.none() | st.integers(0, 400).map(lambda n: first + timedelta(n)))
    made = draw(st.sampled_from([scope, connection]))
    row = made(first, valid_to=last, withdrawn=draw(st.booleans()))
    if draw(st.booleans()) and row.kind is FactKind.SCOPE:
        row = replace(row, id=f"{row.id}.commune", says=narrow)
    return row


def ground(day: date, *told: DatedFact, agency: str = "H41.5", procedure: str = "1.001193", **shipped: object) -> Ground | None:
    (source,) = sources_on([registry(**shipped)], book(*told), day, agency, procedure)
    return source.ground(source.offers[BIRTH], day)


def verdicts(policy: Policy, day: date) -> tuple[Verdict, ...]:
    planned = plan(request(as_of=day), version(), policy.facts, agency())
    return decide(planned, filed(holding()), policy.law, policy.facts.evidence_types)


@settings(max_examples=300)
@given(st.lists(rows(), max_size=6), st.lists(rows(), max_size=4), days)
def test_an_answer_for_a_day_never_changes_when_rows_for_later_days_are_added(known, added, day) -> None:
    later = [replace(row, valid_from=max(row.valid_from, day + EVE), valid_to=None) for row in added]
    before, after = (policy_on(policy(), book(*each), day, "H41.5", "1.001193") for each in (known, [*known, *later]))
    assert before.facts.sources == after.facts.sources
    asked = request(as_of=day)
    answers = [
        decide(plan(asked, version(), p.facts, agency()), filed(holding()), p.law, p.facts.evidence_types)
        for p in (before, after)
    ]
    assert answers[0] == answers[1]


@given(st.lists(rows(), max_size=6), days)
def test_a_row_that_speaks_has_begun_and_is_the_last_recorded_of_its_id_that_has(told, day) -> None:
    written = book(*told)
    for kind in (FactKind.SCOPE, FactKind.CONNECTION):
        for fact in written.speaking_on(kind, day):
            begun = [
                c.fact for c in written.changes if c.fact.kind is kind and c.fact.id == fact.id and c.fact.valid_from <= day
            ]
            assert fact is begun[-1]


def test_without_rows_what_was_shipped_holds() -> None:
    assert ground(FIRST) is Ground.PUBLISHED_SCOPE
    assert ground(FIRST - EVE) is None


def test_a_connection_makes_a_source_usable_from_its_first_to_its_last_day() -> None:
    row = connection(LATER, valid_to=LATER + EVE)
    bare = {"offers": {BIRTH: replace(registry().offers[BIRTH], published_from=None)}}
    found = [ground(day, row, **bare) for day in (LATER - EVE, LATER, LATER + EVE, LATER + 2 * EVE)]
    assert found == [None, Ground.LIVE_CONNECTION, Ground.LIVE_CONNECTION, None]


def test_a_withdrawn_connection_ends_the_shipped_one_from_that_day_only() -> None:
    shipped = {"offers": {BIRTH: replace(registry().offers[BIRTH], published_from=None)}, "connected_from": FIRST}
    row = connection(LATER, withdrawn=True)
    assert ground(LATER - EVE, row, **shipped) is Ground.LIVE_CONNECTION
    assert ground(LATER, row, **shipped) is None


def test_a_withdrawn_scope_ends_the_shipped_one_from_that_day_only() -> None:
    assert ground(LATER - EVE, scope(LATER, withdrawn=True)) is Ground.PUBLISHED_SCOPE
    assert ground(LATER, scope(LATER, withdrawn=True)) is None


def test_a_scope_that_was_given_a_last_day_ends_after_it() -> None:
    row = scope(FIRST, valid_to=LATER)
    assert (ground(LATER, row), ground(LATER + EVE, row)) == (Ground.PUBLISHED_SCOPE, None)


@pytest.mark.parametrize(
    ("where", "what", "usable"),
    [
        ("H41.5", "1.001193", True),
        ("H41.5.2", "1.001193", True),
        ("H41.55", "1.001193", False),
        ("H41", "1.001193", False),
        ("H41.5", "1.000894", False),
    ],
)
def test_a_narrowed_scope_holds_for_its_territory_and_procedures_alone(where: str, what: str, usable: bool) -> None:
    bare = {"offers": {BIRTH: replace(registry().offers[BIRTH], published_from=None)}}
    row = scope(FIRST, id=f"registry.{BIRTH}.commune", says=narrow)
    assert (ground(DAY, row, agency=where, procedure=what, **bare) is not None) is usable


def test_a_narrowed_scope_that_ended_leaves_the_general_one_standing() -> None:
    row = scope(FIRST, id=f"registry.{BIRTH}.commune", says=narrow, withdrawn=True)
    assert ground(DAY, row) is Ground.PUBLISHED_SCOPE


def test_a_decision_of_then_is_reproduced_with_what_was_known_then() -> None:
    written = book(scope(FIRST, withdrawn=True), scope(FIRST))
    reasons = []
    for number in (0, 1, 2):
        known = policy_on(policy(), written.known_at(number), DAY)
        (verdict,) = verdicts(known, DAY)
        reasons.append(verdict.reason)
    assert reasons == [Reason.HELD_VALID, Reason.NO_USABLE_SOURCE, Reason.HELD_VALID]


def test_the_policy_version_names_the_newest_row_known() -> None:
    assert policy_on(policy(), book(scope()), DAY).version == "shipped+1"
    assert policy_on(policy(), book(scope(), connection(LATER)), DAY).version == "shipped+2"


def terms(valid_from: date, **changes: object) -> DatedFact:
    said = ExceptionTerms("E1", (Invoker.SUPERVISOR,), ("probe_log",), 1, False)
    return DatedFact(FactKind.EXCEPTION, "E1", 1, said, valid_from, **changes)


def test_terms_of_an_exception_hold_between_their_days_and_then_the_shipped_ones_again() -> None:
    written = book(terms(FIRST, valid_to=LATER))
    by_day = [policy_on(policy(), written, day).exceptions["E1"].max_days for day in (FIRST - EVE, LATER, LATER + EVE)]
    assert by_day == [5, 1, 5]


def test_a_withdrawn_exception_may_be_invoked_by_nobody() -> None:
    assert policy_on(policy(), book(terms(FIRST, withdrawn=True)), FIRST).exceptions == {}
    assert "E1" in policy_on(policy(), book(terms(FIRST, withdrawn=True)), FIRST - EVE).exceptions


@pytest.mark.parametrize(
    ("invoker", "evidence", "day", "objections"),
    [
        (Invoker.RULE, ["probe_log"], 5, ()),
        (Invoker.OFFICER, ["probe_log"], 0, ("invoker_not_entitled",)),
        (Invoker.RULE, [], 0, ("evidence_missing",)),
        (Invoker.RULE, ["probe_log"], 6, ("exception_lapsed",)),
        (Invoker.RULE, ["probe_log"], -1, ("exception_lapsed",)),
    ],
)
def test_an_exception_needs_its_invoker_its_evidence_and_its_time(invoker, evidence, day, objections) -> None:
    assert policy().exceptions["E1"].objections(invoker, evidence, day) == objections


def test_a_waiver_stands_until_its_last_day_and_changes_no_verdict() -> None:
    said = Waiver(WaivedThing.PROCEDURE, "1.001193", "căn cứ")
    row = DatedFact(FactKind.WAIVER, "w", 1, said, FIRST, LATER)
    assert [len(waivers_on(book(row), day)) for day in (FIRST - EVE, FIRST, LATER, LATER + EVE)] == [0, 1, 1, 0]
    assert policy_on(policy(), book(row), DAY).facts == policy().facts


def test_the_waiver_of_the_form_itself_comes_before_that_of_its_procedure() -> None:
    of_form, of_procedure = Waiver(WaivedThing.FORM, "f", "a"), Waiver(WaivedThing.PROCEDURE, "1.001193", "b")
    assert waiver_for([of_procedure, of_form], "f", "1.001193") is of_form
    assert waiver_for([of_procedure], "f", "1.001193") is of_procedure
    assert waiver_for([of_procedure], "f", "1.000894") is None


def test_an_empty_book_is_known_by_no_number() -> None:
    assert FactBook().number == 0
