"""Cases of a deployment: who moves them, the rules they live by, their letters, and the clocks in the background."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AsyncExitStack
from datetime import timedelta

from reuse_gateway.api.case_services import CaseServices
from reuse_gateway.application.check_documents import CheckDocuments
from reuse_gateway.application.handle_violation import HandleViolation
from reuse_gateway.application.in_background import repeated
from reuse_gateway.application.issue_letter import IssueLetter
from reuse_gateway.application.ports import Procedures
from reuse_gateway.application.run_clocks import RunClocks
from reuse_gateway.application.word_letter import WordLetter
from reuse_gateway.catalogue.case_rules import load_case_rules
from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.domain.applicant import span_of
from reuse_gateway.domain.case_letter import LetterKind, LetterText, RecordedLetter
from reuse_gateway.domain.source import Source
from reuse_gateway.settings import Settings
from reuse_gateway.storage.applicants import StoredApplicants
from reuse_gateway.storage.case_letters import LetterLedger, StoredLetters
from reuse_gateway.storage.cases import CaseLedger, StoredCases
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads
from reuse_gateway.telemetry import warned

_SETTLED = timedelta(seconds=5)


async def cases_of(
    settings: Settings,
    catalogue: Catalogue,
    check: CheckDocuments,
    reads: Reads,
    writer: GroupCommit,
    opened: AsyncExitStack,
) -> CaseServices:
    """The routes' view of cases; their clocks run until the stack closes, unless the setting says that others run them."""
    pseudonyms, clock = check.pseudonyms, check.clock
    rules, rows, letters, steps = load_case_rules(), StoredCases(reads), StoredLetters(reads), CaseLedger(writer)
    applicants = StoredApplicants(reads)
    if settings.case_clocks_every_s:
        clocks, every = RunClocks(rows, steps, rules, clock), timedelta(seconds=settings.case_clocks_every_s)
        await opened.enter_async_context(
            repeated("case-clocks", clocks, every, warned("case_clocks_failed"), min(every, _SETTLED))
        )
    word = letter_words(catalogue, check.policies.shipped.facts.sources, check.procedures)
    issue = IssueLetter(rows, letters, applicants, LetterLedger(writer), word, write_letter, pseudonyms, clock)
    handle = HandleViolation(rows, applicants, steps, rules, pseudonyms, clock)
    return CaseServices(handle, rows, letters, applicants, rules, issue)


def letter_words(catalogue: Catalogue, sources: Iterable[Source], procedures: Procedures) -> WordLetter:
    """What codes are called in letters."""
    papers = {key: kind.name for key, kind in catalogue.evidence_types.items()}
    names = {source.id: source.name for source in sources}
    return WordLetter(procedures, catalogue.agencies, papers, names, catalogue.law, catalogue.sentences, load_case_rules())


def write_letter(text: LetterText) -> bytes:
    """The DOCX; the library is loaded when the first letter is written."""
    from reuse_gateway.exports.case_letters import letter_file

    return letter_file(text)


async def issued_letters(
    settings: Settings, case_id: str, round: int, kind: LetterKind, violation_id: str | None
) -> tuple[RecordedLetter | None, int]:
    """A registered letter, for the command beside the server, and how many the round has of its kind: without a violation
    that names its applicant, only one can be told. Raises StoreError.
    """
    engine = build_engine(settings.store_url, reads_only=True)
    try:
        reads = Reads(engine)
        case, kept = await StoredCases(reads).case(case_id), StoredLetters(reads)
        if case is None or kind is not LetterKind.APOLOGY:
            return await kept.letter(case_id, round, kind), 1
        span, applicants = span_of(case, round), StoredApplicants(reads)
        several = (await applicants.owed(span)).applicants
        first = await applicants.applicants(span, (-1, -1), 1, owed=False) if several == 1 else ()
        named = await applicants.applicant(span, violation_id) if violation_id else next(iter(first), None)
        return await kept.letter(case_id, round, kind, named.violation_id if named else ""), several
    finally:
        await engine.dispose()
