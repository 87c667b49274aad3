"""The spliced answer is the plain one, byte for byte, whatever was answered before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse_gateway.api import splicing
from reuse_gateway.api.rendering import Rendering, encoded
from reuse_gateway.api.splicing import Splicing
from reuse_gateway.bootstrap import read_facts
from reuse_gateway.connectors.manifest import source_of
from reuse_gateway.domain.check import Check, Stage
from reuse_gateway.domain.holding import Outcome
from reuse_gateway.domain.verdict import FormAction, Reason, Verdict
from reuse_gateway.settings import Settings
from tests.made_up_checks import BEGIN, checks, verdicts

FACTS = read_facts(Settings(home=Path("unused")))
CATALOGUE = FACTS.catalogue
SOURCES = {manifest.id: source_of(manifest) for manifest in FACTS.manifests}
PLAIN = Rendering(CATALOGUE.sentences, CATALOGUE.law, CATALOGUE.evidence_types, SOURCES, CATALOGUE.agencies)
CODES, AGENCIES = sorted(CATALOGUE.law.bases)[:3], ["H41.12", "H41", "Z99"]
# One for all examples: what one answer left behind must never show in another.
SPLICED = Splicing(PLAIN)
RECEIPTS = st.sampled_from([None, "a.b.c"])


@given(checks(CODES, AGENCIES), RECEIPTS)
def test_the_spliced_answer_is_the_plain_one_byte_for_byte(check: Check, receipt: str | None) -> None:
    assert SPLICED.check(check, receipt) == encoded(PLAIN.check(check, receipt))


CHANGES = {
    "reason": Reason.NOT_HELD,
    "form_action": FormAction.DEFER,
    "role": "child",
    "score": 0.5,
    "matched_by": "label",
    "evidence_type": "passport",
    "satisfied_by": ("id_card",),
    "legal_basis": tuple(CODES[:1]),
    "suggestions": ("id_card",),
    "ref": "other",
}


@pytest.mark.parametrize("name", CHANGES)
@settings(max_examples=15)
@given(data=st.data())
def test_no_part_of_a_verdict_is_taken_from_an_earlier_one(name: str, data: st.DataObject) -> None:
    check = data.draw(checks(CODES, AGENCIES).filter(lambda each: each.verdicts))
    first = check.verdicts[0]
    changed = replace(check, verdicts=(replace(first, **{name: CHANGES[name]}),))
    spliced = Splicing(PLAIN)
    spliced.check(replace(check, verdicts=(first,)), None)
    assert spliced.check(changed, None) == encoded(PLAIN.check(changed, None))


@given(verdicts(CODES).filter(lambda each: each.holdings))
def test_the_sentence_names_the_source_that_answered_now(verdict: Verdict) -> None:
    moved = tuple(replace(each, source="land", outcome=Outcome.HELD) for each in verdict.holdings)
    spliced = Splicing(PLAIN)
    spliced.check(_check(verdict), None)
    now = _check(replace(verdict, holdings=moved))
    assert spliced.check(now, None) == encoded(PLAIN.check(now, None))


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splicing, "_MOST_KEPT", 3)
    spliced = Splicing(PLAIN)
    for place in range(20):
        spliced._once(place, bytes)
    assert len(spliced._kept) <= 3


def _check(verdict: Verdict) -> Check:
    return Check("chk_1", "A" * 12, BEGIN, "c", "H41.12", "1.001193", date(2026, 1, 1), Stage.INTAKE, "p", "s", (verdict,))
