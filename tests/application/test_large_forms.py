"""A large form is read in a thread of its own: ten thousand fields of one agency must not hold up everybody else."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from reuse_gateway.api.form_calls import in_turn
from reuse_gateway.application.remember_forms import LARGE, ReadForms
from reuse_gateway.domain.form import Form
from reuse_gateway.domain.registered_form import FormState, FormVersion
from tests.api.fakes import NOW

SMALL = FormVersion("f", 1, "1", FormState.PUBLISHED, "formio", "1.000894", "{}", (), "H41.12", "c", NOW)
LARGER = replace(SMALL, id="g", text='{"x": "' + "x" * LARGE + '"}')


class Listens:
    """A dialect that remembers where it was read."""

    def __init__(self) -> None:
        self.on_the_loop: list[bool] = []

    def read(self, definition: Any) -> Form:
        self.on_the_loop.append(threading.current_thread() is threading.main_thread())
        return Form("formio", ())


@pytest.mark.parametrize(("form", "on_the_loop"), [(SMALL, True), (LARGER, False)])
async def test_a_large_form_is_read_and_shaped_beside_the_loop(form: FormVersion, on_the_loop: bool) -> None:
    dialect = Listens()
    known = ReadForms(lambda _: dialect)  # type: ignore[arg-type,return-value]
    await known.of(form)
    await known.of(form)
    await in_turn(form, lambda: dialect.read(None))
    assert dialect.on_the_loop == [on_the_loop, on_the_loop]
