"""Why a call to a source came to nothing; never leaves the connectors, where it becomes an unknown holding."""

from __future__ import annotations

from reuse_gateway.domain.holding import Doubt


class Trouble(Exception):
    """`ailing`: the source itself is to blame, which its breaker counts; `retryable`: another try may help."""

    def __init__(self, doubt: Doubt, *, ailing: bool = False, retryable: bool = False) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt
        self.ailing = ailing
        self.retryable = retryable
