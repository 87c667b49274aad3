"""The defect report and the what-if for machines: keys and plain numbers, days as ISO text, names in both languages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from reuse_gateway.application.report_defects import DefectReport, Listed
from reuse_gateway.application.what_if import Effect, Spared
from reuse_gateway.domain.defect import Cover
from reuse_gateway.domain.tally import Line
from reuse_gateway.domain.text import Text


def report_json(report: DefectReport) -> dict[str, Any]:
    """Everything in the report."""
    return {
        "as_of": report.as_of.isoformat(),
        "policy_version": report.policy_version,
        "procedures": report.procedures,
        "total": line_json(report.total),
        "by_ministry": [line_json(line) for line in report.by_ministry],
        "by_field": [line_json(line) for line in report.by_field],
        "by_evidence_type": [line_json(line) for line in report.by_evidence_type],
        "defects": [{"finding": "D01", **_listed(listed)} for listed in report.defects],
        "unrecognised": [_listed(listed) for listed in report.unread],
    }


def line_json(line: Line) -> dict[str, Any]:
    """One line of a table."""
    return {
        "key": line.key,
        "name": _text(line.name),
        "procedures": line.procedures,
        "components": line.components,
        "demanded": line.demanded,
        "replaceable": line.replaceable,
        "lacking_wording": line.lacking,
        "states": dict(line.by_state),
        "by_source": dict(line.by_source),
        "by_legal_basis": dict(line.by_basis),
    }


def _listed(listed: Listed) -> dict[str, Any]:
    row = listed.assessment.component
    return {
        "procedure": listed.procedure,
        "procedure_name": listed.procedure_name,
        "decision": listed.decision,
        "ministry": listed.ministry.key,
        "field": listed.field,
        "case": row.case,
        "ref": row.ref,
        "label": row.label,
        "state": listed.assessment.replacement.value,
        "firm": listed.assessment.firm,
        "papers": [_cover(paper) for paper in listed.assessment.spared],
        "suggestions": list(row.suggestions),
    }


def _cover(cover: Cover) -> dict[str, Any]:
    sources = [{"source": source, "ground": ground.value} for source, ground in cover.sources]
    return {"evidence_type": cover.evidence_type, "sources": sources, "legal_basis": list(cover.bases)}


def _text(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


def effect_json(effect: Effect, assumptions: list[Text]) -> dict[str, Any]:
    """Everything in a what-if, its assumptions as sentences."""
    return {
        "from": effect.from_on.isoformat(),
        "policy_version": effect.policy_version,
        "changes": [{**asdict(change), "name": _text(change.name), "ground": change.ground.value} for change in effect.changes],
        "assumptions": [{"key": key, **_text(text)} for (key, _), text in zip(effect.assumptions, assumptions, strict=True)],
        "procedures_looked_at": effect.looked_at,
        "procedures": [_spared(each) for each in effect.procedures],
        "components": effect.components,
        "components_to_be_worded": effect.to_be_worded,
        "by_ministry": dict(effect.by_ministry),
        "by_evidence_type": dict(effect.by_evidence_type),
        "papers_a_year": asdict(effect.papers) if effect.papers else None,
        "volumes_unknown": list(effect.volumes_unknown),
        "volumes_missing": effect.volumes_missing,
        "legal_basis": list(effect.bases),
    }


def _spared(spared: Spared) -> dict[str, Any]:
    return {
        "procedure": spared.procedure,
        "name": spared.name,
        "ministry": spared.ministry,
        "components": [{"ref": ref, "evidence_types": list(kinds), "label": label} for ref, kinds, label in spared.components],
        "components_to_be_worded": spared.to_be_worded,
        "papers_per_dossier": asdict(spared.papers_per_dossier),
        "dossiers": spared.dossiers,
        "papers_a_year": asdict(spared.papers) if spared.dossiers is not None else None,
    }
