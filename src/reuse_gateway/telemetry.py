"""Logs (JSON, one event a line, no personal data) and counters (Prometheus). No id of a person is ever a label."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, MutableMapping
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from reuse_gateway.domain.errors import GatewayError

# The last net: whatever slipped into a message and looks like a personal number is masked.
_NUMBER = re.compile(r"(?<![0-9a-f])[0-9]{9,13}(?![0-9a-f])")


def configure_logs(level: str) -> None:
    """One JSON object a line on standard error; the server's own loggers go the same way."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _masked,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("alembic").setLevel(logging.WARNING)


def warned(event: str) -> Callable[[GatewayError], None]:
    """Tells trouble of work in the background by its stable code only."""
    return lambda error: structlog.get_logger().warning(event, code=error.code)


class _Line(logging.Formatter):
    """What libraries log, in the same shape; of an exception only its kind: its text may quote what a caller sent."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "event": _NUMBER.sub("•••", record.getMessage())[:2000],
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[0]:
            line["kind"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def _masked(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str) and name not in ("timestamp", "request_id"):
            event[name] = _NUMBER.sub("•••", value)[:2000]
    return event


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter("reuse_gateway_answers", "HTTP answers", ("route", "method", "status"), registry=self._registry)
        self._seconds = Histogram(
            "reuse_gateway_answer_seconds",
            "Time to the answer",
            ("route",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=self._registry,
        )
        self._lookups = Counter("reuse_gateway_lookups", "Questions to sources", ("source", "outcome"), registry=self._registry)
        self._lookup_seconds = Histogram(
            "reuse_gateway_lookup_seconds", "Time a source took", ("source",), registry=self._registry
        )
        self._states = Gauge(
            "reuse_gateway_source_state", "1 for the state that a source is in", ("source", "state"), registry=self._registry
        )
        self._probes = Counter("reuse_gateway_probes", "Probes of sources", ("source", "outcome"), registry=self._registry)
        self._papers = _gauge("papers", "Papers in the holdings index", self._registry)
        self._ownerless = _gauge("ownerless", "Records in the holdings index without an owner's number", self._registry)
        self._fresh = _gauge("fresh_timestamp_seconds", "Instant for which the holdings index speaks", self._registry)
        self._rounds = Counter("reuse_gateway_sync_rounds", "Registers read", ("source", "outcome"), registry=self._registry)
        self._children: dict[tuple[str, ...], Any] = {}

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an HTTP answer."""
        count, timer = self._of((route, method, str(status)), self._answers, self._seconds)
        count.inc()
        timer.observe(seconds)

    def looked_up(self, source: str, outcome: str, seconds: float) -> None:
        """Count an answer of a source."""
        count, timer = self._of((source, outcome), self._lookups, self._lookup_seconds)
        count.inc()
        timer.observe(seconds)

    def source_is(self, source: str, state: str, states: Iterable[str]) -> None:
        """Show one of all states that a source can be in."""
        for each in states:
            self._states.labels(source, each).set(each == state)

    def probed(self, source: str, outcome: str) -> None:
        """Count a probe: held, skipped, or else failed."""
        self._probes.labels(source, outcome if outcome in ("held", "skipped") else "failed").inc()

    def indexed(self, source: str, papers: int, ownerless: int, fresh_at: datetime | None) -> None:
        """How the index of a source stands."""
        self._papers.labels(source).set(papers)
        self._ownerless.labels(source).set(ownerless)
        if fresh_at:
            self._fresh.labels(source).set(fresh_at.timestamp())

    def synced(self, source: str, outcome: str) -> None:
        """Count a round of reading a register."""
        self._rounds.labels(source, outcome).inc()

    def _of(self, labels: tuple[str, ...], counter: Counter, timer: Histogram) -> tuple[Any, Any]:
        """Counter and timer of these labels, found once: `labels()` takes a lock and builds the key anew each time."""
        if labels not in self._children:
            self._children[labels] = counter.labels(*labels), timer.labels(labels[0])
        return self._children[labels]

    def text(self) -> bytes:
        """Prometheus text format."""
        return generate_latest(self._registry)


def _gauge(name: str, tells: str, registry: CollectorRegistry) -> Gauge:
    return Gauge(f"reuse_gateway_index_{name}", tells, ("source",), registry=registry)
