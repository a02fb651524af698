"""The story of the registry, step by step, as people click it; told in `test_story.py`.

Xã Quế Lâm of the district Nông Sơn has nobody in the demo. By the end its Văn phòng – Thống kê
officer is focal point on a decision, its members are approved and one of them carried a card.
"""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator

from registry.domain.permissions import Role
from registry.services.seeds.demo_accounts import DemoLogin
from tests.browser.papers import (
    addresses_on_cards,
    rows_of_workbook,
    scanned_decision,
    text_of_pdf,
)
from tests.browser.served import Served
from tests.browser.visitors import Visitor

SEE_OTHER = 303

COMMUNE, COMMITTEE, DISTRICT = "Xã Quế Lâm", "UBND xã Quế Lâm", "Huyện Nông Sơn"
TYPED = "que lam"
COMMUNE_PHONE = "0235 309 4433"

OFFICE_CLERK = "Trương Thị Lệ Quyên"  # Văn phòng – Thống kê; signs up herself, becomes focal point
CULTURE_CLERK = "Đinh Hữu Phước"  # Văn hóa – Xã hội; supports
JUSTICE_CLERK = "Lê Quốc Ân"  # Tư pháp – Hộ tịch; follows as focal point on 1 July
PHONE = "0592 000 171"
PASSWORD = "rau muống xào tỏi 24"

MISTYPED, RIGHT_NUMBER = "45/QD-UBND", "54/QĐ-UBND"
APPROVAL = "1577/QĐ-UBND"
COURSE = "Bồi dưỡng công dân số cho cán bộ cấp xã"


@dataclass
class Stage:
    """Where the story plays: the registry, and how its visitors look at it."""

    browser: Browser
    served: Served
    width: int
    scripts: bool
    axe: bool
    windows: list[Visitor] = field(default_factory=list)

    def visitor(self) -> Visitor:
        """Let somebody without an account come."""
        visitor = Visitor(
            self.browser, self.served.address, width=self.width, scripts=self.scripts, axe=self.axe
        )
        self.windows.append(visitor)
        return visitor

    def signed_in(self, role: Role) -> Visitor:
        """Let the demo's account of a role come, who has signed in."""
        visitor = self.visitor()
        enter(visitor, self.served.logins[role])
        return visitor

    def close(self) -> None:
        """Let everybody leave."""
        for window in self.windows:
            window.close()


def sign_in(visitor: Visitor, login: DemoLogin) -> None:
    """Sign in as people do."""
    visitor.open("/dang-nhap")
    visitor.type("Tên đăng nhập", login.login)
    visitor.type("Mật khẩu", login.password)
    visitor.press("Đăng nhập")
    assert "Đăng nhập" not in visitor.heading


def enter(visitor: Visitor, login: DemoLogin) -> None:
    """Sign in without a page on the screen, where something else is told."""
    form = visitor.context.request.get("/dang-nhap").text()
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', form)
    assert token is not None
    answer = visitor.context.request.post(
        "/dang-nhap",
        form={"csrf_token": token[1], "login": login.login, "password": login.password},
        max_redirects=0,
    )
    assert answer.status == SEE_OTHER


# --- 1 -------------------------------------------------------------------------------------------


ON_OWN_PAPERS = "đơn vị có đầu mối theo văn bản của đơn vị hiện nay"


def see_the_home_page(visitor: Visitor, covered: int) -> None:
    visitor.open("/")
    first_line = visitor.page.locator(".headline").first.inner_text()
    said = f"{covered}/279 {ON_OWN_PAPERS} {279 - covered} chưa có"
    assert " ".join(first_line.split()).startswith(said)
    assert "Tính đến ngày 30/06/2024" in visitor.text
    assert "Số liệu đơn vị đến ngày 30/6/2024" in visitor.text
    for level in ("Sở, ban, ngành", "Cấp huyện", "Cấp xã"):
        assert level.lower() in visitor.text.lower()
    assert not re.search(r"0\d{2,3} \d{3} \d{3,4}|@", visitor.text)


# --- 2 -------------------------------------------------------------------------------------------


