"""The shipped facts are complete, tied and readable."""

from __future__ import annotations

import ast
import re
import time
import unicodedata
from pathlib import Path

import pytest

import reuse_gateway
from reuse_gateway.catalogue.loader import SHIPPED, Catalogue, load
from reuse_gateway.domain import errors, subject
from reuse_gateway.domain.evidence_type import ReuseClass
from reuse_gateway.domain.procedure import Fallback
from reuse_gateway.domain.verdict import Decision, Duty, Reason

PACKAGE = Path(reuse_gateway.__file__).parent
# Cases or rows of their published dossiers are left out: they prove nothing about what is outside.
ABRIDGED = {"1.004222", "1.008498", "1.013225", "2.001583"}
ROWS_OF_THE_REFERENCE = (
    "1.001193 1.000894 1.000656 1.004873 2.000635 1.004859 1.004222 1.004194 "
    "1.010041 1.014062 1.014063 3.000333 3.000347 1.013076 1.001612 2.000720 "
    "2.001583 2.001199 1.013978 1.013831 1.012783 1.013225 1.011607 2.001263 "
    "2.000815 2.001406 1.008498 1.001613 2.001827 2.002621 2.002622 "
)


def test_exactly_the_56_kinds_of_paper_are_known(shipped: Catalogue) -> None:
    assert len(shipped.evidence_types) == 56
    assert "other" not in shipped.evidence_types


def test_household_books_and_certified_copies_are_never_demanded(shipped: Catalogue) -> None:
    never = {key for key, kind in shipped.evidence_types.items() if kind.reuse is ReuseClass.NEVER_DEMAND}
    assert never == {"household_book", "certified_copy"}


def test_a_certificate_of_marital_status_is_good_for_six_months(shipped: Catalogue) -> None:
    assert shipped.evidence_types["marital_status"].validity_months == 6


def test_a_copy_of_any_civil_status_extract_is_not_taken_for_a_birth_certificate(shipped: Catalogue) -> None:
    assert "KQ.G15.000342" not in {code for kind in shipped.evidence_types.values() for code in kind.result_codes}


def test_every_row_of_the_reference_list_is_a_procedure_tied_to_kinds(shipped: Catalogue) -> None:
    known = {version.code: version for version in shipped.procedures}
    assert set(ROWS_OF_THE_REFERENCE.split()) <= set(known)
    assert {code for code, version in known.items() if not version.tied} == ABRIDGED
    assert {code for code, version in known.items() if not version.verified} == {"2.002621", "2.002622"}


def test_every_paper_a_procedure_names_is_known(shipped: Catalogue) -> None:
    named = {key for v in shipped.procedures for row in v.requirements(None) for together in row.any_of for key in together}
    assert named <= set(shipped.evidence_types)


def test_no_procedure_lists_a_paper_that_may_never_be_demanded(shipped: Catalogue) -> None:
    rows = [(v.code, row) for v in shipped.procedures for row in v.requirements(None)]
    assert not [code for code, row in rows if row.names("household_book") or row.names("certified_copy")]


def test_a_newborns_residence_registration_does_not_list_the_birth_certificate(shipped: Catalogue) -> None:
    version = next(v for v in shipped.procedures if v.code == "1.004222")
    assert not any(row.names("birth_certificate") for row in version.requirements(None))


def test_land_certificates_are_handed_in_where_land_law_says_so(shipped: Catalogue) -> None:
    originals = {
        v.code for v in shipped.procedures for row in v.requirements(None) if row.original and row.names("land_use_certificate")
    }
    assert originals == {"1.013831", "1.012783"}


def test_for_marriage_the_agency_itself_asks_for_the_marital_status(shipped: Catalogue) -> None:
    version = next(v for v in shipped.procedures if v.code == "1.000894")
    rows = [row for row in version.requirements(None) if row.names("marital_status")]
    assert {row.role for row in rows} == {"applicant", "spouse"}
    assert {row.fallback for row in rows} == {Fallback.AGENCY_TO_AGENCY}


@pytest.mark.parametrize(
    "key", [f"notice.{r}" for r in Reason] + [f"duty.{d}" for d in Duty] + [f"decision.{d}" for d in Decision]
)
def test_every_reason_duty_and_decision_has_words(shipped: Catalogue, key: str) -> None:
    said = shipped.sentences.say(key, paper="P", source="S", agency="A")
    assert said.vi != said.en


def test_only_sentences_about_papers_have_placeholders_and_only_the_known_ones(shipped: Catalogue) -> None:
    known = {
        "notice": {"paper", "source", "agency"},
        "lint": {"field", "paper", "source", "role", "suggestions"},
        "instead": {"paper", "source"},
        "fault": {"limit"},
    }
    for key, text in shipped.sentences.by_key.items():
        found = set(re.findall(r"\{(.*?)\}", text.vi + text.en))
        assert found <= known.get(key.split(".")[0], set())


def test_both_languages_of_a_sentence_name_the_same_things(shipped: Catalogue) -> None:
    for text in shipped.sentences.by_key.values():
        assert set(re.findall(r"\{(.*?)\}", text.vi)) >= set(re.findall(r"\{(.*?)\}", text.en)) - {"agency"}


def test_every_error_has_a_title(shipped: Catalogue) -> None:
    codes = {
        value.code for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.GatewayError)
    }
    codes |= {
        "method_not_allowed",
        "unsupported_media_type",
        "subject_sweep",
        "unauthorized_client",
        "unsupported_grant_type",
        "timeout",
    }
    assert not {code for code in codes if f"problem.{code}" not in shipped.sentences.by_key}


def test_every_fault_that_the_code_finds_has_words(shipped: Catalogue) -> None:
    found = set()
    for path in [Path(subject.__file__), *PACKAGE.glob("api/**/*.py"), *PACKAGE.glob("application/*.py")]:
        for call in (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)):
            named = getattr(call.func, "id", "")
            place = {"NotAnIdentifier": 0, "Fault": 1}.get(named)
            if place is not None and len(call.args) > place and isinstance(call.args[place], ast.Constant):
                found.add(call.args[place].value)
    assert "personal_id_not_12_digits" in found
    assert not {code for code in found if f"fault.{code}" not in shipped.sentences.by_key}


def test_all_facts_are_nfc_with_vietnamese_letters(shipped: Catalogue) -> None:
    texts = [kind.name.vi for kind in shipped.evidence_types.values()]
    texts += [basis.citation.vi for basis in shipped.law.bases.values()] + [
        text.vi for text in shipped.sentences.by_key.values()
    ]
    assert all(unicodedata.is_normalized("NFC", text) for text in texts)
    assert not [text for text in texts if text.isascii()]


def test_facts_name_no_real_person_and_fit_in_small_files() -> None:
    for path in SHIPPED.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![0-9])[0-9]{12}(?![0-9])", text), path.name
        assert len(text.encode()) < 64 * 1024, path.name


def test_the_digest_is_stable_and_loading_is_fast(shipped: Catalogue) -> None:
    started = time.perf_counter()
    again = load()
    assert time.perf_counter() - started < 0.4
    assert again.digest == shipped.digest


def test_a_changed_word_is_another_policy_version(shipped: Catalogue, spoil) -> None:
    assert load(spoil("sentences.yaml", "không phải", "chẳng phải")).digest != shipped.digest


def test_one_demo_body_may_ask_one_source_only(shipped: Catalogue) -> None:
    bodies = {agency.code: agency for agency in shipped.agencies}
    assert bodies["H41"].may_ask("population")
    assert [s for s in ("business_registration", "population", "land") if bodies["H41.99"].may_ask(s)] == [
        "business_registration"
    ]
