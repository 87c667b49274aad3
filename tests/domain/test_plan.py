"""Rows 1 to 5 and 10 of the decision table (design.md section 3): settled before a source answers, in the law's order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reuse_gateway.domain.check import CheckRequest
from reuse_gateway.domain.evidence_type import ReuseClass
from reuse_gateway.domain.holding import Doubt
from reuse_gateway.domain.plan import plan
from reuse_gateway.domain.source import Offer, Tier
from reuse_gateway.domain.verdict import Decision, Duty, FormAction, Reason

from .builders import (
    BIRTH,
    DAY,
    HOUSEHOLD_BOOK,
    MARRIAGE,
    absent,
    agency,
    decided,
    facts,
    holding,
    kind,
    planned,
    request,
    row,
    source,
    unknown,
    version,
    wanted,
)

NOBODY = agency("nothing")
NEEDY = source("registry", Offer(BIRTH, needs=frozenset({"full_name"})))


def asked(evidence_type: str, **changes) -> CheckRequest:
    """The usual case asking for one paper."""
    return request(wanted(evidence_type), **changes)


def test_1_an_abolished_paper_is_never_asked_for() -> None:
    answer = decided(asked=asked(HOUSEHOLD_BOOK), dossier=version(row(HOUSEHOLD_BOOK)))
    assert (answer.decision, answer.reason) == (Decision.MUST_NOT_ASK, Reason.ABOLISHED_DOCUMENT)


@pytest.mark.parametrize(
    "parts",
    [
        {"dossier": version(row(BIRTH))},
        {"dossier": version(row(HOUSEHOLD_BOOK, original=True))},
        {"dossier": version(tied=False)},
        {"dossier": version(row(HOUSEHOLD_BOOK)), "sources": ()},
        {"dossier": version(row(HOUSEHOLD_BOOK)), "who": NOBODY, "sources": (source("registry", HOUSEHOLD_BOOK),)},
    ],
    ids=["2_outside", "3_original", "10_untied", "4_no_source", "5_no_authority"],
)
def test_1_an_abolished_paper_is_abolished_before_every_later_row(parts) -> None:
    assert decided(asked=asked(HOUSEHOLD_BOOK), **parts).reason is Reason.ABOLISHED_DOCUMENT


@pytest.mark.parametrize(("since", "never"), [(None, True), (DAY, True), (DAY + timedelta(1), False)])
def test_1_a_paper_is_abolished_only_from_the_day_of_the_law_that_says_so(since: date | None, never: bool) -> None:
    assert kind(HOUSEHOLD_BOOK, reuse=ReuseClass.NEVER_DEMAND, never_from=since).may_never_be_demanded(DAY) is never
    assert not kind(BIRTH, never_from=since).may_never_be_demanded(DAY)


def test_2_a_paper_outside_the_published_dossier_must_not_be_asked_for() -> None:
    answer = decided(asked=asked(MARRIAGE))
    assert (answer.decision, answer.reason) == (Decision.MUST_NOT_ASK, Reason.OUTSIDE_PUBLISHED_DOSSIER)


@pytest.mark.parametrize(
    ("parts", "answers"),
    [
        ({"sources": ()}, ()),
        ({"sources": (source("registry", MARRIAGE),), "who": NOBODY}, ()),
        ({"sources": (source("registry", MARRIAGE),)}, (holding(evidence_type=MARRIAGE),)),
        ({"sources": (source("registry", MARRIAGE),)}, (unknown(evidence_type=MARRIAGE),)),
    ],
    ids=["4_no_source", "5_no_authority", "6_held", "9_unknown"],
)
def test_2_a_paper_outside_the_dossier_is_outside_whatever_the_sources_say(parts, answers) -> None:
    assert decided(*answers, asked=asked(MARRIAGE), **parts).reason is Reason.OUTSIDE_PUBLISHED_DOSSIER


def test_2_a_dossier_whose_words_are_not_tied_yet_proves_nothing_about_what_is_outside_it() -> None:
    answer = decided(asked=asked(MARRIAGE), dossier=version(tied=False))
    assert (answer.decision, answer.reason) == (Decision.NOT_DECIDED, Reason.UNRECOGNISED_ITEM)


def test_3_an_original_that_the_law_wants_may_be_asked_for_as_original_only() -> None:
    answer = decided(dossier=version(row(original=True)))
    assert (answer.decision, answer.reason, answer.duty) == (Decision.MAY_ASK, Reason.ORIGINAL_REQUIRED, Duty.ORIGINAL_ONLY)


@pytest.mark.parametrize(
    ("parts", "answers"),
    [({"sources": ()}, ()), ({"who": NOBODY}, ()), ({}, (holding(),)), ({}, (absent(),)), ({}, (unknown(),))],
    ids=["4_no_source", "5_no_authority", "6_held", "8_absent", "9_unknown"],
)
def test_3_an_original_is_wanted_whatever_the_sources_say(parts, answers) -> None:
    assert decided(*answers, dossier=version(row(original=True)), **parts).reason is Reason.ORIGINAL_REQUIRED


@pytest.mark.parametrize("rows", [(row(original=True), row()), (row(), row(original=True))], ids=["before", "after"])
def test_3_where_one_of_several_rows_wants_the_original_that_row_counts(rows) -> None:
    assert decided(holding(), dossier=version(*rows)).reason is Reason.ORIGINAL_REQUIRED


@pytest.mark.parametrize(
    "sources",
    [
        (),
        (source("registry", MARRIAGE),),
        (source("registry", Offer(BIRTH, subject_kinds=frozenset({"business"}))),),
        (source(connected_from=None),),
        (source(connected_from=DAY + timedelta(1)),),
        (source(connected_to=DAY - timedelta(1)),),
        (source("registry", Offer(BIRTH, published_from=DAY + timedelta(1)), connected_from=None),),
        (
            source(
                "registry", Offer(BIRTH, published_from=date(2026, 1, 1), published_to=date(2026, 2, 1)), connected_from=None
            ),
        ),
        (source(tier=Tier.PROVINCIAL, connected_from=None),),
    ],
    ids=[
        "none",
        "other paper",
        "businesses only",
        "never",
        "not yet",
        "no longer",
        "unpublished yet",
        "published once",
        "province",
    ],
)
def test_4_without_a_source_usable_that_day_the_paper_may_be_asked_for(sources) -> None:
    answer = decided(holding(), sources=sources)
    assert (answer.decision, answer.reason, answer.duty) == (Decision.MAY_ASK, Reason.NO_USABLE_SOURCE, None)


def test_4_no_usable_source_comes_before_no_authority() -> None:
    assert decided(sources=(), who=NOBODY).reason is Reason.NO_USABLE_SOURCE


@pytest.mark.parametrize("who", [NOBODY, agency("other")], ids=["nothing", "another source"])
def test_5_a_caller_without_authority_gets_no_decision(who) -> None:
    answer = decided(holding(), who=who)
    assert (answer.decision, answer.reason) == (Decision.NOT_DECIDED, Reason.NO_AUTHORITY)


def test_5_an_unknown_agency_has_no_authority() -> None:
    assert plan(request(), version(), facts(source()), agency()).items[0].settled is None
    assert plan(request(), version(), facts(source()), None).items[0].settled is Reason.NO_AUTHORITY


def test_5_a_subject_whose_data_do_not_suffice_gets_no_decision() -> None:
    answer = decided(sources=(NEEDY,))
    assert (answer.decision, answer.reason) == (Decision.NOT_DECIDED, Reason.INSUFFICIENT_SUBJECT_DATA)


def test_5_a_role_that_nobody_plays_gets_no_decision() -> None:
    child = request(wanted(role="child"))
    answer = decided(asked=child, dossier=version(row(role="child")))
    assert (answer.decision, answer.reason) == (Decision.NOT_DECIDED, Reason.INSUFFICIENT_SUBJECT_DATA)


def test_4_a_role_that_nobody_plays_comes_after_no_usable_source() -> None:
    child = request(wanted(role="child"))
    assert decided(asked=child, dossier=version(row(role="child")), sources=()).reason is Reason.NO_USABLE_SOURCE


def test_5_facts_about_the_thing_can_be_what_a_source_needs() -> None:
    plates = source("registry", Offer(BIRTH, needs=frozenset({"about.plate"})))
    assert decided(sources=(plates,)).reason is Reason.INSUFFICIENT_SUBJECT_DATA
    assert planned(plates, asked=request(wanted(about=(("plate", "37A"),)))).items[0].settled is None


def test_5_a_source_that_denies_us_decides_nothing() -> None:
    answer = decided(unknown(Doubt.SOURCE_DENIED))
    assert (answer.decision, answer.reason) == (Decision.NOT_DECIDED, Reason.NO_AUTHORITY)


@pytest.mark.parametrize("paper", [{"evidence_type": "no_such_paper"}, {"evidence_type": None, "label": "giấy gì đó"}])
def test_10_a_demand_that_matches_no_paper_surely_is_not_decided(paper) -> None:
    answer = decided(asked=request(wanted(**paper)))
    assert (answer.decision, answer.reason) == (Decision.NOT_DECIDED, Reason.UNRECOGNISED_ITEM)
    assert answer.form_action is FormAction.DEFER
