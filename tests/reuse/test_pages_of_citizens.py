"""Pages of what citizens see and of what they asked: they end where nothing follows, and no cursor fits another list."""

from __future__ import annotations

import pytest

from reuse_gateway.api.quota import Quota
from tests.api.conftest import House
from tests.reuse.test_citizens_api import FORM, ask, checked, code_of, login


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_the_last_page_is_known_for_the_last(house: House, limit: int) -> None:
    for _ in range(2):
        await ask(house, check_id=(await checked(house))["check_id"])
    paths = {"/v1/me/checks": await login(house), "/v1/me/requests": await login(house)}
    paths["/v1/citizen-requests"] = await house.headers("demo-auditor")
    for path, headers in paths.items():
        seen, cursor, pages = 0, "", 0
        while cursor is not None:
            page = (await house.client.get(f"{path}?limit={limit}{cursor}", headers=headers)).json()
            seen, pages = seen + len(page["items"]), pages + 1
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        assert (path, seen, pages) == (path, 2, 2 if limit == 1 else 1)


async def test_a_cursor_of_one_list_is_none_of_another(house: House) -> None:
    for _ in range(2):
        await ask(house, check_id=(await checked(house))["check_id"])
    headers, auditor = await login(house), await house.headers("demo-auditor")
    cursor = (await house.client.get("/v1/me/checks?limit=1", headers=headers)).json()["next_cursor"]
    refused = await house.client.get(f"/v1/me/requests?limit=1&cursor={cursor}", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "stale_cursor")
    assert (await house.client.get(f"/v1/citizen-requests?cursor={cursor}", headers=auditor)).status_code == 400


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*"])
async def test_a_form_with_nothing_ticked_is_answered_by_a_page(house: House, accept: str) -> None:
    await checked(house)
    code = await code_of(house)
    for language, words in (("vi", "Chưa có giấy tờ nào được chọn"), ("en", "No paper was ticked")):
        path = f"/r/{code}/reports?lang={language}"
        page = await house.client.post(path, content="", headers=FORM | {"accept": accept})
        assert (page.status_code, page.headers["content-type"]) == (422, "text/html; charset=utf-8")
        assert words in page.text
        assert f'<html lang="{language}">' in page.text
        assert f'href="/r/{code}?lang={language}"' in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
    assert house.citizens.kept == []


async def test_other_refusals_of_the_page_are_pages_and_programs_get_the_problem(house: House) -> None:
    await checked(house)
    path = f"/r/{await code_of(house)}/reports"
    for content, headers, status in (("paper=9", FORM, 422), ("paper", FORM, 400), ("paper=" + "0" * 3000, FORM, 413)):
        page = await house.client.post(path, content=content, headers=headers)
        assert (page.status_code, page.headers["content-type"][:9]) == (status, "text/html")
        assert "Chưa thực hiện được" in page.text
    for page in (await house.client.get("/r/AAAAAAAAAAAA"), await house.client.post("/r/x/reports", content="", headers=FORM)):
        assert (page.status_code, page.headers["content-type"][:9]) == (404, "text/html")
    for accept in ("application/json", "application/problem+json"):
        told = await house.client.post(path, content="", headers=FORM | {"accept": accept})
        assert (told.status_code, told.json()["errors"][0]["code"]) == (422, "missing")


async def test_a_quota_that_is_spent_is_told_on_a_page_with_when_to_come_back(house: House) -> None:
    await checked(house)
    path = f"/r/{await code_of(house)}/reports"
    object.__setattr__(house.services.citizens, "quota", Quota(1))
    pages = [await house.client.post(path, content="paper=0", headers=FORM) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 429]
    assert int(pages[1].headers["retry-after"]) > 0
    assert "<h1>" in pages[1].text
