"""SOAP 1.1: elements in their fixed order, answers by local names, without DOCTYPE, within limits."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reuse_gateway.connectors.asking import SoapCall
from reuse_gateway.connectors.decoding import decode_xml
from reuse_gateway.connectors.exchange import Answer, Outgoing
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.placeholders import Inputs, MissingInput, fill_tree
from reuse_gateway.connectors.rest_json import field_misfit, filled_headers, target_of
from reuse_gateway.connectors.understanding import Meant, understand

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
# XML 1.0 has no spelling at all for these characters.
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class SoapXml:
    """Asks with one operation, understands the body of the envelope."""

    name = "soap_xml"
    line = "http"

    def misfit(self, manifest: Manifest, lookup: LookupFacts) -> str | None:
        """What keeps this protocol from asking so; None = nothing."""
        facts = lookup.request
        if facts.path is None or facts.soap is None or facts.method != "POST" or facts.json_body is not None or facts.verb:
            return "soap_xml needs path and soap and method POST, and no json"
        return field_misfit(manifest, facts)

    def compose(self, lookup: LookupFacts, inputs: Inputs) -> Outgoing:
        """The envelope, built from values and never from text; raises MissingInput, also for text that XML cannot hold."""
        facts, call = lookup.request, lookup.request.soap
        if call is None:
            raise MissingInput
        told = fill_tree(call.elements, inputs)
        headers = [
            *filled_headers(facts, inputs),
            ("content-type", f"{call.content_type}; charset=utf-8"),
            ("soapaction", f'"{call.action}"'),
        ]
        return Outgoing("POST", target_of(facts, inputs), tuple(headers), _envelope(call, told).encode())

    def understand(self, lookup: LookupFacts, answer: Answer) -> Meant:
        unwrap = ("Envelope", "Body", *(lookup.request.soap.unwrap if lookup.request.soap else ()))
        return understand(lookup, answer, lambda body: decode_xml(body, unwrap))


def _envelope(call: SoapCall, told: dict[str, Any]) -> str:
    inner = "m:" if call.qualified == "true" else ""
    body = "".join(_element(f"{inner}{name}", value, inner) for name, value in told.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{_ENVELOPE}" '
        f"xmlns:m={quoteattr(call.namespace)}>"
        f"<soapenv:Header/><soapenv:Body><m:{call.operation}>{body}</m:{call.operation}></soapenv:Body></soapenv:Envelope>"
    )


def _element(name: str, value: Any, inner: str) -> str:
    """A list repeats its element; an object with nothing told in it is left out."""
    if isinstance(value, list):
        return "".join(_element(name, each, inner) for each in value)
    if isinstance(value, dict):
        children = "".join(_element(f"{inner}{child}", each, inner) for child, each in value.items())
        return f"<{name}>{children}</{name}>" if children else ""
    if _UNSAYABLE.search(value):
        raise MissingInput
    return f"<{name}>{escape(value)}</{name}>"
