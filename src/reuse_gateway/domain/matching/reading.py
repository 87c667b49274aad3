"""A dossier row read: demand or note, which papers, whose, in which form, and whether data may stand for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from math import prod

from reuse_gateway.domain.matching.doubts import ABROAD, OWNER, WORDS, Doubts, abroad, astray, own
from reuse_gateway.domain.matching.findings import AT_HEAD, DOUBTED, INSIDE, UNKNOWN, WHOLE, Finding, Standing
from reuse_gateway.domain.matching.lexicon import Lexicon
from reuse_gateway.domain.matching.phrases import OTHER, VAGUE_NAMES, Sense
from reuse_gateway.domain.matching.spelling import READ_CHARS, repaired, strange
from reuse_gateway.domain.matching.walk import Walk

SURE, CERTAIN = 0.8, 0.95
_MOST_ALTERNATIVES, _HEADINGS_REMEMBERED = 16, 64
_NO_ORIGINAL = frozenset({Sense.COPY, Sense.CERTIFIED, Sense.PRESENT})
_TELLS_WHEN = frozenset({Sense.CONDITION, Sense.BACKGROUND})
_INTRODUCES = frozenset({":", "…"})


class Kind(StrEnum):
    """A row that demands papers, or one that only states a rule or condition."""

    DEMAND = "demand"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Named:
    """One paper found in a row: the words that name it, the phrase they matched, and how it stands."""

    types: tuple[str, ...]
    written: str
    pattern: str
    standing: Standing
    score: float
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a row says. `score` 0 to 1 is that of its weakest paper; below `SURE` nothing may rest on it.

    `evidence_types` most central first, `other` for papers outside the catalogue; `any_of` alternatives of papers needed
    together, catalogue papers only. `complete`: every part of the row was understood. `signs`: senses met in the wording.
    `doubts`: `owner` where an unknown person's paper is meant, `foreign` where one of a foreign state, `words` where words
    beside a name may change what it says; then never sure.
    """

    kind: Kind
    evidence_types: tuple[str, ...] = ()
    score: float = 0.0
    any_of: tuple[tuple[str, ...], ...] = ()
    substitution: bool = False
    original: bool = False
    present: bool = False
    role: str | None = None
    complete: bool = False
    named: tuple[Named, ...] = ()
    signs: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Good enough to decide on."""
        return self.score >= SURE


def read(lexicon: Lexicon, text: str, case: str = "") -> Reading:
    """Read one row; `case` is the name of the case it stands under, which may tell how its papers are wanted."""
    kept = repaired(text)
    words, written = lexicon.spelling.words(kept)
    if not words:
        return Reading(Kind.NOTE)
    walk = Walk(lexicon, words, written).run()
    heading, afar, lost = _headed(lexicon, case) if case else (None, False, frozenset[str]())
    demanded = _demanded(walk.findings)
    kind = _kind(walk, words, demanded, heading)
    taken = demanded if kind is Kind.DEMAND else []
    types = _types(taken) if taken else _types(_waived(walk)) if kind is Kind.NOTE else _nameless(walk)
    complete = not walk.unknown and len(kept) <= READ_CHARS and not strange(kept)
    roles = {finding.role for finding in taken}
    doubts = _doubts(lexicon, words, written, walk, taken, afar, lost) or ((WORDS,) if strange(kept) else ())
    score = _score(walk, kind, taken, complete, words)
    return Reading(
        kind=kind,
        evidence_types=types,
        score=min(score, DOUBTED) if doubts and kind is Kind.DEMAND else score,
        any_of=_alternatives(taken),
        substitution=_substitution(walk.signs),
        original=kind is Kind.DEMAND and _original(walk, taken, heading),
        present=_present(walk, heading),
        role=roles.pop() if len(roles) == 1 else None,
        complete=complete,
        named=tuple(_named(finding, written) for finding in walk.findings),
        signs=tuple(sorted(walk.signs)),
        doubts=doubts,
    )


def _headed(lexicon: Lexicon, case: str) -> tuple[Walk, bool, frozenset[str]]:
    """A case's name as read, whether it speaks of foreign papers, kinds that mean others there; the latest are remembered."""
    known = lexicon.headings
    found = known.get(case)
    if found is None:
        if len(known) >= _HEADINGS_REMEMBERED:
            known.clear()
        words, written = lexicon.spelling.words(repaired(case))
        found = known[case] = (Walk(lexicon, words, written).run(), abroad(lexicon, words), astray(lexicon, words, written))
    return found


def _doubts(
    lexicon: Lexicon,
    words: list[str],
    written: list[str],
    walk: Walk,
    taken: list[Finding],
    afar: bool,
    lost: frozenset[str],
) -> tuple[str, ...]:
    """What speaks against papers that registers hold; the procedure's own letters are beyond it."""
    looked = Doubts(lexicon, words, written, walk.findings)
    if taken and all(map(own, taken)):
        return (WORDS,) if looked.unread() else ()
    found = set(looked.run())
    if walk.hedged or any(lost.intersection(each.phrase.types) for each in taken):
        found.add(WORDS)
    if afar:
        found.add(ABROAD)
    return tuple(each for each in (OWNER, ABROAD, WORDS) if each in found)


