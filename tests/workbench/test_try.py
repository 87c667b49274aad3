"""`connector try` shows what happened and why, and nothing of anybody."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reuse_gateway.cli import connector

from .rooms import PEOPLE, PROTOCOLS, SHIPPED

pytestmark = pytest.mark.acceptance
AN, STRANGERS_PAPER = "999090000001", "999090000010"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))


@pytest.fixture
def protocols(tmp_path: Path) -> Path:
    shutil.copytree(PROTOCOLS, tmp_path / "all")
    shutil.copy(SHIPPED / "people.yaml", tmp_path / "all" / "people.yaml")
    return tmp_path / "all"


def tried(*words: str) -> Any:
    return CliRunner().invoke(connector.app, ["try", *words])


def told(*words: str) -> dict[str, Any]:
    return json.loads(tried(*words, "--json").output)


def test_a_held_paper_names_the_rule_that_decided_and_its_days() -> None:
    answer = told("population", "id_card", "--subject", f"personal_id={AN}")
    assert (answer["outcome"], answer["said"], answer["owner_is_subject"]) == ("held", "valid", True)
    assert [(step["of"], step["met"]) for step in answer["steps"] if step["decides"]] == [("outcomes.1", "→ found")]
    assert answer["issued_on"] == "2022-03-01"


def test_nothing_of_a_person_or_a_credential_is_shown() -> None:
    for source, paper in (
        ("population", "id_card"),
        ("procedure_settlement", "land_use_certificate"),
        ("insurance", "health_insurance_card"),
    ):
        for number in (AN, STRANGERS_PAPER):
            shown = tried(source, paper, "--subject", f"personal_id={number}", "--trace").output
            person = next(each for each in PEOPLE.people if each.number == number)
            for secret in (
                number,
                person.full_name,
                person.full_name.upper(),
                person.birth_date,
                "14/05/1990",
                "19900514",
                "Bearer ey",
                "Người Dưng",
                "999090999999",
            ):
                assert secret not in shown, (source, secret)
            assert "‹subject.number›" in shown


def test_co_owners_and_numbers_of_papers_are_not_shown() -> None:
    asked = ("--subject", f"personal_id={AN}", "--about", "certificate_no=00-00-00001", "--trace")
    land = tried("land", "land_use_certificate", *asked).output
    assert "Giả Định" not in land
    assert "‹somebody›;‹subject.full_name›" in land
    passport = tried("immigration", "passport", "--subject", f"personal_id={AN}", "--trace").output
    assert "X9990001" not in passport
    assert "TT9990001" not in passport
    assert "‹number›" in passport


def test_fields_that_the_manifest_never_reads_are_named_and_not_shown() -> None:
    answer = told("population", "id_card", "--subject", f"personal_id={AN}")
    assert any(path.endswith("Cha.HoVaTen") for path in answer["hidden"])
    assert not [each for each in answer["exchanges"] if "GioiTinh" in str(each["response"])]


def test_somebody_elses_record_is_unknown_and_exit_1() -> None:
    answer = tried("procedure_settlement", "land_use_certificate", "--subject", f"personal_id={STRANGERS_PAPER}", "--trace")
    assert answer.exit_code == 1
    assert "somebody else, or nobody" in answer.output
    assert "wrong_owner" in answer.output


@pytest.mark.parametrize(
    ("case", "said"), [("server_error", "source_unavailable"), ("html", "bad_answer"), ("denied", "source_denied")]
)
def test_what_no_rule_matches_is_told_by_its_status(case: str, said: str) -> None:
    number = next(each.number for each in PEOPLE.people if each.case == case and each.birth_date)
    answer = told("civil_status", "birth_certificate", "--subject", f"personal_id={number}")
    assert answer["said"] == said
    assert any(step["decides"] for step in answer["steps"])


def test_where_no_rule_matched_each_path_still_tells_what_it_met(tmp_path: Path) -> None:
    folder = tmp_path / "one" / "national"
    folder.mkdir(parents=True)
    shutil.copy(SHIPPED / "people.yaml", folder.parent / "people.yaml")
    shutil.copy(SHIPPED / "national" / "civil_status.cases.yaml", folder)
    text = (SHIPPED / "national" / "civil_status.yaml").read_text()
    (folder / "civil_status.yaml").write_text(text.replace("{path: value, is: filled}", "{path: value.x, is: filled}"))
    words = ("civil_status", "birth_certificate", "--subject", f"personal_id={AN}", "--connectors", str(folder.parent))
    answer = told(*words)
    assert answer["said"] == "bad_answer"
    met = {(step["path"], step["met"], step["holds"]) for step in answer["steps"] if step["of"].endswith("found")}
    assert ("status equals 1", "1", True) in met
    assert ("value.x is filled", "something of another shape", False) in met
    assert AN not in json.dumps(answer)


@pytest.mark.parametrize(
    ("source", "paper"),
    [
        ("soap_people", "id_card"),
        ("portal_rpc", "driving_licence"),
        ("poverty_view", "poor_household_certificate"),
        ("dropped_diplomas", "diploma"),
    ],
)
def test_every_protocol_can_be_tried(source: str, paper: str, protocols: Path) -> None:
    shown = tried(source, paper, "--subject", f"personal_id={AN}", "--trace", "--connectors", str(protocols))
    assert shown.exit_code == 0, shown.output
    assert "held (valid)" in shown.output
    assert AN not in shown.output


@pytest.mark.parametrize(
    "words",
    [
        ("nosuch", "id_card", "--subject", f"personal_id={AN}"),
        ("population", "land_use_certificate", "--subject", f"personal_id={AN}"),
        ("population", "id_card"),
        ("population", "id_card", "--subject", "personal_id=12"),
        ("population", "id_card", "--subject", "shoe_size=42"),
    ],
)
def test_a_wrong_question_says_what_is_wrong_and_not_the_value(words: tuple[str, ...]) -> None:
    answer = tried(*words)
    assert answer.exit_code != 0
    assert "42" not in str(answer.exception)
