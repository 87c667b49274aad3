"""Sealed sessions: nobody reads one, nobody makes one, and a changed one opens nothing."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reuse_gateway.domain.errors import NotAllowed
from reuse_gateway.domain.form_session import FormSession
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, OldPersonalId, PartialDate, PersonalId, Subject
from reuse_gateway.signing.form_sessions import PREFIX, SealedSessions
from reuse_gateway.signing.keys import SESSION, KeyRing

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
AN = Citizen(PersonalId("999090000001"), "Nguyễn Văn An", PartialDate(1990, 5, 14))
SHOP = Business(EnterpriseCode("9990000001"), "Cửa hàng An")


def a_session(subject: Subject = AN) -> FormSession:
    others = {
        "child": Citizen(PersonalId("999090000002")),
        "parent": Citizen(OldPersonalId("999000001"), None, PartialDate(1960)),
    }
    return FormSession("fss_1", "f1", subject, "H41.12", "demo-forms", AT, others, "c", "d", "o", "https://hoso.example")


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys", create=True)


@pytest.mark.parametrize("subject", [AN, SHOP, Citizen(PersonalId("999090000001"))])
def test_a_session_comes_back_as_it_was_sealed(keys: KeyRing, subject: Subject) -> None:
    sessions = SealedSessions(keys.secrets(SESSION))
    assert sessions.open(sessions.seal(a_session(subject))) == a_session(subject)


def test_the_token_tells_nothing_about_the_person(keys: KeyRing) -> None:
    token = SealedSessions(keys.secrets(SESSION)).seal(a_session())
    raw = urlsafe_b64decode(token.partition(".")[2] + "===")
    for told in ("999090000001", "Nguyễn", "Nguy", "demo-forms", "H41.12", "1990-05-14"):
        assert told not in token
        assert told.encode() not in raw


def test_two_sessions_of_one_person_do_not_look_alike(keys: KeyRing) -> None:
    sessions = SealedSessions(keys.secrets(SESSION))
    assert sessions.seal(a_session()) != sessions.seal(a_session())


def test_a_token_changed_anywhere_opens_nothing(keys: KeyRing) -> None:
    sessions = SealedSessions(keys.secrets(SESSION))
    token = sessions.seal(a_session())
    for at in range(0, len(token) - 2, 7):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(NotAllowed):
            sessions.open(changed)


@pytest.mark.parametrize(
    "token", ["", "rgs_", "rgs_x.", "rgs_x.AAAA", "x" * 9_000, f"{PREFIX}é.ü", f"{PREFIX}{'A' * 40}", "rgs_.."]
)
def test_what_was_never_sealed_is_no_session(keys: KeyRing, token: str) -> None:
    with pytest.raises(NotAllowed):
        SealedSessions(keys.secrets(SESSION)).open(token)


def test_sessions_outlive_a_rotation_and_die_with_their_key(keys: KeyRing, tmp_path: Path) -> None:
    before = keys.secrets(SESSION)
    token = SealedSessions(before).seal(a_session())
    keys.rotate(SESSION)
    after = KeyRing(keys.directory).secrets(SESSION)
    assert SealedSessions(after).open(token) == a_session()
    with pytest.raises(NotAllowed):
        SealedSessions(after[:1]).open(token)


def test_a_session_ends_at_its_last_instant() -> None:
    session = a_session()
    assert session.live(AT.replace(hour=2))
    assert not session.live(AT)
    assert not replace(session, expires_at=AT).live(AT.replace(hour=4))
