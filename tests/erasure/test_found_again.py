"""What erasing a person does not reach, tried as an attack: papers that registers still announce, dossiers that go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from reuse_gateway.settings import Settings
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from tests.erasure.attack import dump, found
from tests.erasure.test_one_person import AN_ID, BINH_ID, BODIES, NUMBERS, asking, erased, filled, mine
from tests.proof.running_house import AN, Running, house, settings_for
from tests.storage.builders import as_owner


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home", database_url=url, webhooks_every_s=0)


async def in_dossier(here: Running) -> str:
    body = asking(AN) | {"dossier": "H41.12-261123-0007"}
    answer = await here.call("POST", "/v1/checks", "demo-intake", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["check_id"])


async def test_while_a_register_announces_papers_of_a_person_they_are_found_and_the_answer_says_so(settings: Settings) -> None:
    """A documented limit: the index's owner stands under the period's key alone."""
    async with house(settings) as here:
        await filled(here)
        ring = KeyRing(settings.key_ring)
        owner = KeyedPseudonyms(ring.pseudonym_keys()).for_purpose("holdings").of(f"owner citizen:{AN_ID}")
        row = f"(1, 0, 's', 'r', '{owner}', 't', 'valid', NULL, NULL, NULL, '2026-01-01 00:00:00Z')"
        await as_owner(settings.store_url, f"INSERT INTO held_papers VALUES {row}")
        told = (await erased(here, apply=True)).json()
        assert (told["applied"], told["remains"]["indexed"]) == (True, 1)
        assert "days of issue" in told["note"]["en"]
        assert "ngày cấp" in told["note"]["vi"]
        assert found(ring, await dump(settings.store_url), NUMBERS, BODIES) == {AN_ID, BINH_ID}


async def test_without_such_papers_the_answer_promises_more(settings: Settings) -> None:
    async with house(settings) as here:
        await filled(here)
        told = (await erased(here, apply=True)).json()
        assert told["remains"]["indexed"] == 0
        assert "days of issue" not in told["note"]["en"]
        assert "unless an old dossier goes on" in told["note"]["en"]


async def test_a_dossier_that_goes_on_links_the_old_checks(settings: Settings) -> None:
    """A documented limit: dossier codes stay, and a new check under an old one stands beside it."""
    async with house(settings) as here:
        old = await in_dossier(here)
        assert (await erased(here, apply=True)).json()["applied"]
        new = await in_dossier(here)
        assert {each["check_id"] for each in (await mine(here))["items"]} == {new}
        taken = await dump(settings.store_url)
        dossiers = dict(zip(taken.column("checks", "check_id"), taken.column("checks", "dossier"), strict=True))
        assert dossiers[old] == dossiers[new] is not None
