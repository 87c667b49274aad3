"""A dossier code is its body's: nobody books under another's, and no body's request makes another's first one its second."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reuse_gateway.domain.asking import DemandKind
from reuse_gateway.domain.demand import Demand
from reuse_gateway.domain.dossier_code import body_of, branch_asking, may_use
from reuse_gateway.domain.errors import Conflict
from reuse_gateway.storage.demand_history import StoredDemands
from tests.api.conftest import House
from tests.storage.builders import Store, a_demand

from .test_api import DOSSIER, asked, post

FORM = {"kind": "supplement_request", "dossier": DOSSIER, "means": "written"}


def mau_02(number: str) -> dict[str, Any]:
    return {"mau_02": {"number": number, "reason": "thiếu"}}


def supplement(number: int, agency: str, no: int | None, dossier: str = DOSSIER) -> Demand:
    found = a_demand(number, dossier=dossier)
    return replace(found, kind=DemandKind.SUPPLEMENT_REQUEST, agency=agency, supplement_no=no)


@pytest.mark.parametrize(
    ("agency", "dossier", "may", "branch"),
    [
        ("H41.12", "H41.12-261123-0001", True, "H41.12"),
        ("H41.12", "000.00.12.H41-261123-0001", True, "H41.12"),
        ("H41.12", "H41.12.3-261123-0001", True, None),
        ("H41.12.3", "H41.12-261123-0001", False, "H41.12"),
        ("H41", "H41.12-261123-0001", True, None),
        ("H41.12", "H41-261123-0001", False, "H41"),
        ("H41.12", "H41.1-261123-0001", False, None),
        ("H41.12", "H41.120-261123-0001", False, None),
        ("H41.12", "nobody's", True, None),
    ],
)
def test_a_code_is_its_bodys_and_that_of_the_bodies_above(agency: str, dossier: str, may: bool, branch: str | None) -> None:
    assert (may_use(agency, dossier), branch_asking(agency, dossier)) == (may, branch)


def test_a_code_that_names_no_body_binds_nobody() -> None:
    assert (body_of("D1"), body_of(""), body_of("H41.12-261123-0001")) == (None, None, "H41.12")


async def test_a_demand_under_the_code_of_another_body_is_refused(house: House) -> None:
    answer = await post(house, asked(**FORM | {"dossier": "H41-261123-0001"}, **mau_02("BS-1")))
    assert (answer.status_code, [each["code"] for each in answer.json()["errors"]]) == (422, ["dossier_of_another_body"])
    assert house.store.demands == []


async def test_a_request_of_the_body_above_is_not_the_first_of_this_one(house: House) -> None:
    for number in ("BS-1", "BS-2"):
        assert (await post(house, asked(**FORM, **mau_02(number)), "demo-admin")).json()["supplement_no"]
    told = (await post(house, asked(**FORM, **mau_02("1")))).json()
    assert (told["supplement_no"], told["violations"]) == (1, [])


async def test_a_body_below_does_not_start_counting_anew(house: House) -> None:
    await post(house, asked(**FORM, **mau_02("BS-1")))
    house.store.demands[:] = [replace(each, agency="H41.12.3") for each in house.store.demands]
    told = (await post(house, asked(**FORM, **mau_02("BS-2")))).json()
    assert (told["supplement_no"], [each["type"] for each in told["violations"]]) == (2, ["V12"])


async def test_the_store_reads_the_requests_of_one_body_alone(store: Store) -> None:
    for number, agency, no in ((1, "H41", 1), (2, "H41.12", 1), (3, "H41.12.3", 2), (4, "H41.120", 1)):
        await store.recorder.record_demand(supplement(number, agency, no))
    rows = StoredDemands(store.reads)
    assert [each.demand.agency for each in await rows.supplements(DOSSIER, "H41.12")] == ["H41.12.3", "H41.12"]
    assert [each.demand.agency for each in await rows.supplements(DOSSIER, "H41")] == ["H41"]
    assert [each.demand.agency for each in await rows.supplements(DOSSIER, "H41.120")] == ["H41.120"]


async def test_a_number_is_taken_once_by_each_body(store: Store) -> None:
    await store.recorder.record_demand(supplement(1, "H41.12", 1))
    with pytest.raises(Conflict):
        await store.recorder.record_demand(supplement(2, "H41.12", 1))
    await store.recorder.record_demand(supplement(3, "H41", 1))
