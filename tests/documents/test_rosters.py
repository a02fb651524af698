"""A member list as a worksheet is the annex to the decision that approves it."""

from datetime import date

import pytest
from flask import Flask

from registry.documents.rosters import roster_sheet
from registry.domain.offices import OfficeFunction
from registry.domain.rosters import RosterState
from registry.models.base import db
from registry.models.offices import Office
from tests.factories.people import make_decision
from tests.factories.rosters import make_roster
from tests.factories.units import Province

DAY = date(2024, 6, 30)


@pytest.fixture
def here(app: Flask) -> Province:
    here = Province()
    here.province.periods[0].short_name = "UBND tỉnh Thử Nghiệm"
    db.session.flush()
    return here


def test_a_decided_list_names_its_decision(here: Province) -> None:
    roster = make_roster(here.commune, [], RosterState.REVIEWED)
    decision = make_decision(here.province, "99/QĐ-UBND", issued_on=date(2024, 6, 5))
    decision.issuer = "UBND tỉnh Thử Nghiệm"
    titles = roster_sheet(roster, "Xã Bình Minh", [], decision, DAY).titles
    assert titles[2] == (
        "(Kèm theo Quyết định số 99/QĐ-UBND ngày 05 tháng 6 năm 2024 của UBND tỉnh Thử Nghiệm)"
    )


def test_a_decision_without_day_and_issuer_leaves_room_for_both(here: Province) -> None:
    roster = make_roster(here.commune, [], RosterState.REVIEWED)
    decision = make_decision(here.province, "99/QĐ-UBND", issued_on=None)
    decision.issuer = None
    origin = roster_sheet(roster, "Xã Bình Minh", [], decision, DAY).titles[2]
    assert " ".join(origin.split()) == (
        "(Kèm theo Quyết định số 99/QĐ-UBND ngày tháng năm của ……………)"
    )


def test_a_list_not_decided_yet_leaves_room_and_says_who_decides(here: Province) -> None:
    roster = make_roster(here.commune, [], RosterState.REVIEWED)
    origin = roster_sheet(roster, "Xã Bình Minh", [], None, DAY).titles[2]
    assert " ".join(origin.split()) == (
        "(Kèm theo Quyết định số /QĐ-UBND ngày tháng năm của UBND tỉnh Thử Nghiệm)"
    )
    db.session.query(Office).filter_by(function=OfficeFunction.DECIDING).delete()
    origin = roster_sheet(roster, "Xã Bình Minh", [], None, DAY).titles[2]
    assert origin.endswith("của ……………)")
