"""Provinces before and since 1 July 2025: 63 became 34, and registers go on sending the codes of either list."""

from __future__ import annotations

from reuse_gateway.connectors.spellings import province_of

# Resolution 202/2025/QH15; codes of Decision 19/2025/QĐ-TTg. A new province keeps the code of one that went into it.
_WENT_INTO = {
    "08": ("02",),
    "15": ("10",),
    "19": ("06",),
    "24": ("27",),
    "25": ("17", "26"),
    "31": ("30",),
    "33": ("34",),
    "37": ("35", "36"),
    "44": ("45",),
    "48": ("49",),
    "51": ("62",),
    "52": ("64",),
    "56": ("58",),
    "66": ("54",),
    "68": ("60", "67"),
    "75": ("70",),
    "79": ("74", "77"),
    "80": ("72",),
    "82": ("87",),
    "86": ("83", "84"),
    "91": ("89",),
    "92": ("93", "94"),
    "96": ("95",),
}
_PRESENT = {former: present for present, all_former in _WENT_INTO.items() for former in all_former}


def present_province(code: str) -> str:
    """The code since 1 July 2025 of a province of either list; any other text as it is."""
    return _PRESENT.get(code, code)


def same_province(told: str, asked: str) -> bool:
    """Do both area codes lie in one province as it is now? (The place in a personal id is never rewritten and no area code.)"""
    one, other = province_of(told), province_of(asked)
    return one is not None and other is not None and present_province(one) == present_province(other)
