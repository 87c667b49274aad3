"""What registers vary is borne with; what they contradict is not."""

from __future__ import annotations

import base64
from datetime import date

import httpx
import pytest

from reuse_gateway.connectors.dates import read_day, read_partial, spell
from reuse_gateway.connectors.decoding import Undecodable, decode_inside
from reuse_gateway.connectors.lookups import Decode
from reuse_gateway.connectors.paths import MISSHAPEN, Path
from reuse_gateway.connectors.predicates import Predicate
from reuse_gateway.connectors.spellings import older_agency_code, province_of, same_agency, same_number
from reuse_gateway.domain.holding import Doubt, Outcome, State
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, OldPersonalId, PartialDate, PersonalId

from .builders import NUMBER, OTHER, ask, found, mocked, paper, question, toy
from .test_reading import _told


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("a.b", {"a": [{"b": 1}]}, 1),
        ("a.b", {"a": [{"b": 1}, {"b": 2}]}, MISSHAPEN),
        ("a.b", {"a": []}, MISSHAPEN),
        ("a.b", [{"a": {"b": 1}}], MISSHAPEN),
        ("Envelope?.Body?.a", {"Envelope": {"Body": {"a": 1}}}, 1),
        ("Envelope?.Body?.a", {"Body": {"a": 1}}, 1),
        ("Envelope?.Body?.a", {"a": 1}, 1),
        ("Envelope?.Body?.a", "<html>", MISSHAPEN),
        ("a || b.c", {"a": "", "b": {"c": "x"}}, "x"),
        ("a || b.c", {"a": None, "b": "text"}, MISSHAPEN),
        ("a || b", {"a": 0, "b": 1}, 0),
        ("a || b", {}, None),
        ("@", [1], [1]),
    ],
)
def test_paths_bear_with_lists_of_one_missing_roots_and_empty_fields(path: str, value: object, read: object) -> None:
    assert Path.compile(path).read(value) == read


@pytest.mark.parametrize(
    ("test", "text", "holds"),
    [
        ({"says": "yes"}, "Y", True),
        ({"says": "yes"}, True, True),
        ({"says": "yes"}, 1, True),
        ({"says": "yes"}, "Có", True),
        ({"says": "yes"}, "2", False),
        ({"says": "no"}, "2", False),
        ({"says": "no"}, "False", True),
        ({"says": "no"}, None, False),
        ({"has": "B2"}, "A1; B2", True),
        ({"has": "B2"}, "A1##B2", True),
        ({"has": "B"}, "A1;B2", False),
        ({"province": "40"}, "040", True),
        ({"province": "40"}, "40/412/16690", True),
        ({"province": "40"}, "40.16681", True),
        ({"province": "40"}, "401", False),
        ({"agency": "H41.14"}, "000.00.14.H41", True),
        ({"agency": "H41.14"}, "H41.15", False),
        ({"agency": "H41.14"}, "anything", False),
    ],
)
def test_spellings_that_mean_the_same_are_one(test: dict[str, str], text: object, holds: bool) -> None:
    assert Predicate.model_validate({"path": "x", **test}).holds({"x": text}) is holds


@pytest.mark.parametrize("code", ["H41", "H41.14", "H41.14.2", "G22"])
def test_an_agency_code_survives_its_older_spelling(code: str) -> None:
    assert same_agency(older_agency_code(code) or "", code)
    assert older_agency_code("H41.1.2.3.4") is None
    assert province_of("Nghệ An") is None


@pytest.mark.parametrize(
    ("text", "shape", "told"),
    [
        ("1990", "yyyyMMdd", PartialDate(1990)),
        ("19900000", "yyyyMMdd", PartialDate(1990)),
        ("00/00/1990", "dd/MM/yyyy", PartialDate(1990)),
        ("00/05/1990", "dd/MM/yyyy", PartialDate(1990, 5)),
        ("1/5/1990", "dd/MM/yyyy", PartialDate(1990, 5, 1)),
        ("05/1990", "any", PartialDate(1990, 5)),
        ("20200102030405", "any", PartialDate(2020, 1, 2)),
        ("2020-01-02T23:30:00.000Z", "any", PartialDate(2020, 1, 2)),
        ("1577923200000", "epoch_ms", PartialDate(2020, 1, 2)),
        ("1577898000", "epoch_s", PartialDate(2020, 1, 2)),
        ("-1", "epoch_s", PartialDate(1970, 1, 1)),
    ],
)
def test_a_day_is_read_as_precisely_as_it_was_told(text: str, shape: str, told: PartialDate) -> None:
    assert read_partial(text, shape) == told


@pytest.mark.parametrize(
    "text", ["", "31/02/1990", "14/00/1990", "1990-13-01", "0000", "99999999999999999", "hôm qua", "１９９０"]
)
def test_a_day_that_cannot_be_is_no_day(text: str) -> None:
    for shape in ("any", "epoch_s") if not text.isdigit() else ("any",):
        with pytest.raises(ValueError, match="date"):
            read_partial(text, shape)


def test_a_year_is_a_day_only_where_the_manifest_says_so() -> None:
    assert read_day("2011", "any", first_day=True) == date(2011, 1, 1)
    with pytest.raises(ValueError, match="date_shape"):
        read_day("2011", "any")
    assert (spell(PartialDate(1990), "onlyyear"), spell(PartialDate(1990, 5, 1), "onlyyear")) == ("1990", None)


