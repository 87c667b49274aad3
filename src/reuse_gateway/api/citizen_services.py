"""What the routes for citizens need, built by `bootstrap_citizens` and handed over once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reuse_gateway.api.quota import Quota
from reuse_gateway.application.citizen_ports import CitizenReads, CitizenTokens
from reuse_gateway.application.hear_citizens import HearCitizens


@dataclass(frozen=True, slots=True)
class CitizenServices:
    """Who has logged in, what was recorded about them, what they ask; `quota` is one person's or one address's.

    `demo` issues tokens for synthetic people, in the embedded demo only; None elsewhere.
    """

    tokens: CitizenTokens
    reads: CitizenReads
    hear: HearCitizens
    quota: Quota
    demo: Callable[[str], Mapping[str, Any]] | None = None
