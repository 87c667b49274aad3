"""The decision and the words of the naive peer, over plain dictionaries of the facts it is given."""

from __future__ import annotations

import calendar
import unicodedata
from datetime import date
from typing import Any

Facts = dict[str, Any]
_FOUND_BUT = {
    "expired": "held_expired", "revoked": "held_expired", "incomplete": "held_incomplete", "mismatch": "held_mismatch",
}  # fmt: skip
_FINAL = {"abolished_document", "outside_published_dossier", "original_required", "unrecognised_item", "held_valid"}


def requirement_of(facts: Facts, item: dict[str, Any]) -> dict[str, Any] | None:
    """The row of the dossier that names this paper."""
    rows = [
        row
        for row in facts["procedure"]["requirements"]
        if row["role"] == item["role"] and any(item["evidence_type"] in together for together in row["any_of"])
    ]
    return next((row for row in rows if not row["original"]), rows[0] if rows else None)


def candidates_of(facts: Facts, item: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Sources and papers to ask about; none where the law has settled the paper."""
    row, paper = requirement_of(facts, item), item["evidence_type"]
    if facts["kinds"][paper]["abolished"] or row is None or row["original"]:
        return []
    others = sorted({name for together in row["any_of"] for name in together} - {paper})
    return [(source, name) for name in (paper, *others) for source in facts["sources"] if name in source["papers"]]


def verdict_of(facts: Facts, item: dict[str, Any], told: dict[tuple[str, str], Any], today: str) -> dict[str, Any]:
    """What is decided about one paper."""
    paper, row, candidates = item["evidence_type"], requirement_of(facts, item), candidates_of(facts, item)
    holdings = [holding_of(facts, source, name, told[source["id"], name], today) for source, name in candidates]
    reason = _settled(facts, paper, row, candidates) or _reason(paper, row or {}, candidates, holdings)
    satisfied = [] if reason in _FINAL else _proved_otherwise(row, holdings)
    reason = "held_valid" if satisfied else reason
    return {
        "ref": item["ref"], "paper": paper, "role": item["role"], "reason": reason, "holdings": holdings,
        "decision": facts["rulings"][reason]["decision"], "satisfied": satisfied,
        "cites": facts["kinds"][paper]["cites"][reason],
    }  # fmt: skip


def _settled(facts: Facts, paper: str, row: dict[str, Any] | None, candidates: list[Any]) -> str | None:
    if facts["kinds"][paper]["abolished"]:
        return "abolished_document"
    if row is None:
        return "outside_published_dossier"
    if row["original"]:
        return "original_required"
    return None if candidates else "no_usable_source"


def _reason(paper: str, row: dict[str, Any], candidates: list[Any], holdings: list[dict[str, Any]]) -> str:
    own = [holding for holding in holdings if holding["evidence_type"] == paper]
    if not any(name == paper for _, name in candidates):
        return "no_usable_source"
    states = {holding["state"] for holding in own if holding["outcome"] == "held"}
    if "valid" in states:
        return "held_valid"
    for state, reason in _FOUND_BUT.items():
        if state in states:
            return reason
    if any(holding["outcome"] == "unknown" for holding in own):
        return "source_unavailable"
    return "agency_must_obtain" if row["fallback"] == "agency_to_agency" else "not_held"


def _proved_otherwise(row: dict[str, Any] | None, holdings: list[dict[str, Any]]) -> list[str]:
    valid = {h["evidence_type"] for h in holdings if h["outcome"] == "held" and h["state"] == "valid"}
    return next((list(all_) for all_ in (row or {}).get("any_of", []) if all_ and valid.issuperset(all_)), [])


def holding_of(facts: Facts, source: dict[str, Any], paper: str, told: dict[str, Any], today: str) -> dict[str, Any]:
    """What one source said about one paper."""
    blank = {
        "source": source["id"], "tier": source["tier"], "evidence_type": paper, "outcome": "unknown", "doubt": "bad_answer",
        "state": None, "answered_at": told["at"], "cached": told["cached"], "result_code": None, "issued_on": None,
        "expires_on": None,
    }  # fmt: skip
    if told["body"] is None or str(told["body"]["status"]) != "1":
        return blank
    subject = told["subject"]
    if any(record["number"] != subject["personal_id"] for record in told["body"]["records"]):
        return blank | {"doubt": "wrong_owner"}
    proving = [record for record in told["body"]["records"] if record["kind"] == paper]
    if len(proving) != 1:
        return blank | {"outcome": "absent", "doubt": None} if not proving else blank
    record = proving[0]
    issued_on, expires_on = _day(record["issued_on"]), _day(record["expires_on"])
    same = _fold(record["full_name"]) == _fold(subject["full_name"]) and _day(record["birth_date"]) == subject["birth_date"]
    last = min(filter(None, (expires_on, _months_after(issued_on, facts["kinds"][paper]["validity_months"]))), default=None)
    lapsed = last is not None and last < today
    state = "mismatch" if not same else "revoked" if record["state"] == "REVOKED" else "expired" if lapsed else "valid"
    return blank | {"outcome": "held", "doubt": None, "state": state, "issued_on": issued_on, "expires_on": expires_on}


def _day(text: str) -> str | None:
    return "-".join(reversed(text.split("/"))) if text else None


def _months_after(day: str | None, months: int | None) -> str | None:
    if not day or not months:
        return None
    start = date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1])).isoformat()


def _fold(text: str) -> str:
    lowered = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d").casefold())
    return " ".join("".join(c for c in lowered if not unicodedata.combining(c)).split())


def rendered(facts: Facts, verdict: dict[str, Any]) -> dict[str, Any]:
    """One paper of the answer."""
    ruling, kind = facts["rulings"][verdict["reason"]], facts["kinds"][verdict["paper"]]
    held = next((h["source"] for h in verdict["holdings"] if h["outcome"] == "held"), None)
    place = next((s["name"] for s in facts["sources"] if s["id"] == held), facts["words"]["the_databases"])
    notice = {
        language: ruling["notice"][language].format(
            paper=kind["name"][language], source=place[language], agency=facts["agency"][language]
        )
        for language in ("vi", "en")
    }
    holdings = [
        {name: value for name, value in h.items() if name not in ("doubt", "state")}
        | {"reason": h["doubt"] or (h["state"] if h["state"] != "valid" else None)}
        for h in verdict["holdings"]
    ]
    must_not = "prefill" if verdict["reason"] == "held_valid" and kind["prefill"] else "hide"
    action = {"must_not_ask": must_not, "may_ask": "show"}.get(ruling["decision"], "defer")
    return {
        "ref": verdict["ref"], "evidence_type": verdict["paper"], "role": verdict["role"],
        "matched": {"score": 1.0, "by": "code"}, "decision": ruling["decision"], "reason": verdict["reason"],
        "duty": ruling["duty"], "holdings": holdings, "satisfied_by": verdict["satisfied"],
        "legal_basis": [facts["citations"][code] for code in verdict["cites"]], "form_action": action, "notice": notice,
        "suggestions": [],
    }  # fmt: skip
