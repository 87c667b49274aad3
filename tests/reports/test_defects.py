"""What of a dossier data replace, and when a ministry is told so: a wrong accusation is worse than a missed one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reuse_gateway.application.report_defects import Yardstick
from reuse_gateway.domain.defect import Component, Cover, Replacement, assess
from reuse_gateway.domain.errors import InvalidInput
from reuse_gateway.domain.legal_basis import LawBook

from .builders import DAY, dossier, measured, row, source, state


async def test_a_replaceable_paper_without_wording_is_a_finding_with_source_and_article(yardstick: Yardstick) -> None:
    report = await measured(yardstick, dossier("Bản sao Giấy chứng nhận đăng ký doanh nghiệp"))
    (found,) = report.defects
    (paper,) = found.assessment.spared
    assert (paper.evidence_type, paper.sources[0][0]) == ("enterprise_registration", "business_registration")
    assert paper.bases[0] == "L-148-2025"
    assert found.ministry.name.vi == "Bộ Tư pháp"
    assert (report.total.demanded, report.total.replaceable, report.total.lacking) == (1, 1, 1)
    assert report.total.by_source == {"business_registration": 1}


async def test_a_row_that_says_data_replace_it_is_no_finding(yardstick: Yardstick) -> None:
    label = "Bản sao Giấy chứng nhận đăng ký doanh nghiệp (trong trường hợp chưa được kết nối, chia sẻ dữ liệu)"
    report = await measured(yardstick, dossier(label))
    assert (report.total.replaceable, report.total.lacking, report.defects) == (1, 0, ())


async def test_a_note_of_the_dossier_that_waives_papers_speaks_for_its_rows(yardstick: Yardstick) -> None:
    note = "Trường hợp cơ quan giải quyết đã khai thác được dữ liệu trong cơ sở dữ liệu thì không phải nộp giấy tờ."
    report = await measured(yardstick, dossier("Giấy khai sinh", row(note, "c1r2")))
    assert report.total.by_state["note"] == 1
    assert report.total.replaceable == 1
    assert report.total.lacking == 0


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Bản vẽ sơ đồ vị trí bãi đỗ", {"unrecognised", "other_paper"}),
        ("Đơn đề nghị cấp giấy phép", {"may_ask"}),
        ("Giấy phép lái xe", {"no_usable_source"}),
        ("Bản chính Giấy khai sinh (nộp bản chính)", {"original_required"}),
        ("Giấy chứng nhận quyền sử dụng đất", {"held_by_province"}),
        ("Sổ hộ khẩu", {"abolished"}),
    ],
)
async def test_what_data_do_not_replace_is_not_called_replaceable(yardstick: Yardstick, label: str, expected: set[str]) -> None:
    assert set(await state(yardstick, dossier(label))) <= expected


async def test_words_nobody_surely_knows_are_told_apart_and_accuse_nobody(yardstick: Yardstick) -> None:
    report = await measured(yardstick, dossier("Xyz abc qwerty zzz"))
    assert (report.total.by_state["unrecognised"], len(report.unread), report.defects) == (1, 1, ())
    assert [line.key for line in report.by_evidence_type] == ["unrecognised"]


async def test_a_kind_that_only_the_province_issued_is_no_finding_unless_the_province_is_its_holder(
    yardstick: Yardstick,
) -> None:
    assert await state(yardstick, dossier(row("Đất", any_of=(("land_use_certificate",),), ref="a"))) == ["held_by_province"]
    report = await measured(yardstick, dossier(row("ATTP", any_of=(("food_safety_certificate",),))))
    assert report.total.by_source == {"procedure_settlement": 1}


async def test_one_alternative_that_data_prove_spares_the_whole_row(yardstick: Yardstick) -> None:
    either = row("Giấy tờ tùy thân", any_of=(("id_card",), ("passport",)), ref="a")
    assert await state(yardstick, dossier(either, verified=True)) == ["replaceable"]


async def test_papers_needed_together_are_spared_only_in_part_where_one_is_missing(yardstick: Yardstick) -> None:
    both = row("Cả hai", any_of=(("id_card", "driving_licence"),))
    report = await measured(yardstick, dossier(both, verified=True))
    assert report.total.by_state["partly_replaceable"] == 1
    assert [paper.evidence_type for paper in report.defects[0].assessment.spared] == ["id_card"]
    assert not report.defects[0].assessment.firm


async def test_the_paper_that_the_procedure_changes_or_issues_is_its_object_and_no_finding(yardstick: Yardstick) -> None:
    renewal = dossier("Thẻ căn cước", name="Cấp đổi thẻ căn cước")
    issuing = dossier("Thẻ căn cước", result_codes=("KQ.G01.000023",))
    assert await state(yardstick, renewal) == await state(yardstick, issuing) == ["own_result"]


async def test_a_finding_about_foreigners_is_never_firm(yardstick: Yardstick) -> None:
    report = await measured(yardstick, dossier("Giấy khai sinh của người nước ngoài", "Giấy khai sinh"))
    assert {each.assessment.component.label: each.assessment.firm for each in report.defects}.get("Giấy khai sinh") is True
    assert not [each for each in report.defects if "nước ngoài" in each.assessment.component.label and each.assessment.firm]


async def test_the_day_changes_the_answer(yardstick: Yardstick) -> None:
    later = source("driving_licence", "driving_licence", connected=date(2026, 10, 1))
    facts = replace(yardstick.facts, sources=(*yardstick.facts.sources, later))
    dated, version = replace(yardstick, facts=facts), dossier("Giấy phép lái xe")
    assert await state(dated, version, date(2026, 9, 30)) == ["no_usable_source"]
    assert await state(dated, version, date(2026, 10, 1)) == ["replaceable"]
    assert await state(dated, dossier("Sổ hộ khẩu"), date(2022, 12, 31)) != ["abolished"]


async def test_the_law_of_the_day_is_cited(yardstick: Yardstick) -> None:
    before, after = date(2026, 6, 30), date(2026, 7, 1)
    reports = [await measured(yardstick, dossier("Giấy khai sinh"), day=day) for day in (before, after)]
    assert [next(iter(report.total.by_basis)) for report in reports] == ["NQ-66.7-2025", "L-148-2025"]


async def test_without_a_law_nothing_is_replaceable(yardstick: Yardstick) -> None:
    lawless = replace(yardstick, law=LawBook(yardstick.law.bases, yardstick.law.rules[-1:] + yardstick.law.rules[:1]))
    assert await state(lawless, dossier("Bản sao Giấy chứng nhận đăng ký doanh nghiệp")) == ["no_usable_source"]


async def test_a_day_before_any_known_prohibition_is_refused(yardstick: Yardstick) -> None:
    with pytest.raises(InvalidInput, match="before_known_law"):
        await measured(yardstick, dossier("Giấy khai sinh"), day=date(2001, 1, 1))


async def test_an_empty_catalogue_gives_a_report_of_noughts(yardstick: Yardstick) -> None:
    report = await measured(yardstick)
    assert (report.procedures, report.total.components, report.by_ministry, report.defects) == (0, 0, (), ())


async def test_every_page_of_the_listing_is_walked_once(yardstick: Yardstick) -> None:
    seen: list[int] = []
    from reuse_gateway.application.report_defects import report_defects

    from .builders import Published

    versions = [dossier("Giấy khai sinh", code=f"9.{n:06}") for n in range(1, 6)]
    report = await report_defects(Published(versions), yardstick, DAY, seen.append)
    assert (report.procedures, seen, report.total.procedures) == (5, [1, 2, 3, 4, 5], 5)


async def test_a_row_that_also_names_papers_outside_the_catalogue_is_spared_only_in_part(yardstick: Yardstick) -> None:
    cover = {"id_card": Cover("id_card", Replacement.REPLACEABLE)}
    found = assess(Component("a", "", "Giấy khai sinh và bản vẽ", any_of=(("id_card",),), others=True), cover)
    assert (found.replacement, found.defect, found.firm) == (Replacement.PARTLY, True, False)
    report = await measured(yardstick, dossier("Bản sao Giấy khai sinh và bản vẽ sơ đồ vị trí bãi đỗ"))
    assert report.total.by_state["replaceable"] == 0


@pytest.mark.parametrize(
    ("label", "name", "firm"),
    [
        ("Tài liệu về tư cách pháp lý của nhà đầu tư", "Thủ tục", []),
        ("Giấy khai sinh", "Giải quyết việc người nước ngoài cư trú", [False]),
    ],
)
async def test_papers_of_strangers_make_no_finding_and_procedures_of_foreigners_no_firm_one(
    yardstick: Yardstick, label: str, name: str, firm: list[bool]
) -> None:
    report = await measured(yardstick, dossier(label, name=name))
    assert [found.assessment.firm for found in report.defects] == firm
