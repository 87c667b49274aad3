"""Stores on both engines that are imported into."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from reuse_gateway.application.import_catalogue import ImportReport, import_catalogue
from reuse_gateway.catalogue.laythutuc import read_procedures
from reuse_gateway.catalogue.loader import load
from reuse_gateway.catalogue.vocabulary import load_vocabulary
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.imports import StoredImports
from reuse_gateway.storage.procedures import CataloguedProcedures, ImportedProcedures
from tests.catalogue.conftest import StoppedClock
from tests.catalogue.published import as_list, paper, procedure
from tests.storage.builders import Store, opened

DAY, LATER = date(2026, 7, 20), date(2026, 9, 1)
ONE, TWO, THREE = "9.000001", "9.000002", "9.000003"


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary(load().evidence_types.values())


@dataclass
class Imports:
    """One store with its writer and its readers."""

    url: str
    ledger: Store
    store: ImportedProcedures
    archive: StoredImports
    procedures: CataloguedProcedures
    vocabulary: Vocabulary

    async def take(self, *procedures: Any, day: date = DAY) -> ImportReport:
        read = read_procedures(io.BytesIO(as_list(*procedures)), day, self.vocabulary)
        return await import_catalogue(read, self.store, StoppedClock(), "tester", "made up")

    async def decision(self, code: str = ONE, day: date = LATER) -> str | None:
        found = await self.procedures.find(code, day)
        return found.decision if found else None


def published(code: str = ONE, decision: str = "1/QĐ", *papers: str, **more: Any) -> dict[str, Any]:
    return procedure(code, *(paper(each) for each in papers or ("Đơn đề nghị",)), QUYETDINH=decision, **more)


@pytest.fixture
async def imports(url: str, ring: KeyRing, vocabulary: Vocabulary) -> AsyncIterator[Imports]:
    async with opened(url, ring, StoppedClock()) as ledger:
        reads = ledger.reads
        procedures = CataloguedProcedures((), reads, lambda: LATER)
        yield Imports(url, ledger, ImportedProcedures(reads, ledger.writer), StoredImports(reads), procedures, vocabulary)
