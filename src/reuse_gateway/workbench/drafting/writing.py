"""Puts a draft into a folder of connectors: two files that were not there before."""

from __future__ import annotations

from pathlib import Path

from reuse_gateway.domain.errors import CallerError
from reuse_gateway.workbench.drafting.cases_text import cases_text
from reuse_gateway.workbench.drafting.draft import Draft
from reuse_gateway.workbench.drafting.manifest_text import manifest_text


def write(draft: Draft, folder: Path) -> tuple[Path, Path]:
    """Manifest and cases, below their tier; raises CallerError where one is there already."""
    draft.checked()
    tier = folder / draft.tier
    files = tier / f"{draft.id}.yaml", tier / f"{draft.id}.cases.yaml"
    for file in files:
        if file.exists():
            raise CallerError(f"{file.name} is there already", code="conflict")
    tier.mkdir(parents=True, exist_ok=True)
    files[0].write_text(manifest_text(draft), encoding="utf-8")
    files[1].write_text(cases_text(draft), encoding="utf-8")
    return files
