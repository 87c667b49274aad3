"""Writers to be killed. Arguments: database URL, key ring. Each line on standard input, a worker's name and the file for what
it was acknowledged, is answered with the pid of a new writer: forked, so that a round need not import everything anew.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from reuse_gateway.domain.receipt import canonical
from reuse_gateway.signing.checkpoints import CheckpointNotes
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.group_commit import GroupCommit, open_journal
from reuse_gateway.system import SystemClock


async def write(url: str, ring: str, worker: str, acknowledged: str) -> None:
    notes = CheckpointNotes("tests.example/ledger", KeyRing(Path(ring)).all("checkpoint"))
    writer = GroupCommit(open_journal(url, 5.0), notes, SystemClock(), 5.0)
    await writer.start()
    told = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def caller(number: int) -> None:
        for step in range(100_000):
            ref = f"{worker}-{number}-{step}"
            position = await writer.append(Append(canonical({"kind": "test", "id": ref}), "test", ref))
            os.write(told, f"{position.index} {ref}\n".encode())

    await asyncio.gather(*(caller(number) for number in range(8)))


def main(url: str, ring: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            asyncio.run(write(url, ring, *line.split()))
            os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
