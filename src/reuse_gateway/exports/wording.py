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
FIRM = {True: Text("Chắc chắn", "Certain"), False: Text("Cần rà soát", "To be looked at")}
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
    "firm": Text("Mức độ", "Certainty"),
    "papers": Text("Loại giấy tờ thay thế được", "Papers that data replace"),
    "sources": Text("Nguồn dữ liệu thay thế", "Source"),
    "bases": Text("Căn cứ pháp lý", "Legal basis"),
    "suggestions": Text("Gợi ý", "Suggestions"),
}
ASSUMPTIONS = {
    "same_day": Text(
        "Hai tình huống được so sánh trên cùng một ngày, {day}; chỉ khác kết nối hoặc phạm vi giả định.",
        "Both worlds are compared on one day, {day}; only the supposed connection or scope differs.",
    ),
    "law_as_known": Text(
        "Pháp luật, phạm vi đã công bố và các kết nối khác của ngày {day} như danh mục đang biết (phiên bản {version}).",
        "Law, published scopes and other connections of {day} are those known to the catalogue (version {version}).",
    ),
    "dossiers_as_known": Text(
        "Thành phần hồ sơ như đã công bố và đang biết cho ngày {day}; chưa tính các sửa đổi về sau.",
        "Dossiers are those published and known for {day}; later amendments are not foreseen.",
    ),
    "always_found": Text(
        "Coi như nguồn luôn trả lời và có dữ liệu của mọi người nộp hồ sơ: con số là mức trần.",
        "The source is taken to answer always and to hold everybody's data: the figures are an upper bound.",
    ),
    "words_surely_read": Text(
        "Chỉ tính thành phần hồ sơ đã nhận diện chắc chắn; thành phần phải nộp bản chính không được tính.",
        "Only components surely recognised count; those that want the original do not.",
    ),
    "already_usable": Text(
        "{source} ({id}) đã được dùng vào ngày {day}: giả định này không bớt thêm gì.",
        "{id} may stand in on that day anyway: supposing it spares nothing more.",
    ),
    "planned_source": Text(
        "{source} ({id}) chưa có mô tả kết nối; các loại giấy tờ nguồn này trả lời được là giả định.",
        "{id} has no manifest yet; which papers it would answer for is an assumption.",
    ),
    "one_paper_per_row": Text(
        "Mỗi thành phần hồ sơ được tính là một giấy tờ phải nộp.",
        "Each component counts as one paper handed in.",
    ),
    "one_case_per_dossier": Text(
        "Mỗi hồ sơ đi theo một trường hợp, không rõ trường hợp nào: mức thấp là trường hợp ít nhất, không tính dòng có điều "
        "kiện; mức cao là trường hợp nhiều nhất.",
        "Each dossier follows one case, unknown which: the least is the case that spares least without its conditional rows, "
        "the most the one that spares most.",
    ),
    "same_volumes": Text(
        "Số hồ sơ mỗi năm giữ như trong tệp đã cho.",
        "Dossiers a year stay as in the given file.",
    ),
}
