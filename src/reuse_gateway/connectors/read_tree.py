"""Which parts of an answer a lookup reads at all: a tree of keys, built from the paths of its manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from reuse_gateway.connectors.lookups import Day, Fields, LookupFacts, Owner
from reuse_gateway.connectors.paths import Path
from reuse_gateway.connectors.predicates import Predicate


@dataclass(slots=True)
class Node:
    """What is read below here. `value`: the value itself; `there`: only whether something is there.

    `names`: keys that an expression mentions, wherever below they stand.
    """

    below: dict[str, Node] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    value: bool = False
    there: bool = False

    def child(self, name: str) -> Node | None:
        """The part below a key; None = nothing there is read."""
        known = self.below.get(name)
        if self.names and name in self.names:
            known = known or Node(value=True)
            known.names |= self.names
        return known

    def step(self, name: str) -> Node:
        return self.below.setdefault(name, Node())


def read_tree(lookup: LookupFacts) -> Node:
    """Everything that the rules, the owner check and the fields of a lookup look at."""
    root = Node()
    for rule in lookup.outcomes:
        _conditions([root], rule.when)
    if lookup.total:
        _mark([root], lookup.total, value=True)
    records = _mark([root], lookup.records, value=False)
    for owner in lookup.named:
        _owner(records, owner)
    _conditions(records, lookup.keep or ())
    for path in (*([lookup.identity] if lookup.identity else []), *lookup.about.values()):
        _mark(records, path, value=True)
    for told in (lookup.fields, *lookup.evidence.values()):
        _fields(records, told)
    for proof in lookup.evidence.values():
        _conditions(records, proof.present or ())
    return root


def owners_paths(lookup: LookupFacts) -> frozenset[str]:
    """Dotted paths inside a record at which people are named."""
    named = [path for owner in lookup.named for path in (*owner.number, *owner.full_name)]
    return frozenset(each.text.replace("?", "") for path in named for each in path.either or (path,))


def _owner(records: list[Node], owner: Owner) -> None:
    for path in (*owner.number, *owner.full_name):
        _mark(records, path, value=True)
    if owner.gender:
        _mark(records, owner.gender.path, value=True)
    _days(records, [owner.birth_date])


def _fields(records: list[Node], told: Fields) -> None:
    _days(records, [told.issued_on, told.expires_on])
    if told.result_code:
        _mark(records, told.result_code, value=True)
    for rule in told.states:
        _conditions(records, rule.when)


def _days(records: list[Node], days: Iterable[Day | None]) -> None:
    for day in days:
        for path in (day.path, day.month, day.day) if day else ():
            if path is not None:
                _mark(records, path, value=True)


def _conditions(nodes: list[Node], conditions: Iterable[Predicate]) -> None:
    for condition in conditions:
        if condition.path is not None:
            _mark(nodes, condition.path, value=condition.being is None)


def _mark(nodes: list[Node], path: Path, *, value: bool) -> list[Node]:
    """The nodes at the end of a path, below each of `nodes`; marked as read (or as looked for)."""
    ends = [end for node in nodes for end in _ends(node, path)]
    for end in ends:
        end.value, end.there = end.value or value, True
    return ends


def _ends(node: Node, path: Path) -> Iterator[Node]:
    if path.either:
        for each in path.either:
            yield from _ends(node, each)
        return
    if path.keys is None:
        node.names |= set(mentioned(path.expression.parsed if path.expression else {}))
        yield Node()
        return
    ends = [node]
    for key in path.keys:
        ends = [end for place in ends for end in ([place.step(key.name), place] if key.optional else [place.step(key.name)])]
    yield from ends


def mentioned(parsed: Any) -> Iterator[str]:
    """Names of all fields in a JMESPath expression."""
    if parsed.get("type") == "field":
        yield parsed["value"]
    for child in parsed.get("children", ()):
        if isinstance(child, dict):
            yield from mentioned(child)
