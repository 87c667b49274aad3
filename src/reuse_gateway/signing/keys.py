"""The key ring (chùm khóa): one folder outside the database, one private file per key, the newest signs, all verify.

File names are `PURPOSE-NNNN.pem` (Ed25519, PKCS 8) and `pseudonym-NNNN.key`, `session-NNNN.key`, `webhook-NNNN.key`,
`case-NNNN.key`, `identity-NNNN.key` (32 bytes as hex digits): for pseudonyms, for sealing form sessions, for deriving the
secrets of forms, for sealing cases that wait to be asked about again, and for sealing the identities of officials.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from reuse_gateway.domain.errors import UnsafeSettings

PURPOSES = ("receipt", "checkpoint", "token")
PSEUDONYM, SESSION, WEBHOOK, CASE, IDENTITY = "pseudonym", "session", "webhook", "case", "identity"
SECRETS = (PSEUDONYM, SESSION, WEBHOOK, CASE, IDENTITY)
_NAME = re.compile(r"(?P<purpose>[a-z]+)-(?P<number>[0-9]{4})\.(?P<suffix>pem|key)")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key with its id (`receipt-0001-1f2e3d4c`)."""

    kid: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    @property
    def public_raw(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def private_pem(self) -> bytes:
        """For libraries that import the key themselves; never written, logged or sent."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A key of 32 bytes; its id is told by six hex digits of its own digest, so a new key never takes an old id."""

    kid: str
    secret: bytes


class KeyRing:
    """The keys of one folder, read once. Raises UnsafeSettings for missing, unreadable or unprotected keys."""

    def __init__(self, directory: Path, *, create: bool = False) -> None:
        """`create` makes what is missing (embedded mode); otherwise a missing key refuses the start."""
        self.directory = directory
        if create:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not directory.is_dir():
            raise UnsafeSettings(f"no key ring at {directory}", code="keys_missing")
        for purpose in (*PURPOSES, *SECRETS):
            if create and not _files(directory, purpose):
                _new_key(directory, purpose, 1)
        self._signing = {purpose: tuple(map(_read_signing, _files(directory, purpose))) for purpose in PURPOSES}
        self._secret = {purpose: tuple(map(_read_secret, _files(directory, purpose))) for purpose in SECRETS}

    def all(self, purpose: str) -> tuple[SigningKey, ...]:
        """Every key of a purpose (`receipt`, `checkpoint`, `token`), the newest first: that one signs."""
        return _not_empty(self._signing[purpose][::-1], purpose)

    def newest(self, purpose: str) -> SigningKey:
        """The key that signs."""
        return self.all(purpose)[0]

    def pseudonym_keys(self) -> tuple[SecretKey, ...]:
        """Every pseudonym key, the newest first."""
        return self.secrets(PSEUDONYM)

    def secrets(self, purpose: str) -> tuple[SecretKey, ...]:
        """Every key of `pseudonym`, `session`, `webhook`, `case` or `identity`, the newest first."""
        return _not_empty(self._secret[purpose][::-1], purpose)

    def secret_files(self, purpose: str) -> list[tuple[Path, SecretKey]]:
        """The files of a secret purpose as they are now, the oldest first, each with its key."""
        return [(path, _read_secret(path)) for path in _files(self.directory, purpose)]

    def rotate(self, purpose: str) -> Path:
        """Write a newer key of a purpose; services use it from their next start on."""
        files = _files(self.directory, purpose)
        return _new_key(self.directory, purpose, _number(files[-1]) + 1 if files else 1)


def missing_keys(directory: Path) -> tuple[str, ...]:
    """Purposes that have no key in this folder."""
    if not directory.is_dir():
        return (*PURPOSES, *SECRETS)
    return tuple(purpose for purpose in (*PURPOSES, *SECRETS) if not _files(directory, purpose))


def _not_empty(keys: tuple, purpose: str) -> tuple:
    if not keys:
        raise UnsafeSettings(f"no {purpose} key", code="keys_missing")
    return keys


def _files(directory: Path, purpose: str) -> list[Path]:
    named = (path for path in directory.iterdir() if (found := _NAME.fullmatch(path.name)) and found["purpose"] == purpose)
    return sorted(named, key=_number)


def _number(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _new_key(directory: Path, purpose: str, number: int) -> Path:
    """Written in full under another name, then linked: two processes at their first start end with one and the same key."""
    if purpose in SECRETS:
        path, content = directory / f"{purpose}-{number:04d}.key", secrets.token_hex(32).encode()
    elif purpose in PURPOSES:
        path = directory / f"{purpose}-{number:04d}.pem"
        content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    else:
        raise UnsafeSettings(f"no such purpose: {purpose}", code="unknown_purpose")
    draft = directory / f".{path.name}.{secrets.token_hex(8)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync(directory)
    return path


def _sync(directory: Path) -> None:
    """A key that vanished with the power would leave signatures nobody can verify."""
    folder = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _private_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise UnsafeSettings(f"{path} can be read by others: chmod 600", code="key_readable")
            return file.read()
    except OSError as failure:
        raise UnsafeSettings(f"{path}: {type(failure).__name__}", code="key_unreadable") from failure


def _read_signing(path: Path) -> SigningKey:
    try:
        private = load_pem_private_key(_private_bytes(path), password=None)
    except (ValueError, TypeError) as failure:
        raise UnsafeSettings(f"{path} is no PEM key without password", code="key_unreadable") from failure
    if not isinstance(private, Ed25519PrivateKey):
        raise UnsafeSettings(f"{path} is no Ed25519 key", code="key_unreadable")
    key = SigningKey("", private)
    return SigningKey(f"{path.stem}-{sha256(key.public_raw).hexdigest()[:8]}", private)


def _read_secret(path: Path) -> SecretKey:
    try:
        secret = bytes.fromhex(_private_bytes(path).decode("ascii"))
    except ValueError as failure:
        raise UnsafeSettings(f"{path} is not hexadecimal", code="key_unreadable") from failure
    if len(secret) < 32:
        raise UnsafeSettings(f"{path} is shorter than 32 bytes", code="key_unreadable")
    return SecretKey(sha256(b"kid" + secret).hexdigest()[:6], secret)
