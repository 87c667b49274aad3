"""A supposed connection is compared on one day, says what it assumes, and changes no fact."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reuse_gateway.application.report_defects import Yardstick
from reuse_gateway.application.what_if import Effect, Papers, what_if
from reuse_gateway.catalogue.dossier_volumes import read_volumes
from reuse_gateway.domain.errors import CallerError, InvalidInput
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.supposition import Supposition

from .builders import Published, dossier, measured, row, source

FIRST = date(2027, 1, 1)
LAND = source("land", "land_use_certificate", connected=None)
TITLE = "Giấy chứng nhận quyền sử dụng đất"


async def supposed(yardstick: Yardstick, *versions, connect=(), publish=(), volumes=None, day: date = FIRST) -> Effect:
    return await what_if(Published(versions), yardstick, (LAND,), Supposition(day, tuple(connect), tuple(publish)), volumes)


async def test_a_planned_source_spares_what_it_would_answer_for(yardstick: Yardstick) -> None:
    effect = await supposed(yardstick, dossier(TITLE, "Giấy khai sinh"), connect=["land"])
    assert (effect.components, effect.to_be_worded, effect.by_evidence_type) == (1, 1, {"land_use_certificate": 1})
    assert effect.by_ministry == {"Bộ Tư pháp": 1}
    assert "planned_source" in [key for key, _ in effect.assumptions]


async def test_what_is_spared_already_is_not_counted_again(yardstick: Yardstick) -> None:
    known = await supposed(yardstick, dossier("Giấy khai sinh"), connect=["civil_status"])
    either = dossier(row("Đất hoặc khai sinh", any_of=(("land_use_certificate",), ("birth_certificate",))), verified=True)
    other = await supposed(yardstick, either, connect=["land"])
    assert (known.components, other.components) == (0, 0)


async def test_a_connection_completes_a_row_spared_in_part(yardstick: Yardstick) -> None:
    both = dossier(row("Cả hai", any_of=(("land_use_certificate", "birth_certificate"),)), verified=True)
    effect = await supposed(yardstick, both, connect=["land"])
    assert effect.by_evidence_type == {"land_use_certificate": 1}


async def test_a_row_that_wants_the_original_is_never_spared(yardstick: Yardstick) -> None:
    effect = await supposed(
        yardstick, dossier(row(TITLE, any_of=(("land_use_certificate",),), original=True)), connect=["land"]
    )
    assert effect.components == 0


async def test_a_kind_of_paper_nobody_plans_for_gets_a_source_of_its_own(yardstick: Yardstick) -> None:
    effect = await supposed(yardstick, dossier("Giấy phép lái xe"), connect=["driving_licence"])
    assert [change.source for change in effect.changes] == ["supposed_driving_licence"]
    assert effect.components == 1


async def test_a_published_scope_spares_that_paper_alone(yardstick: Yardstick) -> None:
    planned = replace(LAND, offers=source("x", "land_use_certificate", "cadastral_extract").offers)
    version = dossier(TITLE, row("Trích lục bản đồ địa chính", "c1r2"))
    effect = await what_if(Published([version]), yardstick, (planned,), Supposition(FIRST, (), ("land_use_certificate",)))
    assert effect.by_evidence_type == {"land_use_certificate": 1}
    assert [change.ground.value for change in effect.changes] == ["published_scope"]


async def test_a_supposition_changes_no_fact(yardstick: Yardstick) -> None:
    version = dossier(TITLE)
    before, sources = await measured(yardstick, version), copy.deepcopy(yardstick.facts.sources)
    await supposed(yardstick, version, connect=["land", "population"], publish=["birth_certificate"])
    assert yardstick.facts.sources == sources
    assert LAND.connected_from is None
    assert await measured(yardstick, version) == before


@pytest.mark.parametrize("word", ["nonsense", "", "land "])
async def test_what_is_neither_source_nor_paper_is_refused_with_what_is_known(yardstick: Yardstick, word: str) -> None:
    with pytest.raises(CallerError, match="land_use_certificate") as refused:
        await supposed(yardstick, connect=[word])
    assert refused.value.code == "unknown_source_or_paper"
    with pytest.raises(CallerError):
        await supposed(yardstick, publish=[word])


async def test_supposing_nothing_is_refused(yardstick: Yardstick) -> None:
    with pytest.raises(InvalidInput):
        await supposed(yardstick, dossier(TITLE))


async def test_papers_a_year_lie_between_the_least_and_the_most_of_a_case(yardstick: Yardstick) -> None:
    both = {"Một": [row(TITLE, "c1r1")], "Hai": [row(TITLE, "c2r1"), row(f"{TITLE} (nếu có)", "c2r2")]}
    effect = await supposed(yardstick, dossier(cases=both), connect=["land"], volumes={"9.000001": 100, "9.999999": 7})
    alone = await supposed(yardstick, dossier(cases={"Hai": both["Hai"]}), connect=["land"], volumes={"9.000001": 100})
    assert effect.papers == alone.papers == Papers(100, 200)
    assert (effect.volumes_unknown, effect.volumes_missing) == (("9.999999",), 0)


async def test_a_case_that_is_spared_nothing_makes_the_least_nothing(yardstick: Yardstick) -> None:
    cases = {"Một": [row(TITLE, "c1r1")], "Hai": [row("Đơn đề nghị", "c2r1")]}
    effect = await supposed(yardstick, dossier(cases=cases), connect=["land"], volumes={"9.000001": 10})
    assert effect.papers == Papers(0, 10)


async def test_without_volumes_no_papers_are_counted(yardstick: Yardstick) -> None:
    effect = await supposed(yardstick, dossier(TITLE), connect=["land"])
    assert effect.papers is None
    assert "same_volumes" not in [key for key, _ in effect.assumptions]


async def test_a_source_that_is_usable_anyway_is_said_to_add_nothing(yardstick: Yardstick) -> None:
    known = await supposed(yardstick, dossier("Giấy khai sinh"), connect=["civil_status"])
    planned = await supposed(yardstick, dossier(TITLE), connect=["land"])
    assert (known.components, "already_usable" in dict(known.assumptions)) == (0, True)
    assert "already_usable" not in dict(planned.assumptions)


async def test_a_manifest_takes_the_place_of_the_plan(yardstick: Yardstick) -> None:
    real = source("land", "cadastral_extract", connected=None)
    known = replace(yardstick, facts=replace(yardstick.facts, sources=(*yardstick.facts.sources, real)))
    effect = await supposed(known, dossier(TITLE), connect=["land"])
    assert (effect.components, effect.changes[0].planned) == (0, False)
    published = await supposed(known, dossier(TITLE), publish=["land_use_certificate"])
    assert [change.source for change in published.changes] == ["supposed_land_use_certificate"]


async def test_a_provincial_source_does_not_make_a_national_paper_replaceable(yardstick: Yardstick) -> None:
    own = source("own_land", "land_use_certificate", tier=Tier.PROVINCIAL, connected=None)
    effect = await what_if(Published([dossier(TITLE)]), yardstick, (own,), Supposition(FIRST, ("own_land",)))
    assert effect.components == 0


@pytest.mark.parametrize(
    "raw", [b"procedure,dossiers\n1.000001,5\n\n1.000002.H41,7\n", b"\xef\xbb\xbf1.000001;5\r\n1.000002;7\r\n"]
)
def test_volumes_are_read_with_or_without_heading_and_mark(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "volumes.csv"
    file.write_bytes(raw)
    assert read_volumes(file) == {"1.000001": 5, "1.000002": 7}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1.000001,-5", "not_a_count"),
        ("1.000001,1.234", "not_a_count"),
        ("1.000001,", "not_a_count"),
        ("1.000001,٣", "not_a_count"),
        ("1.000001,9999999999", "not_a_count"),
        ("1.000001," + "9" * 5_000, "not_a_count"),
        ('1.000001,"' + "9" * 200_000, "not_two_columns"),
        ("abc,5", "procedure_code_shape"),
        ("1.000001", "not_two_columns"),
        ("1.000001,5,6", "not_two_columns"),
        ("1.000009,5", "procedure_named_twice"),
    ],
)
def test_a_bad_line_of_volumes_is_refused_with_its_number(tmp_path: Path, line: str, code: str) -> None:
    file = tmp_path / "volumes.csv"
    file.write_text(f"procedure,dossiers\n1.000009,4\n{line}\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=code) as refused:
        read_volumes(file)
    assert len(line) > 100_000 or "line 3" in str(refused.value)


@pytest.mark.parametrize("raw", [b"", b"procedure,dossiers\n", b"\n\n"])
def test_a_file_without_volumes_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "volumes.csv").write_bytes(raw)
    with pytest.raises(InvalidInput, match="empty"):
        read_volumes(tmp_path / "volumes.csv")


def test_volumes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "volumes.csv"
    file.write_bytes("1.000001,5".encode("utf-16"))
    with pytest.raises(InvalidInput, match="not_utf8"):
        read_volumes(file)
