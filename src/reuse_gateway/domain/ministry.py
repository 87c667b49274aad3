"""The body that decides what a procedure demands (cơ quan công bố): a ministry or a body of its rank."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.text import Text

_GROUP = re.compile(r"KQ\.([A-Z][0-9]{2})\.")


@dataclass(frozen=True, slots=True)
class Ministry:
    """`key`: as the portal writes it (BONGANH). `signs` close its deciding documents (`QĐ-BTP`), `groups` open its KQ codes."""

    key: str
    name: Text
    signs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


def ministry_of(version: ProcedureVersion, known: Sequence[Ministry]) -> Ministry:
    """As published; else whoever signed the deciding document; else whoever issues all its results; else a nameless one.

    A key that is not known is kept as its own name: a new ministry must not vanish from a report.
    """
    if version.ministry:
        named = next((each for each in known if each.key == version.ministry), None)
        return named or Ministry(version.ministry, Text(version.ministry, version.ministry))
    words = set(re.split(r"[-/]", version.decision))
    signed = [each for each in known if words & set(each.signs)]
    groups = {match[1] for code in version.result_codes if (match := _GROUP.match(code))}
    issuing = [each for each in known if groups and groups <= set(each.groups)]
    for found in (signed, issuing):
        if len(found) == 1:
            return found[0]
    return Ministry("", Text("Chưa rõ bộ, ngành", "Ministry not known"))
