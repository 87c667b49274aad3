"""What a check leaves behind: canonical bytes that others can recompute, and not a word about a person."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse_gateway.domain.errors import InvalidInput
from reuse_gateway.domain.receipt import canonical, check_leaf, instant, receipt_claims
from reuse_gateway.domain.subject import PartialDate

from .builders import ANSWERED, BIRTH, citizen, decided, holding, recorded, request, unknown, wanted

KEYS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
SAFE = 2**53 - 1
LEAVES = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.integers(-SAFE, SAFE), st.booleans(), st.none())
VALUES = st.recursive(LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)))


@settings(max_examples=300)
@given(VALUES)
def test_canonical_bytes_are_those_of_rfc_8785(value) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=100)
@given(st.dictionaries(KEYS, LEAVES, max_size=5), st.data())
def test_the_order_of_keys_does_not_change_the_bytes(value: dict, data: st.DataObject) -> None:
    assert canonical(dict(data.draw(st.permutations(list(value.items()))))) == canonical(value)


@pytest.mark.parametrize("value", ["\x00", "\x1f", "\x7f", "\u2028", "\b\f\n\r\t", '"\\/', "Đức", "\U0001f600"])
def test_awkward_characters_are_written_as_rfc_8785_says(value: str) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("number", [0.0, 1.0, 1.5, -0.0, 1e30, float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("within", [lambda x: x, lambda x: [x], lambda x: {"a": {"b": [1, x]}}], ids=["bare", "list", "deep"])
def test_a_float_is_refused_wherever_it_stands(number: float, within) -> None:
    with pytest.raises(InvalidInput):
        canonical(within(number))


def test_nested_lists_of_any_depth_are_searched() -> None:
    deep: list = [1.5]
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(InvalidInput):
        canonical(deep)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical("\ud800")


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 23, 6, 18, 58, 123_999, UTC), "2026-11-23T06:18:58.123Z"),
        (datetime(2026, 11, 23, 6, 18, 58, 0, UTC), "2026-11-23T06:18:58.000Z"),
        (datetime(2026, 11, 23, 1, 0, 0, 0, timezone(timedelta(hours=7))), "2026-11-22T18:00:00.000Z"),
    ],
)
def test_an_instant_is_written_in_utc_to_the_millisecond(moment: datetime, text: str) -> None:
    assert instant(moment) == text


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        instant(datetime(2026, 11, 23))


PERSON = citizen(424242, full_name="Nguyễn Văn Đức", birth_date=PartialDate(1990, 5, 17))
SUBJECT = "pseudonym-of-this-agency"
TOLD = request(wanted(BIRTH, "a", about=(("plate", "37A-12345"),)), subject=PERSON, officer="officer-77", dossier="H41-1")
PERSONAL = [PERSON.number, PERSON.key, PERSON.full_name, "1990-05-17", "37A-12345", "officer-77"]


def bytes_left_behind() -> bytes:
    """Leaf and claims of a check of a person told in full."""
    answer = holding(owner=PERSON.key)
    check = recorded(decided(answer, asked=TOLD), decided(unknown(), asked=TOLD))
    return check_leaf(check.check, b"{}") + json.dumps(receipt_claims(check, "issuer", SUBJECT), ensure_ascii=False).encode()


@pytest.mark.parametrize("secret", PERSONAL)
def test_leaf_and_claims_hold_no_personal_data(secret: str) -> None:
    assert secret.encode() not in bytes_left_behind()


def test_claims_tell_each_paper_with_decision_reason_sources_and_law() -> None:
    claims = receipt_claims(recorded(decided(holding())), "issuer", SUBJECT)
    told = {"ref": "a", "evidence_type": BIRTH, "decision": "must_not_ask", "reason": "held_valid"}
    assert claims["items"] == [told | {"sources": ["registry"], "legal_basis": ["L-reuse"]}]
    assert (claims["jti"], claims["subject"], claims["policy_version"]) == ("chk_1", SUBJECT, "p1")
    assert claims["iat"] == int(ANSWERED.timestamp())
    assert claims["ledger"] == {"index": 7, "size": 8}


def test_the_same_check_gives_the_same_claims_and_the_same_leaf() -> None:
    one, other = recorded(decided(holding())), recorded(decided(holding()))
    assert canonical(receipt_claims(one, "i", SUBJECT)) == canonical(receipt_claims(other, "i", SUBJECT))
    assert check_leaf(one.check, b"x") == check_leaf(other.check, b"x")


def test_a_leaf_binds_every_byte_of_the_answer() -> None:
    check = recorded(decided(holding())).check
    assert json.loads(check_leaf(check, b"x"))["body_sha256"] == hashlib.sha256(b"x").hexdigest()
    assert check_leaf(check, b"x") != check_leaf(check, b"x ")


def test_two_public_leaves_of_one_person_share_nothing_that_tells_so() -> None:
    check = recorded(decided(holding()), decided(unknown())).check
    leaf = json.loads(check_leaf(check, b""))
    assert set(leaf) == {"v", "kind", "id", "at", "agency", "procedure", "as_of", "policy", "body_sha256"}
    assert check.subject not in leaf.values()
