"""Five simulated registries in one process of their own, each answering after a fixed delay: `python -m benchmarks.upstream`.

A bare asyncio protocol, because the application that simulates the shipped registries would be the bottleneck here.
`POST /{source}/lookup {"number": ...}` gets the papers of that source, always of the person asked about. A line on standard
input names the source that hears and never answers from now on; an empty line ends its silence.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys

import uvloop

from benchmarks.load import SLOT

FULL_NAME, BIRTH_DATE = "Nguyễn Văn An", "14/05/1990"
_PAPERS = {
    "population": (("id_card", "01/03/2022", "14/05/2030"), ("residence_confirmation", "01/07/2021", "")),
    "civil_status": (("birth_certificate", "20/05/1990", ""),),
    "immigration": (("passport", "02/02/2012", "02/02/2022"),),
    "education": (("diploma", "30/06/2012", ""),),
    "procedure_settlement": (("birth_certificate", "12/02/2015", ""), ("residence_confirmation", "05/06/2023", "")),
}
_ASKED = re.compile(rb'"number"\s*:\s*"([0-9]{12})"')
_LENGTH = re.compile(rb"content-length:\s*([0-9]+)", re.IGNORECASE)
_MARK = SLOT.encode()


def _answer(source: str) -> bytes:
    records = [
        {
            "kind": kind, "number": _MARK.decode(), "full_name": FULL_NAME, "birth_date": BIRTH_DATE, "issued_on": issued,
            "expires_on": expires, "state": "ACTIVE", "registry": f"{source}-{place}", "book": "01/2015", "page": "12",
            "remark": "Thông tin được trích xuất từ cơ sở dữ liệu phục vụ giải quyết thủ tục hành chính",
        }
        for place, (kind, issued, expires) in enumerate(_PAPERS[source])
    ]  # fmt: skip
    body = json.dumps({"status": "1", "message": "success", "records": records}, ensure_ascii=False).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body


ANSWERS = {f"/{source}/lookup".encode(): _answer(source) for source in _PAPERS}
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"


class Registry(asyncio.Protocol):
    """One keep-alive connection; answers leave in the order of the questions, `delay_s` after each came in."""

    silent = b""

    def __init__(self, delay_s: float) -> None:
        self._delay_s, self._kept = delay_s, b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._kept += data
        while (end := self._kept.find(b"\r\n\r\n")) >= 0:
            head = self._kept[:end]
            length = _LENGTH.search(head)
            last = end + 4 + (int(length[1]) if length else 0)
            if len(self._kept) < last:
                return
            body, self._kept = self._kept[end + 4 : last], self._kept[last:]
            self._loop.call_later(self._delay_s, self._say, head.split(b" ", 2)[1], body)

    def _say(self, path: bytes, body: bytes) -> None:
        if path == Registry.silent:
            return
        asked = _ASKED.search(body)
        answer = ANSWERS.get(path)
        if not self._transport.is_closing():
            self._transport.write(answer.replace(_MARK, asked[1]) if answer and asked else NOT_FOUND)


async def serve(delay_s: float) -> None:
    """Tell the port as JSON on standard output, answer until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Registry(delay_s), "127.0.0.1", 0, backlog=1024)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        Registry.silent = f"/{line.strip()}/lookup".encode()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay-ms", type=float, default=20.0)
    uvloop.run(serve(parser.parse_args().delay_ms / 1000))


if __name__ == "__main__":
    main()
