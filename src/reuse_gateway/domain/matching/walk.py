"""One pass over the words of a row, from left to right, that tells papers demanded from papers only mentioned.

A paper is demanded where a name may begin: at the start, after a separator, after a verb of handing in. Whatever follows
a name belongs to it (`đơn đề nghị cấp lại giấy phép lái xe` demands no licence) until the next place of that kind.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from reuse_gateway.domain.matching.findings import AT_HEAD, INSIDE, JOINED, VAGUE, Finding, Standing
from reuse_gateway.domain.matching.lexicon import Lexicon
from reuse_gateway.domain.matching.phrases import GAP, OWN, VAGUE_NAMES, Phrase, Sense, longest

_LETTERS = frozenset("abcdeghiklmnopqrstuvxyđ") | {"ii", "iii", "iv", "vi", "vii", "viii", "ix", "dd"}
_UNSURE = VAGUE_NAMES | {Sense.UNCLEAR}
_IGNORED = frozenset("\"'“”‘’!?*[]{}_=`|~^#%$@\\")


class At(Enum):
    """Where in the sentence we are."""

    HEAD = auto()
    TAIL = auto()
    CONDITION = auto()
    WAIVED = auto()


class Walk:
    """The state of one pass. Results: `findings`, `signs` (senses met anywhere), `unknown` (heads that no phrase names), and
    `hedged`: words behind a name that spare it, but not simply.
    """

    def __init__(self, lexicon: Lexicon, words: list[str], written: list[str]) -> None:
        self._tree, self._words, self._written = lexicon.phrases, words, written
        self._letters, self._own_papers = lexicon.letters, lexicon.own_papers
        self.findings: list[Finding] = []
        self.signs: set[Sense] = set()
        self.first: Sense | None = None
        self.unknown, self.hedged = 0, False
        self.certified: Phrase | None = None
        self._at, self._back, self._fresh = At.HEAD, At.TAIL, True
        self._listed = self._own = self._copy = self._original = False
        self._score, self._group, self._choice = AT_HEAD, 0, False
        self._last: Finding | None = None
        self._described = False
        self._sentence, self._hedging = 0, False
        self._outer: list[tuple[At, At, bool, bool, bool, float]] = []

    def run(self) -> Walk:
        """Go through all words once; the walk itself holds what was found."""
        tree, words, at = self._tree, self._words, 0
        while at < len(words):
            word = words[at]
            found = longest(tree, words, at) if word in tree else None
            if found and found[0].sense is Sense.PAPER and word in self._letters and not OWN.issuperset(found[0].types):
                found = self._letter(at, found) or found
            if found is None or not found[0].meant(self._written[at]):
                self._word(word, at)
                at += 1
                continue
            phrase, end = found
            self.first = self.first or phrase.sense
            self.signs.add(phrase.sense)
            _STEPS[phrase.sense](self, phrase, at, end)
            at = end
        self.hedged = self.hedged or self._hedging
        return self

    def _letter(self, at: int, name: tuple[Phrase, int]) -> tuple[Phrase, int] | None:
        """A name that begins as a letter of this procedure is that letter, whatever paper it speaks of further on."""
        letter = longest(self._letters, self._words, at) if GAP in name[0].pattern else None
        return longest(self._own_papers, self._words, at) if letter and letter[0].meant(self._written[at]) else None

    def _word(self, word: str, at: int) -> None:
        if word in _MARKS:
            _MARKS[word](self, word)
        elif self._at is At.HEAD and not self._skipped(word, at):
            self._unnamed()

    def _end(self, word: str) -> None:
        """A semicolon inside a parenthesis that tells a condition ends nothing; a description goes on over it."""
        if word == ";" and self._outer and self._at in (At.CONDITION, At.WAIVED):
            return
        self._described = self._described and word == ";"
        self._begin()

    def _comma(self, word: str) -> None:
        self._soften()
        self._choice = self._choice or word == "/"

    def _skipped(self, word: str, at: int) -> bool:
        """Numbers, list letters and signs before a name."""
        if word[0].isdigit() or word in _IGNORED or not word[0].isalnum():
            return True
        return word in _LETTERS and at + 1 < len(self._words) and self._words[at + 1] in ").,/"

    def _unnamed(self) -> None:
        """A place for a name, and a word that begins none we know."""
        if self._fresh:
            self.unknown += 1
            self.first = self.first or Sense.PLAIN
        self._at, self._fresh, self._choice = self._back, False, False

    def _begin(self) -> None:
        """A new sentence or list entry."""
        self._at, self._back, self._fresh = At.HEAD, At.TAIL, True
        self._own = self._copy = self._original = self._choice = False
        self._listed, self._score, self._sentence = self._described, AT_HEAD, len(self.findings)
        self.hedged, self._hedging = self.hedged or self._hedging, False
        self._group += 1

    def _soften(self) -> None:
        """A comma or conjunction: the next name may be one more paper, or go on with what is being said."""
        if self._at in (At.TAIL, At.CONDITION):
            self._back, self._at, self._own = self._at, At.HEAD, False
            self._score = min(self._score, JOINED)

    def _colon(self, _word: str) -> None:
        if self._at is not At.WAIVED:
            self._back = At.TAIL
            self._at, self._listed, self._own = At.HEAD, False, False

    def _open(self, _word: str) -> None:
        self._outer.append((self._at, self._back, self._listed, self._fresh, self._described, self._score))
        if self._at in (At.HEAD, At.TAIL):
            self._at, self._back, self._fresh, self._own = At.HEAD, At.TAIL, False, False
            self._score = min(self._score, INSIDE)

    def _close(self, _word: str) -> None:
        if not self._outer:
            self._begin()
            return
        self._at, self._back, self._listed, self._fresh, self._described, self._score = self._outer.pop()

    def _paper(self, phrase: Phrase, start: int, end: int) -> None:
        standing = self._standing()
        finding = Finding(phrase, start, end, standing, self._score_of(phrase))
        finding.copy, finding.original = self._copy, self._original
        self._hedging = self._hedging and standing is not Standing.WAIVED
        finding.opening = self._own or (self._fresh and not self.findings and not self.unknown)
        if standing is Standing.DEMANDED:
            self._group += not self._choice
            finding.group, self._last = self._group, finding
            self._at, self._back, self._fresh, self._choice, self._own = At.TAIL, At.TAIL, False, False, False
        elif standing is Standing.BACKGROUND:
            self._listed = True
            self._at = self._back if self._at is At.HEAD else self._at
        self.findings.append(finding)

    def _verbal(self, phrase: Phrase, start: int, end: int) -> None:
        """A noun that is a verb as well (`xác nhận`, `quy định`): a name only where nothing else can stand."""
        if self._at is At.HEAD and (self._fresh or self._own):
            self._paper(phrase, start, end)
        else:
            self._behind(phrase, start, end)

    def _standing(self) -> Standing:
        if self._at is At.WAIVED:
            return Standing.WAIVED
        named = self._at is At.HEAD and (self._own or not self._listed)
        return Standing.DEMANDED if named else Standing.BACKGROUND

    def _score_of(self, phrase: Phrase) -> float:
        return min(self._score, VAGUE) if phrase.sense in _UNSURE else self._score

    def _equivalent(self, _phrase: Phrase, _start: int, _end: int) -> None:
        """`hoặc giấy tờ tương đương`: says nothing about which paper."""
        if self._at is At.HEAD:
            self._at, self._fresh = At.TAIL, False

    def _qualifier(self, phrase: Phrase, _start: int, _end: int) -> None:
        """Words around a name: how many, which form of it, new or old."""

    def _copied(self, phrase: Phrase, _start: int, _end: int) -> None:
        self._form(phrase.sense is Sense.ORIGINAL)

    def _certified(self, phrase: Phrase, _start: int, _end: int) -> None:
        self.certified = phrase if self._fresh and not self.findings else self.certified
        self._form(False)

    def _form(self, original: bool) -> None:
        """`bản sao`, `bản chính`: before a name they open it, behind it they belong to it."""
        last = self._last if not self._fresh else None
        if last and (self._outer or not original or self._at in (At.HEAD, At.TAIL)):
            last.copy, last.original = last.copy or not original, last.original or original
        if self._at in (At.WAIVED, At.CONDITION):
            return
        if self._at is At.TAIL:
            self._back, self._at = At.TAIL, At.HEAD
        self._own, self._copy, self._original = True, self._copy or not original, self._original or original

    def _trigger(self, phrase: Phrase, _start: int, _end: int) -> None:
        """A verb of handing in or showing: a name may follow, whatever stood before."""
        if self._at is At.WAIVED:
            return
        self._score = min(self._score, INSIDE if self._at is At.CONDITION else JOINED)
        self._at, self._back, self._listed, self._own = At.HEAD, At.TAIL, False, True
        self._original = self._original or phrase.sense is Sense.SURRENDER

    def _waiver(self, _phrase: Phrase, _start: int, _end: int) -> None:
        self._at, self._fresh, self._choice = At.WAIVED, False, False

    def _spared(self, phrase: Phrase, start: int, end: int) -> None:
        """`không phải nộp`: spares what it names; behind a name, with nothing more to say, what stands before it."""
        before = [each for each in self.findings[self._sentence :] if each.standing is Standing.DEMANDED]
        ends = end == len(self._words) or self._words[end] in ";.)"
        for each in before:
            if ends and (not self._outer or each.group == before[-1].group):
                each.standing = Standing.WAIVED
        self._waiver(phrase, start, end)
        self._hedging = bool(before) and not ends

    def _only(self, phrase: Phrase, start: int, end: int) -> None:
        """`Đối với thẻ căn cước, người yêu cầu chỉ nộp khi ...`: the papers that the condition names are handed in."""
        for each in self.findings[self._sentence :]:
            if each.standing is Standing.BACKGROUND and self._at is not At.WAIVED:
                each.standing = Standing.WAIVED if self.first is Sense.NOTE else Standing.DEMANDED
                self._group += 1
                each.group, each.score = self._group, min(each.score, INSIDE)
        self._condition(phrase, start, end)

    def _condition(self, _phrase: Phrase, _start: int, _end: int) -> None:
        if self._at is not At.WAIVED:
            self._at, self._listed, self._fresh, self._choice = At.CONDITION, False, False, False

    def _release(self, _phrase: Phrase, _start: int, _end: int) -> None:
        """`thì`: what follows is the rule, no longer its condition."""
        if self._at in (At.CONDITION, At.WAIVED):
            self._at, self._back, self._listed, self._own = At.HEAD, At.TAIL, False, False
            self._score = min(self._score, INSIDE)

    def _join(self, phrase: Phrase, _start: int, _end: int) -> None:
        self._soften()
        self._choice = self._choice or phrase.sense is Sense.CHOICE

    def _behind(self, _phrase: Phrase, _start: int, _end: int) -> None:
        """Words that can open no name."""
        if self._at is At.HEAD:
            if self._fresh:
                self.unknown += 1
            self._at, self._fresh, self._choice = self._back, False, False

    def _describes(self, phrase: Phrase, start: int, end: int) -> None:
        """`nêu rõ`: the rest tells what the paper must say, until the sentence ends."""
        self._described = self._listed = True
        self._behind(phrase, start, end)

    def _role(self, phrase: Phrase, _start: int, _end: int) -> None:
        last = self._last if not self._fresh else None
        for each in self.findings if last else ():
            if each.group == last.group and each.standing is Standing.DEMANDED and each.role is None:
                each.role = phrase.role
        self._behind(phrase, _start, _end)

    def _sign(self, _phrase: Phrase, _start: int, _end: int) -> None:
        """A sign in the wording that moves nothing but the place for a name."""
        if self._at is At.HEAD:
            self._at, self._fresh = self._back, False


_Step = Callable[[Walk, Phrase, int, int], None]
_STEPS: dict[Sense, _Step] = {
    Sense.PAPER: Walk._paper, Sense.UMBRELLA: Walk._paper, Sense.DOSSIER: Walk._paper, Sense.UNCLEAR: Walk._paper,
    Sense.VERBAL: Walk._verbal, Sense.EQUIVALENT: Walk._equivalent,
    Sense.QUALIFIER: Walk._qualifier, Sense.COPY: Walk._copied, Sense.CERTIFIED: Walk._certified, Sense.ORIGINAL: Walk._copied,
    Sense.SHOWN_ORIGINAL: Walk._qualifier, Sense.SUBMIT: Walk._trigger, Sense.PRESENT: Walk._trigger,
    Sense.SURRENDER: Walk._trigger, Sense.TRIGGER: Walk._trigger, Sense.WAIVER: Walk._waiver, Sense.SPARED: Walk._spared,
    Sense.ONLY: Walk._only,
    Sense.CONDITION: Walk._condition, Sense.UNLESS: Walk._condition, Sense.RELEASE: Walk._release,
    Sense.BACKGROUND: Walk._behind, Sense.PLAIN: Walk._behind, Sense.DESCRIBES: Walk._describes,
    Sense.JOIN: Walk._join, Sense.CHOICE: Walk._join, Sense.DATA: Walk._sign, Sense.INSTEAD: Walk._sign,
    Sense.RULE: Walk._sign, Sense.NOTE: Walk._qualifier, Sense.ROLE: Walk._role,
}  # fmt: skip
_MARKS: dict[str, Callable[[Walk, str], None]] = {
    ";": Walk._end, ".": Walk._end, ",": Walk._comma, "/": Walk._comma, ":": Walk._colon, "(": Walk._open, ")": Walk._close,
}  # fmt: skip
