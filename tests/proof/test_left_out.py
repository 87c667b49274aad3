"""What the owner of the database takes out of a case, or writes so that row and leaf agree, is never sealed by the gateway."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.evidence_pack import sealed_text
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.reclassification import Outcome, Reclassification
from reuse_gateway.storage import proof_rows
from reuse_gateway.storage.cases import CaseLedger, StoredCases
from reuse_gateway.storage.demands import reclassified_append
from tests.cases.test_store import next_step
from tests.proof.test_letters_in_packs import lettered, of
from tests.storage.builders import AT, ORIGIN, Store, as_owner

from .builders import DEMAND, VIOLATION, codes, packed, read, verified, zipped
from .forging import body_of, in_postgres, in_sqlite, leaves, said_anew

__all__ = ["lettered"]
FOLDER = f"cases/{VIOLATION}"
LIFE = (CaseState.NOTIFIED, CaseState.EXPLAINED, CaseState.REJECTED, CaseState.CLOSED)


@pytest.fixture
async def judged(kept: Store) -> Store:
    """Leaves 6 to 9 are the steps of the case to its end, by which it was none; 10 is an outcome of its demand."""
    of_case = f"SELECT case_id FROM case_violations WHERE violation_id = '{VIOLATION}'"
    case_id = (await kept.rows(of_case))[0].case_id
    for state in LIFE:
        case = await StoredCases(kept.reads).case(case_id)
        await CaseLedger(kept.writer).record_step(next_step(case, state))
    papers = ("giay_khai_sinh", Outcome.STILL_OPEN, AT, "H41.12", "1.004222")
    await kept.writer.append(reclassified_append(Reclassification(DEMAND.id, "1", *papers)))
    return kept


async def test_a_pack_holds_every_step_and_outcome(judged: Store, tmp_path: Path) -> None:
    pack = await packed(judged)
    assert sum(name.endswith(("case_step.leaf", "reclassification.leaf")) for name in read(pack)) == 5
    assert verified(pack, tmp_path, judged).good


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM case_steps WHERE seq >= 3",
        "DELETE FROM case_steps WHERE seq = 2",
        "DELETE FROM case_steps",
        "UPDATE case_steps SET case_id = 'case_of_another' WHERE seq >= 3",
        "DELETE FROM case_violations",
        "UPDATE case_violations SET case_id = 'case_of_another'",
        "DELETE FROM reclassifications",
        "UPDATE reclassifications SET demand_id = 'dem_of_another'",
    ],
)
async def test_a_pack_that_would_leave_something_out_is_never_sealed(judged: Store, statement: str) -> None:
    await as_owner(judged.url, statement)
    with pytest.raises(StoreError):
        await packed(judged)


async def test_a_gap_between_steps_is_no_pack_also_where_the_leaf_lost_its_label(judged: Store) -> None:
    relabelled = "UPDATE ledger_leaves SET kind = 'check' WHERE leaf_index = 7"
    await as_owner(judged.url, "DELETE FROM case_steps WHERE seq = 2", relabelled)
    with pytest.raises(StoreError, match="step_missing"):
        await packed(judged)


@pytest.mark.parametrize("change", ["DELETE", f"addressee = '{of(2)}x'", "addressee = ''"])
async def test_a_letter_that_was_hidden_is_missed(lettered: Store, change: str) -> None:
    assert await packed(lettered, of(1))
    verb = "DELETE FROM case_letters" if change == "DELETE" else f"UPDATE case_letters SET {change}"
    await as_owner(lettered.url, f"{verb} WHERE leaf_index = 8")
    with pytest.raises(StoreError):
        await packed(lettered, of(1))


async def test_what_was_taken_from_behind_an_older_head_is_not_missed_in_its_pack(judged: Store, tmp_path: Path) -> None:
    first = await packed(judged, size=7)
    await as_owner(judged.url, "DELETE FROM case_steps WHERE seq >= 2")
    assert await packed(judged, size=7) == first
    assert verified(first, tmp_path, judged).good


async def test_more_rows_than_are_read_are_no_pack_instead_of_a_shorter_one(
    judged: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_rows, "_MOST", 3)
    with pytest.raises(StoreError, match="case_step"):
        await packed(judged)


async def test_row_and_leaf_that_agree_with_each_other_are_not_what_was_signed(judged: Store) -> None:
    """The stored hash, by which the tree still holds, is left as it was."""
    told, body = await leaves(judged), await body_of(judged, "demands", 3)
    light = body.replace('"severity":"high"', '"severity":"low"')
    assert light != body
    literal = in_postgres if judged.url.startswith("postgresql") else in_sqlite
    entry = literal(said_anew(told[3], light).entry)
    await as_owner(
        judged.url,
        f"UPDATE demands SET body = '{light}' WHERE leaf_index = 3",
        "UPDATE violations SET severity = 'low' WHERE leaf_index = 3",
        f"UPDATE ledger_leaves SET entry = {entry} WHERE leaf_index = 3",
    )
    with pytest.raises(StoreError, match="signed head"):
        await packed(judged)


async def test_the_reader_sees_a_gap_also_under_a_true_seal(judged: Store, tmp_path: Path) -> None:
    """As an older gateway would have sealed it."""
    files = read(await packed(judged))
    case = json.loads(files[f"{FOLDER}/case.json"])
    second = [row for row in case["rows"] if row["kind"] == "case_step"][1]
    case["rows"].remove(second)
    files = {name: content for name, content in files.items() if second["name"] not in name}
    files[f"{FOLDER}/case.json"] = canonical(case)
    told = json.loads(files["manifest.json"])
    told["files"] = {name: sha256(content).hexdigest() for name, content in files.items() if name in told["files"]}
    files["manifest.json"] = canonical(told)
    files["manifest.sig"] = judged.notes.seal(sealed_text(ORIGIN, files["manifest.json"]))
    assert codes(verified(zipped(dict(sorted(files.items()))), tmp_path, judged)) == {"step_missing"}
