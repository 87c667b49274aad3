"""Indicators 4.3, 4.4, 4.5a, 4.5b of Decision 766/QĐ-TTg (2022), and the gateway's own stricter rates. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from reuse_gateway.domain.text import Text

_CENT, HUNDRED, THOUSAND = Decimal("0.01"), 100, 1000


@dataclass(frozen=True, slots=True)
class Formula:
    """How a figure is made. `most_points` None = no points are given for it.

    `full_marks_from`: percent from which all points are given, below it pro rata. `verified` False = the source that was read
    does not tell every part of this formula.
    """

    id: str
    name: Text
    numerator: Text
    denominator: Text
    most_points: int | None = None
    full_marks_from: int = 80
    scale: int = HUNDRED
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate with what it was made of. `why_not` says why there is none; a rate is never given without both its parts."""

    formula: Formula
    numerator: int | None
    denominator: int | None
    why_not: str | None = None

    @property
    def rate(self) -> Decimal | None:
        """Two decimals, halves up; None where `why_not` tells the reason."""
        if self.why_not or self.numerator is None or not self.denominator:
            return None
        return _rounded(Decimal(self.numerator) * self.formula.scale / self.denominator)

    @property
    def points(self) -> Decimal | None:
        """Full marks from the threshold on, below it rate x most / threshold; by the exact rate, then two decimals."""
        most = self.formula.most_points
        if self.rate is None or most is None or self.numerator is None or self.denominator is None:
            return None
        exact = Decimal(self.numerator) * HUNDRED / self.denominator
        full = Decimal(self.formula.full_marks_from)
        return _rounded(Decimal(most)) if exact >= full else _rounded(exact * most / full)


def figure(formula: Formula, numerator: int | None, denominator: int | None, why_not: str | None = None) -> Figure:
    """The figure; a denominator of 0 gives none (`nothing_counted`), nor does a part larger than the whole."""
    if why_not is None and denominator == 0:
        why_not = "nothing_counted"
    if why_not is None and formula.scale == HUNDRED and (numerator or 0) > (denominator or 0):
        why_not = "received_below_counted"
    return Figure(formula, numerator, denominator, why_not)


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(_CENT, ROUND_HALF_UP)


_RECEIVED = Text("hồ sơ tiếp nhận trong kỳ, do cơ quan báo", "dossiers received in the period, as the offices tell")
INDICATORS = (
    Formula(
        "4.3",
        Text("Khai thác, sử dụng lại thông tin, dữ liệu số hóa", "Digitised data reused"),
        Text("hồ sơ có ít nhất một giấy tờ được dùng lại", "dossiers with at least one paper reused"),
        _RECEIVED,
        most_points=2,
    ),
    Formula(
        "4.4",
        Text("Hồ sơ số hóa có kết nối, chia sẻ để tái sử dụng", "Digitised dossiers connected and shared for reuse"),
        Text(
            "hồ sơ có giấy tờ lấy từ kho dữ liệu cá nhân quốc gia",
            "dossiers with a paper taken from the national personal store",
        ),
        _RECEIVED,
        most_points=4,
        verified=False,
    ),
    Formula(
        "4.5a",
        Text("TTHC kết nối cơ sở dữ liệu dân cư", "Procedures that use the population database"),
        Text("thủ tục có hồ sơ dùng dữ liệu dân cư", "procedures with a dossier that used population data"),
        Text("thủ tục có hồ sơ tiếp nhận trong kỳ", "procedures that received dossiers in the period"),
        most_points=2,
        verified=False,
    ),
    Formula(
        "4.5b",
        Text("Hồ sơ dùng dữ liệu dân cư", "Dossiers that used population data"),
        Text("hồ sơ dùng dữ liệu dân cư", "dossiers that used population data"),
        _RECEIVED,
        most_points=2,
        verified=False,
    ),
)
REUSED_PAPERS = Formula(
    "reused_papers",
    Text("Tỷ lệ giấy tờ được dùng lại", "Papers reused"),
    Text("giấy tờ đã có, không bị yêu cầu nộp", "papers held and not demanded"),
    Text("giấy tờ đã có trong nguồn dữ liệu, còn giá trị", "papers held and valid in a source"),
)
AVOIDABLE_REQUESTS = Formula(
    "avoidable_requests",
    Text("Tỷ lệ yêu cầu lẽ ra tránh được", "Requests that could have been avoided"),
    Text("giấy tờ bị yêu cầu trái quy định hoặc sau đó rõ là đã có", "papers demanded against the rule or found held later"),
    Text("giấy tờ cơ quan đã yêu cầu nộp", "papers that offices demanded"),
)
UNANSWERED = Formula(
    "unanswered",
    Text("Tỷ lệ chưa rõ do nguồn chưa trả lời", "Questions that a source left open"),
    Text("lượt hỏi mà nguồn chưa trả lời", "questions that a source left open"),
    Text("lượt hỏi", "questions"),
)
VIOLATIONS = Formula(
    "violations_per_1000",
    Text("Vi phạm trên 1.000 giấy tờ", "Violations per 1,000 papers"),
    Text("vi phạm được phát hiện", "violations detected"),
    Text("giấy tờ cơ quan cần đến", "papers that offices wanted"),
    scale=THOUSAND,
)
RATES = (REUSED_PAPERS, AVOIDABLE_REQUESTS, UNANSWERED, VIOLATIONS)
