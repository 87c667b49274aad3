"""Leaves are public: of a case they tell that something happened and when; which case, whom and what, nobody reads there."""

from __future__ import annotations

import json

from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.saved_filter import SavedFilter
from reuse_gateway.storage.saved_filters import StoredFilters
from tests.storage.builders import AT, Store, a_demand

from .test_membership import CASE
from .test_moves import LIFE
from .test_store import walked

TELLING = ("H41", "k.who", "01/XL", "auditor", "agency", "rule", "mo-cao", *map(str, CaseState), CASE)


async def leaves(store: Store) -> list[dict[str, object]]:
    rows = await store.rows("SELECT entry, kind FROM ledger_leaves WHERE kind LIKE 'case_%' OR kind = 'saved_filter'")
    return [json.loads(bytes(row.entry)) for row in rows]


async def test_no_leaf_of_a_case_tells_which_case_or_what_became_of_it(store: Store) -> None:
    await store.recorder.record_demand(a_demand(1))
    await walked(store, *LIFE)
    kept = SavedFilter("mo-cao", 1, "agency:H41", "Vi phạm mở", AT, "demo-auditor", "H41")
    await StoredFilters(store.reads, store.writer).record_filter(kept)
    found = await leaves(store)
    assert {each["kind"] for each in found} == {"case_step", "case_letter", "saved_filter"}
    for each in found:
        assert set(each) - {"events"} == {"v", "kind", "at", "body_sha256"}
        assert not any(word in str({**each, "kind": ""}) for word in TELLING)
    assert (await store.verified()).good
