"""The story of a violation over real HTTP: a form asks, the office explains, mends, apologises; it comes back and is escalated.

Each step is seen by the API as it is taken, and everything is derived anew from the database and the public keys in between.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.acceptance.conftest import AN, Standing
from tests.guard.builders import FIELD, a_form

pytestmark = pytest.mark.acceptance
AUDITOR, OFFICE, FORMS = "demo-auditor", "demo-intake", "demo-forms"


@dataclass
class Story:
    """The hands of everybody in it."""

    here: Standing

    async def publish(self) -> None:
        headers = await self.here.headers(FORMS)
        answer = await self.here.client.put("/v1/forms/f1", json=a_form(), headers=headers | {"if-none-match": "*"})
        assert answer.status_code == 201, answer.text

    async def form_asks(self) -> dict[str, Any]:
        """The form is told not to ask, asks all the same and is refused; the newest violation."""
        headers, told = await self.here.headers(FORMS), {"form": "f1", "subject": AN}
        session = (await self.here.client.post("/v1/form-sessions", json=told, headers=headers)).json()["session"]
        call = {"form": {"id": "f1"}, "session": session}
        await self.here.client.post("/v1/webhooks/forms/formio", json=call | {"phase": "render"})
        sent = call | {"phase": "submit", "fields": {FIELD: {"present": True}}}
        assert (await self.here.client.post("/v1/webhooks/forms/formio", json=sent)).status_code == 400
        return (await self.get("/v1/violations?limit=1"))["items"][0]

    async def get(self, path: str, by: str = AUDITOR) -> Any:
        answer = await self.here.client.get(path, headers=await self.here.headers(by))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def move(self, id: str, to: str, by: str, reason: str | None = None, **headers: str) -> dict[str, Any]:
        """One step with the tag that was read, seen afterwards as it was told, and provable."""
        seen = await self.here.client.get(f"/v1/violations/{id}", headers=await self.here.headers(by))
        assert to in seen.json()["legal_next"]
        told = {"to": to, "reason": reason, "officer": f"{by}-01"}
        answer = await self.here.client.post(
            f"/v1/violations/{id}/transitions",
            json=told,
            headers=await self.here.headers(by) | {"if-match": seen.headers["etag"]},
        )
        assert answer.status_code == 201, answer.text
        step = answer.json()
        after = await self.get(f"/v1/violations/{id}")
        assert (after["state"], after["history"][-1]["ledger"]) == (step["state"], step["ledger"])
        size = step["ledger"]["index"] + 1
        await self.get(f"/v1/ledger/proofs/inclusion?index={size - 1}&size={size}")
        assert await self.here.good()
        return step


async def test_a_violation_lives_ends_comes_back_and_is_escalated(here: Standing, tmp_path: Path) -> None:
    story = Story(here)
    await story.publish()
    violation = await story.form_asks()
    id, case_id = violation["violation_id"], violation["case_id"]
    assert (violation["type"], violation["state"]) == ("V16", "detected")
    case = await story.get(f"/v1/cases/{case_id}")
    assert (case["form"], case["round"], case["apology"], case["due"]["working_days"]) == ("form/f1@1", 1, "due", 2)

    assert (await story.move(id, "notified", AUDITOR, "Thông báo cho cơ quan"))["state"] == "explanation_due"
    assert (await story.move(id, "explained", OFFICE, "Biểu mẫu cũ chưa được cập nhật"))["state"] == "explained"
    assert (await story.move(id, "confirmed", AUDITOR, "Biểu mẫu đã được báo mà vẫn hỏi"))["state"] == "remedy_due"
    assert (await story.move(id, "remedied", OFFICE, "Đã bỏ giấy tờ khỏi biểu mẫu"))["state"] == "apology_due"

    letter = await apologised(story, case_id)
    assert (await story.move(id, "apologised", OFFICE))["letter"] == letter["reference"]
    assert (await story.move(id, "reported", AUDITOR))["state"] == "reported"
    assert (await story.move(id, "closed", AUDITOR))["state"] == "closed"
    assert (await story.get("/v1/violations?state=closed"))["items"][0]["violation_id"] == id

    again = await story.form_asks()
    assert (again["case_id"], again["state"]) == (case_id, "detected")
    assert (await story.get(f"/v1/violations/{id}"))["state"] == "closed"
    case = await story.get(f"/v1/cases/{case_id}")
    assert (case["state"], case["round"], case["regressed"], case["violations"]["all"]) == ("detected", 2, 1, 2)

    new = again["violation_id"]
    await story.move(new, "notified", AUDITOR, "Tái diễn")
    await story.move(new, "explained", OFFICE, "Chưa rõ")
    step = await story.move(new, "confirmed", AUDITOR, "Tái diễn sau khi đã khắc phục")
    assert [each["state"] for each in step["followed_by"]] == ["escalated"]
    assert (step["state"], step["round"], step["regressed"]) == ("escalated", 2, 1)
    await told_of(story, case_id)
    verified = by_command(here, "ledger", "verify", "--json")
    assert json.loads(verified)["good"]
    file = tmp_path / "apology.docx"
    assert letter["file_sha256"] in by_command(here, "letter", case_id, "apology", "--out", str(file))
    assert hashlib.sha256(file.read_bytes()).hexdigest() == letter["file_sha256"]


async def apologised(story: Story, case_id: str) -> dict[str, Any]:
    """The office issues its letter; the file is the one whose digest the ledger holds."""
    headers = await story.here.headers(OFFICE)
    issued = await story.here.client.post(f"/v1/cases/{case_id}/letters/apology", json={}, headers=headers)
    assert issued.status_code == 201, issued.text
    file = await story.here.client.get(f"/v1/cases/{case_id}/letters/apology", headers=headers)
    letter: dict[str, Any] = issued.json()
    assert hashlib.sha256(file.content).hexdigest() == letter["file_sha256"]
    said = "\n".join(each.text for each in Document(io.BytesIO(file.content)).paragraphs)
    assert "VĂN BẢN XIN LỖI" in said
    assert "Nguyễn Văn An" not in said
    return letter


async def told_of(story: Story, case_id: str) -> None:
    """Every state that was passed is an event, in order."""
    told = await story.get("/v1/events?kind=case.moved&limit=1000")
    passed = [each["body"]["state"] for each in told["items"] if each["body"]["case_id"] == case_id]
    life = ["notified", "explanation_due", "explained", "confirmed"]
    assert passed == [*life, "remedy_due", "remedied", "apology_due", "apologised", "reported", "closed", *life, "escalated"]


def by_command(here: Standing, *told: str) -> str:
    """What a command of whoever trusts nobody says, in a process of its own."""
    command = [str(Path(sys.executable).with_name("reuse-gateway")), *told]
    settings = {"REUSE_GATEWAY_HOME": str(here.settings.home), "REUSE_GATEWAY_DATABASE_URL": str(here.settings.database_url)}
    known = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    run = subprocess.run(command, env=known | settings, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout
