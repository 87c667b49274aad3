"""Manifests from files, strictly: every value is text until a model types it, and nothing is guessed.

YAML would read `012345670123` as an octal number and `no` as false, and keeps the last of two equal keys in silence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.protocols import PROTOCOLS, Speaks
from reuse_gateway.domain.errors import FactsError

MOST_BYTES, MOST_LINES, _DEEPEST, _DEEPEST_READ = 262_144, 150, 24, 100
TIERS = ("national", "sector", "provincial")


def load_manifests(
    folder: Path, evidence_types: Collection[str], protocols: Mapping[str, Speaks] = PROTOCOLS
) -> tuple[Manifest, ...]:
    """All manifests below `national/`, `sector/`, `provincial/`, in order of id; raises FactsError."""
    files = [file for tier in TIERS for file in sorted((folder / tier).glob("*.yaml")) if not file.name.endswith(".cases.yaml")]
    manifests = [load_manifest(file, evidence_types, protocols) for file in files]
    seen: dict[str, Path] = {}
    for manifest, file in zip(manifests, files, strict=True):
        if manifest.id in seen:
            raise FactsError(file.name, "id", f"already used by {seen[manifest.id].name}")
        seen[manifest.id] = file
    return tuple(sorted(manifests, key=lambda manifest: manifest.id))


def load_manifest(file: Path, evidence_types: Collection[str], protocols: Mapping[str, Speaks] = PROTOCOLS) -> Manifest:
    """One manifest; its `digest` is that of the file's bytes. Raises FactsError(file, key path, problem)."""
    raw = _bytes(file)
    plain = read_mapping(file)
    if raw.count(b"\n") > MOST_LINES:
        raise FactsError(file.name, "", f"over {MOST_LINES} lines")
    if "digest" in plain:
        raise FactsError(file.name, "digest", "unknown key")
    try:
        manifest = Manifest.model_validate(plain | {"digest": hashlib.sha256(raw).hexdigest()})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise FactsError(file.name, ".".join(str(step) for step in first["loc"]), first["msg"]) from None
    _check_surroundings(manifest, file, evidence_types, protocols)
    return manifest


def _check_surroundings(
    manifest: Manifest, file: Path, evidence_types: Collection[str], protocols: Mapping[str, Speaks]
) -> None:
    if manifest.id != file.stem:
        raise FactsError(file.name, "id", "must be the name of the file")
    if file.parent.name in TIERS and manifest.tier.value != file.parent.name:
        raise FactsError(file.name, "tier", "must be the folder of the file")
    if manifest.protocol not in protocols:
        raise FactsError(file.name, "protocol", f"unknown; there are {', '.join(sorted(protocols))}")
    if misprobed := manifest.misprobed():
        raise FactsError(file.name, "probe", misprobed)
    for place, lookup in enumerate(manifest.lookups):
        if misfit := protocols[manifest.protocol].misfit(manifest, lookup):
            raise FactsError(file.name, f"lookups.{place}.request", misfit)
        for paper in lookup.evidence:
            if paper not in evidence_types:
                raise FactsError(file.name, f"lookups.{place}.evidence.{paper}", "unknown evidence type")


def read_mapping(file: Path) -> dict[str, Any]:
    """A YAML mapping whose scalars all stay text. Refuses duplicate keys, anchors, aliases, tags, more than 256 KB."""
    try:
        text = _bytes(file).decode("utf-8")
        refuse_depth(text)
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
                raise FactsError(file.name, f"line {event.start_mark.line + 1}", "anchors, aliases and tags are refused")
        root = yaml.compose(text, Loader=yaml.CBaseLoader)
    except UnicodeDecodeError:
        raise FactsError(file.name, "", "not UTF-8") from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise FactsError(file.name, f"line {mark.line + 1}" if mark else "", "not YAML") from None
    if not isinstance(root, yaml.MappingNode):
        raise FactsError(file.name, "", "must be a mapping")
    return _plain(root, file, ())


def refuse_depth(text: str) -> None:
    """Raises yaml.YAMLError where nodes are nested deeper than anything of ours: composing them would overflow the C stack."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST_READ:
            raise yaml.YAMLError("nested too deeply")


def _plain(node: yaml.Node, file: Path, path: tuple[str, ...]) -> Any:
    if len(path) > _DEEPEST:
        raise FactsError(file.name, ".".join(path), f"nested deeper than {_DEEPEST}")
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(inner, file, (*path, str(place))) for place, inner in enumerate(node.value)]
    plain: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise FactsError(file.name, ".".join(path), "keys must be text")
        if key.value in plain:
            raise FactsError(file.name, ".".join((*path, key.value)), f"key given twice (line {key.start_mark.line + 1})")
        plain[key.value] = _plain(value, file, (*path, key.value))
    return plain


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
    except OSError:
        raise FactsError(file.name, "", "cannot be read") from None
    if len(raw) > MOST_BYTES:
        raise FactsError(file.name, "", "over 256 KB")
    return raw
