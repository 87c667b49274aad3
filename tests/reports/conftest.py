"""The shipped facts as a yardstick, with sources of the tests' own."""

from __future__ import annotations

from pathlib import Path

import pytest

from reuse_gateway.application.report_defects import Yardstick
from reuse_gateway.catalogue.loader import Catalogue, load
from reuse_gateway.catalogue.outlook import load_ministries
from reuse_gateway.catalogue.vocabulary import load_vocabulary
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.domain.plan import Facts
from reuse_gateway.domain.source import Tier

from .builders import source


@pytest.fixture(scope="session")
def shipped() -> Catalogue:
    return load()


@pytest.fixture(scope="session")
def vocabulary(shipped: Catalogue) -> Vocabulary:
    return load_vocabulary(shipped.evidence_types.values())


@pytest.fixture(scope="session")
def yardstick(shipped: Catalogue, vocabulary: Vocabulary) -> Yardstick:
    """Population, civil status, enterprises; the province's own settlement system."""
    sources = (
        source("population", "id_card", "residence_confirmation"),
        source("civil_status", "birth_certificate", "marriage_certificate"),
        source("business_registration", "enterprise_registration"),
        source("procedure_settlement", "land_use_certificate", "food_safety_certificate", tier=Tier.PROVINCIAL),
    )
    return Yardstick(Facts(shipped.evidence_types, sources, vocabulary), shipped.law, load_ministries(), "test")


@pytest.fixture(scope="session")
def real_catalogue() -> Path:
    """1,739 procedures as published in July 2026; they are not part of the project."""
    path = Path(__file__).parents[3] / "shared" / "data" / "procedures.ndjson"
    if not path.is_file():
        pytest.skip("the published catalogue does not lie at ../shared/data/procedures.ndjson")
    return path
