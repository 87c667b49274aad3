"""Asks a source about somebody and makes cases of what it said."""

from __future__ import annotations

import asyncio
import difflib
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
from reuse_gateway.workbench.meanings import BY_NAME, LAPSED, disagreement, meaning
from reuse_gateway.workbench.reaching import Reach, Watched, watched
from reuse_gateway.workbench.recording.editing import with_entry
from reuse_gateway.workbench.recording.rows import kept_rows, rows_in
from reuse_gateway.workbench.trying import PURPOSE

_CASE_OF = {"valid": "valid", "absent": "absent", LAPSED: "expired"} | {
    word: name
    for name, word in BY_NAME.items()
    if name in ("incomplete", "mismatch", "ambiguous", "wrong_owner", "denied", "not_ready")
}

_TELLING = (LAPSED, "mismatch", "incomplete", "ambiguous_answer")
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
    told, refused = [], []
    for place, lookup in enumerate(manifest.lookups):
        if subject.kind in lookup.subjects:
            try:
                told.append(await _of_lookup(manifest, reached, (place, lookup), subject, tuple(about.items()), case))
            except _NotKept as why:
                refused.append(f"lookups.{place}: {why}")
    if not told:
        said = f"{manifest.id} gave no answer that could be kept ({'; '.join(refused)}): connector try --trace"
        raise CallerError(said, code="nothing_recorded")
    return told


class _NotKept(Exception):
    """Why an answer makes no case."""


async def _of_lookup(
    manifest: Manifest,
    reached: Reach,
    placed: tuple[int, LookupFacts],
    subject: Subject,
    things: tuple[tuple[str, str], ...],
    case: str | None,
) -> Take:
    place, lookup = placed
    papers = tuple(paper for paper in lookup.evidence if subject.kind in lookup.asked_about(paper))
    async with watched(manifest, reached) as watch:
        deadline = asyncio.get_running_loop().time() + manifest.limits.timeout_s + 1
        told = await watch.registry.lookup(Lookup(manifest.id, subject, papers, things), PURPOSE, deadline)
        answer = _answer(lookup, watch)
        for _, _, shown in watch.heard.exchanges:
            for name, value in getattr(shown, "values", {}).items():
                watch.masks.learn_secret(name, value)
        watch.masks.learn(inputs_of(subject, PURPOSE, things, "request-id"))
        rewrite = anonymous(lookup, subject, watch.masks, things)
    word = _word(told)
    name = case or _CASE_OF.get(word)
    if name is None:
        raise _NotKept(f"{word} has no case of its own: --case")
    if isinstance(answer, Rows):
        rows, columns = kept_rows(manifest, lookup, answer, rewrite)
        kept = {f"rows.{n}.{column}": value for n, row in enumerate(rows) for column, value in row.items()}
        return Take(place, name, word, 200, kept, columns, rows=rows)
    pruned = _pruned(lookup, answer, rewrite)
    kept, dropped = as_template(pruned.text), tuple(sorted(pruned.dropped))
    return Take(place, name, word, answer.status, pruned.kept, dropped, kept, tuple(pruned.inside))


def _answer(lookup: LookupFacts, watch: Watched) -> Answer | Rows:
    answers = watch.heard.answers
    if not answers:
        raise _NotKept("no answer came")
    if lookup.request.paging and len(answers) > 1:
        raise _NotKept("an answer of several pages is not put together")
    answer: Answer | Rows = answers[-1]
    return answer


def _word(told: tuple[Holding, ...]) -> str:
    """One word that holds of an answer about several papers."""
    today = date.today()
    words = sorted({meaning(each, today) for each in told}, key=lambda word: (word not in _TELLING, word))
    fitting = next((word for word in words if disagreement(word, told, today) is None), None)
    if fitting is None:
        raise _NotKept(f"no one case says {', '.join(words)}")
    return fitting


def _pruned(lookup: LookupFacts, answer: Answer, rewrite: Rewrite) -> Pruned:
    try:
        return prune(lookup, answer.body, rewrite)
    except (Undecodable, UnicodeDecodeError, ValueError):
        raise _NotKept("the answer cannot be read") from None


def edited(text: str, facts: SourceCases, found: list[Take], live: bool) -> str:
    """The cases file with these answers in it; raises CallerError where it is written in a way that cannot be edited."""
    for take in found:
        means = None if _goes_without_saying(take) else take.means
        text = _body_in(text, take) if facts.routes else rows_in(text, facts, take.case, means, take.rows)
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
