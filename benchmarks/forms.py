"""How long lint takes over large forms: `python -m benchmarks.forms [--fields 10000] [--rounds 5] [--json]`.

Two mixtures: `real` (a tenth are papers, most of which may not be asked for) and `worst` (every field is a paper with a label
of its own that may not be asked for, so that all are mended).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from reuse_gateway import bootstrap
from reuse_gateway.application.lint_form import LintForm, LintRequest
from reuse_gateway.cli.linting import ShippedProcedures
from reuse_gateway.forms.registry import dialect_of
from reuse_gateway.settings import Settings

DAY, PROCEDURE = date(2026, 11, 23), "1.001193"
_PAPERS = ("Thẻ căn cước", "Sổ hộ khẩu", "Giấy chứng sinh", "Giấy chứng nhận kết hôn của cha, mẹ")
_WORDS = ("Họ và tên", "Ngày sinh", "Ghi chú", "Số điện thoại", "Nơi thường trú")


def _labels(fields: int, mixture: str) -> list[tuple[str, bool]]:
    if mixture == "worst":
        return [(f"{n}. {_PAPERS[n % 2]} (bản {n})", True) for n in range(fields)]
    return [(_PAPERS[n // 10 % 4], True) if n % 10 == 0 else (_WORDS[n % 5], False) for n in range(fields)]


def formio(fields: int, mixture: str) -> Any:
    """Panels of fifty components."""
    made = [
        {
            "type": "file" if paper else "textfield",
            "key": f"k{n}",
            "label": label,
            "input": True,
            "validate": {"required": paper},
        }
        for n, (label, paper) in enumerate(_labels(fields, mixture))
    ]
    panels = [made[at : at + 50] for at in range(0, fields, 50)]
    return {"components": [{"type": "panel", "key": f"p{n}", "components": each} for n, each in enumerate(panels)]}


def surveyjs(fields: int, mixture: str) -> Any:
    """Pages of fifty questions."""
    made = [
        {"type": "file" if paper else "text", "name": f"k{n}", "title": label, "isRequired": paper}
        for n, (label, paper) in enumerate(_labels(fields, mixture))
    ]
    return {"pages": [{"name": f"p{at}", "elements": made[at : at + 50]} for at in range(0, fields, 50)]}


def json_schema(fields: int, mixture: str) -> Any:
    """Objects of fifty properties."""
    made = {
        f"k{n}": {"type": "string", "title": label} | ({"format": "data-url"} if paper else {})
        for n, (label, paper) in enumerate(_labels(fields, mixture))
    }
    keys = list(made)
    parts = [keys[at : at + 50] for at in range(0, fields, 50)]
    return {
        "properties": {
            f"p{n}": {"type": "object", "required": part, "properties": {key: made[key] for key in part}}
            for n, part in enumerate(parts)
        }
    }


FORMS: dict[str, Callable[[int, str], Any]] = {"formio": formio, "surveyjs": surveyjs, "json_schema": json_schema}


def measured(fields: int, rounds: int) -> list[dict[str, Any]]:
    """Seconds of wall time and of processor per form, median and worst of the rounds, facts read beforehand."""
    with tempfile.TemporaryDirectory() as home:
        facts = bootstrap.read_facts(Settings(home=Path(home)))
    look = LintForm(dialect_of, facts.policy(1.0), ShippedProcedures(facts.catalogue.procedures), facts.catalogue.sentences)
    rows = []
    for dialect, made in FORMS.items():
        for mixture in ("real", "worst"):
            request = LintRequest(dialect, PROCEDURE, made(fields, mixture), DAY)
            walls, processor, found = [], [], 0
            for _ in range(rounds):
                started, used = time.perf_counter(), time.process_time()
                found = len(asyncio.run(look(replace(request))).findings)
                walls.append(time.perf_counter() - started)
                processor.append(time.process_time() - used)
            row = {"dialect": dialect, "mixture": mixture, "fields": fields, "findings": found}
            rows.append(row | {"wall_s": _of(walls), "processor_s": _of(processor)})
    return rows


def _of(seconds: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(seconds), 3), "worst": round(max(seconds), 3)}


def main() -> int:
    """Print the rows."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forms", description=__doc__)
    parser.add_argument("--fields", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", dest="as_json", action="store_true")
    told = parser.parse_args()
    for row in measured(told.fields, told.rounds):
        wall, used = row["wall_s"], row["processor_s"]
        text = (
            f"{row['dialect']:12} {row['mixture']:6} {row['fields']:6} fields {row['findings']:6} findings   "
            f"wall {wall['median']:.2f} s (worst {wall['worst']:.2f})   processor {used['median']:.2f} s"
        )
        print(json.dumps(row) if told.as_json else text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
