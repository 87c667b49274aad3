"""A ministry is not blamed for a paper that only bears the name of one that data replace."""

from __future__ import annotations

import pytest

from reuse_gateway.application.report_defects import Yardstick
from reuse_gateway.domain.dossier_reading import components_of

from .builders import dossier

INSPECTION = "Bản sao Giấy chứng nhận an toàn kỹ thuật và bảo vệ môi trường"


@pytest.mark.parametrize(
    ("label", "told"),
    [
        (INSPECTION, {"field": "Hàng hải và đường thủy nội địa"}),
        (INSPECTION, {"field": "Đường sắt"}),
        (INSPECTION, {"name": "Cấp giấy chứng nhận cho tàu cá"}),
        (INSPECTION + " đối với phao neo", {}),
        ("Bản sao văn bằng, chứng chỉ đào tạo phù hợp", {"name": "Cấp giấy phép, năng định nhân viên bảo đảm hoạt động bay"}),
        ("Mảnh trích đo bản đồ địa chính thửa đất đối với trường hợp có nhu cầu đo đạc để xác định lại diện tích", {}),
        ("Xuất trình hộ chiếu", {"name": "Thủ tục kiểm tra hóa đơn kiêm tờ khai hoàn thuế giá trị gia tăng"}),
    ],
)
def test_a_paper_of_another_thing_is_nothing_sure(yardstick: Yardstick, label: str, told: dict[str, str]) -> None:
    (component,) = components_of(dossier(label, **told), yardstick.facts.vocabulary)
    assert (component.sure, component.firm) == (False, False)


@pytest.mark.parametrize("label", [INSPECTION, "Xuất trình hộ chiếu", "Trích lục bản đồ địa chính thửa đất"])
def test_the_same_paper_elsewhere_is_firm(yardstick: Yardstick, label: str) -> None:
    (component,) = components_of(dossier(label, field="Đường bộ"), yardstick.facts.vocabulary)
    assert (component.sure, component.firm) == (True, True)
