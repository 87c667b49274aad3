"""What `connector record` makes of days, of things that were asked about, and of rows; nobody else's is kept."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reuse_gateway.connectors.anonymous import anonymous, as_template, readable
from reuse_gateway.connectors.dates import read_day, read_partial
from reuse_gateway.connectors.masking import Masks
from reuse_gateway.connectors.pruning import prune
from reuse_gateway.connectors.sql_view import Rows
from reuse_gateway.domain.errors import CallerError
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, PartialDate, PersonalId
from reuse_gateway.simulation.facts import read_cases
from reuse_gateway.simulation.templates import render
from reuse_gateway.workbench.recording.editing import with_entry
from reuse_gateway.workbench.recording.rows import kept_rows

from .test_record import AN, BY_ID, PERSON, cases_of, folder, recorded

__all__ = ["folder"]
UNBORN = Citizen(PersonalId.parse(AN), "Nguyễn Văn An", None)
ASKED = (("plate", "51A-123.45"), ("certificate_no", "AA 01234567"), ("parcel", "16690/012/0345"))


def written(source: str, path: str, value: Any, subject: Any = PERSON) -> Any:
    return anonymous(BY_ID[source].lookups[0], subject, Masks(), ASKED)(path, value)


def test_a_day_in_milliseconds_is_nobodys_number() -> None:
    assert written("card_gateway", "gtTheDen", 1956502800000) == 1956502800000
    assert written("card_gateway", "gtTheDen", "1956502800000") == "1956502800000"
    assert written("card_gateway", "maKetQua", 1956502800000) == 9990009999001


@pytest.mark.parametrize("text", ["0791" + "90012345", "9", "31/02/2024"])
def test_what_cannot_be_a_day_is_not_kept_as_one(text: str) -> None:
    kept = written("immigration", "ngayCap", text)
    assert kept == ("999090999999" if len(text) == 12 else text)


@pytest.mark.parametrize(
    ("source", "path", "told", "slot"),
    [
        ("card_gateway", "ngaySinh", "14/05/1990", "${vn:birth_date}"),
        ("card_gateway", "ngaySinh", "1990", "${year:birth_date}"),
        ("poor_household", "ngay_sinh", "1990-05-14T00:00:00", "${iso:birth_date}T00:00:00"),
        ("portal_rpc", "namSinh", "1990", "${year:birth_date}"),
        ("portal_rpc", "thangSinh", "05", "${month:birth_date}"),
    ],
)
def test_a_birth_date_becomes_a_slot_in_its_own_spelling(source: str, path: str, told: str, slot: str) -> None:
    assert written(source, path, told) == slot
    assert written(source, path, told, UNBORN) == slot


@pytest.mark.parametrize(
    ("source", "path", "told"),
    [
        ("card_gateway", "ngaySinh", "02/03/1985"),
        ("poor_household", "ngay_sinh", "1985-03-02"),
        ("portal_rpc", "namSinh", "1985"),
        ("portal_rpc", "thangSinh", "3"),
    ],
)
def test_nobody_elses_birth_date_is_kept(source: str, path: str, told: str) -> None:
    kept = written(source, path, told)
    assert kept != told
    assert "$" not in kept


def test_the_simulation_spells_milliseconds_and_parts_as_registers_read_them() -> None:
    told = render("${epochms:day} ${epochs:day} ${month:day} ${day:day}", {"day": "1990-05-04"}, {}, date(2026, 1, 1)).split()
    assert read_day(told[0], "epoch_ms") == read_day(told[1], "epoch_s") == date(1990, 5, 4)
    assert told[2:] == ["5", "4"]
    assert read_partial(render("${epochms:day}", {"day": "1950"}, {}, date(2026, 1, 1)), "epoch_ms") == PartialDate(1950, 1, 1)


def test_a_slot_without_quotes_is_still_readable() -> None:
    text = as_template('{"a": "§number§${epochms:birth_date}", "b": "§number§${number}"}')
    assert text == '{"a": ${epochms:birth_date}, "b": ${raw:number}}'
    assert json.loads(readable(text)) == {"a": 0, "b": 0}


@pytest.mark.parametrize(
    ("source", "path", "told", "kept"),
    [
        ("vehicle", "bienSo", "51a12345", "${asked}"),
        ("vehicle", "bienSo", "51A-123.46", "99A-999.99"),
        ("land", "SoPhatHanh", "AA01234567", "${asked}"),
        ("land", "ThongTinThuaDat.MaXa", "16690", "${part1:asked}"),
        ("land", "ThongTinThuaDat.SoHieuBanDo", 12, "${part2:asked}"),
        ("land", "ThongTinThuaDat.SoThuTuThua", "0346", "9999"),
        ("vehicle_inspection", "bienSo", "51A-123.45", "${asked}"),
        ("vehicle", "message", "Không có xe 51A-123.45", "Không có xe ${asked}"),
    ],
)
def test_the_thing_asked_about_is_a_slot_and_any_other_is_nobodys(source: str, path: str, told: Any, kept: str) -> None:
    assert written(source, path, told) == kept


def test_the_number_under_which_a_thing_was_not_asked_for_is_not_kept() -> None:
    lookup = BY_ID["land"].lookups[0]
    rewrite = anonymous(lookup, PERSON, Masks(), [("parcel", "16690/012/0345")])
    assert rewrite("SoPhatHanh", "BK 7654321") == "${asked}"
    unasked = anonymous(BY_ID["vehicle_inspection"].lookups[0], PERSON, Masks(), [("certificate_no", "1")])
    assert unasked("bienSo", "51A-123.45") == "99A-999.99"


def test_a_household_told_about_its_code_names_its_owner_by_slots() -> None:
    body = {"HHCert": [{"MaSoHKD": "9990000001", "ChuHoKinhDoanh": {"ThongTinCaNhan": {"SoGiayChungThuc": "0790" + "85001234",
            "HoVaTen": "Ai Đó", "NgaySinh": "02/03/1985"}}}]}  # fmt: skip
    lookup, household = BY_ID["business_household"].lookups[0], Business(EnterpriseCode.parse("9990000001"), "Hộ Một")
    (record,) = json.loads(prune(lookup, json.dumps(body).encode(), anonymous(lookup, household, Masks())).text)["HHCert"]
    owner = {"SoGiayChungThuc": "${number}", "HoVaTen": "${full_name}", "NgaySinh": "${vn:birth_date}"}
    assert record == {"MaSoHKD": "${number}", "ChuHoKinhDoanh": {"ThongTinCaNhan": owner}}


def test_columns_nobody_reads_stay_out_and_everybody_gets_a_key_of_their_own() -> None:
    manifest = BY_ID["digitized_archive"]
    row = {"ma_chu": AN, "ma_ho_so": "H41.14-240101-0007", "ma_nguoi_nop": "0790" + "85001234", "ten_chu": "Nguyễn Văn An",
           "ma_ket_qua": "KQ.G15.000031", "ngay_cap": "20150212", "trang_thai": "2", "han_che": "0",
           "ghi_chu": "x"}  # fmt: skip
    lookup = manifest.lookups[0]
    (told,), dropped = kept_rows(manifest, lookup, Rows([row]), anonymous(lookup, PERSON, Masks()))
    assert dropped == ("ghi_chu",)
    assert told["MaHoSo"] == "${number}-1"
    assert told["MaNguoiNop"] == "999090999999"
    assert (told["MaChuGiayTo"], told["MaGiayToKetQua"], told["NgayCap"]) == ("${number}", "KQ.G15.000031", "20150212")


@pytest.mark.acceptance
def test_a_case_of_rows_says_what_it_means_and_others_keep_what_they_leaned_on(folder: Path) -> None:
    told = recorded(folder, "poor_household", "--subject", f"personal_id={AN}", "--case", "seen_in_life", "--yes")
    assert told.exit_code == 0, told.output
    facts = read_cases(cases_of(folder, "poor_household"))
    assert facts.means["seen_in_life"] == "valid"
    assert facts.table.cases["expired"].same_as == "valid"
    assert recorded(folder, "poor_household", "--subject", f"personal_id={AN}", "--yes").exit_code == 0
    facts = read_cases(cases_of(folder, "poor_household"))
    assert facts.table.cases["expired"].same_as == "scripted_valid"
    assert facts.means["scripted_valid"] == "valid"


@pytest.mark.acceptance
def test_an_answer_of_several_pages_is_not_cut_down_to_its_last_one(folder: Path) -> None:
    told = recorded(folder, "paged_dossiers", "--subject", f"personal_id={AN}", "--yes")
    assert told.exit_code != 0
    assert "several pages" in str(told.exception)


def test_a_mapping_on_one_line_can_be_edited_and_one_over_several_cannot() -> None:
    assert with_entry("a: {b: c, d: e}  # f\n", ("a",), "b", "x") == "a: {b: x, d: e}  # f\n"
    assert with_entry("a: {b: c}\n", ("a",), "d", "[1]") == "a: {b: c, d: [1]}\n"
    assert with_entry("a: {}\n", ("a",), "d", "1") == "a: {d: 1}\n"
    with pytest.raises(CallerError):
        with_entry("a: {b: c,\n  d: e}\n", ("a",), "b", "x")
