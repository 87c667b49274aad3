"""What a scripted case must come to: said by its name, or by `means` beside it. This is the inline test of a manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State

LAPSED = "lapsed"
BY_NAME: Mapping[str, str] = {
    "valid": "valid",
    "absent": "absent",
    "expired": LAPSED,
    "revoked": LAPSED,
    "incomplete": "incomplete",
    "mismatch": "mismatch",
    "ambiguous": "ambiguous_answer",
    "wrong_owner": "wrong_owner",
    "denied": "source_denied",
    "error_in_200": "bad_answer",
    "not_ready": "not_ready",
    "quota": "not_ready",
    "server_error": "source_unavailable",
    "slow": "source_timed_out",
    "html": "bad_answer",
    "truncated": "bad_answer",
    "broken_json": "bad_answer",
    "oversized": "bad_answer",
}
KNOWN = frozenset(BY_NAME.values()) | {*State, *Doubt, "absent"}


def meaning(holding: Holding, today: date) -> str:
    """A state, `absent`, or the doubt; a paper whose last day is over has `lapsed`, whatever its state says."""
    if holding.doubt is not None:
        return holding.doubt.value
    if holding.outcome is Outcome.ABSENT or holding.state is None:
        return "absent"
    over = holding.expires_on is not None and holding.expires_on < today
    if holding.state in (State.REVOKED, State.EXPIRED) or (over and holding.state is State.VALID):
        return LAPSED
    return holding.state.value


def disagreement(expected: str, told: Iterable[Holding], today: date) -> str | None:
    """How these holdings differ from what was expected; None = they do not.

    A lookup proves several papers: a doubt or `absent` holds of all of them; a state of at least one, while the others are
    absent or (beside a lapsed one) still good.
    """
    holdings = list(told)
    met = [holding for holding in holdings if _is(expected, holding, today)]
    others = {meaning(each, today) for each in holdings if each not in met}
    if met and others <= _beside(expected):
        return None
    return ", ".join(f"{each.evidence_type}: {meaning(each, today)}" for each in holdings) + f"; expected {expected}"


def _beside(expected: str) -> frozenset[str]:
    """What the other papers of such an answer may mean."""
    if expected in ("absent", *Doubt):
        return frozenset({"absent"}) if expected == "ambiguous_answer" else frozenset()
    if expected in (LAPSED, "revoked", "expired"):
        return frozenset({"absent", "valid", LAPSED})
    return frozenset({"absent"})


def _is(word: str, holding: Holding, today: date) -> bool:
    told = meaning(holding, today)
    if told != LAPSED or word == LAPSED:
        return told == word
    return word == ("revoked" if holding.state is State.REVOKED else "expired")
