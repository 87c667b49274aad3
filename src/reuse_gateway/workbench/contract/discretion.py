"""Nothing about people in logs: everything that anybody logs during a run is read, at the finest level."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from reuse_gateway.workbench.stage import Stage

# Loggers that have said too much in other houses.
_TALKATIVE = ("httpx", "httpcore", "aiohttp", "aiohttp.client", "asyncio", "uvicorn.error", "sqlalchemy", "aiosqlite")
_DIGITS = re.compile(r"[0-9]{9,13}")
_NUMBER = re.compile(r"999[0-9]{7,9}")
_NAME = "thử nghiệm"


class Overheard(logging.Handler):
    """Numbers and names that were logged, and by whom. Of all lines only the long numbers are kept."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.numbers: dict[str, str] = {}
        self.names: set[str] = set()
        self.everything: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            said = f"{record.getMessage()} {record.args!r} {record.exc_info!r}"
        except (TypeError, ValueError):
            said = f"{record.msg!r} {record.args!r}"
        self.everything |= set(_DIGITS.findall(said))
        for number in _NUMBER.findall(said):
            self.numbers[number] = record.name
        if _NAME in said.lower():
            self.names.add(record.name)

    def about(self, stage: Stage) -> str | None:
        """Which loggers have named somebody of this source; None = none has."""
        told = {self.numbers[person.number] for person in stage.everybody if person.number in self.numbers}
        told |= self.names
        return f"logged by {', '.join(sorted(told))}" if told else None


@contextmanager
def listening() -> Iterator[Overheard]:
    """Hear everything, until the block ends; levels are put back."""
    overheard, root = Overheard(), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in _TALKATIVE}
    kept, handlers = root.level, root.handlers[:]
    root.setLevel(logging.DEBUG)
    # What is overheard is not for the screen.
    root.handlers = [overheard]
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield overheard
    finally:
        root.setLevel(kept)
        root.handlers = handlers
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
