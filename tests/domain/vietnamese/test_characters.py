"""Which characters a text may hold, and how what it may not is named and printed."""

import pytest

from registry.domain.vietnamese.characters import PERMITTED, printable, refusal_of
from registry.domain.vietnamese.names import normalise


@pytest.mark.parametrize(
    "text",
    [
        "Ủy ban nhân dân xã Bình Minh",
        "Thôn A Roàng, làng Tr'Hy (Cơ Tu), Zơrâm Nhâm; H’Hen Niê",
        "25/QĐ-UBND – “Sở TT&TT” … 100% ≥ 3 m², 8½ giờ, 1.000 ₫ № 5 • ý thứ nhất → kết quả",
        "Dòng một\nDòng hai",
        "",
    ],
)
def test_what_offices_write_may_be_written(text: str) -> None:
    assert refusal_of(text) is None
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Xã ★", "“★”"),
        ("① Xã", "“①”"),
        ("Xã ✓", "“✓”"),
        ("\uf0b7 Xã", "“\uf0b7” (U+F0B7)"),
        ("Xã 😀", "“😀”"),
        ("a\ufffe", "“\ufffe” (U+FFFE)"),
        ("\ufffd", "“\ufffd”"),
    ],
)
def test_what_no_paper_can_print_is_refused_by_its_name(text: str, named: str) -> None:
    said = refusal_of(normalise(text))
    assert said is not None
    assert f"Ký tự {named} không dùng được" in said
    assert "Xóa đi hoặc thay" in said


def test_a_character_more_or_less_is_decided_and_no_slip() -> None:
    assert len(PERMITTED) == 1181


@pytest.mark.parametrize("text", ["Xã А", "漢", "αβγ"])  # noqa: RUF001 - not Latin
def test_a_letter_of_another_alphabet_is_said_to_be_one(text: str) -> None:
    named = ", ".join(f"“{one}”" for one in text.removeprefix("Xã "))
    assert refusal_of(text) == (
        f"Chữ {named} thuộc bảng chữ cái khác, có thể trông giống chữ tiếng Việt. "
        "Xóa cả từ có chữ này rồi gõ lại."
    )


def test_a_refusal_names_each_character_once_and_no_more_than_three() -> None:
    said = refusal_of("★★①✓😀") or ""
    assert "Ký tự “★”, “①”, “✓”, … không" in said


def test_a_letter_bears_the_marks_of_a_language_and_no_tower_of_them() -> None:
    assert refusal_of(normalise("o\u0302\u0301\u0323\u0331")) is None
    assert "quá nhiều dấu" in (refusal_of("a" + "\u0301" * 9) or "")


def test_what_is_stored_is_printed_with_a_box_where_it_has_no_shape() -> None:
    assert printable("Xã ★ ①\uf0b7😀") == "Xã □ □□□"
    assert printable("a\u202eb\u200bc\x07d\te\u2028f") == "abcd e\nf"
    assert printable("1.000\u00a0đồng\u2009") == "1.000\u00a0đồng\u2009"
    assert PERMITTED.issuperset(printable("\U0010ffff\ufffe\ud800"))


def test_a_permitted_letter_may_be_written_in_capitals() -> None:
    assert all(PERMITTED.issuperset(character.upper()) for character in PERMITTED)
    assert PERMITTED.issuperset(
        "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXYaăâbcdđeêghiklmnoôơpqrstuưvxy0123456789"
    )
