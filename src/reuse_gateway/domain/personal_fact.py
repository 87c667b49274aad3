"""What a form makes people type about themselves that a register already knows (dữ liệu về người, về doanh nghiệp)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from reuse_gateway.domain.text import fold

APPLICANT, ORGANISATION = "applicant", "organisation"


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
    ("wife", r"vo|ben nu"),
    ("husband", r"chong|ben nam"),
    ("spouse", r"nguoi hon phoi"),
    ("deceased", r"nguoi chet|nguoi mat|nguoi da mat"),
    ("representative", r"nguoi duoc uy quyen|nguoi dai dien|nguoi nop thay|dai dien"),
    ("guardian", r"nguoi giam ho"),
    ("household_head", r"chu ho(?! kinh doanh)"),
    ("witness", r"nguoi lam chung|nguoi lien he|nguoi bao tin"),
    ("buyer", r"ben mua|ben nhan chuyen nhuong|nguoi mua"),
    ("seller", r"ben ban|ben chuyen nhuong|nguoi ban"),
)
_ROLES = {each: each for each in ("child", "spouse", "deceased", "representative", "guardian")}
_ROLES |= {"father": "parent", "mother": "parent", "wife": "spouse", "husband": "spouse"}
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
    """The role of the person whom the nearest title around a field names; None where none does."""
    return _ROLES.get(whose(sections))


def owner_of(label: str, sections: Iterable[str], fact: PersonalFact) -> str:
    """Whose fact it is: as the label says, else the nearest title around it; else the applicant's, or the organisation's."""
    titles = (*sections, label)
    if fact.of_enterprise:
        return _first(titles, _BODIES) or ORGANISATION
    return whose(titles) or APPLICANT


def whose(titles: Iterable[str]) -> str:
    """The person whom the innermost of some titles names (father and mother told apart); empty where none does."""
    return _first(titles, _OWNED)


def _first(titles: Iterable[str], owners: Iterable[tuple[str, re.Pattern[str]]]) -> str:
    known = tuple(owners)
    for words in reversed(tuple(titles)):
        folded = fold(words[:200])
        found = next((owner for owner, pattern in known if pattern.search(folded)), "")
        if found:
            return found
    return ""
