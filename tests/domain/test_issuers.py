"""Whose paper it is, told from how its issuer is written."""

import pytest

from registry.domain.issuers import is_own_head, issuer_key

COMMUNE = ("Xã Bình Minh", "UBND xã Bình Minh")
DEPARTMENT = ("Sở Thông tin và Truyền thông", "Sở TT&TT")
SOCIETY = ("Hội Chữ thập đỏ tỉnh Quảng Nam",)


def test_spellings_of_one_body_share_a_key() -> None:
    assert issuer_key("Uỷ ban nhân dân TP Hội An") == issuer_key("UBND thành phố Hội An")
    assert issuer_key("UBND xã An Phú") != issuer_key("Chủ tịch UBND xã An Phú")


@pytest.mark.parametrize(
    ("issuer", "names"),
    [
        (None, COMMUNE),
        ("UBND xã Bình Minh", COMMUNE),
        ("Ủy ban nhân dân xã Bình Minh, huyện Thăng Bình", COMMUNE),
        ("TM. UBND xã Bình Minh", COMMUNE),
        ("Phó Chủ tịch UBND xã Bình Minh", COMMUNE),
        ("Chủ tịch UBND xã", COMMUNE),
        ("UBND xã", COMMUNE),
        ("UBND", COMMUNE),
        ("Xã Bình Minh", COMMUNE),
        ("Thủ trưởng đơn vị", COMMUNE),
        ("Giám đốc", DEPARTMENT),
        ("Giám đốc Sở", DEPARTMENT),
        ("Sở Thông tin và Truyền thông tỉnh Quảng Nam", DEPARTMENT),
        ("Phó Giám đốc Sở TT-TT", DEPARTMENT),
        ("Giám đốc Sở TTTT", DEPARTMENT),
        ("Hội Chữ thập đỏ", SOCIETY),
        ("Chủ tịch Hội Chữ thập đỏ tỉnh", SOCIETY),
        ("Trưởng Ban Dân tộc", ("Ban Dân tộc",)),
        ("Trưởng ban Ban Dân tộc", ("Ban Dân tộc",)),
        ("Trưởng phòng Văn hóa - Xã hội", ("Phòng Văn hóa – Xã hội",)),
        ("UBND tỉnh", ("Tỉnh Quảng Nam", "UBND tỉnh Quảng Nam")),
    ],
)
def test_the_units_own_head_is_known_by_post_kind_initials_and_place(
    issuer: str | None, names: tuple[str, ...]
) -> None:
    assert is_own_head(issuer, names)


@pytest.mark.parametrize(
    ("issuer", "names"),
    [
        ("UBND huyện Thăng Bình", COMMUNE),
        ("Chủ tịch UBND huyện", COMMUNE),
        ("UBND xã Bình Minh Đông", COMMUNE),
        ("UBND phường Bình Minh", COMMUNE),
        ("HĐND xã Bình Minh", COMMUNE),
        ("Đảng ủy xã Bình Minh", COMMUNE),
        ("Sở Thông tin và Truyền thông", COMMUNE),
        ("UBND tỉnh", DEPARTMENT),
        ("Giám đốc Sở Nội vụ", DEPARTMENT),
        ("Sở TTTTX", DEPARTMENT),
        ("Hội Chữ thập đỏ huyện Núi Thành", SOCIETY),
    ],
)
def test_the_paper_of_another_body_is_not_of_the_units_head(
    issuer: str, names: tuple[str, ...]
) -> None:
    assert not is_own_head(issuer, names)
