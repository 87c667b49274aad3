"""Findings about forms in words: what is told to the form's owner, and what stands on the form in place of a field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reuse_gateway.domain.evidence_type import EvidenceType
from reuse_gateway.domain.form_finding import FormFinding, Rule
from reuse_gateway.domain.text import Sentences, Text
from reuse_gateway.domain.verdict import FormAction

_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class FormWording:
    """Names of papers and sources, and the sentences."""

    sentences: Sentences
    kinds: Mapping[str, EvidenceType]
    sources: Mapping[str, Text]

    def message(self, finding: FormFinding) -> Text:
        """What was found, with the name of the field as people see it."""
        name = finding.label.strip() or finding.field
        short = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
        return self._said(f"lint.{finding.rule}", finding, short)

    def instead(self, finding: FormFinding) -> Text:
        """What a person reads on the form in place of the field, or beside it."""
        if finding.evidence_type is None:
            return self.sentences.say("instead.defer_field")
        if finding.mend is not FormAction.HIDE:
            return self._said("instead.defer", finding, "")
        replaced = bool(finding.sources) and finding.rule is not Rule.ABOLISHED_PAPER
        return self._said("instead.hide" if replaced else "instead.hide_abolished", finding, "")

    def _said(self, key: str, finding: FormFinding, field: str) -> Text:
        template = self.sentences.by_key[key]
        paper, role = self._paper(finding), self._role(finding.role)
        source = self._listed(finding.sources, self.sources) or self.sentences.say("word.the_databases")
        near = self._near(finding) if finding.suggestions else None
        near = near or self.sentences.say("word.nothing_like_it")
        return Text(
            template.vi.format(field=field, paper=paper.vi, source=source.vi, role=role.vi, suggestions=near.vi),
            template.en.format(field=field, paper=paper.en, source=source.en, role=role.en, suggestions=near.en),
        )

    def _near(self, finding: FormFinding) -> Text | None:
        return self._listed(finding.suggestions, {key: kind.name for key, kind in self.kinds.items()})

    def _paper(self, finding: FormFinding) -> Text:
        kind = self.kinds.get(finding.evidence_type or "")
        return kind.name if kind else self.sentences.say("word.this_paper")

    def _role(self, role: str | None) -> Text:
        key = f"role.{role or 'applicant'}"
        return self.sentences.by_key.get(key) or Text(str(role), str(role))

    def _listed(self, keys: Iterable[str], names: Mapping[str, Text]) -> Text | None:
        found = [names[key] for key in keys if key in names]
        return Text(", ".join(each.vi for each in found), ", ".join(each.en for each in found)) if found else None
