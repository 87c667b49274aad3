"""An attacker with every key that is left and the whole database, who tries all candidate numbers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import inspect, text

from reuse_gateway.domain.receipt import canonical
from reuse_gateway.signing.keys import CASE, SECRETS, KeyRing, SecretKey
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms, pseudonym
from reuse_gateway.signing.sealed_cases import SealedCases
from reuse_gateway.storage.engine import build_engine

PURPOSES = (None, "person", "holdings", "cursors")


@dataclass(frozen=True, slots=True)
class Dump:
    """Every value of every table, by table and column."""

    values: Mapping[tuple[str, str], list[Any]]

    def text(self, *but: str) -> str:
        """All of it, binary values as hex digits, without some tables."""
        kept = chain.from_iterable(found for (table, _), found in self.values.items() if table not in but)
        return "\n".join(value.hex() if isinstance(value, bytes) else str(value) for value in kept)

    def column(self, table: str, name: str) -> list[Any]:
        return self.values.get((table, name), [])


async def dump(url: str) -> Dump:
    engine = build_engine(url)
    values: dict[tuple[str, str], list[Any]] = {}
    async with engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        for table in tables:
            rows = (await connection.execute(text(f'SELECT * FROM "{table}"'))).mappings().all()
            for row in rows:
                for name, value in row.items():
                    values.setdefault((table, name), []).append(bytes(value) if isinstance(value, memoryview) else value)
    await engine.dispose()
    return Dump(values)


def found(ring: KeyRing, taken: Dump, numbers: Iterable[str], bodies: Mapping[str, list[Any]], *but: str) -> set[str]:
    """The numbers that something in the database confirms. `bodies`: whole requests guessed for a number."""
    whole = taken.text(*but)
    salts = [bytes(salt) for salt in taken.column("person_keys", "salt")]
    keys = [key for purpose in SECRETS for key in ring.secrets(purpose)]
    opened = _opened(ring, taken)
    told = {number: _guesses(keys, salts, number, bodies.get(number, [])) for number in numbers}
    return {number for number, guesses in told.items() if number in whole + opened or any(each in whole for each in guesses)}


def _guesses(keys: list[SecretKey], salts: list[bytes], number: str, bodies: list[Any]) -> set[str]:
    guesses: set[str] = set()
    plain = [hashlib.sha256(canonical(body)).hexdigest() for body in bodies]
    for identity in (f"citizen:{number}", f"business:{number}", f"owner citizen:{number}"):
        guesses.add(hashlib.sha256(identity.encode()).hexdigest())
        for purpose in PURPOSES:
            names = KeyedPseudonyms(tuple(keys))
            guesses |= set((names.for_purpose(purpose) if purpose else names).every(identity))
        for key in keys:
            person = [hmac.digest(key.secret, b"person key " + salt, "sha256") for salt in salts]
            guesses |= {pseudonym(key.kid, each, identity) for each in person}
            for digest in plain:
                sealing = (
                    hmac.digest(key.secret + each, f"sealed body {digest}".encode(), "sha256") for each in (b"", *person)
                )
                guesses |= {each.hex() for each in sealing}
                guesses.add(hashlib.sha256(KeyedPseudonyms((key,)).of(f"body {digest}").encode()).hexdigest())
    # What a key's id is followed by may be cut off elsewhere.
    return guesses | {guess.partition(".")[2] for guess in guesses if "." in guess}


def _opened(ring: KeyRing, taken: Dump) -> str:
    """What the sealed cases hold."""
    sealer = SealedCases(ring.secrets(CASE))
    cases = zip(taken.column("pending_cases", "sealed"), taken.column("pending_cases", "demand_id"), strict=True)
    return "\n".join((sealer.open(bytes(sealed), demand) or b"").decode() for sealed, demand in cases)
