"""Where a JSON Schema speaks of each value: properties, every list that requires them, through `$ref`, `allOf` and branches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reuse_gateway.domain.json_pointer import found, joined
from reuse_gateway.forms.json_values import Walk, mapping, sequence, words

Path = tuple[str, ...]
Uses = tuple[tuple[str, str], ...]
_BRANCHES, _SINGLE = ("allOf", "anyOf", "oneOf"), ("then", "else")
# Beside a value of that name: another schema (both words), or more values demanded. `dependencies` is draft 7, and RJSF's.
_CONDITIONED, _DEMANDS_BESIDE = ("dependencies", "dependentSchemas"), ("dependencies", "dependentRequired")
_NAMED = ("properties", "patternProperties")


@dataclass(slots=True)
class Spot:
    """One value of an instance: `places` of its schema, `required` entries (list, index) that demand it.

    `schema`: all that is said about it, references followed, what is said first counts. `always`: required in every case.
    `first`: where it is named first; without `places` it may not be there at all (`false`).
    `uses`: the `$ref`s on the way to it as (pointer of the schema that refers, pointer of its target). `composite`: it holds
    other values.
    """

    path: Path
    first: str
    places: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    required: list[tuple[str, int]] = field(default_factory=list)
    always: bool = False
    uses: dict[tuple[str, str], None] = field(default_factory=dict)
    schema: dict[str, Any] = field(default_factory=dict)
    sections: tuple[str, ...] = ()
    repeated: bool = False
    composite: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A schema that speaks of the value looked at; `sometimes`: only if a branch is taken."""

    at: str
    schema: Any
    uses: Uses = ()
    sometimes: bool = False
    nested: int = 0


@dataclass(frozen=True, slots=True)
class _Level:
    """One object of the instance while its schemas are gathered."""

    path: Path = ()
    sections: tuple[str, ...] = ()
    repeated: bool = False
    depth: int = 0


