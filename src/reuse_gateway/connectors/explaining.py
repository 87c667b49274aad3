"""Why an answer came to what it came to: each rule in its order, each path with what it met, each record's owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reuse_gateway.connectors.lookups import STATE_TOLD, LookupFacts, Then
from reuse_gateway.connectors.owning import Unreadable, contradicts, owner_in
from reuse_gateway.connectors.paths import MISSHAPEN, Path, as_text
from reuse_gateway.connectors.predicates import Predicate, verdict
from reuse_gateway.connectors.understanding import Meant
from reuse_gateway.domain.subject import Subject

_TESTS = ("status", "equals", "one_of", "contains", "prefix", "has", "says", "agency", "province", "being")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Step:
    """`of` is where in the manifest (`outcomes.1`, `records.0.owner`), `path` what it looked at, `met` what was there.

    `holds`: did it hold? None where nothing was asked of it.
    """

    of: str
    path: str
    met: str
    holds: bool | None = None
    decides: bool = False


def explain(
    lookup: LookupFacts, meant: Meant, body: Any, status: int, papers: tuple[str, ...], subject: Subject
) -> Iterator[Step]:
    """`body` as the lookup's protocol decoded it (None: undecodable), `meant` what the protocol made of it."""
    then, decided = meant[0], False
    for place, rule in enumerate(lookup.outcomes):
        held = [condition.holds(body, status) for condition in rule.when]
        for condition, holds in zip(rule.when, held, strict=True):
            yield Step(f"outcomes.{place} → {rule.then}", _asked(condition), _met_by(condition, body, status), holds)
        if all(held) and not decided and rule.then is then:
            decided = True
            yield Step(f"outcomes.{place}", "", f"→ {rule.then}", True, decides=True)
            break
    if not decided:
        yield Step("outcomes", "", f"→ {then or 'no rule matched: unknown'}, by HTTP status {status}", None, decides=True)
    if then in STATE_TOLD and then is not Then.ABSENT:
        yield from _records(lookup, body, papers, subject)


def _records(lookup: LookupFacts, body: Any, papers: tuple[str, ...], subject: Subject) -> Iterator[Step]:
    found = lookup.records.read(body)
    records = found if isinstance(found, list) else [found]
    yield Step("records", lookup.records.text, f"{len(records)}", isinstance(found, dict | list) and bool(found))
    if lookup.total:
        yield Step("total", lookup.total.text, _said(lookup.total, body))
    for place, record in enumerate(records):
        if isinstance(record, dict):
            yield from _record(f"records.{place}", lookup, record, papers, subject)


def _record(at: str, lookup: LookupFacts, record: dict[str, Any], papers: tuple[str, ...], subject: Subject) -> Iterator[Step]:
    owner = owner_in(lookup.named, record, subject)
    numbers = sorted({path.text for each in lookup.named for path in each.number})
    if owner is None:
        yield Step(f"{at}.owner", ", ".join(numbers), "somebody else, or nobody", False)
        return
    met = next(path.text for path in owner.number if path.text_at(record))
    yield Step(f"{at}.owner", met, "the subject", True)
    try:
        other = contradicts(owner, record, subject)
        yield Step(f"{at}.owner", _names(owner), "another name, birth date or sex" if other else "agrees", not other)
    except Unreadable:
        yield Step(f"{at}.owner", _names(owner), "name or birth date is not told", False)
    for condition in lookup.keep or ():
        yield Step(f"{at}.keep", _asked(condition), _met_by(condition, record, 0), condition.verdict(record))
    for paper in papers:
        yield from _paper(f"{at}.{paper}", lookup, paper, record)


def _paper(at: str, lookup: LookupFacts, paper: str, record: dict[str, Any]) -> Iterator[Step]:
    proof = lookup.evidence[paper]
    for condition in proof.present or ():
        yield Step(f"{at}.present", _asked(condition), _met_by(condition, record, 0), condition.verdict(record))
    code = proof.result_code or lookup.fields.result_code
    if proof.result_codes and code:
        told = code.text_at(record)
        yield Step(f"{at}.result_codes", code.text, told or "nothing", told in proof.result_codes if told else None)
    if verdict(proof.present or (), record) is False:
        return
    for name, day in (
        ("issued_on", proof.issued_on or lookup.fields.issued_on),
        ("expires_on", proof.expires_on or lookup.fields.expires_on),
    ):
        if day:
            yield Step(f"{at}.{name}", day.path.text, f"{day.text_at(record) or 'nothing'} ({day.format})")
    for rule in (*proof.states, *lookup.fields.states):
        for condition in rule.when:
            yield Step(f"{at}.states → {rule.then}", _asked(condition), _met_by(condition, record, 0), condition.holds(record))


def _names(owner: Any) -> str:
    paths = [
        *owner.full_name,
        *([owner.birth_date.path] if owner.birth_date else []),
        *([owner.gender.path] if owner.gender else []),
    ]
    return ", ".join(path.text for path in paths) or "(number alone)"


def _asked(condition: Predicate) -> str:
    test = next(name for name in _TESTS if getattr(condition, name) is not None)
    value = getattr(condition, test)
    told = ", ".join(map(str, value)) if isinstance(value, tuple) else value
    name = {"one_of": "in", "being": "is"}.get(test, test)
    return f"{condition.path.text} {name} {told}" if condition.path else f"{name} {told}"


def _met_by(condition: Predicate, value: Any, status: int) -> str:
    return str(status) if condition.path is None else _said(condition.path, value)


def _said(path: Path, value: Any) -> str:
    found = path.read(value)
    if found is None:
        return "nothing"
    if found is MISSHAPEN:
        return "something of another shape"
    text = as_text(found)
    if text is None:
        return f"{'list' if isinstance(found, list) else 'object'} of {len(found)}"
    return text if len(text) <= _LONGEST else f"text of {len(text)} characters"
