"""What a letter's file tells of itself, and in which order it cites its grounds."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta, timezone

import pytest

from reuse_gateway.domain.citation_order import in_order
from reuse_gateway.domain.legal_basis import LegalBasis
from reuse_gateway.domain.text import Text
from reuse_gateway.exports.case_letters import letter_file
from tests.api.conftest import House

from .test_letters import AT, LIFE, case_at, issue, some_text, words

ISSUED = (
    "Luật Giao dịch điện tử số 20/2023/QH15",
    "Luật Dữ liệu số 60/2024/QH15",
    "Nghị quyết số 206/2025/QH15 của Quốc hội",
    "Nghị định số 45/2020/NĐ-CP của Chính phủ",
    "Nghị định số 118/2025/NĐ-CP của Chính phủ",
    "Nghị quyết số 66.7/2025/NQ-CP của Chính phủ",
    "Quyết định số 06/QĐ-TTg của Thủ tướng Chính phủ",
    "Thông tư số 03/2025/TT-VPCP",
    "Chỉ thị số 24/CT-TTg của Thủ tướng Chính phủ",
    "Công điện số 201/CĐ-TTg",
    "Văn bản số 159/TTg-CĐS",
    "Chỉ thị của Ủy ban nhân dân tỉnh Nghệ An",
)
RANKS = ("Luật", "Nghị định", "Nghị quyết", "Chỉ thị")


def test_properties_tell_the_instant_of_issue_and_no_printing() -> None:
    with zipfile.ZipFile(io.BytesIO(letter_file(some_text()))) as parts:
        told = parts.read("docProps/core.xml").decode()
    assert told.count(">2026-11-22T18:30:05Z<") == 2
    assert "lastPrinted" not in told


def test_the_zone_in_which_the_instant_was_told_changes_no_byte() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=7)))
    assert letter_file(some_text(at=elsewhere)) == letter_file(some_text())


def test_a_letter_issued_after_midnight_bears_the_vietnamese_day() -> None:
    assert "ngày 23 tháng 11 năm 2026" in words(letter_file(some_text()))


def basis(said: str, on: date) -> LegalBasis:
    return LegalBasis(said[:40], Text(said, said), on)


@pytest.mark.parametrize("turn", range(0, len(ISSUED), 3))
def test_grounds_stand_by_rank_whatever_order_they_came_in(turn: int) -> None:
    known = [basis(said, date(2025, 1, 1 + at)) for at, said in enumerate(ISSUED)]
    mixed = [*known[turn:], *known[:turn]][::-1]
    assert [each.citation.vi for each in in_order(mixed)] == list(ISSUED)


def test_grounds_of_one_rank_stand_by_their_day_of_issue() -> None:
    early, late = basis("Nghị định số 9", date(2020, 4, 8)), basis("Nghị định số 1", date(2025, 6, 9))
    assert in_order((late, early)) == (early, late)


@pytest.mark.parametrize(("kind", "by", "steps"), [("notice", "demo-auditor", LIFE[:1]), ("apology", "demo-intake", LIFE)])
async def test_both_letters_of_a_case_cite_from_the_law_down(house: House, kind: str, by: str, steps: tuple) -> None:
    _, case_id = await case_at(house, *steps)
    await issue(house, case_id, kind, by)
    file = await house.client.get(f"/v1/cases/{case_id}/letters/{kind}", headers=await house.headers(by))
    cited = [each.removeprefix("Căn cứ ") for each in words(file.content).split("\n") if each.startswith("Căn cứ ")]
    ranks = [next(at for at, rank in enumerate(RANKS) if each.startswith(rank)) for each in cited]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1
