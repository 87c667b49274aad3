"""Where webhooks may go: https to public addresses; everything inside is refused unless a setting names it. Pure.

What the address library calls global is not enough: translation prefixes lead back inside (reliability.md F14).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

_PORTS = frozenset({443, 8443})
_LONGEST = 2_048
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_REFUSED_4 = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
            *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
            *("224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
_PUBLIC_6 = ip_network("2000::/3")
_REFUSED_6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart. `inside`: a setting names its origin, so that plain http and private addresses are allowed."""

    scheme: str
    host: str
    port: int
    inside: bool


def target_of(url: str, inside: Collection[str] = ()) -> Target:
    """`inside` are origins as `scheme://host:port`. Raises ValueError with a stable code."""
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise ValueError("url_shape")
    try:
        told = urlsplit(url)
        port = told.port or {"https": 443, "http": 80}.get(told.scheme, 0)
    except ValueError:
        raise ValueError("url_shape") from None
    host = (told.hostname or "").rstrip(".")
    if not host or "%" in host or told.username is not None or told.password is not None or told.fragment:
        raise ValueError("url_shape")
    named = f"[{host}]" if ":" in host else host
    allowed = f"{told.scheme}://{named}:{port}" in inside
    if not allowed and told.scheme != "https":
        raise ValueError("url_not_https")
    if not allowed and port not in _PORTS:
        raise ValueError("url_port")
    return Target(told.scheme, host, port, allowed)


def is_number(host: str) -> bool:
    """Is it an IPv4 address in decimal, octal or hexadecimal (`2130706433`, `0x7f.1`), which resolvers read and people do not?

    No name ends in a number (URL Standard, 3.5): its last part tells. False for an address in its one usual spelling.
    """
    try:
        ip_address(host)
    except ValueError:
        return _NUMBER.fullmatch(host.rpartition(".")[2]) is not None
    return False


def is_this_machine(host: str) -> bool:
    """`localhost` and every name below it (RFC 6761, 6.3), whatever a resolver says of them."""
    return host.lower().rpartition(".")[2] == "localhost"


def is_public(address: str) -> bool:
    """May a webhook go to this resolved address without a setting? False for what is no address."""
    try:
        told = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(told, IPv4Address):
        return not any(told in each for each in _REFUSED_4)
    return _public_6(told)


def _public_6(address: IPv6Address) -> bool:
    """Mapped, translated and tunnelled addresses all lie outside 2000::/3 or are named."""
    return address in _PUBLIC_6 and not any(address in each for each in _REFUSED_6)
