"""What the use cases need of a form builder's dialect (ngôn ngữ biểu mẫu): read, shape, refuse. No dialect knows another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from reuse_gateway.domain.form import FieldPatch, FieldRefusal, Form, Operation, RefusedSubmission, Shaping, flattened


class Dialect(Protocol):
    """One builder. Adapters subclass it, `read` any JSON value whatever, and keep the MUSTs below."""

    @property
    def name(self) -> str:
        """As the API calls it (`formio`, `surveyjs`, ...)."""
        ...

    def read(self, definition: Any) -> Form:
        """Every field in the definition's own order.

        MUST end within a bounded number of steps whatever is given, MUST NOT raise anything but TooLarge (too many fields or
        too deep), MUST tell as a fault whatever it could not follow (references, wrong types).
        """
        ...

    def patches(self, definition: Any, shapings: Sequence[Shaping]) -> tuple[FieldPatch, ...]:
        """What shapes each field, and holds alone.

        Fields MUST come from `read` of this very definition. Each patch MUST begin with a `test`, so that it fails against a
        definition that has changed meanwhile. Where `patch` is not overridden they MUST come in an order in which all of them
        can be applied one after the other.
        """
        ...

    def errors(self, refusals: Sequence[FieldRefusal]) -> RefusedSubmission:
        """The refusal of a submission in the builder's own shape."""
        ...

    def both(self, definition: Any, shapings: Sequence[Shaping]) -> tuple[tuple[FieldPatch, ...], list[Operation]]:
        """`patches` and `patch` at the price of one."""
        patches = self.patches(definition, shapings)
        return patches, flattened(patches)

    def patch(self, definition: Any, shapings: Sequence[Shaping]) -> list[Operation]:
        """All shapings as one RFC 6902 patch, which MUST hold whole and begin with a `test` for each place."""
        return flattened(self.patches(definition, shapings))
