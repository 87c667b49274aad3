"""Values that the deployment knows by name, and tokens that a login yields, in typed slots. No secret is ever written down."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from reuse_gateway.connectors.predicates import Strict
from reuse_gateway.connectors.scalars import FieldName, Truth

_SLOT = re.compile(r"\{((?:secret\.[A-Z][A-Z0-9_]{2,63}|token(?:\.[a-z_]{1,40})?)(?:\|md5)?)\}")
Secrets = Callable[[str], str]
Told = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SecretSlot:
    """Text with `{secret.NAME}`, `{secret.NAME|md5}`, `{token}` or `{token.other}`, split when the manifest is loaded."""

    parts: tuple[str, ...]

    @classmethod
    def compile(cls, text: object) -> SecretSlot:
        """Raises ValueError for anything else in braces."""
        if not isinstance(text, str) or len(text) > 2_000:
            raise ValueError("a slot is text of at most 2000 characters")
        parts = tuple(_SLOT.split(text))
        if any(brace in literal for literal in parts[::2] for brace in "{}"):
            raise ValueError("only {secret.NAME}, {secret.NAME|md5}, {token} and {token.name} stand in braces here")
        return cls(parts)

    @property
    def secret_names(self) -> frozenset[str]:
        """Names that the deployment must know."""
        named = (slot.partition("|")[0] for slot in self.parts[1::2])
        return frozenset(slot.removeprefix("secret.") for slot in named if slot.startswith("secret."))

    @property
    def tokens(self) -> frozenset[str]:
        """Tokens that a login must have yielded."""
        named = (slot.partition("|")[0] for slot in self.parts[1::2])
        return frozenset(slot for slot in named if not slot.startswith("secret."))

    def fill(self, secrets: Secrets, tokens: Told) -> str:
        """The text with everything in it; raises KeyError for a name that nobody knows."""
        return "".join(_value(part, secrets, tokens) if place % 2 else part for place, part in enumerate(self.parts))


def _value(slot: str, secrets: Secrets, tokens: Told) -> str:
    name, _, made = slot.partition("|")
    value = secrets(name.removeprefix("secret.")) if name.startswith("secret.") else tokens[name]
    # The hospitals' card gateway takes its password as an MD5 digest; that is its rule, no protection of ours.
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest() if made else value


SecretSlotField = Annotated[SecretSlot, BeforeValidator(SecretSlot.compile)]


class Place(Strict):
    """Where one credential goes: a header, the query or a field of the JSON body; as text, or as a small JSON in Base64.

    `login_too`: the login or token request carries it as well.
    """

    at: Literal["header", "query", "json"] = Field(alias="in")
    name: FieldName
    value: SecretSlotField | None = None
    base64_json: dict[str, SecretSlotField] | None = None
    login_too: Truth = False

    @model_validator(mode="after")
    def _one_value(self) -> Place:
        if (self.value is None) == (self.base64_json is None):
            raise ValueError("exactly one of value, base64_json")
        return self

    @property
    def slots(self) -> tuple[SecretSlot, ...]:
        return (self.value,) if self.value else tuple((self.base64_json or {}).values())

    def fill(self, secrets: Secrets, tokens: Told) -> str:
        """What goes there."""
        if self.value is not None:
            return self.value.fill(secrets, tokens)
        told = {name: slot.fill(secrets, tokens) for name, slot in (self.base64_json or {}).items()}
        return base64.b64encode(json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()).decode()


def secret_names(slots: Iterable[SecretSlot]) -> frozenset[str]:
    """All names that these slots need."""
    return frozenset(name for slot in slots for name in slot.secret_names)


def compile_secrets(value: object) -> Any:
    """Slots inside a JSON body: objects and lists stay, every text becomes a slot."""
    if isinstance(value, dict):
        return {str(key): compile_secrets(inner) for key, inner in value.items()}
    return [compile_secrets(inner) for inner in value] if isinstance(value, list) else SecretSlot.compile(value)


def fill_secrets(value: Any, secrets: Secrets, tokens: Told) -> Any:
    """The JSON body with everything in it."""
    if isinstance(value, dict):
        return {key: fill_secrets(inner, secrets, tokens) for key, inner in value.items()}
    return [fill_secrets(each, secrets, tokens) for each in value] if isinstance(value, list) else value.fill(secrets, tokens)


def secret_slots_in(value: Any) -> tuple[SecretSlot, ...]:
    """All slots of such a body."""
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return tuple(slot for inner in inside for slot in secret_slots_in(inner))
    return (value,)
