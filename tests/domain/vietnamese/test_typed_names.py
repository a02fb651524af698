"""Names as they are typed: forms of address, capitals."""

import pytest
from hypothesis import given

from registry.domain.errors import Invalid
from registry.domain.vietnamese.typed_names import read_name
from tests.domain.vietnamese.test_names import NAMES


@pytest.mark.parametrize(
    ("typed", "taken_off", "name"),
    [
        ("Ông Nguyễn Văn An", "Ông", "Nguyễn Văn An"),
        ("bà Lê Thị Hoà", "bà", "Lê Thị Hoà"),
        ("Anh Trần Bình", "Anh", "Trần Bình"),
        ("Chị: Trần Thị Bình", "Chị", "Trần Thị Bình"),
        ("Đ/c Nguyễn Văn An", "Đ/c", "Nguyễn Văn An"),
        ("đ/c. An", "đ/c", "An"),
        ("(Ông) Nguyễn Văn An", "(Ông)", "Nguyễn Văn An"),
        ("(đ/c) An Bình", "(đ/c)", "An Bình"),
        ("Đ\u200b/c\u00a0Nguyễn Văn An", "Đ/c", "Nguyễn Văn An"),
        ("Đồng chí Nguyễn Văn An", "Đồng chí", "Nguyễn Văn An"),
        ("Đồng chí: Ông Nguyễn Văn An", "Đồng chí: Ông", "Nguyễn Văn An"),
        ("ông. Zơrâm Nhớ", "ông", "Zơrâm Nhớ"),
        ("Ông/Bà Nguyễn Văn An", "Ông/Bà", "Nguyễn Văn An"),
        ("Cô Lê Thị Hoà", "Cô", "Lê Thị Hoà"),
        ("ThS. Nguyễn Văn An", "ThS", "Nguyễn Văn An"),
        ("PGS.TS Nguyễn Văn An", "PGS.TS", "Nguyễn Văn An"),
    ],
)
def test_a_form_of_address_is_taken_off_and_told(typed: str, taken_off: str, name: str) -> None:
    read = read_name(typed)
    assert (read.taken_off, read.name) == (taken_off, name)


@pytest.mark.parametrize(
    "name",
    [
        "Ông Ích Khiêm",
        "Ông Văn Sơn",
        "Anh Thư",
        "Bà Rịa",
        "Chị",
        "Ôngh An Bình",
        "Nguyễn Thị Anh",
        "A Viết",
        "P Rao",
        "La Êê",
        "Tr'Hy",
        "Bnướch",
        "Zơrâm",
        "Ê",
        "Ý",
        "N.V. An",
        "Y Th. Niê",
        "Lê VănAn",
    ],
)
def test_a_name_that_only_looks_like_a_form_of_address_stays(name: str) -> None:
    read = read_name(name)
    assert (read.name, read.taken_off, read.put_right) == (name, None, name)


@pytest.mark.parametrize(
    ("typed", "put_right"),
    [
        ("NGUYỄN VĂN AN", "Nguyễn Văn An"),
        ("nguyễn thị ánh", "Nguyễn Thị Ánh"),
        ("ĐỖ ĐẠT", "Đỗ Đạt"),
        ("NGUYỄN văn AN", "Nguyễn Văn An"),
        ("Trần thị Bích", "Trần Thị Bích"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("tr'hy", "Tr'Hy"),
        ("LA ÊÊ", "La Êê"),
        ("zơrâm", "Zơrâm"),
        ("LÊ-NGUYỄN AN", "Lê-Nguyễn An"),
        ("ÔNG NGUYỄN VĂN AN", "Nguyễn Văn An"),
        ("ê", "Ê"),
        ("n.v. An", "N.V. An"),
    ],
)
def test_all_capitals_or_all_small_letters_are_put_right_beside_what_was_typed(
    typed: str, put_right: str
) -> None:
    read = read_name(typed)
    assert read.put_right == put_right
    assert read.name != put_right
    assert read.name in typed


@pytest.mark.parametrize("typed", ["Đ/c", "Đồng chí ", "Ông 4 Bình An", ""])
def test_what_leaves_no_name_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_name(typed)
    assert refusal.value.problems[0].field == "full_name"


@given(NAMES.filter(lambda name: len(name) > 1))
def test_a_name_written_as_names_are_is_not_asked_about(name: str) -> None:
    assert read_name(name).put_right == read_name(name).name
