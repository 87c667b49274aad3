"""Measurements can be trusted: failures are counted, goals are held against medians, peers decide what the gateway decides."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from benchmarks.__main__ import MEASUREMENTS
from benchmarks.children import measured, upstream
from benchmarks.findings import Finding, table
from benchmarks.load import SLOT, Load
from benchmarks.peer_facts import facts
from benchmarks.peers.naive_rules import candidates_of, rendered, verdict_of
from benchmarks.question import PAPERS
from benchmarks.spread import Spread
from benchmarks.upstream import ANSWERS

NUMBER = "999090000001"
SUBJECT = {"personal_id": NUMBER, "full_name": "NGUYEN VAN AN", "birth_date": "1990-05-14"}


def test_a_median_of_no_rounds_is_refused():
    with pytest.raises(ValueError, match="no rounds"):
        Spread.of([])


@pytest.mark.parametrize(("figure", "most", "reached"), [(0.29, False, False), (0.3, False, True), (2.1, True, False)])
def test_a_goal_is_held_against_the_median_not_the_best_round(figure, most, reached):
    goal = 2.0 if most else 0.3
    finding = Finding("P1", "what", "x", Spread.of([figure, 0.01, 99.0]), goal, most)
    assert finding.reached is reached
    assert "(0.01..99)" in table((finding,))


def test_every_goal_of_the_issue_has_its_measurement():
    assert {"P1", "P2", "P3", "P4", "P8"} <= MEASUREMENTS.keys()


def _decided(subject: dict[str, str]) -> dict[str, dict]:
    told, items = facts(date(2026, 11, 23)), [{"ref": paper, "evidence_type": paper, "role": "applicant"} for paper in PAPERS]
    holdings = {}
    for source, paper in ((source["id"], paper) for item in items for source, paper in candidates_of(told, item)):
        body = json.loads(
            ANSWERS[f"/{source}/lookup".encode()].partition(b"\r\n\r\n")[2].replace(SLOT.encode(), NUMBER.encode())
        )
        holdings[source, paper] = {"body": body, "cached": False, "at": "2026-11-23T00:00:00Z", "subject": subject}
    return {item["ref"]: rendered(told, verdict_of(told, item, holdings, "2026-11-23")) for item in items}


def test_the_peers_decide_what_the_gateway_decides():
    decided = _decided(SUBJECT)
    assert decided.pop("household_book")["reason"] == "abolished_document"
    assert decided.pop("authorisation")["reason"] == "no_usable_source"
    assert {each["reason"] for each in decided.values()} == {"held_valid"}
    assert decided["passport"]["satisfied_by"] == ["id_card"]


def test_a_peer_takes_no_other_persons_paper_for_held():
    stranger = SUBJECT | {"personal_id": "999090000002"}
    assert {each["reason"] for name, each in _decided(stranger).items() if name in ("id_card", "diploma")} == {
        "source_unavailable"
    }


@pytest.mark.acceptance
def test_the_load_generator_counts_answers_and_refusals(tmp_path: Path):
    with upstream(tmp_path, delay_ms=0) as (pid, port):
        asked = {"headers": {}, "body": f'{{"number":"{SLOT}"}}', "connections": 2, "seconds": 0.2, "warm_up_s": 0.1}
        found = measured(Load(port, "/education/lookup", pid=pid, **asked))
        assert found.answers > 0
        assert found.failures == 0
        with pytest.raises(RuntimeError, match="404"):
            measured(Load(port, "/nobody/lookup", pid=pid, **asked))
