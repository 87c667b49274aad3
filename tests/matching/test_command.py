"""`catalogue match` answers NDJSON line by line in the same order, and explains itself to people."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from reuse_gateway.cli.catalogue import app
from reuse_gateway.domain.errors import MalformedBody, TooLarge


def run(*words: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(app, ["match", *words], input=stdin)


def test_rows_are_answered_in_their_order_as_the_contract_says() -> None:
    rows = [
        {"id": "b", "procedure": "1.001193", "case": "", "text": "Bản sao Giấy khai sinh"},
        {"id": "a", "procedure": "", "case": "* Lưu ý", "text": "Giấy tờ bị tẩy xóa thì không được sử dụng"},
        {"id": "c", "text": ""},
        {"text": "Giấy\ud800 lạ"},
    ]
    result = run("--json", stdin="\n".join(map(json.dumps, rows)) + "\n\n")
    assert result.exit_code == 0, result.output
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["b", "a", "c", ""]
    told = ("birth_certificate", False, False, 1.0)
    assert set(answers[0]) == {"id", "kind", "evidence_types", "substitution", "original", "score"}
    assert (*answers[0]["evidence_types"], *(answers[0][name] for name in ("substitution", "original", "score"))) == told
    assert answers[1]["kind"] == "note"


@pytest.mark.parametrize(
    "stdin",
    [
        "not json",
        "[1]",
        '{"id": "a"}',
        '{"text": null}',
        '{"id": ' + "9" * 5_000 + "}",
        '{"text": 1}',
        '{"id": "x"}\n{',
        b"\xff\xfe",
    ],
)
def test_what_is_not_ndjson_is_refused_with_its_line(stdin: str | bytes) -> None:
    result = run("--json", stdin=stdin)
    assert isinstance(result.exception, MalformedBody)
    assert "line " in str(result.exception)


def test_a_line_without_end_is_refused() -> None:
    assert isinstance(run("--json", stdin='{"text": "' + "a" * 1_100_000).exception, TooLarge)


def test_a_person_is_told_what_matched_what() -> None:
    result = run("--explain", "Đơn đề nghị cấp hộ chiếu; bản sao giấy khai sinh của con")
    assert result.exit_code == 0, result.output
    assert "demanded: “giấy khai sinh” -> birth_certificate of child" in result.stdout
    assert "only mentioned: “hộ chiếu” -> passport" in result.stdout


def test_an_unsure_row_exits_1_with_suggestions() -> None:
    result = run("--explain", "Giấi khai sinh")
    assert result.exit_code == 1
    assert "birth_certificate" in result.stdout


def test_the_explanation_is_there_for_machines_too() -> None:
    answer = json.loads(run("--json", "--explain", "Hộ chiếu hoặc thẻ tạm trú").stdout)
    assert answer["any_of"] == [["passport"], ["foreigner_residence_card"]]
    assert {each["standing"] for each in answer["matched"]} == {"demanded"}
