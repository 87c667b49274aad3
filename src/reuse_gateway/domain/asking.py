"""How an office asked (cách yêu cầu): where, by what means, in which manner, and what the person had shown already."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DemandKind(StrEnum):
    """Where the office asked."""

    INTAKE_RECEIPT = "intake_receipt"
    SUPPLEMENT_REQUEST = "supplement_request"
    COUNTER = "counter"
    CITIZEN_REPORT = "citizen_report"
    ONLINE_FORM = "online_form"


class Channel(StrEnum):
    """How a dossier came in (KenhThucHien of the national sync: 1 counter, 2 online, 3 post)."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class Means(StrEnum):
    """By what the office asked."""

    ORAL = "oral"
    WRITTEN = "written"
    ELECTRONIC = "electronic"
    FORM = "form"


class Manner(StrEnum):
    """How a paper was wanted; an electronic copy or original is neither paper nor a trip."""

    ORIGINAL = "original"
    COPY = "copy"
    CERTIFIED = "certified"
    ELECTRONIC = "electronic"
    DATA = "data"


class Shown(StrEnum):
    """What the person had shown already of that paper."""

    ORIGINAL = "original"
    COPY = "copy"
    ELECTRONIC = "electronic"
    VNEID = "vneid"


@dataclass(frozen=True, slots=True)
class Asked:
    """How one paper was asked for. `vneid_consent`: the reference of the consent or QR recorded when it was shown in VNeID."""

    ref: str
    manner: Manner | None = None
    shown: frozenset[Shown] = frozenset()
    vneid_consent: str | None = None


@dataclass(frozen=True, slots=True)
class Mau02:
    """The written supplement request of Circular 03/2025/TT-VPCP, Mẫu số 02: its number; its words stay in the dossier."""

    number: str
    reason_stated: bool
