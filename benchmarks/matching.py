"""How well rows are matched to papers, on labelled rows: precision, recall and what goes wrong, and rows per second.

Rows are split by their procedure: the first hex digit of the SHA-256 of its code is below 8 for the half the vocabulary may
be tuned on; of the other half only the figures are printed, never the rows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reuse_gateway.catalogue.loader import load
from reuse_gateway.catalogue.vocabulary import load_vocabulary
from reuse_gateway.domain.matching import SURE, Reading, Vocabulary

LABELS = Path(__file__).parents[2] / "shared" / "data" / "labels.ndjson"
NOT_REUSABLE = frozenset(
    [
        "other",
        "application_form",
        "authorisation",
        "organisation_charter",
        "portrait_photo",
        "certified_copy",
        "financial_statements",
    ]
)
Row = dict[str, Any]


def half(procedure: str) -> str:
    """Which half the rows of a procedure belong to."""
    return "tuning" if int(hashlib.sha256(procedure.encode()).hexdigest()[0], 16) < 8 else "untouched"


@dataclass(slots=True)
class Tally:
    """Counts over rows; `errors` by kind, where a type is missing or too much: `missed land_use_certificate`."""

    rows: int = 0
    right: int = 0
    too_much: int = 0
    missed: int = 0
    exact: int = 0
    note: int = 0
    substitution: int = 0
    original: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, row: Row, reading: Reading) -> None:
        """Compare one row with its labels, over the reusable types and as a whole."""
        labelled, found = set(row["evidence"]) - NOT_REUSABLE, set(reading.evidence_types) - NOT_REUSABLE
        self.rows += 1
        self.right += len(labelled & found)
        self.too_much += len(found - labelled)
        self.missed += len(labelled - found)
        self.exact += set(row["evidence"]) == set(reading.evidence_types)
        self.note += row["kind"] == reading.kind
        self.substitution += row["substitution"] == reading.substitution
        self.original += row["original"] == reading.original
        self.errors.update(f"too much: {key}" for key in found - labelled)
        self.errors.update(f"missed: {key}" for key in labelled - found)

    def figures(self, *, with_errors: bool) -> dict[str, Any]:
        """Shares between 0 and 1 with the counts they rest on."""
        share = {name: round(getattr(self, name) / self.rows, 4) if self.rows else None for name in _SHARES}
        precision = self.right / (self.right + self.too_much) if self.right + self.too_much else None
        recall = self.right / (self.right + self.missed) if self.right + self.missed else None
        counts = {"rows": self.rows, "right": self.right, "too_much": self.too_much, "missed": self.missed}
        told = {"precision": precision and round(precision, 4), "recall": recall and round(recall, 4)}
        return {**told, **share, **counts} | ({"errors": dict(self.errors.most_common())} if with_errors else {})


_SHARES = ("exact", "note", "substitution", "original")


def measured(rows: Iterable[Row], vocabulary: Vocabulary) -> dict[str, dict[str, Any]]:
    """Figures per half, over rows labelled sure and over all rows."""
    tallies: dict[str, Tally] = {}
    for row in rows:
        reading = vocabulary.read(row["text"], row["case"])
        for certainty in ("sure", "all") if row["sure"] else ("all",):
            for name in (half(row["procedure"]), "both"):
                tallies.setdefault(f"{name}, {certainty}", Tally()).add(row, reading)
    halves = {name.split(",")[0] for name in tallies} - {"both"}
    told = [name for name in sorted(tallies) if len(halves) > 1 or not name.startswith("both")]
    return {name: tallies[name].figures(with_errors=name.startswith("tuning")) for name in told}


def rows_per_second(texts: list[str], vocabulary: Vocabulary, rounds: int = 5) -> dict[str, float]:
    """Median and range over rounds, of CPU time on one core."""
    rates = []
    for _ in range(rounds):
        started = time.process_time()
        for text in texts:
            vocabulary.read(text)
        rates.append(len(texts) / (time.process_time() - started))
    told = {"median": statistics.median(rates), "least": min(rates), "most": max(rates)}
    return {name: round(rate) for name, rate in told.items()}


def main() -> None:
    """Print the figures as a table or, with --json, for machines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--half", choices=("tuning", "untouched", "both"), default="both", help="look at one half only")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.labels.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if options.half in ("both", half(row["procedure"]))]
    started = time.perf_counter()
    vocabulary = load_vocabulary(load().evidence_types.values())
    loaded_s = round(time.perf_counter() - started, 2)
    figures = measured(rows, vocabulary)
    speed = rows_per_second([row["text"] for row in rows], vocabulary)
    if options.json:
        print(json.dumps({"figures": figures, "rows_per_second": speed, "load_s": loaded_s, "sure_from": SURE}))
        return
    for name, told in figures.items():
        print(name.ljust(18), *(f"{key} {value}" for key, value in told.items() if key != "errors"))
        for error, count in told.get("errors", {}).items():
            print(" " * 20, count, error)
    print(f"rows per second {speed}, facts loaded in {loaded_s} s")


if __name__ == "__main__":
    main()
