"""The first version most teams would write: FastAPI, SQLAlchemy's ORM, a commit per request, one source after the other.

`python -m benchmarks.peers.naive CONFIGURATION.json`. Same question, same decision, same words and receipt as the others.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import sys
import time
import uuid
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, FastAPI, HTTPException, Request
from joserfc import jwt
from joserfc.jwk import OKPKey
from pydantic import BaseModel, Field
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.schema import ForeignKey

from benchmarks.peers.naive_rules import candidates_of, rendered, verdict_of

TOLD: dict[str, Any] = json.loads(Path(sys.argv[-1]).read_text(encoding="utf-8")) if sys.argv[-1].endswith(".json") else {}
FACTS: dict[str, Any] = TOLD.get("facts", {})
SIGNING, PSEUDONYMS = Ed25519PrivateKey.generate(), secrets.token_bytes(32)


class Base(DeclarativeBase):
    pass


class CheckRow(Base):
    __tablename__ = "checks"
    id: Mapped[str] = mapped_column(primary_key=True)
    short_code: Mapped[str] = mapped_column(unique=True)
    decided_at: Mapped[datetime]
    agency: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    body: Mapped[str]
    verdicts: Mapped[list[VerdictRow]] = relationship()


class VerdictRow(Base):
    __tablename__ = "verdicts"
    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[str] = mapped_column(ForeignKey("checks.id"))
    evidence_type: Mapped[str]
    decision: Mapped[str]
    reason: Mapped[str]


class LeafRow(Base):
    __tablename__ = "leaves"
    index: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[str]
    entry: Mapped[str]
    hash: Mapped[bytes]


class SubjectIn(BaseModel):
    kind: str
    personal_id: str = Field(pattern=r"^[0-9]{12}$")
    full_name: str
    birth_date: str


class ItemIn(BaseModel):
    ref: str = Field(max_length=64)
    evidence_type: str
    role: str = "applicant"


class CheckIn(BaseModel):
    procedure: str
    stage: str = "intake"
    dossier: str | None = None
    officer: str | None = None
    subject: SubjectIn
    items: list[ItemIn] = Field(min_length=1, max_length=64)


class CheckOut(BaseModel):
    check_id: str
    decided_at: str
    procedure: str
    as_of: str
    policy_version: str
    degraded: bool
    warnings: list[str]
    items: list[dict[str, Any]]
    short_code: str
    receipt: str


app = FastAPI()
client = httpx.AsyncClient(timeout=2.5)
engine = create_async_engine(f"sqlite+aiosqlite:///{TOLD.get('database', '')}")
Session = async_sessionmaker(engine, expire_on_commit=False)
cache: dict[tuple[str, ...], tuple[float, dict[str, Any]]] = {}
one_writer = asyncio.Lock()


@event.listens_for(engine.sync_engine, "connect")
def durable(connection: Any, _: Any) -> None:
    """As durable as the others."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


async def session() -> Any:
    """One session per request."""
    async with Session() as opened:
        yield opened


def caller(request: Request) -> dict[str, Any]:
    """The claims of the bearer token, verified each time."""
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": _base64url(bytes.fromhex(TOLD["token_key"]))})
    try:
        claims = jwt.decode(request.headers["authorization"][7:], key, algorithms=["Ed25519"]).claims
        jwt.JWTClaimsRegistry(aud={"essential": True, "value": TOLD["audience"]}, exp={"essential": True}).validate(claims)
    except Exception as error:
        raise HTTPException(401, "invalid_token") from error
    return claims


@app.post("/v1/checks")
async def create(
    asked: CheckIn,
    who: dict[str, Any] = Depends(caller),  # noqa: B008
    store: AsyncSession = Depends(session),  # noqa: B008
) -> CheckOut:
    """The whole job, in one function after the other."""
    if asked.procedure != FACTS["procedure"]["code"]:
        raise HTTPException(422, "unknown_procedure")
    today = (datetime.now(UTC) + timedelta(hours=7)).date().isoformat()
    holdings = await looked_up(asked, who)
    verdicts = [verdict_of(FACTS, item.model_dump(), holdings, today) for item in asked.items]
    check_id, now = f"chk_{uuid.uuid4().hex}", datetime.now(UTC)
    subject = hmac.digest(PSEUDONYMS, asked.subject.personal_id.encode(), "sha256").hex()[:32]
    row = CheckRow(
        id=check_id, short_code=secrets.token_hex(6).upper(), decided_at=now, agency=who["agency"], subject=subject,
        body=json.dumps({"request": asked.procedure, "verdicts": verdicts}, ensure_ascii=False),
        verdicts=[VerdictRow(evidence_type=v["paper"], decision=v["decision"], reason=v["reason"]) for v in verdicts],
    )  # fmt: skip
    index = await recorded(store, row, verdicts)
    return CheckOut(
        check_id=check_id, decided_at=now.isoformat(), procedure=asked.procedure, as_of=today,
        policy_version=FACTS["policy_version"], degraded=False, warnings=[],
        items=[rendered(FACTS, verdict) for verdict in verdicts], short_code=row.short_code,
        receipt=receipt(row, asked.procedure, today, verdicts, index),
    )  # fmt: skip


