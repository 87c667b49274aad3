"""A published form is guarded for whatever lint reads in it, also where nobody bound a field."""

from __future__ import annotations

from typing import Any

import pytest

from .builders import AN, BINH, FIELD, PAPER, Desk, codes, definition, recorded
from .test_registering import waived

GATED = {"evidenceType": PAPER, "shownWhen": "not_held"}


def formio(**component: Any) -> dict[str, Any]:
    return {"display": "form", "components": [{"type": "file", "key": FIELD, "label": "Tệp", "input": True} | component]}


FORMS: list[tuple[str, Any]] = [
    ("formio", formio(properties=GATED)),
    ("formio", formio(label="Thẻ căn cước", hidden=True)),
    ("surveyjs", {"elements": [{"type": "file", "name": FIELD, "title": "Tệp", **GATED}]}),
    ("json_schema", {"type": "object", "properties": {FIELD: {"type": "string", "format": "data-url", "title": "Tệp",
                     "x-evidence-type": PAPER, "x-shown-when": "not_held"}}}),
    ("form_js", {"type": "default", "components": [{"type": "filepicker", "key": FIELD, "label": "Tệp", "properties": GATED}]}),
]  # fmt: skip


async def sent(desk: Desk, form: str = "f2", subject: Any = AN, **fields: bool) -> Any:
    told = {"form": {"id": form}, "phase": "submit", "session": await desk.session(subject, form=form)}
    told["fields"] = {name: {"present": there} for name, there in fields.items()}
    return await desk.house.client.post("/v1/webhooks/forms/generic", json=told)


@pytest.mark.parametrize(("dialect", "written"), FORMS)
async def test_a_form_without_bindings_is_guarded_for_what_its_fields_say(desk: Desk, dialect: str, written: Any) -> None:
    put = await desk.put("f2", dialect=dialect, definition=written, bindings={})
    assert put.status_code == 201, put.text
    (told,) = put.json()["guarded"]
    assert (told["field"], told["evidence_type"], told["by"] in ("tag", "label")) == (FIELD, PAPER, True)
    assert (put.json()["bindings"], (await desk.get("/v1/forms/f2")).json()["guarded"]) == ({}, [told])
    answer = await sent(desk, cccd=True)
    assert (answer.status_code, answer.json()["decision"], recorded(desk)) == (422, "blocked", (1, ["V01"]))


async def test_the_items_of_a_dossier_are_guarded_by_their_kinds(desk: Desk) -> None:
    await waived(desk, form="f2")
    listed = {"items": [{"ref": FIELD, "evidence_type": PAPER}]}
    assert (await desk.put("f2", dialect="items", definition=listed, bindings={})).status_code == 201
    assert (await sent(desk, cccd=True)).json()["decision"] == "blocked"


async def test_a_form_published_under_a_waiver_is_guarded_all_the_same(desk: Desk) -> None:
    await waived(desk, form="f2")
    put = await desk.put("f2", definition=definition(required=True, gated=False), bindings={})
    assert (put.json()["waiver"], len(put.json()["guarded"])) == ("waiver/w1@1", 1)
    assert (await sent(desk, cccd=True)).json()["decision"] == "blocked"


async def test_a_form_mended_by_lint_goes_on_being_guarded(desk: Desk) -> None:
    from reuse_gateway.domain.json_pointer import patched

    asked = {"procedure": "1.000894", "definition": formio(label="Thẻ căn cước")}
    lint = await desk.post("/v1/forms:lint?dialect=formio", asked)
    mended = patched(asked["definition"], lint.json()["patch"])
    assert (await desk.put("f2", definition=mended, bindings={})).status_code == 201
    assert (await sent(desk, cccd=True)).json()["decision"] == "blocked"


async def test_words_that_are_not_sure_guard_nothing_and_stop_nobody(desk: Desk) -> None:
    put = await desk.put("f2", definition=formio(label="Giấy tờ khác"), bindings={})
    assert put.json()["guarded"] == []
    assert (await sent(desk, cccd=True)).json()["decision"] == "clear"


