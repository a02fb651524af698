"""Why two names may be one person's, and where a slip ends and another name begins."""

import pytest

from registry.domain.name_likeness import why_similar


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Bà Nguyễn Lan", "Nguyễn Lan", "chỉ khác danh xưng đứng trước"),
        ("Nguyễn Thị Lan", "Nguyễn Hoàng Thị Lan", "một bên thiếu tên đệm"),
        ("N. Lan", "Nguyễn Lan", "một bên viết tắt họ hoặc tên đệm"),
        ("N. Lan", "Nguyễn Thị Lan", "một bên viết tắt họ hoặc tên đệm"),
        ("Nguyễn Thị Lann", "Nguyễn Thị Lan", "chỉ lệch một chữ cái, có thể gõ nhầm"),
        ("Trần Văn Phuơng", "Trần Văn Phưomg", "chỉ lệch một chữ cái, có thể gõ nhầm"),
    ],
)
def test_names_that_may_be_one_person_s_are_told_with_the_reason(
    one: str, other: str, why: str
) -> None:
    assert why_similar(one, other) == why_similar(other, one) == why


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn Anh"),
        ("Nguyễn Thị Hà", "Nguyễn Thị Hoa"),
        ("Nguyễn Thị Trang", "Nguyễn Thị Trung"),
        ("Nguyễn Văn Khánh", "Nguyễn Văn Khang"),
    ],
)
def test_common_names_that_differ_in_one_letter_are_two(one: str, other: str) -> None:
    assert why_similar(one, other) is None
