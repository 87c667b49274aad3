"""Every code of the linter seen red once, at its line; what is shipped has no error."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reuse_gateway.catalogue.loader import load
from reuse_gateway.cli import connector
from reuse_gateway.simulation.facts import load_people
from reuse_gateway.workbench.lint.findings import Finding
from reuse_gateway.workbench.lint.linting import lint_manifest, manifests_in

SHIPPED = Path(__file__).parents[2] / "connectors"
CATALOGUE, PEOPLE = load(), load_people(SHIPPED)
REAL_PERSON = "040" + "090123456"
MANIFEST, CASES = "business_registration.yaml", "business_registration.cases.yaml"
POST = '      method: POST\n      repeatable: true\n      json: {msdn: "{subject.number}"}\n'
GET = "      method: GET\n"


def found_after(folder: Path, *changes: tuple[str, str, str]) -> list[Finding]:
    """What is found in a copy of a good manifest in which texts were replaced."""
    tier = folder / "national"
    tier.mkdir()
    for name in (MANIFEST, CASES):
        shutil.copy(SHIPPED / "national" / name, tier / name)
    for name, old, new in changes:
        text = (tier / name).read_text("utf-8")
        assert old in text, old
        (tier / name).write_text(text.replace(old, new, 1), "utf-8")
    return asyncio.run(lint_manifest(tier / MANIFEST, CATALOGUE.evidence_types, CATALOGUE.law.bases, PEOPLE))


def in_manifest(old: str, new: str) -> tuple[str, str, str]:
    return (MANIFEST, old, new)


def in_cases(old: str, new: str) -> tuple[str, str, str]:
    return (CASES, old, new)


RED: dict[str, list[tuple[str, str, str]]] = {
    "E101": [in_manifest("tier: national", "tier: &a national")],
    "E102": [in_manifest("protocol: rest_json", "protocol: rest_json\nprotokol: x")],
    "E103": [in_manifest("timeout_s: 2.5", "timeout_s: soon")],
    "E104": [in_manifest('owner: "Bộ Tài chính"\n', "")],
    "E105": [in_manifest("records: Data.MainInformation", "records: Data..Main[")],
    "E106": [in_manifest("id: business_registration", "id: business_register")],
    "E107": [in_manifest("      enterprise_registration:", "      enterprise_registratoin:")],
    "E108": [in_manifest("protocol: rest_json", "protocol: session_rpc")],
    "E109": [in_manifest("tier: national", "tier: national" + "\n" * 150)],
    "E110": [in_manifest("path: FOUNDING_DATE", "path: FOUNDING_DAY")],
    "E111": [in_cases("absent: {body: nobody}", "absent: {body: nobdoy}")],
    "E202": [in_cases("      expired:", "      mended:"), in_cases("means: revoked", "means: incomplete")],
    "E203": [
        in_cases("      mismatch:", "      mended:"),
        in_cases("      ambiguous: {body: two}\n", ""),
        in_cases("      denied: {status: 403, body: forbidden}\n", ""),
    ],
    "E204": [in_cases("      mismatch:", "      other_name:")],
    "E205": [in_cases("means: source_unavailable", "means: unavailable")],
    "E206": [in_manifest("freshness: {found_s: 300, absent_s: 30}\n", "")],
    "E207": [in_manifest("NQ-66.7-2025,", "NQ-66.8-2025,")],
    "E301": [in_manifest("query: {msdn", "query: {apiKey: s3cr3t-value, msdn")],
    "E302": [in_cases("values: {standing:", f'values: {{other: "{REAL_PERSON}", standing:')],
    "E304": [in_cases("bodies:\n", 'bodies:\n  recorded_valid: \'{"Status": "1", "Mother": "x"}\'\n')],
    "E401": [in_manifest("path: /apiCSDLDKDN/chiTietDoanhNghiep", "path: /to?next=http://10.0.0.1/x")],
    "E402": [in_manifest("timeout_s: 2.5, ", "")],
    "E403": [in_manifest(GET, POST), in_manifest("/apiCSDLDKDN/chiTietDoanhNghiep", "/apiCSDLDKDN/capNhatDoanhNghiep")],
    "E501": [
        in_manifest(
            "present: {path: LAST_AMEND_DATE",
            "result_codes: [KQ.G15.000031]\n        result_code: ENTERPRISE_ID\n        present: {path: LAST_AMEND_DATE",
        )
    ],
    "E502": [in_manifest("      enterprise_change_confirmation:", "      id_card:")],
    "E503": [in_manifest("    fields:\n", "    fields:\n      result_code: NAME\n")],
    "W601": [in_manifest("# yaml-language-server", "# editors")],
    "W602": [
        in_manifest("# National", "manifest_of: x\n# National"),
        in_manifest("manifest_of: x\n# National database of enterprise registration, through the integration platform.\n", ""),
        in_manifest("                        # the demo province's assumption", ""),
        in_manifest("      # an upstream failure, said with 200", ""),
        in_manifest("       # Resolution 66.7/2025", ""),
    ],
    "W603": [in_manifest("timeout_s: 2.5", "timeout_s: 9")],
    "W604": [in_manifest("number: [ENTERPRISE_GDT_CODE], full_name: [NAME]", "number: [ENTERPRISE_GDT_CODE]")],
    "W605": [in_manifest(GET, POST.replace("      repeatable: true\n", ""))],
    "W606": [
        in_manifest("  connected_from: 2024-07-01\n", ""),
        in_manifest("        published_from: 2026-01-01       # Resolution 66.7/2025\n", ""),
        in_manifest("        published_from: 2026-01-01\n", ""),
    ],
    "W607": [in_manifest("Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp", "Co so du lieu")],
}


@pytest.mark.parametrize("code", RED)
def test_each_code_is_found(code: str, tmp_path: Path) -> None:
    assert code in {each.code for each in found_after(tmp_path, *RED[code])}


def test_a_manifest_without_cases_is_found(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "national" / MANIFEST, tmp_path / MANIFEST)
    told = asyncio.run(lint_manifest(tmp_path / MANIFEST, CATALOGUE.evidence_types, CATALOGUE.law.bases, PEOPLE))
    assert "E201" in {each.code for each in told}


def test_every_code_has_words_a_mend_and_a_case_here() -> None:
    keys = {key for key in CATALOGUE.sentences.by_key if key.startswith("connector_lint.")}
    codes = {key.removeprefix("connector_lint.").upper() for key in keys if not key.endswith("_mend")}
    assert {f"connector_lint.{code.lower()}_mend" for code in codes} <= keys
    assert codes == {*RED, "E201"}


def test_a_finding_names_the_line_of_its_key(tmp_path: Path) -> None:
    found = [each for each in found_after(tmp_path, *RED["E110"]) if each.code == "E110"]
    lines = (tmp_path / "national" / MANIFEST).read_text("utf-8").splitlines()
    assert [lines[each.line - 1].strip().split(":")[0] for each in found] == ["issued_on"]
    assert found[0].about == "FOUNDING_DAY"


def test_no_finding_repeats_a_secret_or_a_person(tmp_path: Path) -> None:
    found = found_after(tmp_path, *RED["E301"], *RED["E302"])
    assert {"E301", "E302"} <= {each.code for each in found}
    assert not [each for each in found if "s3cr3t" in repr(each) or REAL_PERSON in repr(each)]


def test_several_findings_of_shape_are_told_at_once(tmp_path: Path) -> None:
    found = found_after(tmp_path, *RED["E102"], *RED["E103"], *RED["E104"])
    assert {"E102", "E103", "E104"} <= {each.code for each in found}


def test_a_good_manifest_has_no_error(tmp_path: Path) -> None:
    assert not [each for each in found_after(tmp_path) if each.is_error]


@pytest.mark.parametrize("file", manifests_in([SHIPPED]), ids=lambda file: file.stem)
def test_what_is_shipped_has_no_error(file: Path) -> None:
    found = asyncio.run(lint_manifest(file, CATALOGUE.evidence_types, CATALOGUE.law.bases, PEOPLE))
    assert [each for each in found if each.is_error] == []


def test_the_command_tells_line_code_and_mend_in_both_languages_and_fails(tmp_path: Path) -> None:
    found_after(tmp_path, *RED["E402"])
    told = CliRunner().invoke(connector.app, ["lint", str(tmp_path)])
    assert told.exit_code == 1
    assert f"{MANIFEST}:21: E402" in told.output
    assert "giới hạn thời gian" in told.output
    assert "Add limits.timeout_s" in told.output
    machines = CliRunner().invoke(connector.app, ["lint", str(tmp_path), "--json"])
    assert {"E402"} == {each["code"] for each in json.loads(machines.output)["findings"]}
