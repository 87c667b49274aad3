"""One tree of errors, ordered by whose fault it is; `api/problems.py` alone turns them into HTTP answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class GatewayError(Exception):
    """Root of every error that the gateway raises on purpose. `code` is stable snake_case."""

    code = "internal_error"

    def __init__(self, detail: str = "", *, code: str | None = None, **facts: str | int | Sequence[str]) -> None:
        super().__init__(detail or code or self.code)
        self.detail = detail
        self.code = code or self.code
        self.facts = facts


class CallerError(GatewayError):
    """The caller's fault; the same call will fail again until it is corrected."""

    code = "invalid_request"


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in an input: where (JSON Pointer), what (stable code) and what was perhaps meant. Never the value itself.

    `limit`: the length that was missed, in characters or members, where the code is `too_short` or `too_long`.
    `allowed`: every value that may stand there, where they are few.
    """

    pointer: str
    code: str
    suggestions: tuple[str, ...] = ()
    limit: int | None = None
    allowed: tuple[str, ...] = ()


class InvalidInput(CallerError):
    """The body parses, but values in it are impossible; carries every fault found (at most 20 are told)."""

    code = "invalid_input"

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.pointer}: {fault.code}" for fault in faults))
        self.faults = faults


class BadQuery(CallerError):
    """A query line that cannot be read: what is wrong, at which character (from 1; 0 = the whole), what was perhaps meant."""

    code = "bad_query"

    def __init__(self, fault: str, at: int = 0, suggestions: tuple[str, ...] = (), pointer: str = "/query/q") -> None:
        super().__init__(f"{fault} at {at}" + (f"; perhaps {', '.join(suggestions)}" if suggestions else ""))
        self.fault, self.at, self.suggestions, self.pointer = fault, at, suggestions, pointer


class MalformedBody(CallerError):
    """The bytes are not the JSON that was promised (syntax, encoding, duplicate keys, NaN, lone surrogates)."""

    code = "malformed_body"


class TooLarge(CallerError):
    """The body or the list is over its limit; `limit` says which number holds."""

    code = "too_large"


class NotAuthenticated(CallerError):
    """No token, or one that does not prove who calls."""

    code = "invalid_token"


class NotAllowed(CallerError):
    """The caller is known but may not do this (scope, agency)."""

    code = "insufficient_scope"


class NotFound(CallerError):
    """No such thing, or none that this caller may see (the two are not told apart)."""

    code = "not_found"


class UnknownProcedure(CallerError):
    """No version of this procedure is known for that day."""

    code = "unknown_procedure"


class Conflict(CallerError):
    """The call contradicts the present state (an idempotency key still running, an illegal transition)."""

    code = "conflict"


class KeyReused(CallerError):
    """An Idempotency-Key came back with another body."""

    code = "idempotency_key_reused"


class TooMany(CallerError):
    """Over a quota; `retry_after_s` says when to come back."""

    code = "quota_exceeded"

    def __init__(self, detail: str = "", *, code: str | None = None, retry_after_s: int, **facts: str | int) -> None:
        super().__init__(detail, code=code, **facts)
        self.retry_after_s = retry_after_s


class FactsError(GatewayError):
    """Shipped or configured facts are wrong: refuses start-up and names file, key path and the mend."""

    code = "invalid_facts"

    def __init__(self, file: str, path: str, problem: str) -> None:
        super().__init__(f"{file}: {path or '(top)'}: {problem}")
        self.file, self.path, self.problem = file, path, problem


class UnsafeSettings(GatewayError):
    """The service would start in a state that breaks its promises (durability, keys, demo credentials)."""

    code = "unsafe_settings"


class StoreError(GatewayError):
    """The database did not take the write or the read; nothing half-written is left, nothing was acknowledged."""

    code = "storage_unavailable"
    retry_after_s = 2


class StoreFull(StoreError):
    """No space left for the log: writes stop, reads go on."""

    code = "storage_full"
    retry_after_s = 60


class ClockWentBack(StoreError):
    """The wall clock is behind the last signed instant; signing pauses until it has caught up (R16)."""

    code = "clock_went_back"
    retry_after_s = 5


class HeadAstray(StoreError):
    """The newest head in the database is none of this ledger's, or older than what this process has signed: signing stops."""

    code = "ledger_head_astray"
    retry_after_s = 60


class ProofError(GatewayError):
    """A hash, proof or signature does not hold; says what was expected and what was found."""

    code = "proof_failed"
