"""Whatever is doubtful in a fact file refuses the start, naming file and key path."""

from __future__ import annotations

from pathlib import Path

import pytest

from reuse_gateway.catalogue.loader import load
from reuse_gateway.domain.errors import FactsError

TYPES, LAW, RULES, MARRIAGE = "evidence_types.yaml", "legal_bases.yaml", "citation_rules.yaml", "procedures/1.000894.yaml"
PATH = "versions.0.cases.0.requirements"
CASES = "    cases:\n      - requirements:\n          - {ref: form, label: x, any_of: []}\n"
MORE = f"    date_verified: false\n    decision: x\n{CASES}"


def refused(folder: Path) -> FactsError:
    with pytest.raises(FactsError) as caught:
        load(folder)
    return caught.value


@pytest.mark.parametrize(
    ("file", "old", "new", "path", "problem"),
    [
        (TYPES, "  electronic_id:", "  id_card:", "evidence_types.id_card", "twice"),
        (TYPES, "    about: person", "    about: person\n    abuot: person", "evidence_types.id_card.abuot", "not permitted"),
        (TYPES, "    about: person", "    about: people", "evidence_types.id_card.about", "person"),
        (TYPES, "    reuse: R1", "    reuse: R9", "evidence_types.id_card.reuse", "R1"),
        (TYPES, "    verified: true", "    verified: yes", "evidence_types.id_card.verified", "true or false"),
        (TYPES, "    verified: true\n", "", "evidence_types.id_card.verified", "required"),
        (TYPES, "KQ.G01.000144", "KQ.G01.000023", "evidence_types.id_certificate.result_codes.0", "claimed by id_card too"),
        (TYPES, "KQ.G01.000023", "G01.000023", "evidence_types.id_card.result_codes.0", "pattern"),
        (TYPES, "validity_months: 6", "validity_months: 0", "evidence_types.marital_status.validity_months", "greater than 0"),
        (TYPES, "validity_months: 6", "validity_months: six", "evidence_types.marital_status.validity_months", "whole number"),
        (TYPES, "    vi: Thẻ căn cước", '    vi: ""', "evidence_types.id_card.vi", "at least 1"),
        (TYPES, "      - CCCD", "      - CCCD\n      - cccd", "evidence_types.id_card.aliases.3", "twice"),
        (TYPES, "  id_card:", "  id_card: &card", "evidence_types.id_card", "anchors"),
        (TYPES, "    about: person", "    about: *card", "evidence_types.id_card.about", "anchors"),
        (TYPES, "    about: person", "    about: !!str person", "evidence_types.id_card.about", "tags"),
        (TYPES, "evidence_types:", "shared_result_codes: [KQ.G99.000001]\nevidence_types:", "shared_result_codes", "by no"),
        (LAW, "in_force_from: 2010-10-14", "in_force_from: 2010-02-30", "legal_bases.ND-63-2010.in_force_from", "no"),
        (LAW, "in_force_from: 2010-10-14", "in_force_from: 14/10/2010", "legal_bases.ND-63-2010.in_force_from", "YYYY-MM-DD"),
        (LAW, "in_force_from: 2010-10-14", "in_force_from: 1287014400", "legal_bases.ND-63-2010.in_force_from", "YYYY-MM-DD"),
        (LAW, "    in_force_from: 2010-10-14\n", "", "legal_bases.ND-63-2010.in_force_from", "required"),
        (LAW, "in_force_to: 2025-06-30", "in_force_to: 2018-06-20", "legal_bases.ND-61-2018.in_force_to", "before"),
        (LAW, "issued_on: 2010-06-08", "issued_on: 2011-06-08", "legal_bases.ND-63-2010.issued_on", "issued after"),
        (LAW, "superseded_by: ND-118-2025", "superseded_by: ND-999-2025", "legal_bases.ND-61-2018.superseded_by", "not known"),
        (LAW, "    status: ended", "    status: over", "legal_bases.ND-61-2018.status", "ended"),
        (RULES, "[ND-104-2022]", "[ND-104-2023]", "citation_rules.0.codes.0", "not known"),
        (RULES, "[ND-104-2022]", "[]", "citation_rules.0.codes", "at least 1"),
        (RULES, "    codes: [ND-104-2022]\n", "", "citation_rules.0.codes", "required"),
        (RULES, "[ND-104-2022]", "[ND-104-2022, ND-104-2022]", "citation_rules.0.codes.1", "twice"),
        (RULES, "[L-91-2025, ND-356-2025]", "[ND-13-2023]", "citation_rules.24.codes.0", "not in force"),
        (RULES, "valid_to: 2023-12-31", "valid_to: 2018-06-20", "citation_rules.2.valid_to", "before"),
        (RULES, "valid_to: 2023-12-31", "valid_to: 2020-01-01", "citation_rules.2.codes.1", "not in force"),
        (RULES, "household_book, residence_confirmation", "household_books", "citation_rules.0.evidence_types.0", "not known"),
        (RULES, "topic: reuse", "topic: re-use", "citation_rules.0.topic", "reuse"),
        (MARRIAGE, "[[marital_status]]", "[[marital_state]]", f"{PATH}.5.any_of", "not known"),
        (MARRIAGE, "[[marital_status]]", "[[]]", f"{PATH}.5.any_of.0", "at least 1"),
        (MARRIAGE, "ref: identity_spouse", "ref: identity", f"{PATH}.2", "twice"),
        (MARRIAGE, "mode: present", "mode: shown", f"{PATH}.1.mode", "present"),
        (MARRIAGE, "fallback: agency_to_agency", "fallback: agency", f"{PATH}.5.fallback", "agency_to_agency"),
        (MARRIAGE, 'code: "1.000894"', 'code: "1.000895"', "code", "must be called 1.000895.yaml"),
        (MARRIAGE, 'code: "1.000894"', 'code: "1.894"', "code", "pattern"),
        (MARRIAGE, "    date_verified: ", "    valid_to: 2025-06-30\n    date_verified: ", "versions.0.valid_to", "before"),
        ("agencies.yaml", "  H41.12:", "  H41.1x:", "agencies.H41.1x", "pattern"),
        ("agencies.yaml", "level: commune", "level: district", "agencies.H41.20.level", "commune"),
        ("sentences.yaml", "      en: ", "      fr: ", "sentences.word.this_paper.en", "required"),
    ],
)  # fmt: skip
def test_a_wrong_fact_is_refused_with_its_place(spoil, file: str, old: str, new: str, path: str, problem: str) -> None:
    error = refused(spoil(file, old, new))
    assert (error.file, error.path) == (file, path)
    assert problem in error.problem


