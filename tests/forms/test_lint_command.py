"""`reuse-gateway lint`: offline, with file, line and column; exit codes for pipelines; what --fix writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from typer.testing import CliRunner, Result

from reuse_gateway.cli.lint import lint
from reuse_gateway.domain.errors import FactsError, InvalidInput, MalformedBody, TooLarge, UnknownProcedure
from reuse_gateway.exports.json_places import places
from tests.forms.bench import form, paper, typed
from tests.forms.sarif import ESSENTIALS

FORMS = Path(__file__).parent / "definitions"
NAMED = ("--dialect", "formio", "--procedure", "1.001193")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path / "home"))


def run(*arguments: str | Path) -> Result:
    import typer

    app = typer.Typer()
    app.command()(lint)
    return CliRunner().invoke(app, [str(each) for each in arguments])


def written(folder: Path, definition: Any, name: str = "form.json", indent: Any = 2) -> Path:
    path = folder / name
    path.write_text(json.dumps(definition, ensure_ascii=False, indent=indent), encoding="utf-8")
    return path


def test_findings_are_told_with_file_line_and_column_in_both_languages(tmp_path: Path) -> None:
    path = written(tmp_path, form(typed("x", "Ghi chú"), paper("so", "Sổ hộ khẩu")))
    result = run(path, *NAMED)
    assert result.exit_code == 1
    line = path.read_text(encoding="utf-8").split("\n").index('      "type": "file",')
    assert f"{path}:{line}:5: error [abolished_paper] so: " in result.output
    assert "may not be demanded" in result.output
    assert "Căn cứ: khoản 2 Điều 14" in result.output


def test_a_good_form_exits_0_and_warnings_fail_only_where_asked(tmp_path: Path) -> None:
    assert run(written(tmp_path, form(paper("x", "Tờ khai đăng ký khai sinh"))), *NAMED).exit_code == 0
    warned = written(tmp_path, form(typed("id", "Số định danh cá nhân"), typed("n", "Họ và tên")))
    assert run(warned, *NAMED).exit_code == 0
    assert run(warned, *NAMED, "--fail-on", "warning").exit_code == 1


def test_json_is_what_the_api_answers(tmp_path: Path) -> None:
    told = json.loads(run(written(tmp_path, form(paper("so", "Sổ hộ khẩu"))), *NAMED, "--json").output)
    assert told["findings"][0]["rule"] == "abolished_paper"
    assert told["findings"][0]["legal_basis"][0]["code"] == "ND-104-2022"
    assert told["findings"][0]["fix"] == told["patch"]


def test_sarif_of_several_forms_is_one_run_with_places(tmp_path: Path) -> None:
    first, second = (
        written(tmp_path, form(paper("so", "Sổ hộ khẩu"))),
        written(tmp_path, form(paper("b", "Thẻ căn cước")), "b.json"),
    )
    result = run(first, second, *NAMED, "--format", "sarif")
    told = json.loads(result.output)
    jsonschema_rs.validate(ESSENTIALS, told)
    found = told["runs"][0]["results"]
    assert [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in found] == [
        first.as_posix(),
        second.as_posix(),
    ]
    assert found[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 4, "startColumn": 5}


def test_sarif_names_a_file_by_an_address_whatever_it_is_called(tmp_path: Path) -> None:
    """SARIF 3.4.3: a URI reference, in which neither a space nor a letter beyond ASCII may stand."""
    path = written(tmp_path, form(paper("so", "Sổ hộ khẩu")), "đăng ký #1 50%.json")
    told = json.loads(run(path, *NAMED, "--format", "sarif").output)
    uri = told["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.endswith("/%C4%91%C4%83ng%20k%C3%BD%20%231%2050%25.json")
    assert set(told["runs"][0]["properties"]["patch"]) == {uri}


def test_fix_mends_in_place_and_keeps_the_indent(tmp_path: Path) -> None:
    path = written(tmp_path, form(paper("so", "Sổ hộ khẩu")), indent="\t")
    assert run(path, *NAMED, "--fix").exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert '\n\t"components"' in text
    assert '"validateWhenHidden": true' in text
    assert "Sổ hộ khẩu" in text
    assert run(path, *NAMED).exit_code == 0


def test_fix_elsewhere_leaves_the_form_as_it_was(tmp_path: Path) -> None:
    path = written(tmp_path, form(paper("so", "Sổ hộ khẩu")))
    before = path.read_bytes()
    assert run(path, *NAMED, "--fix", "--out", tmp_path / "out.json").exit_code == 0
    assert path.read_bytes() == before
    assert run(tmp_path / "out.json", *NAMED).exit_code == 0


def test_what_no_operation_can_mend_still_exits_1(tmp_path: Path) -> None:
    odd = form(paper("so", "Sổ hộ khẩu"), paper("y", "Tệp", properties={"evidenceType": "nothing_such"}))
    path = written(tmp_path, odd)
    result = run(path, *NAMED, "--fix")
    assert result.exit_code == 1
    assert "còn 1 lỗi" in result.output


def test_a_binding_file_beside_the_form_says_everything(tmp_path: Path) -> None:
    path = written(tmp_path, form(paper("x", "Tệp 1")))
    told = 'dialect: formio\nprocedure: "1.001193"\nfields:\n  x: {evidence_type: [id_card, passport], role: applicant}\n'
    (tmp_path / "form.bindings.yaml").write_text(told, encoding="utf-8")
    assert "[replaceable_paper] x" in run(path).output
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"dialect": "formio", "procedure": "1.001193", "fields": {"x": "none"}}), encoding="utf-8")
    assert run(path, "--bindings", other).exit_code == 0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fields: {x: 3.5}", "x"),
        ("field: {}", "field"),
        ("fields: [a]", "fields"),
        ("fields: {x: {role: child}}", "evidence_type"),
    ],
)
def test_a_binding_file_that_cannot_be_read_is_told_by_key(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "form.bindings.yaml").write_text(text, encoding="utf-8")
    error = run(written(tmp_path, form()), *NAMED).exception
    assert isinstance(error, FactsError)
    assert problem in str(error)


def test_wrong_usage_exits_2(tmp_path: Path) -> None:
    path = written(tmp_path, form(paper("so", "Sổ hộ khẩu")))
    assert run(path).exit_code == 2
    assert run(path, "--dialect", "formio").exit_code == 2
    assert run(path, "--dialect", "formio", "--procedure", "khai sinh").exit_code == 2
    assert run(path, *NAMED, "--out", tmp_path / "x.json").exit_code == 2
    assert run(tmp_path / "none.json", *NAMED).exit_code == 2


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"\xff", MalformedBody), (b"{", MalformedBody), (b'{"a": 1, "a": 2}', MalformedBody), (b"[" * 5_000, MalformedBody),
     (b" " * 8_400_000, TooLarge)],
)  # fmt: skip
def test_files_that_are_no_definition_are_refused_by_what_is_wrong(tmp_path: Path, content: bytes, error: type) -> None:
    path = tmp_path / "form.json"
    path.write_bytes(content)
    assert isinstance(run(path, *NAMED).exception, error)


def test_what_is_not_known_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, form())
    assert isinstance(run(path, "--dialect", "word", "--procedure", "1.001193").exception, InvalidInput)
    assert isinstance(run(path, "--dialect", "formio", "--procedure", "9.999999").exception, UnknownProcedure)
    assert isinstance(run(path, *NAMED, "--as-of", "1990-01-01").exception, InvalidInput)


@pytest.mark.parametrize("indent", [None, 1, "\t"])
def test_every_value_of_a_form_has_a_place_in_its_text(indent: Any) -> None:
    given = json.loads((FORMS / "thuong-tru.json").read_text(encoding="utf-8")) | {'a"\\/~b': [{}, [], "{[,:]}", -1.5e3, None]}
    text = json.dumps(given, ensure_ascii=False, indent=indent)
    found = places(text)
    lines = text.split("\n")
    waiting: list[tuple[str, Any]] = [("", given)]
    while waiting:
        pointer, value = waiting.pop()
        line, column = found.pop(pointer)
        assert lines[line - 1][column - 1] == json.dumps(value, ensure_ascii=False)[0]
        if isinstance(value, dict):
            waiting += [(f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", each) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{index}", each) for index, each in enumerate(value)]
    assert found == {}
