"""The workbench of one deployment: its manifests, its catalogue, its settings. Commands take it from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from reuse_gateway.bootstrap_sources import connectors_dir
from reuse_gateway.catalogue.loader import Catalogue, load
from reuse_gateway.connectors.loading import TIERS, load_manifest, load_manifests
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.domain.errors import NotFound
from reuse_gateway.domain.text import Text
from reuse_gateway.settings import Settings
from reuse_gateway.simulation.facts import People, load_cases, load_people
from reuse_gateway.workbench.contract.suite import examine
from reuse_gateway.workbench.lint.findings import Finding
from reuse_gateway.workbench.lint.linting import lint_manifest, manifests_in
from reuse_gateway.workbench.results import Result


@dataclass(frozen=True, slots=True)
class Bench:
    """`folder` holds the tiers and people.yaml."""

    folder: Path
    catalogue: Catalogue
    settings: Settings

    @classmethod
    def of(cls, settings: Settings, folder: Path | None = None) -> Bench:
        """Raises FactsError where the catalogue cannot be read."""
        return cls(folder or connectors_dir(settings), load(), settings)

    @property
    def people(self) -> People:
        """The synthetic people; a folder of single manifests borrows those that are shipped."""
        own = self.folder / "people.yaml"
        return load_people(self.folder if own.is_file() else connectors_dir(self.settings))

    def file(self, name: str) -> Path:
        """The manifest of a source by id; raises NotFound, with the ids that there are."""
        if name.endswith(".yaml"):
            return Path(name)
        found = [file for tier in TIERS if (file := self.folder / tier / f"{name}.yaml").is_file()]
        if not found:
            known = sorted(file.stem for tier in TIERS for file in (self.folder / tier).glob("*.yaml") if "." not in file.stem)
            raise NotFound(f"no manifest {name} in {self.folder.name}/; there are {', '.join(known)}", code="unknown_source")
        return found[0]

    def manifest(self, name: str) -> Manifest:
        """Raises NotFound, FactsError."""
        return load_manifest(self.file(name), self.catalogue.evidence_types.keys())

    def manifests(self, names: Iterable[str] = ()) -> tuple[Manifest, ...]:
        """Those named, or all; raises NotFound, FactsError."""
        chosen = tuple(self.manifest(name) for name in names)
        return chosen or load_manifests(self.folder, self.catalogue.evidence_types.keys())

    async def lint(self, paths: Iterable[Path]) -> list[Finding]:
        """Everything found in these manifests and folders, in order of files and lines."""
        found: list[Finding] = []
        for file in manifests_in(paths):
            found += await lint_manifest(file, self.catalogue.evidence_types, self.catalogue.law.bases, self.people)
        return found

    def words(self, code: str) -> tuple[Text, Text]:
        """What a code of the linter says, and the mend."""
        by_key, key = self.catalogue.sentences.by_key, f"connector_lint.{code.lower()}"
        return by_key[key], by_key[f"{key}_mend"]

    async def test(self, names: Iterable[str], tell: Callable[[Result], None]) -> list[Result]:
        """Inline tests and the contract; raises NotFound, FactsError."""
        return await examine(self.manifests(names), load_cases(self.folder), self.people, tell)
