"""Many violations of synthetic demands, spread over agencies, papers and days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from reuse_gateway.application.violation_ports import Named
from reuse_gateway.domain.asking import DemandKind
from reuse_gateway.domain.demand import Demand
from reuse_gateway.domain.query_words import searched
from reuse_gateway.domain.violation import RecordedViolation, ViolationType
from reuse_gateway.domain.violation_query import Key
from reuse_gateway.storage.case_json import fingerprint
from tests.storage.builders import AT, a_demand

AGENCIES = ("H41", "H41.12", "H41.12.3", "H41.120", "H41.20")
PAPERS = ("birth_certificate", "land_use_certificate", "")
NAMES = (
    Named(Key.EVIDENCE_TYPE, "birth_certificate", searched("birth_certificate", "Giấy khai sinh", "Birth certificate")),
    Named(Key.EVIDENCE_TYPE, "land_use_certificate", searched("land_use_certificate", "Giấy chứng nhận quyền sử dụng đất")),
    Named(Key.PROCEDURE, "1.001193", searched("1.001193", "Thủ tục đăng ký khai sinh")),
    Named(Key.PROCEDURE, "1.001193", searched("1.001193", "Đăng ký khai sinh (tên cũ: khai đẻ)")),
    Named(Key.PROCEDURE, "1.000894", searched("1.000894", "Thủ tục đăng ký kết hôn")),
    Named(Key.AGENCY, "H41.20", searched("H41.20", "Bộ phận Một cửa cấp xã")),
    Named(Key.SOURCE, "land", searched("land", "Cơ sở dữ liệu quốc gia về đất đai")),
)


def spread(count: int, seed: int = 7) -> list[Demand]:
    """Demands whose violations differ in everything that can be asked for; some made at the same instant."""
    random, told = Random(seed), []
    for number in range(count):
        kind = random.choice(list(DemandKind))
        demand = a_demand(number, papers=random.choice((1, 1, 2, 3)), kind=kind)
        made_at = AT - timedelta(hours=random.choice(range(0, 1200, 7)))
        several = tuple(
            replace(
                violation,
                type=random.choice((ViolationType.HELD_NATIONALLY, ViolationType.ABOLISHED, ViolationType.TYPED_AGAIN)),
                evidence_type=random.choice(PAPERS),
                agency=random.choice(AGENCIES),
                procedure=random.choice(("1.001193", "1.000894")),
                source=random.choice((None, "land", "population")),
                severity=random.choice(("low", "medium", "high")),
                personal_liability=random.random() < 0.5,
                proof_check_id=random.choice((None, "chk_earlier")),
                made_at=made_at,
            )
            for violation in demand.violations
        )
        told.append(replace(demand, violations=several, made_at=made_at))
    return told


def recorded(demands: list[Demand]) -> list[RecordedViolation]:
    """The same as the store tells them, recorded one after the other on an empty ledger."""
    return [
        RecordedViolation(each, at, demand.kind.value, fingerprint(each, None).case_id, "detected")
        for at, demand in enumerate(demands)
        for each in demand.violations
    ]
