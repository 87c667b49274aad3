"""Results as JUnit XML, which continuous integration understands."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from reuse_gateway.workbench.results import FAILED, NOT_APPLICABLE, Result


def junit(results: Iterable[Result]) -> str:
    """One suite per source; what does not apply is skipped, with its reason."""
    root = ElementTree.Element("testsuites")
    suites: dict[str, list[Result]] = {}
    for result in results:
        suites.setdefault(result.source, []).append(result)
    for source, told in sorted(suites.items()):
        counts = {outcome: str(sum(each.outcome == outcome for each in told)) for outcome in (FAILED, NOT_APPLICABLE)}
        facts = {"name": source, "tests": str(len(told)), "failures": counts[FAILED], "skipped": counts[NOT_APPLICABLE]}
        suite = ElementTree.SubElement(root, "testsuite", facts)
        for each in told:
            facts = {"classname": f"{source}.{each.group}", "name": each.name, "time": f"{each.seconds:.4f}"}
            case = ElementTree.SubElement(suite, "testcase", facts)
            if each.outcome == FAILED:
                ElementTree.SubElement(case, "failure", message=each.says)
            elif each.outcome == NOT_APPLICABLE:
                ElementTree.SubElement(case, "skipped", message=each.says)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)
