"""How much a form weighs that was told not to ask (V16): medium, and never less than the same demand untold (decision 0059)."""

from __future__ import annotations

import pytest

from .builders import Manner, Means, Reason, held, how, judged, paper, said, told, types

FORM = {"means": Means.FORM}


@pytest.mark.parametrize(
    ("verdict", "manner", "untold", "weighs"),
    [
        (held(), None, ("V01", "high"), "high"),
        (held(), Manner.DATA, ("V10", "low"), "medium"),
        (said(Reason.ABOLISHED_DOCUMENT), None, ("V05", "high"), "high"),
        (said(Reason.ABOLISHED_DOCUMENT, kind="certified_copy"), None, ("V08", "medium"), "medium"),
    ],
)
def test_being_told_never_makes_a_demand_lighter_and_weighs_medium_at_least(verdict, manner, untold, weighs) -> None:
    asked = {**FORM, "asked": how(manner=manner)}
    before, after = judged(paper(verdict), **asked), judged(paper(verdict, told_last=told(Reason.HELD_VALID)), **asked)
    assert (before.breaches[0].type, before.breaches[0].severity) == untold
    assert types(after) == ["V16"]
    assert after.breaches[0].severity == weighs
