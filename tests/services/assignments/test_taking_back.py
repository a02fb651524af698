"""An assignment entered by mistake today is taken out, as if it had never been entered."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.assignments import AbsenceKind, AssignmentRole, Duty
from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import Actor, Role
from registry.models.assignments import Assignment, AssignmentConfirmation
from registry.models.base import db
from registry.models.decisions import Decision
from registry.queries.assignments.holders import Holder
from registry.services.assignments.absences import set_absence
from registry.services.assignments.changes import (
    change_assignment,
    confirm_assignment,
    record_assignment,
)
from registry.services.assignments.commands import (
    AssignmentDetails,
    ChangeAssignment,
    RecordAssignment,
    SetAbsence,
)
from registry.services.assignments.taking_back import TakeBackAssignment, take_back_assignment
from registry.services.decisions import ScanStore
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import make_actor
from tests.factories.audited import told
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_paper_check,
)
from tests.factories.units import START, Province

JUNE_20 = date(2024, 6, 20)


class Desk:
    """The officer of a commune, with a decision and somebody to be focal point on it."""

    def __init__(self, here: Province, folder: Path) -> None:
        self.here = here
        self.store = ScanStore(folder, 1024)
        self.officer = make_actor(Role.UNIT_OFFICER, here.commune)
        self.person = make_member("Lê Đầu Mối", here.commune)
        self.decision = make_decision(here.commune)

    def details(self, **changes: object) -> AssignmentDetails:
        said: dict[str, object] = {
            "holder": Holder(self.person.id, None),
            "role": AssignmentRole.SUPPORTING,
            "duty": Duty.DEDICATED,
            "decision_id": self.decision.id,
        }
        return AssignmentDetails(**(said | changes))  # type: ignore[arg-type]

    def record(self, since: date = TODAY, **changes: object) -> Assignment:
        command = RecordAssignment(
            unit_id=self.here.commune.id, details=self.details(**changes), valid_from=since
        )
        return record_assignment(self.officer, command, MOMENT, self.store)

    def take_back(
        self, assignment: Assignment, actor: Actor | None = None, *, accept_gap: bool = False
    ) -> int:
        command = TakeBackAssignment(
            assignment_id=assignment.id, version=assignment.version, accept_gap=accept_gap
        )
        return take_back_assignment(actor or self.officer, command, MOMENT)


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Desk:
    return Desk(Province(), tmp_path)


def stored() -> list[Assignment]:
    return list(db.session.scalars(select(Assignment).order_by(Assignment.id)))


def test_what_was_recorded_by_mistake_today_never_was_and_its_paper_stays(desk: Desk) -> None:
    other = make_assignment(make_member("Trần Khác", desk.here.commune), desk.here.commune, None)
    assignment = desk.record()
    assignment_id = assignment.id
    assert desk.take_back(assignment) == desk.here.commune.id
    assert stored() == [other]
    assert db.session.get(Decision, desk.decision.id) is not None
    (said,) = told(Deed.ASSIGNMENT_TAKE_BACK)
    assert (said.object_id, said.unit_id) == (str(assignment_id), desk.here.commune.id)
    assert said.details["person_id"] == desk.person.id
    following = desk.record()
    assert following.id > assignment_id


def test_all_that_was_said_of_it_today_goes_along(desk: Desk) -> None:
    assignment = desk.record(since=START)
    change = ChangeAssignment(
        assignment_id=assignment.id,
        version=assignment.version,
        details=desk.details(duty=Duty.CONCURRENT, concurrent_fields="Văn phòng"),
        change_from=JUNE_20,
    )
    following = change_assignment(desk.officer, change, MOMENT, desk.store)
    assert len(stored()) == 2
    desk.take_back(following)
    assert stored() == []


def test_a_confirmation_goes_along(desk: Desk) -> None:
    person = make_member("Lê Trở Lại", desk.here.commune, until=date(2024, 6, 10))
    assignment = desk.record(since=date(2024, 6, 5), holder=Holder(person.id, None))
    make_membership(person, desk.here.commune, since=JUNE_20)
    confirm_assignment(desk.officer, assignment.id, MOMENT)
    desk.take_back(assignment)
    assert stored() == []
    assert db.session.scalars(select(AssignmentConfirmation)).all() == []


def test_of_an_earlier_day_it_is_ended_or_corrected(desk: Desk) -> None:
    assignment = record_assignment(
        desk.officer,
        RecordAssignment(
            unit_id=desk.here.commune.id, details=desk.details(), valid_from=date(2024, 6, 29)
        ),
        replace(MOMENT, instant=NOW.replace(day=29)),
        desk.store,
    )
    with pytest.raises(Invalid, match="trong ngày hôm nay"):
        desk.take_back(assignment)
    assert stored() == [assignment]


def test_others_than_the_unit_s_officers_take_nothing_out(desk: Desk) -> None:
    assignment = desk.record()
    with pytest.raises(NotFound):
        desk.take_back(assignment, make_actor(Role.UNIT_OFFICER, desk.here.other_commune))
    with pytest.raises(NotAllowed):
        desk.take_back(assignment, make_actor(Role.VIEWER, desk.here.commune))
    with pytest.raises(Conflict):
        take_back_assignment(
            desk.officer,
            TakeBackAssignment(assignment_id=assignment.id, version=assignment.version + 1),
            MOMENT,
        )
    assert stored() == [assignment]


def test_while_an_absence_or_a_check_rests_on_it_it_stays(desk: Desk) -> None:
    acting = desk.record(holder=Holder(make_member("Trần Thay", desk.here.commune).id, None))
    away = desk.record()
    absence = SetAbsence(
        assignment_id=away.id,
        version=0,
        kind=AbsenceKind.STUDY,
        valid_from=TODAY,
        valid_to=None,
        acting_id=acting.id,
    )
    set_absence(desk.officer, absence, MOMENT)
    for one in (away, acting):
        with pytest.raises(Invalid, match=r"dựa vào nội dung này.*tạm vắng"):
            desk.take_back(one)
    checked = desk.record(holder=Holder(make_member("Lý Đối Chiếu", desk.here.commune).id, None))
    make_paper_check(checked)
    with pytest.raises(Invalid, match="đối chiếu văn bản"):
        desk.take_back(checked)
    assert stored() == [acting, away, checked]


def test_the_last_focal_point_is_taken_out_only_when_the_gap_is_accepted(desk: Desk) -> None:
    assignment = desk.record(role=AssignmentRole.FOCAL_POINT)
    with pytest.raises(Invalid) as refusal:
        desk.take_back(assignment)
    assert [problem.field for problem in refusal.value.problems] == ["accept_gap"]
    desk.take_back(assignment, accept_gap=True)
    (said,) = told(Deed.ASSIGNMENT_TAKE_BACK)
    assert said.details["gaps"] == {str(desk.here.commune.id): TODAY}