async def looked_up(asked: CheckIn, who: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Records by source and paper: each source in its turn, one shared client, the same freshness as the others."""
    wanted = {(source["id"], paper) for item in asked.items for source, paper in candidates_of(FACTS, item.model_dump())}
    found = {}
    for source in (source for source in FACTS["sources"] if source["id"] in {each for each, _ in wanted}):
        body, cached = await answered(source, asked, who["agency"])
        at = datetime.now(UTC).isoformat()
        for paper in (paper for name, paper in wanted if name == source["id"]):
            found[source["id"], paper] = {"body": body, "cached": cached, "at": at, "subject": asked.subject.model_dump()}
    return found


async def answered(source: dict[str, Any], asked: CheckIn, agency: str) -> tuple[dict[str, Any] | None, bool]:
    """The source's answer and whether it was kept from an earlier question; None = no answer."""
    key = (source["id"], asked.subject.personal_id, asked.procedure, agency, asked.officer or "")
    until, body = cache.get(key, (0.0, {}))
    if until > time.monotonic():
        return body, True
    question = {"agency": agency, "procedure": asked.procedure, "number": asked.subject.personal_id}
    try:
        answer = await client.post(f"http://127.0.0.1:{TOLD['upstream_port']}/{source['id']}/lookup", json=question)
        body = answer.raise_for_status().json()
    except httpx.HTTPError:
        return None, False
    cache[key] = (time.monotonic() + source["found_s" if body["records"] else "absent_s"], body)
    return body, False


async def recorded(store: AsyncSession, row: CheckRow, verdicts: list[dict[str, Any]]) -> int:
    """Check, verdicts and a leaf chained to the one before, committed before the answer leaves."""
    async with one_writer:
        last = (await store.execute(select(LeafRow).order_by(LeafRow.index.desc()).limit(1))).scalar_one_or_none()
        decisions = [[v["ref"], v["paper"], v["reason"]] for v in verdicts]
        entry = json.dumps({"id": row.id, "subject": row.subject, "decisions": decisions}, sort_keys=True)
        index = last.index + 1 if last else 1
        chained = hashlib.sha256((last.hash if last else b"") + entry.encode()).digest()
        store.add_all([row, LeafRow(index=index, check_id=row.id, entry=entry, hash=chained)])
        await store.commit()
    return index


def receipt(row: CheckRow, procedure: str, today: str, verdicts: list[dict[str, Any]], index: int) -> str:
    """Compact JWS, Ed25519."""
    items = [
        {
            "ref": v["ref"], "evidence_type": v["paper"], "decision": v["decision"], "reason": v["reason"],
            "sources": sorted({h["source"] for h in v["holdings"]}), "legal_basis": v["cites"],
        }
        for v in verdicts
    ]  # fmt: skip
    claims = {
        "iss": "http://127.0.0.1:8000", "jti": row.id, "iat": int(row.decided_at.timestamp()),
        "decided_at": row.decided_at.isoformat(), "agency": row.agency, "procedure": procedure, "as_of": today,
        "subject": row.subject, "policy_version": FACTS["policy_version"], "items": items, "ledger": {"index": index},
    }  # fmt: skip
    head = _base64url(json.dumps({"alg": "Ed25519", "kid": "receipt-0001", "typ": "reuse-receipt+jwt"}).encode())
    signed = f"{head}.{_base64url(json.dumps(claims).encode())}"
    return f"{signed}.{_base64url(SIGNING.sign(signed.encode()))}"


def _base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


async def serve() -> None:
    """Tables first, then answer until told to stop."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    config = uvicorn.Config(app, host="127.0.0.1", port=TOLD["port"], access_log=False, log_level="warning", lifespan="off")
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve())
