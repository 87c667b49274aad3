"""One dossier has one code, whichever spelling of its body an office writes: in demands, checks, forms and portal rows."""

from __future__ import annotations

import pytest

from reuse_gateway.domain.dossier_code import one_spelling
from tests.api.conftest import House, body
from tests.reuse.test_portal_sync import check, held

from .test_api import asked, post
from .test_dossiers_of_others import FORM, mau_02

CODE = "H41.12-261123-0001"
SPELT = ("H41.012-261123-0001", "000.00.12.H41-261123-0001", "H41.12.0-261123-0001", "H41.12.00.000-261123-0001")


@pytest.mark.parametrize("spelt", [CODE, *SPELT])
def test_the_body_in_a_code_has_one_spelling(spelt: str) -> None:
    assert one_spelling(spelt) == CODE


@pytest.mark.parametrize("other", ["H41.12-261123-00001", "H41.13-261123-0001", "nobody's", "", "H41.12"])
def test_zeros_of_the_serial_and_what_names_no_body_stay(other: str) -> None:
    assert one_spelling(other) == other


async def test_a_second_request_under_another_spelling_is_the_second(house: House) -> None:
    told = [(await post(house, asked(**FORM | {"dossier": spelt}, **mau_02(f"BS-{nth}")))).json()
            for nth, spelt in enumerate((CODE, *SPELT))]  # fmt: skip
    assert [each["supplement_no"] for each in told] == [1, 2, 3, 4, 5]
    assert [[found["type"] for found in each["violations"]] for each in told[1:]] == [["V12"]] * 4
    assert {each.dossier for each in house.store.demands} == {CODE}


async def test_checks_are_kept_under_the_one_code(house: House) -> None:
    for spelt in SPELT:
        await house.check(body(dossier=spelt))
    assert {kept.check.dossier for kept in house.store.checks.values()} == {CODE}


async def test_a_portal_row_is_found_by_any_spelling_and_told_in_the_one(house: House) -> None:
    house.numbers.checks = [check(1, held(), dossier=CODE)]
    for spelt in (CODE, *SPELT):
        answer = await house.client.get(f"/v1/reports/portal-sync?dossier={spelt}", headers=await house.headers("demo-auditor"))
        assert [row["MaHoSo"] for row in answer.json()["items"]] == [CODE]


async def test_what_was_kept_in_another_spelling_is_found_as_it_was_sent(house: House) -> None:
    house.numbers.checks = [check(1, held(), dossier=SPELT[0])]
    headers = await house.headers("demo-auditor")
    told = (await house.client.get(f"/v1/reports/portal-sync?dossier={SPELT[0]}", headers=headers)).json()
    assert [row["MaHoSo"] for row in told["items"]] == [SPELT[0]]
