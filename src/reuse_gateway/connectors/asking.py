"""How one lookup is asked: over HTTP as JSON or SOAP, with a statement, or in files. Slots only, nothing evaluated."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from reuse_gateway.connectors.placeholders import SlotField, compile_tree
from reuse_gateway.connectors.predicates import Strict
from reuse_gateway.connectors.select_only import checked_statement
from reuse_gateway.connectors.targets import HeadersField, TargetField

_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")
XmlName = Annotated[str, Field(pattern=f"^{_XML_NAME.pattern}$")]


class Paging(Strict):
    """Pages are asked for with `{page}` until one has fewer than `size` records, or `most` pages were read.

    `first` and `step` count as the source does: 0 or 1 and 1 for page numbers, 0 and `size` for offsets.
    """

    first: int = Field(default=1, ge=0, le=1)
    step: int = Field(default=1, ge=1, le=1_000)
    size: int = Field(ge=1, le=1_000)
    most: int = Field(default=5, ge=1, le=20)


def _elements(value: object) -> Any:
    """SOAP bodies are sequences: elements go out in the order in which they are written here."""
    if not isinstance(value, dict):
        return compile_tree(value)
    wrong = [name for name in value if not _XML_NAME.fullmatch(str(name))]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is no element name")
    return {
        name: [_elements(each) for each in inner] if isinstance(inner, list) else _elements(inner)
        for name, inner in value.items()
    }


class SoapCall(Strict):
    """One SOAP 1.1 operation. `qualified`: the elements below it are in its namespace.

    `unwrap` peels names off the answer's body.
    """

    operation: XmlName
    namespace: str = Field(min_length=1, max_length=200)
    action: str = Field(default="", max_length=200, pattern=r"^[^\"\r\n]*$")
    content_type: Literal["text/xml", "application/xml"] = "text/xml"
    qualified: Literal["true", "false"] = "true"
    elements: Annotated[dict[str, Any], BeforeValidator(_elements)]
    unwrap: tuple[XmlName, ...] = ()


class Statement(Strict):
    """One SELECT with bound parameters (`:name`); what may stand in it is in `select_only.py`."""

    sql: Annotated[str, BeforeValidator(checked_statement)]
    bind: dict[str, SlotField] = Field(min_length=1, max_length=12)

    @model_validator(mode="after")
    def _bound(self) -> Statement:
        asked = set(re.findall(r"(?<![:\w]):([A-Za-z_]\w*)", self.sql))
        if asked != set(self.bind):
            raise ValueError("parameters of the statement and of bind differ")
        slots = {part for slot in self.bind.values() for part in slot.parts[1::2]}
        if not slots & {"subject.number", "subject.personal_id", "subject.old_personal_id"}:
            raise ValueError("a statement that does not ask for the subject's number would read everybody")
        return self


class Request(Strict):
    """How the source is asked. A POST is repeated only where `repeatable` says that it merely reads.

    `path` for HTTP protocols, with `json`, or `verb` (goes into the field `verb_field`), or `soap`; `statement` for databases;
    nothing at all for files, whose owner column is looked up.
    """

    method: Literal["GET", "POST"] = "POST"
    path: TargetField | None = None
    query: dict[str, SlotField] = Field(default_factory=dict)
    headers: HeadersField = Field(default_factory=dict)
    json_body: Annotated[Any, BeforeValidator(compile_tree)] = Field(default=None, alias="json")
    verb: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_.-]{1,80}$")
    verb_field: str = Field(default="service", pattern=r"^[A-Za-z0-9_.-]{1,80}$")
    soap: SoapCall | None = None
    statement: Statement | None = None
    paging: Paging | None = None
    repeatable: Literal["true", "false"] = "false"

    @property
    def may_repeat(self) -> bool:
        return self.method == "GET" or self.repeatable == "true" or self.path is None
