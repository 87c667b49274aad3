"""A view on a real PostgreSQL: only read, values bound, ended in time, and every refusal an honest doubt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from reuse_gateway.connectors.database_line import DatabaseLine
from reuse_gateway.connectors.local_sources import Database
from reuse_gateway.connectors.manifest import Limits
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.connectors.sql_view import Query, Rows
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State

from .builders import AN, NUMBER, OTHER, PURPOSE, WallClock, question, toy

pytestmark = pytest.mark.postgres
VIEW = "SELECT owner, name, kind, issued, ends, weight, scan, seen FROM papers WHERE owner = :n"
_MADE = """
CREATE TABLE kept (
    owner varchar(12), name text, kind text, issued date, ends date, weight numeric, scan bytea, seen timestamptz
);
CREATE SEQUENCE turns;
CREATE TABLE looked (at timestamptz);
CREATE FUNCTION noted() RETURNS boolean LANGUAGE sql VOLATILE AS 'INSERT INTO looked VALUES (now()) RETURNING true';
CREATE FUNCTION dragged() RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT pg_sleep(30) IS NOT NULL';
CREATE VIEW papers AS SELECT * FROM kept;
CREATE VIEW noting AS SELECT owner, noted() AS kind FROM kept;
CREATE VIEW slow AS SELECT owner, dragged() AS kind FROM kept;
CREATE VIEW sealed AS SELECT * FROM kept;
DROP ROLE IF EXISTS reuse_reader;
DROP ROLE IF EXISTS reuse_nobody;
CREATE ROLE reuse_reader LOGIN;
CREATE ROLE reuse_nobody NOLOGIN;
GRANT SELECT ON papers, noting, slow TO reuse_reader;
"""


@pytest.fixture(scope="module")
def place(server: str) -> Iterator[str]:
    """The URL of a database of this module, as its owner."""
    url = server.replace("/postgres?", "/views?")
    asyncio.run(_said(server, "CREATE DATABASE views"))
    asyncio.run(_said(url, _MADE))
    rows = [f"('{NUMBER}', 'NGUYEN VAN AN', 'birth', '2015-02-12', '2101-01-01', {n}, '\\x00', now())" for n in range(30)]
    rows.append(f"('{OTHER}', 'Người Khác', 'birth', NULL, NULL, 1.5, NULL, NULL)")
    asyncio.run(_said(url, f"INSERT INTO kept VALUES {', '.join(rows)}"))
    yield url
    asyncio.run(_said(url, "DROP OWNED BY reuse_reader; DROP ROLE reuse_reader; DROP ROLE reuse_nobody"))
    asyncio.run(_said(server, "DROP DATABASE views WITH (FORCE)"))


async def _said(url: str, *statements: str) -> list:
    connection = await asyncpg.connect(url)
    try:
        return [
            await connection.fetch(each) if each.startswith("SELECT") else await connection.execute(each) for each in statements
        ][-1]
    finally:
        await connection.close()


def _as(url: str, role: str = "reuse_reader") -> str:
    return url.replace("postgresql://postgres:@", f"postgresql+asyncpg://{role}@")


@asynccontextmanager
async def _line(url: str, most_rows: int = 100, role: str = "reuse_reader") -> AsyncIterator[DatabaseLine]:
    facts = Database.model_validate({"url_name": "TOY_URL", "most_rows": str(most_rows)})
    line = DatabaseLine(facts, Limits(), _as(url, role))
    try:
        yield line
    finally:
        await line.aclose()


async def _carry(line: DatabaseLine, sql: str, number: str = NUMBER, within_s: float = 5.0) -> Rows:
    deadline = asyncio.get_running_loop().time() + within_s
    async with asyncio.timeout_at(deadline):
        return (await line.carry(Query(sql, {"n": number}), deadline))[0]


async def test_values_are_bound_rows_capped_and_types_told_plainly(place: str) -> None:
    async with _line(place) as line:
        told = await _carry(line, VIEW)
        assert (len(told.rows), told.cut) == (30, False)
        row = told.rows[0]
        assert (row["issued"], row["weight"], row["scan"]) == ("2015-02-12", 0, None)
        assert row["seen"].endswith("+00:00")
        assert (await _carry(line, VIEW, "' OR 1=1 --")).rows == []
        assert (await _carry(line, VIEW, OTHER)).rows[0]["weight"] == 1.5
    async with _line(place, 10) as line:
        told = await _carry(line, VIEW)
        assert (len(told.rows), told.cut) == (10, True)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM kept WHERE owner = :n RETURNING owner",
        "UPDATE kept SET name = 'x' WHERE owner = :n RETURNING owner",
        "SELECT kind FROM noting WHERE owner = :n",
        "SELECT setval('turns', 7) FROM papers WHERE owner = :n",
    ],
)
async def test_nothing_is_written_not_even_by_an_owner_or_a_function_inside_a_view(place: str, sql: str) -> None:
    """The account here may write everything: the transaction itself refuses, and is rolled back."""
    async with _line(place, role="postgres") as line:
        with pytest.raises(Trouble):
            await _carry(line, sql)
        assert len((await _carry(line, VIEW)).rows) == 30
    renamed, looked = "SELECT count(*) FROM kept WHERE name = 'x'", "SELECT count(*) FROM looked"
    counted = await _said(place, f"SELECT ({renamed}) + ({looked}) + (SELECT last_value FROM turns) AS n")
    assert counted[0]["n"] == 1, "a fresh sequence stands at 1"


async def _at_work(place: str, what: str) -> int:
    others = "FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
    return (await _said(place, f"SELECT count(*) AS n {others} AND query LIKE '%FROM {what}%'"))[0]["n"]


async def test_a_slow_view_is_ended_on_the_server_too(place: str) -> None:
    async with _line(place) as line:
        started = time.perf_counter()
        with pytest.raises((TimeoutError, Trouble)):
            await _carry(line, "SELECT kind FROM slow WHERE owner = :n", within_s=0.4)
        assert time.perf_counter() - started < 2
        assert len((await _carry(line, VIEW)).rows) == 30
        for _ in range(100):
            if not await _at_work(place, "slow"):
                return
            await asyncio.sleep(0.02)
        raise AssertionError("the statement went on")


async def test_the_servers_own_time_limit_is_a_time_out(place: str) -> None:
    """Where the server's clock is faster than ours; nobody waits for ours then."""
    async with _line(place) as line:
        deadline = asyncio.get_running_loop().time() + 0.2
        with pytest.raises(Trouble, match="source_timed_out"):
            async with asyncio.timeout(5):
                await line.carry(Query("SELECT kind FROM slow WHERE owner = :n", {"n": NUMBER}), deadline)


