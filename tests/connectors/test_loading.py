"""Manifests are read strictly: a mistake names the file and the place, and nothing is guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reuse_gateway.connectors.loading import load_manifest, load_manifests, read_mapping
from reuse_gateway.connectors.manifest import source_of
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.source import Ground, Tier

from .builders import SHIPPED, Everything

POPULATION = (SHIPPED / "national" / "population.yaml").read_text(encoding="utf-8")


def _written(folder: Path, text: str, name: str = "population.yaml") -> Path:
    file = folder / "national" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("id: population", "id: population\nid: population", "id"),
        ("simulated: true", "simulated: true\ncolour: red", "colour"),
        ("simulated: true", "simulated: yes", "simulated"),
        ("simulated: true", "simulated: true\ndigest: abc", "digest"),
        ("tier: national", "tier: sector", "tier"),
        ("tier: national", "tier: galactic", "tier"),
        ("id: population", "id: another", "id"),
        ("id: population", "id: ../../x", "id"),
        ("connected_from: 2023-01-01", "connected_from: 2023-02-30", "law.connected_from"),
        ("connected_from: 2023-01-01", "connected_from: 20230101", "law.connected_from"),
        ("protocol: rest_json", "protocol: smoke_signals", "protocol"),
        ("token_path: /token", "token_path: https://elsewhere.example/token", "auth.oauth2_client_credentials.token_path"),
        ("client_id_name: POPULATION_CLIENT_ID", "client_id_name: hunter2", "auth.oauth2_client_credentials.client_id_name"),
        ("timeout_s: 2.5", "timeout_s: nan", "limits.timeout_s"),
        ("timeout_s: 2.5", "timeout_s: 0", "limits.timeout_s"),
        ("absent_s: 30", "absent_s: 61", "freshness.absent_s"),
        ('MaTichHop: "037"', 'MaTichHop: "{subject.mother}"', "lookups.0.request.json"),
        ('MaTichHop: "037"', 'MaTichHop: "{{ 7*7 }}"', "lookups.0.request.json"),
        ("path: message.CongdanCollection.CongDan, is: filled", "path: 'a[', is: filled", "lookups.0.outcomes.1.when.2.path"),
        ("personal_id_notice:", "lottery_ticket:", "lookups.0.evidence.lottery_ticket"),
    ],
)
def test_a_wrong_manifest_is_refused_at_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    assert old in POPULATION
    kinds = {"id_card", "personal_id_notice", "residence_confirmation", "kinship_proof", "marital_status"}
    with pytest.raises(FactsError) as refused:
        load_manifest(_written(tmp_path, POPULATION.replace(old, new, 1)), kinds)
    assert refused.value.file == "population.yaml"
    assert refused.value.path == place


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &x 1\nb: *x\n", "anchors"),
        ("a: !!python/object:os.system 1\n", "tags"),
        ("- a\n- b\n", "mapping"),
        ("a: [1\n", "not YAML"),
        ("a: 1\n---\nb: 2\n", "not YAML"),
        ("? [a]\n: 1\n", "keys must be text"),
        ("a: " + "[" * 40 + "]" * 40 + "\n", "nested"),
        ("a: " + "[" * 5_000, "not YAML"),
        ("a: '" + "x" * 262_144 + "'\n", "256 KB"),
    ],
)
def test_yaml_beyond_plain_text_and_lists_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(FactsError, match=problem):
        read_mapping(_written(tmp_path, text))


def test_every_scalar_stays_text(tmp_path: Path) -> None:
    read = read_mapping(_written(tmp_path, "a: 012345670123\nb: no\nc: 1e3\nd: 2026-01-01\n"))
    assert read == {"a": "012345670123", "b": "no", "c": "1e3", "d": "2026-01-01"}


def test_a_manifest_of_more_than_150_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="150 lines"):
        load_manifest(_written(tmp_path, POPULATION + "# more\n" * 150), Everything())


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match=r"gone\.yaml"):
        load_manifest(tmp_path / "gone.yaml", Everything())


def test_two_files_cannot_be_the_same_source(tmp_path: Path) -> None:
    _written(tmp_path, POPULATION)
    (tmp_path / "provincial").mkdir()
    (tmp_path / "provincial" / "population.yaml").write_text(POPULATION.replace("tier: national", "tier: provincial"), "utf-8")
    with pytest.raises(FactsError, match="already used"):
        load_manifests(tmp_path, Everything())


@pytest.mark.parametrize("rule", ["found", "absent"])
def test_an_outcome_that_decides_must_name_its_status(tmp_path: Path, rule: str) -> None:
    loose = POPULATION.replace("- {status: [200]}", "- {status: [200, 500]}")
    with pytest.raises(FactsError, match="must name its status"):
        load_manifest(_written(tmp_path, loose), Everything())
    bare = POPULATION.replace("          - {status: [200]}\n", "")
    with pytest.raises(FactsError, match="must name its status"):
        load_manifest(_written(tmp_path, bare), Everything())


def test_the_shipped_manifests_load_and_are_the_first_five() -> None:
    shipped = load_manifests(SHIPPED, Everything())
    assert [each.id for each in shipped] == sorted(each.id for each in shipped)
    assert {"population", "business_registration", "civil_status", "insurance", "procedure_settlement"} <= {
        each.id for each in shipped
    }
    assert all(not each.law.verified for each in shipped), "the demo province's dates are assumptions and say so"


def test_a_source_offers_what_its_manifest_says() -> None:
    source = source_of(load_manifest(SHIPPED / "national" / "population.yaml", Everything()))
    offer = source.offer("id_card", "citizen")
    assert source.tier is Tier.NATIONAL
    assert offer is not None
    assert offer.needs == {"full_name", "birth_date"}
    assert source.offer("id_card", "business") is None
    assert source.ground(offer, date(2026, 1, 1)) is Ground.PUBLISHED_SCOPE
    assert source.ground(offer, date(2025, 12, 31)) is Ground.LIVE_CONNECTION
    assert source.ground(offer, date(2022, 12, 31)) is None


def test_a_paper_can_be_narrowed_to_one_kind_of_subject() -> None:
    source = source_of(load_manifest(SHIPPED / "provincial" / "procedure_settlement.yaml", Everything()))
    assert source.offer("birth_certificate", "business") is None
    assert source.offer("land_use_certificate", "business") is not None


def test_a_changed_manifest_has_another_digest(tmp_path: Path) -> None:
    before = load_manifest(_written(tmp_path, POPULATION), Everything())
    after = load_manifest(_written(tmp_path, POPULATION + "# a note\n"), Everything())
    assert before.digest != after.digest
