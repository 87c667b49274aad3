"""Generated checks, for rules that must hold of whatever was decided; values collide often, so that memories are tried."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from reuse_gateway.domain.check import Check, Stage
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.verdict import FormAction, Reason, Verdict

KINDS = ("birth_certificate", "id_card", "passport")
SOURCES = ("population", "civil_status", "unheard_of")
BEGIN = datetime(2026, 11, 23, 6, 18, 58, tzinfo=UTC)
_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
_instants = st.integers(0, 5_000_000).map(lambda micros: BEGIN + timedelta(microseconds=micros))
_days = st.none() | st.dates(date(1900, 1, 1), date(2200, 1, 1))


def _some(values: st.SearchStrategy, most: int = 2) -> st.SearchStrategy:
    return st.lists(values, max_size=most).map(tuple)


holdings = st.builds(
    Holding,
    source=st.sampled_from(SOURCES),
    tier=st.sampled_from(Tier),
    evidence_type=st.sampled_from(KINDS),
    outcome=st.sampled_from(Outcome),
    answered_at=_instants,
    doubt=st.none() | st.sampled_from(Doubt),
    state=st.none() | st.sampled_from(State),
    owner=st.just("citizen:999090000001"),
    cached=st.booleans(),
    result_code=st.none() | _texts,
    issued_on=_days,
    expires_on=_days,
)


def verdicts(codes: list[str]) -> st.SearchStrategy[Verdict]:
    """Verdicts that cite instruments of these codes."""
    return st.builds(
        Verdict,
        ref=_texts,
        evidence_type=st.none() | st.sampled_from(KINDS),
        reason=st.sampled_from(Reason),
        form_action=st.sampled_from(FormAction),
        score=st.sampled_from([0.0, 0.5, 0.87, 1.0]),
        matched_by=st.sampled_from([None, "code", "result_code", "label"]),
        role=st.sampled_from(["applicant", "child"]),
        holdings=_some(holdings),
        legal_basis=_some(st.sampled_from(codes)),
        satisfied_by=_some(st.sampled_from(KINDS)),
        suggestions=_some(st.sampled_from(KINDS)),
    )


def checks(codes: list[str], agencies: list[str]) -> st.SearchStrategy[Check]:
    """Whole checks of some verdicts."""
    return st.builds(
        Check,
        id=st.just("chk_1"),
        short_code=st.just("ABCDEFGH2345"),
        decided_at=_instants,
        client_id=_texts,
        agency=st.sampled_from(agencies),
        procedure=st.just("1.001193"),
        as_of=st.dates(),
        stage=st.sampled_from(Stage),
        policy_version=_texts,
        subject=_texts,
        verdicts=_some(verdicts(codes), 4),
        case=st.none() | _texts,
        dossier=st.none() | _texts,
        officer=st.none() | _texts,
        warnings=_some(st.just("enterprise_code_check_digit"), 1),
    )
