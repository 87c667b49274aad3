"""`connector record` keeps what the manifest reads and nothing else: no people, no secrets, nothing unseen or unasked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reuse_gateway.cli import connector
from reuse_gateway.connectors.anonymous import NOBODY, anonymous, as_template
from reuse_gateway.connectors.decoding import Undecodable
from reuse_gateway.connectors.loading import load_manifests
from reuse_gateway.connectors.masking import Masks
from reuse_gateway.connectors.pruning import prune, unread
from reuse_gateway.domain.errors import CallerError
from reuse_gateway.domain.subject import Citizen, PartialDate, PersonalId
from reuse_gateway.simulation.facts import read_cases
from reuse_gateway.workbench.recording.editing import with_entry

from .rooms import CATALOGUE, PEOPLE, PROTOCOLS, SHIPPED, examined, failures

pytestmark = pytest.mark.acceptance
AN = "999090000001"
OF_CASES = ("valid", "absent", "mismatch")
BY_ID = {each.id: each for folder in (SHIPPED, PROTOCOLS) for each in load_manifests(folder, CATALOGUE.evidence_types)}
PERSON = Citizen(PersonalId.parse(AN), "Nguyễn Văn An", PartialDate(1990, 5, 14))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path / "home"))
    shutil.copytree(SHIPPED, tmp_path / "all")
    shutil.copytree(PROTOCOLS, tmp_path / "all", dirs_exist_ok=True)
    return tmp_path / "all"


def recorded(folder: Path, name: str, *words: str, say: str | None = None) -> Any:
    return CliRunner().invoke(connector.app, ["record", name, "--connectors", str(folder), *words], input=say)


def things(source: str, number: str) -> list[str]:
    """Options for every thing that the source must be asked about; the person's own."""
    needs = {need for lookup in BY_ID[source].lookups for need in (*lookup.needs, *lookup.either) if need.startswith("about.")}
    plate, other = PEOPLE.things["citizen"]
    told = [(need.removeprefix("about."), plate if need.endswith("plate") else other) for need in sorted(needs)]
    return [f"--about={kind}={prefix}{number[-5:]}" for kind, prefix in told]


def cases_of(folder: Path, name: str) -> Path:
    return next(folder.glob(f"*/{name}.cases.yaml"))


@pytest.mark.parametrize(
    "source",
    [
        "population",
        "civil_status",
        "insurance",
        "land",
        "officials",
        "tax",
        "vehicle",
        "vehicle_inspection",
        "digitized_archive",
        "poor_household",
        "procedure_settlement",
        "soap_people",
        "portal_rpc",
        "card_gateway",
        "path_lookup",
        "poverty_view",
    ],
)
def test_what_was_recorded_of_a_source_tests_its_manifest(source: str, folder: Path) -> None:
    for case in ("valid", "absent", "mismatch"):
        number = next(each.number for each in PEOPLE.people if each.case == case and each.birth_date)
        told = recorded(folder, source, "--subject", f"personal_id={number}", *things(source, number), "--yes")
        assert told.exit_code == 0, told.output
    assert failures(examined(folder, source, only={*OF_CASES, "only_declared_fields", "circuit"})) == set()


def test_numbers_of_papers_are_made_up_and_still_tell_kinds_apart(folder: Path) -> None:
    rewrite = anonymous(BY_ID["immigration"].lookups[0], PERSON, Masks())
    assert [rewrite("soHoChieu", number) for number in ("B7654321", "TT1234567", "KQ.G15.000031")] == [
        "B9990001", "TT9990001", "KQ.G15.000031",
    ]  # fmt: skip


def test_no_number_name_or_birth_date_of_anybody_is_kept(folder: Path) -> None:
    for source in ("population", "procedure_settlement", "civil_status"):
        recorded(folder, source, "--subject", f"personal_id={AN}", "--yes")
        bodies = read_cases(cases_of(folder, source)).bodies
        kept = "".join(text for name, text in bodies.items() if name.startswith("recorded_"))
        assert "${number}" in kept
        for personal in (AN, "Nguyễn Văn An", "NGUYỄN VĂN AN", "19900514", "14/05/1990", "Người Dưng"):
            assert personal not in kept, (source, personal)


def test_fields_that_nobody_reads_are_dropped_and_told_by_name_only(folder: Path) -> None:
    told = recorded(folder, "population", "--subject", f"personal_id={AN}", "--yes")
    assert "Cha.HoVaTen" in told.output
    assert "GioiTinh" not in read_cases(cases_of(folder, "population")).bodies["recorded_0_valid"]


def test_of_what_is_only_looked_for_no_value_is_kept(folder: Path) -> None:
    recorded(folder, "population", "--subject", f"personal_id={AN}", "--yes")
    body = read_cases(cases_of(folder, "population")).bodies["recorded_0_valid"]
    assert "ChiTiet>x<" in body


