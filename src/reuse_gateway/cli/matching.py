"""`catalogue match`: which papers the rows of a dossier demand, for programs (NDJSON) and, word by word, for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO

import typer

from reuse_gateway.domain.errors import MalformedBody, TooLarge
from reuse_gateway.domain.matching import Reading, Vocabulary

LARGEST_LINE_BYTES = 1_048_576

_SAYS = {
    "demanded": "demanded",
    "background": "only mentioned",
    "waived": "waived",
}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("match")(match)


def match(
    text: Annotated[str | None, typer.Argument(help="One row; without it NDJSON {id, procedure, case, text} is read.")] = None,
    case: Annotated[str, typer.Option(help="The case the row stands under.")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Say what matched what.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Match words to papers; exit 1 when a row is unsure, 2 when the input is not NDJSON."""
    from reuse_gateway.catalogue.loader import load
    from reuse_gateway.catalogue.vocabulary import load_vocabulary

    vocabulary = load_vocabulary(load().evidence_types.values())
    rows = [{"id": "", "case": case, "text": text}] if text is not None else rows_of(sys.stdin.buffer)
    unsure = 0
    for row in rows:
        reading = vocabulary.read(row["text"], row["case"])
        unsure += not reading.sure
        answer = answered(row["id"], reading) | (explained(row["text"], reading, vocabulary) if explain else {})
        typer.echo(json.dumps(answer, ensure_ascii=False) if as_json else "\n".join(told(row["text"], answer)))
    raise typer.Exit(1 if unsure and not as_json else 0)


def rows_of(stream: BinaryIO) -> Iterator[dict[str, str]]:
    """Rows of NDJSON; a missing id or case is empty, text must be there. Raises MalformedBody or TooLarge naming the line."""
    line = 0
    while raw := stream.readline(LARGEST_LINE_BYTES + 1):
        line += 1
        if len(raw) > LARGEST_LINE_BYTES:
            raise TooLarge(f"line {line}: longer than {LARGEST_LINE_BYTES} bytes", limit=LARGEST_LINE_BYTES)
        if raw.strip():
            yield _row(raw, line)


def _row(raw: bytes, line: int) -> dict[str, str]:
    try:
        value = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise MalformedBody(f"line {line}: not JSON in UTF-8 that can be read", line=line) from None
    if not isinstance(value, dict):
        raise MalformedBody(f"line {line}: not an object", line=line)
    if value.get("text") is None:
        raise MalformedBody(f"line {line}: text is missing", line=line)
    return {name: _text(value.get(name), line, name) for name in ("id", "case", "text")}


def _text(value: Any, line: int, name: str) -> str:
    """Text that a terminal takes: lone surrogates are dropped."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MalformedBody(f"line {line}: {name} is not text", line=line)
    return value.encode("utf-8", "ignore").decode("utf-8")


def answered(id: str, reading: Reading) -> dict[str, Any]:
    """The answer of the contract."""
    return {
        "id": id,
        "kind": reading.kind.value,
        "evidence_types": list(reading.evidence_types),
        "substitution": reading.substitution,
        "original": reading.original,
        "score": round(reading.score, 3),
    }


def explained(text: str, reading: Reading, vocabulary: Vocabulary) -> dict[str, Any]:
    """What stands behind the answer: phrases, roles, alternatives, and suggestions where nothing is sure."""
    matched = [
        {
            "words": each.written,
            "pattern": each.pattern,
            "evidence_types": list(each.types),
            "standing": each.standing.value,
            "score": each.score,
            "role": each.role,
        }
        for each in reading.named
    ]
    return {
        "matched": matched,
        "any_of": [list(together) for together in reading.any_of],
        "role": reading.role,
        "mode": "present" if reading.present else "submit",
        "complete": reading.complete,
        "signs": list(reading.signs),
        "suggestions": [] if reading.sure else list(vocabulary.suggest(text)),
    }


def told(text: str, answer: dict[str, Any]) -> Iterator[str]:
    """The answer in words."""
    yield text
    flags = [name for name in ("substitution", "original") if answer[name]]
    yield f"  {answer['kind']}  {', '.join(answer['evidence_types']) or '-'}  {answer['score']:.2f}  {' '.join(flags)}".rstrip()
    for each in answer.get("matched", ()):
        role = f" of {each['role']}" if each["role"] else ""
        types, standing = ", ".join(each["evidence_types"]), _SAYS[each["standing"]]
        yield f"    {standing}: “{each['words']}” -> {types}{role} ({each['score']:.2f}) by “{_short(each['pattern'])}”"
    if answer.get("suggestions"):
        yield f"    suggestions: {', '.join(answer['suggestions'])}"


def _short(pattern: str) -> str:
    return pattern if len(pattern) <= 80 else pattern[:79] + "…"
