from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.decisions import (
    CitedPaper,
    DecisionKind,
    PaperForce,
    SignatureForm,
    check_decision_days,
    decision_number_warnings,
    force_of,
    kind_of_paper,
    kinds_that,
    may_end,
    paper_name,
    read_paper,
    signature_line,
    split_signature,
)
from registry.domain.errors import Invalid

TODAY = date(2024, 12, 5)


def number_of(typed: str) -> str:
    return read_paper(CitedPaper(typed)).number


@pytest.mark.parametrize(
    "number",
    [
        "123/QĐ-UBND",
        "12/2024/QĐ-UBND",
        "1690/QĐ-TTg",
        "01/NQ-HĐND",
        "1241/NQ-UBTVQH15",
        "202/2025/QH15",
        "4660/KH-UBND",
        "793/BTTTT-THH",
        "45/QĐ-SKH&CN",
        "123a/QĐ-UBND",
        "45-QĐ/ĐU",
        "12-QĐ/TĐTN-BTC",
        "05/TTr-PVHXH",
        "7/qđ-ubnd",
        "1234/SKHCN-CĐS",
        "235/CV-UBND",
        "15/TB-UBND",
    ],
)
def test_numbers_as_offices_write_them_stay_as_they_are(number):
    assert number_of(number) == number


@pytest.mark.parametrize(
    "typed",
    [
        " 123 / QĐ - UBND ",
        "Số: 123/QĐ-UBND",
        "số 123/QĐ-UBND",
        "123/QĐ\u2013UBND",
        "123/Q\u00d0-UBND",
        "123/QĐ-\u200bUBND",
        "Sô\u0301 123/QĐ-UBND",
    ],
)
def test_typing_accidents_around_a_number_are_removed(typed):
    assert number_of(typed) == "123/QĐ-UBND"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "123",
        "QĐ-UBND",
        "123/",
        "123/2024",
        "Quyết định QĐ-UBND",
        "123/QĐ UBND ngày 05/7/2025",
        "Sổ tay 123/QĐ-UBND",
        "<1/A>",
        "1/" + "A" * 60,
    ],
)
def test_anything_else_is_refused_with_an_example(typed):
    with pytest.raises(Invalid) as refusal:
        number_of(typed)
    [problem] = refusal.value.problems
    assert problem.field == "number"
    assert "ví dụ 123/QĐ-UBND" in problem.message


@given(st.integers(1, 99999), st.sampled_from(["/QĐ-UBND", "/2024/NQ-HĐND", "-QĐ/ĐU"]))
def test_a_normalised_number_is_its_own_normal_form(count, signs):
    number = number_of(f" {count}{signs} ")
    assert number_of(number) == number == f"{count}{signs}"


@pytest.mark.parametrize(
    ("number", "sign"), [("1/QD-UBND", "QD"), ("1-qđ/ĐU", "qđ"), ("1/qd", "qd")]
)
def test_a_decision_without_its_letter_is_pointed_out(number, sign):
    assert decision_number_warnings(number) == [
        f"Ký hiệu “{sign}” trong số văn bản thường viết là “QĐ”. Kiểm tra lại."
    ]


@pytest.mark.parametrize("number", ["1/QĐ-UBND", "1/QDA-UBND", "4660/KH-UBND"])
def test_other_signs_are_not_pointed_out(number):
    assert decision_number_warnings(number) == []


def test_a_number_has_fifty_characters_at_the_most():
    longest = "1/" + "-".join(["QĐ"] * 16) + "A"
    assert len(longest) == 50
    assert number_of(longest) == longest
    with pytest.raises(Invalid):
        number_of(longest + "A")


def days(
    issued_on: date | None = None,
    effective_from: date | None = None,
    effective_to: date | None = None,
) -> list[str]:
    return check_decision_days(
        issued_on=issued_on,
        effective_from=effective_from,
        effective_to=effective_to,
        today=TODAY,
    )


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"issued_on": TODAY},
        {"issued_on": date(2024, 6, 24), "effective_from": date(2024, 6, 24)},
        {"issued_on": date(2024, 6, 24), "effective_from": date(2025, 1, 1)},
        {"effective_from": date(2024, 1, 1), "effective_to": date(2024, 1, 2)},
        {"effective_to": date(2020, 1, 1)},
    ],
)
def test_days_in_order_pass_without_a_warning(known):
    assert days(**known) == []


def test_a_decision_signed_tomorrow_is_refused():
    with pytest.raises(Invalid) as refusal:
        days(issued_on=date(2024, 12, 6))
    assert [(p.field, p.message) for p in refusal.value.problems] == [
        ("issued_on", "Ngày ký văn bản không được sau hôm nay.")
    ]


