"""The script in the page tells of every field whatever it is called; run by Node where there is one."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from reuse_gateway import api

SCRIPT = Path(api.__file__).parent / "dropins" / "reuse-gateway.js"
FILE = [{"name": "a.jpg", "type": "image/jpeg", "content": "data:x"}]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is for developers of the scripts")
@pytest.mark.parametrize(
    ("values", "there"),
    [
        ({"cccd": FILE}, "cccd"),
        ({"content": "a question of that name", "cccd": FILE}, "cccd"),
        ({"url": "https://x.example", "cccd": FILE}, "cccd"),
        ({"giay_to": {"storage": "x", "url": "", "cccd": FILE}}, "giay_to.cccd"),
        ({"rows": [{"url": "y"}, {"cccd": FILE}]}, "rows.cccd"),
        ({"__proto__": {"a": 1}, "cccd": FILE}, "__proto__.a"),
    ],
)
def test_a_page_tells_of_every_field_whatever_another_is_called(values: dict[str, Any], there: str) -> None:
    said = f"process.stdout.write(JSON.stringify(require({json.dumps(str(SCRIPT))}).presence(JSON.parse(process.argv[1]))))"
    told = subprocess.run(["node", "-e", said, json.dumps(values)], capture_output=True, check=True, timeout=30).stdout
    assert json.loads(told)[there] == {"present": True}
