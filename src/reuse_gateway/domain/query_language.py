"""The one-line query language: `agency:H41.12.* severity:>=high created:2026-11 -channel:counter "bản sao"` to a Query.

Every fault is told with its place in the line and, where something was nearly meant, what that is; never the line itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from reuse_gateway.domain.agency import agency_code
from reuse_gateway.domain.errors import BadQuery
from reuse_gateway.domain.free_text import names_somebody
from reuse_gateway.domain.procedure import ProcedureCode
from reuse_gateway.domain.query_days import window_of
from reuse_gateway.domain.query_words import words_of
from reuse_gateway.domain.violation_query import (
    CHANNELS,
    HAS,
    SEVERITIES,
    STANDING,
    STATES,
    TYPES,
    Condition,
    Key,
    Phrase,
    Query,
    Window,
)

LONGEST, MOST_TERMS, MOST_VALUES = 500, 32, 50
_ALIASES = {"evidence": "evidence_type", "paper": "evidence_type", "made": "created"}
_KEYS = (*(key.value for key in Key), "created", *_ALIASES)
_TERM = re.compile(r'(?P<not>-)?(?:(?P<key>[^\s:"]+):)?(?:"(?P<quoted>[^"]*)(?P<close>"?)|(?P<bare>[^\s"]*))')
_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}\*?")
_COMPARED = re.compile(r"(>=|<=|>|<)?(low|medium|high|[123])")
_CLOSED_SETS = {Key.TYPE: TYPES, Key.CHANNEL: CHANNELS, Key.HAS: HAS, Key.STATE: STATES, Key.IS: tuple(STANDING)}


@dataclass(frozen=True, slots=True)
class _Term:
    at: int
    negated: bool
    key: str | None
    text: str


def parse_query(line: str) -> Query:
    """Raises BadQuery. Repeating a key widens it (or), other keys narrow (and); `-` excludes."""
    if len(line) > LONGEST:
        raise BadQuery("too_long")
    terms = list(_terms(line))
    if len(terms) > MOST_TERMS:
        raise BadQuery("too_many_terms", terms[MOST_TERMS].at)
    query = Query()
    for term in terms:
        query = query.also(_read(term))
    # Blanks part words here: a number in groups is several of them.
    if names_somebody(line):
        raise BadQuery("personal_number_in_query", terms[0].at)
    return Query(_widened(query.conditions), query.phrases, query.window)


def condition_of(key: Key, told: str) -> Condition:
    """One parameter (`agency=H41.12.*`) as a condition; raises BadQuery."""
    try:
        if names_somebody(told):
            raise BadQuery("personal_number_in_query")
        return _condition(_Term(0, False, key, told), key)
    except BadQuery as refused:
        raise BadQuery(refused.fault, 0, refused.suggestions, f"/query/{key}") from None


def place_of(line: str, key: Key, value: str) -> int:
    """Where the term that asks for this value begins, counted from 1; 0 = no term of a readable line does."""
    asks = (term for term in _terms(line) if _ALIASES.get(term.key or "", term.key) == key)
    return next((term.at for term in asks if value in term.text.split(",")), 0)


def nearest(word: str, known: Sequence[str]) -> tuple[str, ...]:
    """What was perhaps meant."""
    return tuple(get_close_matches(word.lower(), known, 3, 0.6))


def _terms(line: str) -> Iterator[_Term]:
    at = 0
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        match = _TERM.match(line, at)
        if not match or match.end() == at:
            raise BadQuery("unreadable", at + 1)
        quoted = match["quoted"] is not None
        if quoted and not match["close"]:
            raise BadQuery("unclosed_quote", at + 1)
        yield _Term(at + 1, bool(match["not"]), match["key"], match["quoted"] if quoted else match["bare"])
        at = match.end()


def _read(term: _Term) -> Query:
    if names_somebody(term.text):
        raise BadQuery("personal_number_in_query", term.at)
    if term.key is None:
        return Query(phrases=(_phrase(term),))
    key = _ALIASES.get(term.key, term.key)
    if key not in _KEYS:
        raise BadQuery("unknown_key", term.at, nearest(term.key, _KEYS) or _KEYS)
    if not term.text:
        raise BadQuery("missing_value", term.at)
    if key == "created":
        return Query(window=_window(term))
    return Query((_condition(term, Key(key)),))


def _phrase(term: _Term) -> Phrase:
    words = words_of(term.text)
    if not words:
        raise BadQuery("missing_value", term.at)
    return Phrase(words, not term.text.endswith("*"), term.negated)


def _window(term: _Term) -> Window:
    if term.negated:
        raise BadQuery("window_negated", term.at)
    try:
        return window_of(term.text)
    except (ValueError, OverflowError):
        raise BadQuery("bad_window", term.at) from None


def _condition(term: _Term, key: Key) -> Condition:
    values = tuple(dict.fromkeys(_READ.get(key, _member)(term, key, each) for each in term.text.split(",")))
    flat = tuple(dict.fromkeys(one for value in values for one in value))
    if len(flat) > MOST_VALUES:
        raise BadQuery("too_many_values", term.at)
    return Condition(key, flat, term.negated)


def _code(term: _Term, key: Key, told: str) -> tuple[str, ...]:
    if not _CODE.fullmatch(told):
        raise BadQuery("bad_value", term.at)
    try:
        if key is Key.AGENCY:
            return (agency_code(told),)
        if key is Key.PROCEDURE:
            return (ProcedureCode.parse(told).base,)
    except ValueError:
        pass
    return (told,)


def _severity(term: _Term, _key: Key, told: str) -> tuple[str, ...]:
    match = _COMPARED.fullmatch(told)
    if not match:
        raise BadQuery("unknown_value", term.at, nearest(told.lstrip("<>="), SEVERITIES) or SEVERITIES)
    at = int(match[2]) - 1 if match[2].isdigit() else SEVERITIES.index(match[2])
    chosen = {">=": SEVERITIES[at:], ">": SEVERITIES[at + 1 :], "<=": SEVERITIES[: at + 1], "<": SEVERITIES[:at]}
    return chosen.get(match[1], (SEVERITIES[at],))


def _member(term: _Term, key: Key, told: str) -> tuple[str, ...]:
    known = _CLOSED_SETS[key]
    value = told.upper() if key is Key.TYPE else told
    if value not in known:
        raise BadQuery("unknown_value", term.at, nearest(told, known) or known[:20])
    return (value,)


def _widened(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """Conditions on the same key are one: any of them; what is excluded is excluded by each."""
    wider: dict[tuple[Key, bool], tuple[str, ...]] = {}
    for each in conditions:
        kept = wider.get((each.key, each.negated), ())
        wider[each.key, each.negated] = tuple(dict.fromkeys((*kept, *each.values)))
    return tuple(Condition(key, values, negated) for (key, negated), values in wider.items())


_READ: dict[Key, Callable[[_Term, Key, str], tuple[str, ...]]] = {
    **dict.fromkeys((Key.AGENCY, Key.PROCEDURE, Key.EVIDENCE_TYPE, Key.SOURCE), _code),
    Key.SEVERITY: _severity,
}
