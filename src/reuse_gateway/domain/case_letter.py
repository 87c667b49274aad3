"""Letters of a case: the notice to an agency (thông báo) and the apology (văn bản xin lỗi); numbered, kept for good. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reuse_gateway.domain.vietnam import vietnamese_day


class LetterKind(StrEnum):
    """What a letter is for."""

    NOTICE = "notice"
    APOLOGY = "apology"


# Abbreviations in the number of an official letter (Decree 30/2020/NĐ-CP, annex I): thông báo, xin lỗi.
SERIES = {LetterKind.NOTICE: "TB", LetterKind.APOLOGY: "XL"}


# What the applicant need not do for violations of a type (law.md 6.2); those that are not here spare nobody a paper.
_SPARED = {
    "paper": ("V01", "V02", "V03", "V04", "V05", "V09", "V11", "V16"),
    "paper_form": ("V06",),
    "copy": ("V07",),
    "certified_copy": ("V08",),
    "retyping": ("V10",),
}


def spared(types: Collection[str]) -> tuple[str, ...]:
    """Codes of what need not be done; whoever need not bring the paper at all is told no more than that."""
    found = tuple(code for code, of in _SPARED.items() if set(of) & set(types))
    return found[:1] if "paper" in found else found


def is_about_data_held(types: Collection[str]) -> bool:
    """Does the State hold what was asked for, by one of the violations at least?"""
    return bool({"V01", "V02", "V03", "V09", "V10", "V11", "V16"} & set(types))


def reference_of(kind: LetterKind, issuer: str, number: int) -> str:
    """The number of a letter as it is written: `01/XL-H41.12`."""
    return f"{number:02d}/{SERIES[kind]}-{issuer}"


@dataclass(frozen=True, slots=True)
class CaseLetter:
    """A letter as it was issued: `file` is the DOCX to the byte. `actor` is a keyed pseudonym.

    `addressee` is the first violation of the applicant it goes to; empty = an agency (a notice), or every applicant of the
    round (an apology issued before each got their own).
    """

    kind: LetterKind
    issuer: str
    year: int
    number: int
    case_id: str
    round: int
    issued_at: datetime
    actor: str
    legal_basis: tuple[str, ...]
    file: bytes
    addressee: str = ""

    @property
    def reference(self) -> str:
        """Its number as it is written: `01/XL-H41.12`."""
        return reference_of(self.kind, self.issuer, self.number)

    @property
    def file_sha256(self) -> str:
        """Hex digest of the file."""
        return hashlib.sha256(self.file).hexdigest()


@dataclass(frozen=True, slots=True)
class RecordedLetter:
    """A letter that is durable, with the index of its leaf. `file_sha256` is told also where the file was left out."""

    letter: CaseLetter
    index: int
    file_sha256: str


@dataclass(frozen=True, slots=True)
class LetterText:
    """What stands in a letter, in Vietnamese; `reference` empty = a draft that has no number yet.

    `at` is the instant of issue, in any zone. `place` (địa danh) stands before the day, empty = left to be filled in.
    `parent` and `sender` head it, `addressee` follows "Kính gửi"; `grounds` are instruments; `points` what is told and asked.
    """

    kind: LetterKind
    parent: str
    sender: str
    reference: str
    at: datetime
    subject: str
    addressee: str
    grounds: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    points: tuple[str, ...]
    closing: str
    copies: tuple[str, ...]
    place: str = ""

    @property
    def on(self) -> date:
        """The day it bears, of Viet Nam."""
        return vietnamese_day(self.at)


def day_in_words(day: date) -> str:
    """`ngày 05 tháng 01 năm 2026`: days below 10, months 1 and 2 with a leading zero (Decree 30/2020/NĐ-CP)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
