"""Is there anybody at that address? Name, connection, certificate, clock: each tried alone, each with whose fault it is."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from ipaddress import ip_address

from reuse_gateway.connectors.upstream import Tls

_PATIENCE_S, _EXPIRES_SOON_DAYS, _MOST_SKEW_S = 3.0, 30, 30.0
# OpenSSL's codes (x509_vfy.h): has expired, not yet valid; self-signed or unknown issuer; another name.
_OUT_OF_DATE, _UNKNOWN_ISSUER = (9, 10), (18, 19, 20, 21)


class Light(StrEnum):
    """How a check ended."""

    GREEN = "green"
    RED = "red"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Checked:
    """One check; `fault` is `ours`, `network` or `theirs` where it is red."""

    what: str
    light: Light
    says: str = ""
    fault: str = ""


def green(what: str, says: str = "") -> Checked:
    return Checked(what, Light.GREEN, says)


def red(what: str, fault: str, says: str) -> Checked:
    return Checked(what, Light.RED, says, fault)


def skipped(what: str, says: str) -> Checked:
    return Checked(what, Light.SKIPPED, says)


async def dns(host: str) -> Checked:
    """Does the name resolve? An address needs no resolving."""
    try:
        ip_address(host)
    except ValueError:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, TimeoutError):
            return red("dns", "network", f"{host} does not resolve here: name server, VPN or a wrong name in SOURCE_URLS")
        return green("dns", f"{host}: {len({address[4][0] for address in found})} address(es)")
    return skipped("dns", "an address, no name")


async def tcp(host: str, port: int) -> Checked:
    """Does somebody accept a connection?"""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return red("tcp", "theirs", f"port {port} is closed: the host is there, the service is not")
    except TimeoutError:
        return red("tcp", "network", f"port {port} does not answer: most likely a firewall between us")
    except OSError as error:
        return red("tcp", "network", f"no way to port {port}: {error.strerror or type(error).__name__}")
    writer.close()
    return green("tcp", f"port {port} is open")


async def tls(host: str, port: int, facts: Tls) -> Checked:
    """Is the certificate good, with our CA bundle and our client certificate?"""
    try:
        context = facts.context()
    except (OSError, ssl.SSLError):
        return red("tls", "ours", "CA bundle or client certificate cannot be read: SOURCE_TLS")
    try:
        async with asyncio.timeout(_PATIENCE_S):
            _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        return _unverified(error)
    except (OSError, TimeoutError) as error:
        return red("tls", "theirs", f"no handshake ({type(error).__name__}); does the server want a client certificate?")
    shown = writer.get_extra_info("peercert") or {}
    writer.close()
    ends_at = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    left = (ends_at - datetime.now(UTC)).days
    return green("tls", f"certificate good for {left} days" + (" - ask them to renew it" if left < _EXPIRES_SOON_DAYS else ""))


def _unverified(error: ssl.SSLCertVerificationError) -> Checked:
    if error.verify_code in _OUT_OF_DATE:
        return red("tls", "theirs", "their certificate has expired, or is not valid yet (or our clock is wrong)")
    if error.verify_code in _UNKNOWN_ISSUER:
        return red("tls", "ours", "the issuer is not known here: put their CA into SOURCE_TLS or SOURCE_CA_BUNDLE")
    return red("tls", "theirs", f"the certificate does not fit: {error.verify_message}")


def clock(told: str | None, ours: datetime) -> Checked:
    """Their `Date` header against our clock; digests of timestamps and tokens end early where the two differ."""
    if not told:
        return skipped("clock", "no Date header")
    try:
        theirs = parsedate_to_datetime(told)
    except ValueError:
        return skipped("clock", "an unreadable Date header")
    off_s = abs((ours - theirs).total_seconds()) if theirs.tzinfo else 0.0
    if off_s > _MOST_SKEW_S:
        return red("clock", "ours", f"{off_s:.0f} s apart: compare both with a time server")
    return green("clock", f"{off_s:.0f} s apart")
