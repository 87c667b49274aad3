"""Ids sort as they were made; short codes can be read over the telephone."""

from __future__ import annotations

import uuid

from reuse_gateway.system import RandomIds, SystemClock


def test_ids_of_one_process_sort_in_the_order_they_were_made() -> None:
    ids = RandomIds()
    made = [ids.new("chk") for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_are_uuids_of_version_7() -> None:
    number = uuid.UUID(RandomIds().new("chk").removeprefix("chk_"))
    assert (number.version, number.variant) == (7, uuid.RFC_4122)


def test_ids_of_two_processes_do_not_meet() -> None:
    one, two = RandomIds(), RandomIds()
    assert not {one.new("a") for _ in range(5000)} & {two.new("a") for _ in range(5000)}


def test_a_clock_that_went_back_makes_no_id_twice_and_none_out_of_order(monkeypatch) -> None:
    ids = RandomIds()
    first = ids.new("chk")
    monkeypatch.setattr("time.time_ns", lambda: 1)
    assert ids.new("chk") > first


def test_short_codes_have_no_letters_that_people_misread() -> None:
    codes = {RandomIds().short_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert not set("".join(codes)) & set("01IO")
    assert {len(code) for code in codes} == {12}


def test_the_clock_is_aware() -> None:
    assert SystemClock().now().utcoffset().total_seconds() == 0
