"""Whose paper it is, told from how its issuer is written."""

import pytest

from registry.domain.issuers import is_own_head, issuer_key

PROVINCE = ("Tỉnh Quảng Nam", "UBND tỉnh Quảng Nam")
CITY = ("Thành phố Đà Nẵng", "UBND thành phố Đà Nẵng")
DISTRICT = ("Huyện Thăng Bình", "UBND huyện Thăng Bình")
COMMUNE = ("Xã Bình Minh", "UBND xã Bình Minh")
# The names of each unit whose paper is asked about, and those of the units above it.
UNITS = {
    "commune": (COMMUNE, (*DISTRICT, *PROVINCE)),
    "district": (DISTRICT, PROVINCE),
    "town": (("Thành phố Tam Kỳ", "UBND thành phố Tam Kỳ"), PROVINCE),
    "province": (PROVINCE, ()),
    "ward": (("Phường Tam Kỳ", "UBND phường Tam Kỳ"), CITY),
    "justice": (("Sở Tư pháp thành phố Đà Nẵng",), CITY),
    "trade": (("Sở Công Thương thành phố Đà Nẵng",), CITY),
    "front_of_city": (("Ủy ban Mặt trận Tổ quốc Việt Nam thành phố Đà Nẵng",), CITY),
    "centre": (("Trung tâm Chuyển đổi số",), (*CITY, "Sở Khoa học và Công nghệ")),
    "telecom": (("VNPT Đà Nẵng",), CITY),
    "health": (("Sở Y tế",), PROVINCE),
    "labour": (("Sở Lao động - Thương binh và Xã hội",), PROVINCE),
    "education": (("Sở Giáo dục và Đào tạo",), PROVINCE),
    "environment": (("Sở Tài nguyên và Môi trường",), PROVINCE),
    "agriculture": (("Sở Nông nghiệp và Phát triển nông thôn",), PROVINCE),
    "culture": (("Sở Văn hóa, Thể thao và Du lịch",), PROVINCE),
    "it": (("Sở Thông tin và Truyền thông", "Sở TT&TT"), PROVINCE),
    "office": (("Văn phòng Ủy ban nhân dân tỉnh Quảng Nam",), PROVINCE),
    "zones": (("Ban Quản lý các Khu kinh tế và Khu công nghiệp tỉnh Quảng Nam",), PROVINCE),
    "front": (("Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Quảng Nam",), PROVINCE),
    "women": (("Hội Liên hiệp Phụ nữ tỉnh Quảng Nam",), PROVINCE),
    "red_cross": (("Hội Chữ thập đỏ tỉnh Quảng Nam",), PROVINCE),
    "youth": (("Đoàn TNCS Hồ Chí Minh tỉnh Quảng Nam", "Tỉnh đoàn"), PROVINCE),
    "tax": (("Cục Thuế tỉnh Quảng Nam",), PROVINCE),
    "bank": (("Ngân hàng Nhà nước Việt Nam - Chi nhánh tỉnh Quảng Nam",), PROVINCE),
    "ethnic": (("Ban Dân tộc",), PROVINCE),
    "section": (("Phòng Văn hóa và Thông tin huyện Thăng Bình",), (*DISTRICT, *PROVINCE)),
    "firm": (("Viettel Quảng Nam",), PROVINCE),
}


def test_spellings_of_one_body_share_a_key() -> None:
    assert issuer_key("Uỷ ban nhân dân TP Hội An") == issuer_key("U.B.N.D thành phố Hội An")
    assert issuer_key("UBND xã An Phú") != issuer_key("Chủ tịch UBND xã An Phú")


