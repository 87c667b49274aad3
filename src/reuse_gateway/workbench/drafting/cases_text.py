"""The cases of a draft: a simulated source in the drafted shape, with every way of answering that the contract wants."""

from __future__ import annotations

import json
from collections.abc import Iterator

from reuse_gateway.workbench.drafting.draft import Draft
from reuse_gateway.workbench.drafting.manifest_text import quoted

_SPELT = {"yyyy-MM-dd": "iso", "dd/MM/yyyy": "vn", "yyyyMMdd": "compact", "any": "iso"}
_BEARER = '{in: header, name: authorization, prefix: "Bearer "}'
_REFUSED = "refusal: {body: refused, status: 401}"
_OTHER = {"citizen": "999090999999", "business": "9990009999"}


def cases_text(draft: Draft) -> str:
    """YAML."""
    return "\n".join(_rows(draft) if draft.local else _http(draft)) + "\n"


def _record(draft: Draft, paper: str, twin: bool = False) -> dict[str, str]:
    """One record with slots; a twin differs in its number."""
    names, kind = draft.names, draft.names.kind if len(draft.papers) > 1 else ""
    told = {
        names.number: "${number}",
        # Second: shared faults of rows leave the first two columns alone, by which rows are found and told apart.
        names.paper_no: f"{draft.papers.index(paper) + 1}{'9' if twin else '1'}/2024",
        names.full_name: "${xml:full_name}" if draft.protocol == "soap_xml" else "${full_name}",
        names.birth_date: f"${{{_SPELT.get(names.birth_format, 'iso')}:birth_date}}",
        kind: draft.code_of(paper),
        names.issued_on: f"${{{_SPELT.get(names.issued_format, 'iso')}:issued}}",
        names.expires_on: f"${{{_SPELT.get(names.expires_format, 'iso')}:last}}",
        names.state if names.states else "": "${standing}",
    }
    return {name: value for name, value in told.items() if name}


def _values(draft: Draft) -> dict[str, str]:
    told = {"issued": "2024-03-01"}
    if draft.names.expires_on:
        told["last"] = "thisyear+5-12-31"
    if draft.names.states:
        told["standing"] = next(value for value, then in draft.names.states.items() if then == "valid")
    return told


def _lapsed(draft: Draft) -> tuple[dict[str, str], str]:
    """What makes a paper lapse, and what that means; nothing where the source cannot tell."""
    gone = [(value, then) for value, then in draft.names.states.items() if then != "valid"]
    if gone and draft.names.state:
        return {"standing": gone[0][0]}, gone[0][1]
    return ({"last": "2020-12-31"}, "expired") if draft.names.expires_on else ({}, "valid")


def _http(draft: Draft) -> Iterator[str]:
    if draft.protocol == "soap_xml":
        yield "content_type: text/xml; charset=utf-8"
    yield from _door(draft)
    yield from ("routes:", f"  - method: {draft.method}", f"    path: {_route(draft)}", f"    number: {_number(draft)}")
    if draft.protocol == "session_rpc":
        yield "    verb: {service: TraCuu}"
    if draft.protocol == "soap_xml":
        yield from ("    operation: TraCuu", f"    order: [{', '.join(draft.asked)}]")
    with_, means = _lapsed(draft)
    yield from ("    cases:", "      valid: {body: found}", "      absent: {body: nobody}")
    yield f"      expired: {{body: found, with: {_flow(with_)}, means: {means}}}"
    if draft.names.full_name:
        yield '      mismatch: {body: found, with: {full_name: "Người Khác Tên"}}'
    yield "      ambiguous: {body: two}"
    yield f'      wrong_owner: {{body: found, with: {{number: "{_OTHER[draft.kind]}"}}}}'
    yield from ("      denied: {status: 403, body: refused}", "      error_in_200: {body: failed}")
    yield f"values: {_flow(_values(draft))}"
    yield "bodies:"
    yield from (f"  {name}: {_single(body)}" for name, body in _bodies(draft).items())


def _route(draft: Draft) -> str:
    """Inputs inside the path become the route's parameters."""
    path = draft.path.replace("{subject.number}", "{number}").replace("{subject.personal_id}", "{number}")
    return quoted(path) if "{" in path else path


def _number(draft: Draft) -> str:
    if "{number}" in _route(draft):
        return "{path: number}"
    field = next(
        (name for name, slot in draft.asked.items() if "subject.number" in slot or "_id}" in slot or "about." in slot), ""
    )
    place = "xml" if draft.protocol == "soap_xml" else "query" if draft.method == "GET" else "json"
    return f"{{{place}: {field}}}"


