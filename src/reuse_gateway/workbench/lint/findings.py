"""One finding, and where in a file it stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from reuse_gateway.connectors.loading import refuse_depth

Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`code` is stable: E = error, W = hygiene. `about` names a key, a path or a word, never a secret or a person."""

    file: str
    line: int
    code: str
    path: str
    about: str = ""

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E")


class Source:
    """A YAML file with the line of every key and value; `tree` is None where it is not readable as a mapping."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.text = file.read_text("utf-8", "replace") if file.is_file() else ""
        self._lines: dict[Steps, int] = {}
        self.scalars: list[tuple[Steps, str, int]] = []
        try:
            refuse_depth(self.text)
            root = yaml.compose(self.text, Loader=yaml.CBaseLoader)
        except yaml.YAMLError:
            root = None
        if root is not None:
            self._walk(root, ())

    def at(self, *steps: Any) -> int:
        """The line of a key path; steps that the file does not have (names of alternatives) are passed over."""
        return self._lines.get(self._known(tuple(map(str, steps))), 1)

    def path(self, *steps: Any) -> str:
        """The key path as the file has it."""
        return ".".join(self._known(tuple(map(str, steps))))

    def finding(self, code: str, *steps: Any, about: str = "") -> Finding:
        """A finding at that key path."""
        return Finding(str(self.file), self.at(*steps), code, self.path(*steps), about)

    def _known(self, steps: Steps) -> Steps:
        known: Steps = ()
        for step in steps:
            known = (*known, step) if (*known, step) in self._lines else known
        return known

    def _walk(self, node: yaml.Node, path: Steps) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._lines[(*path, str(key.value))] = key.start_mark.line + 1
                self._walk(value, (*path, str(key.value)))
        elif isinstance(node, yaml.SequenceNode):
            for place, value in enumerate(node.value):
                self._lines[(*path, str(place))] = value.start_mark.line + 1
                self._walk(value, (*path, str(place)))
        else:
            self.scalars.append((path, node.value, node.start_mark.line + 1))
