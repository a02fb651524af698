"""Annexes as they are printed, on the desk: what each column is is asked before a row comes in."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.models.base import db
from registry.models.reorganisations import Reorganisation, ReorganisationAnnex
from tests.factories.accounts import make_account
from tests.factories.annexes import workbook_of
from tests.factories.coverage import RuledProvince
from tests.factories.units import Province

SignIn = Callable[[str], FlaskClient]

PRINTED = [
    ["PHỤ LỤC"],
    ["STT", "Mã cũ", "Tên ĐVHC cũ", "Huyện", "Mã mới", "Tên ĐVHC mới", "Huyện mới", "Ghi chú"],
    [1, 90101, "X. Bình Minh", "H. Thăng Bình", 90109, "Xã Bình An", "Huyện Thăng Bình", "*"],
    [2, 90102, "Xã Bình Đào", "nt", "nt", "nt", "nt", None],
]
GUESSED = ["", "old_code", "old_name", "old_parent", "new_code", "new_name", "new_parent", ""]
MACHINE = "old_code,old_name,old_district,old_province,new_code,new_name,new_kind,"
MACHINE += "new_district,new_province_code,new_province,part\r\n"
MACHINE += "90101,Xã Bình Minh,Huyện Thăng Bình,Tỉnh Thử Nghiệm,90109,Xã Bình An,xã,"
MACHINE += "Huyện Thăng Bình,99,Tỉnh Thử Nghiệm,whole\r\n"


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province with a reviewer ("thamdinh") and an officer of one commune ("xa")."""
    found = RuledProvince()
    make_account(Role.REVIEWER, found.it_department, login="thamdinh")
    make_account(Role.UNIT_OFFICER, found.commune, login="xa")
    db.session.commit()
    return found


def printed(name: str = "phu-luc.xlsx") -> tuple[BytesIO, str]:
    return BytesIO(workbook_of(PRINTED)), name


def begun(client: FlaskClient, *files: tuple[BytesIO, str]) -> str:
    """Begin a batch; return where it leads."""
    data = {"number": "12/NQ-HĐND", "effective_on": "20/06/2024", "files": list(files)}
    answer = client.post("/sap-xep-don-vi/moi", data=data)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def columns(fields: list[str]) -> dict[str, str]:
    told = {}
    for place, name in enumerate(fields):
        told[f"columns-{place}-place"] = str(place)
        told[f"columns-{place}-meaning"] = name
    return told


def shown(page: str) -> list[str]:
    """Return what the page takes each column for."""
    return re.findall(r'<option value="([a-z_]*)" selected>', page)


