"""POST /v1/forms:lint: the contract's answer, SARIF by Accept, and what is refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jsonschema_rs
import pytest

from tests.api.conftest import House, catalogue, furnish, ring
from tests.forms.bench import form, paper
from tests.forms.sarif import ESSENTIALS

__all__ = ["catalogue", "ring"]
BOOK = form(paper("so", "Sổ hộ khẩu", validate={"required": True}))


@pytest.fixture
async def house(catalogue, ring) -> AsyncIterator[House]:
    built = House()
    await furnish(built, catalogue, ring)
    yield built
    await built.client.aclose()


async def lint(house: House, query: str = "dialect=formio", client: str = "demo-forms", accept: str = "*/*", **changes: Any):
    body = {"procedure": "1.001193", "definition": BOOK} | changes
    headers = await house.headers(client) | {"accept": accept}
    return await house.client.post(f"/v1/forms:lint?{query}", json=body, headers=headers)


async def test_the_answer_is_the_contracts(house: House) -> None:
    answer = await lint(house, procedure="1.001193.000.00.00.H41")
    assert answer.status_code == 200
    (told,) = answer.json()["findings"]
    assert (told["rule"], told["level"], told["pointer"], told["field"]) == ("abolished_paper", "error", "/components/0", "so")
    assert told["evidence_type"] == "household_book"
    assert told["message"].keys() == {"vi", "en"}
    assert told["legal_basis"][0]["code"] == "ND-104-2022"
    assert told["fix"] == answer.json()["patch"]
    assert told["fix"][0] == {"op": "test", "path": "/components/0/key", "value": "so"}


async def test_a_good_form_gives_an_empty_list(house: House) -> None:
    answer = (await lint(house, definition=form(paper("x", "Tờ khai đăng ký khai sinh")))).json()
    assert (answer["findings"], answer["patch"]) == ([], [])


async def test_nothing_is_recorded_and_no_source_is_asked(house: House) -> None:
    await lint(house)
    assert (house.sources.asked, house.store.size) == ([], 0)


async def test_bindings_and_case_and_day_are_heard(house: House) -> None:
    plain = form(paper("x", "Tệp 1"))
    answer = await lint(house, definition=plain, bindings={"x": {"evidence_type": "id_card", "role": "applicant"}})
    assert [told["rule"] for told in answer.json()["findings"]] == ["replaceable_paper"]
    assert (await lint(house, as_of="2025-12-01")).json()["as_of"] == "2025-12-01"
    assert (await lint(house, case="không có")).json()["errors"][0]["code"] == "unknown_case"


async def test_sarif_is_sarif(house: House) -> None:
    answer = await lint(house, accept="application/sarif+json")
    assert answer.headers["content-type"] == "application/sarif+json"
    jsonschema_rs.validate(ESSENTIALS, answer.json())
    run = answer.json()["runs"][0]
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "abolished_paper"
    assert "Căn cứ" in result["message"]["text"]
    assert result["properties"]["fix"] == run["properties"]["patch"]["definition.json"]


async def test_the_guard_of_sarif_knows_what_it_looks_for(house: House) -> None:
    told = (await lint(house, accept="application/sarif+json")).json()
    told["runs"][0]["results"][0]["level"] = "fatal"
    assert not jsonschema_rs.is_valid(ESSENTIALS, told)


@pytest.mark.parametrize(
    ("query", "changes", "pointer", "code"),
    [
        ("", {}, "/query/dialect", "missing"),
        ("dialect=word", {}, "/query/dialect", "unknown_dialect"),
        ("dialect=formio", {"procedure": "x"}, "/procedure", "procedure_code_shape"),
        ("dialect=formio", {"procedure": "1.001193.H56"}, "/procedure", "other_province"),
        ("dialect=formio", {"as_of": "2026-02-30"}, "/as_of", "impossible_date"),
        ("dialect=formio", {"as_of": "1990-01-01"}, "/as_of", "before_known_law"),
        ("dialect=formio", {"subject": {}}, "/subject", "unknown_field"),
        ("dialect=formio", {"bindings": {"99909" + "0000001": "id_card"}}, "/bindings", "personal_number_in_ref"),
        ("dialect=formio", {"bindings": []}, "/bindings", "wrong_type"),
    ],
)
async def test_what_makes_no_sense_is_told_by_its_place(
    house: House, query: str, changes: Any, pointer: str, code: str
) -> None:
    answer = await lint(house, query, **changes)
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)


async def test_an_unknown_procedure_is_no_good_form(house: House) -> None:
    answer = await lint(house, procedure="9.999999")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_procedure")


async def test_only_owners_of_forms_may_ask(house: House) -> None:
    assert (await lint(house, client="demo-intake")).status_code == 403
    answer = await house.client.post("/v1/forms:lint?dialect=formio", json={"procedure": "1.001193", "definition": {}})
    assert answer.status_code == 401


async def raw(house: House, content: str | bytes) -> httpx.Response:
    headers = await house.headers("demo-forms") | {"content-type": "application/json"}
    return await house.client.post("/v1/forms:lint?dialect=formio", content=content, headers=headers)


async def test_hostile_bodies_are_refused_and_never_an_error_of_ours(house: House) -> None:
    deep = '{"procedure": "1.001193", "definition": ' + '{"components": [' * 40 + "]}" * 40 + "}"
    wide = json.dumps({"procedure": "1.001193", "definition": {"components": [{}] * 200_002}})
    twice = '{"procedure": "1.001193", "definition": {"components": [], "components": []}}'
    for content, status, code in (
        (deep, 400, "nested_too_deep"),
        (wide, 413, "form_too_large"),
        (twice, 400, "duplicate_key"),
        ("[" * 100_000, 400, "malformed_json"),
        (b"\xff\xfe", 400, "not_utf8"),
        ('{"procedure": "1.001193", "definition": NaN}', 400, "not_a_finite_number"),
    ):
        answer = await raw(house, content)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_form_nested_within_the_bodys_limit_is_read(house: House) -> None:
    inner: dict[str, Any] = paper("so", "Sổ hộ khẩu")
    for number in range(14):
        inner = {"type": "columns", "key": f"c{number}", "columns": [{"components": [inner]}]}
    answer = await lint(house, definition=form(inner))
    assert [told["rule"] for told in answer.json()["findings"]] == ["abolished_paper"]


@pytest.mark.parametrize("odd", [None, 1, "x", [], {}, {"components": {}}, {"components": [[]]}, True])
async def test_odd_definitions_are_answered_with_a_finding(house: House, odd: Any) -> None:
    answer = await lint(house, definition=odd)
    assert answer.status_code == 200
    assert "nothing_read" in {told["rule"] for told in answer.json()["findings"]}
