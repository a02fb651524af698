"""Pages of member lists: who sees which, the whole way to the decision, what is refused and how."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from registry.domain.memberships import MemberRole
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Role
from registry.domain.rosters import LineAction, LineOutcome, RosterState
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.offices import Office
from registry.models.people import Person
from registry.models.rosters import Roster, RosterLine
from registry.models.units import Unit
from registry.web.rosters.forms import MOST_LINES
from tests.conftest import NOW, MovableClock
from tests.factories.accounts import make_account
from tests.factories.approvals import approve_memberships
from tests.factories.people import (
    make_approval,
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import Province, make_unit

KEY = "A" * 22
Enter = Callable[[str], FlaskClient]


class Desks:
    """A province with an account at every desk a list passes."""

    def __init__(self) -> None:
        self.here = Province()
        self.unit = self.here.commune
        self.officer = make_account(Role.UNIT_OFFICER, self.unit, login="canbo")
        make_account(Role.UNIT_OFFICER, self.here.far_commune, login="xakhac")
        make_account(Role.VERIFIER, self.here.district, login="huyen")
        make_account(Role.REVIEWER, self.here.it_department, login="thamdinh")
        self.approver = make_account(Role.APPROVER, self.here.province, login="pheduyet")
        make_account(Role.VIEWER, self.here.committee, login="xem")
        db.session.commit()

    def roster(
        self,
        state: RosterState,
        *people: Person,
        unit: Unit | None = None,
        by: Account | None = None,
    ) -> int:
        """Put a list of people on a desk and return its number."""
        roster = make_roster(
            unit or self.unit,
            [make_line(person) for person in people or (self.member("Lê Văn Thử"),)],
            state,
            submitted_by=by or self.officer,
        )
        db.session.commit()
        return roster.id

    def member(self, name: str) -> Person:
        """Make a member of the commune."""
        return make_member(name, self.unit)


@pytest.fixture
def desks(app: Flask) -> Desks:
    return Desks()


def stored(roster_id: int) -> Roster:
    db.session.rollback()
    return db.session.get_one(Roster, roster_id)


def outcomes(roster_id: int, **approvals: bool) -> dict[str, str]:
    """Return the rows of the approval form; lines are ticked unless their name says False."""
    fields: dict[str, str] = {}
    for position, line in enumerate(stored(roster_id).lines):
        fields[f"lines-{position}-line_id"] = str(line.id)
        fields[f"lines-{position}-remark"] = ""
        if approvals.get((line.name or "").split()[-1], True):
            fields[f"lines-{position}-approved"] = "y"
    return fields


def approval(roster_id: int, **changes: object) -> dict[str, object]:
    """Return an approval of every line by a new decision, as the page sends it."""
    roster = stored(roster_id)
    return {
        "version": roster.version,
        "content_hash": roster.content_hash,
        "decision_id": "",
        "number": "77/QĐ-UBND",
        "issued_on": "28/06/2024",
        "issuer": "UBND tỉnh",
        "signer": "Người Ký Thử",
        "submit_key": KEY,
        **outcomes(roster_id),
        **changes,
    }


def events(action: str) -> int:
    db.session.rollback()
    counted = select(func.count()).where(AuditEvent.action == action)
    return db.session.scalar(counted) or 0


def step(roster_id: int, **fields: object) -> dict[str, object]:
    return {"version": stored(roster_id).version, "submit_key": KEY, **fields}


# --- who sees what -----------------------------------------------------------------------


def test_index_shows_what_waits_for_the_reader_before_everything_else(
    desks: Desks, sign_in: Enter
) -> None:
    desks.roster(RosterState.SUBMITTED)
    logins = ("huyen", "thamdinh", "pheduyet", "canbo", "xem")
    waiting = [
        login for login in logins if "Chờ xử lý</h2>" in sign_in(login).get("/danh-sach").text
    ]
    assert waiting == ["huyen", "thamdinh"]


def test_index_lists_only_units_in_scope(desks: Desks, sign_in: Enter) -> None:
    desks.roster(RosterState.SUBMITTED)
    page = sign_in("xakhac").get("/danh-sach").text
    assert "Xã Bình Minh" not in page
    assert "Chưa có danh sách nào" in page


def test_index_can_be_narrowed_to_a_state_and_a_unit_name(desks: Desks, sign_in: Enter) -> None:
    desks.roster(RosterState.SUBMITTED)
    client = sign_in("xem")
    assert "Xã Bình Minh" in client.get("/danh-sach?trang_thai=submitted&ten=binh+minh").text
    for query in ("trang_thai=decided", "ten=dai+loc", "don_vi=999999"):
        assert "Không có danh sách nào như vậy" in client.get(f"/danh-sach?{query}").text


def test_the_decision_of_an_approval_is_named_to_all_and_linked_to_those_who_may_open_it(
    desks: Desks, sign_in: Enter
) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    sign_in("pheduyet").post(f"/danh-sach/{roster_id}/phe-duyet", data=approval(roster_id))
    link = f'href="/quyet-dinh/{stored(roster_id).decision_id}"'
    for login, linked in (("canbo", False), ("xem", True)):
        page = sign_in(login).get(f"/danh-sach/{roster_id}").text
        assert "77/QĐ-UBND" in page
        assert (link in page) is linked


@pytest.mark.parametrize("page", ["", "/excel", "/soan", "/them"])
def test_a_list_of_another_unit_reads_like_one_that_does_not_exist(
    desks: Desks, sign_in: Enter, page: str
) -> None:
    roster_id = desks.roster(RosterState.DRAFT)
    client = sign_in("xakhac")
    other = client.get(f"/danh-sach/{roster_id}{page}")
    missing = client.get(f"/danh-sach/999999{page}")
    assert (other.status_code, missing.status_code) == (404, 404)
    # The nonce and the token of the sign-out button are fresh on each page.
    fresh = r'nonce[^>]*|name="csrf_token"[^>]*'
    assert re.sub(fresh, "", other.text) == re.sub(fresh, "", missing.text)


@pytest.mark.parametrize(
    ("login", "page"),
    [("canbo", "tham-dinh"), ("canbo", "phe-duyet"), ("thamdinh", "phe-duyet"), ("xem", "soan")],
)
def test_each_desk_has_its_own_page(desks: Desks, sign_in: Enter, login: str, page: str) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    assert sign_in(login).get(f"/danh-sach/{roster_id}/{page}").status_code == 403


# --- the whole way -----------------------------------------------------------------------


def test_compose_begins_with_the_members_and_takes_others_and_their_roles(
    desks: Desks, sign_in: Enter
) -> None:
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, desks.unit)
    other_id = make_member("Trần Thị Tổ", team).id
    unit_id = desks.unit.id
    db.session.commit()
    officer = sign_in("canbo")
    begun = {"unit_id": unit_id, "effective_from": "15/06/2024", "submit_key": KEY}
    assert officer.post("/danh-sach/moi", data=begun).status_code == 303
    roster_id = db.session.scalars(select(Roster.id)).one()
    address = f"/danh-sach/{roster_id}"
    added = step(roster_id, add=f"p{other_id}", effective_from="20/06/2024")
    assert officer.post(f"{address}/them", data=added).location == f"{address}/soan"
    first, second = stored(roster_id).lines
    typed = {
        "lines-0-line_id": first.id,
        "lines-0-role": "member",
        "lines-0-effective_from": "16/06/2024",
        "lines-1-line_id": second.id,
        "lines-1-role": "core",
        "lines-1-organisation": "Thôn 1",
        "lines-1-effective_from": "20/06/2024",
    }
    checked = officer.post(f"{address}/soan", data=step(roster_id, then_check="1", **typed))
    assert checked.location == address
    lines = [
        (line.person_id, line.role.value, line.organisation, line.effective_from.day)
        for line in stored(roster_id).lines
    ]
    assert lines == [
        (desks.officer.person_id, "member", None, 16),
        (other_id, "core", "Thôn 1", 20),
    ]


def test_a_list_goes_from_desk_to_desk_and_is_approved(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.DRAFT)
    address = f"/danh-sach/{roster_id}"
    for login, page in (("canbo", "gui"), ("huyen", "xac-nhan"), ("thamdinh", "tham-dinh")):
        done = sign_in(login).post(f"{address}/{page}", data=step(roster_id))
        assert (done.status_code, done.location) == (303, address)
    approver = sign_in("pheduyet")
    assert "Chờ xử lý</h2>" in approver.get("/danh-sach").text
    done = approver.post(f"{address}/phe-duyet", data=approval(roster_id))
    assert done.location == address
    page = approver.get(address).text
    assert "Đã phê duyệt 1/1 dòng." in page
    assert "Quyết định số 77/QĐ-UBND ngày 28/06/2024" in page
    assert [line.outcome for line in stored(roster_id).lines] == [LineOutcome.APPROVED]


def test_a_list_approved_on_a_number_of_another_year_is_asked_about(
    desks: Desks, sign_in: Enter
) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    sent = approval(roster_id) | {"number": "77/2023/QĐ-UBND"}
    page = sign_in("pheduyet").post(
        f"/danh-sach/{roster_id}/phe-duyet", data=sent, follow_redirects=True
    )
    assert "Số văn bản ghi năm 2023, khác năm của ngày ký (2024)." in page.text


def test_approving_three_hundred_lines_is_one_post_with_every_line_ticked(
    desks: Desks, sign_in: Enter
) -> None:
    people = [desks.member(f"Lê Văn Người{number:03d}") for number in range(300)]
    for number, person in enumerate(people):
        person.birth_year = 1970 + number % 30
    roster_id = desks.roster(RosterState.REVIEWED, *people)
    client = sign_in("pheduyet")
    page = client.get(f"/danh-sach/{roster_id}/phe-duyet").text
    assert page.count("checked") == 300
    answer = client.post(f"/danh-sach/{roster_id}/phe-duyet", data=approval(roster_id))
    assert answer.status_code == 303
    assert {line.outcome for line in stored(roster_id).lines} == {LineOutcome.APPROVED}


def test_lines_left_without_a_tick_are_listed_with_their_reason(
    desks: Desks, sign_in: Enter
) -> None:
    roster_id = desks.roster(
        RosterState.REVIEWED, desks.member("Lê Văn Nhận"), desks.member("Lê Văn Trả")
    )
    client = sign_in("pheduyet")
    fields = outcomes(roster_id, Trả=False)
    sent = approval(roster_id, reason="Thiếu văn bản cử")
    sent = {name: value for name, value in sent.items() if not name.startswith("lines-")} | fields
    client.post(f"/danh-sach/{roster_id}/phe-duyet", data=sent)
    page = client.get(f"/danh-sach/{roster_id}").text
    assert "Đã phê duyệt 1/2 dòng. 1 dòng không phê duyệt" in page
    assert "Không phê duyệt (1)" in page
    assert "Thiếu văn bản cử" in page


def test_a_button_ticks_only_the_lines_without_a_warning_and_keeps_what_was_typed(
    desks: Desks, sign_in: Enter
) -> None:
    clean, flagged = desks.member("Lê Văn Sạch"), desks.member("Lê Văn Thiếu")
    flagged.birth_year = None
    roster_id = desks.roster(RosterState.REVIEWED, clean, flagged)
    client = sign_in("pheduyet")
    address = f"/danh-sach/{roster_id}/phe-duyet"
    everything = client.get(address).text
    typed = {
        "number": "88/QĐ-UBND",
        "issued_on": "chưa rõ",
        "reason": "Thiếu năm sinh",
        "lines-1-remark": "Bổ sung năm sinh",
    }
    answer = client.post(address, data=approval(roster_id, choose="clean", **typed))
    assert (answer.status_code, answer.text.count("checked")) == (200, 1)
    assert "Thiếu năm sinh" in everything
    for text in typed.values():
        assert text in answer.text
    assert "Có lỗi, đề nghị kiểm tra lại" not in answer.text
    again = client.post(address, data=approval(roster_id, choose="all", **typed))
    assert (everything.count("checked"), again.text.count("checked")) == (2, 2)
    assert stored(roster_id).state is RosterState.REVIEWED


def test_the_enter_key_in_a_field_decides_on_nothing(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    client = sign_in("pheduyet")
    address = f"/danh-sach/{roster_id}/phe-duyet"
    form = client.get(address).text.partition('enctype="multipart/form-data"')[2]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert first[0] == '<button name="choose" value="keep" hidden>'
    sent = approval(roster_id, choose="keep")
    del sent["lines-0-approved"]
    answer = client.post(address, data=sent)
    assert (answer.status_code, answer.text.count("checked")) == (200, 0)
    assert stored(roster_id).state is RosterState.REVIEWED


def test_a_scan_chosen_before_lines_are_ticked_has_to_be_chosen_again(
    desks: Desks, sign_in: Enter
) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    sent = approval(roster_id, choose="all", scan=(BytesIO(b"%PDF-1.4"), "quyet-dinh.pdf"))
    answer = sign_in("pheduyet").post(f"/danh-sach/{roster_id}/phe-duyet", data=sent)
    assert "Chọn lại tệp bản quét" in answer.text


def folded_part(page: str) -> str:
    """Return what stands in the folded part of the lines, with the tag that folds it."""
    main = page.partition("<main")[2]
    return main[main.index("<details") : main.index("</details>")]


@pytest.mark.parametrize(
    ("state", "login", "desk"),
    [
        (RosterState.REVIEWED, "pheduyet", "phe-duyet"),
        (RosterState.SUBMITTED, "thamdinh", "tham-dinh"),
    ],
)
def test_lines_without_a_warning_are_folded_until_one_of_them_stands_out(
    desks: Desks, sign_in: Enter, state: RosterState, login: str, desk: str
) -> None:
    clean, flagged = desks.member("Lê Văn Sạch"), desks.member("Lê Văn Thiếu")
    flagged.birth_year = None
    roster_id = desks.roster(state, clean, flagged)
    client = sign_in(login)
    address = f"/danh-sach/{roster_id}/{desk}"
    folded = folded_part(client.get(address).text)
    assert "1 dòng không có cảnh báo" in folded
    assert "Lê Văn Sạch" in folded
    assert "Lê Văn Thiếu" not in folded
    assert " open" not in folded.partition(">")[0]
    sent = approval(roster_id, return_list="1") | {"lines-0-remark": "Xem lại", "reason": ""}
    del sent["lines-0-approved"]
    assert " open" in folded_part(client.post(address, data=sent).text).partition(">")[0]


def test_all_that_is_wrong_with_an_approval_is_told_at_once(desks: Desks, sign_in: Enter) -> None:
    gone = make_person("Lê Văn Đi")
    membership = make_membership(gone, desks.unit)
    roster_id = desks.roster(
        RosterState.REVIEWED, gone, desks.member("Lê Văn Ở"), desks.member("Lê Văn Trả")
    )
    membership.valid_to = membership.valid_from.replace(day=20)
    db.session.commit()
    fields = outcomes(roster_id, Trả=False)
    sent = approval(roster_id, number="", issued_on="31/02/2024", signer="")
    sent = {name: value for name, value in sent.items() if not name.startswith("lines-")} | fields
    refused = sign_in("pheduyet").post(f"/danh-sach/{roster_id}/phe-duyet", data=sent)
    assert refused.status_code == 422
    summary = refused.text.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    assert [link.rpartition("-")[2] for link in re.findall(r'href="#([^"]+)"', summary)] == [
        "number",
        "issued_on",
        "signer",
        "approved",
        "reason",
    ]
    assert "Lê Văn Đi: Không còn là thành viên" in summary
    assert "Nhập ngày ký quyết định." not in refused.text


# --- on to the next list -----------------------------------------------------------------


@pytest.mark.parametrize("returned", [False, True])
def test_a_decision_leads_to_the_list_that_has_waited_longest(
    desks: Desks, sign_in: Enter, *, returned: bool
) -> None:
    first = desks.roster(RosterState.REVIEWED)
    other = desks.here.far_commune
    second = desks.roster(RosterState.REVIEWED, make_member("Lê Văn Sau", other), unit=other)
    client = sign_in("pheduyet")
    changes = {"return_list": "1", "reason": "Thiếu"} if returned else {}
    answer = client.post(f"/danh-sach/{first}/phe-duyet", data=approval(first, **changes))
    assert answer.location == f"/danh-sach/{second}/phe-duyet"
    page = client.get(answer.location).text
    assert "Xã Bình Minh, danh sách số 1: Đã" in page
    assert "Còn 1 danh sách chờ, dưới đây là danh sách chờ lâu nhất." in page
    last = client.post(answer.location, data=approval(second, submit_key="B" * 22, number="78/QĐ"))
    assert last.location == f"/danh-sach/{second}"


def test_a_review_leads_to_the_next_list_to_review(desks: Desks, sign_in: Enter) -> None:
    first = desks.roster(RosterState.SUBMITTED)
    other = desks.here.far_commune
    second = desks.roster(RosterState.SUBMITTED, make_member("Lê Văn Sau", other), unit=other)
    answer = sign_in("thamdinh").post(f"/danh-sach/{first}/tham-dinh", data=step(first))
    assert answer.location == f"/danh-sach/{second}/tham-dinh"


def test_the_bar_says_how_many_lines_are_chosen_and_on_which_decision(
    desks: Desks, sign_in: Enter
) -> None:
    gone = make_person("Lê Văn Đi")
    membership = make_membership(gone, desks.unit)
    roster_id = desks.roster(RosterState.REVIEWED, desks.member("Lê Văn Ở"), gone)
    membership.valid_to = membership.valid_from.replace(day=20)
    db.session.commit()
    client = sign_in("pheduyet")
    address = f"/danh-sach/{roster_id}/phe-duyet"

    def bar(page: str) -> str:
        text = re.sub(r"<[^>]+>", "", page.partition("data-decision-bar")[2].partition("</p>")[0])
        return " ".join(text.partition(">")[2].split())

    assert bar(client.get(address).text) == (
        "1 dòng phê duyệt · 1 dòng không · Quyết định: chưa ghi"
    )
    kept = client.post(address, data=approval(roster_id, choose="keep")).text
    assert bar(kept) == "2 dòng phê duyệt · 0 dòng không · Quyết định: 77/QĐ-UBND"


def test_a_line_that_cannot_be_carried_out_is_not_ticked_and_says_why(
    desks: Desks, sign_in: Enter
) -> None:
    person = make_person("Lê Văn Đi")
    membership = make_membership(person, desks.unit)
    roster_id = desks.roster(RosterState.REVIEWED, desks.member("Lê Văn Ở"), person)
    membership.valid_to = membership.valid_from.replace(day=20)
    db.session.commit()
    client = sign_in("pheduyet")
    page = client.get(f"/danh-sach/{roster_id}/phe-duyet").text
    assert page.count("checked") == 1
    assert "Không còn là thành viên của đơn vị" in page
    refused = client.post(f"/danh-sach/{roster_id}/phe-duyet", data=approval(roster_id))
    assert refused.status_code == 422
    assert "Lê Văn Đi: Không còn là thành viên" in refused.text
    assert stored(roster_id).state is RosterState.REVIEWED


def test_approving_that_the_last_focal_point_leaves_names_the_gap_and_needs_a_tick(
    desks: Desks, sign_in: Enter
) -> None:
    person = make_person("Lê Đầu Mối")
    make_approval(make_membership(person, desks.unit))
    make_assignment(person, desks.unit, make_decision(desks.unit))
    line = make_line(person, action=LineAction.END, effective_from=date(2024, 6, 25))
    roster_id = make_roster(desks.unit, [line], RosterState.REVIEWED, number=9).id
    db.session.commit()
    client = sign_in("pheduyet")
    address = f"/danh-sach/{roster_id}/phe-duyet"
    assert "accept_gap" not in client.get(address).text
    refused = client.post(address, data=approval(roster_id))
    assert refused.status_code == 422
    assert "Từ ngày 25/06/2024 Xã Bình Minh không còn đầu mối CĐS" in refused.text
    assert 'href="#accept_gap"' in refused.text
    assert stored(roster_id).state is RosterState.REVIEWED
    done = client.post(address, data=approval(roster_id, accept_gap="y"), follow_redirects=True)
    assert "Đã kết thúc 1 phân công của người thôi tham gia." in done.text
    assert stored(roster_id).state is RosterState.DECIDED


# --- decisions ---------------------------------------------------------------------------


def test_the_approval_asks_for_what_the_decision_needs(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    sent = approval(roster_id, number="", issued_on="", signer="")
    refused = sign_in("pheduyet").post(f"/danh-sach/{roster_id}/phe-duyet", data=sent)
    assert refused.status_code == 422
    for missing in ("số và ký hiệu", "ngày ký", "người ký"):
        assert f"Nhập {missing} quyết định" in refused.text
    assert stored(roster_id).state is RosterState.REVIEWED


def test_an_existing_decision_of_the_office_can_be_chosen(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    decision_id = make_decision(desks.here.province, "55/QĐ-UBND").id
    db.session.commit()
    client = sign_in("pheduyet")
    assert "55/QĐ-UBND" in client.get(f"/danh-sach/{roster_id}/phe-duyet").text
    sent = approval(
        roster_id, decision_id=str(decision_id), number="", issued_on="", issuer="", signer=""
    )
    assert client.post(f"/danh-sach/{roster_id}/phe-duyet", data=sent).status_code == 303
    assert stored(roster_id).decision_id == decision_id


def test_choosing_a_decision_and_typing_another_is_refused(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    decision_id = make_decision(desks.here.province, "55/QĐ-UBND").id
    db.session.commit()
    sent = approval(roster_id, decision_id=str(decision_id))
    refused = sign_in("pheduyet").post(f"/danh-sach/{roster_id}/phe-duyet", data=sent)
    assert refused.status_code == 422
    assert "Đã chọn một quyết định có sẵn" in refused.text


def test_fields_the_form_does_not_have_change_nothing(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    sent = approval(
        roster_id, unit_id=desks.here.far_commune.id, kind="proposal", state="draft", number_x="1"
    )
    sign_in("pheduyet").post(f"/danh-sach/{roster_id}/phe-duyet", data=sent)
    roster = stored(roster_id)
    decision = db.session.get_one(Decision, roster.decision_id)
    assert (roster.state, decision.kind.value) == (RosterState.DECIDED, "decision")
    assert decision.unit_id == desks.here.province.id


# --- at the same time, twice, out of order -----------------------------------------------


def test_a_list_that_changed_after_it_was_shown_gives_the_conflict_page(
    desks: Desks, sign_in: Enter
) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    client = sign_in("pheduyet")
    for stale in ({"version": 0}, {"content_hash": "0" * 64}):
        answer = client.post(f"/danh-sach/{roster_id}/phe-duyet", data=approval(roster_id, **stale))
        assert answer.status_code == 409
        assert "Danh sách đã thay đổi" in answer.text
    assert stored(roster_id).state is RosterState.REVIEWED
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 0


def test_sending_the_approval_twice_approves_once(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    client = sign_in("pheduyet")
    sent = approval(roster_id)
    answers = [client.post(f"/danh-sach/{roster_id}/phe-duyet", data=sent) for _ in range(3)]
    assert {(answer.status_code, answer.location) for answer in answers} == {
        (303, f"/danh-sach/{roster_id}")
    }
    assert events("roster.approve") == 1


def test_a_decided_list_cannot_be_decided_again(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    client = sign_in("pheduyet")
    client.post(f"/danh-sach/{roster_id}/phe-duyet", data=approval(roster_id))
    again = approval(roster_id, submit_key="B" * 22, number="78/QĐ-UBND")
    assert client.post(f"/danh-sach/{roster_id}/phe-duyet", data=again).status_code == 409
    assert client.get(f"/danh-sach/{roster_id}/phe-duyet").location == f"/danh-sach/{roster_id}"


def test_who_submitted_a_list_finds_no_approval_page_for_it(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.REVIEWED, by=desks.approver)
    client = sign_in("pheduyet")
    assert client.get(f"/danh-sach/{roster_id}/phe-duyet").status_code == 403
    refused = client.post(f"/danh-sach/{roster_id}/phe-duyet", data=approval(roster_id))
    assert refused.status_code == 403
    assert "Chờ xử lý</h2>" not in client.get("/danh-sach").text


# --- returning and going on --------------------------------------------------------------


def test_a_returned_list_goes_on_as_the_next_one_with_its_lines(
    desks: Desks, sign_in: Enter
) -> None:
    roster_id = desks.roster(RosterState.SUBMITTED)
    reviewer = sign_in("thamdinh")
    address = f"/danh-sach/{roster_id}"
    silent = reviewer.post(f"{address}/tham-dinh", data=step(roster_id, return_list="1"))
    assert silent.status_code == 422
    assert "Nhập lý do yêu cầu bổ sung" in silent.text
    line_id = stored(roster_id).lines[0].id
    sent = step(
        roster_id,
        return_list="1",
        reason="Thiếu năm sinh",
        **{"lines-0-line_id": line_id, "lines-0-remark": "Ghi rõ chức danh"},
    )
    assert reviewer.post(f"{address}/tham-dinh", data=sent).status_code == 303
    officer = sign_in("canbo")
    page = officer.get(address).text
    assert "Yêu cầu bổ sung: Thiếu năm sinh" in page
    assert "Lập danh sách tiếp theo" in page
    officer.post(
        "/danh-sach/moi",
        data={"unit_id": desks.unit.id, "effective_from": "30/06/2024", "submit_key": KEY},
    )
    db.session.rollback()
    draft_id = db.session.scalars(select(Roster.id).where(Roster.number == 2)).one()
    assert "Ghi rõ chức danh" in officer.get(f"/danh-sach/{draft_id}/soan").text


def test_the_district_and_the_authority_can_return_a_list_too(desks: Desks, sign_in: Enter) -> None:
    for login, page, state in (
        ("huyen", "xac-nhan", RosterState.SUBMITTED),
        ("pheduyet", "phe-duyet", RosterState.REVIEWED),
    ):
        unit = {"huyen": desks.unit, "pheduyet": desks.here.other_commune}[login]
        person = make_member(f"Lê Văn {login}", unit)
        roster_id = desks.roster(state, person, unit=unit)
        fields = {"return_list": "1", "reason": "Chưa đủ hồ sơ"}
        sent = approval(roster_id, **fields) if login == "pheduyet" else step(roster_id, **fields)
        assert sign_in(login).post(f"/danh-sach/{roster_id}/{page}", data=sent).status_code == 303
        roster = stored(roster_id)
        assert (roster.state, roster.return_reason) == (RosterState.RETURNED, "Chưa đủ hồ sơ")


# --- composing ---------------------------------------------------------------------------


def test_start_leads_to_the_open_list_of_the_unit(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.DRAFT)
    answer = sign_in("canbo").get(f"/danh-sach/moi?unit={desks.unit.id}")
    assert answer.location == f"/danh-sach/{roster_id}"


def test_start_offers_only_units_of_one_s_own(desks: Desks, sign_in: Enter) -> None:
    client = sign_in("canbo")
    page = client.get("/danh-sach/moi").text
    assert "Xã Bình Minh" in page
    assert "Xã Đại Minh" not in page
    forged = {
        "unit_id": desks.here.far_commune.id,
        "effective_from": "30/06/2024",
        "submit_key": KEY,
    }
    assert client.post("/danh-sach/moi", data=forged).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Roster)) == 0


def test_compose_keeps_what_was_typed_when_a_day_is_wrong(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.DRAFT)
    line_id = stored(roster_id).lines[0].id
    sent = step(
        roster_id,
        **{
            "lines-0-line_id": line_id,
            "lines-0-role": "head",
            "lines-0-organisation": "Hội Nông dân",
            "lines-0-effective_from": "31/02/2024",
        },
    )
    page = sign_in("canbo").post(f"/danh-sach/{roster_id}/soan", data=sent)
    assert page.status_code == 422
    assert "31/02/2024" in page.text
    assert "Hội Nông dân" in page.text
    assert '<option value="head" selected>' in page.text


def test_a_long_draft_is_edited_page_by_page_and_a_page_saves_its_own_lines(
    desks: Desks, sign_in: Enter
) -> None:
    people = [desks.member(f"Lê Văn Người{number:03d}") for number in range(60)]
    roster_id = make_roster(desks.unit, [make_line(one) for one in people]).id
    db.session.commit()
    client = sign_in("canbo")
    address = f"/danh-sach/{roster_id}/soan"
    first, second = client.get(address).text, client.get(f"{address}?page=2").text
    assert (first.count("-line_id"), second.count("-line_id")) == (50, 10)
    assert "60</strong> dòng trong danh sách" in second
    assert "Lưu và sang trang sau" in first
    assert "Lưu và sang trang sau" not in second
    shown = int(re.findall(r'-line_id" value="(\d+)"', second)[0])
    sent = {
        "lines-0-line_id": str(shown),
        "lines-0-role": "head",
        "lines-0-effective_from": "01/06/2024",
    }
    saved = client.post(f"{address}?page=2", data=step(roster_id, **sent))
    assert saved.location == f"{address}?page=2"
    roles = {line.id: line.role for line in stored(roster_id).lines}
    assert roles.pop(shown) is MemberRole.HEAD
    assert set(roles.values()) == {MemberRole.MEMBER}
    on = client.post(address, data=step(roster_id, then_next="1", submit_key="C" * 22))
    assert on.location == f"{address}?page=2"


@pytest.mark.parametrize("stranger", ["p999999", "u999999", "p999999999999999"])
def test_somebody_unknown_is_refused_like_a_stranger(
    desks: Desks, sign_in: Enter, stranger: str
) -> None:
    roster_id = desks.roster(RosterState.DRAFT)
    sent = step(roster_id, add=stranger, effective_from="20/06/2024")
    answer = sign_in("canbo").post(f"/danh-sach/{roster_id}/them", data=sent)
    assert answer.status_code == 422
    assert "Chỉ thêm được người, đơn vị thuộc đơn vị này" in answer.text
    assert len(stored(roster_id).lines) == 1


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_numbers_no_database_holds_are_refused_like_unknown_ones(
    desks: Desks, sign_in: Enter, number: int
) -> None:
    roster_id = desks.roster(RosterState.DRAFT)
    officer = sign_in("canbo")
    for address in (f"/danh-sach/{number}", f"/don-vi/{number}", f"/nguoi/{number}"):
        assert officer.get(address).status_code == 404
    for address in ("/danh-sach?don_vi=", "/danh-sach?page=", "/nguoi?page=", "/nguoi?don-vi="):
        assert officer.get(f"{address}{number}").status_code == 200
    assert officer.get(f"/danh-sach/moi?unit={number}").status_code == 200
    begun = officer.post("/danh-sach/moi", data={"unit_id": number, "effective_from": "1/6/2024"})
    assert begun.status_code == 422
    sent = step(roster_id) | {"version": number}
    assert officer.post(f"/danh-sach/{roster_id}/gui", data=sent).status_code == 409


def test_a_forged_request_of_endless_lines_is_not_read_to_its_end(
    desks: Desks, sign_in: Enter
) -> None:
    roster_id = desks.roster(RosterState.DRAFT)
    officer = sign_in("canbo")
    sent = step(roster_id) | {f"lines-{number}-remove": "y" for number in range(MOST_LINES + 1)}
    answer = officer.post(f"/danh-sach/{roster_id}/soan", data=sent)
    assert answer.status_code == 422
    assert f'name="lines-{MOST_LINES}-' not in answer.text
    assert len(stored(roster_id).lines) == 1


def test_compose_of_a_submitted_list_leads_back_to_it(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.SUBMITTED)
    for page in ("soan", "them"):
        answer = sign_in("canbo").get(f"/danh-sach/{roster_id}/{page}")
        assert answer.location == f"/danh-sach/{roster_id}"


def test_a_search_for_people_to_add_keeps_those_ticked_before(desks: Desks, sign_in: Enter) -> None:
    wanted, other = desks.member("Lê Văn Muốn"), desks.member("Trần Thị Khác")
    wanted_id, other_id = wanted.id, other.id
    roster_id = desks.roster(RosterState.DRAFT, desks.member("Phạm Văn Sẵn"))
    client = sign_in("canbo")
    sent = step(roster_id, words="tran khac", add=f"p{wanted_id}", find="1")
    page = client.post(f"/danh-sach/{roster_id}/them", data=sent).text
    assert f'value="p{wanted_id}" checked' in page
    assert f'value="p{other_id}">' in page
    assert "Người Unit Officer</label>" not in page
    assert len(stored(roster_id).lines) == 1


def test_changing_or_ending_an_approved_member_is_offered(desks: Desks, sign_in: Enter) -> None:
    person = make_person("Lê Văn Duyệt")
    approve_memberships(desks.unit, make_membership(person, desks.unit))
    person_id = person.id
    roster = make_roster(desks.unit, [], number=2)
    db.session.commit()
    roster_id = roster.id
    client = sign_in("canbo")
    assert "Thành viên đã phê duyệt" in client.get(f"/danh-sach/{roster_id}/them").text
    sent = step(roster_id, end=f"p{person_id}", effective_from="29/06/2024")
    client.post(f"/danh-sach/{roster_id}/them", data=sent)
    assert [line.action for line in stored(roster_id).lines] == [LineAction.END]


def test_submit_names_the_line_that_stands_in_the_way(desks: Desks, sign_in: Enter) -> None:
    gone = make_person("Lê Văn Đi")
    membership = make_membership(gone, desks.unit)
    membership.valid_to = membership.valid_from.replace(day=20)
    roster_id = desks.roster(RosterState.DRAFT, gone)
    page = sign_in("canbo").post(f"/danh-sach/{roster_id}/gui", data=step(roster_id))
    assert page.status_code == 422
    assert "Dòng 1, Lê Văn Đi: Không còn là thành viên" in page.text
    assert stored(roster_id).state is RosterState.DRAFT


def test_delete_removes_a_draft_and_nothing_else(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.DRAFT)
    client = sign_in("canbo")
    assert client.post(f"/danh-sach/{roster_id}/xoa", data=step(roster_id)).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(RosterLine)) == 0
    late = {"version": 1, "submit_key": "B" * 22}
    for address in ("xoa", "gui", "soan"):
        answer = client.post(f"/danh-sach/{roster_id}/{address}", data=late)
        assert answer.status_code == 409
        assert "Danh sách đang soạn này đã được xóa." in answer.text
    assert events("access.denied") == 0
    submitted = desks.roster(RosterState.SUBMITTED)
    sent = step(submitted, submit_key="C" * 22)
    assert client.post(f"/danh-sach/{submitted}/xoa", data=sent).status_code == 409
    assert stored(submitted).lines


# --- taking away, and what stands in the page --------------------------------------------


def test_excel_holds_the_lines_and_is_audited(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(
        RosterState.REVIEWED, desks.member("Lê Thị An"), desks.member("=1+1 Bình")
    )
    answer = sign_in("xem").get(f"/danh-sach/{roster_id}/excel")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[-2:]] == ["Lê Thị An", "=1+1 Bình"]
    assert events("roster.export") == 1


def test_a_list_of_a_team_stands_with_its_commune_and_says_to_truong(
    desks: Desks, sign_in: Enter
) -> None:
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, desks.unit)
    person = desks.member("Lê Thị An")
    roster = make_roster(team, [make_line(person, role=MemberRole.HEAD)], RosterState.REVIEWED)
    db.session.commit()
    client = sign_in("xem")
    page = client.get(f"/danh-sach/{roster.id}").text
    assert "Tổ CNSCĐ thôn 1 · Xã Bình Minh" in page
    assert "Tổ trưởng" in page
    assert "Tổ CNSCĐ thôn 1 · Xã Bình Minh" in client.get("/danh-sach").text
    content = BytesIO(client.get(f"/danh-sach/{roster.id}/excel").data)
    rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    assert rows[1][0] == "Tổ CNSCĐ thôn 1 · Xã Bình Minh"
    assert "Tổ trưởng" in rows[-1]


def test_the_history_tells_who_did_which_step(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.REVIEWED)
    client = sign_in("pheduyet")
    client.post(f"/danh-sach/{roster_id}/phe-duyet", data=approval(roster_id))
    page = client.get(f"/danh-sach/{roster_id}").text
    assert "Người Approver" in page
    assert "Người Unit Officer" in page
    assert stored(roster_id).content_hash[:12] in page


def test_names_and_remarks_are_shown_as_text_and_never_as_markup(
    desks: Desks, sign_in: Enter
) -> None:
    person = desks.member("Lê Văn Thử")
    person.full_name = '"><script>alert(1)</script>'
    roster_id = desks.roster(RosterState.REVIEWED, person)
    stored(roster_id).lines[0].remark = "{{7*7}}<img src=x onerror=alert(2)>"
    db.session.commit()
    client = sign_in("pheduyet")
    for page in ("", "/phe-duyet"):
        text = client.get(f"/danh-sach/{roster_id}{page}").text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "{{7*7}}" in text


def test_no_get_of_a_list_changes_the_list(desks: Desks, sign_in: Enter) -> None:
    roster_id = desks.roster(RosterState.SUBMITTED)
    pages = ["", "/excel", "/tham-dinh"]
    versions = [stored(roster_id).version]
    client = sign_in("thamdinh")
    for page in pages:
        assert client.get(f"/danh-sach/{roster_id}{page}").status_code == 200
        versions.append(stored(roster_id).version)
    assert all(before == after for before, after in pairwise(versions))


def test_the_state_of_a_district_is_offered_until_districts_end_and_lists_of_before_keep_its_word(
    desks: Desks, sign_in: Enter, clock: MovableClock
) -> None:
    confirmed = RosterState.VERIFIED.label
    db.session.execute(
        Office.__table__.update()  # type: ignore[attr-defined] # a mapped class's table
        .where(Office.__table__.c.function == OfficeFunction.VERIFYING)
        .values(valid_to=date(2025, 7, 1))
    )
    desks.roster(RosterState.VERIFIED)
    client = sign_in("xem")
    assert client.get("/danh-sach").text.count(confirmed) == 2  # a choice, and the list itself
    clock.instant = NOW.replace(year=2025, month=7, day=1)
    after = sign_in("xem").get("/danh-sach").text
    assert f"{confirmed}</option>" not in after
    assert after.count(confirmed) == 1


def test_a_returned_list_is_marked_as_a_step_to_take_and_not_as_a_fault(
    desks: Desks, sign_in: Enter
) -> None:
    desks.roster(RosterState.RETURNED)
    page = sign_in("xem").get("/danh-sach").text
    assert re.findall(r'status--(\w+)">Yêu cầu bổ sung<', page) == ["wait"]


# --- numbers that no row has ----------------------------------------------------------------


@pytest.mark.parametrize("state", [RosterState.DRAFT, RosterState.SUBMITTED])
def test_a_version_or_line_that_is_no_number_is_no_fault_at_any_desk_in_any_state(
    desks: Desks, sign_in: Enter, state: RosterState
) -> None:
    roster_id = desks.roster(state)
    if state is RosterState.DRAFT:  # as it is before anybody has submitted it
        draft = stored(roster_id)
        draft.submitted_at = draft.submitted_by_id = draft.content_hash = None
        db.session.commit()
    line_id = str(stored(roster_id).lines[0].id)
    good = {
        "version": "1",
        "content_hash": stored(roster_id).content_hash or "",
        "number": "77/QĐ-UBND",
        "issued_on": "28/06/2024",
        "issuer": "UBND tỉnh",
        "signer": "Người Ký Thử",
        "lines-0-line_id": line_id,
        "lines-0-approved": "y",
    }
    desk_of = {"phe-duyet": "pheduyet", "tham-dinh": "thamdinh", "xac-nhan": "huyen"}
    own = dict.fromkeys(("soan", "them", "xoa", "gui"), "canbo")
    for path, login in (desk_of | own).items():
        client = sign_in(login)
        for sent in ("x", "9" * 30):
            for button in ({}, {"return_list": "1"}, {"choose": "all"}):
                alone = {"version": sent, **button}
                answer = client.post(f"/danh-sach/{roster_id}/{path}", data=alone)
                assert answer.status_code < 500, (path, alone)
                assert button or answer.status_code >= 400, (path, alone)
            for field in ("version", "lines-0-line_id"):
                answer = client.post(f"/danh-sach/{roster_id}/{path}", data=good | {field: sent})
                assert answer.status_code < 500, (path, field, sent)
                assert field == "lines-0-line_id" or answer.status_code >= 400, (path, sent)
