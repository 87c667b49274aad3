"""Databases are only read, within rows and time; a folder of deltas has the last word on every key, or none at all."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from reuse_gateway.connectors.asking import Statement
from reuse_gateway.connectors.database_line import DatabaseLine
from reuse_gateway.connectors.files_line import FilesLine
from reuse_gateway.connectors.local_sources import Database, Drop
from reuse_gateway.connectors.manifest import Limits
from reuse_gateway.connectors.select_only import checked_statement
from reuse_gateway.connectors.sql_view import Query
from reuse_gateway.connectors.trouble import Trouble

from .builders import NUMBER, OTHER

VIEW = "SELECT owner, kind FROM papers WHERE owner = :n"


@pytest.mark.parametrize(
    "sql",
    [
        VIEW,
        "select upper(p.kind), coalesce(p.a, '') from x.papers p where p.owner = :n and p.kind in ('a', 'b;c') order by 1 desc",
        'SELECT [So Dinh Danh], "Tên" FROM Business.GiayTo WHERE DeletedOn IS NULL AND MaDinhDanh = :n',
        "SELECT a FROM t WHERE (b = :n OR c = :n) AND d <> 'xóa'",
    ],
)
def test_a_select_over_a_view_may_be_said(sql: str) -> None:
    assert checked_statement(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM papers WHERE owner = :n",
        f"{VIEW}; DROP TABLE papers",
        f"{VIEW} -- and so on",
        f"{VIEW} /* x */",
        "SELECT a INTO b FROM papers WHERE owner = :n",
        "WITH x AS (DELETE FROM papers RETURNING 1) SELECT a FROM x WHERE b = :n",
        "SELECT pg_sleep(10) FROM papers WHERE owner = :n",
        'SELECT "pg_sleep"(10) FROM papers WHERE owner = :n',
        "SELECT pg_catalog.pg_read_file('x') FROM papers WHERE owner = :n",
        "SELECT a FROM papers WHERE owner = :n FOR UPDATE",
        "SELECT a FROM papers",
        "SELECT a FROM papers WHERE owner = :n::text",
        "SELECT a FROM papers WHERE (owner = :n",
        "SELECT load_extension('x') FROM papers WHERE owner = :n",
        "SELECT a FROM papers WHERE owner = '{n}' AND x = $1",
        "EXEC xp_cmdshell :n",
        "",
    ],
)
def test_nothing_else_may_be_said_to_a_database(sql: str) -> None:
    with pytest.raises(ValueError, match=r"may not|one SELECT|not on the list|brackets|at most"):
        checked_statement(sql)


@pytest.mark.parametrize(
    "bind", [{}, {"m": "{subject.number}"}, {"n": "{subject.full_name}"}, {"n": "{subject.number}", "m": "{subject.number}"}]
)
def test_a_statement_binds_the_subjects_number_and_nothing_it_does_not_name(bind: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Statement.model_validate({"sql": VIEW, "bind": bind})


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "view.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE papers (owner TEXT, kind TEXT)")
        connection.executemany("INSERT INTO papers VALUES (?, ?)", [(NUMBER, str(n)) for n in range(30)] + [(OTHER, "x")])
    connection.close()
    return file


def _line(file: Path, most_rows: int = 100) -> DatabaseLine:
    facts = Database.model_validate({"url_name": "TOY_URL", "most_rows": str(most_rows)})
    return DatabaseLine(facts, Limits(), f"sqlite+aiosqlite:///{file}")


async def _carry(line: Any, question: Any, within_s: float = 5.0) -> Any:
    try:
        deadline = asyncio.get_running_loop().time() + within_s
        async with asyncio.timeout_at(deadline):
            return (await line.carry(question, deadline))[0]
    finally:
        await line.aclose()
        await _threads_ended()


async def _threads_ended() -> None:
    """A connection of SQLite's that failed or was cut off ends in its thread, which must not outlive the loop it reports to."""
    for _ in range(500):
        if not any("_connection_worker_thread" in thread.name for thread in threading.enumerate()):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("a thread of SQLite's never ended")


async def test_values_are_bound_and_rows_are_capped(database: Path) -> None:
    assert len((await _carry(_line(database), Query(VIEW, {"n": NUMBER}))).rows) == 30
    assert (await _carry(_line(database), Query(VIEW, {"n": "' OR 1=1 --"}))).rows == []
    capped = await _carry(_line(database, 10), Query(VIEW, {"n": NUMBER}))
    assert (len(capped.rows), capped.cut) == (10, True)


