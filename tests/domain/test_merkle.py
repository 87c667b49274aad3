"""The tree agrees with the naive reading of RFC 6962 at every size up to 130, and no false proof holds."""

from __future__ import annotations

import hashlib
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.domain.errors import ProofError
from reuse_gateway.domain.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_subtrees,
    inclusion_subtrees,
    leaf_hash,
    parse_tile_path,
    proof,
    tile_path,
    verify_consistency,
    verify_inclusion,
)

MOST = 130
ENTRIES = [b"leaf %d" % number for number in range(MOST)]
OTHER = b"\xff" * 32


@cache
def naive_root(start: int, end: int) -> bytes:
    if end - start == 0:
        return hashlib.sha256(b"").digest()
    if end - start == 1:
        return hashlib.sha256(b"\x00" + ENTRIES[start]).digest()
    k = 1
    while k * 2 < end - start:
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(start, start + k) + naive_root(start + k, end)).digest()


def naive_path(index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    k = 1
    while k * 2 < end - start:
        k *= 2
    if index < start + k:
        return [*naive_path(index, start, start + k), naive_root(start + k, end)]
    return [*naive_path(index, start + k, end), naive_root(start, start + k)]


def naive_consistency(first: int, start: int, end: int, whole: bool) -> list[bytes]:
    if first == end:
        return [] if whole else [naive_root(start, end)]
    k = 1
    while k * 2 < end - start:
        k *= 2
    if first <= start + k:
        return [*naive_consistency(first, start, start + k, whole), naive_root(start + k, end)]
    return [*naive_consistency(first, start + k, end, False), naive_root(start, start + k)]


def oracle(subtree: tuple[int, int]) -> bytes:
    level, index = subtree
    return naive_root(index << level, (index + 1) << level)


def frontiers() -> list[Frontier]:
    grown = [Frontier()]
    for entry in ENTRIES:
        frontier, completed = grown[-1].append(leaf_hash(entry))
        assert all(hashed == oracle(subtree) for subtree, hashed in completed)
        grown.append(frontier)
    return grown


def test_every_root_up_to_130_agrees_with_the_naive_tree():
    assert [frontier.root for frontier in frontiers()] == [naive_root(0, size) for size in range(MOST + 1)]
    assert Frontier().root == EMPTY_ROOT


def test_a_frontier_completes_each_subtree_exactly_once():
    frontier, seen = Frontier(), []
    for entry in ENTRIES[:128]:
        frontier, completed = frontier.append(leaf_hash(entry))
        seen += [subtree for subtree, _ in completed]
    assert sorted(seen) == sorted((level, index) for level in range(1, 8) for index in range(128 >> level))


def test_a_frontier_survives_packing():
    for frontier in frontiers():
        assert Frontier.unpacked(frontier.size, frontier.packed()) == frontier


def test_a_frontier_of_another_size_is_refused():
    with pytest.raises(ProofError):
        Frontier.unpacked(3, b"\0" * 32)


def test_every_inclusion_proof_up_to_130_is_the_one_of_the_rfc_and_holds():
    for size in range(1, MOST + 1):
        for index in range(0, size, 1 if size < 40 else 7):
            path = proof(inclusion_subtrees(index, size), oracle)
            assert path == naive_path(index, 0, size)
            verify_inclusion(leaf_hash(ENTRIES[index]), index, size, path, naive_root(0, size))


def test_every_consistency_proof_up_to_130_is_the_one_of_the_rfc_and_holds():
    for second in range(1, MOST + 1):
        for first in range(1, second + 1, 1 if second < 40 else 5):
            path = proof(consistency_subtrees(first, second), oracle)
            assert path == naive_consistency(first, 0, second, True)
            verify_consistency(first, second, path, naive_root(0, first), naive_root(0, second))


@given(size=st.integers(2, MOST), data=st.data())
def test_a_changed_inclusion_proof_never_holds(size: int, data: st.DataObject):
    index = data.draw(st.integers(0, size - 1))
    path = naive_path(index, 0, size)
    at = data.draw(st.integers(0, len(path) - 1))
    root, leaf = naive_root(0, size), leaf_hash(ENTRIES[index])
    for wrong in (
        [*path[:at], OTHER, *path[at + 1 :]],
        path[:at],
        [*path, OTHER],
        path[::-1] if path != path[::-1] else [OTHER],
    ):
        with pytest.raises(ProofError):
            verify_inclusion(leaf, index, size, wrong, root)
    for changed in ((OTHER, index, root), (leaf, index, OTHER), (leaf, size, root), (leaf, -1, root)):
        with pytest.raises(ProofError):
            verify_inclusion(changed[0], changed[1], size, path, changed[2])


@given(second=st.integers(2, MOST), data=st.data())
def test_a_changed_consistency_proof_never_holds(second: int, data: st.DataObject):
    first = data.draw(st.integers(1, second - 1))
    path = naive_consistency(first, 0, second, True)
    at = data.draw(st.integers(0, len(path) - 1))
    old, new = naive_root(0, first), naive_root(0, second)
    for wrong in ([*path[:at], OTHER, *path[at + 1 :]], path[:at], [*path, OTHER]):
        with pytest.raises(ProofError):
            verify_consistency(first, second, wrong, old, new)
    for roots in ((OTHER, new), (old, OTHER)):
        with pytest.raises(ProofError):
            verify_consistency(first, second, path, *roots)


def test_two_roots_of_one_size_are_a_contradiction():
    with pytest.raises(ProofError) as refused:
        verify_consistency(5, 5, [], naive_root(0, 5), OTHER)
    assert refused.value.facts["expected"] == naive_root(0, 5).hex()


@pytest.mark.parametrize(("first", "second"), [(0, 5), (6, 5), (-1, 5)])
def test_sizes_in_the_wrong_order_are_refused(first: int, second: int):
    with pytest.raises(ProofError):
        verify_consistency(first, second, [], OTHER, OTHER)
    with pytest.raises(ProofError):
        consistency_subtrees(first, second)


@pytest.mark.parametrize(
    ("index", "width", "path"),
    [(0, 256, "000"), (1234067, 256, "x001/x234/067"), (273, 112, "273.p/112"), (1000, 1, "x001/000.p/1")],
)
def test_tile_paths_are_those_of_c2sp(index: int, width: int, path: str):
    assert tile_path(index, width) == path
    assert parse_tile_path(path) == (index, width)


@pytest.mark.parametrize(
    "path", ["", "0", "00", "0000", "x000/001", "001.p/0", "001.p/256", "001.p/01", "001.p/", "x1/000", "-01", "001/002", "٠٠١"]
)
def test_other_spellings_of_a_tile_are_refused(path: str):
    with pytest.raises(ValueError, match="tile_path_shape"):
        parse_tile_path(path)


@given(st.integers(0, 10**15), st.integers(1, 256))
def test_tile_paths_come_back(index: int, width: int):
    assert parse_tile_path(tile_path(index, width)) == (index, width)