@pytest.mark.parametrize("ends", [date(2023, 12, 31), date(2024, 1, 1)])
def test_an_end_that_leaves_no_day_of_effect_is_refused(ends):
    with pytest.raises(Invalid) as refusal:
        days(effective_from=date(2024, 1, 1), effective_to=ends)
    assert [(p.field, p.message) for p in refusal.value.problems] == [
        ("effective_to", "Ngày hết hiệu lực phải sau ngày có hiệu lực.")
    ]


def test_without_a_day_of_effect_the_end_is_compared_with_the_day_of_signing():
    with pytest.raises(Invalid, match="phải sau ngày ký văn bản"):
        days(issued_on=date(2024, 1, 1), effective_to=date(2023, 1, 1))


def test_every_problem_of_the_days_is_named_at_once():
    with pytest.raises(Invalid) as refusal:
        days(date(2025, 1, 1), date(2025, 1, 1), date(2024, 1, 1))
    assert [problem.field for problem in refusal.value.problems] == ["issued_on", "effective_to"]


def test_an_effect_before_the_signing_is_allowed_with_a_warning():
    [warning] = days(issued_on=date(2024, 6, 24), effective_from=date(2024, 6, 1))
    assert "hiệu lực trở về trước" in warning


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("123/QĐ-UBND", DecisionKind.DECISION),
        ("7/qđ-ubnd", DecisionKind.DECISION),
        ("12/2024/QD-UBND", DecisionKind.DECISION),
        ("45-QĐ/ĐU", DecisionKind.DECISION),
        ("1659/NQ-UBTVQH15", DecisionKind.RESOLUTION),
        ("202/2025/QH15", DecisionKind.RESOLUTION),
        ("76/2025/UBTVQH15", DecisionKind.RESOLUTION),
        ("235/CV-UBND", DecisionKind.OFFICIAL_LETTER),
        ("05/TTr-PVHXH", DecisionKind.PROPOSAL),
        ("15/TB-UBND", DecisionKind.ANNOUNCEMENT),
        ("4660/KH-UBND", DecisionKind.PLAN),
        ("12/BC-UBND", DecisionKind.OTHER),
        ("05/CT-TTg", DecisionKind.OTHER),
        ("45-CT/TU", DecisionKind.OTHER),
        ("30/2020/NĐ-CP", DecisionKind.OTHER),
        ("10/2025/TT-BKHCN", DecisionKind.OTHER),
    ],
)
def test_the_sign_on_a_paper_says_its_kind_whatever_was_chosen(number, kind):
    assert kind_of_paper(number, None) is kind
    assert kind_of_paper(number, DecisionKind.DECISION) is kind
    assert kind_of_paper(number, DecisionKind.OFFICIAL_LETTER) is kind


@pytest.mark.parametrize(
    "number",
    [
        "1234/SKHCN-CĐS",
        "793/BTTTT-THH",
        "12/KHCN-TH",
        "12/KH&CN-TH",
        "1234/CT-TTHT",
        "12/TT-CNTT",
        "7/TT-BQL",
    ],
)
def test_a_number_without_a_sign_of_its_kind_is_that_of_an_official_letter_unless_chosen_otherwise(
    number,
):
    assert kind_of_paper(number, None) is DecisionKind.OFFICIAL_LETTER
    assert kind_of_paper(number, DecisionKind.DECISION) is DecisionKind.DECISION


@pytest.mark.parametrize("number", ["12/CV-SYT", "1234/SKHCN-CĐS", "3/QĐ-SYT"])
def test_a_letter_naming_somebody_may_bear_any_sign(number):
    assert kind_of_paper(number, DecisionKind.LETTER) is DecisionKind.LETTER


def test_a_paper_is_called_by_its_kind_and_number():
    name = paper_name(DecisionKind.RESOLUTION, "1659/NQ-UBTVQH15")
    assert name == "Nghị quyết số 1659/NQ-UBTVQH15"


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("12/BC-UBND", "Báo cáo số 12/BC-UBND"),
        ("9/bb-ubnd", "Biên bản số 9/bb-ubnd"),
        ("05/CT-UBND", "Chỉ thị số 05/CT-UBND"),
        ("7/CTr-UBND", "Chương trình số 7/CTr-UBND"),
        ("30/2020/NĐ-CP", "Nghị định số 30/2020/NĐ-CP"),
        ("10/2025/TT-BKHCN", "Thông tư số 10/2025/TT-BKHCN"),
        ("67/2025/QH15", "Văn bản số 67/2025/QH15"),
    ],
)
def test_a_paper_of_another_kind_is_called_by_its_own_sign_and_names_nobody(number, name):
    assert paper_name(DecisionKind.OTHER, number) == name
    assert force_of(DecisionKind.OTHER) is PaperForce.NOTHING