async def test_a_locked_table_is_waited_for_no_longer_than_the_deadline(place: str) -> None:
    holder = await asyncpg.connect(place)
    try:
        async with holder.transaction(), _line(place) as line:
            await holder.execute("LOCK TABLE kept IN ACCESS EXCLUSIVE MODE")
            started = time.perf_counter()
            with pytest.raises((TimeoutError, Trouble)):
                await _carry(line, VIEW, within_s=0.4)
            assert time.perf_counter() - started < 2
    finally:
        await holder.close()


@pytest.mark.parametrize(
    ("sql", "role", "doubt"),
    [
        ("SELECT missing FROM papers WHERE owner = :n", "reuse_reader", Doubt.BAD_ANSWER),
        ("SELECT owner FROM gone WHERE owner = :n", "reuse_reader", Doubt.BAD_ANSWER),
        ("SELECT owner FROM sealed WHERE owner = :n", "reuse_reader", Doubt.SOURCE_DENIED),
        (VIEW, "reuse_nobody", Doubt.SOURCE_DENIED),
        (VIEW, "reuse_stranger", Doubt.SOURCE_DENIED),
        ("SELECT 1 / 0 FROM papers WHERE owner = :n", "reuse_reader", Doubt.SOURCE_UNAVAILABLE),
    ],
)
async def test_every_refusal_is_a_doubt_of_its_own(place: str, sql: str, role: str, doubt: Doubt) -> None:
    async with _line(place, role=role) as line:
        with pytest.raises(Trouble, match=doubt.value):
            await _carry(line, sql)


async def test_a_view_that_sends_five_megabytes_is_no_answer(place: str) -> None:
    async with _line(place) as line:
        wide = "SELECT owner, repeat('x', 5242880) AS kind FROM papers WHERE owner = :n AND weight = 1"
        assert (await _carry(line, wide)).cut


async def _held(place: str, role: str = "reuse_reader") -> Holding:
    """Through everything: manifest, registry, protocol, owner check."""
    lookup = {
        "request": {"statement": {"sql": f"{VIEW} AND weight = 1", "bind": {"n": "{subject.number}"}}},
        "outcomes": [
            {"when": [{"status": ["200"]}, {"path": "rows", "is": "filled"}], "then": "found"},
            {"when": [{"status": ["200"]}, {"path": "rows", "is": "empty"}], "then": "absent"},
        ],
        "records": "rows",
        "owners": [{"number": ["owner"], "full_name": ["name"]}],
        "fields": {
            "issued_on": {"path": "issued", "format": "yyyy-MM-dd"},
            "expires_on": {"path": "ends", "format": "yyyy-MM-dd"},
        },
    }
    manifest = toy(protocol="sql_view", database={"url_name": "TOY_URL"}, lookup=lookup, limits={"timeout_s": "5"})
    registry = SourceRegistry([manifest], {}, {"TOY_URL": _as(place, role)}.__getitem__, WallClock())
    try:
        return (await registry.lookup(question(AN), PURPOSE, asyncio.get_running_loop().time() + 5))[0]
    finally:
        await registry.aclose()


async def test_a_paper_in_a_view_is_held_with_its_days(place: str) -> None:
    told = await _held(place)
    assert (told.outcome, told.state) == (Outcome.HELD, State.VALID)
    assert (str(told.issued_on), str(told.expires_on)) == ("2015-02-12", "2101-01-01")
    assert (await _held(place, "reuse_nobody")).doubt is Doubt.SOURCE_DENIED
