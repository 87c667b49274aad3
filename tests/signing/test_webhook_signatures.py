"""Standard Webhooks signatures: the published vector, rotation, the replay window, and whatever else a header may hold."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reuse_gateway.application.form_ports import IssuedSecret
from reuse_gateway.application.issue_form_secret import good_secrets
from reuse_gateway.domain.errors import NotAuthenticated, UnsafeSettings
from reuse_gateway.signing.form_secrets import DerivedSecrets
from reuse_gateway.signing.keys import WEBHOOK, KeyRing
from reuse_gateway.signing.webhook_signatures import RunningSignature, secret_bytes, sign

# The vector that the reference libraries of the specification are tested with.
SECRET, ID, STAMP, BODY = (
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    1614265330,
    b'{"test": 2432232314}',
)
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "whsec_" + b64encode(b"o" * 32).decode()
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def holds(signature: str, body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,), **changed: str | float) -> bool:
    headers = {"webhook-id": ID, "webhook-timestamp": str(STAMP), "webhook-signature": signature}
    now_s = float(changed.pop("now_s", STAMP))
    check = RunningSignature(headers | {k: str(v) for k, v in changed.items()}, [secret_bytes(s) for s in secrets], now_s)
    for at in range(0, len(body), 3):
        check.update(body[at : at + 3])
    return check.holds()


def test_the_published_vector_holds_both_ways() -> None:
    assert sign(SECRET, ID, STAMP, BODY) == SIGNATURE
    assert holds(SIGNATURE)


def test_the_name_of_the_secret_may_be_left_out() -> None:
    assert secret_bytes(SECRET.removeprefix("whsec_")) == secret_bytes(SECRET)


@pytest.mark.parametrize(
    ("signature", "body"),
    [
        (SIGNATURE, BODY + b" "),
        (SIGNATURE, b""),
        (SIGNATURE.replace("g0", "h0"), BODY),
        (SIGNATURE.replace("v1,", "v1a,") + " v1,AAAA", BODY),
        (sign(OTHER, ID, STAMP, BODY), BODY),
        (sign(SECRET, "msg_other", STAMP, BODY), BODY),
        (sign(SECRET, ID, STAMP + 1, BODY), BODY),
    ],
)
def test_a_signature_of_anything_else_does_not_hold(signature: str, body: bytes) -> None:
    assert not holds(signature, body)


@pytest.mark.parametrize("header", ["", "v1,", "v1,!!!", "v1,é", "v2,AAAA", "g0hM9SsE", "v1", "x" * 5_000, "v1a,AAAA"])
def test_a_header_without_a_signature_of_ours_is_turned_away_before_the_body(header: str) -> None:
    with pytest.raises(NotAuthenticated) as told:
        holds(header)
    assert told.value.code == "signature_invalid"


@pytest.mark.parametrize("stamp", ["", "x", "-1", "1.5", "١٢٣", "9" * 20, " 1614265330"])
def test_an_instant_that_is_none_is_turned_away(stamp: str) -> None:
    with pytest.raises(NotAuthenticated):
        holds(SIGNATURE, **{"webhook-timestamp": stamp})


def test_a_call_without_an_id_is_turned_away() -> None:
    with pytest.raises(NotAuthenticated):
        holds(SIGNATURE, **{"webhook-id": ""})


@pytest.mark.parametrize("later_s", [301, -301, 86_400])
def test_a_call_outside_of_five_minutes_is_stale_in_both_directions(later_s: int) -> None:
    with pytest.raises(NotAuthenticated) as told:
        holds(SIGNATURE, now_s=STAMP + later_s)
    assert told.value.code == "signature_stale"


@pytest.mark.parametrize("later_s", [300, -300])
def test_five_minutes_are_borne_with(later_s: int) -> None:
    assert holds(SIGNATURE, now_s=STAMP + later_s)


def test_while_a_secret_is_rotated_either_signature_lets_the_call_in() -> None:
    both = f"{sign(OTHER, ID, STAMP, BODY)} {SIGNATURE}"
    assert holds(both)
    assert holds(both, secrets=(OTHER,))
    assert holds(SIGNATURE, secrets=(OTHER, SECRET))


def test_no_secret_lets_nobody_in() -> None:
    with pytest.raises(NotAuthenticated):
        holds(SIGNATURE, secrets=())


@pytest.mark.parametrize("secret", ["whsec_", "whsec_AAAA", "whsec_é", "whsec_" + b64encode(b"x" * 65).decode()])
def test_a_secret_of_the_wrong_size_is_refused(secret: str) -> None:
    with pytest.raises(UnsafeSettings):
        secret_bytes(secret)


def issue(serial: int, kid: str, previous_until: datetime = AT) -> IssuedSecret:
    return IssuedSecret("f1", serial, kid, AT, previous_until)


def test_secrets_differ_by_form_issue_use_and_key(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys", create=True)
    ring.rotate(WEBHOOK)
    secrets = DerivedSecrets(KeyRing(ring.directory).secrets(WEBHOOK))
    kids = list(secrets._keys)
    issues = [issue(1, kids[0]), issue(2, kids[0]), issue(1, kids[1]), IssuedSecret("f2", 1, kids[0], AT, AT)]
    told = [secrets.signing(each) for each in issues] + [secrets.password(each) for each in issues]
    assert len(set(told)) == 8
    assert all(len(secret_bytes(each)) == 32 for each in told[:4])


def test_a_password_cannot_sign_and_a_signing_secret_is_no_password(tmp_path: Path) -> None:
    secrets = DerivedSecrets(KeyRing(tmp_path / "keys", create=True).secrets(WEBHOOK))
    one = issue(1, secrets.newest)
    assert secrets.is_password(secrets.password(one), [one])
    for wrong in (secrets.signing(one), "", "\ud800", secrets.password(issue(2, secrets.newest))):
        assert not secrets.is_password(wrong, [one])
    assert not secrets.is_password(secrets.password(one), [])


def test_an_issue_whose_key_has_gone_is_void(tmp_path: Path) -> None:
    secrets = DerivedSecrets(KeyRing(tmp_path / "keys", create=True).secrets(WEBHOOK))
    assert not secrets.is_password("rgp_x", [issue(1, "ffffff")])
    with pytest.raises(NotAuthenticated):
        secrets.signature(
            {"webhook-id": "m", "webhook-timestamp": "0", "webhook-signature": SIGNATURE}, [issue(1, "ffffff")], 0
        )


def test_old_secrets_are_good_as_long_as_every_later_issue_lets_them() -> None:
    soon, late = AT + timedelta(hours=1), AT + timedelta(days=9)
    one, two, three = issue(1, "k", late), issue(2, "k", late), issue(3, "k", soon)
    assert good_secrets([one, two, three], AT) == [three, two, one]
    assert good_secrets([one, two, three], soon) == [three]
    assert good_secrets([one, two], soon) == [two, one]
    assert good_secrets([], AT) == []
