"""The processes a measurement starts, each stopped at its end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.load import Load, Measured
from benchmarks.question import asked, token_of

ROOT = Path(__file__).parents[1]
SOURCES = ("population", "civil_status", "immigration", "education", "procedure_settlement")
_STARTED_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """One that answers POST /v1/checks."""

    name: str
    pid: int
    port: int
    token: str


def free_port() -> int:
    """One that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def workplace() -> Iterator[Path]:
    """An empty folder below `var/`, on the disk of the checkout: the temporary folder may be memory."""
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def child(
    command: list[str], log: Path, environment: Mapping[str, str] | None = None, *, tells: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """A process with a piped standard input, and output where it `tells` something (an output that nobody reads would fill).

    Ended by closing its input and SIGTERM, then killed.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("REUSE_GATEWAY_")}
    with log.open("ab") as errors:
        started = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE if tells else errors, stderr=errors, text=True, cwd=ROOT,
            env=inherited | dict(environment or {}),
        )  # fmt: skip
    try:
        yield started
    finally:
        started.stdin.close()
        started.terminate()
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
        if started.stdout:
            started.stdout.close()


@contextmanager
def upstream(folder: Path, delay_ms: float = 20.0) -> Iterator[tuple[int, int]]:
    """The simulated registries: (pid, port)."""
    with hushable(folder, delay_ms) as (started, port):
        yield started.pid, port


@contextmanager
def hushable(folder: Path, delay_ms: float = 20.0) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The same as a process whose standard input takes the name of the source to fall silent: (process, port)."""
    command = [sys.executable, "-m", "benchmarks.upstream", "--delay-ms", str(delay_ms)]
    with child(command, folder / "upstream.log", tells=True) as started:
        yield started, json.loads(started.stdout.readline())["port"]


def gateway_settings(folder: Path, upstream_port: int | None, port: int) -> dict[str, str]:
    """The environment of a gateway: embedded mode, durable SQLite, quotas out of the way.

    Without an upstream it simulates the shipped registries itself, as `reuse-gateway serve` does by default.
    """
    told = {
        "REUSE_GATEWAY_HOME": str(folder),
        "REUSE_GATEWAY_PORT": str(port),
        "REUSE_GATEWAY_DEMO_CLIENTS": "true",
        "REUSE_GATEWAY_CALLS_PER_MINUTE": "100000000",
        "REUSE_GATEWAY_SUBJECTS_SLOWED": "100000000",
        "REUSE_GATEWAY_SUBJECTS_REFUSED": "100000000",
    }
    if upstream_port is None:
        return told
    urls = {source: f"http://127.0.0.1:{upstream_port}/{source}" for source in SOURCES}
    return told | {
        "REUSE_GATEWAY_SIMULATE": "false",
        "REUSE_GATEWAY_CONNECTORS_DIR": str(ROOT / "benchmarks" / "sources"),
        "REUSE_GATEWAY_SOURCE_URLS": json.dumps(urls),
    }


@contextmanager
def gateway(folder: Path, upstream_port: int) -> Iterator[Server]:
    """`reuse-gateway serve` with the five sources of the benchmark."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("reuse-gateway")), "serve", "--port", str(port)]
    with child(command, folder / "gateway.log", gateway_settings(folder / "gateway", upstream_port, port)) as started:
        patiently(lambda: token_of(port), started, folder / "gateway.log")
        token = token_of(port)
        asked(port, token)
        yield Server("gateway", started.pid, port, token)


def patiently(attempt: Callable[[], object], started: subprocess.Popen[str], log: Path, every_s: float = 0.05) -> None:
    """Repeat until it no longer raises OSError; raises RuntimeError with the end of the log when the process ended."""
    until = time.monotonic() + _STARTED_WITHIN_S
    while True:
        try:
            attempt()
            return
        except OSError as error:
            if started.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{log.name}: {error}\n{log.read_text()[-2000:]}") from error
        time.sleep(every_s)


def measured(load: Load) -> Measured:
    """Run the load generator beside; raises RuntimeError with what it said."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"], input=json.dumps(asdict(load)), capture_output=True, text=True, cwd=ROOT
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr[-2000:])
    return Measured(**json.loads(ran.stdout))
