"""Dated rows of a small world: one source with a birth certificate, one law, three exceptions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from reuse_gateway.application.check_documents import Policy
from reuse_gateway.domain.dated_fact import Connection, DatedFact, FactBook, FactChange, FactKind, PublishedScope, Said
from reuse_gateway.domain.lawful_exception import Invoker, LawfulException
from reuse_gateway.domain.source import Offer, Source, Tier
from reuse_gateway.domain.text import Text
from tests.domain.builders import BIRTH, agency, facts, law

AT = datetime(2026, 11, 23, 6, 18, 58, tzinfo=UTC)
FIRST, LATER = date(2026, 1, 1), date(2027, 1, 1)
REASON = "Chủ quản công bố phạm vi"
E1 = LawfulException("E1", Text("a", "a"), Text("b", "b"), (Invoker.RULE,), ("probe_log",), 5, True)


def registry(**changes: Any) -> Source:
    """A national source that was shipped with a published scope and without a connection."""
    told = {"offers": {BIRTH: Offer(BIRTH, published_from=FIRST)}} | changes
    return Source("registry", Text("n", "n"), "owner", Tier.NATIONAL, **told)


def policy(*sources: Source) -> Policy:
    """The shipped policy of this world."""
    return Policy(facts(*(sources or (registry(),))), law(), (agency(),), "shipped", 1.0, {"E1": E1})


def scope(valid_from: date = FIRST, id: str = f"registry.{BIRTH}", says: Said | None = None, **changes: Any) -> DatedFact:
    said = says or PublishedScope("registry", BIRTH)
    return DatedFact(FactKind.SCOPE, id, 1, said, valid_from, **({"legal_basis": ("L-reuse",)} | changes))


def connection(valid_from: date = FIRST, **changes: Any) -> DatedFact:
    told = {"legal_basis": ("L-reuse",)} | changes
    return DatedFact(FactKind.CONNECTION, "registry", 1, Connection("registry"), valid_from, **told)


def book(*rows: DatedFact) -> FactBook:
    """Rows recorded one after the other."""
    return FactBook(tuple(FactChange(n, row, "demo-admin", "H41", REASON, AT) for n, row in enumerate(rows, 1)))