def test_nothing_is_written_without_a_yes(folder: Path) -> None:
    before = cases_of(folder, "population").read_text("utf-8")
    for say in ("n\n", "\n", ""):
        told = recorded(folder, "population", "--subject", f"personal_id={AN}", say=say)
        assert told.exit_code == 1
        assert "+  recorded_0_valid" in told.output
        assert cases_of(folder, "population").read_text("utf-8") == before
    assert recorded(folder, "population", "--subject", f"personal_id={AN}", say="y\n").exit_code == 0
    assert cases_of(folder, "population").read_text("utf-8") != before


@pytest.mark.parametrize("case", ["server_error", "slow", "html", "truncated", "broken_json"])
def test_an_answer_that_cannot_be_read_is_not_kept(case: str, folder: Path) -> None:
    number = next(each.number for each in PEOPLE.people if each.case == case and each.birth_date)
    before = cases_of(folder, "civil_status").read_text("utf-8")
    told = recorded(folder, "civil_status", "--subject", f"personal_id={number}", "--yes")
    assert told.exit_code != 0
    assert cases_of(folder, "civil_status").read_text("utf-8") == before


def test_what_was_recorded_of_the_simulation_is_not_called_live(folder: Path) -> None:
    recorded(folder, "population", "--subject", f"personal_id={AN}", "--yes")
    assert read_cases(cases_of(folder, "population")).recorded.at == "simulation"


def test_machines_get_the_same_without_a_person(folder: Path) -> None:
    told = recorded(folder, "population", "--subject", f"personal_id={AN}", "--json", "--yes")
    facts = json.loads(told.output.splitlines()[0])
    assert facts["takes"][0]["kept"]["message.CongdanCollection.CongDan.SoDinhDanh"] == "${number}"
    assert AN not in told.output


def _kept(source: str, body: dict[str, Any], masks: Masks | None = None) -> dict[str, Any]:
    lookup = BY_ID[source].lookups[0]
    told = prune(lookup, json.dumps(body).encode(), anonymous(lookup, PERSON, masks or Masks()))
    return json.loads(as_template(told.text).replace("${raw:number}", '"raw"'))


def test_other_peoples_numbers_and_names_become_nobodys() -> None:
    other = {"MaDinhDanh": "9990" + "88888888", "TenChuGiayTo": "Ai Đó", "Ma": f"{AN}.1.001193.01", "MaGiayTo": "KQ.G15.000031"}
    (record,) = _kept("procedure_settlement", {"succeeded": True, "data": {"data": [other]}})["data"]["data"]
    assert record == {
        "MaDinhDanh": "999090999999",
        "TenChuGiayTo": NOBODY,
        "Ma": "${number}.1.001193.01",
        "MaGiayTo": "KQ.G15.000031",
    }


def test_a_secret_that_comes_back_is_taken_out() -> None:
    masks = Masks()
    masks.learn_secret("POPULATION_CLIENT_SECRET", "hunter2-and-more")
    assert "hunter2" not in json.dumps(
        _kept("civil_status", {"status": 1, "errorCode": "hunter2-and-more", "value": []}, masks)
    )


def test_a_number_without_quotes_stays_one() -> None:
    assert _kept("card_gateway", {"maKetQua": "000", "maThe": "x", "soCCCD": int(AN)})["soCCCD"] == "raw"


def test_slots_of_our_own_cannot_be_smuggled_in() -> None:
    assert "${" not in json.dumps(_kept("civil_status", {"status": 1, "errorCode": "${full_name}", "value": []}))


def test_what_is_no_answer_of_the_manifest_cannot_be_pruned() -> None:
    with pytest.raises(Undecodable):
        prune(BY_ID["civil_status"].lookups[0], b"<html>")
    assert unread(BY_ID["civil_status"].lookups[0], "<html>") == {"@"}


YAML = """# kept
routes:
  - path: /x
    cases:
      valid: {body: found}   # why
      absent:
        body: nobody
    # between
values: {a: "1"}
bodies:
  found: |
    {"a":
     1}
  nobody: '{}'
"""


def test_an_entry_is_replaced_and_every_other_line_stays() -> None:
    told = with_entry(YAML, ("routes", 0, "cases"), "absent", "{body: other}")
    assert told == YAML.replace("absent:\n        body: nobody\n", "absent: {body: other}\n")
    assert with_entry(YAML, ("bodies",), "found", "'{}'") == YAML.replace('found: |\n    {"a":\n     1}\n', "found: '{}'\n")


def test_a_new_entry_stands_behind_the_last_one() -> None:
    told = with_entry(YAML, ("routes", 0, "cases"), "denied", "{body: x}")
    assert told == YAML.replace("        body: nobody\n", "        body: nobody\n      denied: {body: x}\n")
    assert with_entry(YAML, ("bodies",), "more", "x") == YAML + "  more: x\n"
    assert with_entry(YAML.rstrip("\n"), (), "recorded", "x").endswith("nobody: '{}'\nrecorded: x\n")


@pytest.mark.parametrize("path", [("bodies", "found"), ("nowhere",), ("routes", 7, "cases"), ("routes", 0, "path")])
def test_what_is_no_mapping_with_one_entry_a_line_is_refused(path: tuple) -> None:
    with pytest.raises(CallerError):
        with_entry(YAML, path, "a", "b")
