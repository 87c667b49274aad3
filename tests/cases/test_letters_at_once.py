"""Many letters asked for at once: each gets its number without a gap, and nobody is told to send again."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from reuse_gateway.application import issue_letter
from reuse_gateway.application.issue_letter import IssueLetter
from reuse_gateway.domain.case_letter import LetterKind
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import Conflict
from reuse_gateway.storage.applicants import StoredApplicants
from reuse_gateway.storage.case_letters import LetterLedger, StoredLetters
from reuse_gateway.storage.cases import StoredCases
from tests.storage.builders import AT, Store

from .test_applicants import by, first
from .test_membership import CASE
from .test_moves import LIFE
from .test_store import walked

OFFICE, MANY = Caller("demo-intake", "H41.12", frozenset({"demand:write"})), 20
NOW = SimpleNamespace(now=lambda: AT)


class Plain:
    """Words of a letter: its number alone."""

    def bases(self, matter: object, at: object) -> tuple[str, ...]:
        return ("ND-118-2025",)

    async def __call__(self, matter: object, reference: str, at: object) -> str:
        return reference


def issuing(store: Store, recorder: object = None) -> IssueLetter:
    cases, letters, applicants = StoredCases(store.reads), StoredLetters(store.reads), StoredApplicants(store.reads)
    recorder, names = recorder or LetterLedger(store.writer), SimpleNamespace(of=lambda text: f"k.{text}")
    return IssueLetter(cases, letters, applicants, recorder, Plain(), str.encode, names, NOW)


async def owing(store: Store, many: int) -> None:
    for number in range(1, many + 1):
        await store.recorder.record_demand(by(number, f"D{number}", f"k1.{number}"))
    await walked(store, *LIFE[:3])


async def test_of_twenty_letters_asked_for_at_once_each_gets_its_number(store: Store) -> None:
    await owing(store, MANY)
    offices = [issuing(store), issuing(store)]
    asked = [offices[at % 2](OFFICE, CASE, LetterKind.APOLOGY, None, first(at + 1)) for at in range(MANY)]
    told = await asyncio.gather(*asked)
    assert sorted(each.letter.number for each in told) == list(range(1, MANY + 1))
    assert (await store.verified()).good


async def test_the_same_letter_asked_for_at_once_is_issued_once(store: Store) -> None:
    await owing(store, 1)
    told = await asyncio.gather(*(issuing(store)(OFFICE, CASE, LetterKind.APOLOGY) for _ in range(8)))
    assert {each.letter.number for each in told} == {1}
    assert len(await StoredLetters(store.reads).letters(CASE, -1, 99)) == 1


async def test_whoever_never_gets_a_number_is_told_so_in_the_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tried, pauses = [], []

    async def taken(letter: object, _events: object) -> None:
        tried.append(letter)
        raise Conflict(code="already_recorded")

    async def slept(seconds: float) -> None:
        pauses.append(seconds)

    await owing(store, 1)
    monkeypatch.setattr(issue_letter.asyncio, "sleep", slept)
    with pytest.raises(Conflict, match="letter_contended"):
        await issuing(store, SimpleNamespace(record_letter=taken))(OFFICE, CASE, LetterKind.APOLOGY)
    assert (len(tried), max(pauses) <= 0.2, sum(pauses) < 10) == (60, True, True)
