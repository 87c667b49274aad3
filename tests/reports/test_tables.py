"""Counts add up, whichever way they are cut; ministries are found where the portal did not name them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reuse_gateway.application.report_defects import Yardstick
from reuse_gateway.catalogue.outlook import load_ministries, load_planned_sources
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.ministry import ministry_of

from .builders import dossier, measured, row


async def test_every_component_is_counted_in_exactly_one_state_of_ministry_and_field(yardstick: Yardstick) -> None:
    versions = [
        dossier("Giấy khai sinh", "Đơn đề nghị", "Xyz qwerty", code="9.000001"),
        dossier("Giấy phép lái xe", code="9.000002", ministry="bo-cong-an", field="Giao thông"),
        dossier("Thẻ căn cước", code="9.000003", ministry="bo-la", field=""),
    ]
    report = await measured(yardstick, *versions)
    for lines in (report.by_ministry, report.by_field):
        assert sum(line.components for line in lines) == report.total.components == 5
        assert sum(line.lacking for line in lines) == report.total.lacking == len(report.defects)
    assert all(sum(line.by_state.values()) == line.components for line in (*report.by_ministry, *report.by_evidence_type))
    assert {line.key for line in report.by_ministry} == {"bo-tu-phap", "bo-cong-an", "bo-la"}


async def test_by_paper_each_paper_is_judged_by_itself(yardstick: Yardstick) -> None:
    either = row("Giấy tờ tùy thân", any_of=(("id_card",), ("passport",)))
    report = await measured(yardstick, dossier(either, verified=True))
    lines = {line.key: line for line in report.by_evidence_type}
    assert (lines["id_card"].replaceable, lines["id_card"].lacking) == (1, 1)
    assert (lines["passport"].replaceable, lines["passport"].lacking, lines["passport"].by_state["no_usable_source"]) == (
        0,
        0,
        1,
    )


async def test_the_order_of_the_catalogue_does_not_change_the_report(yardstick: Yardstick) -> None:
    versions = [dossier("Giấy khai sinh", "Thẻ căn cước", code=f"9.{n:06}", field=f"Lĩnh vực {n % 3}") for n in range(1, 8)]
    assert await measured(yardstick, *versions) == await measured(yardstick, *reversed(versions))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"ministry": "bo-cong-an"}, "Bộ Công an"),
        ({"ministry": "bo-moi-lap"}, "bo-moi-lap"),
        ({"ministry": "", "decision": "9354/QĐ-BCA-C06"}, "Bộ Công an"),
        ({"ministry": "", "decision": "163/QĐ-BTP"}, "Bộ Tư pháp"),
        ({"ministry": "", "decision": "Chưa rõ", "result_codes": ("KQ.G12.000001",)}, "Bộ Tài chính"),
        ({"ministry": "", "decision": "Chưa rõ", "result_codes": ("KQ.G12.000001", "KQ.G15.000001")}, "Chưa rõ bộ, ngành"),
        ({"ministry": "", "decision": "1/QĐ-BCA-BTP"}, "Chưa rõ bộ, ngành"),
        ({"ministry": "", "decision": ""}, "Chưa rõ bộ, ngành"),
    ],
)
def test_a_ministry_is_known_by_its_key_its_decision_or_its_results_and_never_guessed(facts: dict, expected: str) -> None:
    assert ministry_of(dossier(**facts), load_ministries()).name.vi == expected


def spoiled(tmp_path: Path, file: str, text: str) -> Path:
    (tmp_path / file).write_text(text, encoding="utf-8")
    return tmp_path


def test_two_ministries_that_sign_alike_refuse_the_start(tmp_path: Path) -> None:
    text = "ministries:\n  a-a: {vi: Á, en: A, signs: [X]}\n  b-b: {vi: Bê, en: B, signs: [X]}\n"
    with pytest.raises(FactsError, match=r"b-b.*already a-a"):
        load_ministries(spoiled(tmp_path, "ministries.yaml", text))


def test_a_planned_source_for_a_paper_nobody_knows_refuses_the_start(tmp_path: Path) -> None:
    text = "planned_sources:\n  x: {vi: Ích, en: X, owner: Bộ, tier: national, papers: [nonsense]}\n"
    with pytest.raises(FactsError, match="no such evidence type: nonsense"):
        load_planned_sources({"id_card"}, spoiled(tmp_path, "planned_sources.yaml", text))


def test_planned_sources_are_not_connected(yardstick: Yardstick) -> None:
    planned = load_planned_sources(yardstick.facts.evidence_types.keys())
    assert {source.id for source in planned} >= {"health", "court", "investment", "environment"}
    assert not [
        source.id for source in planned if source.connected_from or any(o.published_from for o in source.offers.values())
    ]
