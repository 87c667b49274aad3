"""Procedures in the shape of LayThuTuc, made up (codes beginning with 9 belong to no real procedure)."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

from reuse_gateway.application.import_catalogue import ReadProcedure
from reuse_gateway.catalogue.laythutuc import read_procedures
from reuse_gateway.domain.matching import Vocabulary

from .conftest import DAY


def paper(name: str = "Đơn đề nghị", **fields: Any) -> dict[str, Any]:
    return {
        "MAGIAYTO": "",
        "TENGIAYTO": name,
        "MA_KQ_THAYTHE": "",
        "SOBANCHINH": "1",
        "SOBANSAO": "",
        "TENMAUDON": "",
        **fields,
    }


def procedure(code: str = "9.000001", *papers: Any, **fields: Any) -> dict[str, Any]:
    return {
        "MATTHC": code,
        "TENTTHC": "Thủ tục thử nghiệm",
        "QUYETDINH": "1/QĐ-THU",
        "LINHVUCTHUCHIEN": [{"TENLINHVUC": "Thử nghiệm"}],
        "CAPTHUCHIEN": ["Cấp xã"],
        "THANHPHANHOSO": [{"TRUONGHOP": "", "GIAYTO": list(papers) or [paper()]}],
        "KETQUATHUCHIEN": [{"MAKETQUA": "KQ.X99.000001", "TENKETQUA": "Kết quả"}],
        **fields,
    }


def as_list(*procedures: Any) -> bytes:
    return json.dumps(procedures, ensure_ascii=False).encode()


def as_lines(*procedures: Any) -> bytes:
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in procedures).encode()


def read(raw: bytes | dict[str, Any], vocabulary: Vocabulary) -> Sequence[ReadProcedure]:
    raw = raw if isinstance(raw, bytes) else as_lines(raw)
    return list(read_procedures(io.BytesIO(raw), DAY, vocabulary))


def whys(found: ReadProcedure) -> list[str]:
    return [trouble.why for trouble in found.troubles]