async def test_a_write_that_slipped_through_is_refused_by_the_connection(database: Path) -> None:
    with pytest.raises(Trouble):
        await _carry(_line(database), Query("DELETE FROM papers WHERE owner = :n RETURNING owner", {"n": NUMBER}))
    assert len((await _carry(_line(database), Query(VIEW, {"n": OTHER}))).rows) == 1


async def test_a_query_without_end_is_interrupted_at_the_deadline(database: Path) -> None:
    endless = "SELECT count(*) FROM papers a, papers b, papers c, papers d, papers e, papers f WHERE a.owner <> :n"
    started = time.perf_counter()
    with pytest.raises(TimeoutError):
        await _carry(_line(database), Query(endless, {"n": "x"}), within_s=0.3)
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("url", ["sqlite+aiosqlite:////nowhere/at/all.sqlite", "postgresql+asyncpg://u:p@127.0.0.1:1/x"])
async def test_a_database_that_is_not_there_is_an_unavailable_source(url: str) -> None:
    line = DatabaseLine(Database.model_validate({"url_name": "TOY_URL"}), Limits(), url)
    with pytest.raises(Trouble, match="source_unavailable"):
        await _carry(line, Query(VIEW, {"n": NUMBER}))


def _drop(**changes: str) -> Drop:
    columns = {"Số ĐD": "owner", "Số hiệu": "no", "Xóa": "gone"}
    plain = {
        "folder_name": "TOY_FOLDER",
        "format": "csv",
        "columns": columns,
        "key": ["no"],
        "owner": ["owner"],
        "removed": "gone",
    }
    return Drop.model_validate(plain | {"look_again_s": "0"} | changes)


async def _numbers(facts: Drop, folder: Path, owner: str = NUMBER) -> list[str]:
    return sorted(row["no"] for row in (await _carry(FilesLine(facts, folder), owner)).rows)


def _csv(*lines: str) -> str:
    return "\n".join(["Số ĐD,Số hiệu,Xóa,Điểm", *lines])


async def test_later_deltas_replace_and_remove_earlier_rows(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text(_csv(f"{NUMBER},a,,9", f"{NUMBER},b,,9", f"{OTHER},c,,9"), "utf-8-sig")
    (tmp_path / "2.csv").write_text(_csv(f"{NUMBER},b,1,9", f"{NUMBER},c,,9", f"{NUMBER},d,,9"), "utf-8")
    (tmp_path / "3.csv.part").write_text("half a file", "utf-8")
    assert await _numbers(_drop(), tmp_path) == ["a", "c", "d"]
    assert await _numbers(_drop(), tmp_path, OTHER) == []


async def test_a_new_delta_is_seen_and_columns_nobody_named_are_not_kept(tmp_path: Path) -> None:
    line = FilesLine(_drop(), tmp_path)
    (tmp_path / "1.csv").write_text(_csv(f"{NUMBER},a,,9"), "utf-8")
    assert (await _carry(line, NUMBER)).rows == [{"owner": NUMBER, "no": "a", "gone": ""}]
    (tmp_path / "2.csv").write_text(_csv(f"{NUMBER},b,,9"), "utf-8")
    assert len((await _carry(line, NUMBER)).rows) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b,c\n1,2,3\n",
        _csv(f"{NUMBER},a").encode(),
        _csv(f'{NUMBER},"a').encode(),
        _csv(f"{NUMBER},a,,9").encode("utf-16"),
        b"PK\x03\x04",
    ],
)
async def test_one_unreadable_delta_makes_the_whole_source_unavailable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "1.csv").write_text(_csv(f"{NUMBER},a,,9"), "utf-8")
    (tmp_path / "2.csv").write_bytes(content)
    with pytest.raises(Trouble, match="source_unavailable"):
        await _numbers(_drop(), tmp_path)


async def test_an_empty_or_missing_folder_says_nothing_about_anybody(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "gone"):
        with pytest.raises(Trouble, match="source_unavailable"):
            await _numbers(_drop(), folder)


