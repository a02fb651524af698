import pytest

from registry.domain.errors import (
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    Problem,
    RateLimited,
    TooSoon,
)


@pytest.mark.parametrize("kind", [Conflict, NotAllowed, NotFound, RateLimited])
def test_a_refusal_carries_the_message_for_the_person_who_asked(kind):
    refusal = kind("Tải lại trang.")
    assert isinstance(refusal, DomainError)
    assert refusal.message == str(refusal) == "Tải lại trang."


def test_an_invalid_value_names_every_problem_in_order():
    problems = [Problem("phone", "Nhập số điện thoại."), Problem("", "Chọn một đơn vị.")]
    refusal = Invalid(problems)
    assert refusal.problems == tuple(problems)
    assert refusal.message == str(refusal) == "Nhập số điện thoại. Chọn một đơn vị."


def test_a_try_before_its_time_says_when_one_is_accepted():
    refusal = TooSoon("Chờ 5 giây.", 5)
    assert refusal.message == str(refusal) == "Chờ 5 giây."
    assert refusal.seconds == 5


def test_problems_are_fixed_once_raised():
    problems = [Problem("phone", "Nhập số điện thoại.")]
    refusal = Invalid(problems)
    problems.clear()
    assert refusal.problems == (Problem("phone", "Nhập số điện thoại."),)


def test_a_single_problem_is_said_in_one_line():
    refusal = Invalid.on("phone", "Nhập số điện thoại.")
    assert refusal.problems == (Problem("phone", "Nhập số điện thoại."),)


def test_what_is_missing_and_what_is_hidden_read_the_same():
    assert NotFound().message == NotFound().message == "Không tìm thấy nội dung này."
