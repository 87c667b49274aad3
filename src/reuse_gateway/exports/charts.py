"""Bar charts as SVG, drawn here so that a page needs no script and nothing from outside; the numbers stand beside the bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from reuse_gateway.exports.numbers import grouped

_WIDTH, _LABELS, _ROW, _BAR, _VALUES = 900, 320, 28, 18, 110
_LONGEST_LABEL = 46


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a count, and the part of it that is marked."""

    label: str
    count: int
    marked: int = 0


def bar_chart(title: str, description: str, bars: Sequence[Bar]) -> str:
    """Horizontal bars, longest scale = the largest count. Title and description are read to those who cannot see it."""
    height = _ROW * len(bars) + 8
    largest = max((bar.count for bar in bars), default=0) or 1
    scale = (_WIDTH - _LABELS - _VALUES) / largest
    drawn = "".join(_bar(bar, 4 + n * _ROW, scale) for n, bar in enumerate(bars))
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label={quoteattr(title)} xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{drawn}</svg>"
    )


def _bar(bar: Bar, top: int, scale: float) -> str:
    middle = top + _BAR - 4
    value = f"{grouped(bar.count)} / {grouped(bar.marked)}" if bar.marked else grouped(bar.count)
    return (
        f'<text x="{_LABELS - 8}" y="{middle}" text-anchor="end" class="label">{escape(_short(bar.label))}</text>'
        f'<rect x="{_LABELS}" y="{top}" width="{bar.count * scale:.1f}" height="{_BAR}" class="bar"/>'
        f'<rect x="{_LABELS}" y="{top}" width="{bar.marked * scale:.1f}" height="{_BAR}" class="marked"/>'
        f'<text x="{_LABELS + bar.count * scale + 8:.1f}" y="{middle}" class="value">{value}</text>'
    )


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1].rstrip() + "…"
