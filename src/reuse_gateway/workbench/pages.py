"""A page per source in Markdown, from its manifest alone: what it holds, asks and discloses, and on what ground."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.connectors.describing import fields_read, inputs_told
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest

_TIERS = {"national": "quốc gia (national)", "sector": "chuyên ngành (sector)", "provincial": "của tỉnh (provincial)"}
_MADE = "<!-- Written by `reuse-gateway connector docs --all --out docs/sources`; changes belong into the manifest. -->"


def page(manifest: Manifest, catalogue: Catalogue) -> str:
    """The whole page."""
    parts = [
        _MADE,
        f"# {manifest.name.vi}\n\n*{manifest.name.en}*",
        _standing(manifest),
        _facts(manifest),
        _papers(manifest, catalogue),
    ]
    parts += [_asked(manifest), _law(manifest, catalogue), _limits(manifest)]
    return "\n\n".join(parts) + "\n"


def index(manifests: Iterable[Manifest], catalogue: Catalogue) -> str:
    """The list of all pages."""
    rows = [
        (
            f"[`{each.id}`]({each.id}.md)",
            each.name.vi,
            _TIERS[each.tier],
            f"`{each.protocol}`",
            str(len(_offered(each))),
            _life(each),
        )
        for each in manifests
    ]
    heading = (
        "nguồn (source)",
        "tên (name)",
        "cấp (tier)",
        "giao thức (protocol)",
        "loại giấy tờ (papers)",
        "thật hay mô phỏng",
    )
    intro = "Mỗi trang viết ra từ tệp khai báo của nguồn. *Each page is written from the source's manifest.*"
    return f"{_MADE}\n\n# Nguồn dữ liệu (sources)\n\n{intro}\n\n{_table(heading, rows)}\n"


def _offered(manifest: Manifest) -> list[str]:
    return [paper for lookup in manifest.lookups for paper in lookup.evidence]


def _life(manifest: Manifest) -> str:
    return "**mô phỏng** (simulated)" if manifest.simulated else "thật (live)"


def _standing(manifest: Manifest) -> str:
    if manifest.simulated:
        said = (
            "**Mô phỏng (simulated).** Chưa kết nối cơ sở dữ liệu thật: mọi câu trả lời là của người giả định. "
            "*Nobody's real register is asked; every answer is about people who do not exist.*"
        )
    else:
        said = "**Thật (live).** Địa chỉ và bí mật do nơi triển khai đặt. *Address and secrets come from the deployment.*"
    quality = (
        "Mức chất lượng: **đồng (bronze)** khi `connector test` đạt; các mức cao hơn cần dữ liệu ghi lại từ nguồn thật "
        "và vận hành thử, chưa có. "
        "*Bronze where `connector test` passes; nothing was recorded from or watched at a live source, so not higher.*"
    )
    return f"> {said}\n>\n> {quality}"


def _facts(manifest: Manifest) -> str:
    server = f", qua máy chủ bảo mật (security server) `{manifest.through.forward}`" if manifest.through else ""
    auth = f"`{manifest.auth.type}`{server}"
    rows = [
        ("mã (id)", f"`{manifest.id}`, {manifest.version}"),
        ("chủ quản (owner)", manifest.owner),
        ("cấp (tier)", _TIERS[manifest.tier]),
        ("giao thức (protocol)", f"`{manifest.protocol}`"),
        ("đăng nhập (auth)", auth),
        ("bí mật cần đặt (secrets)", ", ".join(f"`{name}`" for name in sorted(_deployed(manifest))) or "không (none)"),
    ]
    return _table(("", ""), rows)


def _deployed(manifest: Manifest) -> set[str]:
    """Everything that is known by name."""
    local = [manifest.database.url_name if manifest.database else "", manifest.drop.folder_name if manifest.drop else ""]
    return {*manifest.secret_names, *filter(None, local)}


def _papers(manifest: Manifest, catalogue: Catalogue) -> str:
    heading = ("loại giấy tờ (paper)", "của (about)", "công bố từ (published)", "trường ra ngoài (discloses)")
    rows = [_paper(lookup, paper, catalogue) for lookup in manifest.lookups for paper in lookup.evidence]
    said = "Ngoài các trường này, không gì của hồ sơ rời khỏi bộ kết nối. *Nothing else of a record leaves the connector.*"
    return f"## Giấy tờ (what it holds, and what leaves)\n\n{_table(heading, rows)}\n\n{said}"


def _paper(lookup: LookupFacts, paper: str, catalogue: Catalogue) -> tuple[str, ...]:
    known, proof = catalogue.evidence_types.get(paper), lookup.evidence[paper]
    days = " – ".join(str(day) for day in (proof.published_from, proof.published_to) if day) or "chưa (not)"
    fields = (
        ", ".join(f"{name}: `{_code(path)}`" for name, path in fields_read(lookup, paper).items())
        or "có hay không (whether it is held)"
    )
    codes = f" {', '.join(proof.result_codes)}" if proof.result_codes else ""
    return f"{known.name.vi if known else paper} (`{paper}`){codes}", ", ".join(lookup.asked_about(paper)), days, fields


def _asked(manifest: Manifest) -> str:
    lines = []
    for place, lookup in enumerate(manifest.lookups, 1):
        told = (
            ", ".join(f"`{name}`" for name in inputs_told(manifest, lookup)) or "không gì (nothing: files are read beforehand)"
        )
        needs = ", ".join(f"`{name}`" for name in lookup.needs) or "chỉ số định danh (the number alone)"
        either = f"; một trong (one of) {', '.join(f'`{name}`' for name in lookup.either)}" if lookup.either else ""
        owners = sorted({path.text for owner in lookup.named for path in (*owner.number, *owner.full_name)})
        lines.append(
            f"{place}. cần (needs) {needs}{either}; gửi đi (is told) {told}; "
            f"đối chiếu chủ thể theo (owner checked by) {', '.join(f'`{_code(path)}`' for path in owners)}"
        )
    return "## Hỏi bằng gì (what it is asked with)\n\n" + "\n".join(lines)


def _law(manifest: Manifest, catalogue: Catalogue) -> str:
    bases, law = catalogue.law.bases, manifest.law
    lines = [f"- `{code}` {bases[code].citation.vi if code in bases else ''}".rstrip() for code in law.bases]
    days = f"từ (from) {law.connected_from or 'chưa (not yet)'}" + (f" đến (to) {law.connected_to}" if law.connected_to else "")
    sure = (
        "đã xác nhận (confirmed)"
        if law.verified
        else "**giả định của tỉnh trình diễn, chưa ai xác nhận** (assumed, confirmed by nobody)"
    )
    return "## Căn cứ (law)\n\n" + "\n".join([*lines, f"- kết nối (connected) {days}: {sure}"])


def _limits(manifest: Manifest) -> str:
    limits, fresh = manifest.limits, manifest.freshness
    rows = [
        ("chờ tối đa (time limit)", f"{limits.timeout_s:g} s, kết nối (connecting) {limits.connect_timeout_s:g} s"),
        ("cùng lúc (in flight)", str(limits.max_in_flight)),
        ("thử lại (retries)", str(limits.retries)),
        ("câu trả lời tối đa (largest answer)", f"{limits.response_bytes // 1024} KB"),
        ("ngắt mạch (circuit)", f"{limits.circuit.failure_ratio:.0%} / {limits.circuit.window}, {limits.circuit.open_s:g} s"),
        ("dùng lại (reused for)", f"có (found) {fresh.found_s:g} s, không (absent) {fresh.absent_s:g} s"),
    ]
    return f"## Giới hạn và độ mới (limits and freshness)\n\n{_table(('', ''), rows)}"


def _code(text: str) -> str:
    return text.replace("|", "\\|")


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(_rows(heading, rows))


def _rows(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heading)} |"
    yield f"|{'---|' * len(heading)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
