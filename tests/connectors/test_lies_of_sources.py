"""What the shipped sources may get wrong about a paper is never read as a valid paper, nor as its absence."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from reuse_gateway.connectors.loading import load_manifest
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.subject import Business, EnterpriseCode

from .builders import AN, NUMBER, OTHER, SHIPPED, Everything, ask, mocked, question

_MANIFESTS = {file.stem: file for file in SHIPPED.glob("*/*.yaml") if not file.name.endswith(".cases.yaml")}
BIRTH = {
    "loai": "KS", "trangThai": "HIEU_LUC", "ngayDangKy": "01/01/2020",
    "nksSoDinhDanh": NUMBER, "nksHoTen": "NGUYEN VAN AN", "nksNgaySinh": "14/05/1990",
}  # fmt: skip
ROW = {
    "Ma": "1", "MaGiayTo": "KQ.G15.000031", "MaDinhDanh": NUMBER, "TenChuGiayTo": "Nguyễn Văn An",
    "TrangThaiSoHoa": "2", "AnGiayTo": False, "NgayBanHanh": "2020-01-01",
}  # fmt: skip
BOOK = {"maSo": NUMBER, "hoTen": "Nguyễn Văn An", "ngaySinh": "19900514", "trangThai": "1", "tuNgay": "20120801"}
CARD = {
    "maKetQua": "000", "maThe": "GD4", "soCCCD": NUMBER, "hoTen": "Nguyễn Văn An", "ngaySinh": "14/05/1990",
    "gtTheTu": "01/01/2026", "gtTheDen": "31/12/2099",
}  # fmt: skip
CHILD = BIRTH | {"nksSoDinhDanh": OTHER, "nksHoTen": "BE BE", "nksNgaySinh": "01/01/2020"}


def _but(record: dict[str, Any], *lacking: str, **changes: Any) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in lacking} | changes


def _registered(*records: dict[str, Any], **envelope: Any) -> dict[str, Any]:
    return {"status": 1, "errorCode": "", "value": list(records)} | envelope


def _settled(*rows: dict[str, Any], total: int | None = None, **envelope: Any) -> dict[str, Any]:
    page = {"totalCount": len(rows) if total is None else total, "data": list(rows)}
    return {"succeeded": True, "failed": False, "message": None, "data": page} | envelope


async def _told(source: str, kind: str, body: Any, status: int = 200, subject: Any = AN) -> Holding:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 3600})
        return httpx.Response(status, json=body)

    registry = mocked(answer, load_manifest(_MANIFESTS[source], Everything()))
    try:
        return await ask(registry, question(subject, kind, source=source))
    finally:
        await registry.aclose()


@pytest.mark.parametrize(
    ("source", "kind", "body"),
    [
        ("civil_status", "birth_certificate", _registered(BIRTH)),
        ("civil_status", "birth_certificate", _registered(CHILD | {"nxnSoDinhDanh": NUMBER}, BIRTH)),
        ("procedure_settlement", "birth_certificate", _settled(ROW)),
        ("procedure_settlement", "birth_certificate", _settled(ROW, _but(ROW, "MaGiayTo", Ma="2"))),
        ("insurance", "social_insurance_record", {"status": 1, "errorCode": "", "value": BOOK}),
        ("insurance", "health_insurance_card", CARD),
    ],
)
async def test_an_honest_answer_is_held_valid(source: str, kind: str, body: Any) -> None:
    told = await _told(source, kind, body)
    assert (told.outcome, told.state, told.doubt) == (Outcome.HELD, State.VALID, None)


@pytest.mark.parametrize("role", ["nxn", "chong", "vo", "nkt"])
async def test_a_birth_record_is_not_the_papers_of_whoever_else_it_names(role: str) -> None:
    named = {f"{role}SoDinhDanh": NUMBER, f"{role}HoTen": "NGUYEN VAN AN", f"{role}NgaySinh": "14/05/1990"}
    told = await _told("civil_status", "birth_certificate", _registered(CHILD | named))
    assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, Doubt.WRONG_OWNER)


@pytest.mark.parametrize("standing", ["Đã hủy", "HUY_BO", "hieu_luc", "TAM_DUNG", "", None, 1, ["HIEU_LUC"]])
async def test_a_state_that_is_not_listed_is_never_valid(standing: Any) -> None:
    told = await _told("civil_status", "birth_certificate", _registered(BIRTH | {"trangThai": standing}))
    assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, Doubt.BAD_ANSWER)
    if standing != 1:
        told = await _told("insurance", "social_insurance_record", _registered(BOOK | {"trangThai": standing}))
        assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, Doubt.BAD_ANSWER)


async def test_a_business_whose_standing_is_not_listed_is_never_valid() -> None:
    firm = Business(EnterpriseCode.parse("9990000001"), "Công ty Thử")
    main = {"ENTERPRISE_GDT_CODE": "9990000001", "NAME": "Công ty Thử", "FOUNDING_DATE": "15/06/2019"}

    async def told(count: int = 1, **changes: Any) -> Holding:
        body = {"DataCount": count, "Status": "1", "Message": "success", "Data": {"MainInformation": main | changes}}
        return await _told("business_registration", "enterprise_registration", body, subject=firm)

    assert (await told(ENTERPRISE_STATUS="Đang hoạt động")).state is State.VALID
    assert (await told(ENTERPRISE_STATUS="Đã bị thu hồi")).state is State.REVOKED
    assert (await told(ENTERPRISE_STATUS="Đang hoạt động", FOUNDING_DATE=None)).state is State.INCOMPLETE
    for doubtful in ({"ENTERPRISE_STATUS": "Không hoạt động"}, {}, {"ENTERPRISE_STATUS": "Đang hoạt động", "count": 0}):
        assert (await told(**doubtful)).doubt is Doubt.BAD_ANSWER


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("procedure_settlement", _settled(ROW, failed=True)),
        ("procedure_settlement", _but(_settled(ROW), "failed")),
        ("procedure_settlement", _settled(failed=True)),
        ("procedure_settlement", _settled(ROW, total=0)),
        ("procedure_settlement", _settled(ROW, ROW | {"Ma": "2"}, total=1)),
        ("procedure_settlement", _settled(_but(ROW, "MaGiayTo"), total=0)),
        ("civil_status", _registered(BIRTH, errorCode="500")),
        ("civil_status", {"status": 0, "errorCode": "201", "value": [BIRTH]}),
        ("civil_status", {"status": 1, "errorCode": "201", "value": []}),
        ("civil_status", {"error": "no route"}),
    ],
)
async def test_an_envelope_that_contradicts_itself_is_neither_held_nor_absent(source: str, body: Any) -> None:
    told = await _told(source, "birth_certificate", body)
    assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, Doubt.BAD_ANSWER)


async def test_a_book_beside_an_error_code_is_not_held() -> None:
    for code in ("500", "404"):
        told = await _told("insurance", "social_insurance_record", {"status": 1, "errorCode": code, "value": BOOK})
        assert told.doubt is Doubt.BAD_ANSWER


async def test_a_card_whose_answer_says_ended_is_expired_whatever_its_days_say() -> None:
    assert (await _told("insurance", "health_insurance_card", CARD | {"maKetQua": "010"})).state is State.EXPIRED


@pytest.mark.parametrize("told_as", ["lacking", None, "", " ", [], "anything"])
@pytest.mark.parametrize(
    ("source", "field"),
    [
        ("civil_status", "loai"),
        ("procedure_settlement", "MaGiayTo"),
        ("procedure_settlement", "TrangThaiSoHoa"),
        ("procedure_settlement", "AnGiayTo"),
    ],
)
async def test_an_own_record_that_does_not_say_what_it_is_is_no_absence(source: str, field: str, told_as: Any) -> None:
    if (field, told_as) == ("MaGiayTo", "anything"):
        pytest.skip("a result code of another paper is one")
    answer, record = (_registered, BIRTH) if source == "civil_status" else (_settled, ROW)
    body = answer(_but(record, field) if told_as == "lacking" else record | {field: told_as})
    told = await _told(source, "birth_certificate", body)
    assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, Doubt.BAD_ANSWER)


async def test_a_record_of_a_kind_that_is_known_is_still_absence_of_another() -> None:
    assert (await _told("civil_status", "marriage_certificate", _registered(BIRTH))).outcome is Outcome.ABSENT
    for away in ({"TrangThaiSoHoa": "1"}, {"TrangThaiSoHoa": "3"}, {"AnGiayTo": True}, {"MaGiayTo": "KQ.G10.001147"}):
        assert (await _told("procedure_settlement", "birth_certificate", _settled(ROW | away))).outcome is Outcome.ABSENT


@pytest.mark.parametrize("lacking", [("nksHoTen",), ("nksNgaySinh",), ("nksHoTen", "nksNgaySinh")])
async def test_a_number_without_the_name_or_birth_date_asked_about_is_not_enough(lacking: tuple[str, ...]) -> None:
    for body in (_registered(_but(BIRTH, *lacking)), _registered(BIRTH | dict.fromkeys(lacking))):
        told = await _told("civil_status", "birth_certificate", body)
        assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, Doubt.BAD_ANSWER)


async def test_a_book_without_its_state_is_no_absence() -> None:
    body = {"status": 1, "errorCode": "", "value": _but(BOOK, "trangThai")}
    assert (await _told("insurance", "social_insurance_record", body)).doubt is Doubt.BAD_ANSWER
