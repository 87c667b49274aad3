"""A manifest that could take silence, an error page or an unlisted state for an answer is refused when it is loaded."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from .builders import toy

_FOUND = {"when": [{"status": ["200"]}, {"path": "papers", "is": "filled"}], "then": "found"}
_ABSENT = {"when": [{"status": ["200"]}, {"path": "code", "equals": "1"}, {"path": "papers", "is": "empty"}], "then": "absent"}
_OWNER = {"number": ["owner"]}
_REVOKED = {"when": {"path": "note", "equals": "gone"}, "then": "revoked"}


def _status(then: str, *statuses: str) -> dict[str, Any]:
    return {"when": {"status": list(statuses)}, "then": then}


@pytest.mark.parametrize("then", ["found", "expired", "revoked", "incomplete"])
def test_no_status_alone_means_that_a_paper_is_there(then: str) -> None:
    with pytest.raises(ValidationError, match="must name a path"):
        toy(lookup={"outcomes": [_FOUND, _ABSENT, _status(then, "200")]})


@pytest.mark.parametrize("statuses", [["404", "204", "200"], ["404"], ["204"]])
def test_no_status_alone_means_absent(statuses: list[str]) -> None:
    with pytest.raises(ValidationError, match="must name a path"):
        toy(lookup={"outcomes": [_FOUND, _status("absent", *statuses)]})


@pytest.mark.parametrize("lacking", ["empty", "missing"])
def test_what_an_answer_lacks_does_not_alone_mean_absent(lacking: str) -> None:
    rule = {"when": [{"status": ["200", "404"]}, {"path": "papers", "is": lacking}], "then": "absent"}
    with pytest.raises(ValidationError, match="only on what it lacks"):
        toy(lookup={"outcomes": [_FOUND, rule]})
    toy(lookup={"outcomes": [_FOUND, rule | {"when": [*rule["when"], {"path": "papers", "is": "present"}]}]})


def test_rows_that_the_gateway_itself_has_read_may_simply_be_none() -> None:
    rule = {"when": [{"status": ["200"]}, {"path": "rows", "is": "empty"}], "then": "absent"}
    toy(lookup={"outcomes": [_FOUND, rule]}, database={"url_name": "TOY_DATABASE_URL"})


@pytest.mark.parametrize("place", ["fields", "evidence"])
def test_states_must_list_what_is_valid(place: str) -> None:
    proof = {"present": {"path": "kind", "equals": "birth"}}
    told = {"fields": {"states": [_REVOKED]}} if place == "fields" else {}
    papers = {"birth_certificate": proof | ({} if told else {"states": [_REVOKED]})}
    with pytest.raises(ValidationError, match="no rule says valid"):
        toy(lookup=told | {"evidence": papers})


def test_every_paper_has_an_owner_somewhere() -> None:
    proof = {"present": {"path": "kind", "equals": "birth"}}
    with pytest.raises(ValidationError, match="who owns death_certificate"):
        toy(lookup={"owners": [], "evidence": {"birth_certificate": proof | {"owners": [_OWNER]}, "death_certificate": proof}})


@pytest.mark.parametrize(
    "condition",
    [
        {"path": "kind", "equals": "birth", "among": ["death"]},
        {"path": "kind", "in": ["birth", "x"], "among": ["birth", "death"]},
        {"path": "kind", "is": "filled", "among": ["birth"]},
        {"path": "kind", "contains": "birth", "among": ["birth"]},
        {"path": "kind", "among": ["birth"]},
        {"status": ["200"], "among": ["birth"]},
    ],
)
def test_known_values_include_what_is_asked_for(condition: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"among|exactly one test"):
        toy(lookup={"evidence": {"birth_certificate": {"present": condition}}})
