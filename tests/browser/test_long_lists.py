"""A list of three hundred lines: walked by keyboard, decided on from one bar, short on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from registry.domain.assignments import AbsenceKind
from registry.domain.permissions import Role
from registry.domain.rosters import RosterState
from registry.models.assignments import AssignmentAbsence
from registry.models.base import db
from registry.models.units import Unit, UnitPeriod
from registry.queries.person_periods import periods_of
from tests.browser.served import Served
from tests.browser.steps import enter
from tests.browser.visitors import Visitor, visiting
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.rosters import make_line, make_roster

LINES, FLAGGED = 300, 3
# Two short lines of text to a row would make 300 of them some 20,000 pixels long.
LONGEST_ON_A_PHONE = 12_000
# Six lines of text at most in the narrowest cell.
TALLEST_ROW = 160


@pytest.fixture
def long_list(served: Served) -> int:
    """Return a list of 300 lines that waits for approval, three of them with a warning."""
    with served.app.app_context():
        unit_id = select(UnitPeriod.unit_id).where(UnitPeriod.name == "Xã Quế Lâm")
        unit = db.session.get_one(Unit, db.session.scalar(unit_id))
        people = [make_member(f"Lê Thử Dài {number:03}", unit) for number in range(LINES)]
        for number, person in enumerate(people):
            person.phone = f"+849050{number:05}"
            person.birth_year = None if number % (LINES // FLAGGED) == 0 else 1970 + number % 30
        roster = make_roster(unit, [make_line(one) for one in people], RosterState.REVIEWED)
        db.session.commit()
        found = roster.id
        db.session.remove()
    return found


@contextmanager
def approving(
    browser: Browser, served: Served, roster_id: int, *, scripts: bool, axe: bool = False
) -> Iterator[Visitor]:
    """Let the approver come to the list."""
    with visiting(browser, served.address, width=1280, scripts=scripts, axe=axe) as visitor:
        enter(visitor, served.logins[Role.APPROVER])
        visitor.open(f"/danh-sach/{roster_id}/phe-duyet")
        yield visitor


def focused(page: Page) -> str:
    """Return the name of the field that has the focus."""
    return str(page.evaluate("() => document.activeElement.name ?? ''"))


def bar(visitor: Visitor) -> str:
    return " ".join(visitor.page.locator(".decision-bar p").inner_text().split())


def test_three_hundred_lines_are_walked_with_arrow_keys_and_two_stops_of_the_tab_key(
    browser: Browser, served: Served, long_list: int
) -> None:
    with approving(browser, served, long_list, scripts=True, axe=True) as visitor:
        page, press = visitor.page, visitor.page.keyboard.press
        visitor.unfold("297 dòng không có cảnh báo")
        visitor.look()
        page.locator("[name=lines-0-approved]").focus()
        for key, name in (
            ("ArrowDown", "lines-1-approved"),
            ("ArrowRight", "lines-1-remark"),
            ("Enter", "lines-2-remark"),
            ("ArrowLeft", "lines-2-approved"),
            ("Home", "lines-0-approved"),
            ("ArrowUp", "lines-0-approved"),
        ):
            press(key)
            assert focused(page) == name, key
        press("Space")
        assert bar(visitor) == "299 dòng phê duyệt · 1 dòng không · Quyết định: chưa ghi"
        stops = []
        while "reason" not in stops and len(stops) < 10:
            press("Tab")
            stops.append(focused(page))
        assert stops == ["", "lines-3-approved", "reason"]
        press("Shift+Tab")
        press("End")
        assert focused(page) == "lines-299-approved"
        box = page.locator("[name=lines-299-approved]").bounding_box()
        top = page.locator(".decision-bar").bounding_box()
        assert box is not None
        assert top is not None
        assert box["y"] + box["height"] <= top["y"], "the bar hides what has the focus"


def test_lines_are_ticked_without_a_new_page_and_without_losing_what_was_typed_or_chosen(
    browser: Browser, served: Served, long_list: int
) -> None:
    with approving(browser, served, long_list, scripts=True) as visitor:
        visitor.type("Số và ký hiệu", "99/QĐ-UBND")
        scan = {"name": "q.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
        visitor.page.locator("input[type=file]").set_input_files(scan)  # type: ignore[arg-type]
        ticking = visitor.page.get_by_role("button", name="Chỉ chọn 297 dòng không có cảnh báo")
        ticking.click()
        assert bar(visitor) == "297 dòng phê duyệt · 3 dòng không · Quyết định: 99/QĐ-UBND"
        assert visitor.page.locator("input[type=file]").evaluate("one => one.files.length") == 1
        visitor.page.get_by_role("button", name="Chọn lại mọi dòng").click()
        assert bar(visitor).startswith("300 dòng phê duyệt · 0 dòng không")


def test_lines_are_ticked_without_scripts_too_and_what_was_typed_is_kept(
    browser: Browser, served: Served, long_list: int
) -> None:
    with approving(browser, served, long_list, scripts=False) as visitor:
        visitor.type("Số và ký hiệu", "99/QĐ-UBND")
        visitor.press("Chỉ chọn 297 dòng không có cảnh báo")
        assert bar(visitor) == "297 dòng phê duyệt · 3 dòng không · Quyết định: 99/QĐ-UBND"
        assert visitor.page.get_by_label("Số và ký hiệu").input_value() == "99/QĐ-UBND"


def test_what_was_compared_is_saved_from_wherever_one_is_in_the_list(
    browser: Browser, served: Served
) -> None:
    with visiting(browser, served.address, width=360, scripts=True, axe=True) as visitor:
        enter(visitor, served.logins[Role.REVIEWER])
        visitor.open("/phan-cong/doi-chieu")
        saving = visitor.page.get_by_role("button", name="Ghi đã đối chiếu văn bản")
        visitor.page.locator("input[name=lines]").first.check()
        height = visitor.page.evaluate("() => innerHeight")
        assert visitor.page.evaluate("() => document.documentElement.scrollHeight") > 2 * height
        place = saving.bounding_box()
        assert place is not None
        assert 0 < place["y"] < place["y"] + place["height"] <= height
        visitor.press("Ghi đã đối chiếu văn bản")
        assert "Đã ghi đối chiếu văn bản của 1 phân công." in visitor.page.content()


@pytest.fixture
def hindered(served: Served) -> int:
    """Return a unit whose focal point is away from one day to another, with much said of him."""
    with served.app.app_context():
        unit_id = select(UnitPeriod.unit_id).where(UnitPeriod.name == "Xã Quế Lâm")
        unit = db.session.get_one(Unit, db.session.scalar(unit_id))
        person = make_member("Nguyễn Phước Hoàng Bảo Thử", unit)
        periods_of(person.id)[0].job_title = "Phó Chánh Văn phòng HĐND và UBND"
        paper = make_decision(unit, "1234/QĐ-VHTTDLDTTG")
        line = make_assignment(person, unit, paper)
        line.concurrent_fields = "văn phòng; thống kê; cải cách hành chính; thi đua, khen thưởng"
        db.session.add(
            AssignmentAbsence(
                line_id=line.line_id,
                kind=AbsenceKind.MATERNITY,
                valid_from=date(2024, 6, 10),
                valid_to=date(2024, 12, 10),
            )
        )
        db.session.commit()
        found = unit.id
        db.session.remove()
    return found


def test_assignments_that_do_not_count_fit_the_page_with_their_reasons(
    browser: Browser, served: Served, hindered: int
) -> None:
    with visiting(browser, served.address, width=1280, scripts=False) as visitor:
        enter(visitor, served.logins[Role.REVIEWER])
        visitor.open(f"/don-vi/{hindered}/phan-cong")
        assert "Tạm vắng từ ngày 10/06/2024 đến trước ngày 10/12/2024" in visitor.page.content()
        spare = visitor.page.locator(".table-frame").evaluate_all(
            "frames => frames.map(frame => frame.clientWidth - frame.scrollWidth)"
        )
        heights = visitor.page.locator(".table tbody tr").evaluate_all(
            "rows => rows.map(row => row.clientHeight)"
        )
    assert set(spare) == {0}
    assert max(heights) <= TALLEST_ROW


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.APPROVER, "/danh-sach/{list}/phe-duyet"),
        (Role.APPROVER, "/danh-sach/{list}"),
        (Role.REVIEWER, "/nguoi"),
        (Role.REVIEWER, "/don-vi?q=que"),
        (Role.REVIEWER, "/do-phu/don-vi?xem=tat-ca"),
        (Role.REVIEWER, "/do-phu"),
        (Role.REVIEWER, "/phan-cong/doi-chieu"),
        (Role.SYSTEM_ADMINISTRATOR, "/nhat-ky"),
    ],
)
def test_long_pages_are_short_on_a_phone(
    browser: Browser, served: Served, long_list: int, role: Role, path: str
) -> None:
    with visiting(browser, served.address, width=360, scripts=False) as visitor:
        enter(visitor, served.logins[role])
        visitor.open(path.format(list=long_list))
        height = visitor.page.evaluate("() => document.documentElement.scrollHeight")
        assert height <= LONGEST_ON_A_PHONE
