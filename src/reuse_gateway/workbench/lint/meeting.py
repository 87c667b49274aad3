"""E110: the paths of a manifest held against the answers of all its cases, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as Folder
from tempfile import TemporaryDirectory
from typing import Any

from reuse_gateway.connectors.lookups import Day, Fields, LookupFacts, Owner, Proof
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.paths import MISSHAPEN, Path
from reuse_gateway.connectors.predicates import Predicate
from reuse_gateway.connectors.protocols import PROTOCOLS
from reuse_gateway.connectors.watching import Heard
from reuse_gateway.simulation.facts import People, SourceCases
from reuse_gateway.workbench.made_up import MadeUp
from reuse_gateway.workbench.stage import Stage

Steps = tuple[Any, ...]
Placed = tuple[Steps, list[Path]]


async def never_met(manifest: Manifest, facts: SourceCases, people: People) -> list[tuple[Steps, str]]:
    """Key path and path of everything that no answer of any case has; alternatives count together."""
    missing: list[tuple[Steps, str]] = []
    with TemporaryDirectory() as folder:
        stage = Stage(manifest, facts, people.model_copy(update={"faults": {}}), MadeUp())
        stage.fill(Folder(folder))
        for place, lookup in enumerate(manifest.lookups):
            bodies = [body async for body in _bodies(stage, lookup)]
            records = [record for body in bodies for record in _records(lookup, body)]
            missing += _unmet(_of_answers(lookup), bodies, ("lookups", place))
            missing += _unmet(_of_records(lookup), records, ("lookups", place))
    return missing


async def _bodies(stage: Stage, lookup: LookupFacts) -> Any:
    """What the cases' answers decode to."""
    speaks = PROTOCOLS[stage.manifest.protocol]
    for question in stage.questions():
        if question[0] is not lookup:
            continue
        await stage.once(question, "absent")
        for case in stage.cases_met():
            heard = Heard()
            await stage.once(question, case, around=heard.around, retries=0)
            for answer in heard.answers:
                yield speaks.understand(lookup, answer)[1]


def _records(lookup: LookupFacts, body: Any) -> list[Any]:
    found = lookup.records.read(body)
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]


def _unmet(placed: Iterator[Placed], values: list[Any], at: Steps) -> list[tuple[Steps, str]]:
    return [
        ((*at, *steps), " || ".join(path.text for path in paths))
        for steps, paths in placed
        if not any(_met(path.read(value)) for path in paths for value in values)
    ]


def _met(found: Any) -> bool:
    return found is not None and found is not MISSHAPEN


def _of_answers(lookup: LookupFacts) -> Iterator[Placed]:
    for place, rule in enumerate(lookup.outcomes):
        yield from _of_conditions(("outcomes", place, "when"), rule.when)
    yield ("records",), [lookup.records]
    if lookup.total:
        yield ("total",), [lookup.total]


def _of_conditions(at: Steps, conditions: tuple[Predicate, ...]) -> Iterator[Placed]:
    for place, condition in enumerate(conditions):
        if condition.path is not None and condition.being not in ("missing", "empty"):
            yield (*at, place), [condition.path]


def _of_records(lookup: LookupFacts) -> Iterator[Placed]:
    for place, owner in enumerate(lookup.owners):
        yield from _of_owner(("owners", place), owner)
    yield from _of_conditions(("keep",), lookup.keep or ())
    if lookup.identity:
        yield ("identity",), [lookup.identity]
    yield from _of_fields(("fields",), lookup.fields)
    for paper, proof in lookup.evidence.items():
        yield from _of_proof(("evidence", paper), proof)


def _of_proof(at: Steps, proof: Proof) -> Iterator[Placed]:
    yield from _of_conditions((*at, "present"), proof.present or ())
    yield from _of_fields(at, proof)
    # Several owners of one paper (husband, wife): one of them is the subject, the others need not be told in full.
    for place, owner in enumerate(proof.owners[:1]):
        yield from _of_owner((*at, "owners", place), owner)


def _of_fields(at: Steps, fields: Fields) -> Iterator[Placed]:
    days: list[tuple[str, Day]] = [
        (name, day) for name, day in (("issued_on", fields.issued_on), ("expires_on", fields.expires_on)) if day
    ]
    yield from (((*at, name), [day.path]) for name, day in days)
    if fields.result_code:
        yield (*at, "result_code"), [fields.result_code]
    for place, rule in enumerate(fields.states):
        yield from _of_conditions((*at, "states", place, "when"), rule.when)


def _of_owner(at: Steps, owner: Owner) -> Iterator[Placed]:
    yield (*at, "number"), [*owner.number]
    if owner.full_name:
        yield (*at, "full_name"), [*owner.full_name]
    if owner.birth_date:
        yield (*at, "birth_date"), [owner.birth_date.path]
