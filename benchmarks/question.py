"""The one check that every server is asked: 8 papers of one citizen, five sources behind them."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request

from benchmarks.load import SLOT
from benchmarks.upstream import FULL_NAME

PROCEDURE = "1.004884"
PAPERS = (
    "birth_certificate",
    "id_card",
    "passport",
    "diploma",
    "residence_confirmation",
    "electronic_id",
    "household_book",
    "authorisation",
)


def body(papers: tuple[str, ...] = PAPERS) -> str:
    """JSON with SLOT where the personal id stands."""
    return json.dumps(
        {
            "procedure": PROCEDURE,
            "stage": "intake",
            "dossier": "H41.12-261123-0001",
            "officer": "bench-officer",
            "subject": {"kind": "citizen", "personal_id": SLOT, "full_name": FULL_NAME, "birth_date": "1990-05-14"},
            "items": [{"ref": f"paper-{place}", "evidence_type": paper} for place, paper in enumerate(papers)],
        },
        ensure_ascii=False,
    )


def headers(token: str) -> dict[str, str]:
    """Of every call."""
    return {"authorization": f"Bearer {token}", "content-type": "application/json", "accept": "application/json"}


def asked(
    port: int, token: str, number: str = "999090000001", timeout_s: float = 10.0, papers: tuple[str, ...] = PAPERS
) -> bytes:
    """The answer to one check; raises OSError (URLError) for none and for any status but 2xx."""
    told = body(papers).replace(SLOT, number).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/checks", told, headers(token))
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        raise OSError(f"{error.code} {error.read()[:500]!r}") from None


def token_of(port: int) -> str:
    """A token of the gateway's own desk for the demo client; it lives an hour."""
    form = urllib.parse.urlencode(
        {"grant_type": "client_credentials", "client_id": "demo-intake", "client_secret": "demo", "scope": "check:write"}
    )
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/oauth2/token", form.encode(), timeout=10) as answer:
        return json.load(answer)["access_token"]
