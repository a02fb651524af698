"""Holders of assignments who are away: recorded, changed, taken back; who acts meanwhile."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.assignments import AbsenceKind, AssignmentRole
from registry.domain.audit.deeds import Deed
from registry.domain.decisions import DecisionKind
from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.permissions import Role, system_actor
from registry.models.assignments import AssignmentAbsence
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.units import Unit
from registry.queries.assignments.absences import acting_names
from registry.queries.assignments.counting import focal_points_counting, not_counting
from registry.queries.assignments.lists import assignments_of_unit
from registry.queries.coverage.counting import focal_point_counts
from registry.queries.coverage.spans import covered_days
from registry.services.assignments.absences import set_absence
from registry.services.assignments.commands import SetAbsence
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.audited import told
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province

JUNE_10, JUNE_20, JULY_10 = date(2024, 6, 10), date(2024, 6, 20), date(2024, 7, 10)


class Place:
    """A commune whose focal point goes away, and one who acts for him from 10 June to 10 July."""

    def __init__(self) -> None:
        self.here = Province()
        self.unit = self.here.commune
        decision = make_decision(self.unit)
        self.away = make_assignment(make_member("Lê Vắng Mặt", self.unit), self.unit, decision)
        self.acting = make_assignment(
            make_member("Trần Làm Thay", self.unit),
            self.unit,
            make_decision(self.unit, "20/QĐ-UBND"),
            since=JUNE_10,
            until=JULY_10,
        )

    def order(self, **changes: object) -> SetAbsence:
        """Return an order by which the focal point is away while the other acts."""
        values: dict[str, object] = {
            "assignment_id": self.away.id,
            "version": 0,
            "kind": AbsenceKind.MATERNITY,
            "valid_from": JUNE_10,
            "valid_to": JULY_10,
            "acting_id": self.acting.id,
        }
        return SetAbsence(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def at(app: Flask) -> Place:
    return Place()


def counting(unit: Unit, day: date) -> list[str]:
    """Return who counts for a unit, as sets, spans and the rule of a holding all say."""
    names = [row.holder_name for row in focal_points_counting(unit.id, day)]
    assert focal_point_counts(day).get(unit.id, 0) == len(names)
    covered = covered_days([unit.id]).get(unit.id, ())
    assert any(days.contains(day) for days in covered) is bool(names)
    return names


def test_who_acts_counts_meanwhile_and_who_was_away_again_afterwards(at: Place) -> None:
    set_absence(make_actor(Role.UNIT_OFFICER, at.unit), at.order(), MOMENT)
    assert counting(at.unit, date(2024, 6, 9)) == ["Lê Vắng Mặt"]
    assert counting(at.unit, JUNE_10) == ["Trần Làm Thay"]
    assert counting(at.unit, TODAY) == ["Trần Làm Thay"]
    assert counting(at.unit, JULY_10) == ["Lê Vắng Mặt"]
    rows = assignments_of_unit(at.unit.id, TODAY)
    assert acting_names(rows, TODAY) == {at.away.id: "Trần Làm Thay"}
    assert acting_names(rows, JULY_10) == {}
    assert [why.sentence for why in not_counting(rows, TODAY).values()] == [
        "Tạm vắng từ ngày 10/06/2024 đến trước ngày 10/07/2024"
    ]


def test_one_who_acts_for_two_is_named_beside_both(at: Place) -> None:
    decision = make_decision(at.unit, "21/QĐ-UBND")
    second = make_assignment(make_member("Vũ Cũng Vắng", at.unit), at.unit, decision)
    for assignment in (at.away, second):
        set_absence(system_actor(), at.order(assignment_id=assignment.id), MOMENT)
    named = acting_names(assignments_of_unit(at.unit.id, TODAY), TODAY)
    assert named == {at.away.id: "Trần Làm Thay", second.id: "Trần Làm Thay"}


def test_the_audit_keeps_why_somebody_is_away_beside_the_chain(at: Place) -> None:
    set_absence(system_actor(), at.order(), MOMENT)
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "assignment.absence")
    ).one()
    assert "maternity" not in str(event.details)
    beside = db.session.get_one(AuditPersonal, event.sequence)
    assert beside.content == {"absence_kind": [None, "maternity"]}


def test_one_who_comes_back_earlier_counts_from_that_day(at: Place) -> None:
    absence = set_absence(system_actor(), at.order(), MOMENT)
    sooner = at.order(version=absence.version, valid_to=JUNE_20)
    set_absence(system_actor(), sooner, MOMENT)
    assert counting(at.unit, JUNE_20) == ["Lê Vắng Mặt", "Trần Làm Thay"]
    assert len(list(db.session.scalars(select(AssignmentAbsence)))) == 1


def test_what_was_recorded_by_mistake_is_taken_back(at: Place) -> None:
    absence = set_absence(system_actor(), at.order(), MOMENT)
    mistaken = at.order(version=absence.version, taken_back=True)
    set_absence(system_actor(), mistaken, MOMENT)
    assert counting(at.unit, JUNE_10) == ["Lê Vắng Mặt", "Trần Làm Thay"]


def test_an_absence_somebody_else_saved_is_not_overwritten(at: Place) -> None:
    set_absence(system_actor(), at.order(), MOMENT)
    with pytest.raises(Conflict):
        set_absence(system_actor(), at.order(), MOMENT)


def test_an_absence_out_of_scope_is_not_found(at: Place) -> None:
    stranger = make_actor(Role.UNIT_OFFICER, at.here.far_commune)
    with pytest.raises(NotFound):
        set_absence(stranger, at.order(), MOMENT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_to": JUNE_10}, "valid_to"),
        ({"valid_from": date(2024, 5, 1)}, "valid_from"),
        ({"valid_from": date(2026, 6, 1), "valid_to": None}, "valid_from"),
        ({"acting_id": 987654}, "acting"),
    ],
)
def test_an_absence_that_cannot_be_is_named_at_its_field(
    at: Place, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        set_absence(system_actor(), at.order(**changes), MOMENT)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_nobody_is_away_twice_on_a_day(at: Place) -> None:
    db.session.add(
        AssignmentAbsence(
            line_id=at.away.line_id,
            kind=AbsenceKind.STUDY,
            valid_from=JUNE_10,
            valid_to=JUNE_20,
        )
    )
    db.session.flush()
    with pytest.raises(Invalid) as refusal:
        set_absence(system_actor(), at.order(valid_from=date(2024, 6, 15)), MOMENT)
    assert "Đã ghi tạm vắng từ ngày 10/06/2024" in refusal.value.message


def test_who_acts_holds_the_same_role_of_the_same_unit(at: Place) -> None:
    helper = make_assignment(
        make_member("Phan Giúp Việc", at.unit), at.unit, None, role=AssignmentRole.SUPPORTING
    )
    with pytest.raises(Invalid) as refusal:
        set_absence(system_actor(), at.order(acting_id=helper.id), MOMENT)
    assert [problem.field for problem in refusal.value.problems] == ["acting"]


def test_who_could_not_count_is_not_taken_as_acting(at: Place) -> None:
    request = make_decision(at.unit, "51/TTr-UBND")
    request.kind = DecisionKind.PROPOSAL
    asked_for = make_assignment(make_member("Phan Chờ Duyệt", at.unit), at.unit, request)
    with pytest.raises(Invalid) as refusal:
        set_absence(system_actor(), at.order(acting_id=asked_for.id), MOMENT)
    assert [problem.field for problem in refusal.value.problems] == ["acting"]


def test_whose_assignment_is_over_does_not_act(at: Place) -> None:
    with pytest.raises(Invalid) as refusal:
        set_absence(system_actor(), at.order(valid_from=JULY_10, valid_to=None), MOMENT)
    assert [problem.field for problem in refusal.value.problems] == ["acting"]


def test_a_section_is_never_away(at: Place) -> None:
    held = make_assignment(at.here.district_office, at.here.district, None)
    with pytest.raises(Invalid):
        set_absence(system_actor(), at.order(assignment_id=held.id, acting_id=None), MOMENT)


def test_an_absence_that_is_over_is_put_right_or_taken_back_by_its_number(at: Place) -> None:
    over = set_absence(system_actor(), at.order(valid_to=JUNE_20), MOMENT)
    assert over.valid_to is not None
    assert over.valid_to <= TODAY
    put_right = at.order(absence_id=over.id, version=over.version, valid_to=date(2024, 6, 15))
    assert set_absence(system_actor(), put_right, MOMENT).valid_to == date(2024, 6, 15)
    gone = at.order(absence_id=over.id, version=over.version, taken_back=True)
    set_absence(system_actor(), gone, MOMENT)
    assert db.session.scalars(select(AssignmentAbsence)).all() == []


def test_an_absence_of_another_assignment_or_taken_back_meanwhile_is_no_more(
    at: Place,
) -> None:
    over = set_absence(system_actor(), at.order(valid_to=JUNE_20), MOMENT)
    for number, assignment in ((987654, at.away), (over.id, at.acting)):
        order = at.order(assignment_id=assignment.id, absence_id=number, acting_id=None)
        with pytest.raises(Conflict, match="có thể người khác vừa bỏ"):
            set_absence(system_actor(), order, MOMENT)


def test_taking_back_what_was_never_recorded_writes_nothing(at: Place) -> None:
    with pytest.raises(Conflict):
        set_absence(system_actor(), at.order(taken_back=True), MOMENT)
    assert db.session.scalars(select(AssignmentAbsence)).all() == []


def test_the_audit_says_from_when_to_when_and_on_which_line_somebody_acts(at: Place) -> None:
    set_absence(system_actor(), at.order(), MOMENT)
    (event,) = told(Deed.ASSIGNMENT_ABSENCE)
    after = {
        "valid_from": JUNE_10,
        "valid_to": JULY_10,
        "acting_line_id": at.acting.line_id,
    }
    assert event.details["absence"] == {"before": None, "after": after}


def test_an_absence_begins_within_a_year(at: Place) -> None:
    last = TODAY + timedelta(days=366)
    late = {"valid_to": None, "acting_id": None, "accept_gap": True}
    with pytest.raises(Invalid, match="xa quá một năm"):
        set_absence(system_actor(), at.order(valid_from=last + timedelta(days=1), **late), MOMENT)
    absence = set_absence(system_actor(), at.order(valid_from=last, **late), MOMENT)
    assert absence.valid_from == last


def test_who_is_named_later_to_act_is_looked_at_like_one_named_at_once(at: Place) -> None:
    alone = at.order(valid_from=JULY_10, valid_to=None, acting_id=None, accept_gap=True)
    absence = set_absence(system_actor(), alone, MOMENT)
    named = at.order(
        version=absence.version, valid_from=JULY_10, valid_to=None, absence_id=absence.id
    )
    with pytest.raises(Invalid, match="kết thúc từ ngày 10/07/2024"):
        set_absence(system_actor(), named, MOMENT)
