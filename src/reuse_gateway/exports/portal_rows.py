"""Dossiers in the shape of the national portal's sync (đồng bộ hồ sơ): only what the gateway can prove.

What else the portal wants (TenTTHC, KenhThucHien, NgayTiepNhan, ...) the settlement system knows and fills in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reuse_gateway.application.tell_portal import PortalRow
from reuse_gateway.domain.portal_sync import SyncPaper


def portal_row(row: PortalRow, names: Mapping[str, Any]) -> dict[str, Any]:
    """One dossier. `CanCu` (căn cứ) is ours: the check whose receipt proves the line."""
    dossier = row.dossier
    return {
        "MaHoSo": dossier.dossier,
        "MaTTHC": dossier.procedure,
        "DonViXuLy": dossier.agency,
        "HoSoCoThanhPhanSoHoa": int(dossier.digitised),
        "DSKetNoiCSDL": [{"MaCSDL": source} for source in dossier.sources],
        "TaiLieuNop": [_paper(paper, component, names) for paper, component in row.components],
    }


def _paper(paper: SyncPaper, component: str | None, names: Mapping[str, Any]) -> dict[str, Any]:
    name = names.get(paper.evidence_type)
    return {
        "MaThanhPhanHoSo": component,
        "TenThanhPhan": name.vi if name else paper.evidence_type,
        "LoaiGiayTo": paper.evidence_type,
        "VaiTro": paper.role,
        "DuocSoHoa": int(bool(paper.reused)),
        "DuocTaiSuDung": int(paper.reused),
        "DuocLayTuKhoDMQG": int(paper.from_store),
        "MaKetQuaThayThe": paper.result_code,
        "CanCu": {"check_id": paper.check_id} if paper.check_id else None,
    }
