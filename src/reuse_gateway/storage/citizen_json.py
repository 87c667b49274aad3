"""Citizens' requests and their answers at rest: the bodies that the leaves bind, their columns, and the way back."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from reuse_gateway.domain.check import MOST_ITEMS
from reuse_gateway.domain.citizen_request import Answer, CitizenRequest, Ground, RequestAnswer, RequestKind
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.events import beside
from reuse_gateway.storage.tables_citizens import citizen_answers, citizen_requests
from reuse_gateway.storage.verdict_json import exact

REQUEST, ANSWER = "citizen_request", "citizen_answer"
_WHOLE = -1


def request_append(request: CitizenRequest) -> Append:
    """What recording a request writes, the event beside it."""
    body = _body(request_told(request))
    append = Append(leaf(REQUEST, body), REQUEST, request.id, {citizen_requests: [request_row(request, body)]})
    return beside(append, (request.told,))


def answer_append(answer: RequestAnswer) -> Append:
    """What recording an answer writes, the event beside it."""
    body = _body(answer_told(answer))
    append = Append(leaf(ANSWER, body), ANSWER, answer.request_id, {citizen_answers: [answer_row(answer, body)]})
    return beside(append, (answer.told,))


def leaf(kind: str, body: str) -> bytes:
    """Leaf bytes: which request and when; what was asked, of which check and by whom stand under the salted digest alone."""
    told = json.loads(body)
    digest = hashlib.sha256(body.encode()).hexdigest()
    return canonical({"v": 1, "kind": kind, "id": told["id"], "at": told["at"][:23] + "Z", "body_sha256": digest})


def request_told(request: CitizenRequest) -> dict[str, Any]:
    """Every word of a request."""
    return {
        "id": request.id,
        "at": exact(request.made_at),
        "kind": request.kind,
        "ground": request.ground,
        "due_on": request.due_on.isoformat(),
        "check_id": request.check_id,
        "agency": request.agency,
        "procedure": request.procedure,
        "place": request.place,
        "evidence_type": request.evidence_type,
        "subject": request.subject,
        "again": request.again,
    }


def answer_told(answer: RequestAnswer) -> dict[str, Any]:
    """Every word of an answer."""
    return {
        "id": answer.request_id,
        "at": exact(answer.answered_at),
        "answer": answer.answer,
        "words": answer.words,
        "client_id": answer.client_id,
        "agency": answer.agency,
    }


def request_of(body: str) -> CitizenRequest:
    """The request that a body tells; ValueError, KeyError or TypeError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    return CitizenRequest(
        id=told["id"],
        kind=RequestKind(told["kind"]),
        ground=Ground(told["ground"]),
        made_at=datetime.fromisoformat(told["at"]),
        due_on=date.fromisoformat(told["due_on"]),
        check_id=told["check_id"],
        agency=told["agency"],
        procedure=told["procedure"],
        place=told["place"],
        evidence_type=told["evidence_type"],
        subject=told["subject"],
        again=told.get("again", 0),
    )


def answer_of(body: str) -> RequestAnswer:
    """The answer that a body tells; raises what `request_of` raises."""
    told: dict[str, Any] = json.loads(body)
    at = datetime.fromisoformat(told["at"])
    return RequestAnswer(told["id"], Answer(told["answer"]), told["words"], at, told["client_id"], told["agency"])


def request_row(request: CitizenRequest, body: str) -> tuple:
    """Columns of `citizen_requests` behind the leaf index; a check as a whole stands at place -1.

    A report made again stands `MOST_ITEMS` places further each time: one row for each, whatever process comes first.
    """
    place = _WHOLE if request.place is None else request.place + MOST_ITEMS * request.again
    kept = (request.id, request.kind.value, request.made_at, request.due_on, request.check_id, place)
    return (*kept, request.agency, request.subject, body)


def answer_row(answer: RequestAnswer, body: str) -> tuple:
    """Columns of `citizen_answers` behind the leaf index."""
    return answer.request_id, answer.answered_at, answer.agency, body


def request_verified(row: Row[Any]) -> tuple[bytes, tuple, tuple]:
    """Leaf bytes and columns that a row must have, and the columns it has. Raises what `request_of` raises."""
    return leaf(REQUEST, row.body), request_row(request_of(row.body), row.body), tuple(row)[1:]


def answer_verified(row: Row[Any]) -> tuple[bytes, tuple, tuple]:
    """The same of an answer."""
    return leaf(ANSWER, row.body), answer_row(answer_of(row.body), row.body), tuple(row)[1:]


def _body(told: dict[str, Any]) -> str:
    return canonical({"v": 1, "salt": secrets.token_hex(16), **told}).decode()
