"""The portal's answer to LayThuTuc, read into procedures: words kept as published, tied where they surely name papers.

Shape (as provinces receive it): UPPER-CASE keys, counts as strings or empty, cases in THANHPHANHOSO, papers in GIAYTO,
results with KQ codes; one procedure may come alone, in `result`, or as JSON text inside `message`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, BinaryIO

from reuse_gateway.application.import_catalogue import ReadProcedure
from reuse_gateway.catalogue.json_values import json_values
from reuse_gateway.catalogue.published_text import Notes, as_day, as_list, names_of, words
from reuse_gateway.domain.matching import Kind, Reading, Vocabulary
from reuse_gateway.domain.procedure import Case, Mode, ProcedureCode, ProcedureVersion, Requirement
from reuse_gateway.domain.text import fold

LONGEST_NAME_CHARS, LONGEST_LABEL_CHARS = 2_000, 10_000
_DEEPEST_WRAPPER = 4
_RESULT_CODE = re.compile(r"KQ\.[A-Z][0-9]{2}\.[0-9]{4,8}")
_LEVELS = {
    "0": "ministry", "1": "province", "2": "district", "3": "commune",
    "cap bo": "ministry", "cap tinh": "province", "cap huyen": "district", "cap xa": "commune", "co quan khac": "other",
}  # fmt: skip


def read_procedures(stream: BinaryIO, valid_from: date, vocabulary: Vocabulary) -> Iterator[ReadProcedure]:
    """Procedures of one file (JSON lines, one list, or one answer), which hold from NGAYHIEULUC where told, else from
    `valid_from`: the portal was not seen to tell a day.

    Raises MalformedBody or TooLarge where the file is not JSON; anything odd inside a procedure becomes a trouble.
    """
    yield from read_answers(json_values(stream), valid_from, vocabulary)


def read_answers(answers: Iterable[tuple[int, Any]], valid_from: date, vocabulary: Vocabulary) -> Iterator[ReadProcedure]:
    """The same of answers that were decoded already, each behind its line (or its place among the answers)."""
    for line, value in answers:
        for row in unwrapped(value):
            yield read_procedure(row, line, valid_from, vocabulary)


def unwrapped(value: Any, depth: int = 0) -> Iterator[Any]:
    """Procedures inside the envelopes seen: `result` holding one or a list, `message` holding all that as JSON text."""
    if depth > _DEEPEST_WRAPPER:
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from unwrapped(each, depth + 1)
    elif isinstance(value, dict) and "MATTHC" not in value and isinstance(value.get("result"), (list, dict)):
        yield from unwrapped(value["result"], depth + 1)
    elif isinstance(value, dict) and "MATTHC" not in value and isinstance(value.get("message"), str):
        yield from unwrapped(_inner_json(value["message"]), depth + 1)
    else:
        yield value


def _inner_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def read_procedure(row: Any, line: int, valid_from: date, vocabulary: Vocabulary) -> ReadProcedure:
    """One procedure in the shape of LayThuTuc; anything odd in it becomes a trouble."""
    notes = Notes(line)
    if not isinstance(row, dict):
        notes.add("", "not_an_object")
        return ReadProcedure(line, None, troubles=tuple(notes))
    code = _code(row, notes)
    name = words(row.get("TENTTHC"), "TENTTHC", LONGEST_NAME_CHARS, notes)
    if not code or not name:
        if not name:
            notes.add("TENTTHC", "empty_name")
        return ReadProcedure(line, None, troubles=tuple(notes))
    if str(row.get("TRANGTHAI", "1")) not in ("1", ""):
        notes.add("TRANGTHAI", "not_public")
        return ReadProcedure(line, None, troubles=tuple(notes))
    first_day, dossier = _first_day(row, notes), _Dossier(vocabulary, notes)
    cases = dossier.cases(row)
    rows = [requirement for case in cases for requirement in case.requirements]
    version = ProcedureVersion(
        code=code,
        name=name,
        cases=cases,
        valid_from=first_day or valid_from,
        level=",".join(
            dict.fromkeys(_LEVELS.get(fold(level), fold(level)) for level in names_of(row, "CAPTHUCHIEN", "", notes))
        ),
        decision=words(row.get("QUYETDINH"), "QUYETDINH", LONGEST_NAME_CHARS, notes),
        field="; ".join(names_of(row, "LINHVUCTHUCHIEN", "TENLINHVUC", notes)),
        ministry=words(row.get("BONGANH"), "BONGANH", LONGEST_NAME_CHARS, notes),
        result_codes=_result_codes(row, notes),
        tied=False,
    )
    tied = sum(bool(each.any_of) for each in rows)
    return ReadProcedure(line, version, len(rows), tied, tuple(notes), dated=first_day is not None)


def _first_day(row: dict[str, Any], notes: Notes) -> date | None:
    try:
        return as_day(row.get("NGAYHIEULUC"))
    except ValueError as wrong:
        notes.add("NGAYHIEULUC", str(wrong))
        return None


def _result_codes(row: dict[str, Any], notes: Notes) -> tuple[str, ...]:
    """All codes as they are written; one of another shape than `KQ.G15.000031` is told, for nothing will ever meet it."""
    found = names_of(row, "KETQUATHUCHIEN", "MAKETQUA", notes)
    if not all(map(_RESULT_CODE.fullmatch, found)):
        notes.add("KETQUATHUCHIEN", "result_code_shape")
    return tuple(dict.fromkeys(found))


def _code(row: dict[str, Any], notes: Notes) -> str | None:
    text = row.get("MATTHC")
    try:
        notes.code = ProcedureCode.parse(text.strip() if isinstance(text, str) else "").base
    except ValueError:
        notes.add("MATTHC", "procedure_code_shape")
    return notes.code


class _Dossier:
    """The rows of one procedure as they are read."""

    def __init__(self, vocabulary: Vocabulary, notes: Notes) -> None:
        self._vocabulary, self._notes = vocabulary, notes

    def cases(self, row: dict[str, Any]) -> tuple[Case, ...]:
        """Cases in their order; rows under a case name that comes again are put together, so that a case can be named."""
        found: dict[str, list[Requirement]] = {}
        for n, case in enumerate(as_list(row.get("THANHPHANHOSO"))):
            at = f"THANHPHANHOSO.{n}"
            if not isinstance(case, dict):
                self._notes.add(at, "not_an_object")
                continue
            name = words(case.get("TRUONGHOP"), f"{at}.TRUONGHOP", LONGEST_NAME_CHARS, self._notes)
            if name in found:
                self._notes.add(f"{at}.TRUONGHOP", "case_named_twice")
            rows = found.setdefault(name, [])
            for m, paper in enumerate(as_list(case.get("GIAYTO"))):
                self._add_paper(paper, f"{at}.GIAYTO.{m}", f"c{n + 1}r{m + 1}", name, rows)
        return tuple(Case(name, tuple(rows)) for name, rows in found.items())

    def _add_paper(self, paper: Any, at: str, own_ref: str, case: str, rows: list[Requirement]) -> None:
        if not isinstance(paper, dict):
            self._notes.add(at, "not_an_object")
            return
        label = words(paper.get("TENGIAYTO"), f"{at}.TENGIAYTO", LONGEST_LABEL_CHARS, self._notes)
        if not label:
            self._notes.add(f"{at}.TENGIAYTO", "empty_name")
            return
        for field in ("SOBANCHINH", "SOBANSAO"):
            if not str(paper.get(field) or "0").strip().isdecimal():
                self._notes.add(f"{at}.{field}", "not_a_count")
        replacing = words(paper.get("MA_KQ_THAYTHE"), f"{at}.MA_KQ_THAYTHE", 64, self._notes)
        if replacing and not _RESULT_CODE.fullmatch(replacing):
            self._notes.add(f"{at}.MA_KQ_THAYTHE", "result_code_shape")
        code = words(paper.get("MAGIAYTO"), f"{at}.MAGIAYTO", 64, self._notes)
        same = [each for each in rows if code and each.ref == code]
        if any(each.label == label for each in same):
            self._notes.add(at, "paper_listed_twice")
            return
        if same:
            self._notes.add(f"{at}.MAGIAYTO", "paper_code_used_twice")
        rows.append(self._requirement(code if code and not same else own_ref, label, case, replacing))

    def _requirement(self, ref: str, label: str, case: str, replaced_by: str) -> Requirement:
        """A row with what is surely known of it; a row that replaces by a result names the paper of that result."""
        reading = self._vocabulary.read(label, case)
        result = self._vocabulary.result_codes.get(replaced_by)
        any_of = _tied(reading) or (((result,),) if result else ())
        return Requirement(
            ref=ref,
            label=label,
            any_of=any_of,
            role=reading.role or "applicant",
            mode=Mode.PRESENT if reading.present else Mode.SUBMIT,
            original=reading.original,
            substitution_wording=reading.substitution or result is not None,
        )


def _tied(reading: Reading) -> tuple[tuple[str, ...], ...]:
    """The papers of a row that surely demands them; a note ties nothing."""
    return reading.any_of if reading.kind is Kind.DEMAND and reading.sure else ()
