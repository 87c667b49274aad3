"""Who was looked into does not read why; ids of officials are each body's own; whoever judges a case answers its reports."""

from __future__ import annotations

import pytest

from reuse_gateway.domain.agency import official
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.citizen_request import RequestKind, may_answer
from reuse_gateway.domain.errors import NotFound
from reuse_gateway.domain.reveal import may_see_looks
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from tests.storage.builders import Store

from .desk import FOR, WHY, desk, inspector


@pytest.mark.parametrize("agency", ["H41.12", "H41.12.1", "H41.13", "H41.1", "H99", "H4"])
def test_only_a_body_above_reads_who_looked(agency: str) -> None:
    assert not may_see_looks(Caller("c", agency, frozenset({"audit:read", "audit:reveal", "admin"})), "H41.12")
    assert may_see_looks(Caller("c", "H41", frozenset({"audit:read"})), "H41.12")


async def test_the_body_that_was_looked_into_finds_no_looks(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    await here.reveal.officer(inspector(), violation, FOR, WHY)
    for agency in ("H41.12", "H41.12.1", "H99"):
        with pytest.raises(NotFound):
            await here.reveal.looks(inspector("i", agency, "audit:read"), violation, 2**62, 9)
    (look,) = await here.reveal.looks(inspector("i", "H41", "audit:read"), violation, 2**62, 9)
    assert look.reason == WHY


def test_the_same_id_in_two_bodies_is_two_officials(ring: KeyRing) -> None:
    pseudonyms = KeyedPseudonyms(ring.pseudonym_keys())
    assert len({pseudonyms.of(official(agency, "cb-77")) for agency in ("H41", "H41.12", "H41.12", "H41.13")}) == 3


REPORT, OBJECTION = RequestKind.REPORT, RequestKind.OBJECTION


@pytest.mark.parametrize(
    ("agency", "scopes", "kind", "may"),
    [
        ("H41", {"audit:act"}, REPORT, True),
        ("H41.13", {"audit:act"}, REPORT, True),
        ("H41.12.1", {"audit:act", "admin"}, REPORT, False),
        ("H41.12", {"audit:act", "admin", "demand:write"}, REPORT, False),
        ("H99", {"audit:act"}, REPORT, False),
        ("H41", {"demand:write"}, REPORT, False),
        ("H41.12.1", {"audit:act"}, OBJECTION, False),
        ("H41.12", {"check:write"}, OBJECTION, True),
        ("H41.12", {"audit:read"}, OBJECTION, False),
        ("H41.13", {"check:write"}, OBJECTION, False),
        ("H41", {"audit:act"}, OBJECTION, True),
    ],
)
def test_nobody_below_the_accused_body_answers_for_it(agency: str, scopes: set[str], kind: RequestKind, may: bool) -> None:
    assert may_answer(Caller("c", agency, frozenset(scopes)), kind, "H41.12") is may
