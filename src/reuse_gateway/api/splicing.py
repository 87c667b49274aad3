"""The answer of a check as bytes, spliced from pieces encoded before: the bytes of `Rendering.check` at a third of the CPU.

Nine tenths of an answer are citations and sentences that thousands of answers share. No piece that is kept tells of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from reuse_gateway.api.rendering import Rendering, doubt_or_state, encoded
from reuse_gateway.domain.check import Check
from reuse_gateway.domain.holding import Holding
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.verdict import Verdict

_MOST_KEPT = 20_000
_WORDS = {True: b"true", False: b"false"}
Piece = TypeVar("Piece")


class Splicing:
    """Keeps encoded pieces of one policy version's answers."""

    def __init__(self, rendering: Rendering) -> None:
        self._rendering = rendering
        self._kept: dict[Hashable, object] = {}

    def check(self, check: Check, receipt: str | None) -> bytes:
        """The answer of POST /v1/checks."""
        head, tail = self._rendering.head(check), self._rendering.tail(check, receipt)
        items = b",".join([self._item(verdict, check.agency) for verdict in check.verdicts])
        return b'%b,"items":[%b],%b' % (encoded(head)[:-1], items, encoded(tail)[1:])

    def _item(self, verdict: Verdict, agency: str) -> bytes:
        place = self._rendering.place(verdict)
        # Everything but `ref` and the holdings: what is said of an item is a function of these.
        told = (
            agency, place, verdict.evidence_type, verdict.role, verdict.score, verdict.matched_by, verdict.reason,
            verdict.form_action, verdict.satisfied_by, verdict.legal_basis, verdict.suggestions,
        )  # fmt: skip
        before, after = self._once(told, lambda: self._around(verdict, agency))
        holdings = b",".join([self._holding(holding) for holding in verdict.holdings])
        return b'{"ref":%b,%b,"holdings":[%b],%b' % (encoded(verdict.ref), before, holdings, after)

    def _around(self, verdict: Verdict, agency: str) -> tuple[bytes, bytes]:
        """The encoded fields between `ref` and the holdings, and those behind the holdings."""
        before, after = self._rendering.before(verdict), self._rendering.after(verdict, agency)
        return encoded(before)[1:-1], encoded(after)[1:]

    def _holding(self, holding: Holding) -> bytes:
        source, kind, said = holding.source, holding.evidence_type, doubt_or_state(holding)
        told = (source, holding.tier, kind, holding.outcome, said)
        before = self._once(told, lambda: encoded(self._rendering.holding(holding)).partition(b'"answered_at"')[0])
        return b'%b"answered_at":"%b","cached":%b,"result_code":%b,"issued_on":%b,"expires_on":%b}' % (
            before,
            instant(holding.answered_at).encode(),
            _WORDS[holding.cached],
            encoded(holding.result_code) if holding.result_code is not None else b"null",
            b'"%b"' % holding.issued_on.isoformat().encode() if holding.issued_on else b"null",
            b'"%b"' % holding.expires_on.isoformat().encode() if holding.expires_on else b"null",
        )

    def _once(self, told: Hashable, encode: Callable[[], Piece]) -> Piece:
        piece = self._kept.get(told)
        if piece is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            piece = self._kept[told] = encode()
        return piece  # type: ignore[return-value]
