"""What docs/dated-law.md shows can be sent as it stands there."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.api.conftest import House

from .test_admin import NEW, put

_EXAMPLE = re.compile(r"```\nPUT (\S+) .*?\n(\{.*?\})\n```", re.DOTALL)


_DATED_LAW = Path("docs/dated-law.md").read_text(encoding="utf-8")


async def test_the_example_of_the_documentation_is_accepted(house: House) -> None:
    shown = _EXAMPLE.search(_DATED_LAW)
    assert shown is not None
    answer = await put(house, shown[1], json.loads(shown[2]), **NEW)
    assert answer.status_code == 201, answer.text
