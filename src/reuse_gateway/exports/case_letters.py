"""Letters of a case as DOCX, set as official letters are (Decree 30/2020/NĐ-CP, annex I; Circular 03/2025/TT-VPCP, form 04).

The same text gives the same bytes: of times only the instant of issue gets into the file, nothing of the machine.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC
from importlib.resources import files
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import parse_xml
from docx.shared import Mm, Pt

from reuse_gateway.domain.case_letter import SERIES, LetterKind, LetterText, day_in_words

# What the library brings along: a template in English with a picture of itself, themes and hundreds of styles.
_FOREIGN = (
    "thumbnail",
    "extended-properties",
    "stylesWithEffects",
    "webSettings",
    "fontTable",
    "theme",
    "customXml",
    "numbering",
)
# A number never stands alone at the beginning of a line.
_KEPT_TOGETHER = re.compile(r"\b([Nn]gày|tháng|năm|[Ss]ố:?|[Đđ]iều|khoản|mã số|Ông) (?=[\d(])")
_TITLE = {LetterKind.NOTICE: "THÔNG BÁO", LetterKind.APOLOGY: "VĂN BẢN XIN LỖI"}
_ZIPPED_AT = (1980, 1, 1, 0, 0, 0)


def letter_file(text: LetterText) -> bytes:
    """The DOCX of one letter."""
    paper = Document()
    _page(paper, text)
    _head(paper, text)
    _said(paper, _TITLE[text.kind], ALIGN.CENTER, 14, bold=True, after=0)
    _said(paper, f"Về {text.subject}", ALIGN.CENTER, 14, bold=True, after=12)
    _said(paper, f"Kính gửi: {text.addressee}", ALIGN.CENTER, 14, after=12)
    for ground in text.grounds:
        _body(paper, f"Căn cứ {ground};", italic=True)
    for name, value in text.facts:
        _body(paper, f"{name}: {value}.", first=name)
    for point in text.points:
        _body(paper, point)
    _body(paper, text.closing)
    _foot(paper, text)
    return _packed(paper)


def _page(paper: Any, text: LetterText) -> None:
    """A4, margins and typeface of the decree; properties that tell the instant of issue (UTC) and nothing of the machine."""
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    _dress(paper)
    told = paper.core_properties
    told.author = told.last_modified_by = text.sender
    told.title, told.comments, told.language = f"{_TITLE[text.kind]} {text.reference}".strip(), "", "vi-VN"
    # The library writes a Z behind whatever it is given.
    told.created = told.modified = text.at.astimezone(UTC).replace(tzinfo=None)
    told.revision = 1


def _dress(paper: Any) -> None:
    """Styles and settings of our own in Vietnamese, and nothing else of the library's template."""
    for relations in (paper.part.package.rels, paper.part.rels):
        for key in [key for key, each in relations.items() if each.reltype.rsplit("/", 1)[1] in _FOREIGN]:
            del relations[key]
    for part, name in ((paper.styles.element, "letter_styles.xml"), (paper.settings.element, "letter_settings.xml")):
        own = parse_xml((files("reuse_gateway.exports") / "templates" / name).read_bytes())
        part[:] = list(own)


def bound(words: str) -> str:
    """The words with spaces that do not break before the numbers of days, articles and letters."""
    return _KEPT_TOGETHER.sub("\\1\u00a0", words)


def _head(paper: Any, text: LetterText) -> None:
    """Issuer on the left, country on the right, below them number and day."""
    table = paper.add_table(rows=2, cols=2)
    left, right = table.rows[0].cells
    above = [(text.parent.upper(), False)] if text.parent else []
    _cell(left, [*above, (text.sender.upper(), True), ("───────", False)])
    _cell(
        right, [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True), ("Độc lập - Tự do - Hạnh phúc", True), ("──────────────", False)]
    )
    number, day = table.rows[1].cells
    _cell(number, [(f"Số: {text.reference or f'........./{SERIES[text.kind]}-...'}", False)])
    _cell(day, [(f"{text.place or '………'}, {day_in_words(text.on)}", False)], italic=True)
    paper.add_paragraph()


def _cell(cell: Any, lines: list[tuple[str, bool]], *, italic: bool = False) -> None:
    for at, (line, bold) in enumerate(lines):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        paragraph.alignment = ALIGN.CENTER
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(bound(line))
        run.bold, run.italic, run.font.size = bold, italic, Pt(13)


def _foot(paper: Any, text: LetterText) -> None:
    table = paper.add_table(rows=1, cols=2)
    copies, signed = table.rows[0].cells
    _cell(copies, [("Nơi nhận:", True), *((line, False) for line in text.copies)])
    for paragraph in copies.paragraphs:
        paragraph.alignment = ALIGN.LEFT
    _cell(signed, [("THỦ TRƯỞNG CƠ QUAN", True), ("(Ký, ghi rõ họ tên, chức vụ và đóng dấu)", False)])


def _said(paper: Any, words: str, align: Any, size: int, *, bold: bool = False, after: int = 6) -> None:
    paragraph = paper.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(after)
    run = paragraph.add_run(bound(words))
    run.bold, run.font.size = bold, Pt(size)


def _body(paper: Any, words: str, *, italic: bool = False, first: str = "") -> None:
    paragraph = paper.add_paragraph()
    paragraph.alignment = ALIGN.JUSTIFY
    form = paragraph.paragraph_format
    form.first_line_indent, form.space_after, form.line_spacing = Mm(12.7), Pt(6), 1.15
    if first:
        paragraph.add_run(first).bold = True
    paragraph.add_run(bound(words[len(first) :])).italic = italic


def _packed(paper: Any) -> bytes:
    """The file with its parts in order of name and one day for all: libraries write the hour of saving into each."""
    raw, packed = io.BytesIO(), io.BytesIO()
    paper.save(raw)
    with zipfile.ZipFile(raw) as given, zipfile.ZipFile(packed, "w") as made:
        for name in sorted(given.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            part = zipfile.ZipInfo(name, _ZIPPED_AT)
            part.compress_type, part.external_attr, part.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            made.writestr(part, given.read(name))
    return packed.getvalue()
