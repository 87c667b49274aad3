"""`reuse-gateway report`: the same numbers as the route, and files of received dossiers whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reuse_gateway.catalogue.received_rows import read_received
from reuse_gateway.cli import reports
from reuse_gateway.domain.errors import InvalidInput
from reuse_gateway.storage import migrate

PERIOD = ("--from", "2026-11-20", "--to", "2026-11-21")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))
    migrate.upgrade(f"sqlite:///{tmp_path / 'gateway.db'}")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(reports.app, list(words))


def written(folder: Path, text: str) -> Path:
    file = folder / "received.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_what_was_told_by_file_is_the_whole_of_the_report(home: Path) -> None:
    days = "".join(f"H41.12;1.001193;2026-11-{day};{day}\r\n" for day in (20, 21))
    answer = run("received", str(written(home, "\ufeffagency;procedure;received_on;dossiers\r\n" + days)), "--json")
    assert json.loads(answer.output) == {"rows": 2, "reports": 1}
    told = json.loads(run("reuse", *PERIOD, "--json").output)
    assert told["rows"][0]["key"] == "H41.12"
    assert told["total"]["indicators"]["4.3"] | {"previous": 0, "change": 0} == {
        "numerator": 0, "denominator": 41, "rate": 0.0, "reason": None, "points": 0.0, "previous": 0, "change": 0,
    }  # fmt: skip
    assert "0/41 = 0,00 %, 0,00/2 điểm" in run("reuse", *PERIOD).output


def test_the_csv_has_a_line_for_each_key_and_the_whole(home: Path) -> None:
    run("received", str(written(home, "H41.12,1.001193,2026-11-20,3\n")))
    output = run("reuse", *PERIOD, "--csv").stdout_bytes.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(output)))
    assert [row["key"] for row in rows] == ["H41.12", ""]
    assert (rows[0]["4.3_denominator"], rows[0]["4.3_rate"], rows[0]["4.3_reason"]) == ("3", "", "received_incomplete")


def test_a_reading_by_command_is_kept_as_well(home: Path) -> None:
    import sqlite3

    run("reuse", *PERIOD)
    with sqlite3.connect(home / "gateway.db") as store:
        assert store.execute("SELECT client_id, code FROM audit_events").fetchall() == [("command", "report_reuse")]


def test_without_a_store_there_is_nothing_to_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path / "none"))
    assert run("reuse", *PERIOD).exit_code == 2
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "line",
    [
        "H41.12,1.001193,2026-11-20", "H41.12,1.001193,2026-11-20,1.5",
        "H41.12,1.001193,2026-11-20,-1", "H41.12,x,2026-11-20,1",
        "H4,1.001193,2026-11-20,1", "H41.12,1.001193,2026-02-30,1", "H41.12,1.001193,2026-11-20,1,1",
        "H41.12,1.001193,2026-11-20," + "9" * 5000, "H41.12,1.001193,2026-11-20,²",
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_named_and_nothing_is_kept(home: Path, line: str) -> None:
    file = written(home, f"H41.12,1.001193,2026-11-20,3\n{line}\n")
    with pytest.raises(InvalidInput) as refused:
        list(read_received(file))
    assert [fault.pointer for fault in refused.value.faults] == ["/2"]
    assert isinstance(run("received", str(file)).exception, InvalidInput)
    assert json.loads(run("reuse", *PERIOD, "--json").output)["rows"] == []


def test_a_file_that_is_no_text_is_refused(home: Path) -> None:
    file = home / "received.csv"
    file.write_bytes("H41.12,1.001193,2026-11-20,3\nnăm".encode("utf-16"))
    with pytest.raises(InvalidInput):
        list(read_received(file))
