"""A unit's name in papers: in a sentence, as a place, as initials in the number of a paper."""

import pytest

from registry.domain.units.kinds import UnitKind
from registry.domain.units.names import (
    bare_name,
    committee_in_full,
    document_symbol,
    located_name,
    running_name,
)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("Sở Thông tin và Truyền thông", "STTTT"),
        ("Sở Khoa học và Công nghệ", "SKHCN"),
        ("Sở Lao động - Thương binh và Xã hội", "SLĐTBXH"),
        ("Ban Quản lý các Khu kinh tế và Khu công nghiệp", "BQLKKTKCN"),
        ("UBND thành phố Đà Nẵng", "UBND"),
        ("Ủy ban Đoàn kết Ấn tượng", "UBĐKÂT"),
    ],
)
def test_the_symbol_of_an_issuer_is_made_of_its_initials(name: str, symbol: str) -> None:
    assert document_symbol(name) == symbol


@pytest.mark.parametrize(
    ("short_name", "symbol"),
    [
        ("Sở KH&CN", "SKHCN"),
        ("Sở LĐ-TB&XH", "SLĐTBXH"),
        ("Sở CĐS", "SCĐS"),
        ("Sở CT", "SCT"),
        ("Ủy ban MTTQ Việt Nam tỉnh", "UBMTTQVN"),
        ("UBND tỉnh Quảng Nam", "UBND"),
        ("Sở Nội vụ", "SYT"),
        ("Ban A", "SYT"),
    ],
)
def test_the_abbreviation_in_the_short_name_decides(short_name: str, symbol: str) -> None:
    """A short name without one, as the last two, leaves the initials of the name."""
    assert document_symbol("Sở Y tế", short_name) == symbol


@pytest.mark.parametrize(
    ("name", "designation", "running", "bare"),
    [
        ("Tỉnh Quảng Nam", "tỉnh", "tỉnh Quảng Nam", "Quảng Nam"),
        ("Thành phố Đà Nẵng", "thành phố", "thành phố Đà Nẵng", "Đà Nẵng"),
        ("Xã Bình Minh", "xã", "xã Bình Minh", "Bình Minh"),
        ("Sở Nội vụ", None, "Sở Nội vụ", ""),
        ("Xãm", "xã", "Xãm", ""),
    ],
)
def test_a_place_is_written_small_in_a_sentence_and_bare_before_a_date(
    name: str, designation: str | None, running: str, bare: str
) -> None:
    assert running_name(name, designation) == running
    assert bare_name(name, designation) == bare


def test_a_committee_that_issues_is_written_out() -> None:
    assert committee_in_full("UBND xã Bình Minh") == "Ủy ban nhân dân xã Bình Minh"


@pytest.mark.parametrize(
    ("name", "kind", "parent", "located"),
    [
        (
            "Tổ số thôn 1",
            UnitKind.COMMUNITY_TEAM,
            "Xã Bình Minh",
            "Tổ số thôn 1, xã Bình Minh",
        ),
        (
            "Tổ số khối 2",
            UnitKind.COMMUNITY_TEAM,
            "Phường An Mỹ",
            "Tổ số khối 2, phường An Mỹ",
        ),
        ("Tổ CNSCĐ xã Bình Minh", UnitKind.COMMUNITY_TEAM, "Xã Bình Minh", "Tổ CNSCĐ xã Bình Minh"),
        ("Tổ CNSCĐ xã", UnitKind.COMMUNITY_TEAM, "Xã Bình Minh", "Tổ CNSCĐ xã Bình Minh"),
        (
            "Tổ CNSCĐ thôn 1, xã Bình Minh",
            UnitKind.COMMUNITY_TEAM,
            "Xã Thăng An",
            "Tổ CNSCĐ thôn 1, xã Bình Minh (xã Thăng An)",
        ),
        ("Tổ CNSCĐ", UnitKind.COMMUNITY_TEAM, None, "Tổ CNSCĐ"),
        ("Phòng Văn hóa", UnitKind.COMMUNE_OFFICE, "Xã Bình Minh", "Phòng Văn hóa"),
    ],
)
def test_a_team_is_named_with_its_commune(
    name: str, kind: UnitKind, parent: str | None, located: str
) -> None:
    assert located_name(name, kind, parent) == located
