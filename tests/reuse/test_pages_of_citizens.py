"""Pages of what citizens see and of what they asked: they end where nothing follows, and no cursor fits another list."""

from __future__ import annotations

import pytest

from tests.api.conftest import House
from tests.reuse.test_citizens_api import ask, checked, login


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
