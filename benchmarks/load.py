"""The load generator, a process of its own: `python -m benchmarks.load` reads a Load as JSON and prints a Measured as JSON.

Raw keep-alive sockets on uvloop, one call in flight per connection (closed loop), so that it is never the bottleneck.
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import sys
import time
from dataclasses import asdict, dataclass, field

import uvloop

from benchmarks.machine import cpu_seconds

SLOT = "999090000000"
_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Load:
    """What to send: `body` holds SLOT where each call puts another of `subjects` numbers from `first_subject` on.

    `pid` is the process whose CPU is measured over the same `seconds`, behind `warm_up_s`.
    """

    port: int
    path: str
    headers: dict[str, str]
    body: str
    pid: int
    connections: int = 32
    seconds: float = 4.0
    warm_up_s: float = 1.0
    first_subject: int = 1
    subjects: int = 64


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers within the measured seconds; the server's CPU in microseconds per answer, our own as a share of a core."""

    per_s: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    answers: int
    failures: int
    bytes_each: int
    load_cpu_share: float
    last_subject: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    p95_ms: float = 0.0


class Caller(asyncio.Protocol):
    """One connection: the next call leaves when the answer to the last one is whole."""

    def __init__(self, run: Run) -> None:
        self._run, self._kept, self._due = run, b"", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        kept = self._kept = self._kept + data if self._kept else data
        if not self._due:
            end = kept.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(kept, 0, end)
            self._due = end + 4 + (int(length[1]) if length else 0)
        if len(kept) < self._due:
            return
        self._run.note(kept, self._asked_at)
        self._kept, self._due = b"", 0
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.lost()

    def _ask(self) -> None:
        if self._run.over:
            self._transport.close()
            return
        self._asked_at = time.perf_counter()
        self._transport.write(self._run.next_call())


class Run:
    """Counts what all connections together got."""

    def __init__(self, load: Load) -> None:
        body = load.body.encode()
        told = {"host": f"127.0.0.1:{load.port}", "content-length": str(len(body)), **load.headers}
        head = f"POST {load.path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in told.items()) + "\r\n"
        self._before, self._slot, self._after = (head.encode() + body).partition(SLOT.encode())
        self._load, self._asked = load, 0
        self.delays_s: list[float] = []
        self.failures, self.bytes_each, self.over, self.counting = 0, 0, False, False
        self.statuses: dict[str, int] = {}

    @property
    def last_subject(self) -> int:
        return self._load.first_subject + min(self._asked, self._load.subjects)

    def next_call(self) -> bytes:
        if not self._slot:
            return self._before
        number = self._load.first_subject + self._asked % self._load.subjects
        self._asked += 1
        return b"%b999090%06d%b" % (self._before, number, self._after)

    def note(self, answer: bytes, asked_at: float) -> None:
        if not self.counting:
            return
        status = answer[9:12].decode("ascii", "replace")
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == "200":
            self.delays_s.append(time.perf_counter() - asked_at)
            self.bytes_each = len(answer) - answer.find(b"\r\n\r\n") - 4
        else:
            self.failures += 1

    def lost(self) -> None:
        if not self.over:
            self.failures += 1


async def measure(load: Load) -> Measured:
    """Raises OSError where nobody listens, RuntimeError where nothing was answered."""
    loop, run = asyncio.get_running_loop(), Run(load)
    callers = [loop.create_connection(lambda: Caller(run), "127.0.0.1", load.port) for _ in range(load.connections)]
    await asyncio.gather(*callers)
    await asyncio.sleep(load.warm_up_s)
    run.counting, busy, own, began = True, cpu_seconds(load.pid), _own_cpu_s(), time.perf_counter()
    await asyncio.sleep(load.seconds)
    run.counting, took = False, time.perf_counter() - began
    busy, own = cpu_seconds(load.pid) - busy, _own_cpu_s() - own
    run.over = True
    await asyncio.sleep(0.2)
    delays = sorted(run.delays_s)
    if not delays:
        raise RuntimeError(f"no good answer from port {load.port}: {run.statuses}")
    return Measured(
        per_s=len(delays) / took,
        cpu_us=busy / len(delays) * 1e6,
        p50_ms=delays[len(delays) // 2] * 1000,
        p99_ms=delays[int(len(delays) * 0.99)] * 1000,
        answers=len(delays),
        failures=run.failures,
        bytes_each=run.bytes_each,
        load_cpu_share=own / took,
        last_subject=run.last_subject,
        statuses=run.statuses,
        p95_ms=delays[int(len(delays) * 0.95)] * 1000,
    )


def _own_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    print(json.dumps(asdict(uvloop.run(measure(Load(**json.load(sys.stdin)))))))


if __name__ == "__main__":
    main()
