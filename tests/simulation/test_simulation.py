"""The simulated registries answer from data only, demand the tokens they issued, and concern nobody real."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx
import pytest

from reuse_gateway.connectors.loading import read_mapping
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.subject import EnterpriseCode, PersonalId
from reuse_gateway.simulation import build_app, running, simulated_secret
from reuse_gateway.simulation.door_facts import Behind
from reuse_gateway.simulation.facts import load_cases, load_people
from reuse_gateway.simulation.templates import day_of, render
from reuse_gateway.simulation.tokens import ROUTED, IssuedTokens

SHIPPED = Path(__file__).parents[2] / "connectors"
GRANT = b"grant_type=client_credentials&client_id=reuse-gateway&client_secret="
NEEDED = {"valid", "absent", "expired", "mismatch", "ambiguous", "wrong_owner", "denied", "error_in_200"}


@pytest.mark.parametrize("file", sorted([*SHIPPED.rglob("*.cases.yaml"), SHIPPED / "people.yaml"]), ids=lambda file: file.name)
def test_the_facts_of_the_simulation_are_strict_yaml(file: Path) -> None:
    assert read_mapping(file)


def test_every_source_can_play_every_case() -> None:
    faults = set(load_people(SHIPPED).faults)
    assert {"server_error", "slow", "html", "truncated", "broken_json", "oversized"} <= faults
    for name, facts in load_cases(SHIPPED).items():
        for route in facts.routes:
            assert set(route.cases) >= NEEDED, name


def test_no_synthetic_number_can_be_a_real_ones() -> None:
    for person in load_people(SHIPPED).people:
        if person.birth_date:
            number = PersonalId.parse(person.number)
            assert number.synthetic
            assert number.birth_year == int(person.birth_date[:4])
        else:
            assert not EnterpriseCode.parse(person.number).check_digit_holds


def test_numbers_are_given_once() -> None:
    numbers = [person.number for person in load_people(SHIPPED).people]
    assert len(numbers) == len(set(numbers))


def test_things_belong_to_one_person_and_end_as_their_number_does() -> None:
    people = load_people(SHIPPED)
    known = people.by_number()
    prefixes = [prefix for each in people.things.values() for prefix in each]
    assert len(known) == sum(1 + len(people.things[each.kind]) for each in people.people)
    assert known["00A-00001"].number == "999090000001"
    assert known["00C-00001"].number == "9990000001"
    assert all(prefix.startswith("00") for prefix in prefixes)


def test_every_body_can_be_rendered() -> None:
    told = {
        "session": "s",
        "second": "t",
        "asked": "00A-00001",
        "number": "999090000001",
        "full_name": "Nguyễn Văn An",
        "birth_date": "1990-05-14",
    }
    told |= {"rows": "{}", "detail": "{}", "total": "1", "key": "k", "changed": "2026-11-20", "stream": "KS"}
    for facts in load_cases(SHIPPED).values():
        for text in facts.bodies.values():
            assert "${" not in render(text, facts.values | told, facts.bodies, date(2026, 11, 23))


def test_values_are_escaped_for_the_json_string_they_stand_in() -> None:
    assert render('{"a": "${x}"}', {"x": 'a"b\n'}, {}, date(2026, 1, 1)) == '{"a": "a\\"b\\n"}'


def test_bodies_in_a_circle_and_unknown_names_are_mistakes() -> None:
    with pytest.raises(RecursionError):
        render("${a}", {}, {"a": "${a}"}, date(2026, 1, 1))
    with pytest.raises(KeyError):
        render("${nobody}", {}, {}, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("told", "day"),
    [("today-20d", "2026-02-09"), ("thisyear+1-12-31", "2027-12-31"), ("thisyear-01-01", "2026-01-01"), ("x", "x")],
)
def test_days_are_told_from_today_so_that_cases_do_not_grow_old(told: str, day: str) -> None:
    assert day_of(told, date(2026, 3, 1)) == day


def test_a_case_without_its_body_is_refused(tmp_path: Path) -> None:
    for name in ("people.yaml", "national/population.cases.yaml"):
        copy = tmp_path / name
        copy.parent.mkdir(exist_ok=True)
        copy.write_text((SHIPPED / name).read_text("utf-8").replace("{body: nobody}", "{body: ghost}"), "utf-8")
    with pytest.raises(FactsError, match="unknown body"):
        build_app(tmp_path)


@pytest.mark.parametrize(
    ("authorization", "form"),
    [
        ("", GRANT + b"wrong"),
        ("", b"client_id=reuse-gateway&client_secret=simulated"),
        ("", b"grant_type=password&client_id=reuse-gateway&client_secret=simulated"),
        ("Basic !!!", b"grant_type=client_credentials"),
        ("Basic cmV1c2U6eA==", b"grant_type=client_credentials"),
    ],
)
def test_only_the_right_client_gets_a_token(authorization: str, form: bytes) -> None:
    assert IssuedTokens(60).issue(authorization, form) is None


def test_a_token_ends() -> None:
    tokens = IssuedTokens(60)
    issued = tokens.issue("", GRANT + b"simulated")
    assert issued is not None
    assert tokens.accepts(f"Bearer {issued['access_token']}")
    tokens.revoke_all()
    assert not tokens.accepts(f"Bearer {issued['access_token']}")
    assert not tokens.accepts("")


def test_secrets_of_other_names_are_unknown() -> None:
    assert simulated_secret("ANY_CLIENT_SECRET")
    with pytest.raises(KeyError):
        simulated_secret("DATABASE_PASSWORD")


def _shown(behind: Behind | None, place: str) -> dict[str, str]:
    return {shown.name: ROUTED for shown in behind.wants if shown.at == place} if behind else {}


@pytest.mark.acceptance
@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer guessed"}, {"authorization": "Basic guessed"}])
async def test_nobody_is_answered_without_an_issued_token(headers: dict[str, str]) -> None:
    async with running(SHIPPED) as urls, httpx.AsyncClient(trust_env=False) as client:
        for source, facts in load_cases(SHIPPED).items():
            for route in facts.routes:
                asked = {"json": route.verb} if route.verb else {}
                behind = facts.behind
                known = {place: _shown(behind, place) for place in ("query", "header")}
                url = urls[source] + (behind.forward if behind else "") + route.path
                told = headers | known["header"]
                answer = await client.request(route.method, url, headers=told, params=known["query"], **asked)
                refusal = facts.door.refusal if facts.door else None
                assert answer.status_code == (refusal.status if refusal else 401), source
                assert refusal is None or answer.text == facts.bodies[refusal.body]
                assert "999" not in answer.text
