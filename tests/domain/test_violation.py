"""What a demand was: lawful, a violation and of which type, or still open; and when an official answers for it in person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reuse_gateway.domain.demand import Finding
from reuse_gateway.domain.holding import State
from reuse_gateway.domain.judgment import finding
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.verdict import RULING, Decision, FormAction, Reason, Verdict
from reuse_gateway.domain.violation import SEVERITY, TOPIC, ViolationType, personal_liability, violation_type, weight

from .builders import BIRTH, MARRIAGE, absent, decided, holding, row, source, unknown, version

FIRST_DAY = date(2026, 7, 1)
NOT_HELD_VALID = [reason for reason in Reason if reason is not Reason.HELD_VALID]
BY_TIER = {Tier.NATIONAL: "V01", Tier.SECTOR: "V02", Tier.PROVINCIAL: "V03"}


def said(reason: Reason) -> Verdict:
    """A verdict with nothing but its reason."""
    return Verdict("a", BIRTH, reason, FormAction.DEFER)


def held(*tiers: Tier, **changes) -> Verdict:
    """A birth certificate held by one valid source per tier."""
    return replace(said(Reason.HELD_VALID), holdings=tuple(holding(tier=tier, **changes) for tier in tiers))


@pytest.mark.parametrize("reason", Reason)
def test_a_demand_is_a_violation_exactly_when_the_paper_must_not_be_asked_for(reason: Reason) -> None:
    expected = {Decision.MUST_NOT_ASK: Finding.VIOLATION, Decision.MAY_ASK: Finding.LAWFUL}
    assert finding(said(reason)) is expected.get(RULING[reason].decision, Finding.PROVISIONAL)


@pytest.mark.parametrize("reason", NOT_HELD_VALID)
def test_only_a_forbidden_demand_has_a_type_of_violation(reason: Reason) -> None:
    assert (violation_type(said(reason)) is not None) is (finding(said(reason)) is Finding.VIOLATION)


@pytest.mark.parametrize(
    ("reason", "code"),
    [(Reason.OUTSIDE_PUBLISHED_DOSSIER, "V04"), (Reason.ABOLISHED_DOCUMENT, "V05"), (Reason.AGENCY_MUST_OBTAIN, "V11")],
)
def test_the_type_follows_the_reason(reason: Reason, code: str) -> None:
    assert violation_type(said(reason)) == code


@pytest.mark.parametrize("tier", Tier)
def test_the_type_of_a_held_paper_follows_the_tier_that_holds_it(tier: Tier) -> None:
    assert violation_type(held(tier)) == BY_TIER[tier]


def test_a_paper_held_in_several_tiers_counts_for_the_highest() -> None:
    assert violation_type(held(Tier.PROVINCIAL, Tier.SECTOR)) == "V02"
    assert violation_type(held(Tier.PROVINCIAL, Tier.NATIONAL)) == "V01"


@pytest.mark.parametrize(
    "national",
    [
        holding(state=State.EXPIRED),
        holding(state=State.MISMATCH),
        holding(owner="citizen:999090000002"),
        holding(expires_on=date(2026, 1, 1)),
        absent(),
        unknown(),
    ],
    ids=["expired", "mismatch", "another owner", "lapsed", "absent", "unknown"],
)
def test_a_national_source_without_a_valid_paper_is_not_blamed_on_the_officer(national) -> None:
    sources = (source(), source("province", tier=Tier.PROVINCIAL))
    verdict = decided(national, holding(source="province", tier=Tier.PROVINCIAL), sources=sources)
    assert verdict.reason is Reason.HELD_VALID
    assert violation_type(verdict) is ViolationType.HELD_PROVINCIALLY
    assert [each.source for each in verdict.proofs] == ["province"]


def test_an_alternative_paper_does_not_change_where_the_wanted_one_is_held() -> None:
    sources = (source("registry", MARRIAGE), source("province", BIRTH, tier=Tier.PROVINCIAL))
    answers = (holding(evidence_type=MARRIAGE), holding(source="province", tier=Tier.PROVINCIAL))
    verdict = decided(*answers, sources=sources, dossier=version(row(BIRTH, MARRIAGE)))
    assert violation_type(verdict) is ViolationType.HELD_PROVINCIALLY


def test_a_paper_proved_by_another_is_held_where_the_other_is() -> None:
    sources = (source("registry", MARRIAGE), source("province", BIRTH, tier=Tier.PROVINCIAL))
    answers = (holding(evidence_type=MARRIAGE), absent(source="province", tier=Tier.PROVINCIAL))
    verdict = decided(*answers, sources=sources, dossier=version(row(BIRTH, MARRIAGE)))
    assert violation_type(verdict) is ViolationType.HELD_NATIONALLY
    assert [each.evidence_type for each in verdict.proofs] == [MARRIAGE]


@pytest.mark.parametrize("reason", NOT_HELD_VALID)
def test_nothing_but_a_held_paper_has_proofs(reason: Reason) -> None:
    assert replace(said(reason), holdings=(holding(),)).proofs == ()


def test_an_official_answers_in_person_from_the_laws_first_day() -> None:
    assert personal_liability(held(Tier.NATIONAL), FIRST_DAY, answered_before_demand=True)
    assert not personal_liability(held(Tier.NATIONAL), date(2026, 6, 30), answered_before_demand=True)


def test_an_official_who_could_not_know_does_not_answer_in_person() -> None:
    assert not personal_liability(held(Tier.NATIONAL), FIRST_DAY, answered_before_demand=False)


@pytest.mark.parametrize("reason", NOT_HELD_VALID)
def test_an_official_answers_in_person_only_for_a_paper_that_was_held(reason: Reason) -> None:
    assert not personal_liability(said(reason), FIRST_DAY, answered_before_demand=True)


def test_every_type_of_violation_has_its_weight_and_its_law() -> None:
    """law.md 6.2."""
    assert set(SEVERITY) == set(TOPIC) == set(ViolationType)
    high = {"V01", "V02", "V03", "V04", "V05", "V09", "V11"}
    assert {str(kind) for kind, weighs in SEVERITY.items() if weighs == "high"} == high
    assert {str(kind) for kind, weighs in SEVERITY.items() if weighs == "low"} == {"V10"}
    assert [kind for kind, topic in TOPIC.items() if topic is None] == [ViolationType.WITHOUT_EVIDENCE]


def test_a_form_that_asks_on_weighs_no_less_than_the_papers_own_violation() -> None:
    assert weight(ViolationType.FORM_KEPT_ASKING, ViolationType.HELD_NATIONALLY) == "high"
    assert weight(ViolationType.FORM_KEPT_ASKING, None) == "medium"


def test_a_certified_copy_as_an_extra_is_its_own_type() -> None:
    assert violation_type(replace(said(Reason.ABOLISHED_DOCUMENT), evidence_type="certified_copy")) == "V08"
