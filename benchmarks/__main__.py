"""`python -m benchmarks [--json] [--only P1,P3] [--quick]`: measure, show a table, keep raw rounds in benchmarks/results/."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import black_hole, cached_check, cold_start, peers_compared, scripts, stages
from benchmarks.findings import Finding, Findings, table
from benchmarks.machine import described
from benchmarks.rounds import Effort

MEASUREMENTS: dict[str, Callable[[Effort], Findings]] = {
    "P1": cached_check.measure,
    "P2": scripts.fan_out,
    "P3": scripts.appends,
    "P4": peers_compared.measure,
    "P8": cold_start.measure,
    "stages": stages.measure,
    "black_hole": black_hole.measure,
}
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """0 when everything asked for was measured (goals reached or not), 1 when something could not be, 2 for wrong usage."""
    told = _arguments()
    chosen = told.only.split(",") if told.only else list(MEASUREMENTS)
    if unknown := [name for name in chosen if name not in MEASUREMENTS]:
        print(f"no such measurement: {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}", file=sys.stderr)
        return 2
    effort = Effort.little() if told.quick else Effort()
    RESULTS.mkdir(exist_ok=True)
    machine, failed, found = described(RESULTS), {}, {}
    for name in chosen:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            found[name] = MEASUREMENTS[name](effort)
        except Exception as error:
            failed[name] = f"{type(error).__name__}: {error}"
            print(f"{name} could not be measured: {failed[name]}", file=sys.stderr)
    _show(machine, found, failed, effort, told.as_json)
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", dest="as_json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--only", metavar="P1,P3", help=f"some of {', '.join(MEASUREMENTS)}")
    parser.add_argument("--quick", action="store_true", help="one short round each: does it run? (no figures to quote)")
    return parser.parse_args()


def _show(machine: dict, found: dict[str, Findings], failed: dict[str, str], effort: Effort, as_json: bool) -> None:
    rows: tuple[Finding, ...] = tuple(row for each in found.values() for row in each.rows)
    told: dict[str, Any] = {
        "machine": machine,
        "effort": asdict(effort),
        "figures": [asdict(row) | {"reached": row.reached} for row in rows],
        "failed": failed,
    }
    kept = told | {"raw": {name: each.raw for name, each in found.items()}}
    path = RESULTS / f"{machine['at'].replace(':', '')}.json"
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8")
    print(json.dumps(told, indent=1, ensure_ascii=False) if as_json else table(rows))
    print(f"raw rounds: benchmarks/results/{path.name}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
