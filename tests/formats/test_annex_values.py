"""What the cells of a row of an annex say: codes that are numbers, short forms, words."""

import pytest

from registry.domain.reorganisations.annex import How, Part
from registry.formats.annex_values import read_values


def values(**raw):
    reading = read_values(raw, {})
    assert reading.problems == []
    return {name: value for name, value in reading.values.items() if value is not None}


def refused(**raw):
    return [name for name, _ in read_values(raw, {}).problems]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"old_code": 20194, "old_name": "Xã A"}, "20194"),
        ({"old_code": 20194.0, "old_name": "Xã A"}, "20194"),
        ({"old_code": 4, "old_name": "P. Trúc Bạch"}, "00004"),
        ({"old_code": 4, "old_name": "Trúc Bạch", "old_kind": "Phường"}, "00004"),
        ({"old_code": 1, "old_name": "Quận Ba Đình"}, "001"),
        ({"old_code": 1, "old_name": "Tỉnh A"}, "01"),
        ({"old_code": 48, "old_name": "Thành phố Đ", "old_province": "Thành phố Đ"}, "48"),
        ({"old_code": 1, "old_name": "Thành phố T", "old_province": "Tỉnh Đ"}, "001"),
        ({"old_code": 20194, "old_name": "Cầu Đất"}, "20194"),
    ],
)
def test_a_number_is_a_code_with_the_zeros_its_kind_has(said, code):
    assert values(**said)["old_code"] == code


@pytest.mark.parametrize(
    "said",
    [
        {"old_code": 48, "old_name": "Thành phố Đà Nẵng"},
        {"old_code": 4, "old_name": "Cầu Đất"},
        {"old_code": 4, "old_name": "Sở Y tế", "old_kind": "department"},
        {"old_code": 4.5, "old_name": "Xã A"},
        {"old_code": 0, "old_name": "Xã A"},
        {"old_code": True, "old_name": "Xã A"},
        {"old_code": "4", "old_name": "Xã A"},
    ],
)
def test_a_number_whose_lost_zeros_are_not_certain_is_refused(said):
    assert refused(**said) == ["old_code"]


def test_the_code_of_a_province_has_two_digits():
    assert values(new_province_code=1)["new_province_code"] == "01"
    assert refused(new_province_code="1") == ["new_province_code"]


def test_a_text_of_digits_stays_as_it_is():
    assert values(old_code="20194", old_name="Xã A")["old_code"] == "20194"
    assert values(old_code="48", old_name="Thành phố Đà Nẵng")["old_code"] == "48"


def test_names_and_kinds_are_written_in_full():
    said = values(old_name="Hòa An", old_kind="X.", old_parent="H. Hòa Vang", old_province="TP. Đ")
    assert said == {
        "old_name": "Xã Hòa An",
        "old_kind": "xã",
        "old_parent": "Huyện Hòa Vang",
        "old_province": "Thành phố Đ",
    }


def test_a_centre_is_no_townlet():
    said = values(old_name="TT. Y tế dự phòng", new_name="TT. Y tế", new_kind="section")
    assert (said["old_name"], said["new_name"]) == ("TT. Y tế dự phòng", "TT. Y tế")


def test_words_are_those_of_an_annex():
    said = values(old_name="Xã A", new_name="Xã B", part="Toàn bộ", how="Nhập vào")
    assert (said["part"], said["how"]) == (Part.WHOLE, How.ABSORB)
    said = values(old_name="Xã A", new_name="Xã B", how="Sáp nhập một phần vào xã B")
    assert (said["part"], said.get("how")) == (Part.PART, None)
    assert refused(part="nửa", how="gom") == ["part", "how"]


@pytest.mark.parametrize("said", [{"how": "Giữ nguyên"}, {"new_name": "Không sắp xếp"}])
def test_a_unit_that_stays_as_it_is_goes_on_as_itself(said):
    found = values(old_code="20194", old_name="Xã A", **said)
    assert (found["new_code"], found["new_name"], found.get("how")) == ("20194", "Xã A", None)


def test_a_unit_that_stays_under_a_name_of_its_own_keeps_that():
    found = values(old_code="20194", old_name="Xã A", new_name="Xã B", how="Giữ nguyên")
    assert (found["new_name"], found.get("new_code")) == ("Xã B", None)


def test_the_new_side_names_one_unit_and_where_it_stands():
    assert refused(old_name="Xã A", new_name="Xã B; Xã C") == ["new_name"]
    assert refused(old_name="Xã A", new_name="Xã B, C") == ["new_name"]
    found = values(old_name="Xã A", new_name="Xã B (huyện C, tỉnh D)")
    assert (found["new_name"], found["new_parent"], found["new_province"]) == (
        *("Xã B", "Huyện C", "Tỉnh D"),
    )


def test_the_name_of_a_body_may_hold_commas():
    found = values(old_name="Sở A", new_name="Sở Văn hóa, Thể thao và Du lịch")
    assert found["new_name"] == "Sở Văn hóa, Thể thao và Du lịch"
