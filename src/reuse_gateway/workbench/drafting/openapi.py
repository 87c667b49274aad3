"""Drafts from an OpenAPI 3 document: the request, the envelope and the fields by their names; what stays open is said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from reuse_gateway.domain.errors import CallerError
from reuse_gateway.domain.text import fold
from reuse_gateway.workbench.drafting.draft import Draft, Envelope, Names
from reuse_gateway.workbench.drafting.signing_in import signed_in

_INPUTS: Mapping[str, str] = {
    **dict.fromkeys(
        ("sodinhdanh", "cccd", "socccd", "socancuoc", "personalid", "citizenid", "identitynumber", "idnumber"),
        "{subject.number}",
    ),
    **dict.fromkeys(
        ("madinhdanh", "msdn", "mst", "masothue", "enterprisecode", "taxcode", "maso", "number"), "{subject.number}"
    ),
    **dict.fromkeys(("hoten", "hovaten", "fullname", "name"), "{subject.full_name}"),
    **dict.fromkeys(("macanbo", "canbo", "officer", "officerid"), "{purpose.officer}"),
    **dict.fromkeys(("madonvi", "donvi", "agency", "agencycode"), "{purpose.agency}"),
    **dict.fromkeys(("madvc", "mathutuc", "matthc", "procedure", "procedurecode"), "{purpose.procedure}"),
    **dict.fromkeys(("mayeucau", "requestid", "traceid"), "{request_id}"),
}
_DATES = ("ngaysinh", "birthdate", "dateofbirth", "dob")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "sodinhdanh",
        "cccd",
        "socccd",
        "personalid",
        "citizenid",
        "identitynumber",
        "madinhdanh",
        "ownerid",
        "msdn",
        "mst",
        "masothue",
    ),
    "full_name": ("hoten", "hovaten", "fullname", "ownername", "tenchu", "tenchugiayto", "name"),
    "birth_date": _DATES,
    "paper_no": ("sohieu", "sogiayto", "sochungchi", "certificateno", "licenceno", "documentno", "serial", "so", "code", "ma"),
    "issued_on": ("ngaycap", "issuedon", "issuedate", "dateofissue", "ngaybanhanh"),
    "expires_on": ("ngayhethan", "expireson", "expirydate", "expiredate", "validto", "thoihanhieuluc"),
    "state": ("trangthai", "state", "status", "tinhtrang"),
}
_ENVELOPES = (
    "errorcode",
    "maloi",
    "status",
    "statuscode",
    "code",
    "succeeded",
    "success",
    "thanhcong",
    "maketqua",
    "resultcode",
)
_NO_ERROR = ("0", "00", "000")
_STATES = {
    "valid": ("hieuluc", "valid", "active", "con"),
    "revoked": ("thuhoi", "huy", "revoked", "cancel"),
    "expired": ("hethan", "expired"),
}
_FORMATS = {r"\d{4}-\d\d-\d\d": "yyyy-MM-dd", r"\d\d/\d\d/\d{4}": "dd/MM/yyyy", r"\d{8}": "yyyyMMdd"}
_SLOTS = {"yyyy-MM-dd": "iso", "dd/MM/yyyy": "ddmmyyyy", "yyyyMMdd": "yyyymmdd", "any": "iso"}
_DEEPEST = 8


def drafted(file: Path, operation_id: str, draft: Draft) -> Draft:
    """The draft with everything the document says about one operation; raises CallerError."""
    spec = _read(file)
    path, method, facts = _operation(spec, operation_id)
    asked, left = _asked(spec, facts, _merged_parameters(spec, path, facts))
    inside = {name: slot for name, slot in asked.items() if f"{{{name}}}" in path}
    for name, slot in inside.items():
        path = path.replace(f"{{{name}}}", slot)
    answer = _answer(spec, facts)
    records, record = _records(answer)
    names, open_fields = _names(record)
    told = {name: slot for name, slot in asked.items() if name not in inside}
    signed = signed_in(spec, facts, draft)
    return replace(
        signed,
        path=path,
        method=method.upper(),
        asked=told,
        envelope=_envelope(answer, records),
        names=names,
        left=(*signed.left, *left, *open_fields),
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        told = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        raise CallerError(f"{file.name} is no readable JSON or YAML", code="invalid_input") from None
    if not isinstance(told, dict) or not str(told.get("openapi", "")).startswith("3."):
        raise CallerError(f"{file.name} is no OpenAPI 3 document", code="invalid_input")
    return told


def _operation(spec: dict[str, Any], operation_id: str) -> tuple[str, str, dict[str, Any]]:
    known = []
    for path, methods in spec.get("paths", {}).items():
        for method, facts in methods.items():
            if isinstance(facts, dict) and (told := facts.get("operationId")):
                known.append(told)
                if told == operation_id and method in ("get", "post"):
                    return path, method, facts
    raise CallerError(f"no GET or POST operation {operation_id}; there are {', '.join(known) or 'none'}", code="invalid_input")


def _resolved(spec: dict[str, Any], schema: Any, depth: int = 0) -> dict[str, Any]:
    """Local references and `allOf` followed; anything further away stays open."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return {}
    reference = schema.get("$ref", "")
    if reference.startswith("#/"):
        target: Any = spec
        for step in reference[2:].split("/"):
            target = target.get(step.replace("~1", "/").replace("~0", "~"), {}) if isinstance(target, dict) else {}
        return _resolved(spec, target, depth + 1)
    told = dict(schema)
    for part in schema.get("allOf", ()):
        inner = _resolved(spec, part, depth + 1)
        told = inner | told | {"properties": inner.get("properties", {}) | told.get("properties", {})}
    told["properties"] = {name: _resolved(spec, each, depth + 1) for name, each in told.get("properties", {}).items()}
    if "items" in told:
        told["items"] = _resolved(spec, told["items"], depth + 1)
    return told


