"""Production refuses every unsafe default and names it; the embedded mode starts with none set."""

from __future__ import annotations

import pytest

from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.settings import Run, Settings, secret_named

SAFE = {
    "run": Run.PRODUCTION,
    "simulate": False,
    "public_url": "https://dulieu.example",
    "database_url": "postgresql+asyncpg://gateway:{password}@database/gateway",
    "database_password": "p@ss:w/rd?#%",
    "keys_dir": "keys",
    "origin": "province.example/ledger",
}


def test_the_embedded_mode_needs_nothing() -> None:
    Settings().refuse_unsafe()


def test_a_safe_production_starts() -> None:
    Settings(**SAFE).refuse_unsafe()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"simulate": True}, "SIMULATE"),
        ({"demo_clients": True}, "DEMO_CLIENTS"),
        ({"public_url": None}, "PUBLIC_URL"),
        ({"public_url": "http://dulieu.example"}, "PUBLIC_URL"),
        ({"database_url": None}, "DATABASE_URL"),
        ({"keys_dir": None}, "KEYS_DIR"),
        ({"origin": "reuse-gateway.local/ledger"}, "ORIGIN"),
        ({"jwks_url": "http://sso.example/jwks"}, "JWKS_URL"),
        ({"public_url": "https://"}, "PUBLIC_URL"),
        ({"issuer": "https://sso.example"}, "JWKS_URL"),
        ({"metrics_open": True, "host": "0.0.0.0"}, "METRICS_OPEN"),
    ],
)
def test_production_refuses_an_unsafe_value_and_names_it(change: dict, named: str) -> None:
    with pytest.raises(UnsafeSettings, match=f"REUSE_GATEWAY_{named}"):
        Settings(**(SAFE | change)).refuse_unsafe()


def test_a_password_is_put_into_the_url_as_a_url_spells_it() -> None:
    assert Settings(**SAFE).store_url == "postgresql+asyncpg://gateway:p%40ss%3Aw%2Frd%3F%23%25@database/gateway"


def test_no_secret_is_shown_by_the_settings() -> None:
    assert "p@ss" not in repr(Settings(**SAFE))


def test_a_secret_comes_by_name_from_the_environment_or_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    assert secret_named("population_client_id") == ""
    monkeypatch.setenv("REUSE_GATEWAY_SECRET_POPULATION_CLIENT_ID", "from the environment")
    assert secret_named("population_client_id") == "from the environment"
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    monkeypatch.setenv("REUSE_GATEWAY_SECRET_POPULATION_CLIENT_ID_FILE", str(file))
    assert secret_named("population_client_id") == "from a file"


def test_a_setting_that_nobody_reads_is_said_not_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_BOGUS", "1")
    with pytest.raises(UnsafeSettings, match="REUSE_GATEWAY_BOGUS"):
        Settings().refuse_unsafe()
