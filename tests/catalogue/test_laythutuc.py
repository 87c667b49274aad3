"""The portal's shape is read as it really comes; what is odd is told, what is unusable left out, words never guessed at."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest

from reuse_gateway.domain.errors import MalformedBody, TooLarge
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.domain.procedure import Mode, Requirement

from .conftest import DAY
from .published import as_lines, as_list, paper, procedure, read, whys

ONE = procedure()


@pytest.mark.parametrize(
    "raw",
    [
        as_lines(ONE),
        as_list(ONE),
        b"\xef\xbb\xbf" + as_lines(ONE),
        json.dumps(ONE, indent=2).encode(),
        as_lines({"error_code": "0", "result": [ONE]}),
        as_lines({"result": ONE}),
        as_lines({"message": json.dumps({"result": [ONE]})}),
        as_lines({"message": json.dumps([ONE])}),
    ],
)
def test_lines_lists_and_the_portals_envelopes_say_the_same(vocabulary: Vocabulary, raw: bytes) -> None:
    found = read(raw, vocabulary)
    assert [each.version for each in found] == [read(ONE, vocabulary)[0].version]


def test_a_procedure_is_kept_untied_with_its_words(vocabulary: Vocabulary) -> None:
    version = read(procedure("9.000001.000.00.00.H41", paper("Giấy xác nhận lạ", MAGIAYTO="G1")), vocabulary)[0].version
    assert version is not None
    assert (version.code, version.tied, version.verified, version.valid_from) == ("9.000001", False, False, DAY)
    assert (version.level, version.field, version.result_codes) == ("commune", "Thử nghiệm", ("KQ.X99.000001",))
    row = version.requirements(None)[0]
    assert (row.ref, row.label, row.any_of) == ("G1", "Giấy xác nhận lạ", ())


@pytest.mark.parametrize("label", ["Giấy chứng sinh", "GIẤY CHỨNG SINH", "  Giấy  chứng sinh "])
def test_a_name_that_agrees_to_the_letter_is_tied(vocabulary: Vocabulary, label: str) -> None:
    found = read(procedure("9.000001", paper(label)), vocabulary)[0]
    assert found.tied == 1
    assert found.version.requirements(None)[0].any_of == (("birth_notice",),)


def row_of(vocabulary: Vocabulary, label: str, case: str = "", **fields: str) -> Requirement:
    """The only row of a dossier."""
    cases = [{"TRUONGHOP": case, "GIAYTO": [paper(label, **fields)]}]
    return read(procedure(THANHPHANHOSO=cases), vocabulary)[0].version.requirements(None)[0]


@pytest.mark.parametrize("label", ["Giấy chung sinhh", "Các giấy tờ khác có liên quan", "Hợp đồng thuê nhà", "Xyz; hộ"])
def test_a_row_that_names_no_paper_surely_is_not_tied(vocabulary: Vocabulary, label: str) -> None:
    assert row_of(vocabulary, label).any_of == ()


def test_a_row_that_surely_names_papers_is_tied_with_all_it_says(vocabulary: Vocabulary) -> None:
    label = "Bản chính hộ chiếu hoặc thẻ tạm trú của con (trường hợp chưa khai thác được dữ liệu)"
    row = row_of(vocabulary, label)
    assert row.any_of == (("passport",), ("foreigner_residence_card",))
    assert (row.role, row.original, row.mode, row.substitution_wording) == ("child", True, Mode.SUBMIT, True)
    assert row_of(vocabulary, "Hộ chiếu", "Giấy tờ phải xuất trình").mode is Mode.PRESENT


def test_a_note_is_kept_as_a_row_that_decides_nothing(vocabulary: Vocabulary) -> None:
    row = row_of(vocabulary, "Lưu ý: giấy khai sinh phải còn nguyên vẹn")
    assert (row.any_of, row.original) == ((), False)


@pytest.mark.parametrize("labels", [("Tờ khai theo mẫu", "Bản sao giấy khai sinh"), ("Tờ khai theo mẫu", "Xyz"), ()])
def test_a_dossier_read_by_machine_proves_nothing_about_what_is_outside_it(
    vocabulary: Vocabulary, labels: tuple[str, ...]
) -> None:
    found = read(procedure("9.000001", *map(paper, labels)) if labels else procedure(THANHPHANHOSO=[]), vocabulary)[0]
    assert found.version.tied is False


def test_a_replacing_result_ties_the_row(vocabulary: Vocabulary) -> None:
    found = read(procedure("9.000001", paper("Giấy tờ A", MA_KQ_THAYTHE="KQ.G15.000031")), vocabulary)[0]
    assert found.version.requirements(None)[0].any_of == (("birth_certificate",),)


@pytest.mark.parametrize(
    ("fields", "components"),
    [
        ({"THANHPHANHOSO": []}, 0),
        ({"THANHPHANHOSO": None, "KETQUATHUCHIEN": "", "CAPTHUCHIEN": None, "LINHVUCTHUCHIEN": []}, 0),
        ({"THANHPHANHOSO": {"TRUONGHOP": "A", "GIAYTO": paper()}}, 1),
        ({"THANHPHANHOSO": [{"TRUONGHOP": "A", "GIAYTO": [paper("a")]}, {"TRUONGHOP": "B", "GIAYTO": [paper("a")]}]}, 2),
        ({"KETQUATHUCHIEN": {"MAKETQUA": "KQ.X99.000001"}, "CAPTHUCHIEN": 3, "LINHVUCTHUCHIEN": "Đất đai"}, 1),
        ({"THANHPHANHOSO": [{"GIAYTO": [paper("a"), paper("a")]}]}, 2),
    ],
)
def test_lists_may_be_empty_missing_or_a_single_object(vocabulary: Vocabulary, fields: dict[str, Any], components: int) -> None:
    found = read(procedure(**fields), vocabulary)[0]
    assert (found.components, whys(found)) == (components, [])


def test_rows_of_a_case_named_twice_stay_together_under_that_name(vocabulary: Vocabulary) -> None:
    cases = [{"TRUONGHOP": "A", "GIAYTO": [paper("a")]}, {"TRUONGHOP": "A", "GIAYTO": [paper("b")]}]
    found = read(procedure(THANHPHANHOSO=cases), vocabulary)[0]
    assert [row.label for row in found.version.requirements("A")] == ["a", "b"]
    assert whys(found) == ["case_named_twice"]


def test_refs_stay_unique_where_the_portal_repeats_its_codes(vocabulary: Vocabulary) -> None:
    papers = [paper("a", MAGIAYTO="G1"), paper("a", MAGIAYTO="G1"), paper("b", MAGIAYTO="G1"), paper("b")]
    found = read(procedure("9.000001", *papers), vocabulary)[0]
    assert [row.ref for row in found.version.requirements(None)] == ["G1", "c1r3", "c1r4"]
    assert whys(found) == ["paper_listed_twice", "paper_code_used_twice"]


@pytest.mark.parametrize(
    ("name", "why", "kept"),
    [
        (unicodedata.normalize("NFD", "Giấy lạ"), "not_nfc", "Giấy lạ"),
        ("Giáº¥y chá»©ng sinh", "mojibake", "Giáº¥y chá»©ng sinh"),
        ("Giấy\u202elạ", "text_direction_mark", "Giấy\u202elạ"),
        ("Giấy\x00 lạ", "control_character", "Giấy lạ"),
        ("Giấy \ud800lạ", "lone_surrogate", "Giấy lạ"),
        ("ắ" * 20_000, "too_long", "ắ" * 10_000),
        ("", "empty_name", None),
        (" \t ", "empty_name", None),
        ({"a": 1}, "not_text", None),
    ],
)
def test_odd_names_are_told_and_kept_as_far_as_a_store_takes_them(
    vocabulary: Vocabulary, name: Any, why: str, kept: str
) -> None:
    raw = json.dumps(procedure("9.000001", paper("a"), paper(name))).encode()
    found = read(raw, vocabulary)[0]
    assert why in whys(found)
    assert found.troubles[0].field == "THANHPHANHOSO.0.GIAYTO.1.TENGIAYTO"
    assert [row.label for row in found.version.requirements(None)][1:] == ([kept] if kept else [])


@pytest.mark.parametrize("count", ["", "0", "2", 2, None, "01"])
def test_counts_come_as_strings_numbers_or_not_at_all(vocabulary: Vocabulary, count: Any) -> None:
    assert whys(read(procedure("9.000001", paper(SOBANCHINH=count)), vocabulary)[0]) == []


@pytest.mark.parametrize("count", ["một", "1,5", "-1", [1]])
def test_counts_that_are_none_are_told(vocabulary: Vocabulary, count: Any) -> None:
    assert whys(read(procedure("9.000001", paper(SOBANSAO=count)), vocabulary)[0]) == ["not_a_count"]


@pytest.mark.parametrize("name", ["<b>Thủ tục</b>", "Thủ tục<script>x</script>", "Thủ tục &amp; x", "<!-- x --> y"])
def test_markup_in_a_name_is_told_and_kept_as_it_is(vocabulary: Vocabulary, name: str) -> None:
    found = read(procedure(TENTTHC=name), vocabulary)[0]
    assert whys(found) == ["markup"]
    assert found.version.name == name
    assert whys(read(procedure(TENTTHC="Mức < 5 triệu & > 1"), vocabulary)[0]) == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"CAPTHUCHIEN": [{"TEN": "Cấp xã"}]}, "name_missing"),
        ({"LINHVUCTHUCHIEN": [{}]}, "name_missing"),
        ({"KETQUATHUCHIEN": [{"MAKETQUA": 5}]}, "result_code_shape"),
        ({"KETQUATHUCHIEN": [{"MAKETQUA": "KQ G15 000031"}]}, "result_code_shape"),
        ({"KETQUATHUCHIEN": [{"TENKETQUA": "Giấy khai sinh"}]}, "name_missing"),
    ],
)
def test_what_a_list_does_not_name_is_told(vocabulary: Vocabulary, fields: dict[str, Any], why: str) -> None:
    assert whys(read(procedure(**fields), vocabulary)[0]) == [why]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("text", "not_an_object"),
        (None, "not_an_object"),
        ({}, "procedure_code_shape"),
        (procedure("1.19"), "procedure_code_shape"),
        (procedure(MATTHC=1.001193), "procedure_code_shape"),
        (procedure(TENTTHC=" "), "empty_name"),
        (procedure(TENTTHC=None), "empty_name"),
        (procedure(TRANGTHAI="0"), "not_public"),
        ({"message": "not JSON"}, "not_an_object"),
        ({"error_code": "1", "message": ""}, "not_an_object"),
    ],
)
def test_what_is_no_procedure_is_left_out_and_told(vocabulary: Vocabulary, row: Any, why: str) -> None:
    found = read(as_list(ONE, row, ONE), vocabulary)
    assert [each.version is None for each in found] == [False, True, False]
    assert why in whys(found[1])


@pytest.mark.parametrize("inner", ["x", None, 3])
def test_cases_and_papers_that_are_no_objects_are_told(vocabulary: Vocabulary, inner: Any) -> None:
    found = read(procedure(THANHPHANHOSO=[inner, {"GIAYTO": [inner or "y"]}]), vocabulary)[0]
    assert found.components == 0
    assert whys(found) == ["not_an_object"] * 2


def test_troubles_name_the_line(vocabulary: Vocabulary) -> None:
    found = read(as_lines(ONE, ONE, procedure(TENTTHC="")), vocabulary)
    assert [(t.line, t.code, t.field, t.why) for t in found[2].troubles] == [(3, "9.000001", "TENTTHC", "empty_name")]


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (as_lines(ONE, ONE) + b"\n{bad", 3),
        (b"[" + as_lines(ONE) + b",\n{bad}]", 2),
        (b"[" + as_lines(ONE), 1),
        (b"[" + as_lines(ONE) + b",]", 1),
        (b"[" + as_lines(ONE) + b"\n" + as_lines(ONE) + b"]", 2),
        (as_list(ONE) + b"\n\nx", 3),
        (b'{"a": NaN}', 1),
        (b'{"a": 1, "a": 2}', 1),
        (b'{}\n{"a": 1e999}', 2),
        (b'{}\n{"TRANGTHAI": ' + b"9" * 5_000 + b"}", 2),
        (b"[{},\n\n" + b"9" * 100_000 + b"]", 3),
        (b"\xff\xfe", 1),
        (b'{"a": "' + b"\xc3\x28" * 3 + b'"}', 1),
        (b"[" * 200_000, 1),
    ],
)
def test_a_file_that_is_not_json_is_refused_with_its_line(vocabulary: Vocabulary, raw: bytes, line: int | None) -> None:
    with pytest.raises(MalformedBody) as caught:
        read(raw, vocabulary)
    assert caught.value.facts.get("line") == line


def test_a_value_without_end_is_refused_before_memory_is_full(vocabulary: Vocabulary) -> None:
    with pytest.raises(TooLarge):
        read(b'{"a": "' + b"x" * 9_000_000, vocabulary)


def test_an_empty_file_holds_nothing(vocabulary: Vocabulary) -> None:
    assert read(b" \n", vocabulary) == read(b"[ ]", vocabulary) == []
