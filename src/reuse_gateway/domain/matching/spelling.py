"""From published text to words: one form for NFC and NFD, case, accents, abbreviations, and for what a crawl glues together.

Accents are dropped, except on the few words that mean another thing with another accent (sổ, a book; số, a number).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from reuse_gateway.domain.text import fold, nfc

READ_CHARS = 700
_KEPT_BEFORE_FOLDING = 20 * READ_CHARS
_WORDS_REMEMBERED = 32_768

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_UNSEEN = re.compile(r"<(script|style)\b[^<>]{0,300}>.*?(?:</\1\s{0,9}>|\Z)", re.IGNORECASE | re.DOTALL)
# Letters of scripts in which no Vietnamese is written; some look like Latin ones.
_STRANGE = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\u2dff\u2e80-\ud7ff\uf900-\ufdff\uff66-\uffdc]")
_TAG = re.compile(r"<[^<>]{0,300}>")
_MOJIBAKE = re.compile("[ÃÄÆ][\u0080-\u024f\u2000-\u2122]|á[º»]")
# A crawl writes the name of the form and the counts of copies into the row: `...Mẫu 02.doc1 bản chính,2 bản saob) Đơn ...`.
_COUNTS = re.compile(
    r"(?:\.(?:docx?|pdf|xlsx?|rar|zip|jpe?g|png)\s*|(?<=[^\s\d(:/-]))([0-9]{1,2}) bản chính(?:, ?([0-9]{1,2}) bản sao)?"
    r"|([0-9]{1,2}) bản chính(?:, ?([0-9]{1,2}) bản sao)?(?=[a-zđ][0-9]?\))"
)
_FORM_FILE = re.compile(r"(?:mẫu|mau|phụ ?lục|phuluc|biểu ?mẫu)[ _.-]?[0-9][^;\n]{0,80}?(?=\.(?:docx?|pdf|xlsx?|rar)\b)")
_GLUED = re.compile(r"(?<=\w)(?=(?:mẫu|mau|phụ ?lục|phuluc|biểu mẫu)[ _.]?[0-9])|\.(?:docx?|pdf|xlsx?|rar)\b")
_BULLET = re.compile(r"(?:^|(?<=[\s;:.,)(]))[-+*•●▪♦–—]+(?=\s*\w)")
_PROVING = "chứng minh|chứng nhận|xác nhận|xác định|thể hiện"
_TELLING = f"{_PROVING}|về|pháp lý|hợp pháp"
_WORD = re.compile(r"\d[\d.,/]*\w*|\w+|[^\w\s]")


def repaired(text: str) -> str:
    """Text without marks that cannot be seen, without markup and what that hides; mojibake is read again."""
    text = text[:_KEPT_BEFORE_FOLDING]
    if _MOJIBAKE.search(text):
        text = _reread(text)
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", _UNSEEN.sub(" ", text)))
    return nfc(_INVISIBLE.sub("", _CONTROL.sub("", text)))


def strange(text: str) -> bool:
    """Whether letters of another script stand in the text: then nothing may rest on what the rest of it seems to say."""
    return _STRANGE.search(text, 0, READ_CHARS) is not None


def _reread(text: str) -> str:
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _separated(text: str) -> str:
    """Lower case, with glued parts apart and bullets as semicolons."""
    lowered = text.casefold()
    if "mẫu" in lowered or "mau" in lowered or "phu" in lowered or "phụ" in lowered:
        lowered = _GLUED.sub(" ", _COUNTS.sub(_count_words, _FORM_FILE.sub(" ", lowered)))
    elif "bản chính" in lowered:
        lowered = _COUNTS.sub(_count_words, lowered)
    return _BULLET.sub(" ; ", lowered)


def _twins(nouns: Sequence[str]) -> re.Pattern[str]:
    """Two of the nouns joined, where what they prove or tell follows."""
    noun = "|".join(map(re.escape, nouns))
    return re.compile(rf"\b({noun})(?:\s*[,/]\s*|\s+(?:hoặc|và)\s+)(?:các\s+)?(?:{noun})(?=\s+(?:{_TELLING})\b)")


def _loose(nouns: Sequence[str], adjectives: Sequence[str]) -> re.Pattern[str]:
    """A noun with adjectives that tell nothing, where what it proves follows: `giấy tờ hợp lệ khác chứng minh ...`."""
    noun, adjective = ("|".join(map(re.escape, sorted(each, key=len, reverse=True))) for each in (nouns, adjectives))
    return re.compile(rf"\b({noun})(?:\s+(?:{adjective})){{1,3}}(?=\s+(?:{_PROVING})\b)")


def _count_words(count: re.Match[str]) -> str:
    """How many originals and copies: as words of their own, closing the paper before them."""
    originals, copies = ((count[n] or count[n + 2] or "").strip("0") for n in (1, 2))
    return (" ( bản chính ) " if originals and not copies else " ( bản sao ) " if copies else " ") + ". "


@dataclass(frozen=True, slots=True)
class Spelling:
    """What counts as the same word. `sensitive`: words whose accent matters; `abbreviations`: short word -> words in full.

    Keys are folded. `doubled`: nouns that stand side by side for one (`văn bản, tài liệu chứng minh ...`), read as the
    first of these. `idle`: adjectives of these nouns that tell nothing (`giấy tờ hợp lệ khác chứng minh ...`).
    """

    sensitive: frozenset[str] = frozenset()
    same: Mapping[str, str] = field(default_factory=dict)
    abbreviations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    doubled: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    _word: Callable[[str], str] = field(init=False, compare=False, repr=False)
    _both: Callable[[str], tuple[str, str]] = field(init=False, compare=False, repr=False)
    _twins: re.Pattern[str] | None = field(init=False, compare=False, repr=False)
    _loose: re.Pattern[str] | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_twins", _twins(self.doubled) if self.doubled else None)
        object.__setattr__(self, "_loose", _loose(self.doubled, self.idle) if self.doubled and self.idle else None)
        object.__setattr__(self, "_word", lru_cache(_WORDS_REMEMBERED)(self._canonical))
        object.__setattr__(self, "_both", lru_cache(_WORDS_REMEMBERED)(self._in_both_ways))

    def _canonical(self, word: str) -> str:
        folded = fold(word) or word
        folded = self.same.get(folded, folded)
        return word if folded in self.sensitive and not word.isascii() else folded

    def words(self, text: str) -> tuple[list[str], list[str]]:
        """Words and punctuation of the first `READ_CHARS` characters of repaired text: to look up, and as written."""
        separated = _separated(text[:READ_CHARS])
        if self._loose:
            separated = self._loose.sub(r"\1", separated)
        written = _WORD.findall(self._twins.sub(self.doubled[0], separated) if self._twins else separated)
        found = list(map(self._word, written))
        if self.abbreviations.keys().isdisjoint(found):
            return found, written
        full = [each for word, key in zip(written, found, strict=True) for each in self.abbreviations.get(key, (word,))]
        return list(map(self._word, full)), full

    def pattern(self, words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A spelling of the vocabulary as it is looked up: as written, and without any accent."""
        both = [self._both(word) for word in words]
        return tuple(exact for exact, _ in both), tuple(plain for _, plain in both)

    def _in_both_ways(self, word: str) -> tuple[str, str]:
        lowered = unicodedata.normalize("NFC", word).casefold()
        bare = fold(lowered) or lowered
        return self._word(lowered), self.same.get(bare, bare)
