"""What an OpenAPI document says of signing in, success and nested bodies is drafted; what it does not say is left open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from reuse_gateway.simulation.asked import number_asked
from reuse_gateway.simulation.facts import Case, Route

from .test_new import _COMPONENT, _PAGE, ASKED, body, document, drawn, good, text_of

pytestmark = pytest.mark.acceptance
_HEADER = {"type": "apiKey", "in": "header", "name": "X-Khoa"}
_DESK = "https://api.so-y-te.example/v1/oauth/token"


def saying(schemes: dict[str, Any], security: Any = None, **more: Any) -> dict[str, Any]:
    """A document whose callers sign in so."""
    spec = document(_PAGE, **ASKED) | more
    spec["components"] = spec["components"] | {"securitySchemes": schemes}
    return spec | {"security": [{name: [] for name in schemes}] if security is None else security}


@pytest.mark.parametrize(
    ("scheme", "line"),
    [
        (_HEADER, "auth: {type: api_key, in: header, name: X-Khoa, key_name: DRAWN_API_KEY}"),
        (_HEADER | {"in": "query"}, "auth: {type: api_key, in: query, name: X-Khoa, key_name: DRAWN_API_KEY}"),
        ({"type": "http", "scheme": "bearer"}, "auth: {type: bearer, token_name: DRAWN_BEARER_TOKEN}"),
        ({"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/oauth/token"}}}, "  token_path: /oauth/token"),
    ],
    ids=["header", "query", "bearer", "oauth2"],
)
def test_the_way_to_sign_in_is_the_documents(scheme: dict[str, Any], line: str, tmp_path: Path) -> None:
    told = good(drawn(tmp_path, saying({"khoa": scheme})))
    assert line in text_of(tmp_path, "drawn")
    assert not any("sign-in" in each for each in told["left"])


@pytest.mark.parametrize(
    ("scheme", "said"),
    [
        (_HEADER | {"in": "cookie"}, "(apiKey) is not drafted"),
        ({"type": "http", "scheme": "basic"}, "(basic) is not drafted"),
        ({"type": "openIdConnect"}, "(openIdConnect) is not drafted"),
        ({"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://sso.example/token"}}}, "another host"),
    ],
    ids=["cookie", "basic", "openid", "other host"],
)
def test_a_way_that_cannot_be_drafted_is_left_open(scheme: dict[str, Any], said: str, tmp_path: Path) -> None:
    left = good(drawn(tmp_path, saying({"khoa": scheme}, servers=[{"url": "https://api.so-y-te.example/v1"}])))["left"]
    assert any(said in each for each in left)


def test_a_token_desk_below_the_base_url_is_told_from_there(tmp_path: Path) -> None:
    scheme = {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": _DESK}}}
    good(drawn(tmp_path, saying({"khoa": scheme}, servers=[{"url": "https://api.so-y-te.example/v1"}])))
    assert "  token_path: /oauth/token" in text_of(tmp_path, "drawn")


def test_an_operation_that_names_nobody_needs_nobody(tmp_path: Path) -> None:
    left = good(drawn(tmp_path, saying({"khoa": _HEADER}, security=[])))["left"]
    assert "auth: {type: none}" in text_of(tmp_path, "drawn")
    assert any("nobody need sign in" in each for each in left)


def test_the_author_knows_better_than_the_document(tmp_path: Path) -> None:
    good(drawn(tmp_path, saying({"khoa": _HEADER}), "--auth", "bearer"))
    assert "type: bearer" in text_of(tmp_path, "drawn")


@pytest.mark.parametrize(
    ("schema", "ok"),
    [
        ({"type": "string"}, "0"),
        ({"type": "integer"}, "0"),
        ({"type": "string", "enum": ["E01", "00"]}, "00"),
        ({"type": "string", "example": "000"}, "000"),
    ],
)
def test_a_code_of_errors_in_vietnamese_says_success_by_naming_none(schema: dict[str, Any], ok: str, tmp_path: Path) -> None:
    answer = {
        "type": "object",
        "properties": {"maLoi": schema, "duLieu": {"type": "array", "items": {"properties": _COMPONENT["properties"]}}},
    }
    good(drawn(tmp_path, document(answer, **ASKED)))
    assert f'{{path: maLoi, equals: "{ok}"}}' in text_of(tmp_path, "drawn")


def test_a_nested_body_is_drafted_nested(tmp_path: Path) -> None:
    person = {
        "type": "object",
        "properties": {"soDinhDanh": {"type": "string"}, "hoTen": {"type": "string"}},
        "required": ["soDinhDanh"],
    }
    good(drawn(tmp_path, document(_PAGE, **body(maDonVi={"type": "string"}, nguoi=person))))
    inside = 'nguoi: {soDinhDanh: "{subject.number}", hoTen: "{subject.full_name}"}'
    assert f'json: {{maDonVi: "{{purpose.agency}}", {inside}}}' in text_of(tmp_path, "drawn")
    cases = (tmp_path / "sources" / "provincial" / "drawn.cases.yaml").read_text("utf-8")
    assert "number: {json: nguoi.soDinhDanh}" in cases


def test_what_a_nested_body_wants_and_nobody_knows_is_left_open(tmp_path: Path) -> None:
    person = {"type": "object", "properties": {"soDinhDanh": {"type": "string"}, "loai": {"type": "string"}}}
    person["required"] = ["soDinhDanh", "loai"]
    left = good(drawn(tmp_path, document(_PAGE, **body(nguoi=person))))["left"]
    assert "request: nguoi.loai is required and means nothing to the gateway" in left


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ('{"nguoi": {"so": "1"}}', "1"),
        ('{"nguoi": [{"so": 1}]}', "1"),
        ('{"nguoi": [{"so": "1"}, {"so": "2"}]}', ""),
        ('{"nguoi": {"so": {}}}', ""),
        ('{"nguoi": null}', ""),
        ("[]", ""),
        ("<html>", ""),
    ],
)
async def test_the_number_asked_about_may_stand_below(sent: str, number: str) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": sent.encode(), "more_body": False}

    route = Route(method="POST", path="/x", number=[{"json": "nguoi.so"}], cases={"absent": Case(text="")})
    request = Request({"type": "http", "method": "POST", "headers": [], "query_string": b"", "path": "/x"}, receive)
    assert await number_asked(route, request) == number
