"""The table of turns, walked on the pages: who is offered which step, and where a desk opens."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.domain.rosters import TURNS, RosterState, Step
from registry.models.base import db
from tests.factories.accounts import make_account
from tests.factories.approvals import approve_memberships
from tests.factories.people import make_member, make_membership, make_person
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import Province

Enter = Callable[[str], FlaskClient]
LOGINS = {
    Step.SUBMIT: "canbo",
    Step.VERIFY: "huyen",
    Step.REVIEW: "thamdinh",
    Step.DECIDE: "pheduyet",
}
BUTTONS = {
    Step.SUBMIT: ("soan", "Soạn tiếp"),
    Step.VERIFY: ("xac-nhan", "Xác nhận"),
    Step.REVIEW: ("tham-dinh", "Thẩm định"),
    Step.DECIDE: ("phe-duyet", "Xem và ghi nhận quyết định"),
}


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province with an account at every desk."""
    province = Province()
    make_account(Role.UNIT_OFFICER, province.commune, login="canbo")
    make_account(Role.VERIFIER, province.district, login="huyen")
    make_account(Role.REVIEWER, province.it_department, login="thamdinh")
    make_account(Role.APPROVER, province.province, login="pheduyet")
    db.session.commit()
    return province


def roster_in_state(here: Province, state: RosterState) -> int:
    if state is RosterState.DECIDED:
        roster = approve_memberships(
            here.commune, make_membership(make_person("Lê Văn Thử"), here.commune)
        )
    else:
        line = make_line(make_member("Lê Văn Thử", here.commune))
        roster = make_roster(here.commune, [line], state)
        roster.return_reason = "Thiếu." if state is RosterState.RETURNED else None
    db.session.commit()
    return roster.id


@pytest.mark.parametrize("state", RosterState)
def test_each_desk_is_offered_its_step_where_the_table_says_and_opens_only_there(
    here: Province, sign_in: Enter, state: RosterState
) -> None:
    address = f"/danh-sach/{roster_in_state(here, state)}"
    for step, login in LOGINS.items():
        client = sign_in(login)
        page = client.get(address).text
        shown = {one for one, (path, _) in BUTTONS.items() if f'href="{address}/{path}"' in page}
        is_turn = state in TURNS[step].before
        assert shown == ({step} if is_turn else set())
        path, label = BUTTONS[step]
        assert not is_turn or f">{label}<" in page.replace("\n", "").replace("  ", "")
        desk = client.get(f"{address}/{path}")
        assert (desk.status_code, desk.location) == ((200, None) if is_turn else (302, address))


def test_who_submitted_a_list_is_offered_no_step_on_it(here: Province, sign_in: Enter) -> None:
    own = make_account(Role.REVIEWER, here.it_department, login="tugui")
    line = make_line(make_member("Lê Văn Thử", here.commune))
    roster = make_roster(here.commune, [line], RosterState.SUBMITTED, submitted_by=own)
    db.session.commit()
    address = f"/danh-sach/{roster.id}"
    assert f'href="{address}/tham-dinh"' in sign_in("thamdinh").get(address).text
    assert f'href="{address}/tham-dinh"' not in sign_in("tugui").get(address).text
    assert sign_in("tugui").get(f"{address}/tham-dinh").status_code == 403
