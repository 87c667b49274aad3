"""The shipped exceptions E1 to E13, read as strictly as every other fact."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from reuse_gateway.catalogue.schema import BothLanguages, Count, Flag, Ref, Strict, typed
from reuse_gateway.catalogue.yaml_strict import read_file
from reuse_gateway.domain.lawful_exception import Invoker, LawfulException
from reuse_gateway.domain.text import Text

FILE = "exceptions.yaml"
ExceptionCode = Annotated[str, StringConstraints(pattern=r"^E([1-9]|1[0-3])$")]


class ExceptionFacts(BothLanguages):
    """One exception; `verified` speaks of who may invoke it and for how long."""

    duty: BothLanguages
    invokers: tuple[Invoker, ...] = Field(min_length=1)
    evidence: tuple[Ref, ...] = Field(min_length=1)
    max_days: Count
    shown_to_applicant: Flag
    verified: Flag


class ExceptionsFile(Strict):
    exceptions: dict[ExceptionCode, ExceptionFacts] = Field(min_length=1)


def load_exceptions(root: Path) -> Mapping[str, LawfulException]:
    """By code, in the order of the file; raises FactsError."""
    file = typed(ExceptionsFile, read_file(root / FILE, root), FILE)
    return {
        code: LawfulException(
            code=code,
            name=Text(facts.vi, facts.en),
            duty=Text(facts.duty.vi, facts.duty.en),
            invokers=facts.invokers,
            evidence=facts.evidence,
            max_days=facts.max_days,
            shown_to_applicant=facts.shown_to_applicant,
            verified=facts.verified,
        )
        for code, facts in file.exceptions.items()
    }
