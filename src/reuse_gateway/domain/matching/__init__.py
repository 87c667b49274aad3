"""Words to papers (đối sánh tên giấy tờ): rows of a dossier and labels of items, read by rules over a vocabulary of facts."""

from reuse_gateway.domain.matching.lexicon import Lexicon
from reuse_gateway.domain.matching.phrases import OWN, Phrase, Sense, spellings
from reuse_gateway.domain.matching.reading import CERTAIN, OTHER, SURE, Kind, Named, Reading, read
from reuse_gateway.domain.matching.spelling import READ_CHARS, Spelling
from reuse_gateway.domain.matching.vocabulary import Match, Vocabulary

__all__ = [
    "CERTAIN",
    "OTHER",
    "OWN",
    "READ_CHARS",
    "SURE",
    "Kind",
    "Lexicon",
    "Match",
    "Named",
    "Phrase",
    "Reading",
    "Sense",
    "Spelling",
    "Vocabulary",
    "read",
    "spellings",
]
