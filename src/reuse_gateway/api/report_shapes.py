"""Reports on the wire: what offices send, and what auditors get."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from reuse_gateway.api.schemas import Strict
from reuse_gateway.application.measure_reuse import MOST_ROWS

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class ReceivedRowIn(Strict):
    """Dossiers that an agency received for one procedure on one day; a day without any is told as 0."""

    agency: str = Field(max_length=40, examples=["H41.12"])
    procedure: str = Field(max_length=40, examples=["1.001193"])
    received_on: str = Field(pattern=_DAY, examples=["2026-11-20"])
    dossiers: int = Field(ge=0, le=1_000_000)


class ReceivedIn(Strict):
    """POST /v1/reports/received-dossiers. A later telling of the same day replaces an earlier."""

    rows: list[ReceivedRowIn] = Field(min_length=1, max_length=MOST_ROWS)


class ReceivedOut(BaseModel):
    """What was kept."""

    report_id: str
    rows: int
    ledger: dict[str, int]


class PartsOut(BaseModel):
    """The two parts of a rate."""

    numerator: int | None
    denominator: int | None
    rate: float | None


class FigureOut(PartsOut):
    """A rate. `rate` is null where `reason` says why: nothing_counted, received_not_told, received_incomplete, ..."""

    reason: str | None
    previous: PartsOut
    change: float | None
    points: float | None = None


class ReuseRowOut(BaseModel):
    """One line; `key` null = the whole, empty = papers that no kind was found for."""

    key: str | None
    name: dict[str, str] | None
    indicators: dict[str, FigureOut]
    rates: dict[str, FigureOut]
    counts: dict[str, int]


class ReuseOut(BaseModel):
    """GET /v1/reports/reuse."""

    from_: str = Field(alias="from")
    to: str
    days: int
    time_zone: str
    by: Literal["agency", "procedure", "evidence_type"]
    made_at: str
    previous: dict[str, str]
    formulas: list[dict[str, Any]]
    total: ReuseRowOut
    rows: list[ReuseRowOut]


class PortalPaperOut(BaseModel):
    """One paper of a dossier in the portal's names; `CanCu` names the check that proves a flag of 1."""

    MaThanhPhanHoSo: str | None
    TenThanhPhan: str
    LoaiGiayTo: str
    VaiTro: str
    DuocSoHoa: Literal[0, 1]
    DuocTaiSuDung: Literal[0, 1, 2]
    DuocLayTuKhoDMQG: Literal[0, 1]
    MaKetQuaThayThe: str | None
    CanCu: dict[str, str] | None


class PortalDossierOut(BaseModel):
    """One dossier in the portal's names, as far as the gateway can prove it."""

    MaHoSo: str
    MaTTHC: str
    DonViXuLy: str
    HoSoCoThanhPhanSoHoa: Literal[0, 1]
    DSKetNoiCSDL: list[dict[str, str]]
    TaiLieuNop: list[PortalPaperOut]


class PortalSyncOut(BaseModel):
    """GET /v1/reports/portal-sync; a null `next_cursor` is the end."""

    items: list[PortalDossierOut]
    next_cursor: str | None


class PlaceOut(BaseModel):
    """A place in a ranking; equal rates share one."""

    place: int
    key: str
    name: dict[str, str] | None
    numerator: int
    denominator: int
    rate: float | None


class RankingOut(BaseModel):
    """GET /v1/reports/ranking; `too_small` have no place."""

    from_: str = Field(alias="from")
    to: str
    time_zone: str
    by: Literal["agency", "procedure", "evidence_type"]
    rate: str
    least_denominator: int
    places: list[PlaceOut]
    too_small: list[str]


class SavingOut(BaseModel):
    """One kind of cost spared, from the lowest to the highest; `verified` false = the unit cost is a guess."""

    id: str
    name: dict[str, str]
    unit: Literal["minutes", "VND"]
    low: float
    high: float
    formula: str
    source: str
    verified: bool


class SavingsOut(BaseModel):
    """GET /v1/reports/savings; `papers` were held by the State and not demanded."""

    from_: str = Field(alias="from")
    to: str
    time_zone: str
    papers: int
    savings: list[SavingOut]


class PublicCellsOut(BaseModel):
    """Papers wanted, those held and valid, those of them not demanded."""

    papers: int
    reusable: int
    reused: int
    rate: float | None


class PublicRowOut(PublicCellsOut):
    """One agency."""

    agency: str
    name: dict[str, str] | None


class PublicReuseOut(BaseModel):
    """GET /v1/public/reuse; `total` null = hidden, because it would give a hidden row back."""

    from_: str = Field(alias="from")
    to: str
    time_zone: str
    rows: list[PublicRowOut]
    hidden: dict[str, int]
    total: PublicCellsOut | None


REPORTS = (ReceivedIn,)
