"""Cases about what one lookup makes of bad answers; each is one coroutine that returns, raises Failed or NotApplicable."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable, Mapping

from reuse_gateway.domain.holding import Doubt, Holding
from reuse_gateway.simulation.rehearsal import Misconduct
from reuse_gateway.workbench.contract.asserting import (
    must_be_unknown,
    must_equal,
    must_hold_something,
    must_not_be_held,
    said,
)
from reuse_gateway.workbench.contract.reshaping import CANARY, planted, with_records
from reuse_gateway.workbench.stage import Failed, Question, Stage

_HTML = "<html><body><form>Đăng nhập hệ thống</form></body></html>".encode()
_FIVE_MB = 5 * 1024 * 1024
_NOTHING_SAID = (b"", b"{}", b"null", b"0", b'"ok"')


async def _bent(stage: Stage, question: Question, how: Misconduct) -> tuple[Holding, ...]:
    stage.misbehaving.misbehave(how)
    try:
        return await stage.once(question)
    finally:
        stage.misbehaving.misbehave(None)


async def server_error(stage: Stage, question: Question) -> None:
    """500 is a source that is not there."""
    must_be_unknown(await _bent(stage, question, Misconduct(500, b'{"error": "x"}')), Doubt.SOURCE_UNAVAILABLE)


async def forbidden(stage: Stage, question: Question) -> None:
    """403 is a refusal."""
    must_be_unknown(await _bent(stage, question, Misconduct(403, b"{}")), Doubt.SOURCE_DENIED)


async def too_many(stage: Stage, question: Question) -> None:
    """429 with Retry-After is obeyed: nobody asks again within this lookup."""
    rehearsal, told = stage.misbehaving, Misconduct(429, b"{}", headers=(("retry-after", "120"),))
    rehearsal.misbehave(told)
    must_be_unknown(await stage.once(question), Doubt.SOURCE_UNAVAILABLE)
    asked = rehearsal.asked
    rehearsal.misbehave(None)
    if asked != 1:
        raise Failed(f"asked {asked} times although Retry-After said 120 s")


async def html_at_200(stage: Stage, question: Question) -> None:
    """A login page with status 200 is no answer, whatever it calls itself."""
    for content_type in ("text/html; charset=utf-8", "application/json"):
        told = await _bent(stage, question, Misconduct(200, _HTML, content_type))
        must_be_unknown(told, Doubt.BAD_ANSWER)


async def nothing_said(stage: Stage, question: Question) -> None:
    """Absence must be said: an empty answer says nothing."""
    for body in _NOTHING_SAID:
        must_be_unknown(await _bent(stage, question, Misconduct(200, body)))


async def redirected(stage: Stage, question: Question) -> None:
    """Redirects are not followed."""
    how = Misconduct(302, b"", headers=(("location", "http://127.0.0.1:9/"),))
    must_be_unknown(await _bent(stage, question, how), Doubt.BAD_ANSWER)


async def truncated(stage: Stage, question: Question) -> None:
    """An answer that breaks off is none."""
    must_be_unknown(await _bent(stage, question, Misconduct(cut=True)))


async def broken_inside(stage: Stage, question: Question) -> None:
    """So is one whose length is right and whose end is missing."""
    how = Misconduct(reshape=lambda body: body[: int(len(body) * 0.6)])
    must_be_unknown(await _bent(stage, question, how))


async def wrong_charset(stage: Stage, question: Question) -> None:
    """UTF-8 was promised; anything else is no answer."""
    must_be_unknown(await _bent(stage, question, Misconduct(reshape=lambda body: body.decode().encode("utf-16"))))


async def decomposed_text(stage: Stage, question: Question) -> None:
    """The same letters in NFD say the same."""
    how = Misconduct(reshape=lambda body: unicodedata.normalize("NFD", body.decode()).encode())
    must_equal(await _bent(stage, question, how), await stage.once(question))


async def five_megabytes(stage: Stage, question: Question) -> None:
    """A true answer padded beyond the size cap is refused."""
    size = max(_FIVE_MB, stage.manifest.limits.response_bytes + 1)
    how = Misconduct(reshape=lambda body: body + b" " * size)
    must_be_unknown(await _bent(stage, question, how), Doubt.BAD_ANSWER)


async def compressed(stage: Stage, question: Question) -> None:
    """An encoding that nobody asked for may hide any size."""
    how = Misconduct(reshape=lambda body: body, headers=(("content-encoding", "gzip"),))
    must_be_unknown(await _bent(stage, question, how), Doubt.BAD_ANSWER)


async def same_record_twice(stage: Stage, question: Question) -> None:
    """Duplicates of one record are that record, or too unclear to be anything."""
    twice = with_records(question[0], lambda records: records * 2 if isinstance(records, list) else [records, records])
    told = await _bent(stage, question, Misconduct(reshape=twice))
    true = {each.evidence_type: each.outcome for each in await stage.once(question)}
    if any(each.doubt is None and each.outcome is not true[each.evidence_type] for each in told):
        raise Failed(f"{said(told)}; duplicates must mean the same, or be unknown")


async def empty_list(stage: Stage, question: Question) -> None:
    """No records, no paper."""
    how = Misconduct(reshape=with_records(question[0], lambda records: []))
    must_not_be_held(await _bent(stage, question, how))


async def only_declared_fields(stage: Stage, question: Question) -> None:
    """A field that the manifest does not name changes nothing and leaves nothing."""
    told = await _bent(stage, question, Misconduct(reshape=planted))
    must_equal(told, await stage.once(question))
    must_hold_something(told)
    if CANARY in repr(told):
        raise Failed("a field that the manifest does not name has left the adapter")


CASES: Mapping[str, Callable[[Stage, Question], Awaitable[None]]] = {
    case.__name__: case
    for case in (
        server_error,
        forbidden,
        too_many,
        html_at_200,
        nothing_said,
        redirected,
        truncated,
        broken_inside,
        wrong_charset,
        decomposed_text,
        five_megabytes,
        compressed,
        same_record_twice,
        empty_list,
        only_declared_fields,
    )
}
