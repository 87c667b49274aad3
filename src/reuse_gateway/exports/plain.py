"""The defect report and the what-if as text for a terminal, Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reuse_gateway.application.report_defects import DefectReport
from reuse_gateway.application.what_if import Effect
from reuse_gateway.domain.text import Text, day_in_vietnamese
from reuse_gateway.exports.defect_tables import named, share_states
from reuse_gateway.exports.numbers import grouped, share
from reuse_gateway.exports.wording import ASSUMPTIONS, GROUNDS, TABLES

_MOST_LINES, _NAME_WIDTH = 40, 52


def report_text(report: DefectReport, by: str) -> Iterator[str]:
    """Totals, states and one table; lists are for the other formats."""
    total = report.total
    yield f"Thành phần hồ sơ thay thế được bằng dữ liệu, ngày {day_in_vietnamese(report.as_of)} ({report.policy_version})"
    yield f"  Số thủ tục                    {grouped(report.procedures):>8}"
    yield f"  Thành phần yêu cầu            {grouped(total.demanded):>8}"
    yield f"  Thay thế được                 {grouped(total.replaceable):>8}  ({share(total.replaceable, total.demanded)})"
    yield f"  Thiếu câu chữ thay thế (D01)  {grouped(total.lacking):>8}"
    yield "Theo kết luận"
    for text, count in share_states(total):
        yield f"  {text.vi:<{_NAME_WIDTH}} {grouped(count):>8}"
    yield from _sources("Theo nguồn dữ liệu", total.by_source, report.glossary.sources)
    yield from _sources("Theo căn cứ pháp lý", total.by_basis, report.glossary.bases)
    yield f"{TABLES[by].vi:<{_NAME_WIDTH + 2}} {'yêu cầu':>8} {'thay được':>9} {'D01':>8} {'chưa nhận diện':>14}"
    lines = report.table(by)
    for line in lines[:_MOST_LINES]:
        counts = (line.demanded, line.replaceable, line.lacking, line.by_state["unrecognised"])
        figures = f"{grouped(counts[0]):>8} {grouped(counts[1]):>9} {grouped(counts[2]):>8} {grouped(counts[3]):>14}"
        yield f"  {line.name.vi[:_NAME_WIDTH]:<{_NAME_WIDTH}} {figures}"
    if len(lines) > _MOST_LINES:
        yield f"  … còn {grouped(len(lines) - _MOST_LINES)} dòng; xem --format csv, xlsx, json hoặc html"


def _sources(title: str, counts: Mapping[str, int], names: Mapping[str, Text]) -> Iterator[str]:
    if counts:
        yield title
    for key, count in counts.items():
        yield f"  {named(key, names)[:100]}: {grouped(count)}"


def assumptions_of(effect: Effect) -> list[Text]:
    """The assumptions as sentences."""
    return [ASSUMPTIONS[key].filled(**values) for key, values in effect.assumptions]


def effect_text(effect: Effect, most: int = 20) -> Iterator[str]:
    """What would be spared, by whom, and everything it rests on."""
    kinds = effect.glossary.evidence_types
    yield f"Giả định từ ngày {day_in_vietnamese(effect.from_on)}:"
    for change in effect.changes:
        papers = ", ".join(named(key, kinds) for key in change.evidence_types) or "chưa rõ loại giấy tờ nào"
        yield f"  {change.name.vi} [{change.source}], {GROUNDS[change.ground].vi}: {papers}"
    yield f"Thành phần hồ sơ được bớt: {grouped(effect.components)} của {grouped(len(effect.procedures))} thủ tục"
    yield f"  trong đó phải sửa câu chữ đã công bố (D01): {grouped(effect.to_be_worded)}"
    if effect.papers:
        yield f"Giấy tờ được bớt mỗi năm: từ {grouped(effect.papers.least)} đến {grouped(effect.papers.most)}"
        yield f"  thủ tục được bớt mà tệp không có số hồ sơ: {grouped(effect.volumes_missing)}"
    if effect.volumes_unknown:
        yield f"  mã trong tệp không có trong danh mục: {', '.join(effect.volumes_unknown[:most])}"
    for title, counts in (("Theo bộ, ngành", effect.by_ministry), ("Theo loại giấy tờ", effect.by_evidence_type)):
        if counts:
            yield title
        for key, count in counts.items():
            yield f"  {named(key, kinds):<{_NAME_WIDTH}} {grouped(count):>8}"
    for each in effect.procedures[:most]:
        papers = f"; mỗi năm {grouped(each.papers.least)}–{grouped(each.papers.most)} giấy tờ" if each.dossiers else ""
        yield f"  {each.procedure} {each.name[:80]}: {grouped(len(each.components))} thành phần{papers}"
    if len(effect.procedures) > most:
        yield f"  … còn {grouped(len(effect.procedures) - most)} thủ tục; xem --json"
    yield "Giả thiết"
    yield from (f"  - {text.vi}" for text in assumptions_of(effect))
    yield from (f"  - Căn cứ: {named(code, effect.glossary.bases)}" for code in effect.bases)