def test_each_column_is_shown_with_its_cells_and_what_it_was_taken_for(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    location = begun(client, printed())
    page = client.get(location).text
    assert "Còn 1 phụ lục chờ xác nhận các cột." in page
    assert "Số liệu bắt đầu từ dòng 3 của tệp." in page
    assert shown(page) == GUESSED
    assert "Tên ĐVHC cũ" in page
    assert "X. Bình Minh<br>Xã Bình Đào" in page
    assert "nt" in page


def test_rows_come_in_when_the_columns_are_confirmed_and_the_batch_can_then_be_applied(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    location = begun(client, printed())
    batch_page = client.get("/sap-xep-don-vi/1").text
    assert "chưa chạy thử" in batch_page
    assert 'action="/sap-xep-don-vi/1/chay-thu"' not in batch_page
    assert "Chưa xác nhận các cột" in client.post("/sap-xep-don-vi/1/chay-thu").text
    answer = client.post(location, data=columns(GUESSED))
    assert answer.location == "/sap-xep-don-vi/1"
    page = client.get(answer.location).text
    assert "Đã đọc 2 dòng của phụ lục phu-luc.xlsx." in page
    assert "Xã Bình An" in page
    tried = client.post("/sap-xep-don-vi/1/chay-thu").text
    assert "có thể thực hiện" in tried
    version = re.search(r'name="version"[^>]*value="([0-9]+)"', tried)
    assert version
    done = client.post("/sap-xep-don-vi/1/thuc-hien", data={"version": version[1]})
    assert done.status_code == 303
    assert db.session.query(ReorganisationAnnex).count() == 0


def test_columns_are_corrected_and_what_is_wrong_then_is_named(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    location = begun(client, printed())
    swapped = ["", "old_name", "old_code", *GUESSED[3:]]
    answer = client.post(location, data=columns(swapped))
    assert answer.status_code == 422
    assert "Theo các cột đã chọn, phụ lục có 4 chỗ cần sửa" in answer.text
    assert "Có thể các cột bị đổi chỗ" in answer.text
    assert shown(answer.text) == swapped
    twice = ["old_name", *GUESSED[1:]]
    answer = client.post(location, data=columns(twice) | {"submit_key": "B" * 22})
    assert "Hai cột cùng là “Tên cũ”" in answer.text
    without = [*GUESSED[:3], "", *GUESSED[4:]]
    answer = client.post(location, data=columns(without) | {"submit_key": "C" * 22})
    assert answer.status_code == 303
    assert shown(client.get(location).text) == without
    contents = [row.content for row in db.session.get_one(Reorganisation, 1).rows]
    assert [(one.old_name, one.old_parent) for one in contents] == [
        ("Xã Bình Minh", None),
        ("Xã Bình Đào", None),
    ]


def test_of_several_annexes_one_is_asked_after_the_other_and_machine_names_are_not(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    machine = (BytesIO(MACHINE.encode()), "may.csv")
    location = begun(client, printed("mot.xlsx"), machine, printed("hai.xlsx"))
    assert "mot.xlsx" in client.get(location).text
    assert len(db.session.get_one(Reorganisation, 1).rows) == 1
    answer = client.post(location, data=columns(GUESSED))
    assert "hai.xlsx" in client.get(answer.location).text
    assert begun(client, (BytesIO(MACHINE.encode()), "may.csv")) == "/sap-xep-don-vi/2"


def test_an_annex_is_taken_out_and_a_mended_one_put_in(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    location = begun(client, printed("sai.xlsx"))
    answer = client.post(location.replace("cac-cot", "bo"))
    assert "Đã bỏ phụ lục sai.xlsx" in client.get(answer.location).text
    address = "/sap-xep-don-vi/1/nap-phu-luc"
    assert "Chọn tệp phụ lục" in client.post(address).text
    wrong = (BytesIO(MACHINE.replace("whole", "nửa").encode()), "sai.csv")
    answer = client.post(address, data={"files": [wrong], "submit_key": "B" * 22})
    assert answer.status_code == 422
    assert "không dùng được" in answer.text
    more = [printed("dung.xlsx"), (BytesIO(MACHINE.encode()), "may.csv")]
    answer = client.post(address, data={"files": more, "submit_key": "C" * 22})
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location).text
    assert "Đã nạp thêm 1 dòng." in page
    assert "Các cột của phụ lục dung.xlsx" in page


def test_what_is_no_column_or_no_meaning_changes_nothing(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    location = begun(client, printed())
    for number, told in enumerate(
        [{}, {"columns-0-place": "x"}, columns(["nonsense"]), {"columns-0-meaning": "old_name"}]
    ):
        answer = client.post(location, data={**told, "submit_key": str(number) * 22})
        assert answer.status_code == 422
    far = {"columns-0-place": "999", "columns-0-meaning": "old_name"}
    assert client.post(location, data=far).status_code == 422
    assert db.session.get_one(Reorganisation, 1).rows == []


def test_an_annex_that_is_gone_is_said_to_be(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    location = begun(client, printed())
    client.post(location.replace("cac-cot", "bo"))
    assert client.get(location).status_code == 409
    assert client.post(location, data=columns(GUESSED)).status_code == 409
    other = sign_in("xa")
    assert other.get(location).status_code == 403
    assert other.post(location, data=columns(GUESSED)).status_code == 403
