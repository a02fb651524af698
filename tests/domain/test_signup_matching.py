import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.signup_matching import Known, MatchKind, find_matches

PHONE = "+84905123456"
OTHER_PHONE = "+84905123457"
WORDS = st.sampled_from(["Nguyễn", "Văn", "Thị", "Dũng", "Dung", "Mỹ", "Mĩ", "Lan", "Thanh", "Ông"])
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


def member(full_name: str, phone: str | None = OTHER_PHONE, person_id: int = 7) -> Known:
    return Known(full_name=full_name, phone=phone, in_unit=True, person_id=person_id)


def kinds_and_messages(full_name: str, *known: Known) -> list[tuple[MatchKind, str]]:
    return [(found.kind, found.message) for found in find_matches(full_name, PHONE, known)]


def test_a_stranger_is_no_match():
    assert find_matches("Nguyễn Văn Dũng", PHONE, [member("Trần Thị Lan")]) == []


def test_the_same_telephone_is_told_with_the_name():
    [found] = find_matches("Nguyễn Văn Dũng", PHONE, [member("Trần Thị Lan", PHONE)])
    assert found.kind is MatchKind.SAME_PHONE
    assert found.message == "Trùng số điện thoại với “Trần Thị Lan”."
    assert found.person_id == 7


def test_two_without_a_telephone_do_not_share_it():
    assert find_matches("Nguyễn Văn Dũng", None, [member("Trần Thị Lan", None)]) == []


@pytest.mark.parametrize("written", ["Lê Thị Hoà", "Lê Thị Hòa", "LÊ THỊ HÒA"])
def test_the_same_name_is_found_in_either_spelling(written):
    assert kinds_and_messages("Lê Thị Hòa", member(written)) == [
        (MatchKind.SAME_NAME, f"Trùng họ tên với “{written}”.")
    ]


def test_a_name_typed_without_accents_is_the_same_name():
    assert kinds_and_messages("le thi hoa", member("Lê Thị Hòa")) == [
        (MatchKind.SAME_NAME, "Trùng họ tên với “Lê Thị Hòa” nếu không tính dấu.")
    ]


@pytest.mark.parametrize(
    ("typed", "known", "why"),
    [
        ("Nguyễn Thị Mĩ", "Nguyễn Thị Mỹ", "chỉ khác i và y"),
        ("Bà Nguyễn Thị Lan", "Nguyễn Thị Lan", "chỉ khác danh xưng đứng trước"),
        ("Nguyễn VănAn", "Nguyễn Văn An", "chỉ khác chỗ cách từ"),
        ("Dũng Nguyễn Văn", "Nguyễn Văn Dũng", "cùng các từ, khác thứ tự"),
        ("Nguyễn Dũng", "Nguyễn Văn Dũng", "một bên thiếu tên đệm"),
        ("Nguyễn Thị Hương", "Nguyễn Thị Thanh Hương", "một bên thiếu tên đệm"),
        ("Mĩ Lí", "Mỹ Lý", "chỉ khác i và y"),
        ("Nguyễn T. Hoa", "Nguyễn Thị Hoa", "một bên viết tắt họ hoặc tên đệm"),
        ("Nguyễn T.T. Hoa", "Nguyễn Thị Thu Hoa", "một bên viết tắt họ hoặc tên đệm"),
        ("Nguyễn T. Hoa", "Nguyễn Thị Thu Hoa", "một bên viết tắt họ hoặc tên đệm"),
        ("Nguễn Văn Dũng", "Nguyễn Văn Dũng", "chỉ lệch một chữ cái, có thể gõ nhầm"),
        ("Trần Thị Phương", "Trần Thị Phượg", "chỉ lệch một chữ cái, có thể gõ nhầm"),
    ],
)
def test_a_similar_name_is_told_with_the_reason(typed, known, why):
    expected = [(MatchKind.SIMILAR_NAME, f"Họ tên gần giống “{known}”: {why}.")]
    assert kinds_and_messages(typed, member(known)) == expected


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Nguyễn Văn Hùng", "Nguyễn Văn Dũng"),
        ("Nguyễn Văn Tuấn", "Nguyễn Văn Toàn"),
        ("Nguyễn Thị Lan", "Trần Thị Lan"),
        ("Nguyễn Văn Lan", "Nguyễn Thị Lan"),
        ("Nguyễn V. Lan", "Nguyễn Thị Lan"),
        ("Ông Lan", "Lan"),
        ("Lan", "Nguyễn Lan"),
        ("Nguyễn Thị Thu Hà", "Nguyễn Thu Thị Hồng Hà"),
    ],
)
def test_two_common_names_are_not_taken_for_one(typed, known):
    assert find_matches(typed, PHONE, [member(known)]) == []


