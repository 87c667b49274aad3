"""The demo's story: who asks for which papers, and what the gateway answers. Real questions, real answers, nothing scripted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

_PEOPLE = {
    "An": {"personal_id": "999090000001", "full_name": "Nguyễn Văn An", "birth_date": "1990-05-14"},
    "Bình": {"personal_id": "999090000002", "full_name": "Trần Văn Bình", "birth_date": "1990-02-02"},
    "Cường": {"personal_id": "999090000003", "full_name": "Lê Văn Cường", "birth_date": "1990-03-03"},
    "Giang": {"personal_id": "999090000006", "full_name": "Phan Văn Giang", "birth_date": "1990-06-06"},
    "Oanh": {"personal_id": "999090000013", "full_name": "Dương Văn Oanh", "birth_date": "1990-01-13"},
}
_COMPANY = {"role": "organisation", "kind": "business", "enterprise_code": "9990000001"}
_LOOK = {"must_not_ask": "bold green", "may_ask": "yellow", "ask_later": "cyan", "not_decided": "magenta"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One check of the story and its answer."""

    who: str
    procedure: str
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """All chapters, the demand that broke the rule, and what an auditor sees of it."""

    chapters: tuple[Chapter, ...]
    demand: dict[str, Any]
    violations: list[dict[str, Any]]
    receipt: dict[str, Any]


def _questions() -> list[tuple[str, str, list[dict[str, Any]], dict[str, Any]]]:
    papers = ["id_card", "residence_confirmation", "marital_status", "household_book", "diploma"]
    words = [{"ref": "words", "label": "Giấy tờ khác theo yêu cầu của cán bộ"}]
    company = [{"ref": "company", "evidence_type": "enterprise_registration", "role": "organisation"}]
    return [
        ("An", "1.000894", _wanted(papers) + words, {}),
        ("Oanh", "1.013225", _wanted(["land_use_certificate"]), {}),
        ("An", "1.013831", _wanted(["land_use_certificate"]), {}),
        ("Bình", "1.000894", _wanted(["id_card", "marital_status"]), {}),
        ("Cường", "1.000894", _wanted(["id_card"]), {}),
        ("Giang", "1.000894", _wanted(["id_card"]), {}),
        ("An", "3.000347", _wanted(["driving_licence"]), {}),
        ("An", "2.001199", company, {"others": [_COMPANY]}),
    ]


def _wanted(kinds: list[str]) -> list[dict[str, Any]]:
    return [{"ref": kind, "evidence_type": kind} for kind in kinds]


def _person(who: str) -> dict[str, Any]:
    return {"kind": "citizen", **_PEOPLE[who]}


async def played(base_url: str) -> Story:
    """Ask through HTTP as the demo clients do; raises httpx.HTTPStatusError where an answer is not as it should be."""
    async with httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=10) as client:
        intake, auditor = await _token(client, "demo-intake"), await _token(client, "demo-auditor")
        chapters = []
        for who, procedure, items, more in _questions():
            asked = {"procedure": procedure, "subject": _person(who), "items": items, "officer": "can-bo-01"} | more
            answer = await _post(client, "/v1/checks", asked, intake)
            chapters.append(Chapter(who, procedure, answer))
        demand = await _post(client, "/v1/demands", _demand(), intake)
        found = await client.get("/v1/violations", params={"limit": 20}, headers=auditor)
        receipt = await _post(client, "/v1/receipts:verify", {"receipt": chapters[0].answer["receipt"]}, {})
        mine = {item["violation_id"] for item in demand["items"]}
        seen = [violation for violation in found.json()["items"] if violation["violation_id"] in mine]
        return Story(tuple(chapters), demand, seen, receipt)


def _demand() -> dict[str, Any]:
    """At the counter An is asked all the same for two papers that must not be asked."""
    made_at = datetime.now(UTC).isoformat()
    items = _wanted(["id_card", "household_book"])
    return {"kind": "counter", "procedure": "1.000894", "made_at": made_at, "officer": "can-bo-01",
            "dossier": "H41.12-261123-0001", "subject": _person("An"), "items": items}  # fmt: skip


async def _token(client: httpx.AsyncClient, client_id: str) -> dict[str, str]:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "demo"}
    answer = await client.post("/oauth2/token", data=form)
    answer.raise_for_status()
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


async def _post(client: httpx.AsyncClient, path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    answer = await client.post(path, json=body, headers=headers)
    answer.raise_for_status()
    return dict(answer.json())


def print_json(told: Story, report: Any) -> None:
    """The story for machines."""
    chapters = [{"who": c.who, "procedure": c.procedure, "answer": c.answer} for c in told.chapters]
    ledger = {"good": report.good, "size": report.size, "root": report.root.hex()}
    print(json.dumps({"checks": chapters, "demand": told.demand, "violations": told.violations, "ledger": ledger}))


def print_tables(told: Story, report: Any, base_url: str) -> None:
    """The story for people."""
    console = Console(width=max(Console().width, 116))
    table = Table(title="Được phép yêu cầu giấy tờ này không? · May we ask for this paper?", title_justify="left")
    for column in ("Ai · who", "Thủ tục", "Giấy tờ · paper", "Kết luận · decision", "Lý do · reason", "Nguồn · source"):
        table.add_column(column, overflow="fold")
    for chapter in told.chapters:
        for item in chapter.answer["items"]:
            sources = ", ".join(f"{h['source']}: {h['outcome']}" for h in item["holdings"]) or "–"
            look = _LOOK[item["decision"]]
            paper = item["evidence_type"] or "(lời tự do · free words)"
            table.add_row(chapter.who, chapter.procedure, paper, f"[{look}]{item['decision']}[/]", item["reason"], sources)
    console.print(table)
    first = told.chapters[0].answer
    console.print(f"“{first['items'][0]['notice']['vi']}”")
    law = "; ".join(f"{basis['code']} (từ {basis['in_force_from']})" for basis in first["items"][0]["legal_basis"])
    console.print(f"Căn cứ · law of that day: {law}\n", soft_wrap=True)
    _print_violations(console, told)
    page = f"{base_url}/r/{first['short_code']}"
    console.print(f"Biên nhận · receipt: signature {'valid' if told.receipt['valid'] else 'NOT VALID'}; citizen's page {page}")
    state = "[bold green]good[/]" if report.good else "[bold red]FINDINGS[/]"
    console.print(f"Sổ cái · ledger: {report.size} leaves, every row derived anew: {state}, root {report.root.hex()[:16]}…")
    console.print(f"\nTài liệu · docs: {base_url}/docs   (auditors' console: not built yet; use the API below)")
    console.print(
        "Khách · clients: demo-intake, demo-forms, demo-settlement, demo-auditor, demo-inspector, demo-admin; secret: demo"
    )
    console.print(f"  curl -s {base_url}/oauth2/token -d grant_type=client_credentials -u demo-auditor:demo", soft_wrap=True)


def _print_violations(console: Console, told: Story) -> None:
    table = Table(title="Yêu cầu trái quy định vừa ghi nhận · violations recorded", title_justify="left")
    for column in ("Loại · type", "Giấy tờ · paper", "Nguồn · source", "Cơ quan · agency", "Sổ cái · leaf"):
        table.add_column(column)
    for violation in told.violations:
        row = (violation["type"], violation["evidence_type"], violation["source"] or "–", violation["agency"])
        table.add_row(*row, str(violation["ledger"]["index"]))
    console.print(table)