def _merged_parameters(spec: dict[str, Any], path: str, facts: dict[str, Any]) -> list[dict[str, Any]]:
    every = [*spec["paths"][path].get("parameters", ()), *facts.get("parameters", ())]
    return [_resolved(spec, each) for each in every]


def _asked(spec: dict[str, Any], facts: dict[str, Any], parameters: list[dict[str, Any]]) -> tuple[dict[str, str], list[str]]:
    """Their names and our inputs; what is required and means nothing to us is left open."""
    wanted = {
        each["name"]: (_resolved(spec, each.get("schema", {})), bool(each.get("required")))
        for each in parameters
        if each.get("in") in ("query", "path")
    }
    wanted |= dict(_fields_of(_resolved(spec, _json_of(_resolved(spec, facts.get("requestBody", {}))))))
    asked, left = {}, []
    for name, (schema, required) in wanted.items():
        slot = _input(name, schema)
        if slot:
            asked[name] = slot
        elif required:
            left.append(f"request: {name} is required and means nothing to the gateway")
    return asked, left


def _fields_of(body: dict[str, Any], above: str = "", needed: bool = True) -> Iterator[tuple[str, tuple[dict[str, Any], bool]]]:
    """The fields of a body by dotted name, with their schema and whether a caller must tell them."""
    for name, each in body.get("properties", {}).items():
        must = needed and name in body.get("required", ())
        if each.get("properties"):
            yield from _fields_of(each, f"{above}{name}.", must)
        else:
            yield f"{above}{name}", (each, must)


def _json_of(holder: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return told


def _input(name: str, schema: dict[str, Any]) -> str:
    key = _key(name.rpartition(".")[2])
    if key in _DATES:
        return f"{{subject.birth_date|{_SLOTS[_format(schema)]}}}"
    return _INPUTS.get(key, "")


def _answer(spec: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    responses = facts.get("responses", {})
    return _resolved(spec, _json_of(_resolved(spec, responses.get("200", responses.get(200, {})))))


def _records(answer: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Where an object stands that names its owner: the path and its properties; raises CallerError."""
    for path, properties in _objects(answer, ()):
        if any(_key(name) in _FIELDS["number"] for name in properties):
            return ".".join(path) or "@", properties
    raise CallerError("no object in the answer names its owner by number: write the manifest by hand", code="invalid_input")


def _objects(schema: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    inner = schema.get("items", schema) if schema.get("type") == "array" else schema
    properties = inner.get("properties", {})
    if properties:
        yield path, properties
    for name, each in properties.items():
        yield from _objects(each, (*path, name))


def _envelope(answer: dict[str, Any], records: str) -> Envelope:
    """The field that says it went well; of a bare list its being a list."""
    if records == "@":
        return Envelope("type(@)", '"array"', '"object"', "@")
    scalars = {_key(path): (path, each) for path, each in _scalars(answer, records)}
    found = next((scalars[key] for key in _ENVELOPES if key in scalars), None)
    if found is None:
        raise CallerError("no field of the answer says that it went well: write the manifest by hand", code="invalid_input")
    path, schema = found
    if schema.get("type") == "boolean":
        return Envelope(path, "true", "false", records)
    ok = _good(_key(path), schema)
    return Envelope(path, json.dumps(ok), json.dumps(_otherwise(ok)), records)


def _scalars(answer: dict[str, Any], records: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Fields of the answer itself that are no objects."""
    for name, each in answer.get("properties", {}).items():
        if name != records and not each.get("properties") and each.get("type") not in ("array", "object"):
            yield name, each


def _good(key: str, schema: dict[str, Any]) -> Any:
    """The value that says it went well: of a code of errors the one that is none, else what the document names first."""
    of_errors, named = "error" in key or "loi" in key, list(schema.get("enum", ()))
    none = [value for value in named if of_errors and str(value) in _NO_ERROR]
    said = schema.get("const", next(iter(none or named), schema.get("example", schema.get("default"))))
    if said is None:
        return (0 if of_errors else 1) if schema.get("type") == "integer" else ("0" if of_errors else "1")
    return said


def _otherwise(ok: Any) -> Any:
    return type(ok)("99") if isinstance(ok, int | str) else "99"


def _names(record: dict[str, Any]) -> tuple[Names, list[str]]:
    """The record's fields by what they are called; a state without words that are known is left open."""
    told = {ours: next((name for key in keys for name in record if _key(name) == key), "") for ours, keys in _FIELDS.items()}
    states = {value: _state(value) for value in record.get(told["state"], {}).get("enum", ()) if isinstance(value, str)}
    known = {value: then for value, then in states.items() if then}
    left = [f"{told['state']}: what does {value} mean?" for value, then in states.items() if not then]
    if told["state"] and "valid" not in known.values():
        left.append(f"{told['state']} is not read: no value of it is known to mean valid")
        told["state"], known = "", {}
    if not told["paper_no"]:
        told["paper_no"] = told["number"]
        left.append("no field is the number of the paper: the owner's number stands in its place")
    formats = {
        f"{name}_format": _format(record.get(told[field], {}))
        for name, field in (("birth", "birth_date"), ("issued", "issued_on"), ("expires", "expires_on"))
    }
    return Names(**told, **formats, states=known), left


def _state(value: str) -> str:
    key = _key(value)
    return next((then for then, words in _STATES.items() if any(key.startswith(word) or key == word for word in words)), "")


def _format(schema: dict[str, Any]) -> str:
    if schema.get("format") in ("date", "date-time"):
        return "yyyy-MM-dd"
    example = str(schema.get("example", ""))
    return next((told for pattern, told in _FORMATS.items() if re.fullmatch(pattern, example)), "any")


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(name))
