"""What a citizen reported is recorded by whoever inspects the body, about that body, and by nobody about himself."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from reuse_gateway.signing.tokens import Client
from tests.api.conftest import House
from tests.demands.test_api import asked, holds, post

REPORTED = {"kind": "citizen_report", "agency": "H41.12"}


async def test_an_auditor_records_what_a_citizen_reported_about_a_body_he_inspects(house: House) -> None:
    holds(house)
    told = await post(house, asked(**REPORTED), "demo-auditor")
    assert (told.status_code, told.json()["items"][0]["finding"]) == (200, "violation")
    (kept,) = house.store.demands
    assert (kept.agency, kept.kind, kept.client_id) == ("H41.12", "citizen_report", "demo-auditor")


@pytest.mark.parametrize("kind", ["counter", "intake_receipt"])
async def test_an_auditor_records_no_demand_of_another_kind(house: House, kind: str) -> None:
    refused = await post(house, asked(**REPORTED | {"kind": kind}), "demo-auditor")
    assert (refused.status_code, refused.json()["code"], refused.json()["scope"]) == (
        403,
        "insufficient_scope",
        ["demand:write"],
    )
    assert house.store.demands == []


@pytest.mark.parametrize(
    ("agency", "code"), [(None, "missing"), ("H41", "not_inspected_by_caller"), ("x", "agency_code_shape")]
)
async def test_an_auditor_records_no_report_about_his_own_body_or_none(house: House, agency: Any, code: str) -> None:
    refused = await post(house, asked(**REPORTED | {"agency": agency}), "demo-auditor")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
    assert house.store.demands == []


async def test_an_auditor_of_a_body_below_records_no_report_about_the_body_above(house: House) -> None:
    digest = hashlib.sha256(b"demo").digest()
    house.services.desk._clients["within"] = Client("within", "H41.12.3", frozenset({"audit:act"}), digest)
    refused = await post(house, asked(**REPORTED), "within")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_inspected_by_caller")


async def test_a_body_whose_office_only_writes_reports_nobody_but_itself_and_those_below(house: House) -> None:
    refused = await post(house, asked(**REPORTED | {"agency": "H41.13"}))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_below_caller")
