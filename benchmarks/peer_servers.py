"""Starts the peers: Node (installed at first use) and the naive FastAPI, each with a token it accepts."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks import peer_facts
from benchmarks.children import ROOT, Server, child, free_port, patiently
from benchmarks.question import asked
from reuse_gateway.storage import migrate

NODE = ROOT / "benchmarks" / "peers" / "node"
_KEY = Ed25519PrivateKey.generate()


class NoPeer(Exception):
    """A peer cannot run on this machine; says why."""


def install_node() -> str:
    """Fastify, undici and better-sqlite3 in exact versions (compiles for a minute where there is no binary); Node's version."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise NoPeer("node and npm are not installed")
    if not (NODE / "node_modules" / "better-sqlite3" / "build").is_dir():
        command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
        ran = subprocess.run(command, cwd=NODE, capture_output=True, text=True)
        if ran.returncode:
            raise NoPeer(f"npm install: {ran.stderr[-500:]}")
    return subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def node(folder: Path, upstream_port: int) -> Iterator[Server]:
    """The Node peer on a database made by the gateway's own migrations. Raises NoPeer."""
    install_node()
    database = folder / "node.db"
    migrate.upgrade(f"sqlite:///{database}")
    with _peer("node", ["node", str(NODE / "server.js")], folder, upstream_port, database) as server:
        yield server


@contextmanager
def naive(folder: Path, upstream_port: int) -> Iterator[Server]:
    """The naive peer with tables of its own."""
    command = [sys.executable, "-m", "benchmarks.peers.naive"]
    with _peer("naive", command, folder, upstream_port, folder / "naive.db") as server:
        yield server


@contextmanager
def _peer(name: str, command: list[str], folder: Path, upstream_port: int, database: Path) -> Iterator[Server]:
    port, log = free_port(), folder / f"{name}.log"
    raw = _KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    told = peer_facts.write(folder, port, upstream_port, database, raw, (datetime.now(UTC) + timedelta(hours=7)).date())
    with child([*command, str(told)], log) as started:
        patiently(lambda: asked(port, _token()), started, log)
        yield Server(name, started.pid, port, _token())


def _token() -> str:
    now = int(time.time())
    claims = {
        "iss": "http://benchmark/oauth2", "aud": "reuse-gateway", "sub": "demo-intake", "client_id": "demo-intake",
        "agency": peer_facts.AGENCY, "scope": "check:write", "iat": now, "exp": now + 3600,
    }  # fmt: skip
    parts = ({"alg": "Ed25519", "kid": "benchmark", "typ": "at+jwt"}, claims)
    signed = ".".join(_base64url(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{_base64url(_KEY.sign(signed.encode()))}"


def _base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
