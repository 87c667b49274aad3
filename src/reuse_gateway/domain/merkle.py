"""The tree of the ledger (cây Merkle): RFC 6962 hashing, a frontier that grows leaf by leaf, and its proofs. Pure.

A complete subtree is named (level, index): level 0 are leaf hashes, (l, i) covers leaves i*2^l up to (i+1)*2^l.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from reuse_gateway.domain.errors import ProofError

Subtree = tuple[int, int]
Oracle = Callable[[Subtree], bytes]
EMPTY_ROOT = sha256(b"").digest()
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry), RFC 6962 section 2.1."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), RFC 6962 section 2.1."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """Roots of the complete subtrees that together are a tree of `size` leaves, the largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> tuple[Frontier, tuple[tuple[Subtree, bytes], ...]]:
        """The tree with one more leaf hash, and every subtree above level 0 that this leaf completes."""
        kept, node, level, position = self.hashes, leaf, 0, self.size
        completed = []
        while position & 1:
            node = node_hash(kept[-1], node)
            kept, level, position = kept[:-1], level + 1, position >> 1
            completed.append(((level, position), node))
        return Frontier(self.size + 1, (*kept, node)), tuple(completed)

    @property
    def root(self) -> bytes:
        """Head of the tree, 32 bytes."""
        return fold(self.hashes)

    def packed(self) -> bytes:
        """The hashes one behind the other; with the size they are the whole frontier."""
        return b"".join(self.hashes)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> Frontier:
        """Raises ProofError where a tree of that size has another number of subtrees."""
        if len(packed) != 32 * size.bit_count():
            raise ProofError("frontier", expected=32 * size.bit_count(), found=len(packed))
        return cls(size, tuple(packed[at : at + 32] for at in range(0, len(packed), 32)))


def fold(hashes: Sequence[bytes]) -> bytes:
    """One hash of neighbouring subtrees, the largest (leftmost) first."""
    if not hashes:
        return EMPTY_ROOT
    node = hashes[-1]
    for left in reversed(hashes[:-1]):
        node = node_hash(left, node)
    return node


def subtrees(start: int, end: int) -> tuple[Subtree, ...]:
    """Complete subtrees that cover leaves start..end, left to right; `start` must suit the largest of them."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return tuple(found)


def inclusion_subtrees(index: int, size: int) -> tuple[tuple[Subtree, ...], ...]:
    """Per node of the inclusion proof (RFC 6962 2.1.1, leaf first) the subtrees to fold; ProofError outside the tree."""
    if not 0 <= index < size:
        raise ProofError("leaf outside the tree", expected=size, found=index)
    nodes, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            nodes.append(subtrees(middle, end))
            end = middle
        else:
            nodes.append(subtrees(start, middle))
            start = middle
    return tuple(reversed(nodes))


def consistency_subtrees(first: int, second: int) -> tuple[tuple[Subtree, ...], ...]:
    """Per node of the consistency proof (RFC 6962 2.1.2) the subtrees to fold; ProofError unless 0 < first <= second."""
    if not 0 < first <= second:
        raise ProofError("sizes in the wrong order", expected=second, found=first)
    nodes, start, end, whole = [], 0, second, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            nodes.append(subtrees(middle, end))
            end = middle
        else:
            nodes.append(subtrees(start, middle))
            start, whole = middle, False
    if not whole:
        nodes.append(subtrees(start, end))
    return tuple(reversed(nodes))


def proof(nodes: Iterable[Sequence[Subtree]], oracle: Oracle) -> list[bytes]:
    """The hashes of a proof, with the oracle answering for complete subtrees."""
    return [fold([oracle(subtree) for subtree in node]) for node in nodes]


def _split(size: int) -> int:
    """The largest power of two below size."""
    return 1 << ((size - 1).bit_length() - 1)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 2.1.3.2; raises ProofError unless the leaf hash stands at that index of the tree with that root."""
    if not 0 <= index < size:
        raise ProofError("leaf outside the tree", expected=size, found=index)
    node, position, last = leaf, index, size - 1
    for sibling in path:
        if last == 0:
            raise ProofError("proof too long", expected=len(inclusion_subtrees(index, size)), found=len(path))
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofError("proof too short", expected=len(inclusion_subtrees(index, size)), found=len(path))
    _same(root, node)


def verify_consistency(first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes) -> None:
    """RFC 9162 2.1.4.2; raises ProofError unless the first tree is a beginning of the second."""
    if not 0 < first <= second:
        raise ProofError("sizes in the wrong order", expected=second, found=first)
    wanted = len(consistency_subtrees(first, second))
    if len(path) != wanted:
        raise ProofError("proof of the wrong length", expected=wanted, found=len(path))
    if first == second:
        _same(first_root, second_root)
        return
    hashes = [first_root, *path] if first & (first - 1) == 0 else list(path)
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    _same(first_root, old)
    _same(second_root, new)


def _same(expected: bytes, found: bytes) -> None:
    if expected != found:
        raise ProofError("another root", expected=expected.hex(), found=found.hex())


def tile_path(index: int, width: int = TILE_WIDTH) -> str:
    """C2SP tlog-tiles: groups of three digits, all but the last behind `x`; a partial tile ends in `.p/W`."""
    if index < 0 or not 1 <= width <= TILE_WIDTH:
        raise ValueError("tile_outside")
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def parse_tile_path(path: str) -> tuple[int, int]:
    """Index and width of a tile's path; ValueError(`tile_path_shape`) for every other spelling of the same."""
    whole, _, partial = path.partition(".p/")
    groups = [group.removeprefix("x") for group in whole.split("/")]
    digits = "".join(groups)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18 and len(partial) <= 3):
        raise ValueError("tile_path_shape")
    if partial and not (partial.isascii() and partial.isdigit()):
        raise ValueError("tile_path_shape")
    index, width = int(digits), int(partial or TILE_WIDTH)
    if not 1 <= width <= TILE_WIDTH or tile_path(index, width) != path:
        raise ValueError("tile_path_shape")
    return index, width
