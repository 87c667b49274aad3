"""The order in which a letter cites its grounds (căn cứ): by rank of the instrument, then by its day. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reuse_gateway.domain.legal_basis import LegalBasis

# Law 64/2025/QH15, Article 4, told as offices cite: decrees before the Government's resolutions; what only directs comes last.
_RANKS = (
    r"Hiến pháp\b",
    r"(Bộ l|L)uật\b",
    r"Pháp lệnh\b|Nghị quyết .*/(NQ-)?(QH|UBTVQH)\d+",
    r"Nghị định\b",
    r"Nghị quyết\b",
    r"Quyết định\b",
    r"Thông tư\b",
    r"Chỉ thị\b",
    r"Công điện\b",
)
_LOCAL = re.compile(r"\b(Ủy ban|Hội đồng) nhân dân\b")


def in_order(bases: Iterable[LegalBasis]) -> tuple[LegalBasis, ...]:
    """The instruments by rank, then by the day they were issued; those of a province's bodies behind those of the State's."""
    return tuple(sorted(bases, key=_place))


def _place(basis: LegalBasis) -> tuple[bool, int, str, str]:
    said = basis.citation.vi
    rank = next((at for at, pattern in enumerate(_RANKS) if re.match(pattern, said)), len(_RANKS))
    return bool(_LOCAL.search(said)), rank, (basis.issued_on or basis.in_force_from).isoformat(), basis.code
