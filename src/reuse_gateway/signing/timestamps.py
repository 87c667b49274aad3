"""Port `StampTrust`: RFC 3161 requests and replies. The library is an extra; it is imported where it is needed only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from types import ModuleType

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from reuse_gateway.domain.errors import ProofError, UnsafeSettings

_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


class TrustedStamps:
    """Believes the authority whose certificates these are, as they were valid at the instant that a stamp tells."""

    def __init__(self, certificates: bytes) -> None:
        """PEM: the root, the authority's own certificate (signers leave it out of replies on request), those in between.

        Raises UnsafeSettings where the extra is not installed, or no root or no certificate for time-stamping is among them.
        """
        self._library = _library()
        try:
            told = x509.load_pem_x509_certificates(certificates)
        except ValueError:
            told = []
        self._roots = [each for each in told if each.subject == each.issuer]
        own = [each for each in told if _stamps(each)]
        if not self._roots or len(own) != 1:
            told_how = "a PEM file with the root and exactly one certificate for time-stamping is needed"
            raise UnsafeSettings(told_how, code="timestamp_certificates")
        self._own = own[0]
        self._between = [each for each in told if each not in (*self._roots, self._own)]

    def request(self, text: bytes) -> tuple[bytes, int]:
        """A TimeStampReq (DER) and its nonce."""
        library = self._library
        made = library.TimestampRequestBuilder().data(text).hash_algorithm(library.HashAlgorithm.SHA256)
        # Signer-only replies: two embedded certificates in the order that OpenSSL writes are refused as no strict DER.
        built = made.nonce(nonce=True).cert_request(cert_request=False).build()
        return built.as_bytes(), built.nonce

    def verified(self, reply: bytes, text: bytes, nonce: int | None = None) -> datetime:
        """The instant that a TimeStampResp (DER) proves for this text; raises ProofError(`tsa_*`)."""
        read = self._read(reply)
        told = read.tst_info
        if (told.message_imprint.hash_algorithm, told.message_imprint.message) != (_SHA256, sha256(text).digest()):
            raise ProofError("of another text", code="tsa_other_digest")
        if nonce is not None and told.nonce != nonce:
            raise ProofError("of another request", code="tsa_other_nonce")
        chosen = {"roots": list(self._roots), "intermediates": list(self._between), "tsa_certificate": self._own}
        try:
            self._library.VerifierBuilder(**chosen).build().verify_message(read, text)
        except Exception as failure:
            raise ProofError(type(failure).__name__, code="tsa_bad_signature") from None
        at: datetime = told.gen_time
        return at.astimezone(UTC)

    def _read(self, reply: bytes):  # type: ignore[no-untyped-def]
        """A granted reply. The reader's errors are many (ValueError, those of x509): none of them may get past here."""
        try:
            read = self._library.decode_timestamp_response(reply)
            granted = read.status == self._library.PKIStatus.GRANTED
            if granted and read.tst_info is None:
                raise ValueError("no token")
        except Exception as failure:
            raise ProofError(type(failure).__name__, code="tsa_bad_answer") from None
        if not granted:
            raise ProofError("not granted", code="tsa_refused")
        return read


def _stamps(certificate: x509.Certificate) -> bool:
    try:
        uses: Sequence[x509.ObjectIdentifier] = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in uses


def _library() -> ModuleType:
    try:
        import rfc3161_client
        import rfc3161_client.tsp
    except ImportError:
        raise UnsafeSettings(
            "time-stamps need an extra that is not installed: pip install 'reuse-gateway[timestamp]'",
            code="timestamp_extra_missing",
        ) from None
    return rfc3161_client
