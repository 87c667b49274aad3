"""Letters: issued once per round by whoever signs them, numbered without gaps, the same words the same bytes, nobody named."""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from docx import Document

from reuse_gateway.domain.case_letter import LetterKind, LetterText, day_in_words, is_about_data_held, spared
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.exports.case_letters import letter_file
from tests.api.conftest import House, body

from .test_api import MADE_AT, get, move, violated

LIFE = (("notified", "demo-auditor"), ("explained", "demo-intake"), ("confirmed", "demo-auditor"), ("remedied", "demo-intake"))


async def case_at(house: House, *steps: tuple[str, str]) -> tuple[str, str]:
    id = await violated(house)
    for to, by in steps:
        answer = await move(house, id, to, by)
        assert answer.status_code == 201, answer.text
    return id, str((await get(house, f"/v1/violations/{id}")).json()["case_id"])


async def issue(house: House, case_id: str, kind: str, by: str, **told: Any) -> httpx.Response:
    return await house.client.post(f"/v1/cases/{case_id}/letters/{kind}", json=told, headers=await house.headers(by))


def words(file: bytes) -> str:
    paper = Document(io.BytesIO(file))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in paper.paragraphs)]).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 11, 23), "ngày 23 tháng 11 năm 2026"),
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 10, 10), "ngày 10 tháng 10 năm 2026"),
    ],
)
def test_days_are_written_as_the_decree_wants_them(day: date, told: str) -> None:
    assert day_in_words(day) == told


async def test_an_apology_is_issued_with_number_words_and_proof(house: House) -> None:
    _, case_id = await case_at(house, *LIFE)
    told = (await issue(house, case_id, "apology", "demo-intake", officer="truong-phong")).json()
    assert (told["reference"], told["issuer"], told["round"]) == ("01/XL-H41.12", "H41.12", 1)
    answer = await get(house, f"/v1/cases/{case_id}/letters/apology", "demo-intake")
    assert (answer.status_code, answer.headers["x-letter-state"]) == (200, "issued")
    assert hashlib.sha256(answer.content).hexdigest() == told["file_sha256"] == answer.headers["etag"].strip('"')
    text = words(answer.content)
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 01/XL-H41.12", "VĂN BẢN XIN LỖI",
        "Nghệ An, ngày 23 tháng 11 năm 2026", "chân thành xin lỗi", "mã số 1.000894",
        "Chỉ thị của Ủy ban nhân dân tỉnh Nghệ An",
        "Nghị định số 118/2025/NĐ-CP", "THỦ TRƯỞNG CƠ QUAN", "V01: Yêu cầu giấy tờ đã có trong cơ sở dữ liệu quốc gia",
    ):  # fmt: skip
        assert said in text, said
    (letter,) = (await get(house, f"/v1/cases/{case_id}")).json()["letters"]
    assert letter == told
    assert {"case.letter_issued"} <= {each.kind for each in house.cases.told}


async def test_no_letter_names_a_person_an_officer_or_a_number_of_one(house: House) -> None:
    _, case_id = await case_at(house, *LIFE)
    await issue(house, case_id, "apology", "demo-intake", officer="truong-phong")
    file = (await get(house, f"/v1/cases/{case_id}/letters/apology", "demo-intake")).content
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        everything = b"".join(parts.read(name) for name in parts.namelist()).decode("utf-8", "replace")
    for secret in ("999090000001", "Nguyễn Văn An", "truong-phong", "demo-intake"):
        assert secret not in everything


async def test_a_notice_tells_until_when_to_explain_and_that_it_is_no_verdict(house: House) -> None:
    _, case_id = await case_at(house, ("notified", "demo-auditor"))
    told = (await issue(house, case_id, "notice", "demo-auditor")).json()
    assert told["reference"] == "01/TB-H41"
    text = words((await get(house, f"/v1/cases/{case_id}/letters/notice")).content)
    assert "chậm nhất ngày 01 tháng 12 năm 2026" in text  # five working days after the 23rd, the 24th is none
    assert "chưa phải là kết luận vi phạm" in text


async def test_a_notice_waits_for_the_step_that_says_what_is_heard_and_is_seen_beforehand(house: House) -> None:
    _, case_id = await case_at(house)
    assert (await issue(house, case_id, "notice", "demo-auditor")).json()["code"] == "letter_not_due"
    draft = await get(house, f"/v1/cases/{case_id}/letters/notice")
    assert (draft.status_code, draft.headers["x-letter-state"]) == (200, "draft")


