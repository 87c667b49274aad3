"""Changes single entries of a YAML file and leaves every other line, comments included, as it is."""

from __future__ import annotations

from typing import Any

import yaml

from reuse_gateway.domain.errors import CallerError


def with_entry(text: str, path: tuple[str | int, ...], key: str, value: str) -> str:
    """The text with `key: value` in the mapping at `path`: replaced where it is, else put behind its last entry.

    Raises CallerError where no mapping stands there with one entry a line, or as `{…}` on one line.
    """
    holder = _at(yaml.compose(text, Loader=yaml.CBaseLoader), path)
    if not isinstance(holder, yaml.MappingNode):
        raise CallerError(f"{'.'.join(map(str, path))} is no mapping", code="invalid_input")
    lines = text.splitlines(keepends=True)
    if holder.flow_style:
        return _in_one_line(lines, holder, key, value)
    column = holder.value[0][0].start_mark.column
    entry = f"{' ' * column}{key}: {value}\n"
    for known, told in holder.value:
        if known.value == key:
            return "".join([*lines[: known.start_mark.line], entry, *lines[_end(told) :]])
    end = _end(holder.value[-1][1])
    before = lines[:end]
    if before and not before[-1].endswith("\n"):
        before[-1] += "\n"
    return "".join([*before, entry, *lines[end:]])


def _in_one_line(lines: list[str], holder: yaml.MappingNode, key: str, value: str) -> str:
    place = holder.start_mark.line
    if holder.end_mark.line != place:
        raise CallerError(f"{{…}} over several lines (line {place + 1}) cannot be edited", code="invalid_input")
    line, known = lines[place], next((told for named, told in holder.value if named.value == key), None)
    if known is not None:
        lines[place] = line[: known.start_mark.column] + value + line[known.end_mark.column :]
    else:
        end = holder.end_mark.column - 1
        lines[place] = f"{line[:end]}{', ' if holder.value else ''}{key}: {value}{line[end:]}"
    return "".join(lines)


def _at(node: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step] if step < len(node.value) else None
        elif isinstance(node, yaml.MappingNode):
            node = next((told for known, told in node.value if known.value == str(step)), None)
        else:
            return None
    return node


def _end(node: yaml.Node) -> int:
    """The line behind an entry's value; block scalars and collections end where the next token begins."""
    mark = node.end_mark
    block = (isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")) or (
        isinstance(node, yaml.CollectionNode) and not node.flow_style
    )
    if not block:
        return int(mark.line) + 1
    if isinstance(node, yaml.CollectionNode) and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(mark.line) + (mark.column > 0)