def register_oneself(visitor: Visitor) -> str:
    """Return the address of the status page."""
    visitor.open("/")
    visitor.follow("Tự đăng ký tham gia Mạng lưới")
    visitor.type("Tên đơn vị công tác", TYPED)
    visitor.press("Tìm đơn vị")
    visitor.follow(COMMITTEE)

    visitor.type("Điện thoại", "0123 456 78")
    visitor.type("Họ và tên", OFFICE_CLERK)
    visitor.press("Tiếp tục", expected=422)
    assert "Có lỗi, đề nghị kiểm tra lại" in visitor.text
    assert visitor.page.get_by_label("Họ và tên").input_value() == OFFICE_CLERK

    visitor.type("Chức vụ, chức danh", "Công chức Văn phòng – Thống kê")
    visitor.type("Điện thoại", PHONE)
    visitor.choose("Tôi đã đọc thông báo về dữ liệu cá nhân")
    visitor.press("Tiếp tục")
    assert visitor.heading == "Kiểm tra thông tin trước khi gửi"
    assert f"{COMMITTEE}, {DISTRICT}" in visitor.text
    visitor.press_twice("Gửi đăng ký", leads_to="/trang-thai/")
    assert visitor.heading == "Đã tiếp nhận đăng ký"
    code = visitor.page.locator(".done-panel__reference").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", code)
    assert OFFICE_CLERK not in visitor.text
    return visitor.page.url


def nothing_is_granted_yet(visitor: Visitor) -> None:
    visitor.open("/dang-nhap")
    visitor.type("Tên đăng nhập", PHONE)
    visitor.type("Mật khẩu", PASSWORD)
    visitor.press("Đăng nhập", expected=422)


# --- 3 -------------------------------------------------------------------------------------------


def accept_the_sign_up(reviewer: Visitor) -> str:
    """Return the link to set a password."""
    reviewer.open("/dang-ky/cho-xu-ly")
    assert "4 đăng ký chờ xử lý" in reviewer.text
    assert reviewer.page.get_by_role("link", name=OFFICE_CLERK).count() == 1
    assert "cảnh báo" in reviewer.row_text("Nguyễn Văn Khải")
    assert "cảnh báo" in reviewer.row_text("Nguyễn Thị Hòa")
    reviewer.follow(OFFICE_CLERK)
    assert reviewer.page.get_by_label("Thành viên – chỉ xem hồ sơ của mình").is_checked()
    reviewer.choose("Cán bộ đơn vị")
    reviewer.type("Tham gia từ ngày", "01/06/2024")
    reviewer.press("Chấp nhận và tạo liên kết đặt mật khẩu")
    assert reviewer.heading == "Đã chấp nhận đăng ký"
    return reviewer.page.get_by_label("Liên kết đặt mật khẩu").input_value()


def see_that_it_was_accepted(visitor: Visitor, status: str) -> None:
    visitor.open(status)
    assert "Đã chấp nhận" in visitor.text
    assert OFFICE_CLERK not in visitor.text


def set_the_password(officer: Visitor, link: str) -> None:
    assert link.startswith(officer.address)
    officer.open(link)
    officer.type("Mật khẩu mới", PASSWORD)
    officer.type("Nhập lại", PASSWORD)
    officer.press("Đặt mật khẩu và đăng nhập")
    assert OFFICE_CLERK in officer.page.locator(".account-menu").inner_text()


def the_link_works_only_once(visitor: Visitor, link: str) -> None:
    visitor.open(link, expected=404)


# --- 4 -------------------------------------------------------------------------------------------


def address_of_unit(visitor: Visitor, name: str) -> str:
    visitor.open("/don-vi")
    visitor.type("Tên", name)
    visitor.press("Lọc")
    visitor.follow(name)
    return visitor.page.url


def see_only_the_own_unit(officer: Visitor, foreign: str) -> str:
    """Return the address of the own unit; `foreign` is that of another one."""
    officer.open(foreign, expected=404)
    officer.open("/don-vi")
    assert "Xã Trà Nam" not in officer.text
    officer.follow(COMMUNE)
    assert officer.heading == COMMUNE
    return officer.page.url


def add_a_colleague(officer: Visitor, unit: str, name: str, title: str, phone: str) -> None:
    officer.open(unit)
    officer.follow("Thêm người")
    officer.type("Họ và tên", name)
    officer.type("Điện thoại", f"0592 000 {phone}")
    officer.type("Chức vụ, chức danh", title)
    officer.type("Tham gia từ ngày", "01/06/2024")
    officer.press("Thêm vào đơn vị")
    assert name in officer.text


