"""The schema for editors: current, accepting every manifest there is, red where a manifest is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from reuse_gateway.connectors.schema import manifest_schema

from .rooms import PROTOCOLS, SHIPPED

HOW = "run: reuse-gateway connector schema --out connectors/manifest.schema.json"
MANIFESTS = [file for folder in (SHIPPED, PROTOCOLS) for file in folder.glob("*/*.yaml") if ".cases" not in file.name]


class EditorsLoader(yaml.SafeLoader):
    """As editors type YAML (1.2 core): days stay text."""


EditorsLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag != "tag:yaml.org,2002:timestamp"]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_editors_read(file: Path) -> Any:
    return yaml.load(file.read_text("utf-8"), Loader=EditorsLoader)


def test_the_committed_schema_is_current() -> None:
    assert json.loads((SHIPPED / "manifest.schema.json").read_text("utf-8")) == manifest_schema(), HOW


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.stem)
def test_every_manifest_is_accepted(file: Path) -> None:
    jsonschema_rs.validator_for(manifest_schema()).validate(as_editors_read(file))


@pytest.mark.parametrize("file", [file for file in MANIFESTS if SHIPPED in file.parents], ids=lambda file: file.stem)
def test_every_shipped_manifest_names_its_schema_where_it_is(file: Path) -> None:
    line = file.read_text("utf-8").splitlines()[0]
    assert line.startswith("# yaml-language-server: $schema="), (
        "the first line: # yaml-language-server: $schema=../manifest.schema.json"
    )
    assert (file.parent / line.partition("$schema=")[2]).resolve() == (SHIPPED / "manifest.schema.json").resolve()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("protokol", "x"),
        ("tier", "communal"),
        ("lookups", []),
        ("auth", {"type": "oauth3"}),
        ("limits", {"timeout_s": "soon"}),
        ("id", "Has Blanks"),
    ],
)
def test_what_the_loader_refuses_is_red_in_the_editor(key: str, value: object) -> None:
    plain = as_editors_read(SHIPPED / "national" / "civil_status.yaml")
    assert not jsonschema_rs.validator_for(manifest_schema()).is_valid(plain | {key: value})