@pytest.mark.parametrize(
    ("told", "asked", "lost", "same"),
    [
        ("999090000001", "999090000001", False, True),
        ("9990000001", "009990000001", True, True),
        ("9990000001", "009990000001", False, False),
        ("090000001", "000090000001", True, False),
        ("90000001", "999090000001", True, False),
        ("000000001", "000000001", False, False),
        ("", "999090000001", True, False),
    ],
)
def test_numbers_may_have_lost_two_zeros_and_placeholders_are_nobodys(told: str, asked: str, lost: bool, same: bool) -> None:
    assert same_number(told, asked, lost_zeros=lost) is same


def _step(at: str, kind: str) -> Decode:
    return Decode.model_validate({"at": at, "as": kind})


def test_text_inside_text_inside_text_is_decoded_step_by_step() -> None:
    inner = base64.b64encode(b'{"x": "<a><b>1</b></a>"}').decode()
    steps = (_step("@", "base64"), _step("@", "json_text"), _step("x", "xml_text"))
    assert decode_inside(inner, steps) == {"x": {"a": {"b": "1"}}}
    listed = {"items": [{"t": "[1]"}, {"t": "Lỗi hệ thống"}, {"t": None}, {}]}
    assert decode_inside(listed, (_step("items.t", "json_text"),))["items"] == [
        {"t": [1]},
        {"t": "Lỗi hệ thống"},
        {"t": None},
        {},
    ]


@pytest.mark.parametrize(
    ("kind", "text"), [("base64", "%%%"), ("base64", "/w=="), ("json_text", '{"a"'), ("xml_text", "<a>"), ("json_text", 5)]
)
def test_text_that_is_not_what_it_should_be_is_refused(kind: str, text: object) -> None:
    with pytest.raises(Undecodable):
        decode_inside({"x": text}, (_step("x", kind),))


CO_OWNED = {"owners": [{"number": ["owner"], "full_name": ["name"], "several": "true"}]}


@pytest.mark.parametrize(
    ("owner", "name", "state"),
    [
        (f"{OTHER};{NUMBER}", "Ai Đó;Nguyễn Văn An", State.VALID),
        (f"{OTHER}##{NUMBER}", "Nguyễn Văn An##Ai Đó", State.MISMATCH),
        (f"{OTHER};{NUMBER}", "Ai Đó", Doubt.BAD_ANSWER),
    ],
)
async def test_a_co_owner_is_compared_with_the_name_beside_the_number(owner: str, name: str, state: State | Doubt) -> None:
    told = await _told(found(paper(owner=owner, name=name)), lookup=CO_OWNED)
    assert (told.state or told.doubt) is state


async def test_a_joined_text_without_the_number_is_somebody_elses() -> None:
    assert (await _told(found(paper(owner=f"{OTHER};{NUMBER}9")), lookup=CO_OWNED)).doubt is Doubt.WRONG_OWNER


@pytest.mark.parametrize(("told", "state"), [("1", State.VALID), ("2", State.MISMATCH), ("3", State.VALID), ("", State.VALID)])
async def test_another_sex_than_the_personal_id_tells_is_a_mismatch(told: str, state: State) -> None:
    owners = [{"number": ["owner"], "gender": {"path": "sex", "male": ["1"], "female": ["2"]}}]
    assert (await _told(found(paper(sex=told)), lookup={"owners": owners})).state is state


async def test_day_month_and_year_may_stand_apart() -> None:
    born = {"path": "y", "month": "m", "day": "d", "format": "yyyy-MM-dd"}
    owners = {"owners": [{"number": ["owner"], "birth_date": born}]}
    assert (await _told(found(paper(y=1990, m=5, d=14)), lookup=owners)).state is State.VALID
    assert (await _told(found(paper(y=1990, m=None, d=14)), lookup=owners)).state is State.VALID
    assert (await _told(found(paper(y=1990, m=6, d=14)), lookup=owners)).state is State.MISMATCH


@pytest.mark.parametrize("then", ["expired", "revoked", "incomplete"])
async def test_an_answer_may_tell_what_is_wrong_with_the_paper_but_not_whose_it_is(then: str) -> None:
    outcomes = [
        {"when": [{"status": ["200"]}, {"path": "code", "equals": "1"}], "then": then},
        {"when": [{"status": ["200"]}, {"path": "code", "equals": "2"}], "then": "found"},
        {"when": [{"status": ["200"]}, {"path": "code", "equals": "3"}], "then": "absent"},
    ]
    told = await _told(found(paper()), lookup={"outcomes": outcomes})
    assert (told.outcome, told.state) == (Outcome.HELD, State(then))
    assert (await _told(found(paper(owner=OTHER)), lookup={"outcomes": outcomes})).doubt is Doubt.WRONG_OWNER
    assert (await _told(found(), lookup={"outcomes": outcomes})).doubt is Doubt.BAD_ANSWER
    assert (await _told(found(paper(name="Ai Đó")), lookup={"outcomes": outcomes})).state is State.MISMATCH
    assert (await _told(found(paper()), 500, lookup={"outcomes": outcomes})).outcome is Outcome.UNKNOWN


async def test_old_numbers_and_business_codes_are_asked_for_as_they_are() -> None:
    registry = mocked(lambda _: httpx.Response(200, content=found(paper(owner="999123456", name=None, born=None))), toy())
    assert (await ask(registry, question(Citizen(OldPersonalId.parse("999123456"))))).outcome is Outcome.HELD
    assert (await ask(registry, question(Citizen(PersonalId.parse(NUMBER))))).doubt is Doubt.WRONG_OWNER
    assert (await ask(registry, question(Business(EnterpriseCode.parse("9990000001"))))).outcome is Outcome.UNKNOWN
    await registry.aclose()