@pytest.mark.parametrize(
    ("issuer", "unit"),
    [
        (None, "commune"),
        ("UBND xã Bình Minh", "commune"),
        ("Ủy ban nhân dân xã Bình Minh, huyện Thăng Bình, tỉnh Quảng Nam", "commune"),
        ("UBND xã Bình Minh, Quảng Nam", "commune"),
        ("TM. UBND xã Bình Minh, Chủ tịch", "commune"),
        ("Phó Chủ tịch UBND xã", "commune"),
        ("U.B.N.D x. Bình Minh", "commune"),
        ("UBND Bình Minh", "commune"),
        ("UBND", "commune"),
        ("Xã Bình Minh", "commune"),
        ("Thủ trưởng đơn vị", "commune"),
        ("UBND H. Thăng Bình", "district"),
        ("UBND T.P Tam Kỳ", "town"),
        ("UBND tỉnh", "province"),
        ("Giám đốc", "health"),
        ("Viện trưởng", "health"),
        ("Thủ trưởng tổ chức", "health"),
        ("Sở Y tế Quảng Nam", "health"),
        ("Sở LĐTB&XH", "labour"),
        ("Sở GD và ĐT", "education"),
        ("Sở Tài nguyên & Môi trường tỉnh", "environment"),
        ("Sở Nông nghiệp và PTNT", "agriculture"),
        ("Sở VHTTDL", "culture"),
        ("Phó Giám đốc Sở TT-TT", "it"),
        ("VP UBND tỉnh", "office"),
        ("BQL các KKT & KCN tỉnh Quảng Nam", "zones"),
        ("Ban Thường trực Ủy ban MTTQ Việt Nam tỉnh", "front"),
        ("UBMTTQVN tỉnh", "front"),
        ("Ủy ban MTTQ tỉnh Quảng Nam", "front"),
        ("Ban Thường vụ Hội LHPN tỉnh", "women"),
        ("Hội Chữ thập đỏ", "red_cross"),
        ("Bí thư Tỉnh đoàn", "youth"),
        ("Cục trưởng Cục Thuế tỉnh", "tax"),
        ("NHNN Chi nhánh Quảng Nam", "bank"),
        ("Trưởng ban Ban Dân tộc", "ethnic"),
        ("Phòng VH-TT huyện", "section"),
        ("Chi nhánh Viettel", "firm"),
        ("Uỷ ban phường Tam Kỳ", "ward"),
        ("HĐND và UBND phường Tam Kỳ", "ward"),
        ("Bí thư Đảng ủy, Chủ tịch UBND phường Tam Kỳ", "ward"),
        ("TM. ỦY BAN NHÂN DÂN PHƯỜNG, KT. CHỦ TỊCH, PHÓ CHỦ TỊCH", "ward"),
        ("UBND phường Tam Kỳ (cũ)", "ward"),
        ("UBND P. Tam Kỳ, TP Đà Nẵng", "ward"),
        ("Giám đốc Sở TP", "justice"),
        ("Sở CT", "trade"),
        ("UB MTTQ Việt Nam TP Đà Nẵng", "front_of_city"),
        ("Trung tâm CĐS thuộc Sở KH&CN", "centre"),
        ("Trung tâm Chuyển đổi số, Sở Khoa học và Công nghệ", "centre"),
        ("VNPT Đà Nẵng", "telecom"),
    ],
)
def test_the_unit_s_own_head_is_known_by_post_kind_initials_and_place(
    issuer: str | None, unit: str
) -> None:
    assert is_own_head(issuer, *UNITS[unit])


@pytest.mark.parametrize(
    ("issuer", "unit"),
    [
        ("UBND huyện Thăng Bình", "commune"),
        ("Chủ tịch UBND huyện", "commune"),
        ("UBND xã Bình Minh Đông", "commune"),
        ("UBND phường Bình Minh", "commune"),
        ("UBND Bình Đào", "commune"),
        ("UBND xã Bình", "commune"),
        ("Phòng Văn hóa", "section"),
        ("UBND xã Bình Minh, huyện Bình Sơn, tỉnh Quảng Ngãi", "commune"),
        ("HĐND xã Bình Minh", "commune"),
        ("Đảng ủy xã Bình Minh", "commune"),
        ("Huyện ủy Thăng Bình", "commune"),
        ("Bí thư xã Bình Minh", "commune"),
        ("Trưởng Phòng Nội vụ, UBND xã Bình Minh", "commune"),
        ("Phòng Văn hóa - Xã hội xã Bình Minh", "commune"),
        ("UBND tỉnh", "health"),
        ("Lãnh đạo UBND", "health"),
        ("Giám đốc Sở Nội vụ", "health"),
        ("Bộ Y tế", "health"),
        ("Sở Y tế thành phố Đà Nẵng", "health"),
        ("Ban Chỉ đạo CĐS tỉnh", "health"),
        ("Sở TTTTX", "it"),
        *(
            (issuer, "ward")
            for issuer in (
                "UBMTTQVN phường Tam Kỳ",
                "Mặt trận Tổ quốc phường Tam Kỳ",
                "Chi đoàn phường",
                "ĐU phường",
                "BCH Đảng bộ phường",
                "BCĐ CĐS phường Tam Kỳ",
                "Tổ CNSCĐ khối phố 1",
                "Viettel Đà Nẵng",
                "Bưu điện thành phố",
                "Trạm Y tế phường Tam Kỳ",
                "Thủ tướng Chính phủ",
                "UBTVQH",
            )
        ),
        ("VNPT Quảng Nam", "telecom"),
        ("Hội Chữ thập đỏ huyện Núi Thành", "red_cross"),
    ],
)
def test_the_paper_of_another_body_is_not_of_the_unit_s_head(issuer: str, unit: str) -> None:
    assert not is_own_head(issuer, *UNITS[unit])
