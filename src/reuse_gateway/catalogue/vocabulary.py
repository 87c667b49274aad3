"""The vocabulary files: names of papers and the wording around them, typed strictly and made into a lexicon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from reuse_gateway.catalogue.schema import Flag, Ref, typed
from reuse_gateway.catalogue.yaml_strict import read_bytes, read_facts
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.evidence_type import EvidenceType
from reuse_gateway.domain.matching import OTHER, Lexicon, Phrase, Sense, Spelling, Vocabulary, spellings

SHIPPED = Path(__file__).parent / "data"
FOLDER = "vocabulary"

Pattern = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Syllable = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,12}$")]


_NAMED_BY_SENSE = {
    Sense.UMBRELLA: (OTHER,),
    Sense.DOSSIER: (OTHER,),
    Sense.VERBAL: (OTHER,),
    Sense.CERTIFIED: ("certified_copy",),
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SpellingFacts(_Strict):
    """Words without accents: those whose accent matters, other spellings, abbreviations; and nouns doubled for one."""

    sensitive: tuple[Syllable, ...] = ()
    same: dict[Syllable, Syllable] = {}
    abbreviations: dict[Syllable, Pattern] = {}
    doubled: tuple[Pattern, ...] = ()
    idle: tuple[Pattern, ...] = ()


class Group(_Strict):
    """Names that stand for any of several papers (for all of them where `together`), or for `other`."""

    types: tuple[Ref, ...] = Field(min_length=1)
    together: Flag = False
    patterns: tuple[Pattern, ...] = Field(min_length=1)


class VocabularyFile(_Strict):
    """One file; all parts may be missing. Patterns: `(a|b c|)` is a choice, `…` up to eight words.

    `told_on`: kinds of paper whose names freely go on with what they are about; `astray`: words near which a name of these
    kinds means another paper.
    """

    spelling: SpellingFacts | None = None
    papers: dict[Ref, tuple[Pattern, ...]] = {}
    groups: tuple[Group, ...] = ()
    senses: dict[Sense, tuple[Pattern, ...]] = {}
    roles: dict[Ref, tuple[Pattern, ...]] = {}
    told_on: tuple[Ref, ...] = ()
    astray: tuple[Group, ...] = ()


def load_vocabulary(kinds: Iterable[EvidenceType], folder: Path | None = None) -> Vocabulary:
    """Names, aliases and result codes of the evidence types with the vocabulary files beside them; raises FactsError."""
    root, listed = folder or SHIPPED, list(kinds)
    files = {path.relative_to(root).as_posix(): path for path in sorted((root / FOLDER).glob("*.yaml"))}
    if not files:
        raise FactsError(FOLDER, "", "no vocabulary files; without them no row can be read")
    texts = tuple((name, read_bytes(path, root)) for name, path in files.items())
    return Vocabulary.of(listed, _read_once(texts, frozenset(kind.key for kind in listed) | {OTHER}))


@lru_cache(maxsize=2)
def _read_once(texts: tuple[tuple[str, bytes], ...], known: frozenset[str]) -> Lexicon:
    """Expanding takes a second and tens of megabytes; whoever loads the same files again shares the frozen value."""
    typed_files = {name: typed(VocabularyFile, read_facts(raw, name), name) for name, raw in texts}
    phrases = [phrase for name, file in typed_files.items() for phrase in _phrases(name, file, known)]
    return _lexicon(typed_files, [*_by_precedence(phrases)])


def _by_precedence(phrases: list[Phrase]) -> Iterator[Phrase]:
    """Of two meanings of the same words a paper of the catalogue comes first, then `other`, then wording."""
    yield from (phrase for phrase in phrases if phrase.types and phrase.types != (OTHER,))
    yield from (phrase for phrase in phrases if phrase.types == (OTHER,))
    yield from (phrase for phrase in phrases if not phrase.types)


def _phrases(name: str, file: VocabularyFile, known: frozenset[str]) -> Iterator[Phrase]:
    for key, patterns in file.papers.items():
        yield from _checked(name, f"papers.{key}", Sense.PAPER, patterns, known, (key,))
    for n, group in enumerate(file.groups):
        checked = _checked(name, f"groups.{n}", Sense.PAPER, group.patterns, known, group.types)
        yield from (replace(phrase, together=group.together) for phrase in checked)
    for sense, patterns in file.senses.items():
        types = _NAMED_BY_SENSE.get(sense, ())
        yield from _checked(name, f"senses.{sense}", sense, patterns, known, types)
    for role, patterns in file.roles.items():
        yield from _checked(name, f"roles.{role}", Sense.ROLE, patterns, known, (), role)
    for n, group in enumerate(file.astray):
        yield from _checked(name, f"astray.{n}", Sense.ASTRAY, group.patterns, known, group.types)
    _checked_keys(name, "told_on", file.told_on, known)


def _checked(
    name: str,
    path: str,
    sense: Sense,
    patterns: tuple[str, ...],
    known: frozenset[str],
    types: tuple[str, ...],
    role: str | None = None,
) -> Iterator[Phrase]:
    _checked_keys(name, path, types, known)
    yield from (Phrase(sense, pattern, types, role) for pattern in patterns)


def _checked_keys(name: str, path: str, keys: tuple[str, ...], known: set[str]) -> None:
    for key in keys:
        if key not in known:
            raise FactsError(name, path, f"no such evidence type: {key}")


def _lexicon(files: dict[str, VocabularyFile], phrases: Iterable[Phrase]) -> Lexicon:
    try:
        return Lexicon.of(_spelling(files), phrases, (key for file in files.values() for key in file.told_on))
    except ValueError:
        raise _first_unreadable(files) from None


def _first_unreadable(files: dict[str, VocabularyFile]) -> FactsError:
    """Where the first pattern stands that cannot be expanded."""
    for name, file in files.items():
        for part, patterns in _patterns(file):
            for n, pattern in enumerate(patterns):
                try:
                    spellings(pattern)
                except ValueError as error:
                    return FactsError(name, f"{part}.{n}", str(error))
    return FactsError(FOLDER, "", "some pattern cannot be read")


def _patterns(file: VocabularyFile) -> Iterator[tuple[str, tuple[str, ...]]]:
    for section, named in (("papers", file.papers), ("senses", file.senses), ("roles", file.roles)):
        yield from ((f"{section}.{key}", patterns) for key, patterns in named.items())
    yield from ((f"groups.{n}", group.patterns) for n, group in enumerate(file.groups))
    yield from ((f"astray.{n}", group.patterns) for n, group in enumerate(file.astray))


def _spelling(files: dict[str, VocabularyFile]) -> Spelling:
    told = [(name, file.spelling) for name, file in files.items() if file.spelling]
    if len(told) != 1:
        raise FactsError(FOLDER, "spelling", f"exactly one file tells how words are spelled, not {len(told)}")
    facts = told[0][1]
    abbreviations = {short: tuple(full.split()) for short, full in facts.abbreviations.items()}
    return Spelling(frozenset(facts.sensitive), facts.same, abbreviations, facts.doubled, facts.idle)
