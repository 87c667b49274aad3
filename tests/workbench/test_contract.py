"""The inherited contract: everything shipped keeps it, and each of its cases was seen to fail when the house is broken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from reuse_gateway.connectors import breaker, database_line, exchange, files_line, paths, predicates, registry, tokens, wire
from reuse_gateway.connectors.deltas import NotADelta
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.predicates import Predicate
from reuse_gateway.connectors.single_flight import SingleFlight
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.simulation.facts import SourceCases
from reuse_gateway.workbench.results import FAILED, NOT_APPLICABLE, raised, tallies

from .rooms import PROTOCOLS, SHIPPED, examined, failures

pytestmark = pytest.mark.acceptance
ASKED = registry.SourceRegistry.lookup


@pytest.fixture(scope="module")
def shipped() -> list:
    return examined(SHIPPED)


@pytest.fixture(scope="module")
def of_every_protocol() -> list:
    return examined(PROTOCOLS)


def test_every_shipped_source_keeps_the_contract(shipped: list) -> None:
    assert [(each.source, each.name, each.says) for each in shipped if each.outcome == FAILED] == []
    assert {each.tier for each in tallies(shipped)} == {"bronze"}


def test_a_source_of_every_protocol_keeps_the_contract(of_every_protocol: list) -> None:
    assert [(each.source, each.name, each.says) for each in of_every_protocol if each.outcome == FAILED] == []


def test_what_does_not_apply_is_counted_apart_and_says_why(shipped: list, of_every_protocol: list) -> None:
    skipped = [each for each in [*shipped, *of_every_protocol] if each.outcome == NOT_APPLICABLE]
    assert skipped
    assert all(each.says for each in skipped)
    assert {each.not_applicable for each in tallies(of_every_protocol) if each.source == "poverty_view"} != {0}


def test_sources_without_http_keep_their_own_part_of_it(of_every_protocol: list) -> None:
    for source in ("poverty_view", "dropped_diplomas"):
        passed = {each.name for each in of_every_protocol if each.source == source and each.outcome == "passed"}
        assert {"broken_then_mended", "circuit", "unreachable", "nobody_is_absent", "nobody_in_the_logs"} <= passed


async def _chatty(self: Any, question: Any, purpose: Any, deadline: float) -> Any:
    logging.getLogger("somebody").debug("asking about %s", question.subject.number)
    return await ASKED(self, question, purpose, deadline)


async def _late(self: Any, question: Any, purpose: Any, deadline: float) -> Any:
    told = await ASKED(self, question, purpose, deadline)
    await asyncio.sleep(0.1)
    return told


async def _raising(self: Any, question: Any, purpose: Any, deadline: float) -> Any:
    raise RuntimeError("a defect")


async def _uncapped(chunks: Any, most_bytes: int) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def _alone(self: Any, key: Any, call: Callable[[], Any], deadline: float) -> Any:
    return await call()


def _readable(rows_of: Any) -> Any:
    def rows(facts: Any, file: Any) -> Any:
        try:
            return iter(list(rows_of(facts, file)))
        except NotADelta:
            return iter(())

    return rows


def _as_it_is(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) else "true" if value is True else None if value is None else str(value)


BREAKS: dict[str, tuple[str, Any, str, Any]] = {
    "too_many": ("civil_status", exchange.Answer, "says_wait", property(lambda self: False)),
    "five_megabytes": ("civil_status", wire, "within", _uncapped),
    "compressed": ("civil_status", wire, "refuse_encoded", lambda encoding: None),
    "decomposed_text": ("business_registration", predicates, "as_text", _as_it_is),
    "refreshed_token": ("civil_status", tokens.Tokens, "forget", lambda self, issued: None),
    "identical_lookups_coalesce": ("civil_status", SingleFlight, "join", _alone),
    "circuit": ("civil_status", breaker.Breaker, "admit", lambda self: self._era),
    "deadline": ("civil_status", registry.SourceRegistry, "lookup", _late),
    "nobody_in_the_logs": ("civil_status", registry.SourceRegistry, "lookup", _chatty),
    "server_error": ("civil_status", registry.SourceRegistry, "lookup", _raising),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_broken_house_fails_the_case_that_guards_it(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source, owner, name, broken = BREAKS[case]
    monkeypatch.setattr(owner, name, broken)
    assert case in failures(examined(SHIPPED, source, only={case, "valid"}))


def test_a_locked_view_that_is_waited_for_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_line, "_SHARE_FOR_LOCKS", 3)
    assert "deadline" in failures(examined(PROTOCOLS, "poverty_view", only={"deadline"}))


def test_an_unreadable_file_that_is_passed_over_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_line, "rows_of", _readable(files_line.rows_of))
    assert "broken_then_mended" in failures(examined(PROTOCOLS, "dropped_diplomas", only={"broken_then_mended"}))


def _with_lookup(manifest: Manifest, **changes: Any) -> Manifest:
    return manifest.model_copy(update={"lookups": (manifest.lookups[0].model_copy(update=changes), *manifest.lookups[1:])})


def _anything_is_absent(manifest: Manifest, facts: SourceCases) -> tuple[Manifest, SourceCases]:
    rules = manifest.lookups[0].outcomes
    loose = (Predicate(status=(200,)), Predicate.model_validate({"path": "@", "is": "present"}))
    told = tuple(rule.model_copy(update={"when": loose}) if rule.then == "absent" else rule for rule in rules)
    return _with_lookup(manifest, outcomes=told), facts


def _everything_leaves(manifest: Manifest, facts: SourceCases) -> tuple[Manifest, SourceCases]:
    lookup = manifest.lookups[0]
    leaking = lookup.fields.model_copy(update={"result_code": paths.Path.compile("themVao")})
    return _with_lookup(manifest, fields=leaking), facts


def _other_meaning(manifest: Manifest, facts: SourceCases) -> tuple[Manifest, SourceCases]:
    route = facts.routes[0]
    cases = route.cases | {"denied": route.cases["denied"].model_copy(update={"means": "absent"})}
    return manifest, facts.model_copy(update={"routes": (route.model_copy(update={"cases": cases}), *facts.routes[1:])})


@pytest.mark.parametrize(
    ("change", "case"),
    [(_anything_is_absent, "nothing_said"), (_everything_leaves, "only_declared_fields"), (_other_meaning, "denied")],
)
def test_a_careless_manifest_fails(change: Any, case: str) -> None:
    assert case in failures(examined(SHIPPED, "civil_status", only={case}, change=change))


def test_what_was_raised_is_told_in_our_words_and_never_in_an_answers() -> None:
    assert raised(UnsafeSettings("the secret X is not set")) == "raised UnsafeSettings: the secret X is not set"
    assert raised(ValueError("Nguyễn Văn An")) == "raised ValueError"


def test_a_source_without_cases_fails(tmp_path: Any) -> None:
    from reuse_gateway.workbench.contract.suite import examine

    from .rooms import CATALOGUE, PEOPLE
    from .rooms import load_manifests as manifests

    chosen = [each for each in manifests(SHIPPED, CATALOGUE.evidence_types) if each.id == "civil_status"]
    told = asyncio.run(examine(chosen, {}, PEOPLE, lambda result: None))
    assert [(each.name, each.outcome) for each in told] == [("cases", FAILED)]
