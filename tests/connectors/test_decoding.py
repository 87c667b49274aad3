"""Text inside text: XML and JSON in JSON strings, by local names, without entities, without end-less depth."""

from __future__ import annotations

import json

import pytest

from reuse_gateway.connectors.decoding import Undecodable, decode_json, decode_xml
from reuse_gateway.connectors.loading import load_manifest
from reuse_gateway.connectors.lookups import LookupFacts, Then
from reuse_gateway.connectors.paths import MISSHAPEN, Path
from reuse_gateway.connectors.predicates import Predicate
from reuse_gateway.connectors.rest_json import RestJson
from reuse_gateway.connectors.upstream import Answer

from .builders import SHIPPED, Everything

_BODY = '<b:Body xmlns:b="u"><c:List xmlns:c="v"><c:One>1</c:One></c:List></b:Body>'


@pytest.mark.parametrize(
    "text",
    [_BODY, f"<e:Envelope xmlns:e='x'>{_BODY}</e:Envelope>", f"<e:Envelope xmlns:e='x'><e:Header/>{_BODY}</e:Envelope>"],
)
def test_roots_are_peeled_off_where_they_are_there(text: str) -> None:
    assert decode_xml(text, ("Envelope", "Body")) == {"List": {"One": "1"}}


def test_repeated_elements_are_a_list_and_prefixes_do_not_matter() -> None:
    assert decode_xml("<a><x:b xmlns:x='1'>1</x:b><b>2</b><b><c/></b></a>") == {"a": {"b": ["1", "2", {"c": ""}]}}


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<!doctype a SYSTEM "file:///etc/passwd"><a/>',
        "<a>&undefined;</a>",
        "<a><b></a>",
        "",
        "<a>" * 60 + "</a>" * 60,
        "<a>\x00</a>",
    ],
)
def test_xml_that_is_no_plain_answer_is_refused(text: str) -> None:
    with pytest.raises(Undecodable):
        decode_xml(text)


@pytest.mark.parametrize("text", ["", "nan", "NaN", '{"a": 1, "a": 1}', "[" * 200_000, b"\xff", "1" * 5_000, "{} {}"])
def test_json_that_two_readers_could_read_differently_is_refused(text: str | bytes) -> None:
    with pytest.raises(Undecodable):
        decode_json(text)


def test_a_misshapen_answer_is_neither_missing_nor_empty() -> None:
    for being in ("missing", "empty", "present", "filled"):
        predicate = Predicate.model_validate({"path": "Data.Main", "is": being})
        assert not predicate.holds({"Data": "<html>"})
    assert Predicate.model_validate({"path": "Data.Main", "is": "missing"}).holds({"Data": None})
    assert Path.compile("length(a)").read({"a": 1}) is MISSHAPEN


@pytest.mark.parametrize("body", [0, "0", " 0 "])
def test_registers_may_spell_a_code_as_number_or_text(body: object) -> None:
    assert Predicate.model_validate({"path": "code", "equals": "0"}).holds({"code": body})


@pytest.fixture(scope="module")
def population() -> LookupFacts:
    return load_manifest(SHIPPED / "national" / "population.yaml", Everything()).lookups[0]


@pytest.mark.parametrize(
    ("code", "message", "meant"),
    [
        ("0", "<Body><CongdanCollection/></Body>", Then.ABSENT),
        ("0", "<CongdanCollection></CongdanCollection>", Then.ABSENT),
        (0, "<Envelope><Body><CongdanCollection><CongDan/></CongdanCollection></Body></Envelope>", Then.ABSENT),
        ("0", "<Envelope><Body></Body></Envelope>", None),
        ("0", "<Body><Fault><faultcode>x</faultcode></Fault></Body>", None),
        ("0", "", None),
        ("0", "Hệ thống đang bận", None),
        ("0", "<!DOCTYPE a><Body><CongdanCollection/></Body>", None),
        ("-1", "<Body><CongdanCollection/></Body>", None),
        ("005", "", Then.DENIED),
    ],
)
def test_only_an_empty_collection_is_absence_at_the_population_register(population, code, message, meant) -> None:
    body = json.dumps({"error_code": code, "message": message}).encode()
    assert RestJson().understand(population, Answer(200, "application/json", body))[0] is meant
