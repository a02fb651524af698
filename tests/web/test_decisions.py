"""Pages of decisions: what hangs on one, correction, scans in and out."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from registry.app import create_app
from registry.domain.clock import Clock
from registry.domain.permissions import Role
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.decisions import Decision
from registry.settings import Settings
from tests.conftest import MovableClock
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.decisions import pdf
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province, make_unit

MEGABYTE = 1024 * 1024
XSS = '"><script>alert(1)</script>'


class Desk:
    """A commune with a decision on which a focal point rests, and its officer's browser."""

    def __init__(self, sign_in: Callable[[str], FlaskClient]) -> None:
        self.here = Province()
        self.unit = self.here.commune
        make_account(Role.UNIT_OFFICER, self.unit, login="canbo")
        make_account(Role.UNIT_OFFICER, self.here.other_commune, login="xakhac")
        make_account(Role.VIEWER, self.here.committee, login="xem")
        self.decision = make_decision(self.unit, "51/QĐ-UBND")
        self.member = make_member("Lê Thị Thử", self.unit)
        make_assignment(self.member, self.unit, self.decision)
        self.decision_id, self.unit_id = self.decision.id, self.unit.id
        db.session.commit()
        self.client = sign_in("canbo")
        self.address = f"/quyet-dinh/{self.decision_id}"


@pytest.fixture
def desk(app: Flask, sign_in: Callable[[str], FlaskClient]) -> Desk:
    return Desk(sign_in)


def paper(**changes: object) -> dict[str, object]:
    return {
        "number": "51/QĐ-UBND",
        "kind": "decision",
        "issued_on": "01/06/2024",
        "issuer": "UBND",
        "signer": "Người Ký Thử",
        "effective_from": "01/06/2024",
        "version": "1",
        "submit_key": "A" * 22,
    } | changes


def test_a_paper_of_a_unit_that_ended_is_listed_under_the_name_it_last_had(
    desk: Desk, sign_in: Callable[[str], FlaskClient]
) -> None:
    ended = make_unit(
        "Phòng Thử Cũ", UnitKind.DISTRICT_OFFICE, desk.here.district, until=date(2024, 6, 10)
    )
    make_decision(ended, "7/QĐ-UBND", issued_on=None)
    make_account(Role.REVIEWER, desk.here.it_department, login="thamdinh")
    db.session.commit()
    reviewer = sign_in("thamdinh")
    page = reviewer.get("/van-ban-con-thieu").text
    heads = re.findall(r'<th scope="row" data-label="Đơn vị"><a [^>]*href="([^"]*)">([^<]*)', page)
    assert [name for _, name in heads] == ["Phòng Thử Cũ · Huyện Thăng Bình"]
    assert reviewer.get(heads[0][0]).status_code == 200


def test_a_paper_recorded_by_mistake_today_is_taken_out_and_one_of_before_is_not(
    desk: Desk,
) -> None:
    typed = paper(number="77/QĐ-UBND")
    answer = desk.client.post(f"/don-vi/{desk.unit_id}/van-ban/moi", data=typed)
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    number = select(Decision.id).where(Decision.number == "77/QĐ-UBND")
    new = f"/quyet-dinh/{db.session.scalars(number).one()}"
    assert f"{new}/go-bo" in desk.client.get(new).text
    assert "Gỡ bỏ văn bản này?" in desk.client.get(f"{new}/go-bo").text
    done = desk.client.post(f"{new}/go-bo", data={"version": "1"}, follow_redirects=True)
    assert "Đã gỡ bỏ văn bản ghi nhầm." in done.text
    assert desk.client.get(new).status_code == 404
    assert "go-bo" not in desk.client.get(desk.address).text
    refused = desk.client.post(f"{desk.address}/go-bo", data={"version": "1"})
    assert refused.status_code == 422
    assert "Chỉ gỡ bỏ được nội dung ghi nhầm trong ngày hôm nay." in refused.text
    assert stored(desk.decision_id).number == "51/QĐ-UBND"


def test_what_a_paper_may_lack_is_chosen_by_words_that_begin_as_lines_do(desk: Desk) -> None:
    page = desk.client.get("/van-ban-con-thieu").text
    choices = re.findall(r"<option [^>]*>([^<]*)", page)
    assert choices == ["Văn bản chưa có ngày ký", "Văn bản chưa có bản quét"]


def without_tokens(page: str) -> str:
    return re.sub(r"(csrf_token|nonce)[^>]*", "", page)


