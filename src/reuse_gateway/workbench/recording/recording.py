"""Asks a source about somebody and makes cases of what it said."""

from __future__ import annotations

import asyncio
import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reuse_gateway.connectors.anonymous import anonymous, as_template
from reuse_gateway.connectors.decoding import Undecodable
from reuse_gateway.connectors.exchange import Answer
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.placeholders import inputs_of
from reuse_gateway.connectors.pruning import Pruned, Rewrite, prune
from reuse_gateway.connectors.sql_view import Rows
from reuse_gateway.domain.errors import CallerError
from reuse_gateway.domain.holding import Holding
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.subject import Subject
from reuse_gateway.simulation.facts import SourceCases
from reuse_gateway.workbench.lint.recorded import RECORDED
from reuse_gateway.workbench.meanings import BY_NAME, LAPSED, meaning
from reuse_gateway.workbench.reaching import Reach, watched
from reuse_gateway.workbench.recording.editing import with_entry
from reuse_gateway.workbench.trying import PURPOSE

_CASE_OF = {"valid": "valid", "absent": "absent", LAPSED: "expired"} | {
    word: name
    for name, word in BY_NAME.items()
    if name in ("incomplete", "mismatch", "ambiguous", "wrong_owner", "denied", "not_ready")
}

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Take:
    """One answer, ready to be kept: which operation, which case, the body (or rows) and what it says."""

    place: int
    case: str
    means: str
    status: int
    kept: Mapping[str, str]
    dropped: tuple[str, ...]
    body: str = ""
    inside: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()


async def takes(manifest: Manifest, reached: Reach, subject: Subject, about: Mapping[str, str], case: str | None) -> list[Take]:
    """An answer per lookup that such a subject can be asked about; raises CallerError where nothing came that could be kept."""
    told = [
        take
        for place, lookup in enumerate(manifest.lookups)
        if subject.kind in lookup.subjects
        for take in await _of_lookup(manifest, reached, place, lookup, subject, about, case)
    ]
    if not told:
        raise CallerError(f"{manifest.id} gave no answer that could be kept: connector try --trace", code="nothing_recorded")
    return told


async def _of_lookup(
    manifest: Manifest,
    reached: Reach,
    place: int,
    lookup: LookupFacts,
    subject: Subject,
    about: Mapping[str, str],
    case: str | None,
) -> list[Take]:
    papers, things = tuple(lookup.evidence), tuple(about.items())
    papers = tuple(paper for paper in papers if subject.kind in lookup.asked_about(paper))
    async with watched(manifest, reached) as watch:
        deadline = asyncio.get_running_loop().time() + manifest.limits.timeout_s + 1
        told = await watch.registry.lookup(Lookup(manifest.id, subject, papers, things), PURPOSE, deadline)
        if not watch.heard.answers:
            return []
        for _, _, shown in watch.heard.exchanges:
            for name, value in getattr(shown, "values", {}).items():
                watch.masks.learn_secret(name, value)
        answer = watch.heard.answers[-1]
        watch.masks.learn(inputs_of(subject, PURPOSE, things, "request-id"))
        rewrite = anonymous(lookup, subject, watch.masks)
    word = _word(told)
    name = case or _CASE_OF.get(word)
    if name is None:
        return []
    if isinstance(answer, Rows):
        return [_of_rows(place, name, word, answer, rewrite)]
    pruned = _pruned(lookup, answer, rewrite)
    if pruned is None:
        return []
    kept, dropped = as_template(pruned.text), tuple(sorted(pruned.dropped))
    return [Take(place, name, word, answer.status, pruned.kept, dropped, kept, tuple(pruned.inside))]


def _word(told: tuple[Holding, ...]) -> str:
    """One word for an answer about several papers: what is most telling of them."""
    words = {meaning(each, date.today()) for each in told}
    return next(
        (word for word in ("valid", LAPSED, "mismatch", "incomplete", "ambiguous_answer") if word in words), words.pop()
    )


def _pruned(lookup: LookupFacts, answer: Answer, rewrite: Rewrite) -> Pruned | None:
    try:
        return prune(lookup, answer.body, rewrite)
    except (Undecodable, UnicodeDecodeError, ValueError):
        return None


def _of_rows(place: int, name: str, word: str, answer: Rows, rewrite: Rewrite) -> Take:
    rows = tuple({column: _cell(rewrite(column, value)) for column, value in row.items()} for row in answer.rows)
    kept = {f"rows.{n}.{column}": value for n, row in enumerate(rows) for column, value in row.items()}
    return Take(place, name, word, 200, kept, (), rows=rows)


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def edited(text: str, facts: SourceCases, found: list[Take], live: bool) -> str:
    """The cases file with these answers in it; raises CallerError where it is written in a way that cannot be edited."""
    for take in found:
        text = _rows_in(text, facts, take) if take.rows or not facts.routes else _body_in(text, take)
    stamp = f'{{on: "{date.today().isoformat()}", at: {"live" if live else "simulation"}}}'
    return with_entry(text, (), "recorded", stamp)


def _body_in(text: str, take: Take) -> str:
    body = f"{RECORDED}{take.place}_{take.case}"
    told = [f"body: {body}"] + ([f"status: {take.status}"] if take.status != 200 else [])
    told += [] if _goes_without_saying(take) else [f"means: {take.means}"]
    text = with_entry(text, ("routes", take.place, "cases"), take.case, f"{{{', '.join(told)}}}")
    content = take.body
    for place, inner in enumerate(take.inside):
        # Names of slots are letters only.
        name = f"inside_{take.case}_{_LETTERS[take.place]}{_LETTERS[place]}"
        content = content.replace(f"${{base64:{place}}}", f"${{base64:{name}}}")
        text = with_entry(text, ("bodies",), name, _single(inner))
    return with_entry(text, ("bodies",), body, _single(content))


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _goes_without_saying(take: Take) -> bool:
    return BY_NAME.get(take.case) == take.means


def _rows_in(text: str, facts: SourceCases, take: Take) -> str:
    columns = facts.table.columns if facts.table else facts.dropped.heading if facts.dropped else ()
    rows = [[row.get(column, "") for column in columns] for row in take.rows]
    where: tuple[str | int, ...] = (
        ("table", "cases") if facts.table else ("dropped", "files", list(facts.dropped.files)[-1] if facts.dropped else "")
    )
    return with_entry(text, where, take.case, json.dumps(rows, ensure_ascii=False))


def difference(before: str, after: str, name: str) -> Iterator[str]:
    """A unified diff, line by line."""
    yield from difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="", n=1)


def as_plain(take: Take) -> dict[str, Any]:
    """For machines."""
    return {
        "lookup": take.place,
        "case": take.case,
        "means": take.means,
        "kept": dict(take.kept),
        "dropped": list(take.dropped),
    }
