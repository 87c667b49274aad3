"""How an OpenAPI 3 document says that callers sign in (`security`, `components.securitySchemes`), as a draft can say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from reuse_gateway.workbench.drafting.draft import Draft

_NAME, _PATH = re.compile(r"[A-Za-z0-9_.-]{1,80}"), re.compile(r"/[A-Za-z0-9/_.:-]{1,200}")


def signed_in(spec: Mapping[str, Any], operation: Mapping[str, Any], draft: Draft) -> Draft:
    """The draft with the first way to sign in that can be drafted; the usual one, left open, where the document names none.

    A way that the author chose stands.
    """
    if draft.auth:
        return draft
    schemes = spec.get("components", {}).get("securitySchemes", {})
    wanted = operation.get("security", spec.get("security"))
    if wanted == [] or {} in (wanted or ()):
        return replace(draft, auth="none", left=(*draft.left, "sign-in: the document says that nobody need sign in"))
    for names in wanted or ():
        told = [way for name in names for way in _ways(schemes.get(name, {}))]
        if len(names) == len(told) == 1:
            return _with(draft, told[0], spec)
    named = ", ".join(sorted({str(_kind(schemes.get(name, {}))) for names in wanted or () for name in names}))
    said = f"the document's way ({named}) is not drafted" if named else "the document does not say how"
    return replace(draft, auth="oauth2_client_credentials", left=(*draft.left, f"sign-in: {said}; this one is assumed"))


def _kind(scheme: Mapping[str, Any]) -> Any:
    return scheme.get("scheme") if scheme.get("type") == "http" else scheme.get("type", "unknown")


def _ways(scheme: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    kind = str(_kind(scheme)).lower()
    if kind == "apikey" and scheme.get("in") in ("header", "query") and _NAME.fullmatch(str(scheme.get("name", ""))):
        yield {"auth": "api_key", "key_in": scheme["in"], "key_as": scheme["name"]}
    elif kind == "bearer":
        yield {"auth": "bearer"}
    elif kind == "oauth2" and "clientCredentials" in scheme.get("flows", {}):
        yield {"auth": "oauth2_client_credentials", "desk": str(scheme["flows"]["clientCredentials"].get("tokenUrl", ""))}


def _with(draft: Draft, way: Mapping[str, str], spec: Mapping[str, Any]) -> Draft:
    """A token desk is drafted by its path; whether it stands on another machine is for the author to say."""
    if "desk" not in way:
        return replace(draft, **way)
    desk, here = urlsplit(way["desk"]), urlsplit(str(next(iter(spec.get("servers", ())), {}).get("url", "")))
    left = [] if _PATH.fullmatch(desk.path) else ["sign-in: the document does not say where tokens come from"]
    if desk.netloc and desk.netloc != here.netloc:
        left.append("sign-in: tokens come from another host (host: login)")
    base = here.path.rstrip("/")
    path = desk.path.removeprefix(base) if base and desk.path.startswith(f"{base}/") else desk.path
    return replace(draft, auth=way["auth"], desk=path if _PATH.fullmatch(path) else draft.desk, left=(*draft.left, *left))
