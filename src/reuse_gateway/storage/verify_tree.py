"""The tree derived anew from the leaves' bytes, held against stored hashes, checkpoints, signatures and kept notes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from reuse_gateway.domain.errors import ProofError
from reuse_gateway.domain.merkle import TILE_HEIGHT, Frontier, Subtree, fold, leaf_hash
from reuse_gateway.storage.batch import BEFORE_THE_FIRST
from reuse_gateway.storage.discrepancies import Discrepancies

OpenNote = Callable[[bytes], tuple[int, bytes]]
WIDEST_GAP = 100_000


@dataclass(slots=True)
class TreeCheck:
    """Fed with leaves in the order of their index and with checkpoints in the order of their size."""

    open_note: OpenNote
    found: Discrepancies
    kept: deque[tuple[int, bytes]] = field(default_factory=deque)
    frontier: Frontier = field(default_factory=Frontier)
    completed: dict[Subtree, bytes] = field(default_factory=dict)
    last_size: int = BEFORE_THE_FIRST
    checkpoints: int = 0

    def keep(self, notes: Sequence[bytes]) -> None:
        """Checkpoints kept outside: only they show a tail cut off or a log rewritten by someone who has the key."""
        opened = []
        for note in notes:
            try:
                opened.append(self.open_note(note))
            except ProofError as failure:
                self.found.add("kept_note_invalid", 0, "a note of this ledger", failure.detail)
        self.kept = deque(sorted(opened))

    def leaf(self, row: Row[Any]) -> None:
        """The next leaf."""
        expected = self.frontier.size
        if not expected <= row.leaf_index <= expected + WIDEST_GAP:
            self.found.add("leaf_out_of_place", row.leaf_index, expected, row.leaf_index)
            return
        if row.leaf_index > expected:
            self.found.add("leaf_missing", expected, expected, row.leaf_index)
            while self.frontier.size < row.leaf_index:
                self._grow(bytes(32))
        hashed = leaf_hash(row.entry)
        if hashed != row.hash:
            self.found.add("leaf_hash", row.leaf_index, hashed, row.hash)
        self._grow(hashed)

    def _grow(self, hashed: bytes) -> None:
        self.frontier, completed = self.frontier.append(hashed)
        self.completed.update((subtree, node) for subtree, node in completed if subtree[0] % TILE_HEIGHT == 0)

    def compare_kept(self) -> None:
        """Hold the tree of this moment against kept notes of its size."""
        while self.kept and self.kept[0][0] <= self.frontier.size:
            size, root = self.kept.popleft()
            if size == self.frontier.size and root != self.frontier.root:
                self.found.add("kept_checkpoint", size, root, self.frontier.root)

    def checkpoint(self, row: Row[Any]) -> None:
        """The next checkpoint; its size is the one that the leaves have reached, unless leaves are missing."""
        self.checkpoints += 1
        if row.previous_size != self.last_size:
            self.found.add("checkpoint_missing", row.size, self.last_size, row.previous_size)
        self.last_size = row.size
        if row.size == self.frontier.size:
            self._root(row)
        else:
            self.found.add("checkpoint_unreached", row.size, row.size, self.frontier.size)
        self._note(row)

    def _root(self, row: Row[Any]) -> None:
        if row.root != self.frontier.root:
            self.found.add("checkpoint_root", row.size, self.frontier.root, row.root)
        if row.frontier != self.frontier.packed():
            self.found.add("checkpoint_frontier", row.size, self.frontier.packed(), row.frontier)
            self._trust(row)

    def _trust(self, row: Row[Any]) -> None:
        """Go on from a frontier that fits its own root, so that one wound is not told at every later checkpoint."""
        try:
            stored = Frontier.unpacked(row.size, row.frontier)
        except ProofError:
            return
        if fold(stored.hashes) == row.root:
            self.frontier = stored

    def _note(self, row: Row[Any]) -> None:
        try:
            told = self.open_note(row.note)
        except ProofError as failure:
            self.found.add("checkpoint_note", row.size, "a signature of this ledger's keys", failure.detail)
            return
        if told != (row.size, row.root):
            self.found.add("checkpoint_note", row.size, f"{row.size} {row.root.hex()}", f"{told[0]} {told[1].hex()}")

    def subtrees(self, rows: Sequence[Row[Any]]) -> None:
        """The stored tile hashes of the subtrees completed since the last call."""
        stored = {(row.level, row.position): row.hash for row in rows}
        for (level, position), node in self.completed.items():
            if stored.get((level, position)) != node:
                kept = stored.get((level, position), "nothing")
                self.found.add("subtree", position << level, node, kept)
        self.completed.clear()

    def end(self, size: int) -> None:
        """All leaves have been fed; `size` is what the newest checkpoint covers."""
        if self.frontier.size < size:
            self.found.add("leaf_missing", self.frontier.size, size, self.frontier.size)
        if self.last_size != size:
            self.found.add("checkpoint_missing", size, size, self.last_size)
        for kept_size, root in self.kept:
            self.found.add("tail_cut", size, f"{kept_size} {root.hex()}", size)