def _demanded(findings: list[Finding]) -> list[Finding]:
    """Papers demanded; `one of these papers` gives way to the papers it announces."""
    taken = [finding for finding in findings if finding.standing is Standing.DEMANDED]
    specific = [finding for finding in taken if finding.phrase.sense not in VAGUE_NAMES]
    return specific or taken


def _waived(walk: Walk) -> list[Finding]:
    return [f for f in walk.findings if f.standing is Standing.WAIVED and f.phrase.types != (OTHER,)]


def _nameless(walk: Walk) -> tuple[str, ...]:
    """A certified copy that the row does not say of what, or a paper that no phrase names."""
    return walk.certified.types if walk.certified and not walk.unknown else (OTHER,)


def _types(findings: list[Finding]) -> tuple[str, ...]:
    """Each type once, `other` last."""
    named = dict.fromkeys(key for finding in findings for key in finding.phrase.types)
    return tuple(key for key in named if key != OTHER) + ((OTHER,) if OTHER in named else ())


def _kind(walk: Walk, words: list[str], demanded: list[Finding], heading: Walk | None) -> Kind:
    """A row that opens as a note, or names no paper and speaks in rules, is a note."""
    if walk.first is Sense.NOTE:
        return Kind.NOTE
    specific = [finding for finding in demanded if finding.phrase.sense not in VAGUE_NAMES]
    if specific and specific[0].score > INSIDE:
        return Kind.DEMAND
    noted = heading is not None and heading.first is Sense.NOTE
    if noted and not specific:
        return Kind.NOTE
    opens = bool(demanded) and demanded[0].opening and demanded[0].phrase.sense is not Sense.DOSSIER
    if opens and words[-1] not in _INTRODUCES:
        return Kind.DEMAND
    ruling = bool(walk.signs & {Sense.RULE, Sense.NOTE}) or words[-1] in _INTRODUCES or walk.first in _TELLS_WHEN
    if specific:
        return Kind.NOTE if noted and Sense.RULE in walk.signs else Kind.DEMAND
    waives = any(finding.standing is Standing.WAIVED for finding in walk.findings)
    return Kind.NOTE if ruling or waives else Kind.DEMAND


def _score(walk: Walk, kind: Kind, taken: list[Finding], complete: bool, words: list[str]) -> float:
    if kind is Kind.NOTE:
        return INSIDE
    if not taken:
        return AT_HEAD if walk.certified and not walk.unknown else UNKNOWN
    whole = len(taken) == 1 and taken[0].phrase.sense is not Sense.UNCLEAR and taken[0].end - taken[0].start == len(words)
    lowest = WHOLE if whole else min(finding.score for finding in taken)
    return lowest if complete else min(lowest, INSIDE)


def _alternatives(taken: list[Finding]) -> tuple[tuple[str, ...], ...]:
    """Alternatives of papers needed together (CCCEV). Papers are alternatives only where the row says so."""
    groups: dict[int, dict[tuple[str, ...], None]] = {}
    for finding in taken:
        types = finding.phrase.types
        for together in (types,) if finding.phrase.together else ((key,) for key in types if key != OTHER):
            groups.setdefault(finding.group, {})[together] = None
    if not groups:
        return ()
    if prod(map(len, groups.values())) > _MOST_ALTERNATIVES:
        return (_once(key for group in groups.values() for together in group for key in together),)
    rows = product(*groups.values())
    return tuple(dict.fromkeys(_once(key for together in chosen for key in together) for chosen in rows))


def _once(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


def _substitution(signs: set[Sense]) -> bool:
    return bool(signs & {Sense.INSTEAD, Sense.UNLESS}) or (Sense.DATA in signs and bool(signs & {Sense.WAIVER, Sense.SPARED}))


def _original(walk: Walk, taken: list[Finding], heading: Walk | None) -> bool:
    if any(finding.original and not finding.copy for finding in taken):
        return True
    headed = heading is not None and Sense.ORIGINAL in heading.signs and not heading.signs & _NO_ORIGINAL
    headed = headed and all(finding.phrase.sense in VAGUE_NAMES for finding in heading.findings)
    return headed and not walk.signs & _NO_ORIGINAL


def _present(walk: Walk, heading: Walk | None) -> bool:
    """Only shown: the row says so, or the heading it stands under."""
    for signs in (walk.signs, heading.signs if heading else set()):
        if signs & {Sense.SUBMIT, Sense.SURRENDER}:
            return False
        if Sense.PRESENT in signs:
            return True
    return False


def _named(finding: Finding, words: list[str]) -> Named:
    phrase = finding.phrase
    written = " ".join(words[finding.start : finding.end])
    return Named(phrase.types, written, phrase.pattern, finding.standing, finding.score, finding.role)
