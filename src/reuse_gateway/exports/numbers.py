"""Numbers as Vietnamese readers write them: 1.234.567 and 12,5 %. Files for machines take plain numbers instead."""

from __future__ import annotations


def grouped(number: int) -> str:
    """Thousands parted by points."""
    return f"{number:,}".replace(",", ".")


def share(part: int, whole: int) -> str:
    """A percentage with one decimal behind a comma; a dash where there is nothing to share."""
    return f"{100 * part / whole:.1f}".replace(".", ",") + " %" if whole else "–"