def record_the_decision(officer: Visitor, unit: str) -> None:
    """Make the Văn phòng – Thống kê officer focal point, after a wrong day and a wrong file."""
    officer.open(f"{unit}/phan-cong")
    assert "0 đầu mối CĐS được tính" in officer.text
    officer.follow("Ghi phân công")
    officer.type("Phân công từ ngày", "28/06/2024")
    officer.choose(OFFICE_CLERK)
    officer.choose("Đầu mối")
    officer.choose("Kiêm nhiệm")
    officer.type("Lĩnh vực kiêm nhiệm", "văn phòng, thống kê")
    officer.choose("Ghi văn bản mới")
    officer.type("Số và ký hiệu", MISTYPED)
    officer.type("Ngày ký", "31/06/2024")
    officer.type("Người ký", "Hồ Văn Lực")
    officer.type("Quyền hạn, chức vụ của người ký", "CHỦ TỊCH")
    officer.press("Lưu phân công", expected=422)
    assert officer.page.get_by_label("Số và ký hiệu").input_value() == MISTYPED
    officer.type("Ngày ký", "28/06/2024")
    _attach(officer, "quyet-dinh.pdf", b"%PDF-1.7 says so, and is none")
    officer.press("Lưu phân công", expected=422)
    _attach(officer, "quyet-dinh.pdf", scanned_decision())
    officer.press("Lưu phân công")
    assert "1 đầu mối CĐS được tính" in officer.text
    assert "Từ 28/06/2024" in officer.row_text(OFFICE_CLERK)


def record_who_supports(officer: Visitor) -> None:
    """Let the Văn hóa – Xã hội officer support, on the same decision; its scan can be had back."""
    officer.follow("Ghi tiếp người phối hợp trên cùng văn bản")
    officer.choose(CULTURE_CLERK)
    officer.choose("Kiêm nhiệm")
    officer.press("Lưu phân công")
    assert "Đầu mối CĐS Kiêm nhiệm" in officer.row_text(OFFICE_CLERK)
    assert "Phối hợp Kiêm nhiệm" in officer.row_text(CULTURE_CLERK)
    officer.follow(f"Quyết định số {MISTYPED}")
    scan = officer.download(officer.page.get_by_role("link", name="Tải bản quét").click)
    assert scan == scanned_decision()


def _attach(officer: Visitor, name: str, content: bytes) -> None:
    officer.page.get_by_label("Bản quét văn bản").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": content}
    )


# --- 5 -------------------------------------------------------------------------------------------


def submit_the_member_list(officer: Visitor) -> str:
    """Return the address of the list."""
    officer.open("/danh-sach")
    officer.follow("Lập danh sách")
    officer.type("Hiệu lực từ ngày", "28/06/2024")
    officer.press("Lập danh sách")
    for name in (OFFICE_CLERK, CULTURE_CLERK, JUSTICE_CLERK):
        assert name in officer.text
    officer.press("Lưu và kiểm tra trước khi gửi")
    address = officer.page.url
    officer.press("Gửi thẩm định")
    assert "Đã gửi 3 dòng để thẩm định" in officer.text
    return address


def the_officer_cannot_approve(officer: Visitor, roster: str) -> None:
    officer.open(f"{roster}/phe-duyet", expected=403)


def check_the_list(reviewer: Visitor, roster: str) -> None:
    reviewer.open("/danh-sach")
    reviewer.follow(COMMITTEE)
    assert reviewer.page.url == roster
    reviewer.follow("Thẩm định")
    reviewer.press("Thẩm định xong, chuyển phê duyệt")
    assert "Đã thẩm định" in reviewer.text


def approve_the_list(approver: Visitor, late: Visitor, roster: str) -> None:
    """Approve two of three lines; whoever presses after that is told so."""
    approver.open(roster)
    approver.follow("Xem và ghi nhận quyết định")
    late.open(f"{roster}/phe-duyet")
    for visitor in (approver, late):
        row = visitor.row(JUSTICE_CLERK)
        row.get_by_role("checkbox").uncheck()
        row.get_by_label("Lý do không phê duyệt").fill("Chưa tham gia nhiệm vụ CĐS của xã")
        visitor.type("Số và ký hiệu", APPROVAL)
        visitor.type("Ngày ký", "30/06/2024")
        visitor.type("Người ký", "Phan Thái Bình An")
        visitor.type("Quyền hạn, chức vụ của người ký", "KT. CHỦ TỊCH, PHÓ CHỦ TỊCH")
    approver.press("Ghi nhận quyết định đã ký")
    assert "Đã phê duyệt 2/3 dòng" in approver.text
    assert "Chưa tham gia nhiệm vụ CĐS của xã" in approver.row_text(JUSTICE_CLERK)
    late.press("Ghi nhận quyết định đã ký", expected=409)
    assert late.heading == "Danh sách đã thay đổi"
    late.open(roster)
    assert late.page.get_by_role("link", name="Xem và ghi nhận quyết định").count() == 0


# --- 6 -------------------------------------------------------------------------------------------