def _door(draft: Draft) -> Iterator[str]:
    ways = {
        "none": [],
        "api_key": [f"door: {{type: key, key: {{in: {draft.key_in}, name: {draft.key_as}}}, {_REFUSED}}}"],
        "bearer": [f"door: {{type: key, key: {_BEARER}, {_REFUSED}}}"],
        "digest_timestamp": [f"door: {{type: digest, {_REFUSED}}}"],
        "oauth2_client_credentials": [f"token: {{path: {draft.desk}, expires_s: 3600, refusal: refused}}"],
        "login_session": [
            "door:",
            "  type: login",
            "  path: /login",
            "  user_field: username",
            "  password_field: password",
            "  expires_s: 600",
            "  answer: opened",
            "  refused_login: {body: failed}",
            "  session: " + ("{in: json, name: session}" if draft.protocol == "session_rpc" else _BEARER),
            f"  {_REFUSED}",
        ],
    }
    yield from ways[draft.auth]


def _bodies(draft: Draft) -> dict[str, str]:
    one = [_record(draft, paper) for paper in draft.papers]
    twins = [_record(draft, paper, twin=True) for paper in draft.papers]
    opened = {"opened": _opened(draft)} if draft.auth == "login_session" else {}
    if draft.protocol == "soap_xml":
        told = {"refused": _soap(draft, draft.envelope.failed, []), "failed": _soap(draft, draft.envelope.failed, [])}
        told |= {"nobody": _soap(draft, draft.envelope.ok, []), "found": _soap(draft, draft.envelope.ok, one)}
        return opened | told | {"two": _soap(draft, draft.envelope.ok, one + twins)}
    failed = _failed(draft)
    return opened | {
        "refused": json.dumps(failed, ensure_ascii=False),
        "failed": json.dumps(failed, ensure_ascii=False),
        "nobody": _json(draft, []),
        "found": _json(draft, one),
        "two": _json(draft, one + twins),
    }


def _failed(draft: Draft) -> dict[str, object]:
    bare = draft.envelope.records == "@"
    return {"error": "x"} if bare else _nested(draft.envelope.path, json.loads(draft.envelope.failed))


def _opened(draft: Draft) -> str:
    told = (
        _nested(draft.envelope.path, json.loads(draft.envelope.ok))
        if draft.protocol != "soap_xml"
        else {draft.envelope.path: draft.envelope.ok_text}
    )
    return json.dumps(told | {"session": "${session}"}, ensure_ascii=False)


def _json(draft: Draft, records: list[dict[str, str]]) -> str:
    if draft.envelope.records == "@":
        return json.dumps(records, ensure_ascii=False)
    told = _nested(draft.envelope.path, json.loads(draft.envelope.ok))
    held = _nested(draft.envelope.records, records)
    return json.dumps(_merged(told, held), ensure_ascii=False)


def _nested(path: str, value: object) -> dict[str, object]:
    first, _, rest = path.partition(".")
    return {first: _nested(rest, value) if rest else value}


def _merged(one: dict[str, object], other: dict[str, object]) -> dict[str, object]:
    told = dict(one)
    for name, value in other.items():
        known = told.get(name)
        told[name] = _merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return told


def _soap(draft: Draft, said: str, records: list[dict[str, str]]) -> str:
    inner = "".join(
        f"<{draft.records}>{''.join(f'<{name}>{value}</{name}>' for name, value in each.items())}</{draft.records}>"
        for each in records
    )
    said = f"<{draft.envelope.path}>{json.loads(said)}</{draft.envelope.path}>"
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><TraCuuResponse>'
        f"{said}{inner}</TraCuuResponse></s:Body></s:Envelope>"
    )


def _rows(draft: Draft) -> Iterator[str]:
    one = _record(draft, draft.papers[0])
    heading, everything = list(one), [_record(draft, paper) for paper in draft.papers]
    twins = [_record(draft, paper, twin=True) for paper in draft.papers]
    with_, means = _lapsed(draft)
    lapsed = [{name: _with(value, with_) for name, value in each.items()} for each in everything]
    other = [each | {draft.names.full_name: "Người Khác Tên"} for each in everything]
    cases = {"valid": everything, "expired": lapsed, "mismatch": other, "ambiguous": everything + twins}
    yield f"means: {{expired: {means}}}"
    own = draft.protocol == "file_drop"
    yield from (
        ("dropped:", "  format: csv", f"  heading: [{', '.join(heading)}]", "  files:", "    2026-01-01.csv:")
        if own
        else (
            "table:",
            f"  name: {draft.id}",
            f"  columns: [{', '.join(heading)}]",
            "  cases:",
        )
    )
    for name, records in cases.items():
        rows = "], [".join(", ".join(quoted(_keyed(draft, column, cell)) for column, cell in each.items()) for each in records)
        yield f"{'      ' if own else '    '}{name}: [[{rows}]]"
    yield f"values: {_flow(_values(draft))}"


def _keyed(draft: Draft, column: str, cell: str) -> str:
    """Rows of dropped files are told apart by the paper's number: everybody has their own."""
    return "${number}-" + cell if draft.protocol == "file_drop" and column == draft.names.paper_no else cell


def _with(cell: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        cell = cell.replace(f"${{{name}}}", value).replace(f"${{iso:{name}}}", value)
    return cell


def _flow(values: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {quoted(value)}" for name, value in values.items()) + "}"


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
