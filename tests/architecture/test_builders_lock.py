"""The lock of the form builders: pinned with hashes, and without the address of any registry."""

from __future__ import annotations

import json

from .tree import ROOT

FOLDER = ROOT / "tests" / "builders"


def test_the_lock_names_no_host() -> None:
    text = (FOLDER / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    assert "resolved" not in text


def test_every_locked_package_has_a_hash_and_a_version() -> None:
    packages = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert len(packages) > 100
    assert [name for name, told in packages.items() if name and not (told.get("integrity") and told.get("version"))] == []


def test_every_builder_is_pinned_to_one_version() -> None:
    wanted = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert [name for name, version in wanted.items() if not version.replace(".", "").isdigit()] == []
