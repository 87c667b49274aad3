"""The words of a case's letters (thông báo, văn bản xin lỗi), put together from its facts; nobody is named in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from reuse_gateway.application.ports import Procedures
from reuse_gateway.domain.agency import Agency, entitled, place_of
from reuse_gateway.domain.applicant import Applicant
from reuse_gateway.domain.case import CaseState, ViolationCase, mended_at
from reuse_gateway.domain.case_letter import LetterKind, LetterText, day_in_words, is_about_data_held, spared
from reuse_gateway.domain.case_rules import CaseRules
from reuse_gateway.domain.citation_order import in_order
from reuse_gateway.domain.legal_basis import LawBook
from reuse_gateway.domain.text import Sentences, Text
from reuse_gateway.domain.vietnam import vietnamese_day
from reuse_gateway.domain.violation import RecordedViolation

_DOTS = "…" * 20
_SUBJECT = "việc yêu cầu giấy tờ không đúng quy định"
_SUBJECT_OF_NOTICE = "việc yêu cầu giấy tờ có dấu hiệu không đúng quy định"
_SUBJECT_OF_DATA_HELD = "việc yêu cầu giấy tờ mà cơ quan nhà nước đã có dữ liệu hoặc không được phép yêu cầu"


@dataclass(frozen=True, slots=True)
class LetterMatter:
    """What a letter is about: `violations` are those it tells of, the newest ones; `count` is how many there are.

    `applicant` is whom an apology goes to.
    """

    kind: LetterKind
    case: ViolationCase
    issuer: str
    violations: tuple[RecordedViolation, ...]
    count: int
    applicant: Applicant | None = None

    @property
    def addressee(self) -> str:
        """As it stands in the letter's row: the applicant's first violation; empty = the agency."""
        return self.applicant.violation_id if self.applicant else ""

    @property
    def types(self) -> frozenset[str]:
        """Types of the violations it tells of."""
        return frozenset(each.violation.type.value for each in self.violations)


@dataclass(frozen=True, slots=True)
class WordLetter:
    """Knows the names of what codes stand for."""

    procedures: Procedures
    agencies: tuple[Agency, ...]
    papers: Mapping[str, Text]
    sources: Mapping[str, Text]
    law: LawBook
    sentences: Sentences
    rules: CaseRules

    async def __call__(self, matter: LetterMatter, reference: str, at: datetime) -> LetterText:
        """The words; `reference` empty = a draft. Raises StoreError."""
        on, kind, case, issuer = vietnamese_day(at), matter.kind, matter.case, matter.issuer
        told = await self._facts(matter, on)
        notice = kind is LetterKind.NOTICE
        return LetterText(
            kind=kind,
            parent=self._parent(issuer),
            sender=self._agency(issuer),
            reference=reference,
            at=at,
            subject=_subject(matter),
            addressee=self._agency(case.fingerprint.agency) if notice else f"Ông (Bà)/Tổ chức: {_DOTS}",
            grounds=self._grounds(matter, at),
            facts=told if notice else (*told, *_of_dossier(matter)),
            points=self._notice(matter, at) if notice else self._apology(matter),
            closing="Trân trọng./." if notice else "Rất mong Ông (Bà)/Tổ chức thông cảm và lượng thứ./.",
            copies=("- Như trên;", "- Lưu: VT."),
            place=place_of(self.agencies, issuer),
        )

    def bases(self, matter: LetterMatter, at: datetime) -> tuple[str, ...]:
        """Codes of the instruments cited, in their order: those of the violations, in an apology those that ask for one.

        Where a violation rests on a rule of the gateway alone (V15), the one that sets the time to explain.
        """
        last = max((each.violation.made_at for each in matter.violations), default=at)
        asked = self.rules.policies(matter.types, last) if matter.kind is LetterKind.APOLOGY else ()
        codes = [code for policy in asked for code in policy.legal_basis]
        codes += [code for each in matter.violations for code in each.violation.legal_basis]
        clock = self.rules.clock(CaseState.EXPLANATION_DUE, vietnamese_day(at))
        cited = dict.fromkeys(codes or (clock.legal_basis if clock else ()))
        known = in_order(self.law.bases[code] for code in cited if code in self.law.bases)
        return (*(each.code for each in known), *(code for code in cited if code not in self.law.bases))

    def _grounds(self, matter: LetterMatter, at: datetime) -> tuple[str, ...]:
        known = (self.law.bases.get(code) for code in self.bases(matter, at))
        return tuple(basis.citation.vi for basis in known if basis)

    async def _facts(self, matter: LetterMatter, on: date) -> tuple[tuple[str, str], ...]:
        case, violations = matter.case, matter.violations
        common = case.fingerprint
        made = sorted(vietnamese_day(each.violation.made_at) for each in violations) or [on]
        days = day_in_words(made[0]) if made[0] == made[-1] else f"từ {day_in_words(made[0])} đến {day_in_words(made[-1])}"
        version = await self.procedures.find(common.procedure, made[-1])
        named = f"{version.name} (mã số {common.procedure})" if version else f"mã số {common.procedure}"
        types = dict.fromkeys(each.violation.type.value for each in violations)
        held_by = dict.fromkeys(each.violation.source for each in violations if each.violation.source)
        facts = [
            ("Vụ việc", f"{case.id} (lần xử lý thứ {case.round})"),
            ("Cơ quan yêu cầu", self._agency(common.agency)),
            ("Thủ tục hành chính", named),
            ("Giấy tờ bị yêu cầu", self._paper(common.evidence_type)),
            ("Thời gian yêu cầu", days),
            ("Số lần ghi nhận", str(matter.count)),
            ("Nội dung", "; ".join(f"{each}: {self.sentences.say(f'violation.{each.lower()}').vi}" for each in types)),
        ]
        if held_by:
            facts.append(("Dữ liệu đã có tại", ", ".join(self.sources[each].vi for each in held_by if each in self.sources)))
        return tuple(facts)

    def _notice(self, matter: LetterMatter, at: datetime) -> tuple[str, ...]:
        case, last = matter.case, matter.case.last
        waits = last is not None and case.state is CaseState.EXPLANATION_DUE
        due = last.due_on if waits else self.rules.due_on(CaseState.EXPLANATION_DUE, at)
        by = f" chậm nhất {day_in_words(due)}" if due else ""
        return (
            "Cổng dùng lại dữ liệu ghi nhận yêu cầu giấy tờ nêu trên. Đây là dấu hiệu cần xem xét, chưa phải là kết luận "
            "vi phạm cho đến khi được xác nhận.",
            f"Đề nghị Quý cơ quan giải trình{by}: lý do yêu cầu, căn cứ áp dụng, ngoại lệ hợp pháp (nếu có) cùng tài liệu "
            "chứng minh.",
            "Trường hợp yêu cầu không có căn cứ, đề nghị thu hồi ngay yêu cầu, thông báo cho người nộp hồ sơ và "
            + ("khai thác dữ liệu đã có để giải quyết." if is_about_data_held(matter.types) else "giải quyết theo quy định."),
        )

    def _apology(self, matter: LetterMatter) -> tuple[str, ...]:
        mended = mended_at(matter.case.steps, matter.case.round)
        need_not = "".join(f" {self.sentences.say(f'spared.{each}').vi}" for each in spared(matter.types))
        withdrawn = f" Yêu cầu này đã được khắc phục {day_in_words(vietnamese_day(mended))}." if mended else ""
        return (
            "Trong quá trình giải quyết hồ sơ, cơ quan chúng tôi đã yêu cầu giấy tờ nêu trên không đúng quy định, gây phiền "
            "hà và tốn kém thời gian, chi phí đi lại cho Ông (Bà)/Tổ chức.",
            f"Chúng tôi chân thành xin lỗi Ông (Bà)/Tổ chức về việc này.{withdrawn}{need_not}",
            f"Ngày hẹn trả kết quả mới (nếu phải lùi ngày hẹn, chỉ một lần): {_DOTS}",
        )

    def _agency(self, code: str) -> str:
        found = next((each for each in self.agencies if each.code == code), None)
        return found.name.vi if found else code

    def _parent(self, code: str) -> str:
        above = entitled(self.agencies, code.rpartition(".")[0])
        return above.name.vi if above else ""

    def _paper(self, evidence_type: str) -> str:
        if not evidence_type:
            return "toàn bộ yêu cầu"
        return self.papers[evidence_type].vi if evidence_type in self.papers else evidence_type


def _subject(matter: LetterMatter) -> str:
    if matter.kind is LetterKind.APOLOGY:
        return _SUBJECT
    return _SUBJECT_OF_DATA_HELD if is_about_data_held(matter.types) else _SUBJECT_OF_NOTICE


def _of_dossier(matter: LetterMatter) -> tuple[tuple[str, str], ...]:
    """What an applicant knows their case by; what the gateway does not know is left to be filled in."""
    dossier = matter.applicant.dossier if matter.applicant else None
    return (("Mã hồ sơ", dossier or _DOTS), ("Mã tra cứu", matter.addressee or _DOTS), ("Tình trạng hồ sơ", _DOTS))
