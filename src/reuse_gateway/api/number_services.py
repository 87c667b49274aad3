"""What the routes of numbers need, built by `bootstrap_numbers` and handed over once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reuse_gateway.application.measure_reuse import MeasureReuse, ReuseReport, TellReceived
from reuse_gateway.application.publish_reuse import PublishReuse
from reuse_gateway.application.tell_portal import PortalRow, TellPortal
from reuse_gateway.domain.ranking import Ranking
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.suppression import Published


@dataclass(frozen=True, slots=True)
class NumberServices:
    """Reports on reuse, how one is written as JSON, and what offices tell of dossiers received."""

    measure: MeasureReuse
    written: Callable[[ReuseReport], Mapping[str, Any]]
    received: TellReceived
    portal: TellPortal
    ranked: Callable[[ReuseReport, Ranking], Mapping[str, Any]]
    saved: Callable[[ReuseReport], Mapping[str, Any]]
    public: PublishReuse
    told_to_all: Callable[[Period, Published], Mapping[str, Any]]
    portal_row: Callable[[PortalRow], Mapping[str, Any]]
