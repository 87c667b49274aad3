"""What use cases need to speak of people without naming them, and to forget one of them (xóa dữ liệu của một người)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from reuse_gateway.domain.demand import PendingCase

NOBODY = ""
"""Who a dry run is about: it leaves nothing of the person, so there is no pseudonym either."""


class People(Protocol):
    """Pseudonyms by a key per person, who is told by `Subject.key`. Every method raises StoreError.

    A pseudonym needs the period's key (outside the database) and the person's (inside): without either nobody knows whose
    it is.
    """

    async def of(self, identity: str) -> str:
        """The pseudonym in use; the person's key is made, durably, where there is none yet."""
        ...

    async def known(self, identity: str) -> str | None:
        """The newest pseudonym by a key of the person's own; None where no key stands. MUST NOT make one."""
        ...

    async def every(self, identity: str) -> tuple[str, ...]:
        """All that may stand for the person, the newest first, those made before there were keys per person at the end.

        MUST NOT make a key.
        """
        ...

    async def sealed(self, identities: Collection[str], told: str) -> bytes:
        """32 bytes that only the keys of all these people can confirm a guess of `told` with; makes keys like `of`.

        Of nobody: the period's key alone.
        """
        ...

    def before_keys(self, identity: str) -> tuple[str, ...]:
        """Those made before there were keys per person: only the end of a period's key makes them untraceable."""
        ...

    async def forget(self, identity: str) -> int:
        """Delete the person's keys for good; how many there were. Other processes notice within a minute."""
        ...


class PersonKeys(Protocol):
    """Keys of people at rest, by tags that only the period's key can make. Every method raises StoreError."""

    async def kept(self, tags: Collection[str]) -> Mapping[str, bytes]:
        """The salts of those that stand."""
        ...

    async def keep(self, tag: str, salt: bytes, created_on: date) -> bytes:
        """The salt that stands from now on, durably: this one, or another's who was quicker."""
        ...

    async def erase(self, tags: Collection[str]) -> int:
        """Delete for good; how many stood."""
        ...


@dataclass(frozen=True, slots=True)
class Traces:
    """Rows that stand under some pseudonyms."""

    checks: int = 0
    demands: int = 0
    requests: int = 0

    @property
    def all(self) -> int:
        """Together."""
        return self.checks + self.demands + self.requests


class PersonTraces(Protocol):
    """What is kept of people. Every method raises StoreError."""

    async def under(self, names: Sequence[str]) -> Traces:
        """How much stands under these pseudonyms."""
        ...

    async def indexed(self, owners: Sequence[str]) -> int:
        """Papers in the holdings index under these pseudonyms of owners."""
        ...

    async def waiting(self, after: str, limit: int) -> Sequence[PendingCase]:
        """Waiting cases in order of demand id, beyond `after`."""
        ...
