import pytest

from registry.domain.errors import Invalid
from registry.domain.identity_numbers import (
    PROVINCE_CODES,
    parse_citizen_id,
)


class TestCitizenId:
    @pytest.mark.parametrize(
        "typed", ["049090123456", " 049 090 123 456 ", "049.090.123.456", "049090-123456\u200b"]
    )
    def test_is_read_however_it_is_typed(self, typed):
        citizen_id = parse_citizen_id(typed, birth_year=1990)
        assert citizen_id.number == "049090123456"
        assert citizen_id.warnings == ()

    def test_refuses_the_old_card_with_what_to_type_instead(self):
        with pytest.raises(Invalid) as refusal:
            parse_citizen_id("205 123 456", birth_year=None)
        assert [(p.field, p.message) for p in refusal.value.problems] == [
            (
                "citizen_id",
                "Số CMND 9 số không còn giá trị. Nhập số CCCD 12 số in trên thẻ căn cước.",
            )
        ]

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("", "Nhập số CCCD."),
            ("0490901234567", "Số CCCD phải có đúng 12 chữ số."),
            ("04909012345a", "Số CCCD phải có đúng 12 chữ số."),
            ("49090123456", "Số CCCD phải có đúng 12 chữ số. Excel có thể đã bỏ số 0 ở đầu."),
            ("1090123456", "Số CCCD phải có đúng 12 chữ số. Excel có thể đã bỏ số 0 ở đầu."),
        ],
    )
    def test_refuses_other_lengths_without_repeating_the_number(self, typed, message):
        with pytest.raises(Invalid) as refusal:
            parse_citizen_id(typed, birth_year=None, on="cccd")
        assert [(p.field, p.message) for p in refusal.value.problems] == [("cccd", message)]

    @pytest.mark.parametrize(
        ("number", "birth_year"),
        [
            ("049090123456", 1990),
            ("049190123456", 1990),
            ("048204123456", 2004),
            ("001304123456", 2004),
            ("049000123456", 1900),
            ("049090123456", None),
        ],
    )
    def test_agrees_with_the_birth_year_of_men_and_women_of_both_centuries(
        self, number, birth_year
    ):
        assert parse_citizen_id(number, birth_year=birth_year).warnings == ()

    def test_warns_of_another_birth_year_but_accepts_it(self):
        assert parse_citizen_id("049204123456", birth_year=1990).warnings == (
            "Số CCCD ghi năm sinh 2004, khác năm sinh đã nhập là 1990. Kiểm tra lại.",
        )

    def test_warns_of_a_code_that_is_no_province_but_accepts_it(self):
        [warning] = parse_citizen_id("111090123456", birth_year=1990).warnings
        assert "không phải mã tỉnh" in warning

    def test_gives_every_warning_at_once(self):
        assert len(parse_citizen_id("999999123456", birth_year=1990).warnings) == 2

    def test_knows_the_63_provinces(self):
        assert len(PROVINCE_CODES) == 63
        assert {"001", "048", "049", "079", "096"} <= PROVINCE_CODES
        # Of each of the others a slip would show in the sum.
        assert sum(map(int, PROVINCE_CODES)) == 3108

    def test_does_not_show_in_a_traceback_or_log(self):
        assert "049090123456" not in repr(parse_citizen_id("049090123456", birth_year=1990))
