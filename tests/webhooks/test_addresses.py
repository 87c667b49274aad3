"""What may be a target and what may not, and how the rules of a subscription read. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reuse_gateway.domain.event import Place
from reuse_gateway.domain.webhook import State, Subscription, message_id, pause
from reuse_gateway.webhooks.target_address import is_number, is_public, target_of
from reuse_gateway.webhooks.targets import HttpTargets

INSIDE = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "192.88.99.1", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "100::1", "5f00::1", "", "localhost", "1", "0x7f000001", "127.1", "①②⑦.0.0.1",
]  # fmt: skip
SHAPES = {
    "url_not_https": ["http://example.org/", "//example.org/", "ftp://example.org/", "gopher://example.org/", "http://example.org:443/"],
    "url_port": ["https://example.org:22/", "https://example.org:80/", "https://example.org:65535/"],
    "url_shape": [
        "", "https://", "https:///x", "https://u@example.org/", "https://u:p@example.org/", "https://example.org/#x",
        "https://example.org\\@evil.example/", "https://exa mple.org/", "https://example.org/\n", "https://ví-dụ.example/",
        "https://example.org:99999/", "https://[::1/", "https://" + "a" * 2_100,
    ],
}  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "192.0.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00::1"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(("code", "url"), [(code, url) for code, urls in SHAPES.items() for url in urls])
def test_what_is_no_target_is_refused_by_name(code: str, url: str) -> None:
    with pytest.raises(ValueError, match=code):
        target_of(url)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "134744072",
        "0X7F.1",
        "a.1",
        "0x",
    ],
)
def test_an_address_spelt_as_a_number_is_no_target(host: str) -> None:
    assert is_number(host)
    assert HttpTargets().fault(f"https://{host}/x") == HttpTargets().fault(f"https://{host}./x") == "url_shape"
    assert HttpTargets((f"https://{host.lower()}:443",)).fault(f"https://{host}/") is None


@pytest.mark.parametrize("host", ["localhost", "localhost.", "LOCALHOST", "foo.localhost", "a.b.LocalHost."])
def test_a_name_of_this_machine_is_no_target_unless_a_setting_names_it(host: str) -> None:
    assert HttpTargets().fault(f"https://{host}/x") == "address_inside"
    named = host.lower().rstrip(".")
    assert HttpTargets((f"https://{named}:443",)).fault(f"https://{host}/x") is None


@pytest.mark.parametrize("host", ["exa%6dple.com", "%6cocalhost", "example.org%2e", "[fe80::1%25eth0]"])
def test_a_host_with_percent_signs_is_no_target(host: str) -> None:
    assert HttpTargets().fault(f"https://{host}/x") == "url_shape"


@pytest.mark.parametrize(
    "host",
    [
        "localhost.example",
        "notlocalhost",
        "siem.example",
        "1.example",
        "0x7f.example",
        "x1",
        "8.8.8.8",
        "[2606:4700::1111]",
        "a.0x7g",
    ],
)
def test_names_and_addresses_in_their_usual_spelling_are_targets(host: str) -> None:
    assert HttpTargets().fault(f"https://{host}/x") is None


def test_only_the_very_origin_that_a_setting_names_may_lie_inside() -> None:
    named = ("http://127.0.0.1:9000", "https://[fd00::1]:8443")
    assert target_of("http://127.0.0.1:9000/hooks?x=1", named).inside
    assert target_of("https://[fd00::1]:8443/", named).inside
    assert not target_of("https://127.0.0.1/", named).inside
    for other in ("http://127.0.0.1:9001/", "http://127.0.0.2:9000/", "http://127.0.0.1/"):
        with pytest.raises(ValueError, match="url_not_https"):
            target_of(other, named)


def test_pauses_together_are_three_days_and_spread() -> None:
    pauses = [pause("whk_a", tries) for tries in range(1, 11)]
    assert pauses[-1] is None
    assert timedelta(hours=75) < sum(filter(None, pauses), timedelta()) < timedelta(hours=84)
    assert pause("whk_a", 3) != pause("whk_b", 3)
    assert pause("whk_a", 9, timedelta(days=30)) <= timedelta(hours=26.5)
    assert pause("whk_a", 10, timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("kinds", "wanted", "unwanted"),
    [
        (("*",), ["a.b", "c.d"], []),
        (("violation.*",), ["violation.detected", "violation.x.y"], ["violations.x", "violation", "a.violation.b"]),
        (("source.down",), ["source.down"], ["source.downed", "source.down.x", "source"]),
    ],
)
def test_a_family_of_kinds_is_told_by_its_stem(kinds: tuple[str, ...], wanted: list[str], unwanted: list[str]) -> None:
    made = Subscription("whk_1", 1, "https://x.example/", kinds, State.ON, 1, "k", datetime.now(UTC), "c", "H41", "r")
    assert all(map(made.wants, wanted))
    assert not any(map(made.wants, unwanted))


def test_a_message_id_tells_the_place_without_a_dot() -> None:
    assert message_id(Place(12, 3)) == "evt_12_3"
