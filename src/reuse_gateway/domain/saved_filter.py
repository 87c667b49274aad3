"""A saved filter (bộ lọc đã lưu): a query line under a name that auditors share; every change is a revision of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from reuse_gateway.domain.agency import within
from reuse_gateway.domain.free_text import names_somebody

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """One revision. `line` is kept as it was written; `withdrawn`: the name stands for nothing since then.

    `client_id` made this revision; `agency` is the body whose filter it is: the highest of those that ever changed it.
    Names are each province's own.
    """

    name: str
    revision: int
    line: str
    title: str
    told_at: datetime
    client_id: str
    agency: str
    withdrawn: bool = False

    def changed_by(self, agency: str) -> bool:
        """May this body change it? The one whose it is, and those above it: others see by it what was chosen to be seen."""
        return within(self.agency, agency)

    @property
    def key(self) -> str:
        """What nobody else's filter is called: `H41/mo-cao`."""
        return key_of(self.name, self.agency)


def key_of(name: str, agency: str) -> str:
    """The filter that this name means to a body: one of its own province."""
    return f"{agency.partition('.')[0]}/{name}"


def is_name(text: str) -> bool:
    """Small letters, digits and hyphens, 2 to 40, and nobody's number."""
    return bool(_NAME.fullmatch(text)) and not names_somebody(text)
