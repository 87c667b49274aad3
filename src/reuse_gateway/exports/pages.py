"""The report as one page: charts drawn on the server, every number also in a table, nothing loaded from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from reuse_gateway.application.report_defects import DefectReport, Listed
from reuse_gateway.domain.tally import Line
from reuse_gateway.domain.text import day_in_vietnamese
from reuse_gateway.exports.charts import Bar, bar_chart
from reuse_gateway.exports.defect_tables import (
    bases_of,
    papers_of,
    share_states,
    sources_of,
    state_of,
    summary_rows,
)
from reuse_gateway.exports.numbers import grouped, share
from reuse_gateway.exports.wording import COLUMNS, TABLES

_MOST_BARS = 25


def environment() -> Environment:
    """Templates beside this module; everything put into a page is escaped, a missing value is an error."""
    loader = PackageLoader("reuse_gateway.exports", "templates")
    escapes = select_autoescape(enabled_extensions=("html.j2",), default_for_string=True)
    made = Environment(loader=loader, autoescape=escapes, undefined=StrictUndefined, trim_blocks=True)  # noqa: S701
    made.lstrip_blocks = True
    made.filters |= {"grouped": grouped, "day": day_in_vietnamese}
    return made


def report_page(report: DefectReport) -> Iterable[str]:
    """The page in pieces, so that memory stays flat."""
    return (
        environment()
        .get_template("defects.html.j2")
        .generate(
            report=report,
            columns=list(COLUMNS.values()),
            shares={"replaceable": share(report.total.replaceable, report.total.demanded)},
            states=_states_chart(report),
            state_rows=share_states(report.total),
            tables=[
                (
                    TABLES[by],
                    _lines_chart(TABLES[by].vi, report.table(by)),
                    list(summary_rows(report.table(by), report.glossary)),
                )
                for by in ("ministry", "field", "evidence_type")
            ],
            findings=by_ministry(report.defects),
            unread=by_ministry(report.unread),
            state_of=state_of,
            papers_of=lambda listed: papers_of(listed, report),
            sources_of=lambda listed: sources_of(listed, report),
            bases_of=lambda listed: bases_of(listed, report),
            suggested=lambda listed: _suggested(listed, report),
        )
    )


def by_ministry(found: Sequence[Listed]) -> list[tuple[str, list[Listed]]]:
    """Name of the ministry and what was found at it, in order of name."""
    groups: dict[str, list[Listed]] = {}
    for listed in found:
        groups.setdefault(listed.ministry.name.vi, []).append(listed)
    return sorted(groups.items())


def _suggested(listed: Listed, report: DefectReport) -> str:
    names = report.glossary.evidence_types
    return "; ".join(names[key].vi for key in listed.assessment.component.suggestions if key in names)


def _states_chart(report: DefectReport) -> Markup:
    bars = [Bar(text.vi, count) for text, count in share_states(report.total)]
    return Markup(bar_chart("Thành phần hồ sơ theo kết luận", "Số thành phần hồ sơ ở mỗi kết luận", bars))  # noqa: S704


def _lines_chart(title: str, lines: Sequence[Line]) -> Markup:
    shown = [line for line in lines if line.replaceable or line.lacking][:_MOST_BARS]
    bars = [Bar(line.name.vi, line.replaceable, line.lacking) for line in shown]
    told = "Cột đầy: thành phần thay thế được; phần đậm: thiếu câu chữ thay thế (D01)"
    return Markup(bar_chart(f"{title}: thay thế được / D01", told, bars))  # noqa: S704
