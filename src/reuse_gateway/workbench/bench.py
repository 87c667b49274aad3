"""The workbench of one deployment: its manifests, its catalogue, its settings. Commands take it from here."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reuse_gateway.bootstrap_sources import connectors_dir
from reuse_gateway.catalogue.loader import Catalogue, load
from reuse_gateway.connectors.loading import TIERS, load_manifest, load_manifests
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.probing import Checked, green, red
from reuse_gateway.domain.errors import FactsError, NotFound
from reuse_gateway.domain.subject import Subject
from reuse_gateway.domain.text import Text
from reuse_gateway.settings import Settings
from reuse_gateway.simulation.facts import People, load_cases, load_people, read_cases
from reuse_gateway.workbench.contract.suite import examine
from reuse_gateway.workbench.diagnosing import diagnose
from reuse_gateway.workbench.drafting.draft import Draft
from reuse_gateway.workbench.drafting.openapi import drafted
from reuse_gateway.workbench.drafting.writing import write
from reuse_gateway.workbench.lint.findings import Finding
from reuse_gateway.workbench.lint.linting import lint_manifest, manifests_in
from reuse_gateway.workbench.living import live
from reuse_gateway.workbench.made_up import subject_of
from reuse_gateway.workbench.pages import index, page
from reuse_gateway.workbench.reaching import reach
from reuse_gateway.workbench.recording.recording import Take, as_plain, difference, edited, takes
from reuse_gateway.workbench.results import FAILED, PASSED, Result
from reuse_gateway.workbench.trying import Tried, subject_from, try_one


@dataclass(frozen=True, slots=True)
class Written:
    """What `new` has written, what it left open, and what came of lint and tests."""

    files: tuple[str, ...]
    left: tuple[str, ...]
    errors: int
    passed: int
    failed: int

    def as_plain(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Recording:
    """What would be written where: the whole file, and how it differs from the present one."""

    file: Path
    takes: tuple[Take, ...]
    after: str
    difference: tuple[str, ...]

    def as_plain(self) -> dict[str, Any]:
        """For machines."""
        return {"file": self.file.name, "takes": [as_plain(each) for each in self.takes], "difference": list(self.difference)}


@dataclass(frozen=True, slots=True)
class Bench:
    """`folder` holds the tiers and people.yaml."""

    folder: Path
    catalogue: Catalogue
    settings: Settings

    @classmethod
    def of(cls, settings: Settings, folder: Path | None = None) -> Bench:
        """Raises FactsError where the catalogue cannot be read."""
        settings = settings.model_copy(update={"connectors_dir": folder}) if folder else settings
        return cls(connectors_dir(settings), load(), settings)

    @property
    def people(self) -> People:
        """The synthetic people; a folder of single manifests borrows those that are shipped."""
        own = (self.folder / "people.yaml").is_file()
        return load_people(self.folder if own else self._shipped)

    @property
    def _shipped(self) -> Path:
        return connectors_dir(self.settings.model_copy(update={"connectors_dir": None}))

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

    async def try_one(self, name: str, paper: str, facts: Mapping[str, str], about: Mapping[str, str]) -> Tried:
        """Raises NotFound, CallerError, UnsafeSettings."""
        manifest = self.manifest(name)
        async with reach(self.settings, (manifest,)) as reached:
            return await try_one(manifest, reached, paper, self.subject(facts), about)

    async def write(self, draft: Draft, document: Path | None = None, operation: str | None = None) -> Written:
        """A draft as files, linted and tested; a folder of its own gets the people as well. Raises CallerError."""
        if document is not None:
            draft = drafted(document, operation or "", draft)
        files = write(draft, self.folder)
        if not (self.folder / "people.yaml").exists():
            shutil.copy(self._shipped / "people.yaml", self.folder / "people.yaml")
        found = [each for each in await self.lint(files[:1]) if each.is_error]
        results = [] if found else await self.test([draft.id], lambda result: None)
        passed, failed = (sum(each.outcome == outcome for each in results) for outcome in (PASSED, FAILED))
        return Written(tuple(map(str, files)), draft.left, len(found), passed, failed)

    async def record(self, name: str, facts: Mapping[str, str], about: Mapping[str, str], case: str | None) -> Recording:
        """Nothing is written yet. Raises NotFound, CallerError, UnsafeSettings."""
        manifest, file = self.manifest(name), self.file(name)
        beside = file.with_name(f"{file.stem}.cases.yaml")
        async with reach(self.settings, (manifest,)) as reached:
            found = await takes(manifest, reached, self.subject(facts), about, case)
            live = manifest.id not in reached.simulated
        before = beside.read_text("utf-8")
        after = edited(before, read_cases(beside), found, live)
        return Recording(beside, tuple(found), after, tuple(difference(before, after, beside.name)))

    async def diagnose(self, name: str, facts: Mapping[str, str]) -> list[Checked]:
        """Raises NotFound; everything else that is wrong is a check that is red."""
        try:
            manifest = self.manifest(name)
        except FactsError as error:
            return [red("manifest", "ours", str(error))]
        async with reach(self.settings, (manifest,)) as reached:
            subject = self.subject(facts) if facts else self._nobody(manifest) if manifest.simulated else None
            return [green("manifest", manifest.version), *[each async for each in diagnose(manifest, reached, subject)]]

    def _nobody(self, manifest: Manifest) -> Subject:
        """A synthetic person whom no simulated source knows."""
        kind = manifest.lookups[0].subjects[0]
        person = next(each for each in self.people.people if each.case == "absent" and each.kind == kind)
        return subject_of(person)

    def subject(self, facts: Mapping[str, str]) -> Subject:
        """As told; what is not told about a known synthetic person is filled in. Raises CallerError."""
        told = dict(facts)
        number = told.get("personal_id") or told.get("enterprise_code")
        known = next((person for person in self.people.people if person.number == number), None)
        if known is not None and "personal_id" in told:
            told = {"full_name": known.full_name, "birth_date": known.birth_date} | told
        elif known is not None:
            told = {"name": known.full_name} | told
        return subject_from(told)

    def pages(self, names: Iterable[str] = ()) -> dict[str, str]:
        """Name of the file and Markdown: a page per source, and the list of them."""
        chosen = self.manifests(names)
        told = {f"{each.id}.md": page(each, self.catalogue) for each in chosen}
        return told | {"README.md": index(chosen, self.catalogue)}

    async def test_live(self, names: Iterable[str], facts: Mapping[str, str], tell: Callable[[Result], None]) -> list[Result]:
        """The sources as they are deployed; raises NotFound, CallerError, UnsafeSettings."""
        chosen, results = self.manifests(names), []
        async with reach(self.settings, chosen) as reached:
            for manifest in chosen:
                async for result in live(manifest, reached, self.subject(facts) if facts else None):
                    results.append(result)
                    tell(result)
        return results

    async def test(self, names: Iterable[str], tell: Callable[[Result], None], only: Collection[str] = ()) -> list[Result]:
        """Inline tests and the contract; raises NotFound, FactsError."""
        return await examine(self.manifests(names), load_cases(self.folder), self.people, tell, only)

    async def failed(self, name: str, cases: Collection[str]) -> list[Result]:
        """What these cases of one source do not come to; raises NotFound, FactsError."""
        return [each for each in await self.test([name], lambda result: None, cases) if each.outcome == FAILED]