def test_a_sentence_that_stands_in_two_files_is_refused(spoil) -> None:
    twice = "  word:\n    this_paper:\n      vi: x\n      en: x\n  replay:\n"
    error = refused(spoil("sentences_for_auditors.yaml", "  replay:\n", twice))
    assert (error.file, error.path) == ("sentences_for_auditors.yaml", "sentences.word.this_paper")


@pytest.mark.parametrize("end", ["", "    valid_to: 2025-07-01\n", "    valid_to: 2030-01-01\n"])
def test_overlapping_versions_of_a_procedure_are_refused(spoil, end: str) -> None:
    error = refused(spoil(MARRIAGE, "versions:\n", f"versions:\n  - valid_from: 2025-01-01\n{end}{MORE}"))
    assert (error.file, error.path) == (MARRIAGE, "versions.1.valid_from")
    assert "overlaps version 0" in error.problem


def test_versions_that_follow_each_other_are_taken(spoil) -> None:
    folder = spoil(MARRIAGE, "versions:\n", f"versions:\n  - valid_from: 2025-01-01\n    valid_to: 2025-06-30\n{MORE}")
    assert len([v for v in load(folder).procedures if v.code == "1.000894"]) == 2


def test_supersession_that_runs_in_a_circle_is_refused(spoil) -> None:
    error = refused(
        spoil(LAW, "    article: Điều 5\n    status: in_force", "    superseded_by: ND-61-2018\n    status: in_force")
    )
    assert error.file == LAW
    assert "ND-61-2018 -> ND-118-2025 -> ND-61-2018" in error.problem


def test_a_shared_result_code_names_neither_kind(spoil) -> None:
    folder = spoil(TYPES, "KQ.G01.000144", "KQ.G01.000023")
    path = folder / TYPES
    path.write_text("shared_result_codes: [KQ.G01.000023]\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    kinds = load(folder).evidence_types
    assert kinds["id_card"].result_codes == kinds["id_certificate"].result_codes == ()


def test_a_file_over_256_kb_is_refused(facts: Path) -> None:
    (facts / TYPES).write_text("#" * (256 * 1024 + 1), encoding="utf-8")
    assert "larger than 256 KB" in refused(facts).problem


def test_a_missing_file_is_refused(facts: Path) -> None:
    (facts / RULES).unlink()
    assert (refused(facts).file, "cannot be read" in refused(facts).problem) == (RULES, True)


def test_an_empty_catalogue_is_refused(facts: Path) -> None:
    for path in (facts / "procedures").glob("*.yaml"):
        path.unlink()
    assert refused(facts).file == "procedures"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "empty"),
        (b"a: 1\n---\nb: 2\n", "more than one"),
        ("vi: Gia\u0302\u0301y".encode(), "not Unicode NFC in line 1"),
        (b"vi: \xff", "not UTF-8"),
        (b"a: [1, 2", "not YAML in line"),
        (b"a: \x00b", "not YAML"),
        (b"? [a]\n: b\n", "plain, non-empty word"),
        (b"<<: {a: b}\n", "plain, non-empty word"),
        (b"- a", "Input should be"),
        (b"[" * 40 + b"]" * 40, "nested deeper"),
    ],
)
def test_what_is_not_plain_yaml_is_refused(facts: Path, raw: bytes, problem: str) -> None:
    (facts / LAW).write_bytes(raw)
    error = refused(facts)
    assert error.file == LAW
    assert problem in error.problem


def test_numbers_and_words_stay_as_written(spoil) -> None:
    folder = spoil(TYPES, "      - CCCD", "      - 012345670123\n      - no")
    assert {"012345670123", "no"} <= set(load(folder).evidence_types["id_card"].aliases)