def test_another_request_is_told_with_its_code():
    request = Known(full_name="Lê An", phone=PHONE, in_unit=True, reference_code="DK-7Q2M")
    [by_phone, by_name] = find_matches("Lê An", PHONE, [request])
    assert by_phone.message == "Trùng số điện thoại với “Lê An” (đăng ký DK-7Q2M)."
    assert by_name.message == "Trùng họ tên với “Lê An” (đăng ký DK-7Q2M)."
    assert by_phone.person_id is by_name.person_id is None


def test_a_namesake_in_another_unit_is_no_match():
    elsewhere = Known(full_name="Lê An", phone=OTHER_PHONE, in_unit=False, person_id=7)
    assert find_matches("Lê An", PHONE, [elsewhere]) == []


def test_the_same_telephone_and_name_in_another_unit_are_both_told():
    elsewhere = Known(full_name="Lê An", phone=PHONE, in_unit=False, person_id=7)
    kinds = [found.kind for found in find_matches("Lê An", PHONE, [elsewhere])]
    assert kinds == [MatchKind.SAME_PHONE, MatchKind.SAME_NAME]


def test_a_person_out_of_the_reviewers_sight_is_not_named():
    hidden = Known("Lê An", PHONE, in_unit=False, person_id=7, may_be_named=False)
    [found] = find_matches("Lê An", PHONE, [hidden])
    assert found.message == "Trùng số điện thoại với một người thuộc đơn vị khác."
    assert found.person_id is None
    assert find_matches("Lê An", OTHER_PHONE, [hidden]) == []


def test_the_strongest_sign_comes_first():
    found = find_matches(
        "Nguyễn Văn An",
        PHONE,
        [
            member("Nguyễn An", person_id=1),
            member("Nguyễn Văn An", person_id=2),
            member("Trần Thị Lan", PHONE, person_id=3),
        ],
    )
    assert [(one.kind, one.person_id) for one in found] == [
        (MatchKind.SAME_PHONE, 3),
        (MatchKind.SAME_NAME, 2),
        (MatchKind.SIMILAR_NAME, 1),
    ]


def test_names_and_numbers_stay_out_of_representations():
    known = member("Lê An", PHONE)
    shown = f"{known!r} {find_matches('Lê An', PHONE, [known])!r}"
    assert "same_name" in shown
    assert "Lê An" not in shown
    assert PHONE not in shown


@given(NAMES, NAMES)
def test_which_of_two_came_first_makes_no_difference(one, other):
    def kinds(typed: str, known: str) -> list[tuple[MatchKind, str]]:
        found = find_matches(typed, PHONE, [member(known)])
        return [(warning.kind, warning.message.replace(known, "")) for warning in found]

    assert kinds(one, other) == kinds(other, one)


@given(NAMES)
def test_everybody_matches_himself(name):
    [found] = find_matches(name, PHONE, [member(name)])
    assert found.kind is MatchKind.SAME_NAME


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(one, other):
    assert len(find_matches(one, PHONE, [member(other)])) <= 1
