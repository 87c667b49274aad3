"""What is read of a violation is proved on the spot: checked here by the tree's own arithmetic and a public key alone."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reuse_gateway.application.prove_leaves import ProveLeaves
from reuse_gateway.domain.errors import ProofError, StoreError
from reuse_gateway.domain.merkle import leaf_hash, verify_inclusion
from tests.storage.builders import Store, as_owner

from .builders import read
from .running_house import Running, house, settings_for


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Running]:
    async with house(settings_for(tmp_path / "home")) as running:
        yield running


def root_of(note: str, vkey: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint, by the steps of docs/proof.md; none of the gateway's own readers."""
    text, _, lines = note.rpartition("\n\n")
    name, _, rest = vkey.partition("+")
    key = b64decode(rest.partition("+")[2])
    signed = [line.split(" ")[2] for line in lines.splitlines() if line.split(" ")[1] == name]
    assert signed, "no line of this key"
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(b64decode(signed[0])[4:], f"{text}\n".encode())
    return int(text.split("\n")[1]), b64decode(text.split("\n")[2])


def holds(proved: dict[str, Any], size: int, root: bytes) -> dict[str, Any]:
    """The leaf as it reads, once it was seen to stand in the tree."""
    entry = b64decode(proved["leaf"])
    verify_inclusion(leaf_hash(entry), proved["index"], size, [b64decode(each) for each in proved["hashes"]], root)
    told: dict[str, Any] = json.loads(entry)
    return told


async def test_a_violation_brings_the_proof_of_its_demand_and_of_every_step(here: Running) -> None:
    violation = await here.violation()
    moved = await here.call(
        "POST", f"/v1/violations/{violation}/transitions", json={"to": "notified", "reason": "thông báo cho cơ quan"}
    )
    assert moved.status_code == 201, moved.text
    told = (await here.call("GET", f"/v1/violations/{violation}", "demo-auditor")).json()
    proof = told["proof"]
    size, root = root_of(proof["checkpoint"], here.gateway.services.proof.pack.seal.verifiers[0])
    assert size == proof["size"]
    demand = holds(proof, size, root)
    assert (demand["kind"], demand["id"], proof["index"]) == ("demand", told["demand_id"], told["ledger"]["index"])
    wanted = {each["ledger"]["index"] for each in [*told["history"], *told["case"]["letters"]]}
    steps = {each["index"]: holds(each, size, root) for each in proof["history"]}
    assert steps.keys() == wanted
    assert len(wanted) == 1
    assert [(step["kind"], "id" in step) for step in steps.values()] == [("case_step", False)]
    case = (await here.call("GET", f"/v1/cases/{told['case_id']}", "demo-auditor")).json()["proof"]
    size, root = root_of(case["checkpoint"], here.gateway.services.proof.pack.seal.verifiers[0])
    assert [holds(each, size, root) for each in case["history"]] == list(steps.values())


async def test_the_pack_holds_the_text_that_the_proved_leaf_binds(here: Running, tmp_path: Path) -> None:
    violation = await here.violation()
    proof = (await here.call("GET", f"/v1/violations/{violation}", "demo-auditor")).json()["proof"]
    files = read((await here.call("GET", f"/v1/violations/{violation}/pack", "demo-auditor")).content)
    body = files[f"cases/{violation}/{proof['index']:012d}-demand.body.json"]
    leaf = json.loads(b64decode(proof["leaf"]))
    assert leaf["body_sha256"] == sha256(body).hexdigest()
    assert violation in body.decode()


@pytest.mark.parametrize("bend", ["leaf", "hashes", "index", "root"])
async def test_a_bent_proof_does_not_hold(here: Running, bend: str) -> None:
    violation = await here.violation()
    proof = (await here.call("GET", f"/v1/violations/{violation}", "demo-auditor")).json()["proof"]
    size, root = root_of(proof["checkpoint"], here.gateway.services.proof.pack.seal.verifiers[0])
    assert proof["hashes"]
    changed = {
        "leaf": proof | {"leaf": proof["leaf"][:-8] + "AAAAAAA="},
        "hashes": proof | {"hashes": proof["hashes"][:-1]},
        "index": proof | {"index": proof["index"] - 1},
        "root": proof,
    }[bend]
    with pytest.raises((ProofError, ValueError)):
        holds(changed, size, root if bend != "root" else bytes(32))


async def test_no_person_stands_in_a_proof(here: Running) -> None:
    violation = await here.violation()
    proof = json.dumps((await here.call("GET", f"/v1/violations/{violation}", "demo-auditor")).json()["proof"])
    leaf = b64decode(json.loads(proof)["leaf"]).decode()
    assert not any(word in text for word in ("999090000001", "Nguyễn", "subject") for text in (proof, leaf))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_leaves SET entry = (SELECT entry FROM ledger_leaves WHERE leaf_index = 2) WHERE leaf_index = 3",
        "UPDATE ledger_leaves SET hash = (SELECT hash FROM ledger_leaves WHERE leaf_index = 2) WHERE leaf_index = 1",
        "DELETE FROM ledger_leaves WHERE leaf_index = 3",
        "UPDATE ledger_checkpoints SET note = root WHERE size = 6",
    ],
)
async def test_what_does_not_lead_to_the_head_is_given_out_under_no_proof(kept: Store, statement: str) -> None:
    prove = ProveLeaves(kept.ledger, kept.notes)
    assert [leaf.index for leaf in (await prove([3, 0, 5])).leaves] == [3, 0, 5]
    await as_owner(kept.url, statement)
    with pytest.raises(StoreError, match="verify the ledger"):
        await prove([3])