def stored(decision_id: int) -> Decision:
    db.session.rollback()
    return db.session.get_one(Decision, decision_id)


def upload(
    client: FlaskClient, address: str, content: bytes, name: str = "quet.pdf", **fields: str
) -> TestResponse:
    """Send a scan as a browser does; the test client itself would leave large bodies open."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    parts.append(
        f'--x\r\nContent-Disposition: form-data; name="scan"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    body = "".join(parts).encode() + content + b"\r\n--x--\r\n"
    return client.post(address, data=body, content_type="multipart/form-data; boundary=x")


def attach(desk: Desk, content: bytes, name: str = "quet.pdf") -> TestResponse:
    return upload(
        desk.client, f"{desk.address}/ban-quet", content, name, version="1", submit_key="B" * 22
    )


def test_show_names_what_hangs_on_the_decision(desk: Desk) -> None:
    page = desk.client.get(desk.address).text
    assert "Quyết định số 51/QĐ-UBND" in page
    assert "Lê Thị Thử" in page
    assert "Xã Bình Minh" in page
    assert "Đính chính" in page


@pytest.mark.parametrize("path", ["", "/dinh-chinh", "/tep", "/ban-quet"])
def test_a_decision_out_of_scope_is_not_found_like_one_that_is_not_there(
    desk: Desk, sign_in: Callable[[str], FlaskClient], path: str
) -> None:
    other = sign_in("xakhac")
    hidden = other.get(desk.address + path)
    absent = other.get(f"/quyet-dinh/999999{path}")
    assert hidden.status_code == absent.status_code == 404
    assert without_tokens(hidden.text) == without_tokens(absent.text)


def test_who_only_looks_sees_the_decision_without_ways_to_change_it(
    desk: Desk, sign_in: Callable[[str], FlaskClient]
) -> None:
    viewer = sign_in("xem")
    page = viewer.get(desk.address)
    assert page.status_code == 200
    assert "dinh-chinh" not in page.text
    assert viewer.get(f"{desk.address}/dinh-chinh").status_code == 403


def test_correct_rewrites_a_mistyped_number_and_leaves_the_assignment_alone(desk: Desk) -> None:
    form = desk.client.get(f"{desk.address}/dinh-chinh")
    assert 'value="51/QĐ-UBND"' in form.text
    answer = desk.client.post(f"{desk.address}/dinh-chinh", data=paper(number="15/QĐ-UBND"))
    assert answer.status_code == 303
    assert stored(desk.decision_id).number == "15/QĐ-UBND"
    (assignment,) = db.session.scalars(select(Assignment)).all()
    assert (assignment.version, assignment.valid_to) == (1, None)
    assert "giữ nguyên thời gian" in desk.client.get(desk.address).text


def test_correct_says_so_when_nothing_differs(desk: Desk) -> None:
    answer = desk.client.post(f"{desk.address}/dinh-chinh", data=paper(), follow_redirects=True)
    assert "Không có nội dung nào khác" in answer.text
    assert stored(desk.decision_id).version == 1


def test_correct_names_the_unit_left_without_a_focal_point_and_needs_a_tick(desk: Desk) -> None:
    address = f"{desk.address}/dinh-chinh"
    assert "accept_gap" not in desk.client.get(address).text
    unsigned = paper(issued_on="", effective_from="")
    refused = desk.client.post(address, data=unsigned)
    assert refused.status_code == 422
    assert "Từ ngày 01/06/2024 Xã Bình Minh không còn đầu mối CĐS" in refused.text
    assert stored(desk.decision_id).issued_on == date(2024, 6, 1)
    assert desk.client.post(address, data=unsigned | {"accept_gap": "y"}).status_code == 303
    assert stored(desk.decision_id).issued_on is None


def test_correct_shows_each_problem_at_its_field_and_keeps_what_was_typed(desk: Desk) -> None:
    answer = desk.client.post(
        f"{desk.address}/dinh-chinh", data=paper(number="mười lăm", issued_on="01/07/2024")
    )
    assert answer.status_code == 422
    assert 'value="mười lăm"' in answer.text
    assert "Ngày ký không được sau" in answer.text


def test_correct_by_the_second_of_two_shows_what_is_stored_and_can_be_sent_again(
    desk: Desk,
) -> None:
    desk.client.post(f"{desk.address}/dinh-chinh", data=paper(number="17/QĐ-UBND"))
    mine = paper(number="16/QĐ-UBND", submit_key="C" * 22)
    answer = desk.client.post(f"{desk.address}/dinh-chinh", data=mine)
    assert answer.status_code == 422
    assert "Người khác vừa lưu" in answer.text
    assert "17/QĐ-UBND" in answer.text
    assert 'value="16/QĐ-UBND"' in answer.text
    shown = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert shown is not None
    again = desk.client.post(f"{desk.address}/dinh-chinh", data=mine | {"version": shown[1]})
    assert again.status_code == 303
    assert stored(desk.decision_id).number == "16/QĐ-UBND"


def test_correct_ignores_fields_the_form_does_not_have(desk: Desk) -> None:
    desk.client.post(
        f"{desk.address}/dinh-chinh",
        data=paper(number="15/QĐ-UBND", unit_id=desk.here.other_commune.id, id=7, file_id=3),
    )
    decision = stored(desk.decision_id)
    assert (decision.unit_id, decision.file_id) == (desk.unit_id, None)


def test_record_writes_one_decision_however_often_it_is_sent(desk: Desk) -> None:
    address = f"/don-vi/{desk.unit_id}/van-ban/moi"
    assert desk.client.get(address).status_code == 200
    locations = {
        desk.client.post(
            address,
            data=paper(number="60/QĐ-UBND") | {"scan": (BytesIO(pdf()), "Bản quét.pdf")},
            content_type="multipart/form-data",
        ).location
        for _ in range(3)
    }
    assert len(locations) == 1
    rows = db.session.scalars(select(Decision).where(Decision.number == "60/QĐ-UBND")).all()
    assert len(rows) == 1
    assert rows[0].file is not None
    listed = desk.client.get(f"/don-vi/{desk.unit_id}/van-ban").text
    assert "60/QĐ-UBND" in listed
    assert "51/QĐ-UBND" in listed


def test_record_for_a_unit_out_of_scope_is_not_found(desk: Desk) -> None:
    address = f"/don-vi/{desk.here.other_commune.id}/van-ban"
    assert desk.client.get(address).status_code == 404
    assert desk.client.post(f"{address}/moi", data=paper()).status_code == 404


def test_download_hands_the_scan_out_to_be_saved_and_never_run(desk: Desk) -> None:
    assert attach(desk, pdf(), "Quyết định số 51.pdf").status_code == 303
    answer = desk.client.get(f"{desk.address}/tep")
    assert answer.data == pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/pdf"


def test_download_checks_the_access_each_time(
    desk: Desk, sign_in: Callable[[str], FlaskClient]
) -> None:
    attach(desk, pdf())
    assert sign_in("xakhac").get(f"{desk.address}/tep").status_code == 404
    assert sign_in("xem").get(f"{desk.address}/tep").status_code == 200


def test_download_is_audited(desk: Desk) -> None:
    attach(desk, pdf())
    assert desk.client.get(f"{desk.address}/tep").status_code == 200
    db.session.rollback()
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert last is not None
    assert (last.action, last.object_id) == ("decision.export", desk.address.rsplit("/", 1)[-1])


def test_download_without_a_scan_is_not_found(desk: Desk) -> None:
    assert desk.client.get(f"{desk.address}/tep").status_code == 404


def test_download_of_a_file_changed_on_the_disk_is_refused(desk: Desk, settings: Settings) -> None:
    attach(desk, pdf())
    (path,) = settings.files_folder.iterdir()
    path.write_bytes(b"changed")
    answer = desk.client.get(f"{desk.address}/tep")
    assert answer.status_code == 409
    assert "bản sao lưu" in answer.text


@pytest.mark.parametrize(
    "name", ["../../etc/x.pdf", "a\u202efdp.pdf", "CON.pdf", "x" * 300 + ".pdf"]
)
def test_attach_scan_gives_no_power_to_the_name_of_the_file(
    desk: Desk, settings: Settings, name: str
) -> None:
    assert attach(desk, pdf(), name).status_code == 303
    (path,) = settings.files_folder.iterdir()
    assert re.fullmatch(r"[0-9a-f]{32}", path.name)
    shown = stored(desk.decision_id).file
    assert shown is not None
    assert "/" not in shown.original_name
    assert "\u202e" not in shown.original_name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.pdf", b"<html><script>alert(1)</script></html>"),
        ("a.pdf", pdf() + b"<script>alert(1)</script>"),
        ("a.pdf.html", pdf()),
        ("a.pdf", b""),
    ],
)
def test_attach_scan_refuses_what_is_no_scan(desk: Desk, name: str, content: bytes) -> None:
    answer = attach(desk, content, name)
    assert answer.status_code == 422
    assert "govuk-error-message" in answer.text
    assert stored(desk.decision_id).file_id is None


def test_attach_scan_of_twenty_megabytes_is_refused_at_the_field(desk: Desk) -> None:
    answer = attach(desk, pdf(20 * MEGABYTE))
    assert answer.status_code == 422
    assert "giới hạn là 10 MB" in answer.text
    assert 'href="#scan"' in answer.text


def test_attach_scan_beyond_what_is_read_at_all_gets_the_page_of_its_status(desk: Desk) -> None:
    answer = desk.client.post(
        f"{desk.address}/ban-quet",
        data=bytes(26 * MEGABYTE),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "10 MB" in answer.text


def test_a_large_form_without_a_scan_field_stays_refused(desk: Desk) -> None:
    answer = upload(desk.client, f"{desk.address}/dinh-chinh", pdf(20 * MEGABYTE))
    assert answer.status_code == 413


def test_a_large_scan_is_told_at_the_field_with_the_token_checked_too(
    settings: Settings, clock: MovableClock
) -> None:
    app = create_app(settings, Clock(clock.read), TESTING=True)
    with app.app_context():
        here = Province()
        make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
        address = f"/quyet-dinh/{make_decision(here.commune).id}/ban-quet"
        db.session.commit()
        db.session.remove()
    client = app.test_client()

    def token(page: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
        assert found is not None
        return found[1]

    signed = {"login": "canbo", "password": PASSWORD, "csrf_token": token("/dang-nhap")}
    assert client.post("/dang-nhap", data=signed).status_code == 303
    answer = upload(client, address, pdf(20 * MEGABYTE), csrf_token=token(address))
    assert answer.status_code == 422
    assert "giới hạn là 10 MB" in answer.text
    assert upload(client, address, pdf(), csrf_token="").status_code == 400
    with app.app_context():
        db.engine.dispose()


def test_what_was_typed_is_shown_as_text(desk: Desk) -> None:
    desk.client.post(f"{desk.address}/dinh-chinh", data=paper(issuer=XSS, signer=XSS))
    for path in (desk.address, f"{desk.address}/dinh-chinh", f"/don-vi/{desk.unit_id}/van-ban"):
        page = desk.client.get(path).text
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_looking_changes_nothing(desk: Desk) -> None:
    attach(desk, pdf())
    before = db.session.scalars(select(AuditEvent.hash)).all()
    for path in ("", "/dinh-chinh", "/ban-quet"):
        assert desk.client.get(desk.address + path).status_code == 200
    db.session.rollback()
    assert db.session.scalars(select(AuditEvent.hash)).all() == before


def test_a_file_sent_with_something_wrong_is_asked_for_again_by_name(desk: Desk) -> None:
    answer = desk.client.post(
        f"/don-vi/{desk.unit_id}/van-ban/moi",
        data=paper(number="", scan=(BytesIO(pdf()), "quyet dinh 77.pdf")),
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "Nhập số và ký hiệu văn bản." in answer.text
    assert "Chọn lại tệp “quyet dinh 77.pdf”" in answer.text


def test_a_citation_pasted_as_the_number_is_told_back_as_the_paper_it_is(desk: Desk) -> None:
    cited = "Nghị quyết số 12/2023/NQ-HĐND ngày 05 tháng 6 năm 2024 của HĐND xã Bình Minh"
    answer = desk.client.post(
        f"/don-vi/{desk.unit_id}/van-ban/moi",
        data=paper(number=cited, kind="", issued_on="", issuer="", effective_from=""),
        follow_redirects=True,
    )
    assert "Đã ghi Nghị quyết số 12/2023/NQ-HĐND." in answer.text
    assert "Số văn bản ghi năm 2023, khác năm của ngày ký (2024)" in answer.text
    assert "05/06/2024" in answer.text
    assert "HĐND xã Bình Minh" in answer.text


def test_the_form_of_the_signature_is_chosen_and_shown_again(desk: Desk) -> None:
    address = f"{desk.address}/dinh-chinh"
    typed = paper(signature="deputy", signer_form="CHỦ TỊCH, PHÓ CHỦ TỊCH")
    assert desk.client.post(address, data=typed).status_code == 303
    assert stored(desk.decision_id).signer_form == "KT. CHỦ TỊCH, PHÓ CHỦ TỊCH"
    form = desk.client.get(address).text
    assert re.search(r'<option value="deputy"[^>]* selected', form)
    assert 'value="CHỦ TỊCH, PHÓ CHỦ TỊCH"' in form