async def test_a_person_who_says_none_of_ours_is_believed_before_words(desk: Desk) -> None:
    put = await desk.put("f2", definition=formio(label="Thẻ căn cước"), bindings={FIELD: "none"})
    assert (put.status_code, put.json()["guarded"], put.json()["bindings"][FIELD]["evidence_type"]) == (201, [], "none")
    assert (await sent(desk, cccd=True)).json()["decision"] == "clear"


CHOICE = {FIELD: {"evidence_type": ["id_card", "passport"]}}


async def test_of_a_choice_any_paper_that_is_held_will_do(desk: Desk) -> None:
    put = await desk.put("f2", definition=formio(), bindings={FIELD: ["id_card", "passport"]}, publish=False)
    assert put.json()["bindings"] == {FIELD: CHOICE[FIELD] | {"role": None}}
    await waived(desk, form="f2")
    assert (await desk.put("f2", headers={"if-match": '"r1"'}, definition=formio(), bindings=CHOICE)).status_code == 200
    assert (await sent(desk, cccd=True)).json()["decision"] == "blocked"
    desk.house.sources.told.clear()
    assert (await sent(desk, subject=BINH, cccd=True)).json()["decision"] == "clear"


async def test_in_a_choice_nobody_is_accused_of_the_paper_that_can_be_demanded_of_nobody(desk: Desk) -> None:
    await waived(desk, form="f2")
    bindings = {FIELD: ["household_book", "birth_certificate", "id_card"]}
    put = await desk.put("f2", definition=formio(), bindings=bindings)
    assert [each["evidence_type"] for each in put.json()["guarded"]] == ["id_card"]


async def test_of_papers_wanted_together_the_one_that_may_be_asked_for_lets_the_field_pass(desk: Desk) -> None:
    await waived(desk, form="f2")
    put = await desk.put("f2", definition=formio(label="Thẻ căn cước, tờ khai đăng ký kết hôn"), bindings={})
    assert {each["evidence_type"] for each in put.json()["guarded"]} == {"id_card", "application_form"}
    answer = await sent(desk, cccd=True)
    decisions = {each["evidence_type"]: each["decision"] for each in answer.json()["items"]}
    assert decisions == {"id_card": "must_not_ask", "application_form": "may_ask"}
    assert (answer.status_code, answer.json()["decision"], recorded(desk)) == (200, "clear", (1, ["V01"]))
    shown = await desk.call("render", await desk.session(form="f2"), form="f2")
    assert shown.json()["patch"]["definition"] == []


async def test_a_form_that_asks_for_more_than_can_be_guarded_is_not_published(desk: Desk) -> None:
    many = [{"type": "file", "key": f"a{n}", "label": "Tờ khai đăng ký kết hôn", "input": True} for n in range(65)]
    put = await desk.put("f2", definition={"components": many}, bindings={})
    assert (put.status_code, codes(put)) == (422, [("/definition", "too_many_papers")])


@pytest.mark.parametrize(("told", "pointer"), [
    (7, "/bindings/cccd/evidence_type"), ([], "/bindings/cccd/evidence_type"), ([[]], "/bindings/cccd/evidence_type/0"),
    ({"evidence_type": PAPER, "who": "x"}, "/bindings/cccd/who"), (None, "/bindings/cccd/evidence_type"),
])  # fmt: skip
async def test_what_is_wrong_with_a_binding_is_told_by_its_place(desk: Desk, told: Any, pointer: str) -> None:
    for answer in (
        await desk.put("f2", bindings={FIELD: told}),
        await desk.post(
            "/v1/forms:lint?dialect=formio", {"procedure": "1.000894", "definition": {}, "bindings": {FIELD: told}}
        ),
    ):
        assert (answer.status_code, [at for at, _ in codes(answer)]) == (422, [pointer])
