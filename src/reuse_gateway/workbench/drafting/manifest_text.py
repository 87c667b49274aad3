"""The manifest of a draft, as an author would write it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reuse_gateway.workbench.drafting.draft import Draft

SCHEMA = "# yaml-language-server: $schema=../manifest.schema.json"


def manifest_text(draft: Draft) -> str:
    """YAML."""
    return "\n".join(_lines(draft)) + "\n"


def quoted(text: str) -> str:
    """Text in double quotes, as YAML and JSON both read it."""
    return json.dumps(text, ensure_ascii=False)


def _lines(draft: Draft) -> Iterator[str]:
    yield SCHEMA
    yield f"# {draft.name_en}. Drafted by `connector new`: what is assumed is marked."
    for open_end in draft.left:
        yield f"# open: {open_end}"
    yield from ("manifest: 1", f"id: {draft.id}", "version: 0.1.0")
    yield f"name: {{vi: {quoted(draft.name_vi)}, en: {quoted(draft.name_en)}}}"
    yield from (f"owner: {quoted(draft.owner)}", f"tier: {draft.tier}", "law:", f"  bases: [{', '.join(draft.bases)}]")
    yield from ("  connected_from: 2026-01-01             # assumed", "  verified: false", "simulated: true")
    yield f"protocol: {draft.protocol}"
    yield from _auth(draft)
    yield "limits: {connect_timeout_s: 1, timeout_s: 2.5, max_in_flight: 16, retries: 1}"
    yield "freshness: {found_s: 300, absent_s: 30}"
    yield from _place(draft)
    yield from ("lookups:", f"  - subjects: [{draft.kind}]", f"    needs: [{', '.join(_needs(draft))}]")
    yield from _request(draft)
    yield from _outcomes(draft)
    yield from _records(draft)
    yield from _evidence(draft)


def _needs(draft: Draft) -> list[str]:
    told = " ".join(draft.asked.values())
    number = "personal_id" if draft.kind == "citizen" else "enterprise_code"
    named = [name for name in ("full_name", "birth_date") if f"subject.{name}" in told]
    named = ["name" if name == "full_name" and draft.kind == "business" else name for name in named]
    about = [f"about.{name}" for name in ("number", "plate", "parcel", "certificate_no") if f"about.{name}" in told]
    return [number, *named, *about]


def _auth(draft: Draft) -> Iterator[str]:
    name = draft.secret
    ways = {
        "none": ["auth: {type: none}"],
        "api_key": [f"auth: {{type: api_key, in: {draft.key_in}, name: {draft.key_as}, key_name: {name}_API_KEY}}"],
        "bearer": [f"auth: {{type: bearer, token_name: {name}_BEARER_TOKEN}}"],
        "digest_timestamp": [f"auth: {{type: digest_timestamp, user_name: {name}_LOGIN_USER, key_name: {name}_API_KEY}}"],
        "oauth2_client_credentials": [
            "auth:",
            "  type: oauth2_client_credentials",
            f"  token_path: {draft.desk}",
            "  style: basic",
            f"  client_id_name: {name}_CLIENT_ID",
            f"  client_secret_name: {name}_CLIENT_SECRET",
        ],
        "login_session": [
            "auth:",
            "  type: login_session",
            "  path: /login",
            f'  json: {{username: "{{secret.{name}_LOGIN_USER}}", password: "{{secret.{name}_LOGIN_PASSWORD}}"}}',
            f"  accepted: {{path: {draft.envelope.path}, equals: {quoted(draft.envelope.ok_text)}}}",
            "  token: session",
            "  lasts_s: 600",
            _session(draft),
        ],
    }
    yield from ways[draft.auth]


def _session(draft: Draft) -> str:
    if draft.protocol == "session_rpc":
        return '  put: [{in: json, name: session, value: "{token}"}]'
    return '  put: [{in: header, name: authorization, value: "Bearer {token}"}]'


def _place(draft: Draft) -> Iterator[str]:
    columns = _columns(draft)
    if draft.protocol == "sql_view":
        yield f"database: {{url_name: {draft.secret}_DATABASE_URL, most_rows: 50}}"
    elif draft.protocol == "file_drop":
        yield from ("drop:", f"  folder_name: {draft.secret}_FOLDER", "  format: csv", "  columns:")
        yield from (f"    {column}: {column}" for column in columns)
        yield from (f"  key: [{draft.names.paper_no}]", f"  owner: [{draft.names.number}]")


def _columns(draft: Draft) -> list[str]:
    names = draft.names
    told = (names.number, names.full_name, names.birth_date, names.kind if len(draft.papers) > 1 else "", names.paper_no)
    return [column for column in (*told, names.issued_on, names.expires_on, names.state) if column]


def _request(draft: Draft) -> Iterator[str]:
    if draft.protocol == "file_drop":
        yield "    request: {}"
    elif draft.protocol == "sql_view":
        yield from ("    request:", "      statement:")
        # Text for a file: the loader holds every statement against its closed list of words.
        columns = ", ".join(_columns(draft))
        yield f"        sql: SELECT {columns} FROM {draft.id} WHERE {draft.names.number} = :number"  # noqa: S608
        yield '        bind: {number: "{subject.number}"}'
    else:
        yield from _http_request(draft)


def _http_request(draft: Draft) -> Iterator[str]:
    yield "    request:"
    yield f"      method: {draft.method}"
    yield f"      path: {quoted(draft.path) if '{' in draft.path else draft.path}"
    if draft.method == "POST":
        yield "      repeatable: true                   # assumed: it only reads"
    if draft.protocol == "session_rpc":
        yield "      verb: TraCuu"
    if draft.protocol == "soap_xml":
        yield from ("      soap:", "        operation: TraCuu", f"        namespace: {quoted(f'urn:{draft.id}')}")
        yield from ("        unwrap: [TraCuuResponse]", "        elements:                        # in this order")
        yield from (f"          {name}: {quoted(slot)}" for name, slot in draft.asked.items())
    elif draft.asked:
        yield f"      {'query: ' + _held(draft.asked) if draft.method == 'GET' else 'json: ' + _held(_nested(draft.asked))}"


def _held(told: Mapping[str, Any]) -> str:
    """A mapping on one line."""
    inside = (f"{name}: {_held(slot) if isinstance(slot, dict) else quoted(slot)}" for name, slot in told.items())
    return f"{{{', '.join(inside)}}}"


def _nested(asked: Mapping[str, str]) -> dict[str, Any]:
    """`a.b` as b below a."""
    told: dict[str, Any] = {}
    for name, slot in asked.items():
        *above, last = name.split(".")
        place = told
        for step in above:
            place = place.setdefault(step, {})
        place[last] = slot
    return told


def _outcomes(draft: Draft) -> Iterator[str]:
    status, records = "{status: [200]}", draft.records
    said = [status] if draft.local else [status, f"{{path: {draft.envelope.path}, equals: {quoted(draft.envelope.ok_text)}}}"]
    yield "    outcomes:                            # whatever matches none is unknown; 401, 403, 429, 5xx mean what they say"
    for being, then in (("filled", "found"), ("empty", "absent")):
        yield f"      - {{when: [{', '.join(said)}, {{path: {quoted(records)}, is: {being}}}], then: {then}}}"


def _records(draft: Draft) -> Iterator[str]:
    names = draft.names
    yield f"    records: {quoted(draft.records)}"
    told = [f"number: [{names.number}]"]
    told += [f"full_name: [{names.full_name}]"] if names.full_name else []
    told += [f"birth_date: {{path: {names.birth_date}, format: {names.birth_format}}}"] if names.birth_date else []
    yield f"    owners: [{{{', '.join(told)}}}]"
    if len(draft.papers) > 1:
        yield "    several: one_per_paper"


def _evidence(draft: Draft) -> Iterator[str]:
    names, dated = draft.names, (draft.names.issued_on or draft.names.expires_on)
    if dated or names.states:
        yield "    fields:                              # the only facts that leave"
    if names.issued_on:
        yield f"      issued_on: {{path: {names.issued_on}, format: {names.issued_format}}}"
    if names.expires_on:
        yield f"      expires_on: {{path: {names.expires_on}, format: {names.expires_format}}}"
    if names.state and names.states:
        yield "      states:"
        for value, then in names.states.items():
            yield f"        - {{when: {{path: {names.state}, equals: {quoted(value)}}}, then: {then}}}"
    yield "    evidence:"
    codes = ", ".join(draft.code_of(paper) for paper in draft.papers)
    for paper in draft.papers:
        if len(draft.papers) > 1:
            yield f"      {paper}: {{present: {{path: {names.kind}, equals: {draft.code_of(paper)}, among: [{codes}]}}}}"
        else:
            yield f"      {paper}: {{present: {{path: {names.paper_no}, is: filled}}}}"
