"""What the server does not limit itself: the size and the time of a request's head, and connections from one address."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES, MOST_HEAD_S, MOST_FROM_ONE_ADDRESS = 65_536, 10.0, 1_000
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class GuardedProtocol(HttpToolsProtocol):
    """Closes connections whose head comes too slowly or grows too large, and those beyond an address's share.

    The parser keeps a header until it is whole, so bytes are counted before they reach it.
    """

    _from: ClassVar[Counter[str]] = Counter()

    def connection_made(self, transport: Any) -> None:
        """Count the address; a connection over its share is closed at once."""
        super().connection_made(transport)
        self._address = str((transport.get_extra_info("peername") or ("local",))[0])
        self._from[self._address] += 1
        self._head_bytes: int | None = 0
        self._slow: asyncio.TimerHandle | None = None
        if self._from[self._address] > MOST_FROM_ONE_ADDRESS:
            transport.close()
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the address its share back."""
        self._head_done()
        self._from[self._address] -= 1
        if not self._from[self._address]:
            del self._from[self._address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Refuse a head that grows too large before the parser gathers it."""
        if self._head_bytes is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES + self._body_room(data):
                self.transport.write(_TOO_LARGE)
                self.transport.close()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        if self._head_bytes is None:
            self._head_bytes = 0
            self._await_head()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._head_done()
        super().on_headers_complete()

    @staticmethod
    def _body_room(data: bytes) -> int:
        """What stands behind the end of a head in the same piece is body, not head."""
        end = data.find(b"\r\n\r\n")
        return len(data) - end - 4 if end >= 0 else 0

    def _await_head(self) -> None:
        self._slow = self.loop.call_later(MOST_HEAD_S, self.transport.close)

    def _head_done(self) -> None:
        self._head_bytes = None
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None
