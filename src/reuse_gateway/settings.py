"""Every setting (`REUSE_GATEWAY_*`), with a default that makes the embedded mode work; the only reader of the environment."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from reuse_gateway.domain.errors import UnsafeSettings

_SECRET, _SHELL = "REUSE_GATEWAY_SECRET_", "REUSE_GATEWAY_BENCH_"


class Run(StrEnum):
    """`embedded`: everything in one process, simulated registries, own token issuer. `production`: the province's own."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"


class SourceTls(BaseModel):
    """Files for one source: its own CA bundle, and the client certificate that a security server asks for (mTLS)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ca_bundle: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None


class Settings(BaseSettings):
    """Read once at start; adapters get plain values."""

    model_config = SettingsConfigDict(env_prefix="REUSE_GATEWAY_", env_nested_delimiter="__", extra="forbid", frozen=True)

    run: Run = Field(Run.EMBEDDED, description="`embedded` or `production`; production refuses unsafe defaults.")
    home: Path = Field(Path("var"), description="Folder of the embedded database and the keys.")
    database_url: str | None = Field(None, description="SQLAlchemy URL; default: SQLite in `home`.")
    keys_dir: Path | None = Field(None, description="Folder of the key ring; default: `home`/keys.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, description="Port to listen on.", ge=0, le=65535)
    trusted_proxies: str = Field("", description="Addresses of proxies whose X-Forwarded-For is believed, separated by commas.")
    public_url: str | None = Field(None, description="How citizens reach this service; stands in receipts and QR codes.")
    province: str = Field(
        "H41",
        pattern="^[A-Z][0-9]{2}$",
        description="Agency code of the province; codes of another province's procedures are refused.",
    )
    agencies: str = Field(
        "", description="Codes of bodies below the callers for which these may record demands, separated by commas."
    )
    origin: str = Field("reuse-gateway.local/ledger", description="Name of the ledger in its checkpoints (C2SP origin).")
    connectors_dir: Path | None = Field(None, description="Folder of the manifests; default: the shipped ones.")
    source_urls: dict[str, str] = Field(default_factory=dict, description="Base URL per live source id (JSON object).")
    source_ca_bundle: Path | None = Field(None, description="CA bundle for the sources; default: the machine's.")
    source_tls: dict[str, SourceTls] = Field(
        default_factory=dict,
        description="Per source id: `ca_bundle`, and for mTLS `client_certificate` and `client_key` (JSON object of files).",
    )
    migrate: bool = Field(True, description="Bring the schema up at start; false where another role owns the tables.")
    database_role: str | None = Field(
        None, description="PostgreSQL role to write as (`reuse_gateway_app`: no UPDATE, no DELETE)."
    )
    simulate: bool = Field(True, description="Start the simulated registries in this process (embedded only).")
    simulation_url: str | None = Field(
        None, description="Simulated registries that run elsewhere on this machine (`reuse-gateway simulate`); embedded only."
    )
    sync_registers: bool = Field(
        True, description="`serve` and `demo` read registers that announce changes into the holdings index, in the background."
    )
    demo_clients: bool = Field(False, description="Accept the demo clients (secret `demo`); embedded only.")
    clients_file: Path | None = Field(None, description="Clients of the embedded issuer (JSON); default: `home`/clients.json.")
    issuer: str | None = Field(None, description="Issuer whose tokens are accepted beside or instead of the embedded one.")
    jwks_url: str | None = Field(None, description="Where that issuer publishes its keys (https).")
    audience: str = Field("reuse-gateway", description="Audience that a token must name.")
    citizen_audience: str = Field("reuse-gateway-citizens", description="Audience that a citizen's token must name.")
    citizen_claim: str = Field("personal_id", description="Claim of a citizen's token that holds the personal id.")
    citizen_calls_per_minute: int = Field(
        30, description="Quota of one citizen, and of one address for reports from a receipt.", ge=1
    )
    token_seconds: int = Field(3600, description="Life of a token of the embedded issuer.", ge=60, le=86400)
    check_deadline_s: float = Field(3.0, description="Longest time one check waits for sources.", gt=0, le=30)
    store_deadline_s: float = Field(5.0, description="Longest time a call waits for the database.", gt=0, le=60)
    probe_sources: bool = Field(True, description="Probe the sources and keep the probe log.")
    probe_log_s: float = Field(300.0, description="Longest time until what was seen of the sources is recorded.", ge=5, le=3600)
    public_least: int = Field(5, description="Fewest different people a cell of the public table may be about.", ge=3, le=100)
    report_deadline_s: float = Field(60.0, description="Longest time a report waits for the database.", gt=0, le=600)
    calls_per_minute: int = Field(120_000, description="Quota of calls per client and process.", ge=1)
    subjects_slowed: int = Field(1_000, description="Distinct subjects per client and hour before answers are slowed.", ge=1)
    subjects_refused: int = Field(2_000, description="Distinct subjects per client and hour before calls are refused.", ge=1)
    recheck_every_s: float = Field(
        5.0,
        description="Pause between two looks for demands that wait for a source; 0 = this process makes no re-checks.",
        ge=0,
    )
    recheck_days: int = Field(
        5,
        description="Longest time a demand waits for a source, and what is needed to ask again is kept (sealed).",
        ge=1,
        le=30,
    )
    case_clocks_every_s: float = Field(
        60.0,
        description="Pause between two looks at the clocks of cases; 0 = this process runs none.",
        ge=0,
    )
    export_hours: int = Field(24, description="How long a finished export may be fetched.", ge=1, le=720)
    witnesses: tuple[str, ...] = Field(
        (), description="Public keys (vkeys, C2SP tlog-cosignature) of the witnesses whose cosignatures are kept (JSON list)."
    )
    daily_checkpoint_every_s: float = Field(
        600.0,
        description="Pause between two looks whether the day's checkpoint has been told; 0 = this process tells none.",
        ge=0,
    )
    timestamp_url: str | None = Field(
        None, description="RFC 3161 authority that stamps the day's checkpoint; needs the extra `timestamp`."
    )
    timestamp_certificates: Path | None = Field(
        None, description="PEM file of that authority: root, its own certificate, those in between."
    )
    timestamp_every_s: float = Field(
        600.0,
        description="Pause between two looks whether the day's checkpoint is stamped; 0 = this process asks for no stamp.",
        ge=0,
    )
    webhooks_every_s: float = Field(
        2.0, description="Pause between two rounds of deliveries to webhooks; 0 = this process delivers none.", ge=0
    )
    fold_every_s: float = Field(
        5.0, description="Pause between two counts of what was recorded into days; 0 = this process counts none.", ge=0
    )
    webhooks_inside: tuple[str, ...] = Field(
        (),
        description="Origins (`scheme://host:port`, JSON list) that webhooks may go to though they are private or plain http.",
    )
    webhooks_ca_bundle: Path | None = Field(None, description="CA bundle for targets of webhooks; default: the machine's.")
    retention_attempt_days: int = Field(
        90, description="How long deliveries to webhooks are remembered (`reuse-gateway retention`); 0 = for good.", ge=0
    )
    retention_key_days: int = Field(
        31,
        description="How long replaced `case`, `session`, `identity` keys are kept: longer than `RECHECK_DAYS`; 0 = for good.",
        ge=0,
    )
    retention_identity_days: int = Field(
        365, description="How long the sealed id of an official behind a violation is kept; 0 = for good.", ge=0
    )
    reveals_per_day: int = Field(
        30, description="Steps of lifting pseudonyms that one client may take in a day (`audit:reveal`).", ge=1, le=1000
    )
    reveal_needs_second: bool = Field(
        False, description="An official is shown only after another client with `audit:reveal` has approved."
    )
    retention_pseudonym_days: int = Field(
        0,
        description="How long replaced `pseudonym` keys are kept; without one nobody of its time can be traced; 0 = for good.",
        ge=0,
    )
    body_bytes: int = Field(262_144, description="Largest body of one check.", ge=1024)
    batch_bytes: int = Field(8_388_608, description="Largest body of a batch.", ge=1024)
    body_seconds: float = Field(10.0, description="Longest time a client may take to send its body.", gt=0)
    form_budget_s: float = Field(1.8, description="Longest time a form builder waits for the guard's answer.", gt=0.1, le=10)
    definition_bytes: int = Field(1_048_576, description="Largest definition of a form.", ge=1024)
    submission_bytes: int = Field(
        17_825_792, description="Largest submission of a form with its papers (Form.io allows 16 MB).", ge=1024
    )
    submission_seconds: float = Field(60.0, description="Longest time a submission with its papers may take to arrive.", gt=0)
    metrics_open: bool = Field(False, description="Serve /metrics without a token (own bind only).")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="debug, info, warning or error.")
    database_password: SecretStr | None = Field(None, description="Put into `database_url` where it says `{password}`.")

    @property
    def store_url(self) -> str:
        """The database to use, with its password filled in."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{(self.home / 'gateway.db').resolve()}"
        secret = self.database_password.get_secret_value() if self.database_password else ""
        return self.database_url.replace("{password}", quote(secret, safe=""))

    @property
    def key_ring(self) -> Path:
        """Folder of the key ring."""
        return self.keys_dir or self.home / "keys"

    @property
    def simulation_note(self) -> Path:
        """File in which a running simulation tells its address and the token of its fault switch."""
        return self.home / "simulation.json"

    @property
    def clients_path(self) -> Path:
        """File of the embedded issuer's clients."""
        return self.clients_file or self.home / "clients.json"

    @property
    def base_url(self) -> str:
        """Where a citizen finds this service."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def refuse_unsafe(self) -> None:
        """Raise UnsafeSettings for names nobody reads, and in production for every default it must not run with."""
        known = tuple(f"REUSE_GATEWAY_{name.upper()}" for name in type(self).model_fields)
        strange = [n for n in os.environ if n.startswith("REUSE_GATEWAY_") and not n.startswith((*known, _SECRET, _SHELL))]
        if strange:
            raise UnsafeSettings("no such setting: " + ", ".join(sorted(strange)), code="unknown_setting")
        if self.run is Run.EMBEDDED:
            return
        unsafe = {
            "SIMULATE": self.simulate,
            "SIMULATION_URL": self.simulation_url is not None,
            "DEMO_CLIENTS": self.demo_clients,
            "PUBLIC_URL (must be https)": not (self.public_url or "").startswith("https://"),
            "DATABASE_URL (must be set)": self.database_url is None,
            "KEYS_DIR (must be set)": self.keys_dir is None,
            "ORIGIN (must be the province's own)": self.origin == "reuse-gateway.local/ledger",
            "JWKS_URL (must be https)": bool(self.jwks_url) and not str(self.jwks_url).startswith("https://"),
            "PUBLIC_URL (must name a host)": self.public_url is not None and not urlsplit(self.public_url).hostname,
            "JWKS_URL (must be set with ISSUER)": bool(self.issuer) and not self.jwks_url,
            "CITIZEN_AUDIENCE (must not be AUDIENCE)": self.citizen_audience == self.audience,
            "METRICS_OPEN": self.metrics_open and self.host not in ("127.0.0.1", "::1"),
        }
        wrong = [f"REUSE_GATEWAY_{name}" for name, bad in unsafe.items() if bad]
        if wrong:
            raise UnsafeSettings("production mode refuses: " + ", ".join(wrong))


def secret_named(name: str) -> str:
    """A secret by its name: variable `REUSE_GATEWAY_SECRET_<NAME>`, or the file that `..._FILE` names; "" where none is set."""
    variable = f"{_SECRET}{name.upper()}"
    path = os.environ.get(f"{variable}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else os.environ.get(variable, "")
