"""A saved filter (bộ lọc đã lưu): a query line under a name that auditors share; every change is a revision of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

NAME = re.compile(r"(?!.*[0-9]{9})[a-z0-9][a-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """One revision. `line` is kept as it was written; `withdrawn`: the name stands for nothing since then."""

    name: str
    revision: int
    line: str
    title: str
    told_at: datetime
    client_id: str
    agency: str
    withdrawn: bool = False
