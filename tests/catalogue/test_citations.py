"""Which law is cited on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.domain.legal_basis import Topic

ONE_STOP = ["ND-61-2018", "ND-107-2021", "ND-47-2020", "ND-45-2020"]
SECOND_HALF_2025 = ["ND-118-2025", "L-60-2024", "CT-24-2025", "ND-278-2025", "NAN-CT-2024"]
NOW = ["L-148-2025", "ND-224-2026", "NQ-66.7-2025", "ND-118-2025", "ND-278-2025", "NAN-CT-2024"]
REUSE = {
    "2018-06-20": [],
    "2018-06-21": ["ND-61-2018"],
    "2020-05-24": ["ND-61-2018", "ND-45-2020"],
    "2020-05-25": ["ND-61-2018", "ND-47-2020", "ND-45-2020"],
    "2021-12-06": ONE_STOP,
    "2023-12-31": ONE_STOP,
    "2024-01-01": [*ONE_STOP, "NAN-CT-2024"],
    "2024-06-30": [*ONE_STOP, "NAN-CT-2024"],
    "2024-07-01": [*ONE_STOP, "NAN-CT-2024", "L-20-2023", "L-26-2023"],
    "2025-06-30": [*ONE_STOP, "NAN-CT-2024", "L-20-2023", "L-26-2023"],
    "2025-07-01": ["ND-118-2025", "L-60-2024", "NAN-CT-2024"],
    "2025-09-13": ["ND-118-2025", "L-60-2024", "CT-24-2025", "NAN-CT-2024"],
    "2025-10-21": ["ND-118-2025", "L-60-2024", "CT-24-2025", "NAN-CT-2024"],
    "2025-10-22": SECOND_HALF_2025,
    "2025-12-31": SECOND_HALF_2025,
    "2026-01-01": ["NQ-66.7-2025", "ND-118-2025", "L-91-2025"],
    "2026-06-30": ["NQ-66.7-2025", "ND-118-2025", "L-91-2025", "CV-159-2026"],
    "2026-07-01": NOW,
    "2026-11-23": NOW,
}


def cited(shipped: Catalogue, topic: Topic, evidence_type: str | None, day: str) -> list[str]:
    return [basis.code for basis in shipped.law.cite(topic, evidence_type, date.fromisoformat(day))]


@pytest.mark.parametrize(("day", "codes"), REUSE.items())
def test_reuse_cites_the_law_of_the_day(shipped: Catalogue, day: str, codes: list[str]) -> None:
    assert cited(shipped, Topic.REUSE, "birth_certificate", day) == codes


@pytest.mark.parametrize(
    ("topic", "kind", "day", "codes"),
    [
        (Topic.ABOLISHED, "household_book", "2022-12-31", []),
        (Topic.ABOLISHED, "household_book", "2023-01-01", ["ND-104-2022"]),
        (Topic.ABOLISHED, "household_book", "2026-11-23", ["ND-104-2022"]),
        (Topic.ABOLISHED, "certified_copy", "2025-06-30", ["ND-45-2020", "ND-107-2021"]),
        (Topic.ABOLISHED, "certified_copy", "2025-09-12", ["ND-45-2020"]),
        (Topic.ABOLISHED, "certified_copy", "2025-09-13", ["CT-24-2025"]),
        (Topic.ABOLISHED, "certified_copy", "2026-11-23", ["ND-280-2025", "CT-24-2025"]),
        (Topic.ABOLISHED, "birth_certificate", "2026-11-23", []),
        (Topic.OUTSIDE_DOSSIER, None, "2025-06-30", ["ND-61-2018", "ND-63-2010"]),
        (Topic.OUTSIDE_DOSSIER, None, "2025-07-01", ["ND-118-2025", "ND-63-2010"]),
        (Topic.UPDATE_SOURCE, None, "2025-12-31", ["ND-118-2025", "ND-278-2025"]),
        (Topic.UPDATE_SOURCE, None, "2026-01-01", ["NQ-66.7-2025"]),
        (Topic.SOURCE_TROUBLE, None, "2026-06-30", ["ND-278-2025", "NQ-66.7-2025"]),
        (Topic.SOURCE_TROUBLE, None, "2026-07-01", ["ND-278-2025", "NQ-66.7-2025", "L-148-2025"]),
        (Topic.PUBLISHED_DOSSIER, None, "2026-11-23", ["ND-63-2010"]),
        (Topic.PRIVACY, None, "2025-12-31", ["ND-13-2023"]),
        (Topic.PRIVACY, None, "2026-01-01", ["L-91-2025", "ND-356-2025"]),
        (Topic.LIABILITY, None, "2026-06-30", []),
        (Topic.LIABILITY, None, "2026-07-01", ["L-148-2025", "ND-224-2026"]),
    ],
)
def test_other_questions_cite_the_law_of_the_day(
    shipped: Catalogue, topic: Topic, kind: str | None, day: str, codes: list[str]
) -> None:
    assert cited(shipped, topic, kind, day) == codes


def test_residence_cites_its_own_decree_first(shipped: Catalogue) -> None:
    assert cited(shipped, Topic.REUSE, "residence_confirmation", "2026-11-23") == ["ND-104-2022", *NOW]


def test_every_cited_instrument_is_in_force_on_the_day(shipped: Catalogue) -> None:
    day = date(2018, 6, 1)
    while day < date(2027, 3, 1):
        for topic in Topic:
            for kind in (None, "household_book", "certified_copy", "lawful_dwelling", "id_card"):
                assert all(basis.in_force(day) for basis in shipped.law.cite(topic, kind, day))
        day += timedelta(days=3)


def test_no_decision_is_left_without_law_since_the_first_day(shipped: Catalogue) -> None:
    assert shipped.law.first_day == date(2018, 6, 21)
    of_decisions = {Topic.REUSE, Topic.OUTSIDE_DOSSIER, Topic.ORIGINAL, Topic.UPDATE_SOURCE, Topic.AGENCY_OBTAINS}
    always = of_decisions | {Topic.SOURCE_TROUBLE, Topic.PUBLISHED_DOSSIER}
    day = shipped.law.first_day
    while day < date(2027, 3, 1):
        assert all(shipped.law.cite(topic, "id_card", day) for topic in always), day
        day += timedelta(days=1)


def test_a_paper_that_is_never_demanded_cites_law_on_every_day_a_shipped_procedure_holds(shipped: Catalogue) -> None:
    first = min(version.valid_from for version in shipped.procedures)
    for kind in ("household_book", "certified_copy"):
        assert all(shipped.law.cite(Topic.ABOLISHED, kind, first + timedelta(days=n)) for n in range(600))


def test_an_ended_instrument_leads_to_one_that_follows_it(shipped: Catalogue) -> None:
    for basis in shipped.law.bases.values():
        if basis.superseded_by:
            assert basis.in_force_to is not None
            assert shipped.law.bases[basis.superseded_by].in_force_from <= basis.in_force_to + timedelta(days=1)


@pytest.mark.parametrize("code", ["NAN-CT-2024", "ND-280-2025", "L-26-2023", "ND-18-2026", "CV-159-2026", "ND-107-2021"])
def test_general_knowledge_and_month_only_days_are_marked(shipped: Catalogue, code: str) -> None:
    assert not shipped.law.bases[code].verified


@pytest.mark.parametrize("code", ["L-148-2025", "NQ-66.7-2025", "ND-118-2025", "ND-104-2022", "ND-278-2025"])
def test_what_was_seen_in_a_source_is_marked(shipped: Catalogue, code: str) -> None:
    assert shipped.law.bases[code].verified
