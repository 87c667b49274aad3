"""What the routes of numbers need, built by `bootstrap_numbers` and handed over once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reuse_gateway.application.measure_reuse import MeasureReuse, ReuseReport, TellReceived
from reuse_gateway.application.tell_portal import PortalRow, TellPortal


@dataclass(frozen=True, slots=True)
class NumberServices:
    """Reports on reuse, how one is written as JSON, and what offices tell of dossiers received."""

    measure: MeasureReuse
    written: Callable[[ReuseReport], Mapping[str, Any]]
    received: TellReceived
    portal: TellPortal
    portal_row: Callable[[PortalRow], Mapping[str, Any]]
