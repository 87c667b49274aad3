"""Free words of an office taken apart into the papers they list."""

from __future__ import annotations

import pytest

from reuse_gateway.api.demand_reading import DemandReader
from reuse_gateway.api.demand_shapes import DemandItemIn
from reuse_gateway.catalogue.loader import load
from reuse_gateway.catalogue.vocabulary import load_vocabulary
from reuse_gateway.domain.asking import Manner
from reuse_gateway.domain.demand_words import papers_listed


@pytest.mark.parametrize(
    ("words", "papers"),
    [
        ("Sổ hộ khẩu", ("Sổ hộ khẩu",)),
        ("1. Sổ hộ khẩu 2. Giấy khai sinh", ("Sổ hộ khẩu", "Giấy khai sinh")),
        ("- Sổ hộ khẩu;\n+ Giấy khai sinh.", ("Sổ hộ khẩu", "Giấy khai sinh")),
        ("a) Sổ hộ khẩu\r\nđ) Giấy khai sinh", ("Sổ hộ khẩu", "Giấy khai sinh")),
        ("Đề nghị bổ sung:\nSổ hộ khẩu", ("Sổ hộ khẩu",)),
        ("(1) Sổ hộ khẩu", ("Sổ hộ khẩu",)),
        ("Theo Nghị định 104/2022, sổ hộ khẩu", ("Theo Nghị định 104/2022, sổ hộ khẩu",)),
        ("", ()),
        ("; ; \n 12. -", ()),
        ("Kính gửi ông/bà:", ()),
    ],
)
def test_a_list_is_taken_apart_at_its_points(words: str, papers: tuple[str, ...]) -> None:
    assert papers_listed(words) == papers


def test_a_point_without_end_is_cut_not_carried_along() -> None:
    assert [len(each) for each in papers_listed("a" * 10_000)] == [2_000]


@pytest.fixture(scope="module")
def reader() -> DemandReader:
    kinds = load().evidence_types.values()
    return DemandReader(None, load_vocabulary(kinds), None, None)


@pytest.mark.parametrize(
    ("label", "manner"),
    [
        ("Bản sao có chứng thực thẻ căn cước", Manner.CERTIFIED),
        ("Bản sao thẻ căn cước", Manner.COPY),
        ("Bản chính Giấy khai sinh", Manner.ORIGINAL),
        ("Bản sao Giấy khai sinh kèm bản chính để đối chiếu", Manner.COPY),
        ("Giấy khai sinh", None),
        ("Bản chính hoặc bản sao Giấy khai sinh", None),
    ],
)
def test_the_words_tell_how_a_paper_is_wanted_or_say_nothing(reader: DemandReader, label: str, manner: Manner | None) -> None:
    assert reader.asked(DemandItemIn(ref="a", label=label)).manner is manner


def test_a_manner_that_is_told_comes_before_the_label(reader: DemandReader) -> None:
    item = DemandItemIn(ref="a", label="Bản sao thẻ căn cước", manner="original")
    assert reader.asked(item).manner is Manner.ORIGINAL
