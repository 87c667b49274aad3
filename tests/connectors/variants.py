"""The toy source in every protocol that HTTP carries, plain and behind a security server: same papers, other envelopes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from .builders import found

Papers = list[dict[str, Any]]
_LOGIN = {
    "type": "login_session",
    "path": "/login",
    "json": {"username": "{secret.TOY_LOGIN_USER}", "password": "{secret.TOY_LOGIN_PASSWORD|md5}"},
    "accepted": {"path": "code", "equals": "0"},
    "token": "session",
    "put": [{"in": "json", "name": "session", "value": "{token}"}],
}
_BEHIND = {
    "forward": "/XrdAdapter/RestService/forward",
    "put": [
        {"in": "header", "name": "X-Road-Client", "value": "{secret.TOY_MEMBER_PATH}"},
        {"in": "query", "name": "dstcode", "value": "{secret.TOY_DSTCODE}"},
    ],
}
_RPC = {"request": {"path": "/g", "verb": "Search", "json": {"id": "{subject.number}"}}}
_SOAP = {
    "request": {
        "path": "/soap",
        "soap": {"operation": "Search", "namespace": "urn:toy", "elements": {"Id": "{subject.number}"}, "unwrap": ["Found"]},
    },
    "records": "papers",
}
_DIGEST = {"type": "digest_timestamp", "user_name": "TOY_LOGIN_USER", "key_name": "TOY_API_KEY"}
_WRAPPED = {"decode": [{"at": "papers", "as": "base64"}, {"at": "papers", "as": "json_text"}]}
VARIANTS: dict[str, dict[str, Any]] = {
    "rest_json": {},
    "session_rpc": {"protocol": "session_rpc", "auth": _LOGIN, "lookup": _RPC},
    "soap_xml": {"protocol": "soap_xml", "lookup": _SOAP},
    "session_rpc_behind": {"protocol": "session_rpc", "auth": _LOGIN, "lookup": _RPC, "through": _BEHIND},
    "soap_xml_behind": {"protocol": "soap_xml", "auth": _DIGEST, "lookup": _SOAP, "through": _BEHIND},
    "rest_json_wrapped": {"lookup": _WRAPPED},
}


def _soap(papers: Papers) -> bytes:
    envelope = ElementTree.Element("{http://schemas.xmlsoap.org/soap/envelope/}Envelope")
    answer = ElementTree.SubElement(
        ElementTree.SubElement(envelope, "{http://schemas.xmlsoap.org/soap/envelope/}Body"), "Found"
    )
    ElementTree.SubElement(answer, "code").text = "1"
    for each in papers:
        one = ElementTree.SubElement(answer, "papers")
        for name, value in each.items():
            ElementTree.SubElement(one, name).text = str(value)
    return ElementTree.tostring(envelope)


def _wrapped(papers: Papers) -> bytes:
    inner = base64.b64encode(json.dumps(papers).encode()).decode()
    return json.dumps({"code": 1, "papers": inner}).encode()


_SPELL: dict[str, Callable[[Papers], bytes]] = {"soap": _soap, "rest_json_wrapped": _wrapped}


def spoken(variant: str, *papers: dict[str, Any]) -> bytes:
    """What the source of this variant answers when it has these papers."""
    spell = _SPELL.get("soap" if variant.startswith("soap") else variant)
    return spell(list(papers)) if spell else found(*papers)
