"""The page of how coverage is counted: read by who sees coverage, set by the reviewing office."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.domain.permissions import Role
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.queries.counting_rules import counting_rules
from registry.queries.coverage.completeness import completeness_days
from tests.factories.accounts import make_account
from tests.factories.coverage import make_home, make_rules
from tests.factories.units import Province

PAGE = "/do-phu/cach-tinh"
EDIT = f"{PAGE}/sua?muc=grace_days"


@pytest.fixture
def here(app: Flask) -> Province:
    here = Province()
    make_rules()
    make_home(here.province)
    make_account(Role.REVIEWER, here.it_department, login="reviewer")
    make_account(Role.UNIT_OFFICER, here.commune, login="officer")
    db.session.commit()
    return here


@pytest.fixture
def reviewer(here: Province, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("reviewer")


def words(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\u00a0", " ").split())


def sent(browser: FlaskClient, address: str, **typed: str) -> str:
    """Send a form and return what the page it leads to says."""
    page = browser.get(address).text
    hidden = dict(re.findall(r'name="(csrf_token|submit_key|version)"[^>]*value="([^"]*)"', page))
    answer = browser.post(address, data=hidden | typed, follow_redirects=True)
    said = re.sub(r"<[^>]+>", " ", answer.text)
    return " ".join(said.split())


def test_every_setting_is_explained_with_its_default(reviewer: FlaskClient) -> None:
    said = words(reviewer.get(PAGE))
    assert "Thời hạn chuyển tiếp sau sắp xếp (số ngày)" in said
    assert "Hiện nay: 180 ngày (mặc định)" in said
    assert "Hiện nay: Không (mặc định)" in said
    assert "Tỉnh Thử Nghiệm 01/06/2024 Đính chính" in said


def test_the_reviewing_office_changes_a_setting_from_a_day_corrects_it_and_takes_it_back(
    reviewer: FlaskClient, app: Flask
) -> None:
    assert "Đã lưu cách tính." in sent(reviewer, EDIT, since="10/06/2024", value="60")
    assert "Trước đó 180 ngày" in words(reviewer.get(PAGE))
    corrected = f"{EDIT}&tu=10/06/2024"
    assert "Đính chính giá trị áp dụng từ ngày 10/06/2024" in words(reviewer.get(corrected))
    assert "Đã lưu cách tính." in sent(reviewer, corrected, value="70")
    with app.app_context():
        days = (date(2024, 6, 9), date(2024, 6, 10))
        assert [counting_rules(day).grace_days for day in days] == [180, 70]
    shown = reviewer.get(corrected).text
    answer = reviewer.post(
        f"{PAGE}/bo?muc=grace_days&tu=10/06/2024",
        data=taking_back(shown),
        follow_redirects=True,
    )
    assert "Hiện nay: 180 ngày (mặc định)" in words(answer)


def taking_back(page: str) -> dict[str, str]:
    """Return what the button on the page of a value sends."""
    button = page.partition(f'action="{PAGE}/bo')[2]
    return dict(re.findall(r'name="(submit_key|version)"[^>]*value="([^"]*)"', button))


def denied() -> int:
    """Return how often somebody was noted as denied."""
    return db.session.query(AuditEvent).filter_by(action="access.denied").count()


def test_who_comes_second_to_take_a_setting_back_is_told_so_and_not_noted_as_denied(
    here: Province, sign_in: Callable[[str], FlaskClient]
) -> None:
    first, second = sign_in("reviewer"), sign_in("reviewer")
    sent(first, EDIT, since="10/06/2024", value="60")
    corrected, back = f"{EDIT}&tu=10/06/2024", f"{PAGE}/bo?muc=grace_days&tu=10/06/2024"
    shown, form = second.get(corrected).text, second.get(corrected).text
    first.post(back, data=taking_back(first.get(corrected).text))
    late = second.post(back, data=taking_back(shown))
    assert late.status_code == 409
    assert "Người khác vừa bỏ thay đổi này." in late.text
    hidden = dict(re.findall(r'name="(submit_key|version)"[^>]*value="([^"]*)"', form))
    late = second.post(corrected, data=hidden | {"value": "70"})
    assert late.status_code == 422
    assert "Người khác vừa sửa nội dung này." in late.text
    assert denied() == 0


def test_a_setting_corrected_meanwhile_is_not_taken_back_unseen(
    here: Province, sign_in: Callable[[str], FlaskClient], app: Flask
) -> None:
    first, second = sign_in("reviewer"), sign_in("reviewer")
    sent(first, EDIT, since="10/06/2024", value="60")
    corrected = f"{EDIT}&tu=10/06/2024"
    shown = second.get(corrected).text
    sent(first, corrected, value="70")
    late = second.post(f"{PAGE}/bo?muc=grace_days&tu=10/06/2024", data=taking_back(shown))
    assert late.status_code == 409
    assert counting_rules(date(2024, 6, 10)).grace_days == 70


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"since": "", "value": "60"}, "Nhập ngày bắt đầu áp dụng."),
        ({"since": "10/06/2024", "value": "sáu mươi"}, "Nhập một số nguyên, ví dụ 25."),
        ({"since": "10/06/2024", "value": "99999"}, "Nhập số ngày từ 0 đến 3.660."),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_stays_in_the_form(
    reviewer: FlaskClient, typed: dict[str, str], said: str
) -> None:
    assert said in sent(reviewer, EDIT, **typed)


def test_a_second_value_from_the_same_day_is_a_correction_and_said_to_be(
    reviewer: FlaskClient,
) -> None:
    sent(reviewer, EDIT, since="10/06/2024", value="60")
    said = sent(reviewer, EDIT, since="10/06/2024", value="70")
    assert "Đã có một giá trị từ ngày này." in said


def test_yes_and_no_are_chosen(reviewer: FlaskClient, app: Flask) -> None:
    for setting, value in (("other_papers_count", "0"), ("duties_by_law_count", "1")):
        address = f"{PAGE}/sua?muc={setting}"
        assert "Đã lưu cách tính." in sent(reviewer, address, since="10/06/2024", value=value)
    with app.app_context():
        assert not counting_rules(date(2024, 6, 10)).other_papers_count
        assert counting_rules(date(2024, 6, 10)).duties_by_law_count
        assert not counting_rules(date(2024, 6, 9)).duties_by_law_count


def test_the_day_all_is_known_of_a_province_is_put_right(
    reviewer: FlaskClient, here: Province, app: Flask
) -> None:
    address = f"/do-phu/du-so-lieu?dia-ban={here.province.id}"
    assert "Đã lưu ngày đủ số liệu." in sent(reviewer, address, day="10/06/2024")
    with app.app_context():
        assert completeness_days() == {here.province.id: date(2024, 6, 10)}
    report = words(reviewer.get("/do-phu?ngay=09/06/2024"))
    assert "7 chưa có số liệu" in report
    assert "%" not in report


def test_an_officer_reads_the_page_and_changes_nothing(
    here: Province, sign_in: Callable[[str], FlaskClient]
) -> None:
    officer = sign_in("officer")
    page = officer.get(PAGE)
    assert "180 ngày" in words(page)
    assert "/sua" not in page.text
    assert officer.get(EDIT).status_code == 403
    assert officer.post(EDIT, data={"since": "10/06/2024", "value": "1"}).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        f"{PAGE}/sua?muc=moon",
        f"{EDIT}&tu=01/01/2025",
        f"{EDIT}&tu=x",
        "/do-phu/du-so-lieu?dia-ban=987654",
    ],
)
def test_what_there_is_not_is_not_found(reviewer: FlaskClient, address: str) -> None:
    assert reviewer.get(address).status_code == 404