@pytest.mark.parametrize(
    ("types", "codes", "of_data"),
    [
        (["V01"], ("paper",), True),
        (["V01", "V07"], ("paper",), True),
        (["V07"], ("copy",), False),
        (["V06", "V08"], ("paper_form", "certified_copy"), False),
        (["V12", "V13", "V14", "V15"], (), False),
        (["V10"], ("retyping",), True),
        (["V05"], ("paper",), False),
    ],
)
def test_nobody_is_spared_a_paper_for_the_way_in_which_it_was_asked(
    types: list[str], codes: tuple[str, ...], of_data: bool
) -> None:
    assert (spared(types), is_about_data_held(types)) == (codes, of_data)


async def test_an_apology_for_a_copy_says_nothing_of_the_paper_itself(house: House) -> None:
    told = body(items=[{"ref": "a", "evidence_type": "id_card", "manner": "copy"}]) | {"kind": "counter", "made_at": MADE_AT}
    answer = await house.client.post("/v1/demands", json=told, headers=await house.headers())
    id = answer.json()["items"][0]["violation_id"]
    for to, by in LIFE:
        await move(house, id, to, by)
    case_id = (await get(house, f"/v1/violations/{id}")).json()["case_id"]
    await issue(house, case_id, "apology", "demo-intake")
    text = words((await get(house, f"/v1/cases/{case_id}/letters/apology", "demo-intake")).content)
    assert "V07" in text
    assert "không phải nộp hoặc xuất trình" not in text
    assert "không phải nộp bản sao" in text


async def test_a_letter_is_issued_once_per_round(house: House) -> None:
    _, case_id = await case_at(house, *LIFE)
    first, again = [(await issue(house, case_id, "apology", "demo-intake")).json() for _ in range(2)]
    assert first == again
    assert len(house.cases.kept_letters) == 1


async def test_numbers_run_on_without_gaps_though_two_are_issued_at_once(house: House) -> None:
    cases = [(await case_at(house, *LIFE))[1]]
    house.sources.told[("population", "residence_confirmation")] = house.sources.told[("population", "id_card")]
    other = await violated(house, items=[{"ref": "a", "evidence_type": "residence_confirmation"}])
    for to, by in LIFE:
        await move(house, other, to, by)
    cases.append((await get(house, f"/v1/violations/{other}")).json()["case_id"])
    assert len(set(cases)) == 2
    told = await asyncio.gather(*(issue(house, each, "apology", "demo-intake") for each in cases))
    assert sorted(each.json()["reference"] for each in told) == ["01/XL-H41.12", "02/XL-H41.12"]


@pytest.mark.parametrize(
    ("steps", "kind", "by", "code"),
    [
        ((), "apology", "demo-intake", "letter_not_due"),
        (LIFE[:2], "apology", "demo-intake", "letter_not_due"),
        (LIFE[:2], "notice", "demo-auditor", "letter_not_due"),
        (LIFE, "apology", "demo-auditor", "not_your_move"),
        ((), "notice", "demo-intake", "not_your_move"),
    ],
)
async def test_a_letter_out_of_its_place_or_by_the_wrong_hand_is_not_issued(
    house: House, steps: Any, kind: str, by: str, code: str
) -> None:
    _, case_id = await case_at(house, *steps)
    assert (await issue(house, case_id, kind, by)).json()["code"] == code
    assert (await get(house, f"/v1/cases/{case_id}/letters/{kind}", by)).json()["code"] == code
    assert house.cases.kept_letters == []


@pytest.mark.parametrize("kind", [None, "application/json", "application/x-www-form-urlencoded"])
async def test_a_letter_asked_for_with_an_empty_body_is_issued(house: House, kind: str | None) -> None:
    _, case_id = await case_at(house, LIFE[0])
    headers = await house.headers("demo-auditor") | ({"content-type": kind} if kind else {})
    told = await house.client.post(f"/v1/cases/{case_id}/letters/notice", headers=headers)
    assert (told.status_code, told.json()["kind"]) == (201, "notice"), told.text
    other = await house.client.post(f"/v1/cases/{case_id}/letters/notice", headers=headers, content=b"officer=x")
    assert other.status_code == (400 if kind == "application/json" else 415)


async def test_a_draft_has_no_number_and_is_not_kept(house: House) -> None:
    _, case_id = await case_at(house, *LIFE)
    answer = await get(house, f"/v1/cases/{case_id}/letters/apology", "demo-intake")
    assert answer.headers["x-letter-state"] == "draft"
    assert "Số: ........./XL-..." in words(answer.content)
    assert house.cases.kept_letters == []
    assert (await get(house, f"/v1/cases/{case_id}/letters/apology?round=1", "demo-intake")).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"), [("letters/thanks", 422), ("letters/apology?rounds=1", 400), ("letters/apology?round=0", 422)]
)
async def test_what_is_no_letter_is_told_as_such(house: House, path: str, status: int) -> None:
    _, case_id = await case_at(house, *LIFE)
    assert (await get(house, f"/v1/cases/{case_id}/{path}", "demo-intake")).status_code == status


