"""What a form makes people type about themselves that a register already knows (dữ liệu về người, về doanh nghiệp)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from reuse_gateway.domain.text import fold, nfc

APPLICANT, ORGANISATION, WITNESS = "applicant", "organisation", "witness"


class PersonalFact(StrEnum):
    """The facts that are told apart; the two numbers open a register, the others stand in it."""

    PERSONAL_ID = "personal_id"
    FULL_NAME = "full_name"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    NATIONALITY = "nationality"
    ETHNICITY = "ethnicity"
    HOME_TOWN = "home_town"
    BIRTH_PLACE = "birth_place"
    ADDRESS = "address"
    ID_ISSUE = "id_issue"
    ENTERPRISE_CODE = "enterprise_code"
    ENTERPRISE_NAME = "enterprise_name"
    ENTERPRISE_ADDRESS = "enterprise_address"
    LEGAL_REPRESENTATIVE = "legal_representative"

    @property
    def opens(self) -> bool:
        """Is it a number with which the register is asked?"""
        return self in (PersonalFact.PERSONAL_ID, PersonalFact.ENTERPRISE_CODE)

    @property
    def evidence_type(self) -> str:
        """The kind of paper whose data hold it."""
        if self is PersonalFact.ADDRESS:
            return "residence_confirmation"
        return "enterprise_registration" if self in _OF_ENTERPRISES else "id_card"

    @property
    def of_enterprise(self) -> bool:
        """Is it about a body and no person?"""
        return self in _OF_ENTERPRISES


_OF_ENTERPRISES = frozenset(
    {
        PersonalFact.ENTERPRISE_CODE,
        PersonalFact.ENTERPRISE_NAME,
        PersonalFact.ENTERPRISE_ADDRESS,
        PersonalFact.LEGAL_REPRESENTATIVE,
    }
)
_BODY = r"(doanh nghiep|cong ty|to chuc|don vi|ho kinh doanh|hop tac xa|enterprise|company)"
# Over folded words; the first that fits counts, so the narrower ones come first.
_WORDS: tuple[tuple[PersonalFact, str], ...] = (
    (PersonalFact.ENTERPRISE_CODE, rf"ma so ({_BODY}|thue)|mst|ma {_BODY}|tax (code|id)|enterprise (code|number)"),
    (PersonalFact.ENTERPRISE_ADDRESS, rf"dia chi (tru so|{_BODY})|tru so chinh|company address"),
    (PersonalFact.LEGAL_REPRESENTATIVE, r"nguoi dai dien( theo)? phap luat|legal representative"),
    (PersonalFact.ENTERPRISE_NAME, rf"ten {_BODY}|(company|enterprise) name"),
    (
        PersonalFact.ID_ISSUE,
        r"(ngay|noi) cap( (so |the )?(cccd|cmnd|can cuoc( cong dan)?|dinh danh))?$|(issue|issued) (date|on|by|place)$",
    ),
    (
        PersonalFact.PERSONAL_ID,
        r"so (dinh danh|(the )?can cuoc|cccd|cmnd|cmt)|ma (so )?dinh danh|^(cccd|cmnd|can cuoc cong dan|so dinh danh)\b"
        r"|(personal|citizen|national) id|identity (no|number)|id (card )?(no|number)$",
    ),
    (PersonalFact.BIRTH_DATE, r"ngay,? ?(thang,? ?nam )?sinh|nam sinh|(birth date|date of birth|birthday|dob)"),
    (PersonalFact.BIRTH_PLACE, r"noi (dang ky khai )?sinh|place of birth|birth place"),
    (PersonalFact.FULL_NAME, r"ho,? ?((va|chu dem,?|chu dem va) )?ten|ten day du|full ?name"),
    (PersonalFact.SEX, r"^gioi tinh|^(sex|gender)$"),
    (PersonalFact.NATIONALITY, r"^quoc tich|^nationality$"),
    (PersonalFact.ETHNICITY, r"^dan toc|^ethnic"),
    (PersonalFact.HOME_TOWN, r"que quan|nguyen quan|home ?town"),
    (
        PersonalFact.ADDRESS,
        r"(noi|dia chi) (dang ky )?(thuong tru|tam tru|cu tru|o hien)|ho khau thuong tru|^dia chi$|^address$",
    ),
)
_PATTERNS = tuple((fact, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")) for fact, pattern in _WORDS)
_OWNERS = (
    ("child", r"con(?! (?:hieu luc|lai|gia tri|han|thieu|so)\b)|tre|tre em|chau|nguoi duoc khai sinh|con nuoi"),
    ("father", r"cha|bo|nguoi cha"),
    ("mother", r"me|nguoi me"),
    ("both_sides", r"hai ben(?! ban| mua)|ben nam,? (?:va )?(?:ben )?nu"),
    ("bride", r"ben nu|co dau"),
    ("groom", r"ben nam|chu re"),
    ("wife", r"vo"),
    ("husband", r"chong"),
    ("spouse", r"nguoi hon phoi"),
    ("deceased", r"nguoi chet|nguoi mat|nguoi da mat"),
    ("representative", r"nguoi duoc uy quyen|nguoi dai dien|nguoi nop thay|dai dien"),
    ("guardian", r"nguoi giam ho"),
    ("household_head", r"chu ho(?! kinh doanh)"),
    (WITNESS, r"nguoi lam chung|nguoi lien he|nguoi bao tin"),
    ("buyer", r"ben mua|ben nhan chuyen nhuong|nguoi mua"),
    ("seller", r"ben ban|ben chuyen nhuong|nguoi ban"),
)
_ROLES = {each: each for each in ("child", "spouse", "deceased", "representative", "guardian")}
_ROLES |= {"father": "parent", "mother": "parent", "wife": "spouse", "husband": "spouse"}
# People of whom a form alone does not tell whether they apply: they are asked about only where somebody says who they are.
_EITHER = frozenset({"both_sides", "bride", "groom", "household_head", WITNESS, "buyer", "seller"})
# With their accents, at the end of a label: without them `công bố` would end in a father.
_AT_END = re.compile(
    r"(?:^|(?<=\W))(?<!công )(?<!phân )(?<!tuyên )(?:mẹ|cha|bố|vợ|chồng|hai bên"
    r"|bên nam(?:,| và)?(?: bên)? nữ|bên nam|bên nữ|cô dâu|chú rể"
    r"|chủ hộ|người làm chứng|người giám hộ|người liên hệ|người báo tin"
    r"|bên mua|bên bán|bên nhận chuyển nhượng|bên chuyển nhượng)\W*$",
    re.IGNORECASE,
)
_OWNED = tuple((owner, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for owner, words in _OWNERS)
_BODIES = (
    ("member", re.compile(r"(?<!\w)(?:thanh vien|co dong|chu so huu|cong ty me)(?!\w)")),
    ("branch", re.compile(r"(?<!\w)(?:chi nhanh|dia diem kinh doanh|van phong dai dien)(?!\w)")),
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_.\-]+")


def personal_fact(label: str, key: str) -> PersonalFact | None:
    """What a field asks of a person or body by its label, or by its key where the label says nothing; None = nothing known."""
    words = fold(label[:200]).rstrip(" :*") or fold(_HUMP.sub(" ", key[:200]))
    return next((fact for fact, pattern in _PATTERNS if pattern.search(words)), None)


def role_in(sections: Iterable[str]) -> str | None:
    """The role of the person whom the nearest title around a field names; None where none does.

    Who may be the applicant or may not (a groom, a witness) has a name that is no role of a case: nobody is looked up for it.
    """
    return _role_of(whose(sections))


def role_at_end(label: str) -> str | None:
    """The same for the person in whose name a label ends (`căn cước mẹ`)."""
    found = _AT_END.search(nfc(label[-60:]).lower())
    return _role_of(_person_in(found.group())) if found else None


def either(role: str | None) -> bool:
    """Is it a person of whom the form does not tell whether they apply?"""
    return role in _EITHER


def _role_of(person: str) -> str | None:
    return person if person in _EITHER else _ROLES.get(person)


def owner_of(label: str, sections: Iterable[str], fact: PersonalFact) -> str:
    """Whose fact it is: as the label says, else the nearest title around it; else the applicant's, or the organisation's."""
    titles = (*sections, label)
    if fact.of_enterprise:
        return next(filter(None, map(_body_in, reversed(titles))), ORGANISATION)
    return whose(titles) or APPLICANT


def whose(titles: Iterable[str]) -> str:
    """The person whom the innermost of some titles names (father and mother told apart); empty where none does."""
    return next(filter(None, map(_person_in, reversed(tuple(titles)))), "")


@lru_cache(maxsize=2_048)
def _person_in(title: str) -> str:
    folded = fold(title[:200])
    return next((owner for owner, pattern in _OWNED if pattern.search(folded)), "")


@lru_cache(maxsize=512)
def _body_in(title: str) -> str:
    folded = fold(title[:200])
    return next((owner for owner, pattern in _BODIES if pattern.search(folded)), "")
