"""Files are read before the transaction: nobody waits for a large one, and pages stay small."""

import csv
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pysqlite3
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from registry.domain.permissions import Role
from registry.formats.annex import MOST_PROBLEMS
from registry.models.accounts import Session
from registry.models.base import db
from registry.web import uploads
from registry.web.reorganisations import desk as reorganisations
from tests.conftest import MovableClock
from tests.factories.accounts import make_account
from tests.factories.coverage import RuledProvince
from tests.factories.decisions import pdf
from tests.factories.people import make_decision

SignIn = Callable[[str], FlaskClient]
HEADER = (
    "old_code,old_name,old_district,old_province,new_code,new_name,new_kind,new_district,"
    "new_province_code,new_province,part,how\r\n"
)
BAD_ROW = "★,1,2,3,★,5,★\r\n"
SMALL = 200_000  # bytes of a page


@pytest.fixture
def here(app: Flask) -> RuledProvince:
    found = RuledProvince()
    make_account(Role.REVIEWER, found.it_department, login="thamdinh")
    make_account(Role.UNIT_OFFICER, found.commune, login="xa")
    db.session.commit()
    return found


@pytest.fixture
def readings(app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let each file read tell its kind here, once another writer could write meanwhile."""
    found: list[str] = []

    def watched(kind: str, read: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            path = database_url.removeprefix("sqlite:///")
            with closing(pysqlite3.connect(path, timeout=0)) as other:
                other.execute("BEGIN IMMEDIATE")  # refused at once while anybody holds the lock
                other.rollback()
            found.append(kind)
            return read(*arguments, **named)

        return run

    for place, name in (
        (uploads, "check_scan"),
        (reorganisations, "open_annexes"),
        (reorganisations, "read_allocation"),
    ):
        monkeypatch.setattr(place, name, watched(name, getattr(place, name)))
    return found


def sent(client: FlaskClient, address: str, **data: Any) -> Any:
    return client.post(address, data=data, content_type="multipart/form-data")


def annex(rows: str) -> tuple[BytesIO, str]:
    return BytesIO((HEADER + rows).encode()), "phu-luc.csv"


def begun(client: FlaskClient, rows: str | None = None, **more: Any) -> Any:
    typed = {"number": "12/NQ-HĐND", "effective_on": "20/06/2024", **more}
    files = {} if rows is None else {"files": [annex(rows)]}
    return sent(client, "/sap-xep-don-vi/moi", **typed, **files)


def test_annexes_and_answers_are_read_while_others_write(
    here: RuledProvince, sign_in: SignIn, readings: list[str]
) -> None:
    client = sign_in("thamdinh")
    row = (
        "90101,Xã Bình Minh,Huyện Thăng Bình,Tỉnh Thử Nghiệm,90109,Xã Bình An,xã,"
        "Huyện Thăng Bình,99,Tỉnh Thử Nghiệm,whole,hợp nhất\r\n"
    )
    answer = begun(client, row)
    assert answer.status_code == 303, answer.text
    answers = (BytesIO(b"item,target\r\nunit:1,90109\r\n"), "phan-bo.csv")
    assert sent(client, f"{answer.location}/tep-phan-bo", file=answers).status_code == 200
    assert readings == ["open_annexes", "read_allocation"]


def test_a_scan_is_looked_through_while_others_write(
    here: RuledProvince, sign_in: SignIn, readings: list[str]
) -> None:
    decision = make_decision(here.commune)
    db.session.commit()
    client = sign_in("xa")
    address = f"/quyet-dinh/{decision.id}/ban-quet"
    refused = sent(client, address, version="1", scan=(BytesIO(b"%PDF-1.7 no"), "a.pdf"))
    assert refused.status_code == 422
    assert "Tệp bị hỏng" in refused.text
    done = sent(client, address, version="1", scan=(BytesIO(pdf()), "a.pdf"), submit_key="B" * 22)
    assert done.status_code == 303, done.text
    assert readings == ["check_scan", "check_scan"]


def test_sending_a_file_is_a_use_of_the_session_and_brings_the_upkeep_of_the_minute(
    here: RuledProvince, sign_in: SignIn, clock: MovableClock
) -> None:
    address = f"/quyet-dinh/{make_decision(here.commune).id}/ban-quet"
    db.session.commit()
    sign_in("thamdinh")
    clock.instant += timedelta(minutes=20)
    client = sign_in("xa")
    clock.instant += timedelta(minutes=11)
    done = sent(client, address, version="1", scan=(BytesIO(pdf()), "a.pdf"))
    assert done.status_code == 303, done.text
    idle, used = db.session.scalars(select(Session).order_by(Session.id)).all()
    assert idle.revoked_at == clock.instant
    assert (used.revoked_at, used.last_seen_at) == (None, clock.instant)


def test_nothing_is_read_of_who_may_not_send_it(
    here: RuledProvince, sign_in: SignIn, readings: list[str], client: FlaskClient
) -> None:
    assert begun(sign_in("xa"), BAD_ROW).status_code == 403
    assert begun(client, BAD_ROW).status_code == 303
    assert readings == []


def test_a_view_that_takes_no_file_reads_none_first(app: Flask) -> None:
    assert uploads.reading_before("decisions.show") is None
    assert uploads.reading_before("decisions.attach_scan") is uploads.read_scans
    assert uploads.reading_before(None) is None


def test_a_page_of_refusals_is_small_and_all_of_them_are_a_file(
    here: RuledProvince, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    refused = begun(client, BAD_ROW * 19_999)
    assert refused.status_code == 422
    assert len(refused.data) < SMALL
    assert "Dưới đây là 100 chỗ đầu tiên" in refused.text
    assert "Ký tự “★” không dùng được" in refused.text
    assert "Tải các chỗ cần sửa (CSV)" in refused.text
    file = begun(client, BAD_ROW * 19_999, only_wrong="1")
    assert (file.status_code, file.mimetype) == (200, "text/csv")
    rows = list(csv.DictReader(StringIO(file.data.decode("utf-8-sig"))))
    assert MOST_PROBLEMS <= len(rows) < MOST_PROBLEMS + 20
    assert rows[0]["row"] == "2"
    assert "Từ dòng này chưa kiểm tra" in rows[-1]["problem"]


def test_an_annex_without_a_fault_is_told_so_and_begins_nothing(
    here: RuledProvince, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    answer = begun(client, only_wrong="1")
    assert answer.status_code == 422
    assert "Không có chỗ nào cần sửa" in answer.text
    assert "chưa có đợt" in client.get("/sap-xep-don-vi").text.lower()


def test_a_dry_run_of_a_large_batch_is_a_small_page_and_all_against_it_a_file(
    here: RuledProvince, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    rows = "".join(
        f"{number:05},Xã Lạ {number},Huyện Lạ,Tỉnh Thử Nghiệm,{number + 50_000},Xã Mới {number},xã,"
        "Huyện Thăng Bình,99,Tỉnh Thử Nghiệm,whole,hợp nhất\r\n"
        for number in range(1, 3_001)
    )
    batch = begun(client, rows).location
    tried = client.post(f"{batch}/chay-thu")
    assert tried.status_code == 200
    assert len(tried.data) < SMALL
    assert "Tải tất cả vấn đề (CSV)" in tried.text
    file = client.post(f"{batch}/van-de")
    assert len(list(csv.reader(StringIO(file.data.decode("utf-8-sig"))))) > 3_000
