"""The words of the defect report, Vietnamese first: column headings, states of components, names of tables."""

from __future__ import annotations

from reuse_gateway.domain.defect import Replacement
from reuse_gateway.domain.source import Ground
from reuse_gateway.domain.text import Text

STATES = {
    Replacement.NOTE: Text("Ghi chú, không phải giấy tờ", "Note, demands no paper"),
    Replacement.UNRECOGNISED: Text("Chưa nhận diện được", "Not recognised"),
    Replacement.OTHER_PAPER: Text("Giấy tờ ngoài danh mục 56 loại", "Paper outside the 56 kinds"),
    Replacement.ORIGINAL_REQUIRED: Text("Phải nộp bản chính", "Original must be handed in"),
    Replacement.REPLACEABLE: Text("Thay thế được bằng dữ liệu", "Data replace it"),
    Replacement.ABOLISHED: Text("Không được yêu cầu", "May not be demanded"),
    Replacement.PARTLY: Text("Thay thế được một phần", "Data replace a part of it"),
    Replacement.OWN_RESULT: Text("Đối tượng của chính thủ tục", "The procedure's own object"),
    Replacement.HELD_BY_PROVINCE: Text("Chỉ thay được khi tỉnh đã cấp", "Only where the province issued it"),
    Replacement.NO_SOURCE: Text("Chưa có nguồn dữ liệu dùng được", "No usable source yet"),
    Replacement.MAY_ASK: Text("Được yêu cầu (người dân tự lập)", "May be asked"),
}
GROUNDS = {
    Ground.PUBLISHED_SCOPE: Text("phạm vi dữ liệu đã công bố", "published scope"),
    Ground.LIVE_CONNECTION: Text("kết nối đang hoạt động", "live connection"),
    Ground.PROVINCIAL_HOLDING: Text("kết quả tỉnh đã cấp", "held by the province"),
}
TABLES = {
    "ministry": Text("Theo bộ, ngành", "By ministry"),
    "field": Text("Theo lĩnh vực", "By field"),
    "evidence_type": Text("Theo loại giấy tờ", "By kind of paper"),
}
COLUMNS = {
    "key": Text("Mã", "Key"),
    "name": Text("Tên", "Name"),
    "procedures": Text("Số thủ tục", "Procedures"),
    "components": Text("Số dòng hồ sơ", "Rows"),
    "demanded": Text("Thành phần yêu cầu", "Components demanded"),
    "replaceable": Text("Thay thế được hôm nay", "Replaceable on the day"),
    "lacking": Text("Thiếu câu chữ thay thế (D01)", "Lacking substitution wording (D01)"),
    "held_by_province": Text("Chỉ khi tỉnh đã cấp", "Only where the province issued it"),
    "no_usable_source": Text("Chưa có nguồn", "No usable source"),
    "other_paper": Text("Ngoài danh mục 56 loại", "Outside the 56 kinds"),
    "unrecognised": Text("Chưa nhận diện", "Not recognised"),
    "sources": Text("Nguồn dữ liệu", "Sources"),
    "bases": Text("Căn cứ pháp lý", "Legal basis"),
}
ROW_COLUMNS = {
    "ministry": Text("Bộ, ngành", "Ministry"),
    "field": Text("Lĩnh vực", "Field"),
    "procedure": Text("Mã thủ tục", "Procedure"),
    "procedure_name": Text("Tên thủ tục", "Name of the procedure"),
    "decision": Text("Quyết định công bố", "Deciding document"),
    "case": Text("Trường hợp", "Case"),
    "ref": Text("Dòng", "Row"),
    "label": Text("Thành phần hồ sơ đã công bố", "Component as published"),
    "state": Text("Kết luận", "Finding"),
    "papers": Text("Loại giấy tờ thay thế được", "Papers that data replace"),
    "sources": Text("Nguồn dữ liệu thay thế", "Source"),
    "bases": Text("Căn cứ pháp lý", "Legal basis"),
    "suggestions": Text("Gợi ý", "Suggestions"),
}