def test_a_decision_assigns_what_names_somebody_is_told_and_no_other_paper_does_either() -> None:
    assert kinds_that(PaperForce.ASSIGNS) == (DecisionKind.DECISION,)
    assert set(kinds_that(PaperForce.NAMES)) == {
        DecisionKind.OFFICIAL_LETTER,
        DecisionKind.LETTER,
        DecisionKind.ANNOUNCEMENT,
    }


def test_a_decision_ends_any_paper_and_what_only_names_ends_its_like() -> None:
    deciding = {DecisionKind.DECISION, DecisionKind.RESOLUTION}
    naming = {kind for kind in DecisionKind if force_of(kind) is PaperForce.NAMES}
    assert naming
    pairs = set(product(DecisionKind, repeat=2))
    assert {pair for pair in pairs if may_end(*pair)} == {
        *product(deciding, DecisionKind),
        *product(naming, repeat=2),
    }


def test_a_law_is_no_resolution_where_it_is_said_to_be_one():
    assert kind_of_paper("67/2025/QH15", DecisionKind.OTHER) is DecisionKind.OTHER
    assert kind_of_paper("12/NQ-HĐND", DecisionKind.OTHER) is DecisionKind.RESOLUTION


DAY = date(2025, 7, 5)


@pytest.mark.parametrize(
    ("typed", "number", "kind", "issued_on", "issuer"),
    [
        ("Quyết định số 123/QĐ-UBND", "123/QĐ-UBND", DecisionKind.DECISION, None, None),
        ("QĐ số 123/QĐ-UBND", "123/QĐ-UBND", DecisionKind.DECISION, None, None),
        ("QĐ số: 123/QĐ-UBND.", "123/QĐ-UBND", DecisionKind.DECISION, None, None),
        ("Q.Đ số 123/QĐ-UBND", "123/QĐ-UBND", DecisionKind.DECISION, None, None),
        ("Q/Đ số 123/QĐ-UBND (bản sao)", "123/QĐ-UBND", DecisionKind.DECISION, None, None),
        (
            "QĐ số 123/QĐ-UBND (20/11/2024)",
            "123/QĐ-UBND",
            DecisionKind.DECISION,
            date(2024, 11, 20),
            None,
        ),
        (
            "“123/QĐ-UBND” 20/11/2024",
            "123/QĐ-UBND",
            DecisionKind.DECISION,
            date(2024, 11, 20),
            None,
        ),
        ("số 123 QĐ-UBND", "123/QĐ-UBND", DecisionKind.DECISION, None, None),
        (
            "Thông báo phân công nhiệm vụ số 7/TB-UBND",
            "7/TB-UBND",
            DecisionKind.ANNOUNCEMENT,
            None,
            None,
        ),
        ("Số, ký hiệu: 123/QĐ-UBND", "123/QĐ-UBND", DecisionKind.DECISION, None, None),
        ("Số và ký hiệu 123/QĐ-UBND", "123/QĐ-UBND", DecisionKind.DECISION, None, None),
        ("NQ số 12/NQ-HĐND", "12/NQ-HĐND", DecisionKind.RESOLUTION, None, None),
        ("Công văn số 1234/SKHCN-CĐS", "1234/SKHCN-CĐS", DecisionKind.OFFICIAL_LETTER, None, None),
        ("CV 235/CV-UBND", "235/CV-UBND", DecisionKind.OFFICIAL_LETTER, None, None),
        ("Văn bản cử số 8/SYT-VP", "8/SYT-VP", DecisionKind.LETTER, None, None),
        ("Văn bản số 8/SYT-VP", "8/SYT-VP", DecisionKind.OFFICIAL_LETTER, None, None),
        ("Thông báo 15/TB-UBND", "15/TB-UBND", DecisionKind.ANNOUNCEMENT, None, None),
        ("Báo cáo số 12/BC-UBND", "12/BC-UBND", DecisionKind.OTHER, None, None),
        ("Luật số 67/2025/QH15", "67/2025/QH15", DecisionKind.OTHER, None, None),
        ("Quyết định số 9/SYT-VP", "9/SYT-VP", DecisionKind.DECISION, None, None),
        (
            "Quyết định số 1659/NQ-UBTVQH15",
            "1659/NQ-UBTVQH15",
            DecisionKind.RESOLUTION,
            None,
            None,
        ),
        ("123/QĐ-UBND ngày 05/7/2025", "123/QĐ-UBND", DecisionKind.DECISION, DAY, None),
        ("Số 123/QĐ-UBND, ngày 5.7.2025", "123/QĐ-UBND", DecisionKind.DECISION, DAY, None),
        ("123/QĐ-UBND ký ngày 5/7/25", "123/QĐ-UBND", DecisionKind.DECISION, DAY, None),
        (
            "Quyết định số 123 / QĐ\u2013UBND ngày\u00a005 tháng 7 năm 2025",
            "123/QĐ-UBND",
            DecisionKind.DECISION,
            DAY,
            None,
        ),
        (
            "Quyết định số 123/QĐ-UBND ngày 05/7/2025 phân công đầu mối chuyển đổi số",
            "123/QĐ-UBND",
            DecisionKind.DECISION,
            DAY,
            None,
        ),
        (
            "Căn cứ Nghị quyết số 12/NQ-HĐND ngày 05/07/2025 của HĐND tỉnh về việc sắp xếp;",
            "12/NQ-HĐND",
            DecisionKind.RESOLUTION,
            DAY,
            "HĐND tỉnh",
        ),
    ],
)
def test_a_citation_is_taken_apart(typed, number, kind, issued_on, issuer):
    assert read_paper(CitedPaper(typed)) == CitedPaper(number, kind, issued_on, issuer)


