"""One lookup, tried: what went out and came back, masked, and why it came to what it came to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import unquote

from reuse_gateway.application.ports import Purpose
from reuse_gateway.connectors.decoding import Undecodable
from reuse_gateway.connectors.exchange import Answer
from reuse_gateway.connectors.explaining import Step, explain
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.masking import Masks
from reuse_gateway.connectors.placeholders import inputs_of
from reuse_gateway.connectors.protocols import PROTOCOLS
from reuse_gateway.connectors.pruning import Rewrite, prune
from reuse_gateway.connectors.read_tree import owners_paths
from reuse_gateway.connectors.sql_view import Rows
from reuse_gateway.connectors.watching import Sent
from reuse_gateway.domain.errors import CallerError
from reuse_gateway.domain.holding import Holding
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, NotAnIdentifier, PartialDate, PersonalId, Subject
from reuse_gateway.workbench.meanings import meaning
from reuse_gateway.workbench.reaching import Reach, Watched, watched

PURPOSE = Purpose("chk_try", "H41.14", "1.001193", "connector-author")
_ALWAYS = ("accept", "accept-encoding", "user-agent")
_PARTS = re.compile(r"(‹[^›]*›|##|;)")
_FACTS = ("personal_id", "enterprise_code", "full_name", "name", "birth_date")


@dataclass(frozen=True, slots=True)
class Tried:
    """`exchanges`: question and answer as lines of text, masked; `hidden`: paths of the answer that are never read."""

    holding: Holding
    said: str
    exchanges: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    hidden: tuple[str, ...]
    steps: tuple[Step, ...]


def subject_from(facts: Mapping[str, str]) -> Subject:
    """From `personal_id=…`, `full_name=…`, `birth_date=…` or `enterprise_code=…`, `name=…`; raises CallerError."""
    strange = sorted(set(facts) - set(_FACTS))
    if strange:
        raise CallerError(f"a subject has no {strange[0]}; it has {', '.join(_FACTS)}", code="invalid_input")
    try:
        if "enterprise_code" in facts:
            return Business(EnterpriseCode.parse(facts["enterprise_code"]), facts.get("name"))
        born = PartialDate.parse(facts["birth_date"]) if "birth_date" in facts else None
        return Citizen(PersonalId.parse(facts["personal_id"]), facts.get("full_name"), born)
    except KeyError:
        raise CallerError("--subject personal_id=… or enterprise_code=… is needed", code="invalid_input") from None
    except NotAnIdentifier as error:
        raise CallerError(str(error), code="invalid_input") from None


async def try_one(manifest: Manifest, reached: Reach, paper: str, subject: Subject, about: Mapping[str, str]) -> Tried:
    """Asks once; raises CallerError where no lookup proves the paper of such a subject, UnsafeSettings."""
    lookup = manifest.lookup_for(paper, subject.kind)
    if lookup is None:
        offered = ", ".join(paper for each in manifest.lookups for paper in each.evidence)
        raise CallerError(
            f"{manifest.id} has no lookup for {paper} of a {subject.kind}; it has {offered}", code="unknown_paper"
        )
    things = tuple(about.items())
    async with watched(manifest, reached) as watch:
        deadline = asyncio.get_running_loop().time() + manifest.limits.timeout_s + 1
        (holding,) = await watch.registry.lookup(Lookup(manifest.id, subject, (paper,), things), PURPOSE, deadline)
        watch.masks.learn(inputs_of(subject, PURPOSE, things, "request-id"))
        for _, _, shown in watch.heard.exchanges:
            watch.masks.learn(getattr(shown, "values", {}))
        hidden, steps = _read(manifest, lookup, paper, subject, watch)
        return Tried(holding, meaning(holding, date.today()), tuple(_exchanges(manifest, lookup, watch)), hidden, steps)


def _read(
    manifest: Manifest, lookup: LookupFacts, paper: str, subject: Subject, watch: Watched
) -> tuple[tuple[str, ...], tuple[Step, ...]]:
    """The last answer, explained."""
    if not watch.heard.answers:
        return (), ()
    answer = watch.heard.answers[-1]
    meant = PROTOCOLS[manifest.protocol].understand(lookup, answer)
    status, hidden = 200, set[str]()
    if isinstance(answer, Answer):
        status = answer.status
        hidden = _dropped(lookup, answer)
    steps = explain(lookup, meant, meant[1], status, (paper,), subject)
    masks = watch.masks
    return tuple(sorted(hidden)), tuple(
        Step(step.of, step.path, masks.masked(step.met), step.holds, step.decides) for step in steps
    )


def _dropped(lookup: LookupFacts, answer: Answer) -> set[str]:
    try:
        return prune(lookup, answer.body).dropped
    except (Undecodable, UnicodeDecodeError, ValueError):
        return set()


def _exchanges(manifest: Manifest, lookup: LookupFacts, watch: Watched) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    if watch.wires.sent:
        answers = [each for each in watch.heard.answers if isinstance(each, Answer)]
        for sent in watch.wires.sent:
            operation = sent.answer is not None and any(sent.answer.body == each.body for each in answers)
            yield _question(manifest, sent, watch), _answer(lookup if operation else None, sent.answer, watch)
        return
    for question, answer, _ in watch.heard.exchanges:
        yield (watch.masks.masked(str(question)),), tuple(_rows(answer))


def _question(manifest: Manifest, sent: Sent, watch: Watched) -> tuple[str, ...]:
    hidden = {"authorization", "cookie"} | {place.name.lower() for place in manifest.auth.places if place.at == "header"}
    lines = [f"{sent.method} {watch.masks.masked(unquote(sent.url))}"]
    lines += watch.masks.masked_headers([each for each in sent.headers if each[0] not in _ALWAYS], frozenset(hidden))
    return (*lines, *([watch.masks.masked(sent.content.decode("utf-8", "replace"))] if sent.content else ()))


def _answer(lookup: LookupFacts | None, answer: Answer | None, watch: Watched) -> tuple[str, ...]:
    """What the manifest reads of an operation's answer; of a login's only that it came."""
    if answer is None:
        return ("no answer",)
    head = f"{answer.status} {answer.content_type}, {len(answer.body)} bytes"
    if lookup is None:
        return (head, "(login)")
    try:
        kept = prune(lookup, answer.body, _masking(lookup, watch.masks))
    except (Undecodable, UnicodeDecodeError, ValueError):
        return (head, "(not what the manifest says the source sends)")
    return head, watch.masks.masked(kept.text)


def _masking(lookup: LookupFacts, masks: Masks) -> Rewrite:
    """Where a record names somebody, only the subject is told by name of the input; anybody else is somebody."""
    people = owners_paths(lookup)

    def rewrite(path: str, value: Any) -> Any:
        masked = masks.masked(str(value))
        named = any(path == each or path.endswith(f".{each}") for each in people)
        return _nobody(masked) if named and value else masked if isinstance(value, str) else value

    return rewrite


def _nobody(masked: str) -> str:
    """Every name that is not the subject's own becomes somebody: co-owners stand beside it in one text."""
    return "".join(
        "‹somebody›" if any(map(str.isalnum, part)) and not part.startswith("‹") else part for part in _PARTS.split(masked)
    )


def _rows(answer: Any) -> Iterator[str]:
    if isinstance(answer, Rows):
        yield f"{len(answer.rows)} rows{', and more than may be read' if answer.cut else ''}"
        yield from (", ".join(row) for row in answer.rows[:1])
