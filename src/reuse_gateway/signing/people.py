"""Pseudonyms by a key per person (khóa riêng của từng người): HMAC-SHA-256 under the period's key and a salt of the person's.

The salt stands in the database under a tag that only the period's key can make; deleting it is crypto-erasure of one
person (reliability.md T33), destroying the period's key that of everybody.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from reuse_gateway.application.people_ports import PersonKeys
from reuse_gateway.signing.keys import SecretKey
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms, pseudonym

PURPOSE, SALT_BYTES = "person", 32


class SaltedPeople:
    """Port `People`. Salts are remembered for `remember_s`: so long may another process not know of an erasure."""

    def __init__(
        self,
        keys: tuple[SecretKey, ...],
        salts: PersonKeys,
        today: Callable[[], date],
        remember_s: float = 60.0,
        most: int = 50_000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`keys` of the periods, newest first; `today` tells the day in Viet Nam."""
        self._keys, self._salts, self._today = keys, salts, today
        self._tags, self._before = KeyedPseudonyms(keys).for_purpose(PURPOSE), KeyedPseudonyms(keys)
        self._known = _Remembered(remember_s, most, monotonic)

    async def of(self, identity: str) -> str:
        """As the port says."""
        return pseudonym(self._keys[0].kid, await self._key(identity), identity)

    async def known(self, identity: str) -> str | None:
        """As the port says."""
        return next(iter(await self._standing(identity)), None)

    async def every(self, identity: str) -> tuple[str, ...]:
        """As the port says."""
        return (*await self._standing(identity), *self.before_keys(identity))

    async def sealed(self, identities: Collection[str], told: str) -> bytes:
        """As the port says."""
        keys = [await self._key(identity) for identity in sorted(set(identities))]
        sealing = b"".join((self._keys[0].secret, *keys))
        return hmac.digest(sealing, f"sealed {told}".encode(), "sha256")

    def before_keys(self, identity: str) -> tuple[str, ...]:
        """As the port says."""
        return self._before.every(identity)

    async def forget(self, identity: str) -> int:
        """As the port says."""
        tags = self._tags.every(identity)
        self._known.drop(tags)
        gone = await self._salts.erase(tags)
        self._known.drop(tags)
        return gone

    async def _key(self, identity: str) -> bytes:
        tag = self._tags.of(identity)
        salt = (await self._found((tag,))).get(tag)
        if salt is None:
            salt = await self._salts.keep(tag, secrets.token_bytes(SALT_BYTES), self._today())
            self._known.keep(tag, salt)
        return _person_key(self._keys[0], salt)

    async def _standing(self, identity: str) -> tuple[str, ...]:
        tags = self._tags.every(identity)
        salts = await self._found(tags)
        both = zip(self._keys, tags, strict=True)
        return tuple(pseudonym(key.kid, _person_key(key, salts[tag]), identity) for key, tag in both if tag in salts)

    async def _found(self, tags: Collection[str]) -> Mapping[str, bytes]:
        found = {tag: salt for tag in tags if (salt := self._known.salt(tag))}
        missing = [tag for tag in tags if tag not in found]
        if missing:
            read = await self._salts.kept(missing)
            for tag, salt in read.items():
                self._known.keep(tag, salt)
            found |= read
        return found


def _person_key(period: SecretKey, salt: bytes) -> bytes:
    return hmac.digest(period.secret, b"person key " + salt, "sha256")


class _Remembered:
    """Salts by tag, those of the last minute, the longest unread going first. That none stands is never remembered."""

    def __init__(self, for_s: float, most: int, monotonic: Callable[[], float]) -> None:
        self._for_s, self._most, self._now = for_s, most, monotonic
        self._salts: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def salt(self, tag: str) -> bytes | None:
        kept = self._salts.get(tag)
        if kept is None:
            return None
        if self._now() >= kept[0]:
            del self._salts[tag]
            return None
        return kept[1]

    def keep(self, tag: str, salt: bytes) -> None:
        self._salts[tag] = (self._now() + self._for_s, salt)
        while len(self._salts) > self._most:
            self._salts.popitem(last=False)

    def drop(self, tags: Iterable[str]) -> None:
        for tag in tags:
            self._salts.pop(tag, None)
