"""V01 to V16 and D01, D02: each type where it is proved, and each way in which it is not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reuse_gateway.domain.holding import Doubt, State
from reuse_gateway.domain.legal_basis import Topic
from reuse_gateway.domain.procedure import Mode
from reuse_gateway.domain.source import Tier
from tests.domain.builders import BIRTH, holding, row, unknown

from .builders import (
    DAY,
    REPLACED,
    VERDICTS,
    WRITTEN,
    Channel,
    DemandKind,
    Manner,
    Means,
    Reason,
    Shown,
    finding,
    held,
    how,
    judged,
    override,
    paper,
    said,
    told,
    types,
    waiting,
)

PLAIN = row()
ONLINE = {"received_by": Channel.ONLINE}
SUPPLEMENT = {"kind": DemandKind.SUPPLEMENT_REQUEST}
V09 = how(shown=[Shown.VNEID], vneid_consent="qr-1")
SHOWN_ROW = {"row": row(mode=Mode.PRESENT, substitution_wording=True)}
E_RESULT = {"verdict": held(result_code="KQ.G15.000031")}

PROVED: list[tuple[list[str], Any, dict[str, Any]]] = [
    (["V01"], paper(held()), {}),
    (["V02"], paper(held(Tier.SECTOR)), {}),
    (["V03"], paper(held(Tier.PROVINCIAL)), {}),
    (["V04"], paper(VERDICTS[Reason.OUTSIDE_PUBLISHED_DOSSIER], row=None), {}),
    (["V05"], paper(VERDICTS[Reason.ABOLISHED_DOCUMENT], row=None), {}),
    (["V08"], paper(said(Reason.ABOLISHED_DOCUMENT, kind="certified_copy"), row=None), {}),
    (["V11"], paper(VERDICTS[Reason.AGENCY_MUST_OBTAIN]), {}),
    (["V01", "V06"], paper(**E_RESULT), {"asked": how(manner=Manner.ORIGINAL)}),
    (["V01", "V06"], paper(held()), {"asked": how(manner=Manner.ORIGINAL, shown=[Shown.ELECTRONIC])}),
    (["V07"], paper(VERDICTS[Reason.NOT_HELD], **SHOWN_ROW), {"asked": how(manner=Manner.COPY)}),
    (["V01", "V07", "V08"], paper(held(), **SHOWN_ROW), {"asked": how(manner=Manner.CERTIFIED)}),
    (["V01", "V08"], paper(held()), {"asked": how(manner=Manner.CERTIFIED)}),
    (["V08"], paper(VERDICTS[Reason.ORIGINAL_REQUIRED]), {"asked": how(manner=Manner.CERTIFIED)}),
    (["V08"], paper(VERDICTS[Reason.NOT_HELD]), {"asked": how(manner=Manner.CERTIFIED, shown=[Shown.ORIGINAL])}),
    (["V01", "V09"], paper(held()), {"asked": V09}),
    (["V09"], paper(VERDICTS[Reason.NOT_HELD]), {"asked": V09}),
    (["V10"], paper(held()), {"asked": how(manner=Manner.DATA)}),
    (["V12"], paper(VERDICTS[Reason.NOT_HELD]), {**SUPPLEMENT, "mau_02": WRITTEN, "supplement_no": 2}),
    (["V12"], paper(VERDICTS[Reason.NOT_HELD]), {**SUPPLEMENT, "mau_02": WRITTEN, "supplement_no": 3}),
    (["V13"], paper(VERDICTS[Reason.NOT_HELD]), SUPPLEMENT),
    (["V13"], paper(VERDICTS[Reason.NOT_HELD]), {**SUPPLEMENT, "mau_02": WRITTEN, "means": Means.ORAL}),
    (["V14"], paper(VERDICTS[Reason.NOT_HELD]), {**ONLINE, "asked": how(manner=Manner.ORIGINAL)}),
    (["V01", "V14"], paper(held()), {**ONLINE, "asked": how(manner=Manner.COPY)}),
    (["V01", "V15"], paper(held()), {"override": override("E2")}),
    (["V15"], paper(waiting()), {"override": override("E9")}),
    (["V15"], paper(VERDICTS[Reason.NOT_HELD]), {"bypassed": True}),
    (["V16"], paper(held(), told_last=told(Reason.HELD_VALID)), {"means": Means.FORM}),
    (["V16"], paper(held(), form_told=True), {"kind": DemandKind.ONLINE_FORM}),
]


@pytest.mark.parametrize(("expected", "one", "circumstances"), PROVED)
def test_each_type_is_found_where_the_demand_proves_it(expected: list[str], one: Any, circumstances: dict[str, Any]) -> None:
    assert types(judged(one, **circumstances)) == expected


def test_every_type_of_the_catalogue_is_proved_by_some_demand() -> None:
    assert {each for expected, _, _ in PROVED for each in expected} == {f"V{n:02}" for n in range(1, 17)}


@pytest.mark.parametrize(
    ("one", "circumstances"),
    [
        (paper(VERDICTS[reason]), {})
        for reason in Reason
        if reason not in (
            Reason.HELD_VALID, Reason.ABOLISHED_DOCUMENT, Reason.OUTSIDE_PUBLISHED_DOSSIER, Reason.AGENCY_MUST_OBTAIN
        )
    ],
)  # fmt: skip
def test_what_is_not_forbidden_is_no_violation(one: Any, circumstances: dict[str, Any]) -> None:
    assert types(judged(one, **circumstances)) == []


NOT_PROVED: list[tuple[str, Any, dict[str, Any]]] = [
    ("V06", paper(held()), {"asked": how(manner=Manner.ORIGINAL)}),
    ("V06", paper(**E_RESULT), {"asked": how(manner=Manner.ELECTRONIC)}),
    ("V06", paper(VERDICTS[Reason.ORIGINAL_REQUIRED]), {"asked": how(manner=Manner.ORIGINAL, shown=[Shown.ELECTRONIC])}),
    ("V06", paper(VERDICTS[Reason.NOT_HELD]), {"asked": how(manner=Manner.ORIGINAL, shown=[Shown.ELECTRONIC])}),
    ("V07", paper(VERDICTS[Reason.NOT_HELD]), {"asked": how(manner=Manner.COPY)}),
    ("V07", paper(VERDICTS[Reason.NOT_HELD], **SHOWN_ROW), {"asked": how(manner=Manner.ORIGINAL)}),
    ("V07", paper(VERDICTS[Reason.NOT_HELD], **SHOWN_ROW), {}),
    ("V07", paper(VERDICTS[Reason.UNRECOGNISED_ITEM], row=None), {"asked": how(manner=Manner.COPY)}),
    ("V08", paper(VERDICTS[Reason.NOT_HELD]), {"asked": how(manner=Manner.CERTIFIED)}),
    ("V08", paper(held()), {"asked": how(manner=Manner.COPY, shown=[Shown.ORIGINAL])}),
    ("V09", paper(held()), {"asked": how(shown=[Shown.VNEID])}),
    ("V09", paper(VERDICTS[Reason.ORIGINAL_REQUIRED]), {"asked": V09}),
    ("V09", paper(held()), {"asked": V09, "override": override("E3", field_difference="full_name#k.x")}),
    ("V10", paper(VERDICTS[Reason.NOT_HELD]), {"asked": how(manner=Manner.DATA)}),
    ("V12", paper(held()), {**SUPPLEMENT, "mau_02": WRITTEN, "supplement_no": 1}),
    ("V12", paper(held()), {**SUPPLEMENT, "mau_02": WRITTEN}),
    ("V13", paper(held()), {**SUPPLEMENT, "mau_02": WRITTEN, "means": Means.WRITTEN}),
    ("V13", paper(held()), {"kind": DemandKind.COUNTER, "means": Means.ORAL}),
    ("V14", paper(VERDICTS[Reason.NOT_HELD]), {**ONLINE, "asked": how(manner=Manner.ELECTRONIC)}),
    ("V14", paper(VERDICTS[Reason.NOT_HELD]), {**ONLINE}),
    ("V14", paper(VERDICTS[Reason.NOT_HELD]), {"received_by": Channel.COUNTER, "asked": how(manner=Manner.ORIGINAL)}),
    ("V14", paper(VERDICTS[Reason.ORIGINAL_REQUIRED]), {**ONLINE, "asked": how(manner=Manner.ORIGINAL)}),
    ("V15", paper(VERDICTS[Reason.NOT_HELD]), {"override": override("E2")}),
    ("V16", paper(held(), told_last=told(Reason.SOURCE_TIMED_OUT)), {"means": Means.FORM}),
    ("V16", paper(held(), told_last=told(Reason.HELD_VALID)), {"means": Means.ORAL}),
    ("V16", paper(VERDICTS[Reason.NOT_HELD], told_last=told(Reason.HELD_VALID)), {"means": Means.FORM}),
    ("V16", paper(VERDICTS[Reason.NOT_HELD], form_told=True), {"kind": DemandKind.ONLINE_FORM}),
]


@pytest.mark.parametrize(("kind", "one", "circumstances"), NOT_PROVED)
def test_no_type_is_said_that_is_not_proved(kind: str, one: Any, circumstances: dict[str, Any]) -> None:
    assert kind not in types(judged(one, **circumstances))


TOPICS = {"V06": "e_result", "V07": "shown_only", "V09": "vneid", "V10": "prefill", "V12": "second_supplement",
          "V13": "supplement_form", "V14": "end_to_end"}  # fmt: skip


@pytest.mark.parametrize("kind", TOPICS)
def test_what_no_instrument_in_force_forbids_is_no_violation(kind: str) -> None:
    from reuse_gateway.domain.legal_basis import LawBook
    from tests.domain.builders import law

    _, one, circumstances = next(each for each in PROVED if kind in each[0])
    book = law()
    silent = LawBook(book.bases, tuple(rule for rule in book.rules if rule.topic is not Topic(TOPICS[kind])))
    assert kind not in types(judged(one, book=silent, **circumstances))


def test_before_the_day_on_which_typing_again_is_forbidden_the_paper_itself_counts() -> None:
    from reuse_gateway.domain.legal_basis import LawBook
    from tests.domain.builders import law

    book = law()
    silent = LawBook(book.bases, tuple(rule for rule in book.rules if rule.topic is not Topic.PREFILL))
    assert types(judged(paper(held()), asked=how(manner=Manner.DATA), book=silent)) == ["V01"]


@pytest.mark.parametrize(("reason_stated", "in_form"), [(True, False), (False, True)])
def test_a_reason_on_the_form_or_beside_it_is_stated(reason_stated: bool, in_form: bool) -> None:
    from reuse_gateway.domain.asking import Mau02

    form = Mau02("BS-1", in_form)
    assert types(judged(paper(VERDICTS[Reason.NOT_HELD]), **SUPPLEMENT, mau_02=form, reason_stated=reason_stated)) == []
    assert types(judged(paper(VERDICTS[Reason.NOT_HELD]), **SUPPLEMENT, mau_02=Mau02("BS-1", False))) == ["V13"]


def test_a_demand_for_a_listed_paper_that_is_held_is_a_violation_and_the_defect_is_opened_beside_it() -> None:
    found = judged(paper(held(), row=PLAIN))
    assert (finding(found), types(found)) == ("violation", ["V01"])
    assert [(each.code, each.place) for each in found.defects] == [("D01", "row")]


@pytest.mark.parametrize(
    "changes",
    [
        {"row": row(substitution_wording=True)},
        {"row": row(original=True)},
        {"row": None},
        {"row": PLAIN, "makes_paper": True},
        {"row": PLAIN, "cover": None},
    ],
)
def test_a_dossier_that_says_so_or_needs_the_paper_itself_has_no_defect(changes: dict[str, Any]) -> None:
    assert [each for each in judged(paper(held(), **changes)).defects if each.code == "D01"] == []


@pytest.mark.parametrize("reason", [Reason.NO_AUTHORITY, Reason.INSUFFICIENT_SUBJECT_DATA])
def test_what_cannot_be_held_against_the_officer_is_the_catalogues_where_the_dossier_lists_it(reason: Reason) -> None:
    assert finding(judged(paper(VERDICTS[reason], row=PLAIN))) == "catalogue_defect"
    assert finding(judged(paper(VERDICTS[reason]))) == "provisional"
    assert finding(judged(paper(VERDICTS[reason], row=PLAIN, cover=None))) == "provisional"


@pytest.mark.parametrize(
    ("verdict", "sources"),
    [
        (said(Reason.HELD_MISMATCH, holding(state=State.MISMATCH)), ["registry"]),
        (said(Reason.HELD_INCOMPLETE, holding(state=State.INCOMPLETE)), ["registry"]),
        (said(Reason.BAD_ANSWER, unknown(Doubt.BAD_ANSWER)), ["registry"]),
        (said(Reason.SOURCE_TIMED_OUT, unknown(), unknown(source="other")), ["other", "registry"]),
        (said(Reason.HELD_EXPIRED, holding(state=State.EXPIRED)), []),
        (said(Reason.NOT_HELD), []),
        (held(), []),
    ],
)
def test_wrong_data_and_outages_are_the_sources_and_a_paper_that_ran_out_is_nobodys(verdict: Any, sources: list[str]) -> None:
    found = judged(paper(verdict))
    assert [each.place for each in found.defects if each.code == "D02"] == sources


def test_a_pending_demand_is_provisional_until_it_is_asked_again() -> None:
    assert finding(judged(paper(waiting()))) == "provisional"


def test_an_agency_that_was_told_it_may_ask_did_no_wrong_when_the_paper_turns_up() -> None:
    found = judged(paper(held(), told_last=told(Reason.NOT_HELD)))
    assert (finding(found), types(found), found.papers[0].relied_on) == ("lawful", [], "chk_before")
    assert finding(judged(paper(held(), told_last=told(Reason.SOURCE_TIMED_OUT)))) == "violation"
    assert finding(judged(paper(VERDICTS[Reason.ABOLISHED_DOCUMENT], told_last=told(Reason.NOT_HELD)))) == "violation"


def test_an_official_answers_in_person_only_where_an_earlier_check_had_found_it() -> None:
    (told_before,) = judged(paper(held(), told_held=told(Reason.HELD_VALID, "chk_1"))).breaches
    assert (told_before.personal_liability, told_before.proof_check_id) == (True, "chk_1")
    (not_told,) = judged(paper(held())).breaches
    assert (not_told.personal_liability, not_told.proof_check_id) == (False, None)
    (too_early,) = judged(paper(held(), told_held=told(Reason.HELD_VALID)), made_on=date(2026, 6, 30)).breaches
    assert not too_early.personal_liability


def test_only_the_forbidden_asking_itself_makes_an_official_liable() -> None:
    found = judged(paper(held(), told_held=told(Reason.HELD_VALID)), asked=how(manner=Manner.CERTIFIED))
    assert [(str(each.type), each.personal_liability) for each in found.breaches] == [("V01", True), ("V08", False)]


def test_severities_are_those_of_the_catalogue() -> None:
    found = judged(paper(held()), asked=how(manner=Manner.CERTIFIED))
    assert [each.severity for each in found.breaches] == ["high", "medium"]
    assert [each.severity for each in judged(paper(held()), asked=how(manner=Manner.DATA)).breaches] == ["low"]


def test_a_violation_in_the_manner_makes_a_lawful_demand_a_violation() -> None:
    found = judged(paper(VERDICTS[Reason.ORIGINAL_REQUIRED]), asked=how(manner=Manner.CERTIFIED))
    assert finding(found) == "violation"


def test_papers_are_judged_each_by_itself() -> None:
    from dataclasses import replace

    other = paper(replace(VERDICTS[Reason.NOT_HELD], ref="b"))
    found = judged(paper(held()), other)
    assert [str(each.finding) for each in found.papers] == ["violation", "lawful"]
    assert REPLACED.evidence_type == BIRTH
    assert date(2026, 11, 23) == DAY