class SchemaWalk:
    """One pass over a schema. References that lead back to themselves or out of it are faults, once each."""

    def __init__(self, root: Any, at: str, walk: Walk) -> None:
        self._root, self._at, self._walk = root, at, walk
        self._told: set[str] = set()
        self.spots: dict[Path, Spot] = {}

    def run(self) -> dict[Path, Spot]:
        """Every value by its path, in order of appearance."""
        self._object(self._gathered([_Part(self._at, self._root)], 0), _Level())
        return self.spots

    def _object(self, parts: list[_Part], level: _Level) -> bool:
        """The properties of one object; False where its schemas speak of none."""
        mine: dict[str, Spot] = {}
        parts_of: dict[str, list[_Part]] = {}
        for part in parts:
            for at, key, sub in _properties(part):
                self._walk.step(level.depth)
                if isinstance(sub, dict | bool):
                    spot = mine.setdefault(key, Spot((*level.path, key), at, sections=level.sections, repeated=level.repeated))
                else:
                    self._walk.fault(at, "not_a_schema")
                    continue
                if sub is not False:
                    schema = {} if sub is True else sub
                    spot.places.append((at, schema))
                    spot.uses |= dict.fromkeys(part.uses)
                    parts_of.setdefault(key, []).append(_Part(at, schema, part.uses, part.sometimes))
        _requirements(parts, mine)
        for key, spot in mine.items():
            self.spots[spot.path] = spot
            self._inner(spot, self._gathered(parts_of.get(key, []), level.depth + 1), level)
        return any(keyword in part.schema for part in parts for keyword in _NAMED)

    def _inner(self, spot: Spot, parts: list[_Part], level: _Level) -> None:
        """Objects and lists of objects inside; a list of plain values is one value."""
        for part in parts:
            spot.schema = {**part.schema, **spot.schema}
        title = words(spot.schema.get("title"))
        below = _Level(spot.path, (*spot.sections, title) if title else spot.sections, spot.repeated, level.depth + 1)
        if self._object(parts, below):
            spot.composite = True
            return
        listed = [_Part(part.at + at, item, part.uses, part.sometimes) for part in parts for at, item in _items(part.schema)]
        if listed:
            items = self._gathered(listed, level.depth + 1)
            merged = {key: value for part in reversed(items) for key, value in part.schema.items()}
            each = words(merged.get("title"))
            below = replace(below, sections=(*below.sections, each) if each else below.sections, repeated=True)
            spot.composite = self._object(items, below)
            spot.schema["items"] = merged

    def _gathered(self, parts: list[_Part], depth: int) -> list[_Part]:
        """Every schema that speaks of the same value: the given ones, what they refer to, all branches."""
        gathered, waiting = list[_Part](), list(reversed(parts))
        while waiting:
            part = waiting.pop()
            if not isinstance(part.schema, dict):
                continue
            self._walk.step(depth + part.nested)
            gathered.append(part)
            waiting.extend(reversed(self._deeper(part)))
        return gathered

    def _deeper(self, part: _Part) -> list[_Part]:
        deeper = self._target(part)
        for keyword in _BRANCHES:
            sometimes = part.sometimes or keyword != "allOf"
            for number, each in enumerate(sequence(part.schema.get(keyword))):
                deeper.append(_Part(part.at + joined(keyword, number), each, part.uses, sometimes, part.nested + 1))
        for keyword in _SINGLE:
            if keyword in part.schema:
                deeper.append(_Part(f"{part.at}/{keyword}", part.schema[keyword], part.uses, True, part.nested + 1))
        for keyword in _CONDITIONED:
            for key, each in mapping(part.schema.get(keyword)).items():
                if isinstance(each, dict):
                    deeper.append(_Part(part.at + joined(keyword, key), each, part.uses, True, part.nested + 1))
        return deeper

    def _target(self, part: _Part) -> list[_Part]:
        """What a `$ref` leads to; only places of this very schema are followed, and never twice on one way."""
        told = part.schema.get("$ref")
        if not isinstance(told, str):
            return []
        place = f"{self._at}{told[1:]}"
        if told != "#" and not told.startswith("#/"):
            return self._fault(part.at, "reference_not_followed")
        if place == self._at or any(target == place for _, target in part.uses):
            return self._fault(part.at, "reference_to_itself")
        try:
            target = found(self._root, told[1:])
        except (KeyError, ValueError):
            return self._fault(part.at, "reference_to_nothing")
        return [_Part(place, target, (*part.uses, (part.at, place)), part.sometimes, part.nested + 1)]

    def _fault(self, at: str, code: str) -> list[_Part]:
        if at not in self._told:
            self._told.add(at)
            self._walk.fault(at, code)
        return []


def _requirements(parts: list[_Part], mine: Mapping[str, Spot]) -> None:
    """Composition cannot lift a requirement, so each list that names a value is remembered."""
    for part in parts:
        for at, listed, sometimes in _demanding(part):
            for index, key in enumerate(sequence(listed)):
                spot = mine.get(key) if isinstance(key, str) else None
                if spot is not None:
                    spot.required.append((at, index))
                    spot.always |= not sometimes
                    spot.uses |= dict.fromkeys(part.uses)


def _demanding(part: _Part) -> Iterator[tuple[str, Any, bool]]:
    """Every list of a schema that demands values, and whether it does so only beside another value."""
    yield f"{part.at}/required", part.schema.get("required"), part.sometimes
    for keyword in _DEMANDS_BESIDE:
        for key, listed in mapping(part.schema.get(keyword)).items():
            yield part.at + joined(keyword, key), listed, True


def _properties(part: _Part) -> Iterator[tuple[str, str, Any]]:
    """What a schema says of values inside, with the name of each: for a whole family of names, the pattern (`*` = any)."""
    for keyword in ("properties", "patternProperties"):
        for key, sub in mapping(part.schema.get(keyword)).items():
            yield part.at + joined(keyword, key), key, sub
    rest = part.schema.get("additionalProperties")
    if isinstance(rest, dict) and rest:
        yield f"{part.at}/additionalProperties", "*", rest


def _items(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a schema says of the members of a list: of all, or of each by its place."""
    for keyword in ("items", "prefixItems"):
        told = schema.get(keyword)
        if isinstance(told, list):
            yield from ((joined(keyword, number), each) for number, each in enumerate(told))
        elif keyword in schema:
            yield f"/{keyword}", told