def test_a_citation_of_three_hundred_characters_is_read_and_no_longer_one():
    citation = "Quyết định số 123/QĐ-UBND về việc "
    longest = citation + "a" * (300 - len(citation))
    assert number_of(longest) == "123/QĐ-UBND"
    with pytest.raises(Invalid):
        number_of(longest + "a")


def test_what_was_typed_in_its_own_field_stays_beside_a_citation():
    typed = CitedPaper("Công văn số 8/SYT ngày 05/7/2025 của Sở Y tế", None, DAY, "Sở Y tế tỉnh A")
    assert read_paper(typed).issuer == "Sở Y tế tỉnh A"
    assert read_paper(typed).issued_on == DAY
    letter = read_paper(CitedPaper("Công văn số 8/SYT-VP", DecisionKind.LETTER))
    assert letter.kind is DecisionKind.LETTER


@pytest.mark.parametrize(
    ("typed", "issued_on", "field", "message"),
    [
        ("123/QĐ-UBND ngày 31/02/2025", None, "number", "Ngày không có trong lịch (31/02)"),
        ("123/QĐ-UBND ngày hôm qua", None, "number", "Ngày chưa đúng dạng."),
        ("123/QĐ-UBND ngày 05/7/2025", date(2025, 7, 6), "issued_on", "(05/07/2025). Sửa một"),
    ],
)
def test_a_day_in_a_citation_that_cannot_be_or_is_another_is_refused(
    typed, issued_on, field, message
):
    with pytest.raises(Invalid) as refusal:
        read_paper(CitedPaper(typed, None, issued_on))
    [problem] = refusal.value.problems
    assert problem.field == field
    assert message in problem.message


@pytest.mark.parametrize(
    ("number", "issued_on", "asked"),
    [
        ("12/2024/QĐ-UBND", date(2025, 1, 3), True),
        ("202/2025/QH15", date(2024, 6, 12), True),
        ("12/2024/QĐ-UBND", date(2024, 12, 30), False),
        ("12/2024/QĐ-UBND", None, False),
        ("2024/QĐ-UBND", date(2025, 1, 3), False),
    ],
)
def test_a_year_in_the_number_that_is_not_the_one_of_the_day_is_asked_about(
    number, issued_on, asked
):
    warnings = decision_number_warnings(number, issued_on)
    assert bool(warnings) is asked
    assert all("khác năm của ngày ký" in warning for warning in warnings)


@pytest.mark.parametrize("form", list(SignatureForm))
def test_a_form_of_signature_is_found_again_in_its_line(form):
    line = signature_line(form, "CHỦ TỊCH")
    assert line == f"{form.mark} CHỦ TỊCH"
    assert split_signature(line) == (form, "CHỦ TỊCH")


@pytest.mark.parametrize("post", ["QUYỀN GIÁM ĐỐC", "Quản lý", "TLĐ", "Chủ tịch", None])
def test_a_post_that_bears_no_mark_stays_as_it_is(post):
    assert split_signature(post) == (None, post)


def test_two_forms_of_signature_on_one_line_are_refused():
    with pytest.raises(Invalid) as refusal:
        signature_line(SignatureForm.BY_ORDER, "KT. CHỦ TỊCH")
    [problem] = refusal.value.problems
    assert problem.field == "signer_form"
    assert "Đã chọn TL. nhưng ở đây ghi KT." in problem.message
