"""SQLite: a value that Python reads as the very same and SQL does not find is a change like any other."""

from __future__ import annotations

import pytest

from .builders import Store, a_check, a_demand, as_owner

AT = "2026-11-23T06:18:58.123456"


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(
    ("change", "index"),
    [
        ("violations SET personal_liability = 5", 1),
        ("violations SET personal_liability = -1", 1),
        ("violations SET personal_liability = 0.5", 1),
        ("violations SET personal_liability = 'no'", 1),
        ("checks SET degraded = ''", 0),
        ("checks SET as_of = '2026-W48-1'", 0),
        (f"checks SET decided_at = '{AT}+00:00'", 0),
        ("checks SET decided_at = '2026-11-23T13:18:58.123456+07:00'", 0),
        (f"checks SET decided_at = '{AT.replace('T', ' ')}Z'", 0),
    ],
)
async def test_another_spelling_is_found(store: Store, change: str, index: int):
    await store.recorder.record_check(a_check(1), None)
    await store.recorder.record_demand(a_demand(1))
    assert (await store.verified()).good
    await as_owner(store.url, f"UPDATE {change}")
    assert ("cell_misspelt", index) in await store.found()
