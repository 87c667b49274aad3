"""What reading a row finds on its way: papers demanded, papers only mentioned, papers waived, and signs in the wording."""

from __future__ import annotations

from enum import StrEnum

from reuse_gateway.domain.matching.phrases import Phrase

WHOLE, AT_HEAD, JOINED, INSIDE, DOUBTED, VAGUE, UNKNOWN = 1.0, 0.95, 0.9, 0.85, 0.75, 0.7, 0.4


class Standing(StrEnum):
    """How a paper stands in the sentence."""

    DEMANDED = "demanded"
    BACKGROUND = "background"
    WAIVED = "waived"


class Finding:
    """One paper met in a row: which phrase, at which words (half-open), how it stands, how sure; alternatives share a group.

    `opening`: it opens the row, or a verb of handing in calls for it. Role and form are told by words behind the name.
    """

    __slots__ = ("copy", "end", "group", "opening", "original", "phrase", "role", "score", "standing", "start")

    def __init__(self, phrase: Phrase, start: int, end: int, standing: Standing, score: float) -> None:
        self.phrase, self.start, self.end, self.standing, self.score = phrase, start, end, standing, score
        self.group, self.role = 0, None
        self.opening = self.copy = self.original = False

    group: int
    role: str | None