def record_a_class(reviewer: Visitor) -> None:
    reviewer.open("/tap-huan")
    reviewer.follow("Ghi lớp mới")
    reviewer.type("Tên khóa", COURSE)
    reviewer.type("Tên lớp", "Lớp 01")
    reviewer.type("Ngày khai giảng", "18/06/2024")
    reviewer.type("Ngày kết thúc", "19/06/2024")
    reviewer.choose("Trực tiếp")
    reviewer.press("Lưu lớp")
    reviewer.follow("Ghi người tham dự")
    reviewer.type("Tìm người theo tên", "dinh huu phuoc")
    reviewer.press("Tìm")
    reviewer.choose(CULTURE_CLERK)
    reviewer.type("Số giờ", "12,5")
    reviewer.press("Ghi người đã chọn")
    assert "Đã ghi 1 người tham dự" in reviewer.text


def see_the_class_on_the_person(reviewer: Visitor) -> str:
    """Return the address of the person who attended."""
    reviewer.follow("Xong, xem danh sách lớp")
    reviewer.follow(CULTURE_CLERK)
    said = reviewer.row_text(COURSE)
    assert COMMITTEE in said
    assert "18/06/2024" in said
    assert "12,5" in said
    return reviewer.page.url


# --- 7 -------------------------------------------------------------------------------------------


def print_the_cards(reviewer: Visitor) -> list[str]:
    """Return what the codes on the cards of the unit say."""
    reviewer.open("/the")
    reviewer.follow(re.compile("Quế Lâm"))
    assert JUSTICE_CLERK not in reviewer.text
    button = reviewer.page.get_by_role("button", name="In thẻ đã chọn (PDF)")
    cards = reviewer.download(button.click)
    assert cards.startswith(b"%PDF")
    said = text_of_pdf(cards)
    assert OFFICE_CLERK in said
    assert CULTURE_CLERK in said
    return addresses_on_cards(cards)


def check_the_cards(visitor: Visitor, addresses: list[str]) -> str:
    """Return the address on the card of the Văn hóa – Xã hội officer."""
    assert len(addresses) == 2
    found = {}
    for address in addresses:
        visitor.open(address)
        assert visitor.heading == "Thẻ có hiệu lực"
        shown = visitor.page.locator("main dl")
        assert [" ".join(term.split()) for term in shown.locator("dt").all_inner_texts()] == [
            "Họ và tên",
            "Vai trò",
            "Đơn vị",
        ]
        name, role, unit = (text.strip() for text in shown.locator("dd").all_inner_texts())
        assert (role, unit) == ("Thành viên", COMMITTEE)
        assert not re.search(r"05\d{2} \d{3}|Công chức|\b19\d\d\b", visitor.text)
        found[name] = address
    assert set(found) == {OFFICE_CLERK, CULTURE_CLERK}
    return found[CULTURE_CLERK]


def end_the_membership(officer: Visitor, person: str) -> None:
    officer.open(person)
    officer.follow(re.compile("^Thôi tham gia"))
    officer.type("Thôi tham gia từ ngày", "30/06/2024")
    officer.type("Lý do", "chuyển công tác")
    officer.press("Ghi thôi tham gia")
    assert "Đã ghi thôi tham gia" in officer.text
    assert officer.heading == COMMUNE


def the_card_is_not_valid_any_more(visitor: Visitor, address: str) -> None:
    visitor.open(address)
    assert visitor.heading == "Thẻ không có hiệu lực"
    assert CULTURE_CLERK not in visitor.text
    assert COMMITTEE not in visitor.text


# --- 8 -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What the report says of a day: units that must be covered, and that are, by line."""

    headline: str
    lines: dict[str, tuple[str, ...]]
    missing: list[tuple[str, str]]


def read_the_report(visitor: Visitor, day: str | None = None) -> Figures:
    """Open the report as of a day and return its figures."""
    visitor.open("/do-phu")
    if day is not None:
        visitor.type("Tính đến ngày", day)
        visitor.press("Xem")
        assert f"Tính đến ngày {day}" in visitor.text
    headline = visitor.page.locator(".headline").first.inner_text()
    tables = visitor.page.locator("table")
    levels = _cells(tables.filter(has_text="Tổng số").first)
    lacking = _cells(tables.filter(has_text="Số ngày chưa có đầu mối").first)
    return Figures(
        " ".join(headline.split()),
        {cells[0].partition(" (")[0]: tuple(map(_count, cells[1:])) for cells in levels},
        [(cells[0], cells[2]) for cells in lacking],
    )