async def test_ndjson_and_excel_are_read_alike_with_zeros_found_again(tmp_path: Path) -> None:
    (tmp_path / "1.ndjson").write_text(f'{{"Số ĐD": {NUMBER}, "Số hiệu": "a", "x": {{}}}}\n\n', "utf-8")
    assert await _numbers(_drop(format="ndjson"), tmp_path) == ["a"]
    book = xlsxwriter.Workbook(tmp_path / "1.xlsx")
    sheet = book.add_worksheet()
    for place, row in enumerate([["Danh sách"], ["Số ĐD", "Số hiệu", "Xóa"], [90000001, "a", ""], [999090000001.0, "b", "0"]]):
        sheet.write_row(place, 0, row)
    book.close()
    excel = _drop(format="xlsx", header_row="2", lost_zeros="true")
    assert await _numbers(excel, tmp_path) == ["b"]
    assert await _numbers(excel, tmp_path, "0090000001") == ["a"]


@pytest.mark.parametrize("line", ["[1]", "{", '{"a": NaN}', '{"a": 1, "a": 2}', "\x1c"])
async def test_ndjson_that_is_none_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "1.ndjson").write_text(line, "utf-8")
    with pytest.raises(Trouble):
        await _numbers(_drop(format="ndjson"), tmp_path)


async def test_a_workbook_that_unpacks_to_more_than_the_cap_is_not_unpacked(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "1.xlsx")
    sheet = book.add_worksheet()
    for place in range(3_000):
        sheet.write_row(place, 0, [NUMBER, "a", ""] if place else ["Số ĐD", "Số hiệu", "Xóa"])
    book.close()
    packed, unpacked = (tmp_path / "1.xlsx").stat().st_size, 100_000
    assert packed < unpacked
    assert await _numbers(_drop(format="xlsx"), tmp_path) == ["a"]
    with pytest.raises(Trouble):
        await _numbers(_drop(format="xlsx", most_bytes=str(unpacked)), tmp_path)


async def test_a_cell_at_the_far_end_of_a_sheet_takes_no_memory_and_gives_no_answer(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "1.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Số ĐD", "Số hiệu", "Xóa"])
    sheet.write_row(1, 0, [NUMBER, "a", ""])
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(Trouble):
        await _numbers(_drop(format="xlsx"), tmp_path)


async def test_a_cell_that_shows_an_error_is_no_value(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "1.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Số ĐD", "Số hiệu", "Xóa"])
    sheet.write(1, 0, NUMBER)
    sheet.write_formula(1, 1, "=1/0", value="#DIV/0!")
    book.close()
    with pytest.raises(Trouble):
        await _numbers(_drop(format="xlsx"), tmp_path)


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"<html>", b"\xd0\xcf\x11\xe0"])
async def test_what_is_no_workbook_gives_no_answer(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "1.xlsx").write_bytes(raw)
    with pytest.raises(Trouble):
        await _numbers(_drop(format="xlsx"), tmp_path)


async def test_rows_without_a_key_do_not_take_each_other_away(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text(_csv(f"{NUMBER},,,9", f"{OTHER},,,9"), "utf-8")
    assert await _numbers(_drop(), tmp_path) == await _numbers(_drop(), tmp_path, OTHER) == [""]


@pytest.mark.parametrize("told", ["<html>", "đã xóa", "2"])
async def test_a_row_that_is_perhaps_removed_is_no_answer_to_its_owner_alone(tmp_path: Path, told: str) -> None:
    (tmp_path / "1.csv").write_text(_csv(f"{NUMBER},a,{told},9", f"{OTHER},b,,9"), "utf-8")
    line = FilesLine(_drop(), tmp_path)
    assert (await _carry(line, NUMBER)).cut
    assert not (await _carry(line, OTHER)).cut


@pytest.mark.parametrize("line", [{"Số hiệu": "a"}, {"Số ĐD": [NUMBER], "Số hiệu": "a"}, {"SoDD": NUMBER, "Số hiệu": "a"}])
async def test_ndjson_whose_owner_column_is_gone_says_nothing_about_anybody(tmp_path: Path, line: dict) -> None:
    (tmp_path / "1.ndjson").write_text(json.dumps(line), "utf-8")
    with pytest.raises(Trouble, match="source_unavailable"):
        await _numbers(_drop(format="ndjson"), tmp_path)


async def test_five_megabytes_for_one_owner_are_no_answer(tmp_path: Path) -> None:
    rows = [json.dumps({"Số ĐD": NUMBER, "Số hiệu": f"{n}{'x' * 900_000}"}) for n in range(6)]
    (tmp_path / "1.ndjson").write_text("\n".join(rows), "utf-8")
    assert (await _carry(FilesLine(_drop(format="ndjson"), tmp_path), NUMBER)).cut
    assert not (await _carry(FilesLine(_drop(format="ndjson"), tmp_path, 6_000_000), NUMBER)).cut
