"""Logs and counters never carry a person's number; a line of a library comes in the same shape as ours."""

from __future__ import annotations

import json
import subprocess
import sys

from structlog.testing import capture_logs

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.telemetry import Metrics, warned

_PROGRAM = """
import logging, structlog
from reuse_gateway.telemetry import configure_logs
configure_logs("info")
structlog.get_logger().warning("said 999090000001", who="Nguyễn 999090000001", request_id="abc")
logging.getLogger("library").error("value 999090000001 is wrong")
try:
    raise ValueError("999090000001")
except ValueError:
    logging.getLogger("library").exception("it broke")
logging.getLogger("uvicorn.access").info("GET /?id=999090000001")
"""


def test_every_line_is_json_and_holds_no_number() -> None:
    run = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in run.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["said •••", "value ••• is wrong", "it broke"]
    assert lines[2]["kind"] == "ValueError"
    assert "999090000001" not in run.stderr + run.stdout


def test_trouble_in_the_background_is_told_by_its_code_alone() -> None:
    with capture_logs() as told:
        warned("rechecks_failed")(StoreError("row of 999090000001", code="store_busy"))
    assert told == [{"event": "rechecks_failed", "log_level": "warning", "code": "store_busy"}]


def test_counters_are_labelled_by_route_never_by_path() -> None:
    metrics = Metrics()
    metrics.answered("/v1/checks/{check_id}", "GET", 200, 0.01)
    metrics.answered("/v1/checks/{check_id}", "GET", 200, 0.02)
    metrics.looked_up("population", "held", 0.05)
    text = metrics.text().decode()
    assert 'reuse_gateway_answers_total{method="GET",route="/v1/checks/{check_id}",status="200"} 2.0' in text
    assert 'reuse_gateway_lookups_total{outcome="held",source="population"} 1.0' in text
