"""Every row derived anew from its body and held against its leaf; rows without leaf and leaves without row."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table

from reuse_gateway.domain.receipt import check_leaf
from reuse_gateway.storage import audit_events as audited
from reuse_gateway.storage import case_json as cases_at_rest
from reuse_gateway.storage import case_letters as letters_at_rest
from reuse_gateway.storage import checks as checks_at_rest
from reuse_gateway.storage import citizen_json as citizens_at_rest
from reuse_gateway.storage import demands as demands_at_rest
from reuse_gateway.storage import events as events_at_rest
from reuse_gateway.storage import facts as facts_at_rest
from reuse_gateway.storage import form_json as forms_at_rest
from reuse_gateway.storage import holdings as holdings_at_rest
from reuse_gateway.storage import probe_log, verify_cases, verify_demands
from reuse_gateway.storage import received as received_at_rest
from reuse_gateway.storage import saved_filters as filters_at_rest
from reuse_gateway.storage import webhook_json as webhooks_at_rest
from reuse_gateway.storage.claims import claim_row, claim_told
from reuse_gateway.storage.demand_json import KIND as DEMAND
from reuse_gateway.storage.demand_json import demand_leaf
from reuse_gateway.storage.discrepancies import UNREADABLE, Discrepancies
from reuse_gateway.storage.holdings_json import KIND as HOLDINGS
from reuse_gateway.storage.holdings_json import batch_leaf
from reuse_gateway.storage.tables import audit_events, checks, demands, idempotency_claims, verdicts, violations
from reuse_gateway.storage.tables_cases import case_letters, case_reminders, case_steps, case_violations
from reuse_gateway.storage.tables_citizens import citizen_answers, citizen_requests
from reuse_gateway.storage.tables_demands import reclassifications, seen_defects
from reuse_gateway.storage.tables_events import events
from reuse_gateway.storage.tables_facts import dated_facts
from reuse_gateway.storage.tables_filters import saved_filters
from reuse_gateway.storage.tables_forms import form_events, form_versions
from reuse_gateway.storage.tables_health import source_health
from reuse_gateway.storage.tables_holdings import holding_batches
from reuse_gateway.storage.tables_numbers import received_dossiers, received_reports
from reuse_gateway.storage.tables_webhooks import webhook_subscriptions
from reuse_gateway.storage.verify_bound import BOUND, KIND_OF, holds

_UNNAMED = {cases_at_rest.STEP, letters_at_rest.LETTER}
_Rows = Mapping[int, Sequence[Row[Any]]]
_UNREAD: Sequence[Row[Any]] = []


class _Unread(dict[int, Sequence[Row[Any]]]):
    """Of a table that could not be read: nothing is missed in it."""

    def get(self, *_: Any) -> Sequence[Row[Any]]:  # type: ignore[override]
        return _UNREAD


class RowCheck:
    """Holds one page of leaves against the rows of the same range of indices."""

    def __init__(self, found: Discrepancies) -> None:
        self._found = found
        self._unread: set[Table] = set()

    def page(self, leaves: Sequence[Row[Any]], rows: Mapping[Table, Sequence[Row[Any]]]) -> None:
        """`rows` per table, ordered by leaf index (and position); one that is not among them could not be read."""
        self._unread = set(BOUND) - rows.keys()
        by_index = {table: _Unread() if table in self._unread else _by_index(rows[table]) for table in BOUND}
        kinds = {leaf.leaf_index: leaf.kind for leaf in leaves}
        for table in BOUND:
            for index in by_index[table].keys() - {at for at, kind in kinds.items() if holds(table, kind)}:
                self._found.add("row_without_leaf", index, f"a leaf of {table.name}", kinds.get(index, "nothing"))
        for leaf in leaves:
            self._label(leaf)
            with self._found.reading(leaf.leaf_index, "rows of ours"):
                self._leaf(leaf, by_index)
            self._events(leaf, by_index[events].get(leaf.leaf_index, ()))

    def _label(self, leaf: Row[Any]) -> None:
        try:
            told = json.loads(leaf.entry)
            label = (told["kind"], told.get("id", told.get("code", leaf.ref if told["kind"] in _UNNAMED else "")))
        except UNREADABLE:
            label = ("unreadable", "")
        if label != (leaf.kind, leaf.ref):
            self._found.add("leaf_label", leaf.leaf_index, " ".join(map(str, label)), f"{leaf.kind} {leaf.ref}")

    def _leaf(self, leaf: Row[Any], by_index: Mapping[Table, _Rows]) -> None:
        if leaf.kind == checks_at_rest.KIND:
            self._bound(leaf, by_index[checks].get(leaf.leaf_index), by_index[verdicts].get(leaf.leaf_index, ()), self._check)
            self._claims(leaf, by_index[checks].get(leaf.leaf_index), by_index[idempotency_claims].get(leaf.leaf_index, ()))
        elif leaf.kind == DEMAND:
            found, rows = by_index[violations].get(leaf.leaf_index, ()), by_index[demands].get(leaf.leaf_index)
            self._bound(leaf, rows, found, self._demand)
            if rows:
                self._bound(leaf, rows, by_index[seen_defects].get(leaf.leaf_index, ()), self._defects)
                self._bound(leaf, rows, by_index[case_violations].get(leaf.leaf_index, ()), self._memberships)
        elif leaf.kind == cases_at_rest.STEP:
            self._bound(leaf, by_index[case_steps].get(leaf.leaf_index), (), self._step)
        elif leaf.kind == cases_at_rest.REMINDER:
            told = by_index[events].get(leaf.leaf_index, ())
            if told is not _UNREAD:
                self._bound(leaf, by_index[case_reminders].get(leaf.leaf_index), told, self._reminder)
        elif leaf.kind == letters_at_rest.LETTER:
            self._bound(leaf, by_index[case_letters].get(leaf.leaf_index), (), self._letter)
        elif leaf.kind == demands_at_rest.RECLASSIFIED:
            self._bound(leaf, by_index[reclassifications].get(leaf.leaf_index), (), self._outcome)
        elif leaf.kind in KIND_OF[audit_events]:
            self._bound(leaf, by_index[audit_events].get(leaf.leaf_index), (), self._event)
        elif leaf.kind == facts_at_rest.KIND:
            self._bound(leaf, by_index[dated_facts].get(leaf.leaf_index), (), self._fact)
        elif leaf.kind == probe_log.KIND:
            self._health(leaf, by_index[source_health].get(leaf.leaf_index, ()))
        elif leaf.kind == webhooks_at_rest.KIND:
            self._bound(leaf, by_index[webhook_subscriptions].get(leaf.leaf_index), (), self._subscription)
        elif leaf.kind == HOLDINGS:
            self._bound(leaf, by_index[holding_batches].get(leaf.leaf_index), (), self._batch)
        elif leaf.kind == forms_at_rest.VERSION:
            self._bound(leaf, by_index[form_versions].get(leaf.leaf_index), (), self._form)
        elif leaf.kind == forms_at_rest.EVENT:
            self._bound(leaf, by_index[form_events].get(leaf.leaf_index), (), self._form_event)
        elif leaf.kind == citizens_at_rest.REQUEST:
            self._bound(leaf, by_index[citizen_requests].get(leaf.leaf_index), (), self._request)
        elif leaf.kind == citizens_at_rest.ANSWER:
            self._bound(leaf, by_index[citizen_answers].get(leaf.leaf_index), (), self._answer)
        elif leaf.kind == filters_at_rest.KIND:
            self._bound(leaf, by_index[saved_filters].get(leaf.leaf_index), (), self._filter)
        elif leaf.kind == received_at_rest.KIND:
            rows = by_index[received_dossiers].get(leaf.leaf_index, ())
            self._bound(leaf, by_index[received_reports].get(leaf.leaf_index), rows, self._received)

    def _bound(self, leaf: Row[Any], rows: Sequence[Row[Any]] | None, beside: Sequence[Row[Any]], compare: Any) -> None:
        if rows is _UNREAD:
            return
        if not rows:
            self._found.add("leaf_without_row", leaf.leaf_index, f"{leaf.kind} {leaf.ref}", "nothing")
            return
        try:
            compare(leaf, rows[0], beside)
        except UNREADABLE as failure:
            self._found.add("row_unreadable", leaf.leaf_index, "a body of ours", type(failure).__name__)

    def _check(self, leaf: Row[Any], row: Row[Any], beside: Sequence[Row[Any]]) -> None:
        check = checks_at_rest.check_of(row.body)
        self._entry(leaf, check_leaf(check, row.body.encode()))
        self._columns(leaf, checks, checks_at_rest.check_row(check, row.body), tuple(row)[1:])
        self._columns_of_each(leaf, verdicts, checks_at_rest.verdict_rows(check), [tuple(one)[1:] for one in beside])

    def _claims(self, leaf: Row[Any], row: Sequence[Row[Any]] | None, stored: Sequence[Row[Any]]) -> None:
        """The claim that the body tells stands, and no other leads to this check."""
        if row is _UNREAD or stored is _UNREAD:
            return
        try:
            told = claim_told(row[0].body) if row else None
            check = checks_at_rest.check_of(row[0].body) if told else None
        except UNREADABLE:
            return
        expected = [claim_row(told, check)] if told and check else []
        if [tuple(one)[1:] for one in stored] != expected:
            self._found.add("claim_changed", leaf.leaf_index, f"{len(expected)} as its body tells", f"{len(stored)}")

    def _demand(self, leaf: Row[Any], row: Row[Any], beside: Sequence[Row[Any]]) -> None:
        self._entry(leaf, demand_leaf(json.loads(row.body), row.body))
        self._columns(leaf, demands, *verify_demands.demand_columns(row))
        if violations not in self._unread:
            verify_demands.compare_violations(leaf, row, beside, self._found)

    def _defects(self, leaf: Row[Any], row: Row[Any], beside: Sequence[Row[Any]]) -> None:
        expected = verify_demands.defect_columns(row)
        self._columns_of_each(leaf, seen_defects, expected, [tuple(one)[1:] for one in beside])

    def _memberships(self, leaf: Row[Any], row: Row[Any], beside: Sequence[Row[Any]]) -> None:
        expected = verify_cases.membership_columns(row)
        self._columns_of_each(leaf, case_violations, expected, [tuple(one)[1:] for one in beside])

    def _step(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        self._entry(leaf, cases_at_rest.step_leaf(row.body), row.case_id)
        self._columns(leaf, case_steps, *verify_cases.step_columns(row))

    def _reminder(self, leaf: Row[Any], row: Row[Any], beside: Sequence[Row[Any]]) -> None:
        self._entry(leaf, cases_at_rest.reminder_leaf(row.told_at))
        self._columns(leaf, case_reminders, *cases_at_rest.reminder_columns(row, beside))

    def _letter(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        self._entry(leaf, letters_at_rest.letter_leaf(row.body), row.case_id)
        self._columns(leaf, case_letters, *letters_at_rest.letter_columns(row))

    def _outcome(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        found = demands_at_rest.reclassified_of(row.body)
        self._entry(leaf, demands_at_rest.reclassified_leaf(row.body))
        self._columns(leaf, reclassifications, demands_at_rest.reclassified_row(found, row.body), tuple(row)[1:])

    def _event(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        self._entry(leaf, audited.leaf_of_row(row))

    def _fact(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        self._entry(leaf, row.body.encode())
        self._columns(leaf, dated_facts, *facts_at_rest.row_told(row))

    def _health(self, leaf: Row[Any], rows: Sequence[Row[Any]]) -> None:
        """Every row, in its place, as the leaf tells; a leaf with events alone has none."""
        if rows is _UNREAD:
            return
        told = [tuple(row)[1:] for row in rows]
        self._columns(leaf, source_health, tuple(range(len(told))), tuple(row[0] for row in told))
        self._entry(leaf, probe_log.health_leaf(told))

    def _batch(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        self._entry(leaf, batch_leaf(row.body))
        self._columns(leaf, holding_batches, holdings_at_rest.batch_row(row.body), holdings_at_rest.batch_told(row))

    def _subscription(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        entry, expected, found = webhooks_at_rest.subscription_told(row)
        self._entry(leaf, entry)
        self._columns(leaf, webhook_subscriptions, expected, found)

    def _form(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        entry, expected, found = forms_at_rest.version_told(row)
        self._entry(leaf, entry)
        self._columns(leaf, form_versions, expected, found)

    def _form_event(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        entry, expected, found = forms_at_rest.event_told(row)
        self._entry(leaf, entry)
        self._columns(leaf, form_events, expected, found)

    def _request(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        entry, expected, found = citizens_at_rest.request_verified(row)
        self._entry(leaf, entry)
        self._columns(leaf, citizen_requests, expected, found)

    def _answer(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        entry, expected, found = citizens_at_rest.answer_verified(row)
        self._entry(leaf, entry)
        self._columns(leaf, citizen_answers, expected, found)

    def _filter(self, leaf: Row[Any], row: Row[Any], _beside: Sequence[Row[Any]]) -> None:
        self._entry(leaf, filters_at_rest.filter_leaf(row.body))
        self._columns(leaf, saved_filters, *filters_at_rest.filter_columns(row))

    def _received(self, leaf: Row[Any], row: Row[Any], beside: Sequence[Row[Any]]) -> None:
        self._entry(leaf, received_at_rest.received_leaf(row.body))
        self._columns(leaf, received_reports, *received_at_rest.report_columns(row))
        expected = received_at_rest.dossier_rows(received_at_rest.report_of(row.body))
        self._columns_of_each(leaf, received_dossiers, expected, [tuple(one)[1:] for one in beside])

    def _entry(self, leaf: Row[Any], expected: bytes, ref: str | None = None) -> None:
        if (expected, ref or leaf.ref) != (events_at_rest.without_events(leaf.entry), leaf.ref):
            self._found.add("row_not_in_leaf", leaf.leaf_index, leaf.entry, expected)

    def _events(self, leaf: Row[Any], rows: Sequence[Row[Any]]) -> None:
        """A leaf of any kind binds the events beside it: these and no others, in this order."""
        if rows is _UNREAD:
            return
        try:
            expected = events_at_rest.digests_of(leaf.entry)
            for row in rows:
                self._columns(leaf, events, *events_at_rest.event_columns(row))
            if events_at_rest.once_changed(leaf, rows):
                self._found.add("events_changed", leaf.leaf_index, "what is told once", f"{leaf.kind} {leaf.ref}")
        except UNREADABLE as failure:
            self._found.add("row_unreadable", leaf.leaf_index, "an event of ours", type(failure).__name__)
            return
        found = [events_at_rest.digest(row.body) for row in rows]
        if (expected, list(range(len(rows)))) != (found, [row.position for row in rows]):
            self._found.add("events_changed", leaf.leaf_index, f"{len(expected)} as its leaf binds", f"{len(found)}")

    def _columns_of_each(self, leaf: Row[Any], table: Table, expected: Sequence[tuple], found: Sequence[tuple]) -> None:
        if table in self._unread:
            return
        if len(expected) != len(found):
            self._found.add("row_count", leaf.leaf_index, f"{len(expected)} {table.name}", len(found))
        for wanted, stored in zip(expected, found, strict=False):
            self._columns(leaf, table, wanted, stored)

    def _columns(self, leaf: Row[Any], table: Table, expected: tuple, found: tuple) -> None:
        if expected != found:
            names = [column.name for column in table.columns][1:]
            differing = ((name, one, other) for name, one, other in zip(names, expected, found, strict=False) if one != other)
            name, wanted, stored = next(differing, ("columns", expected, found))
            self._found.add("row_changed", leaf.leaf_index, (f"{table.name}.{name}", wanted), stored)


def _by_index(rows: Iterable[Row[Any]]) -> _Rows:
    grouped: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        grouped[row.leaf_index].append(row)
    return grouped