def _cells(table: Locator) -> list[list[str]]:
    """Return what the cells of a table's rows say."""
    rows: list[list[str]] = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    return rows


def _count(cell: str) -> str:
    """Return the figure or the fraction a cell begins with."""
    found = re.match(r"[\d.]+(/[\d.]+)?", cell)
    return found[0] if found else ""


def one_more_commune_is_covered(before: Figures, after: Figures) -> None:
    assert before.headline == (
        f"268/279 {ON_OWN_PAPERS} 11 chưa có "
        "268 đơn vị có đầu mối, trong đó 268 chưa đối chiếu văn bản."
    )
    assert after.headline == (
        f"269/279 {ON_OWN_PAPERS} 10 chưa có "
        "269 đơn vị có đầu mối, trong đó 269 chưa đối chiếu văn bản."
    )
    assert before.lines["Đơn vị cấp xã"] == ("241", "232/241", "9", "3/241")
    assert after.lines["Đơn vị cấp xã"] == ("241", "233/241", "8", "3/241")
    assert (
        after.lines["Hội, đoàn thể"]
        == before.lines["Hội, đoàn thể"]
        == (
            "22",
            "9/22",
            "13",
            "0/22",
        )
    )
    assert set(before.missing) - set(after.missing) == {(COMMUNE, COMMUNE_PHONE)}


def agree_with_the_excel(visitor: Visitor, figures: Figures) -> None:
    button = visitor.page.get_by_role("link", name="Excel", exact=True)
    rows = rows_of_workbook(visitor.download(button.click))
    for label, figures_of_line in figures.lines.items():
        row = next(row for row in rows if str(row[0]).partition(" (")[0] == label)
        units, with_focal_point, _, missing, dedicated, _, _unchecked = row[1:]
        assert figures_of_line == (
            f"{units}",
            f"{with_focal_point}/{units}",
            f"{missing}",
            f"{dedicated}/{units}",
        )
    listed = [(row[1], row[3]) for row in rows if len(row) == 5 and row[0] != "Mã"]
    assert listed == figures.missing


def agree_with_the_pdf(visitor: Visitor, figures: Figures) -> None:
    button = visitor.page.get_by_role("link", name="Báo cáo PDF", exact=True)
    said = text_of_pdf(visitor.download(button.click))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in said
    for label, (units, with_focal_point, missing, dedicated) in figures.lines.items():
        counts = rf"{units} {with_focal_point} [\d,]+% {missing} {dedicated} [\d,]+%"
        assert re.search(rf"{label}( \(ngoài tổng số\))? {counts}", said), label
    for name, phone in figures.missing:
        assert name in said
        assert phone in said


# --- 9 -------------------------------------------------------------------------------------------


def correct_the_number(officer: Visitor, unit: str) -> None:
    officer.open(f"{unit}/phan-cong")
    before = officer.page.locator("tbody tr").count()
    officer.follow_at(OFFICE_CLERK, MISTYPED)
    officer.follow("Đính chính, bổ sung")
    officer.type("Số và ký hiệu", RIGHT_NUMBER)
    officer.press("Lưu")
    assert RIGHT_NUMBER in officer.heading
    officer.open(f"{unit}/phan-cong")
    assert officer.page.locator("tbody tr").count() == before
    assert "Từ 28/06/2024" in officer.row_text(OFFICE_CLERK)
    assert RIGHT_NUMBER in officer.row_text(OFFICE_CLERK)
    assert MISTYPED not in officer.text


def change_the_officer(officer: Visitor, unit: str) -> None:
    officer.open(f"{unit}/phan-cong")
    officer.follow_at(OFFICE_CLERK, "Sửa")
    officer.choose(JUSTICE_CLERK)
    officer.choose("Ghi văn bản mới")
    officer.unfold("Văn bản mới")
    officer.type("Số và ký hiệu", "61/QĐ-UBND")
    officer.type("Ngày ký", "30/06/2024")
    officer.choose("Thay đổi từ ngày")
    officer.type("Thay đổi từ ngày", "01/07/2024")
    officer.press("Lưu")
    assert "Đã thay đổi phân công từ ngày 01/07/2024" in officer.text
    assert "Từ 28/06/2024 đến trước 01/07/2024" in officer.row_text(OFFICE_CLERK)
    assert "Từ 01/07/2024" in officer.row_text(JUSTICE_CLERK)
    for day, name in (("30/06/2024", OFFICE_CLERK), ("01/07/2024", JUSTICE_CLERK)):
        officer.open(unit)
        officer.type("Tính đến ngày", day)
        officer.press("Xem")
        assert name in officer.row_text("Đầu mối CĐS")
