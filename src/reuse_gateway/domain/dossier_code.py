"""A dossier's code (mã hồ sơ): the body that numbered it, the day it came in, its serial of that day. Pure."""

from __future__ import annotations

from reuse_gateway.domain.agency import agency_code, within


def one_spelling(dossier: str) -> str:
    """The code as it is kept: its body in the parent-first spelling, the rest as it came (zeros of the serial are part of it).

    One dossier spelt five ways would be five dossiers, each with a first supplement request. What names no body stays as it is.
    """
    body, rest = body_of(dossier), dossier.partition("-")[1:]
    return dossier if body is None else body + "".join(rest)


def body_of(dossier: str) -> str | None:
    """The body whose code stands in front (`H41.12-261123-0001`), in the parent-first spelling; None = none can be read."""
    try:
        return agency_code(dossier.partition("-")[0])
    except ValueError:
        return None


def may_use(agency: str, dossier: str) -> bool:
    """May this body ask under the code? Its own codes and those of bodies below it; one that names nobody binds nobody."""
    body = body_of(dossier)
    return body is None or within(body, agency)


def branch_asking(agency: str, dossier: str) -> str | None:
    """Bodies that ask together under the code: the one that numbered it with all below it; None = this body by itself."""
    body = body_of(dossier)
    return body if body is not None and within(agency, body) else None
