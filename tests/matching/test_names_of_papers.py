"""Every kind of paper is known by its official name, old names, abbreviations and the words people put around them."""

from __future__ import annotations

import re

import pytest

from reuse_gateway.catalogue.loader import load
from reuse_gateway.domain.matching import OTHER, Vocabulary

NAMES_OF_KINDS = """
id_card: Thẻ căn cước | Bản sao CCCD | Giấy CMND | Chứng minh thư nhân dân (bản photo) | Thẻ CCCD gắn chip còn hiệu
    lực | Căn cước công dân của người lao động | Bản sao thẻ căn cước hoặc CMND | CMND/CCCD | Số CCCD hoặc bản sao thẻ
    căn cước công dân
electronic_id: Căn cước điện tử | Tài khoản định danh điện tử mức độ 2 | Xuất trình tài khoản VNeID
id_certificate: Giấy chứng nhận căn cước | Bản sao Giấy chứng nhận căn cước của người gốc Việt Nam
personal_id_notice: Thông báo số định danh cá nhân | Giấy thông báo số định danh cá nhân và thông tin công dân trong
    Cơ sở dữ liệu quốc gia về dân cư | Văn bản thông báo số định danh cá nhân
household_book: Sổ hộ khẩu | Bản sao sổ hộ khẩu gia đình | Sổ tạm trú | Bản photo hộ khẩu | Sổ hộ khẩu hoặc sổ tạm trú
residence_confirmation: Giấy xác nhận thông tin về cư trú | Giấy xác nhận cư trú (mẫu CT07) | Xác nhận thông tin cư
    trú của công an xã | Giấy tờ chứng minh nơi cư trú | Giấy xác nhận tạm trú | Giấy xác nhận nơi thường trú | Giấy
    tờ, tài liệu chứng minh nơi thường trú
lawful_dwelling: Giấy tờ, tài liệu chứng minh chỗ ở hợp pháp | Giấy tờ chứng minh về chỗ ở hợp pháp | Tài liệu chứng
    minh chỗ ở
kinship_proof: Giấy tờ chứng minh quan hệ nhân thân | Giấy tờ chứng minh mối quan hệ gia đình với liệt sĩ | Tài liệu
    chứng minh quan hệ nhân thân với chủ hộ | Giấy tờ chứng minh quan hệ cha, mẹ, con | Giấy tờ chứng minh mối quan hệ
    với người được tuyển dụng | Giấy xác nhận quan hệ gia đình
birth_certificate: Giấy khai sinh | Bản sao Giấy khai sinh của con | Trích lục khai sinh (bản sao) | Bản sao trích lục
    khai sinh hoặc bản sao giấy khai sinh của trẻ em
birth_notice: Giấy chứng sinh | Bản sao Giấy chứng sinh của trẻ
death_notice: Giấy báo tử | Giấy báo tử hoặc giấy tờ thay thế giấy báo tử | Bản sao giấy báo tử
death_certificate: Giấy chứng tử | Trích lục khai tử | Bản sao trích lục khai tử của người lao động | Bản sao giấy
    chứng tử hoặc trích lục khai tử | Giấy khai tử
marriage_certificate: Giấy chứng nhận kết hôn | Giấy đăng ký kết hôn | Bản sao trích lục kết hôn | Bản sao Giấy chứng
    nhận đăng ký kết hôn | Trích lục ghi chú kết hôn
marital_status: Giấy xác nhận tình trạng hôn nhân | Giấy chứng nhận tình trạng hôn nhân của cả hai bên | Giấy xác nhận
    độc thân | Xác nhận tình trạng hôn nhân
divorce_judgment: Bản án ly hôn | Quyết định công nhận thuận tình ly hôn | Bản án, quyết định ly hôn của Tòa án |
    Trích lục ghi chú ly hôn | Bản sao bản án hoặc quyết định của Tòa án về việc ly hôn | Quyết định ly hôn đã có hiệu
    lực pháp luật
adoption_certificate: Giấy chứng nhận nuôi con nuôi | Quyết định công nhận việc nuôi con nuôi | Giấy chứng nhận nuôi
    con nuôi trong nước | Bản sao quyết định công nhận nuôi con nuôi
guardianship: Trích lục đăng ký giám hộ | Quyết định công nhận giám hộ | Bản sao trích lục đăng ký giám hộ | Giấy tờ
    chứng minh việc giám hộ
nationality_paper: Giấy xác nhận có quốc tịch Việt Nam | Giấy tờ chứng minh quốc tịch Việt Nam | Giấy tờ chứng minh có
    quốc tịch Việt Nam | Quyết định cho nhập quốc tịch Việt Nam | Giấy xác nhận là người gốc Việt Nam | Quyết định của
    Chủ tịch nước về việc cho trở lại quốc tịch Việt Nam
judicial_record: Phiếu lý lịch tư pháp | Phiếu lý lịch tư pháp số 1 | Lý lịch tư pháp của người đứng đầu | Bản sao
    Phiếu lý lịch tư pháp được cấp không quá 6 tháng | Phiếu LLTP số 2
passport: Hộ chiếu | Bản sao hộ chiếu còn hạn sử dụng | Hộ chiếu của người nước ngoài | Bản chụp hộ chiếu có chứng
    thực
foreigner_residence_card: Thẻ tạm trú | Thẻ thường trú của người nước ngoài | Bản sao thẻ tạm trú còn thời hạn
work_permit: Giấy phép lao động | Bản sao giấy phép lao động của người nước ngoài | Giấy xác nhận không thuộc diện cấp
    giấy phép lao động | Giấy phép lao động đã được cấp còn thời hạn ít nhất 5 ngày
enterprise_registration: Giấy chứng nhận đăng ký doanh nghiệp | GCN ĐKDN | Giấy chứng nhận đăng ký kinh doanh | Bản
    sao đăng ký kinh doanh | Giấy đăng ký kinh doanh | Giấy chứng nhận đăng ký hoạt động chi nhánh | Giấy tờ pháp lý
    của tổ chức | Giấy tờ chứng minh tư cách pháp nhân | Giấy ĐKKD | Giấy chứng nhận đăng ký hoạt động văn phòng đại
    diện | Bản sao hợp lệ giấy chứng nhận đăng ký doanh nghiệp có ngành nghề in | Tài liệu chứng minh tư cách pháp lý
    của người đề nghị
enterprise_change_confirmation: Giấy xác nhận thay đổi nội dung đăng ký doanh nghiệp | Giấy xác nhận về việc thay đổi
    nội dung đăng ký doanh nghiệp
business_household_registration: Giấy chứng nhận đăng ký hộ kinh doanh | Giấy chứng nhận đăng ký kinh doanh hộ cá thể
    | GCN đăng ký HKD | Bản sao giấy chứng nhận hộ kinh doanh
cooperative_registration: Giấy chứng nhận đăng ký hợp tác xã | GCN đăng ký HTX | Giấy chứng nhận đăng ký liên hiệp hợp
    tác xã | Giấy chứng nhận đăng ký kinh doanh của hợp tác xã
investment_registration: Giấy chứng nhận đăng ký đầu tư | Giấy phép đầu tư | Giấy chứng nhận đầu tư | Bản sao Giấy
    chứng nhận đăng ký đầu tư ra nước ngoài
tax_registration: Giấy chứng nhận đăng ký thuế | Thông báo mã số thuế | Giấy chứng nhận mã số thuế cá nhân | Thẻ mã số
    thuế cá nhân | Giấy chứng nhận đăng ký mã số thuế
tax_payment_proof: Chứng từ nộp lệ phí trước bạ | Biên lai nộp thuế | Giấy xác nhận hoàn thành nghĩa vụ thuế | Chứng
    từ nộp thuế thu nhập cá nhân | Giấy nộp tiền vào ngân sách nhà nước | Bản sao chứng từ nộp phí thẩm định | Biên
    lai thu phí, lệ phí | Văn bản xác nhận của cơ quan thuế về việc hoàn thành nghĩa vụ nộp thuế | Chứng từ lệ phí
    trước bạ | Chứng từ hoàn thành lệ phí trước bạ của xe
financial_statements: Báo cáo tài chính | Báo cáo tài chính 02 năm gần nhất đã được kiểm toán
land_use_certificate: Giấy chứng nhận quyền sử dụng đất | Sổ đỏ | GCN QSDĐ | GCNQSDĐ | Giấy chứng nhận quyền sở hữu
    nhà ở và quyền sử dụng đất ở | Bản sao một trong các giấy tờ chứng minh quyền sử dụng đất | Bản gốc Giấy chứng
    nhận đã cấp | Giấy tờ về quyền sử dụng đất | Giấy tờ hợp pháp về đất đai | Sổ hồng bản chính | Giấy chứng nhận
    quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất (bản gốc) | Giấy tờ chứng minh quyền sở hữu nhà ở
cadastral_extract: Trích lục bản đồ địa chính | Mảnh trích đo bản đồ địa chính | Trích đo địa chính thửa đất | Trích
    lục thửa đất | Trích lục bản đồ địa chính hoặc trích đo địa chính khu đất
land_finance_proof: Chứng từ thực hiện nghĩa vụ tài chính về đất đai | Chứng từ nộp tiền sử dụng đất | Biên lai nộp
    tiền thuê đất | Giấy tờ chứng minh đã hoàn thành nghĩa vụ tài chính về đất đai
construction_permit: Giấy phép xây dựng | Bản sao giấy phép xây dựng nhà ở riêng lẻ | GPXD đã cấp
construction_practice_certificate: Chứng chỉ hành nghề hoạt động xây dựng | Chứng chỉ năng lực hoạt động xây dựng |
    Chứng chỉ hành nghề giám sát thi công xây dựng | Bản sao chứng chỉ hành nghề thiết kế xây dựng công trình
driving_licence: Giấy phép lái xe | GPLX | Bằng lái xe ô tô | Bản sao giấy phép lái xe của người lái
vehicle_registration: Giấy đăng ký xe | Chứng nhận đăng ký xe | Cà vẹt xe | Bản sao Giấy đăng ký xe ô tô | Giấy chứng
    nhận đăng ký xe mô tô | Giấy chứng nhận đăng ký xe cơ giới
vehicle_inspection: Giấy chứng nhận kiểm định an toàn kỹ thuật và bảo vệ môi trường | Giấy đăng kiểm xe | Giấy chứng
    nhận kiểm định xe cơ giới | Giấy chứng nhận kiểm định ATKT và BVMT phương tiện | Sổ đăng kiểm
health_insurance_card: Thẻ bảo hiểm y tế | Thẻ BHYT còn giá trị sử dụng | Bản sao thẻ BHYT
social_insurance_record: Sổ bảo hiểm xã hội | Sổ BHXH | Quá trình đóng BHXH | Bản ghi quá trình đóng bảo hiểm xã hội |
    Bản sao sổ BHXH | Xác nhận thời gian đóng bảo hiểm xã hội
diploma: Văn bằng tốt nghiệp | Bằng tốt nghiệp đại học | Bằng tốt nghiệp THPT | Bản sao bằng đại học chuyên ngành y |
    Bằng cử nhân luật | Bằng bác sĩ | Bản sao văn bằng chuyên môn | Giấy chứng nhận tốt nghiệp tạm thời | Bằng tốt
    nghiệp trung học cơ sở | Bằng thạc sỹ | Bằng kỹ sư
training_certificate: Chứng chỉ đào tạo | Chứng chỉ bồi dưỡng nghiệp vụ sư phạm | Giấy chứng nhận đã hoàn thành khóa
    đào tạo | Chứng chỉ ngoại ngữ | Chứng chỉ tin học | Chứng chỉ sơ cấp nghề | Giấy chứng nhận hoàn thành chương
    trình bồi dưỡng | Giấy xác nhận đã qua tập huấn
poor_household_certificate: Giấy chứng nhận hộ nghèo | Sổ hộ nghèo | Giấy xác nhận hộ cận nghèo | Giấy chứng nhận hộ
    nghèo, hộ cận nghèo | Bản sao giấy xác nhận thuộc hộ nghèo | Giấy tờ chứng minh là hộ nghèo
disability_certificate: Giấy xác nhận khuyết tật | Bản sao Giấy xác nhận mức độ khuyết tật | Giấy chứng nhận khuyết
    tật | Giấy xác nhận người khuyết tật
merit_status: Giấy chứng nhận thương binh | Thẻ thương binh | Giấy chứng nhận gia đình liệt sĩ | Bằng Tổ quốc ghi công
    | Giấy tờ chứng minh người có công với cách mạng | Giấy chứng nhận người có công | Giấy chứng nhận bệnh binh |
    Giấy xác nhận thân nhân người có công
social_allowance_decision: Quyết định hưởng trợ cấp xã hội hằng tháng | Quyết định trợ cấp xã hội | Bản sao Quyết định
    hưởng trợ cấp bảo trợ xã hội | Quyết định về việc hưởng trợ cấp xã hội
health_certificate: Giấy khám sức khỏe | Giấy chứng nhận sức khỏe | Giấy khám sức khoẻ của người lái xe | Phiếu khám
    sức khỏe | Giấy chứng nhận đủ sức khỏe để hành nghề | Giấy xác nhận đủ sức khỏe
professional_licence: Chứng chỉ hành nghề | Chứng chỉ hành nghề dược | Giấy phép hành nghề khám bệnh, chữa bệnh |
    Chứng chỉ hành nghề luật sư | Thẻ luật sư | Thẻ hướng dẫn viên du lịch | Chứng chỉ hành nghề kế toán | Bản sao
    chứng chỉ hành nghề của người chịu trách nhiệm chuyên môn | Thẻ công chứng viên | Chứng chỉ hành nghề y của bác sĩ
food_safety_certificate: Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm | GCN đủ điều kiện ATTP | Giấy chứng
    nhận vệ sinh an toàn thực phẩm | Giấy chứng nhận đủ điều kiện vệ sinh an toàn thực phẩm
environmental_permit: Giấy phép môi trường | Quyết định phê duyệt báo cáo ĐTM | Quyết định phê duyệt kết quả thẩm định
    báo cáo đánh giá tác động môi trường | Báo cáo đánh giá tác động môi trường đã được phê duyệt | Giấy xác nhận đăng
    ký kế hoạch bảo vệ môi trường
fire_safety_approval: Giấy chứng nhận thẩm duyệt thiết kế về phòng cháy và chữa cháy | Văn bản nghiệm thu PCCC | Văn
    bản chấp thuận kết quả nghiệm thu về PCCC | Giấy chứng nhận đủ điều kiện PCCC | Biên bản nghiệm thu phòng cháy
    chữa cháy | Văn bản thẩm duyệt PCCC
certified_copy: Bản sao có chứng thực | Bản sao được chứng thực từ bản chính
authorisation: Văn bản ủy quyền | Giấy ủy quyền | Giấy giới thiệu | Hợp đồng ủy quyền | Giấy uỷ quyền (nếu có)
organisation_charter: Điều lệ công ty | Biên bản họp hội đồng thành viên | Nghị quyết của Đại hội đồng cổ đông | Quyết
    định của chủ sở hữu công ty
application_form: Đơn đề nghị cấp lại Giấy phép lái xe | Tờ khai đăng ký khai sinh | Giấy đề nghị đăng ký doanh nghiệp
    | Đơn đề nghị cấp giấy phép xây dựng | Phiếu đề nghị | Văn bản đề nghị | Đơn xin nghỉ | Đơn đăng ký dự tuyển | Tờ
    khai cấp hộ chiếu | Phiếu đăng ký dự thi | Bản khai cá nhân của người có công | Đơn đề nghị xác nhận mức độ khuyết
    tật | Tờ khai thay đổi thông tin cư trú | Giấy đề nghị cấp giấy chứng nhận đủ điều kiện kinh doanh dược | Đơn đăng
    ký biến động đất đai, tài sản gắn liền với đất
portrait_photo: Ảnh chân dung 4x6 | 02 ảnh 3x4 | Ảnh thẻ cỡ 4cm x 6cm | 02 ảnh màu 4 x 6 cm | Hai ảnh chân dung cỡ 3
    cm x 4 cm
other: Hợp đồng lao động | Sơ yếu lý lịch | Phương án sản xuất | Bản vẽ mặt bằng | Quyết định giao đất | Danh sách
    nhân sự | Giấy ra viện | Giấy phép kinh doanh | Biên bản bàn giao | Kế hoạch bài giảng | Giấy chứng nhận đủ điều
    kiện kinh doanh dược | Quyết định nghỉ hưu
"""
OFFICIAL = {name for kind in load().evidence_types.values() for name in (kind.name.vi, *kind.aliases)}
NAMES = {
    key: [name.strip() for name in " ".join(names.split()).split(" | ")]
    for key, names in re.findall(r"^([a-z_]+): (.+?)(?=^[a-z_]+: |\Z)", NAMES_OF_KINDS.strip(), re.MULTILINE | re.DOTALL)
}

# Their paper is told, but not whose: nothing may rest on it.
OF_SOMEBODY_ELSE = frozenset(
    name
    for names in NAMES.values()
    for name in names
    if re.search("của (người (lao động|gốc|nước ngoài|lái$|chịu)|cả hai bên|bác sĩ)", name) and name not in OFFICIAL
)


@pytest.mark.parametrize(("key", "name"), [(key, name) for key, names in NAMES.items() for name in names])
def test_a_name_surely_tells_its_paper_and_no_other(vocabulary: Vocabulary, key: str, name: str) -> None:
    reading = vocabulary.read(name)
    assert (reading.kind, reading.evidence_types, reading.sure) == ("demand", (key,), name not in OF_SOMEBODY_ELSE)


def test_every_kind_of_paper_has_names_here() -> None:
    assert set(NAMES) == set(load().evidence_types) | {OTHER}


@pytest.mark.parametrize("key", [key for key in NAMES if key not in {"certified_copy", OTHER}])
def test_each_kind_of_paper_is_also_known_without_accents(vocabulary: Vocabulary, plain, key: str) -> None:
    assert vocabulary.read(plain(NAMES[key][0])).evidence_types == (key,)
