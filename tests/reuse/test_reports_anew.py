"""A report that was answered may be made again, and whoever holds the receipt reads what became of it."""

from __future__ import annotations

from tests.api.conftest import House

from .test_citizens_api import FORM, checked, code_of


async def test_a_report_is_made_anew_after_an_answer_and_the_page_tells_the_answer(house: House) -> None:
    await checked(house)
    code, auditor = await code_of(house), await house.headers("demo-auditor")

    async def page() -> str:
        return (await house.client.get(f"/r/{code}")).text

    assert "phản ánh đang chờ" not in await page()
    for number in (1, 2):
        for _ in range(2):
            await house.client.post(f"/r/{code}/reports", content="paper=0", headers=FORM)
        assert len(house.citizens.kept) == number, "what waits is not reported twice; what was answered may be"
        assert "phản ánh đang chờ kiểm tra viên" in await page()
        path = f"/v1/citizen-requests/{house.citizens.kept[-1].request.id}/answer"
        await house.client.post(path, json={"answer": "refused", "words": f"lần {number} <b>"}, headers=auditor)
        assert f"“lần {number} &lt;b&gt;”" in await page()
    assert [each.request.again for each in house.citizens.kept] == [0, 1]
