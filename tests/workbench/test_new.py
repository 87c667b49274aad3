"""`connector new` writes what passes at once: every protocol, every way to sign in, every envelope, OpenAPI documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reuse_gateway.cli import connector

pytestmark = pytest.mark.acceptance
_COMPONENT = {
    "type": "object",
    "properties": {
        "soCCCD": {"type": "string"},
        "hoTen": {"type": "string"},
        "ngaySinh": {"type": "string", "example": "14/05/1990"},
        "soHieu": {"type": "string"},
        "ngayCap": {"type": "string", "format": "date"},
        "ngayHetHan": {"type": "string", "example": "20300131"},
        "trangThai": {"type": "string", "enum": ["HIEU_LUC", "THU_HOI"]},
        "hoTenMe": {"type": "string"},
    },
}
_RECORD = {"$ref": "#/components/schemas/ChungChi"}
_PAGE = {
    "allOf": [{"type": "object", "properties": {"errorCode": {"type": "string", "enum": ["0", "99"]}}}],
    "properties": {"payload": {"type": "object", "properties": {"items": {"type": "array", "items": _RECORD}}}},
}


def document(answer: dict[str, Any], method: str = "post", path: str = "/v1/chung-chi", **operation: Any) -> dict[str, Any]:
    """An OpenAPI document of one operation, `search`."""
    facts = {"operationId": "search", "responses": {"200": {"content": {"application/json": {"schema": answer}}}}}
    spec = {"openapi": "3.0.3", "paths": {path: {method: facts | operation}}}
    return spec | {"components": {"schemas": {"ChungChi": _COMPONENT}}}


def body(**properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


ASKED = body(soDinhDanh={"type": "string"}, hoTen={"type": "string"}, ngaySinh={"type": "string", "example": "14/05/1990"})


def made(folder: Path, name: str, *words: str) -> Any:
    (folder / "sources").mkdir(exist_ok=True)
    told = CliRunner().invoke(connector.app, ["new", name, "--connectors", str(folder / "sources"), "--json", *words])
    return told


def good(told: Any) -> dict[str, Any]:
    assert told.exit_code == 0, told.output + str(told.exception)
    facts = json.loads(told.output)
    assert (facts["errors"], facts["failed"]) == (0, 0)
    assert facts["passed"] > 5
    return facts


def text_of(folder: Path, name: str) -> str:
    return (folder / "sources" / "provincial" / f"{name}.yaml").read_text("utf-8")


def drawn(folder: Path, spec: Any, *words: str) -> Any:
    file = folder / "spec.json"
    file.write_text(spec if isinstance(spec, str) else json.dumps(spec), "utf-8")
    return made(folder, "drawn", "--paper", "diploma", "--from-openapi", str(file), "--operation", "search", *words)


def test_where_nobody_can_be_asked_which_papers_nothing_is_invented(tmp_path: Path) -> None:
    told = made(tmp_path, "unasked")
    assert told.exit_code == 2
    assert not list((tmp_path / "sources").rglob("unasked*"))


@pytest.mark.parametrize(
    "auth", ["none", "api_key", "bearer", "oauth2_client_credentials", "login_session", "digest_timestamp"]
)
def test_every_way_to_sign_in_passes_at_once(auth: str, tmp_path: Path) -> None:
    good(made(tmp_path, "fresh", "--auth", auth, "--paper", "diploma"))


@pytest.mark.parametrize("protocol", ["session_rpc", "soap_xml", "sql_view", "file_drop"])
def test_every_protocol_passes_at_once_with_two_papers(protocol: str, tmp_path: Path) -> None:
    good(made(tmp_path, "fresh", "--protocol", protocol, "--paper", "diploma", "--paper", "training_certificate"))


@pytest.mark.parametrize("envelope", ["error_code", "succeeded", "status_code"])
def test_every_envelope_passes_at_once(envelope: str, tmp_path: Path) -> None:
    good(made(tmp_path, "fresh", "--envelope", envelope, "--paper", "diploma"))


def test_a_business_source_passes_at_once(tmp_path: Path) -> None:
    good(made(tmp_path, "fresh", "--subject", "business", "--paper", "tax_registration"))


def test_a_draft_names_its_schema_and_marks_what_is_assumed(tmp_path: Path) -> None:
    good(made(tmp_path, "fresh", "--paper", "diploma"))
    lines = text_of(tmp_path, "fresh").splitlines()
    assert lines[0] == "# yaml-language-server: $schema=../manifest.schema.json"
    assert "verified: false" in text_of(tmp_path, "fresh")
    assert any("# assumed" in line for line in lines)
    assert len(lines) <= 150


@pytest.mark.parametrize(
    "words",
    [
        ("Fresh", "--paper", "diploma"),
        ("fresh", "--paper", "no_such_paper"),
        ("fresh", "--paper", "diploma", "--auth", "guess"),
        ("fresh", "--paper", "diploma", "--protocol", "session_rpc", "--auth", "none"),
        ("fresh", "--paper", "diploma", "--protocol", "sql_view", "--auth", "bearer"),
        ("fresh", "--paper", "diploma", "--envelope", "brown"),
        ("fresh", "--paper", "diploma", "--basis", "ND-0-0000"),
    ],
)
def test_what_cannot_be_is_refused_or_red(words: tuple[str, ...], tmp_path: Path) -> None:
    assert made(tmp_path, *words).exit_code != 0


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    good(made(tmp_path, "fresh", "--paper", "diploma"))
    before = text_of(tmp_path, "fresh")
    assert made(tmp_path, "fresh", "--paper", "passport").exit_code != 0
    assert text_of(tmp_path, "fresh") == before


def test_an_openapi_document_gives_request_envelope_owner_and_fields(tmp_path: Path) -> None:
    good(drawn(tmp_path, document(_PAGE, **ASKED)))
    text = text_of(tmp_path, "drawn")
    for line in (
        "path: /v1/chung-chi",
        'soDinhDanh: "{subject.number}", hoTen: "{subject.full_name}", ngaySinh: "{subject.birth_date|ddmmyyyy}"',
        "needs: [personal_id, full_name, birth_date]",
        '{path: errorCode, equals: "0"}',
        'records: "payload.items"',
        "number: [soCCCD], full_name: [hoTen], birth_date: {path: ngaySinh, format: dd/MM/yyyy}",
        "issued_on: {path: ngayCap, format: yyyy-MM-dd}",
        "expires_on: {path: ngayHetHan, format: yyyyMMdd}",
        '{path: trangThai, equals: "THU_HOI"}, then: revoked',
    ):
        assert line in text, line
    assert "hoTenMe" not in text


def test_a_get_with_the_number_in_its_path_is_understood(tmp_path: Path) -> None:
    inside = [{"name": "cccd", "in": "path", "required": True, "schema": {"type": "string"}}]
    good(drawn(tmp_path, document(_PAGE, "get", "/v1/{cccd}/chung-chi", parameters=inside)))
    assert 'path: "/v1/{subject.number}/chung-chi"' in text_of(tmp_path, "drawn")


def test_a_bare_list_is_absent_only_where_it_is_a_list(tmp_path: Path) -> None:
    asked = [{"name": "soDinhDanh", "in": "query", "required": True, "schema": {"type": "string"}}]
    good(drawn(tmp_path, document({"type": "array", "items": _RECORD}, "get", parameters=asked)))
    assert '{path: type(@), equals: "array"}' in text_of(tmp_path, "drawn")


def test_what_nobody_can_tell_is_left_open_and_said(tmp_path: Path) -> None:
    strange = {**_COMPONENT["properties"], "trangThai": {"type": "string", "enum": ["HIEU_LUC", "XYZ"]}}
    answer = {
        "type": "object",
        "properties": {"status": {"type": "integer"}, "data": {"type": "array", "items": {"properties": strange}}},
    }
    asked = body(soDinhDanh={"type": "string"}, loaiTraCuu={"type": "string"})
    told = drawn(tmp_path, document(answer, **asked))
    left = good(told)["left"]
    assert any("loaiTraCuu" in each for each in left)
    assert any("XYZ" in each for each in left)
    assert text_of(tmp_path, "drawn").count("# open:") == len(left)


@pytest.mark.parametrize(
    "spec",
    [
        "no document",
        {"swagger": "2.0", "paths": {}},
        document({"type": "object", "properties": {"data": {"type": "string"}}}),
        document({"type": "object", "properties": {"data": {"type": "array", "items": _RECORD}}}, **ASKED),
        document(_PAGE, operationId="other"),
        document(_PAGE, method="delete"),
        document({"$ref": "#/components/schemas/Circle"})
        | {"components": {"schemas": {"Circle": {"$ref": "#/components/schemas/Circle"}}}},
    ],
    ids=["no json", "swagger 2", "no owner", "nothing says ok", "other operation", "other method", "circle"],
)
def test_a_document_that_does_not_say_enough_is_refused_and_nothing_written(spec: Any, tmp_path: Path) -> None:
    assert drawn(tmp_path, spec).exit_code != 0
    assert not (tmp_path / "sources" / "provincial").exists()
