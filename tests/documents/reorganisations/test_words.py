"""A row says where a unit lies, unless its name says so already."""

from typing import Any

import pytest

from registry.documents.reorganisations.words import shown_row
from registry.domain.reorganisations.annex import How, Part, RowContent
from registry.models.reorganisations import ReorganisationRow


def test_a_place_that_stands_in_the_name_is_not_said_again() -> None:
    row = ReorganisationRow(number=1, source="phụ lục")
    row.content = RowContent(
        old_name="Sở Nội vụ tỉnh Quảng Nam",
        old_parent="Tỉnh Quảng Nam",
        old_province="Tỉnh Quảng Nam",
        new_code="20194",
        new_name="Phường Hải Vân",
        new_province="Thành phố Đà Nẵng",
    )
    shown = shown_row(row)
    assert (shown.old_note, shown.new_note) == ("", "mã 20194 · Thành phố Đà Nẵng")


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ({"new_name": "Xã Quế Phước"}, "sắp xếp toàn bộ"),
        ({"new_name": "Xã Quế Phước", "part": Part.PART}, "sắp xếp một phần"),
        ({"new_name": "Xã Quế Phước", "part": Part.REST}, "sắp xếp phần còn lại"),
        ({"new_name": "Quế Phước", "new_kind": "xã"}, "sắp xếp toàn bộ"),
        ({"new_name": "Sở Tài chính", "new_kind": "department"}, "tổ chức lại"),
        ({"new_name": "Sở Tài chính", "part": Part.PART}, "tổ chức lại một phần"),
        ({"new_name": "Xã Quế Lộc", "how": How.ADJUST}, "điều chỉnh địa giới"),
        ({"new_name": "Xã Quế Lộc", "how": How.REESTABLISH}, "tái lập"),
        ({"new_name": "Xã Quế Lâm", "new_code": "20692"}, "tiếp tục tồn tại"),
        ({"new_name": "Xã Quế Lâm", "new_parent": "Huyện Quế Sơn"}, "chuyển"),
        ({}, "chưa ghi"),
    ],
)
def test_a_row_without_a_word_of_its_own_says_what_it_does(said: dict[str, Any], how: str) -> None:
    content = RowContent(old_code="20692", old_name="Xã Quế Lâm", **said)
    row = ReorganisationRow(id=1, number=1, source="tệp", content=content)
    assert shown_row(row).how == how


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ({}, ""),
        ({"part": Part.WHOLE}, ""),
        ({"part": Part.REST}, "phần còn lại"),
        ({"how": How.SEPARATE}, "một phần"),
        ({"how": How.ADJUST}, "một phần"),
        ({"how": How.DIVIDE, "part": Part.REST}, "phần còn lại"),
    ],
)
def test_a_row_says_how_much_of_the_old_unit_it_is_about(said: dict[str, Any], share: str) -> None:
    content = RowContent(old_name="Xã Quế Lâm", new_name="Xã Quế Phước", **said)
    row = ReorganisationRow(id=1, number=1, source="tệp", content=content)
    assert shown_row(row).share == share
