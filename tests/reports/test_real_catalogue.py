"""The report over all procedures of July 2026: complete, the same twice, in time and memory (issue 4)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LONGEST_S, MOST_MB = 30, 500


def command(home: Path, *words: str) -> tuple[bytes, float, float]:
    """Output, seconds of processor and megabytes of a command in a process of its own.

    Not ru_maxrss: Linux lets a child inherit the peak of the process that started it.
    """
    measure = (
        "import resource, sys\n"
        "from reuse_gateway.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert end.code in (0, None), end.code\n"
        "told = resource.getrusage(resource.RUSAGE_SELF)\n"
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(told.ru_utime + told.ru_stime, int(peak.split()[1]) / 1024, file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", measure, "catalogue", *words],
        capture_output=True,
        check=True,
        env={"REUSE_GATEWAY_HOME": str(home), "PYTHONPATH": ":".join(sys.path)},
    )
    seconds, megabytes = ran.stderr.split()[-2:]
    return ran.stdout, float(seconds), float(megabytes)


@pytest.fixture(scope="module")
def home(real_catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    command(folder, "import", str(real_catalogue), "--valid-from", "2026-07-20", "--json")
    return folder


@pytest.fixture(scope="module")
def report(home: Path) -> dict[str, Any]:
    raw, seconds, megabytes = command(home, "report", "--json", "--as-of", "2026-11-23")
    assert seconds < LONGEST_S
    assert megabytes < MOST_MB
    return json.loads(raw)


def test_every_component_of_every_procedure_is_measured(report: dict[str, Any], real_catalogue: Path) -> None:
    published = {row["MATTHC"] for row in map(json.loads, real_catalogue.read_text(encoding="utf-8").splitlines())}
    assert report["procedures"] >= len(published) == 1739
    assert report["total"]["components"] == sum(report["total"]["states"].values()) > 8_500
    assert sum(line["components"] for line in report["by_field"]) == report["total"]["components"]


def test_every_ministry_of_the_portal_is_named_and_nobody_is_nameless(report: dict[str, Any]) -> None:
    names = {line["name"]["vi"] for line in report["by_ministry"]}
    assert {"Bộ Tài chính", "Bộ Công an", "Bộ Tư pháp", "Bộ Xây dựng", "Bộ Nông nghiệp và Môi trường"} <= names
    assert not [line for line in report["by_ministry"] if line["key"] not in ("",) and line["key"] == line["name"]["vi"]]


def test_every_finding_has_a_paper_a_ground_and_a_law(report: dict[str, Any]) -> None:
    assert report["defects"]
    assert report["total"]["lacking_wording"] == len(report["defects"])
    for finding in report["defects"]:
        assert all(paper["legal_basis"] for paper in finding["papers"])
        assert finding["papers"]
        assert all(paper["sources"] for paper in finding["papers"]) or finding["state"] in ("abolished", "partly_replaceable")