async def test_no_apology_is_told_without_its_letter_and_its_number_stands_in_the_step(house: House) -> None:
    id, case_id = await case_at(house, *LIFE)
    refused = await move(house, id, "apologised", "demo-intake")
    assert (refused.status_code, refused.json()["code"]) == (409, "letter_missing")
    await issue(house, case_id, "apology", "demo-intake")
    assert (await move(house, id, "apologised", "demo-intake")).json()["letter"] == "01/XL-H41.12"


async def test_a_letter_that_could_not_be_kept_was_not_issued(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _, case_id = await case_at(house, *LIFE)

    async def broken(*_: Any) -> None:
        raise StoreError("full")

    monkeypatch.setattr(type(house.cases), "record_letter", broken)
    assert (await issue(house, case_id, "apology", "demo-intake")).status_code == 503


AT = datetime(2026, 11, 22, 18, 30, 5, 250_000, tzinfo=UTC)


def some_text(**changes: Any) -> LetterText:
    told = {
        "kind": LetterKind.APOLOGY, "parent": "Ủy ban nhân dân tỉnh", "sender": "Sở", "reference": "07/XL-H41.12",
        "at": AT, "subject": "việc", "addressee": "Ông (Bà)", "grounds": ("Nghị định",),
        "facts": (("Tên", "x"),),
        "points": ("Xin lỗi.",), "closing": "Trân trọng./.", "copies": ("- Như trên;",),
    }  # fmt: skip
    return LetterText(**{**told, **changes})


def test_the_same_words_give_the_same_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    first = letter_file(some_text())
    later = time.time() + timedelta(days=400).total_seconds()
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    assert letter_file(some_text()) == first
    assert letter_file(some_text(reference="08/XL-H41.12")) != first


def test_a_letter_is_a_sound_package_on_a4_with_the_margins_of_the_decree() -> None:
    file = letter_file(some_text(parent=""))
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        assert parts.testzip() is None
        assert parts.namelist()[0] == "[Content_Types].xml"
        assert {each.date_time for each in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    section = Document(io.BytesIO(file)).sections[0]
    assert [round(each.mm) for each in (section.page_width, section.page_height, section.left_margin)] == [210, 297, 30]


def test_nothing_of_the_librarys_template_gets_into_a_letter() -> None:
    with zipfile.ZipFile(io.BytesIO(letter_file(some_text()))) as parts:
        told = {name: parts.read(name).decode() for name in parts.namelist()}
    assert set(told) == {
        "[Content_Types].xml", "_rels/.rels", "docProps/core.xml",
        "word/document.xml", "word/styles.xml", "word/settings.xml", "word/_rels/document.xml.rels",
    }  # fmt: skip
    everything = "".join(told.values())
    for foreign in ("en-US", "ja-JP", "python-docx", "Macintosh", "thumbnail", "theme/", "minorHAnsi", "1970"):
        assert foreign not in everything, foreign
    assert '<w:lang w:val="vi-VN" w:eastAsia="vi-VN"/>' in told["word/styles.xml"]
    assert sum(map(len, everything)) < 20_000


def test_the_place_stands_before_the_day_and_is_left_open_where_nobody_knows_it() -> None:
    assert "Nghệ An, ngày 23 tháng 11 năm 2026" in words(letter_file(some_text(place="Nghệ An")))
    assert "………, ngày 23 tháng 11 năm 2026" in words(letter_file(some_text()))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("ngày 05 tháng 01 năm 2026", "ngày\u00a005 tháng\u00a001 năm\u00a02026"),
        ("Nghị định số 118/2025/NĐ-CP", "Nghị định số\u00a0118/2025/NĐ-CP"),
        ("khoản 2 Điều 90", "khoản\u00a02 Điều\u00a090"),
        ("Số: 01/XL-H41.12", "Số:\u00a001/XL-H41.12"),
        ("Ông (Bà)", "Ông\u00a0(Bà)"),
        ("ngày hẹn trả kết quả", "ngày hẹn trả kết quả"),
    ],
)
def test_numbers_stay_with_the_words_before_them(said: str, kept: str) -> None:
    from reuse_gateway.exports.case_letters import bound

    assert bound(said) == kept


@pytest.mark.parametrize(
    ("code", "place"),
    [("H41", "Nghệ An"), ("H41.12", "Nghệ An"), ("H41.12.3", "Nghệ An"), ("H41.20", ""), ("H41.77", ""), ("H40", "")],
)
def test_a_department_is_dated_at_the_province_and_a_commune_never(house: House, code: str, place: str) -> None:
    from reuse_gateway.domain.agency import place_of

    assert place_of(house.services.cases.issue.word.agencies, code) == place
