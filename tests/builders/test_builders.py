"""For each builder, in a browser: the paper's field is gone, a notice stands there, a clean submission passes, an old draft is
refused in words that a person can read.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from .conftest import SHOTS, Town, node, visited

pytestmark = [pytest.mark.builders, pytest.mark.timeout(240)]
DATA_URL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PNG = {"storage": "base64", "name": "cccd.png", "originalName": "cccd.png", "size": 70, "type": "image/png", "url": DATA_URL}
FILES = {
    "formio": [PNG],
    "surveyjs": [{"name": "cccd.png", "type": "image/png", "content": DATA_URL}],
    "jsonforms": DATA_URL,
    "rjsf": DATA_URL,
    "form_js": None,
}
PAPER = {
    "formio": ".formio-component-cccd:visible",
    "surveyjs": ".sd-file:visible, [data-name=cccd]:visible",
    "jsonforms": "input[type=file]:visible",
    "rjsf": "input[type=file]:visible",
    "form_js": "input[type=file]:visible, .fjs-form-field-filepicker:visible",
}
SHOWN = {
    "formio": ".formio-component-ly_do",
    "surveyjs": "[data-name=ly_do]",
    "jsonforms": "#send",
    "rjsf": "form",
    "form_js": ".fjs-form-field-textfield",
}
SEND = {
    "formio": "button[name='data[submit]']",
    "surveyjs": "input[type=button][value='Gửi hồ sơ']",
    "jsonforms": "#send",
    "rjsf": "button[type=submit]",
    "form_js": "button[type=submit]",
}
BUILDERS = sorted(SHOWN)
SAID, AGAIN = "không phải nộp hoặc xuất trình", "bỏ giấy tờ này"


async def plan(town: Town, builder: str, mode: str, draft: Any) -> dict[str, Any]:
    definition = await town.publish(builder)
    config = {
        "gateway": town.gateway, "form": builder, "dialect": builder, "mode": mode, "draft": draft, "definition": definition,
        "session": await town.session(builder),
    }  # fmt: skip
    upload = "input[type=file]" if mode == "stale" and FILES[builder] is None else None
    shots = {}
    if os.environ.get("SCREENSHOTS"):
        moment = {"shaped": "shown", "stale": "sent"}[mode]
        shots = {moment: str(SHOTS / f"{builder}-{mode}.png")}
    return {
        "page": f"{town.pages}/p/{builder}", "config": config, "shown": SHOWN[builder], "paper": PAPER[builder],
        "send": SEND[builder], "said": AGAIN, "shots": shots, "upload": upload,
    }  # fmt: skip


@pytest.mark.parametrize("builder", BUILDERS)
async def test_the_paper_is_not_asked_for_and_a_clean_submission_passes(town: Town, builder: str) -> None:
    seen = await visited(await plan(town, builder, "shaped", {"ly_do": "Chuyển nhà"}))
    assert seen["papers"] == 0, seen
    assert any(SAID in each for each in seen["notices"]), seen
    assert (seen["outcome"], seen["taken"].get("ly_do")) == ("taken", "Chuyển nhà"), seen
    assert not seen["taken"].get("cccd")
    assert (seen["outside"], await town.violations()) == ([], [])


@pytest.mark.parametrize("builder", BUILDERS)
async def test_an_old_draft_that_holds_the_paper_is_refused_in_words(town: Town, builder: str) -> None:
    seen = await visited(await plan(town, builder, "stale", {"ly_do": "Chuyển nhà", "cccd": FILES[builder]}))
    assert seen["outcome"] == "refused", seen
    assert SAID in seen["text"], seen
    assert AGAIN in seen["text"]
    assert (seen["outside"], await town.violations()) == ([], ["V01"])
    assert await town.good()


@pytest.mark.parametrize("builder", BUILDERS)
async def test_a_gateway_that_never_answers_stops_nobody(town: Town, silent: str, builder: str) -> None:
    told = await plan(town, builder, "stale", {"ly_do": "Chuyển nhà", "cccd": FILES[builder]})
    told["config"]["gateway"] = silent
    seen = await visited(told)
    assert seen["outcome"] == "taken", seen
    assert seen["taken"]["ly_do"] == "Chuyển nhà"


async def test_a_page_that_is_left_is_asked_about_and_an_error_elsewhere_is_still_seen() -> None:
    told = await node("surveys.mjs")
    assert told["asked"] == ["page", "submit"]
    assert told["hanging"] is False
    assert (told["unseen_completes"], told["unseen_said_at"], told["unseen_kept"]) == (False, ["ten"], False)


async def test_the_keywords_refuse_what_the_gateway_refuses_and_nothing_without_an_answer() -> None:
    told = await node("keywords.mjs")
    assert told == {
        "strict_without": "refused", "full": ["Giấy này đã có."], "missing": [], "empty": [], "no_answer": [],
        "other_role": [], "undecided": [],
    }  # fmt: skip
