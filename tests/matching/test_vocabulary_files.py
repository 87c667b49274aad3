"""The vocabulary files are facts: whatever is doubtful in them refuses the start and names file, key path and problem."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reuse_gateway.catalogue.loader import SHIPPED, load
from reuse_gateway.catalogue.vocabulary import load_vocabulary
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.matching import spellings

KINDS = tuple(load().evidence_types.values())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED / "vocabulary", tmp_path / "vocabulary")
    return tmp_path


@pytest.mark.parametrize(
    ("written", "path", "problem"),
    [
        ("papers:\n  no_such_paper: [giấy lạ]\n", "papers.no_such_paper", "no such evidence type"),
        ("papers:\n  passport: [hộ (chiếu]\n", "papers.passport.0", "not closed"),
        ("papers:\n  passport: [hộ chiếu)]\n", "papers.passport.0", "never opened"),
        ("senses:\n  nonsense: [hộ]\n", "senses.nonsense", "Input should be"),
        ("groups:\n  - types: []\n    patterns: [a]\n", "groups.0.types", "at least 1"),
        ("extra: 1\n", "extra", "Extra inputs"),
        ("spelling: {}\n", "spelling", "exactly one file"),
        ("papers:\n  passport: [" + "(a|b|c|d|e)" * 6 + "]\n", "papers.passport.0", "spellings"),
    ],
)
def test_a_doubtful_file_is_refused_with_its_place(folder: Path, written: str, path: str, problem: str) -> None:
    (folder / "vocabulary" / "zz.yaml").write_text(written, encoding="utf-8")
    with pytest.raises(FactsError, match=problem) as refused:
        load_vocabulary(KINDS, folder)
    assert path in refused.value.path


def test_an_empty_vocabulary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="no vocabulary files"):
        load_vocabulary(KINDS, tmp_path)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("giấy khai sinh", {"giấy khai sinh"}),
        ("(bản|) sao", {"bản sao", "sao"}),
        ("giấy (tờ (tùy thân|pháp lý)|phép)", {"giấy tờ tùy thân", "giấy tờ pháp lý", "giấy phép"}),
        ("a|b c", {"a", "b c"}),
        ("a … b", {"a … b"}),
    ],
)
def test_a_pattern_means_all_its_choices(pattern: str, words: set[str]) -> None:
    assert {" ".join(each) for each in spellings(pattern)} == words
