"""Assignments: recorded, corrected in place, changed from a day, ended with the gap named."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import Role, system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment, AssignmentConfirmation
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.people import Person
from registry.models.units import Unit
from registry.queries.assignments.counting import focal_points_counting
from registry.queries.assignments.holders import Holder
from registry.queries.coverage.counting import focal_point_counts
from registry.queries.coverage.spans import covered_days
from registry.queries.person_periods import periods_of
from registry.services.assignments.changes import (
    NEW_CONTENT,
    NEW_FOCAL_POINT,
    NEW_HOLDER,
    change_assignment,
    confirm_assignment,
    correct_assignment,
    end_assignment,
    record_assignment,
)
from registry.services.assignments.commands import (
    AssignmentDetails,
    ChangeAssignment,
    CorrectAssignment,
    EndAssignment,
    RecordAssignment,
)
from registry.services.assignments.oddities import warnings_about
from registry.services.decisions import Scan, ScanStore
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.days import moment_on
from tests.factories.decisions import pdf, typed_decision
from tests.factories.people import (
    facts_from,
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.units import START, Province, make_unit

JUNE_10 = date(2024, 6, 10)
JUNE_20 = date(2024, 6, 20)


@pytest.fixture
def store(tmp_path: Path) -> ScanStore:
    return ScanStore(tmp_path / "files", 10 * 1024 * 1024)


def fields_of(refused: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {problem.field for problem in refused.value.problems}


def details(by: Person | Unit, **changes: object) -> AssignmentDetails:
    values: dict[str, object] = {
        "holder": (Holder(person_id=by.id) if isinstance(by, Person) else Holder(section_id=by.id)),
        "role": AssignmentRole.FOCAL_POINT,
        "duty": Duty.CONCURRENT,
    }
    return AssignmentDetails(**(values | changes))  # type: ignore[arg-type]


def same_details(assignment: Assignment, **changes: object) -> AssignmentDetails:
    values: dict[str, object] = {
        "holder": Holder(assignment.person_id, assignment.section_id),
        "role": assignment.role,
        "duty": assignment.duty,
        "concurrent_fields": assignment.concurrent_fields,
        "decision_id": assignment.decision_id,
    }
    return AssignmentDetails(**(values | changes))  # type: ignore[arg-type]


def all_assignments() -> list[Assignment]:
    return list(db.session.scalars(select(Assignment).order_by(Assignment.id)))


def last_event() -> AuditEvent:
    event = db.session.scalar(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1))
    assert event is not None
    return event


class Commune:
    """A commune with an officer who may record, and a member with a decision."""

    def __init__(self) -> None:
        self.here = Province()
        self.unit = self.here.commune
        self.actor = make_actor(Role.UNIT_OFFICER, self.unit)
        self.member = make_member("Lê Thị Thử", self.unit)
        self.colleague = make_member("Trần Văn Mẫu", self.unit)
        self.decision = make_decision(self.unit)

    def focal_point(self, *, until: date | None = None) -> Assignment:
        return make_assignment(self.member, self.unit, self.decision, until=until)

    def record(self, store: ScanStore, given: AssignmentDetails, since: date = START) -> Assignment:
        return record_assignment(
            self.actor,
            RecordAssignment(unit_id=self.unit.id, details=given, valid_from=since),
            MOMENT,
            store,
        )

    def correct(
        self, store: ScanStore, assignment: Assignment, given: AssignmentDetails, **changes: object
    ) -> Assignment:
        values: dict[str, object] = {
            "assignment_id": assignment.id,
            "version": assignment.version,
            "details": given,
            "valid_from": assignment.valid_from,
            "valid_to": assignment.valid_to,
        }
        command = CorrectAssignment(**(values | changes))  # type: ignore[arg-type]
        return correct_assignment(self.actor, command, MOMENT, store)

    def change(
        self,
        store: ScanStore,
        assignment: Assignment,
        given: AssignmentDetails,
        day: date = JUNE_20,
        *,
        accept_gap: bool = False,
    ) -> Assignment:
        command = ChangeAssignment(
            assignment_id=assignment.id,
            version=assignment.version,
            details=given,
            change_from=day,
            accept_gap=accept_gap,
        )
        return change_assignment(self.actor, command, MOMENT, store)

    def end(
        self, assignment: Assignment, day: date = JUNE_20, *, accept_gap: bool = False
    ) -> Assignment:
        command = EndAssignment(
            assignment_id=assignment.id,
            version=assignment.version,
            ends_on=day,
            reason="Chuyển công tác",
            accept_gap=accept_gap,
        )
        return end_assignment(self.actor, command, MOMENT)


# --- recording ----------------------------------------------------------------------------


def test_a_focal_point_recorded_with_its_decision_counts(app: Flask, store: ScanStore) -> None:
    at = Commune()
    typed = typed_decision(at.unit, scan=Scan(name="quet.pdf", content=pdf()))
    recorded = at.record(store, details(at.member, new_decision=typed))
    assert recorded.decision is not None
    assert recorded.decision.number == "20/QĐ-UBND"
    assert recorded.decision.file is not None
    assert [row.id for row in focal_points_counting(at.unit.id, TODAY)] == [recorded.id]
    event = last_event()
    assert (event.action, event.unit_id) == ("assignment.record", at.unit.id)
    assert event.details["role"] == "focal_point"


def test_two_assignments_may_rest_on_one_decision(app: Flask, store: ScanStore) -> None:
    at = Commune()
    first = at.record(store, details(at.member, new_decision=typed_decision(at.unit)))
    second = at.record(
        store,
        details(at.colleague, role=AssignmentRole.SUPPORTING, decision_id=first.decision_id),
    )
    assert second.decision_id == first.decision_id
    assert len(db.session.scalars(select(Decision)).all()) == 2


def test_without_a_decision_it_is_recorded_and_does_not_count(app: Flask, store: ScanStore) -> None:
    at = Commune()
    recorded = at.record(store, details(at.member))
    assert recorded.decision_id is None
    assert focal_points_counting(at.unit.id, TODAY) == []


def test_what_is_written_about_a_person_stands_beside_the_audit_chain(
    app: Flask, store: ScanStore
) -> None:
    at = Commune()
    at.record(store, details(at.member, concurrent_fields="văn phòng, thống kê"))
    event = last_event()
    assert "thống kê" not in str(event.details)
    kept = db.session.get_one(AuditPersonal, event.sequence)
    assert kept.person_id == at.member.id
    assert kept.content == {"concurrent_fields": "văn phòng, thống kê"}


def test_a_section_below_the_unit_may_hold_it(app: Flask, store: ScanStore) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.district)
    recorded = record_assignment(
        actor,
        RecordAssignment(
            unit_id=here.district.id,
            details=details(here.district_office, decision_id=make_decision(here.district).id),
            valid_from=START,
        ),
        MOMENT,
        store,
    )
    assert [row.id for row in focal_points_counting(here.district.id, TODAY)] == [recorded.id]


@pytest.mark.parametrize("which", ["itself", "above", "elsewhere", "no section"])
def test_only_a_section_below_the_unit_may_hold_it(
    app: Flask, store: ScanStore, which: str
) -> None:
    here = Province()
    own = make_unit("Văn phòng Ủy ban", UnitKind.DISTRICT_OFFICE, here.other_district)
    served, chosen = {
        "itself": (here.district_office, here.district_office),
        "above": (here.commune, here.district_office),
        "elsewhere": (here.district, own),
        "no section": (here.district, here.commune),
    }[which]
    actor = make_actor(Role.REVIEWER, here.it_department)
    with pytest.raises(Invalid) as refused:
        record_assignment(
            actor,
            RecordAssignment(unit_id=served.id, details=details(chosen), valid_from=START),
            MOMENT,
            store,
        )
    assert fields_of(refused) == {"holder"}


def test_an_officer_of_another_unit_cannot_record_here(app: Flask, store: ScanStore) -> None:
    at = Commune()
    at.actor = make_actor(Role.UNIT_OFFICER, at.here.other_commune)
    with pytest.raises(NotFound):
        at.record(store, details(at.member))


def test_who_only_looks_cannot_record(app: Flask, store: ScanStore) -> None:
    at = Commune()
    at.actor = make_actor(Role.VIEWER, at.here.committee)
    with pytest.raises(NotAllowed):
        at.record(store, details(at.member))


def test_somebody_who_is_no_member_near_the_unit_is_refused(app: Flask, store: ScanStore) -> None:
    at = Commune()
    at.actor = make_actor(Role.REVIEWER, at.here.it_department)
    stranger = make_member("Phan Người Lạ", at.here.other_commune)
    with pytest.raises(Invalid, match="chưa là thành viên") as refused:
        at.record(store, details(stranger))
    assert fields_of(refused) == {"holder"}


def test_somebody_who_left_is_refused(app: Flask, store: ScanStore) -> None:
    at = Commune()
    left = make_member("Phan Đã Đi", at.unit, until=JUNE_10)
    with pytest.raises(Invalid) as refused:
        at.record(store, details(left), JUNE_10)
    assert fields_of(refused) == {"holder"}
    assert at.record(store, details(left), date(2024, 6, 9)).id


def test_a_member_above_or_below_may_hold_it(app: Flask, store: ScanStore) -> None:
    at = Commune()
    at.actor = make_actor(Role.REVIEWER, at.here.it_department)
    above = make_member("Phan Cấp Trên", at.here.district)
    assert at.record(store, details(above)).person_id == above.id
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, at.unit)
    below = make_member("Phan Cấp Dưới", team)
    assert at.record(store, details(below, role=AssignmentRole.SUPPORTING)).person_id == below.id


def test_a_person_out_of_sight_reads_like_one_who_is_not_there(
    app: Flask, store: ScanStore
) -> None:
    at = Commune()
    hidden = make_member("Phan Cấp Trên", at.here.district)
    messages = set()
    for person_id in (hidden.id, 999_999):
        with pytest.raises(Invalid) as refused:
            at.record(store, details(at.member, holder=Holder(person_id=person_id)))
        messages.add(refused.value.message)
    assert len(messages) == 1


def test_one_person_may_be_focal_point_of_two_units(app: Flask, store: ScanStore) -> None:
    at = Commune()
    make_membership(at.member, at.here.other_commune, is_main=False)
    make_assignment(at.member, at.here.other_commune, None)
    assert at.record(store, details(at.member)).id


@pytest.mark.parametrize(("since", "until"), [(START, None), (START, JUNE_20), (JUNE_20, None)])
def test_the_same_role_twice_on_a_day_is_refused_and_named(
    app: Flask, store: ScanStore, since: date, until: date | None
) -> None:
    at = Commune()
    make_assignment(at.member, at.unit, None, since=since, until=until)
    with pytest.raises(Invalid, match=r"Lê Thị Thử đã giữ vai trò “Đầu mối CĐS”") as refused:
        at.record(store, details(at.member), JUNE_10)
    assert fields_of(refused) == {"holder"}


def test_the_same_role_again_after_its_end_is_a_new_line(app: Flask, store: ScanStore) -> None:
    at = Commune()
    earlier = make_assignment(at.member, at.unit, None, until=JUNE_10)
    later = at.record(store, details(at.member), JUNE_10)
    assert later.line_id != earlier.line_id


def test_the_database_refuses_the_same_role_twice_too(app: Flask) -> None:
    at = Commune()
    make_assignment(at.member, at.unit, None)

    def write_a_second() -> None:
        make_assignment(at.member, at.unit, None, since=JUNE_10)
        db.session.commit()

    with pytest.raises(DBAPIError):
        write_a_second()


@pytest.mark.parametrize(
    "since", [date(2024, 5, 31), date(2025, 8, 1)], ids=["before the unit", "a mistyped year"]
)
def test_an_impossible_first_day_is_refused(app: Flask, store: ScanStore, since: date) -> None:
    at = Commune()
    with pytest.raises(Invalid) as refused:
        at.record(store, details(at.member), since)
    assert "valid_from" in fields_of(refused)


def test_a_closed_unit_out_of_scope_reads_like_none(app: Flask, store: ScanStore) -> None:
    here = Province()
    closed = make_unit("Xã Đã Nhập", UnitKind.COMMUNE, here.district, code="90109", until=JUNE_20)
    elsewhere = make_actor(Role.UNIT_OFFICER, here.far_commune)
    command = RecordAssignment(
        unit_id=closed.id, details=details(make_member("Lê Thị Thử", closed)), valid_from=START
    )
    with pytest.raises(NotFound):
        record_assignment(elsewhere, command, MOMENT, store)


def test_an_assignment_begins_on_the_last_day_of_its_unit_at_the_latest(
    app: Flask, store: ScanStore
) -> None:
    here = Province()
    ending = make_unit("Xã Sắp Nhập", UnitKind.COMMUNE, here.district, code="90109", until=JUNE_20)
    reviewer = make_actor(Role.REVIEWER, here.it_department, JUNE_10)
    member = make_member("Lê Thị Thử", ending)

    def record(day: date) -> Assignment:
        command = RecordAssignment(unit_id=ending.id, details=details(member), valid_from=day)
        return record_assignment(reviewer, command, moment_on(JUNE_10), store)

    for too_late in (JUNE_20, JUNE_20 + timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            record(too_late)
        assert fields_of(refused) == {"valid_from"}
    last = record(JUNE_20 - timedelta(days=1))
    assert (last.valid_from, last.valid_to) == (JUNE_20 - timedelta(days=1), None)


def test_a_closed_unit_in_the_scope_is_refused_in_words(app: Flask, store: ScanStore) -> None:
    here = Province()
    closed = make_unit("Xã Đã Nhập", UnitKind.COMMUNE, here.district, code="90109", until=JUNE_20)
    member = make_member("Lê Thị Thử", closed)
    with pytest.raises(Invalid, match="đã kết thúc từ ngày 20/06/2024"):
        record_assignment(
            system_actor(),
            RecordAssignment(unit_id=closed.id, details=details(member), valid_from=START),
            MOMENT,
            store,
        )


def test_the_decision_must_be_the_units_own(app: Flask, store: ScanStore) -> None:
    at = Commune()
    foreign = make_decision(at.here.other_commune)
    with pytest.raises(Invalid) as refused:
        at.record(store, details(at.member, decision_id=foreign.id))
    assert fields_of(refused) == {"decision_choice"}


def test_a_decision_that_has_lost_effect_carries_nothing_new(app: Flask, store: ScanStore) -> None:
    at = Commune()
    at.decision.effective_to = JUNE_10
    with pytest.raises(Invalid, match="hết hiệu lực từ ngày 10/06/2024"):
        at.record(store, details(at.member, decision_id=at.decision.id), JUNE_10)


def test_problems_of_the_assignment_and_of_its_new_decision_are_named_together(
    app: Flask, store: ScanStore
) -> None:
    at = Commune()
    typed = typed_decision(at.unit, "không số", scan=Scan(name="a.pdf", content=b"no pdf"))
    given = details(at.member, holder=Holder(), new_decision=typed)
    with pytest.raises(Invalid) as refused:
        at.record(store, given)
    assert fields_of(refused) == {"holder", "number"}


def test_a_new_decision_is_recorded_for_the_unit_served_whatever_was_sent(
    app: Flask, store: ScanStore
) -> None:
    at = Commune()
    recorded = at.record(
        store, details(at.member, new_decision=typed_decision(at.here.other_commune))
    )
    assert recorded.decision is not None
    assert recorded.decision.unit_id == at.unit.id


def test_an_unusual_title_in_a_commune_is_warned_of(app: Flask, store: ScanStore) -> None:
    at = Commune()
    (period,) = periods_of(at.member.id)
    period.job_title = "Trưởng Công an xã"
    recorded = at.record(store, details(at.member, decision_id=at.decision.id))
    facts_from(at.member, recorded.valid_from + timedelta(days=1), job_title="Công chức VP-TK")
    (warning,) = warnings_about(recorded, TODAY)
    assert "Văn phòng – thống kê" in warning
    period.job_title = "Công chức VP-TK"
    db.session.flush()
    assert warnings_about(recorded, TODAY) == []


def test_a_decision_signed_after_the_first_day_is_warned_of(app: Flask, store: ScanStore) -> None:
    at = Commune()
    at.decision.issued_on = JUNE_10
    recorded = at.record(store, details(at.member, decision_id=at.decision.id))
    assert any(
        "chỉ được tính vào độ phủ từ ngày ký" in text for text in warnings_about(recorded, TODAY)
    )


# --- correction ---------------------------------------------------------------------------


def test_a_correction_rewrites_everything_and_opens_no_period(app: Flask, store: ScanStore) -> None:
    at = Commune()
    assignment = at.focal_point()
    line = assignment.line_id
    at.correct(
        store,
        assignment,
        details(at.colleague, duty=Duty.DEDICATED, decision_id=at.decision.id),
        valid_from=JUNE_10,
    )
    (stored,) = all_assignments()
    assert (stored.person_id, stored.duty, stored.valid_from, stored.valid_to) == (
        at.colleague.id,
        Duty.DEDICATED,
        JUNE_10,
        None,
    )
    assert stored.line_id == line
    event = last_event()
    assert event.action == "assignment.correct"
    assert event.details == {
        "person_id": [at.member.id, at.colleague.id],
        "duty": ["concurrent", "dedicated"],
        "valid_from": [{"$day": "2024-06-01"}, {"$day": "2024-06-10"}],
    }


def test_a_correction_may_take_back_an_end(app: Flask, store: ScanStore) -> None:
    at = Commune()
    assignment = at.focal_point(until=JUNE_20)
    assignment.end_reason = "Nghỉ hưu"
    db.session.flush()
    at.correct(store, assignment, same_details(assignment), valid_to=None)
    assert (assignment.valid_to, assignment.end_reason) == (None, None)


def test_a_correction_with_days_the_wrong_way_round_is_refused(
    app: Flask, store: ScanStore
) -> None:
    at = Commune()
    assignment = at.focal_point()
    with pytest.raises(Invalid) as refused:
        at.correct(store, assignment, same_details(assignment), valid_to=START)
    assert fields_of(refused) == {"valid_to"}


def test_a_correction_that_says_nothing_new_writes_nothing(app: Flask, store: ScanStore) -> None:
    at = Commune()
    assignment = at.focal_point()
    at.correct(store, assignment, same_details(assignment))
    assert assignment.version == 1
    assert db.session.scalars(select(AuditEvent)).all() == []


def test_the_second_of_two_who_edit_is_told(app: Flask, store: ScanStore) -> None:
    at = Commune()
    assignment = at.focal_point()
    at.correct(store, assignment, same_details(assignment, duty=Duty.DEDICATED))
    with pytest.raises(Conflict, match="Người khác vừa lưu"):
        at.correct(store, assignment, same_details(assignment, duty=Duty.IN_CHARGE), version=1)
    assert assignment.duty is Duty.DEDICATED


def test_a_holder_out_of_sight_may_stay_in_a_correction(app: Flask, store: ScanStore) -> None:
    at = Commune()
    above = make_member("Phan Cấp Trên", at.here.district)
    assignment = make_assignment(above, at.unit, at.decision)
    at.correct(store, assignment, same_details(assignment, duty=Duty.DEDICATED))
    assert assignment.duty is Duty.DEDICATED


def test_an_assignment_out_of_scope_reads_like_none(app: Flask, store: ScanStore) -> None:
    at = Commune()
    assignment = at.focal_point()
    at.actor = make_actor(Role.UNIT_OFFICER, at.here.other_commune)
    with pytest.raises(NotFound) as hidden:
        at.correct(store, assignment, same_details(assignment))
    with pytest.raises(NotFound) as absent:
        at.correct(store, assignment, same_details(assignment), assignment_id=999)
    assert hidden.value.message == absent.value.message


def test_correcting_away_the_last_focal_point_names_the_gap(app: Flask, store: ScanStore) -> None:
    at = Commune()
    assignment = at.focal_point()
    given = same_details(assignment, role=AssignmentRole.SUPPORTING)
    with pytest.raises(Invalid, match="Từ ngày 01/06/2024") as refused:
        at.correct(store, assignment, given)
    assert fields_of(refused) == {"accept_gap"}


# --- change from a day --------------------------------------------------------------------


def test_a_change_closes_the_period_and_opens_the_next_in_the_same_line(
    app: Flask, store: ScanStore
) -> None:
    at = Commune()
    assignment = at.focal_point()
    at.change(store, assignment, same_details(assignment, duty=Duty.DEDICATED))
    before, after = all_assignments()
    assert (before.valid_from, before.valid_to, before.end_reason) == (START, JUNE_20, NEW_CONTENT)
    assert (after.valid_from, after.valid_to, after.duty) == (JUNE_20, None, Duty.DEDICATED)
    assert after.line_id == before.line_id
    event = last_event()
    assert event.action == "assignment.change"
    assert event.details["duty"] == ["concurrent", "dedicated"]


@pytest.mark.parametrize(
    ("role", "reason"),
    [(AssignmentRole.FOCAL_POINT, NEW_FOCAL_POINT), (AssignmentRole.LEADER, NEW_HOLDER)],
)
def test_another_holder_begins_a_line_of_his_own(
    app: Flask, store: ScanStore, role: AssignmentRole, reason: str
) -> None:
    at = Commune()
    assignment = make_assignment(at.member, at.unit, at.decision, role=role)
    at.change(store, assignment, details(at.colleague, role=role, decision_id=at.decision.id))
    before, after = all_assignments()
    assert (before.person_id, before.valid_to, before.end_reason) == (
        at.member.id,
        JUNE_20,
        reason,
    )
    assert (after.person_id, after.valid_from) == (at.colleague.id, JUNE_20)
    assert after.line_id != before.line_id


@pytest.mark.parametrize("day", [START, date(2024, 5, 1), JUNE_20, date(2024, 6, 25)])
def test_a_change_outside_the_period_is_refused(app: Flask, store: ScanStore, day: date) -> None:
    at = Commune()
    assignment = at.focal_point(until=JUNE_20)
    with pytest.raises(Invalid) as refused:
        at.change(store, assignment, same_details(assignment, duty=Duty.DEDICATED), day)
    assert fields_of(refused) == {"change_from"}


def test_a_change_of_nothing_is_refused(app: Flask, store: ScanStore) -> None:
    at = Commune()
    assignment = at.focal_point()
    with pytest.raises(Invalid, match="Chưa có nội dung nào khác"):
        at.change(store, assignment, same_details(assignment))


def test_a_successor_without_decision_leaves_a_gap_that_is_named(
    app: Flask, store: ScanStore
) -> None:
    at = Commune()
    assignment = at.focal_point()
    with pytest.raises(Invalid, match=r"Từ ngày 20/06/2024 .* không còn đầu mối") as refused:
        at.change(store, assignment, details(at.colleague))
    assert fields_of(refused) == {"accept_gap"}
    db.session.rollback()


def test_a_confirmed_gap_is_written_to_the_audit(app: Flask, store: ScanStore) -> None:
    at = Commune()
    assignment = at.focal_point()
    at.change(store, assignment, details(at.colleague), accept_gap=True)
    assert last_event().details["gap_from"] == {"$day": "2024-06-20"}
    assert focal_points_counting(at.unit.id, date(2024, 6, 19))
    assert focal_points_counting(at.unit.id, JUNE_20) == []


def test_a_successor_with_decision_leaves_no_gap(app: Flask, store: ScanStore) -> None:
    at = Commune()
    assignment = at.focal_point()
    new = at.change(store, assignment, details(at.colleague, decision_id=at.decision.id))
    for day, holder in ((date(2024, 6, 19), at.member), (JUNE_20, at.colleague)):
        assert [row.person_id for row in focal_points_counting(at.unit.id, day)] == [holder.id]
    assert new.person_id == at.colleague.id


# --- end ----------------------------------------------------------------------------------


def test_ending_the_last_focal_point_asks_for_confirmation(app: Flask) -> None:
    at = Commune()
    assignment = at.focal_point()
    with pytest.raises(Invalid, match=re.escape("Từ ngày 20/06/2024 Xã Bình Minh không còn")):
        at.end(assignment)
    db.session.rollback()


def test_a_confirmed_end_keeps_the_history_and_its_reason(app: Flask) -> None:
    at = Commune()
    assignment = at.focal_point()
    at.end(assignment, accept_gap=True)
    assert (assignment.valid_to, assignment.end_reason) == (JUNE_20, "Chuyển công tác")
    event = last_event()
    assert event.action == "assignment.end"
    assert event.details == {
        "valid_to": [None, {"$day": "2024-06-20"}],
        "gap_from": {"$day": "2024-06-20"},
    }


def test_ending_one_of_two_focal_points_asks_nothing(app: Flask) -> None:
    at = Commune()
    assignment = at.focal_point()
    make_assignment(at.colleague, at.unit, at.decision)
    assert at.end(assignment).valid_to == JUNE_20


def test_a_gap_that_opens_only_once_the_decision_is_signed_is_named(app: Flask) -> None:
    at = Commune()
    at.decision.effective_from = JUNE_20
    assignment = at.focal_point()
    with pytest.raises(Invalid, match="Từ ngày 20/06/2024"):
        at.end(assignment, JUNE_10)


def test_ending_what_never_counted_asks_nothing(app: Flask) -> None:
    at = Commune()
    assignment = make_assignment(at.member, at.unit, None)
    assert at.end(assignment).valid_to == JUNE_20


@pytest.mark.parametrize("day", [START, date(2024, 5, 1), date(2026, 1, 1)])
def test_an_impossible_end_is_refused(app: Flask, day: date) -> None:
    at = Commune()
    assignment = at.focal_point()
    with pytest.raises(Invalid) as refused:
        at.end(assignment, day)
    assert fields_of(refused) == {"ends_on"}


def test_what_has_ended_is_not_ended_later(app: Flask) -> None:
    at = Commune()
    assignment = at.focal_point(until=JUNE_10)
    with pytest.raises(Invalid, match="đã kết thúc từ ngày 10/06/2024"):
        at.end(assignment)


def test_an_end_needs_a_reason(app: Flask) -> None:
    at = Commune()
    assignment = at.focal_point()
    command = EndAssignment(
        assignment_id=assignment.id, version=assignment.version, ends_on=JUNE_20, reason="  "
    )
    with pytest.raises(Invalid) as refused:
        end_assignment(at.actor, command, MOMENT)
    assert fields_of(refused) == {"reason"}


def test_a_person_of_no_unit_is_no_holder(app: Flask, store: ScanStore) -> None:
    at = Commune()
    with pytest.raises(Invalid) as refused:
        at.record(store, details(make_person()))
    assert fields_of(refused) == {"holder"}


# --- somebody comes back ------------------------------------------------------------------


def returned(here: Province, on: date = JUNE_20) -> Assignment:
    """Return the assignment of a focal point who left on 10 June and came back."""
    person = make_member("Lê Trở Lại", here.commune, until=date(2024, 6, 10))
    make_membership(person, here.commune, since=on)
    return make_assignment(person, here.commune, make_decision(here.commune))


def counting_on(unit: Unit, day: date) -> bool:
    """Tell whether a unit has a focal point, as sets, spans and the rule of a holding all say."""
    said = {
        bool(focal_point_counts(day).get(unit.id)),
        bool(focal_points_counting(unit.id, day)),
        any(days.contains(day) for days in covered_days([unit.id]).get(unit.id, ())),
    }
    assert len(said) == 1
    return said.pop()


def test_what_stopped_does_not_begin_again_by_itself_when_its_holder_comes_back(
    app: Flask,
) -> None:
    here = Province()
    returned(here)
    assert counting_on(here.commune, date(2024, 6, 9))
    assert not counting_on(here.commune, date(2024, 6, 10))
    assert not counting_on(here.commune, TODAY)


def test_it_counts_again_from_the_day_on_which_it_is_confirmed(app: Flask) -> None:
    here = Province()
    assignment = returned(here)
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    confirm_assignment(officer, assignment.id, MOMENT)
    assert counting_on(here.commune, TODAY)
    assert not counting_on(here.commune, TODAY - timedelta(days=1))
    (confirmed,) = db.session.scalars(select(AssignmentConfirmation))
    assert (confirmed.line_id, confirmed.confirmed_on, confirmed.confirmed_by_id) == (
        assignment.line_id,
        TODAY,
        officer.account_id,
    )
    assert (last_event().action, last_event().object_id) == (
        "assignment.confirm",
        str(assignment.id),
    )


def test_nothing_is_confirmed_twice_or_without_a_return_or_out_of_scope(app: Flask) -> None:
    here = Province()
    assignment = returned(here)
    away = make_member("Lê Đi Hẳn", here.other_commune, until=JUNE_20)
    gone = make_assignment(away, here.other_commune, make_decision(here.other_commune))
    stranger = make_actor(Role.UNIT_OFFICER, here.far_commune)
    with pytest.raises(NotFound):
        confirm_assignment(stranger, assignment.id, MOMENT)
    confirm_assignment(system_actor(), assignment.id, MOMENT)
    for other in (assignment, gone):
        with pytest.raises(Conflict):
            confirm_assignment(system_actor(), other.id, MOMENT)


def test_who_moves_below_or_above_the_unit_without_a_day_between_has_no_break(
    app: Flask,
) -> None:
    here = Province()
    person = make_member("Lê Đổi Chỗ", here.commune, until=date(2024, 6, 10))
    make_membership(person, here.district, since=date(2024, 6, 10))
    make_assignment(person, here.commune, make_decision(here.commune))
    assert counting_on(here.commune, TODAY)


def test_a_line_carried_over_goes_on_only_without_a_break_before_it(app: Flask) -> None:
    here = Province()
    merger = date(2024, 6, 25)
    for unit, person in (
        (here.commune, make_member("Lê Trở Lại", here.commune, until=date(2024, 6, 10))),
        (here.other_commune, make_member("Lê Ở Suốt", here.other_commune, until=merger)),
    ):
        if unit is here.commune:
            make_membership(person, unit, since=JUNE_20, until=merger)
        successor = make_unit(f"Xã sau {unit.id}", UnitKind.COMMUNE, here.district, since=merger)
        make_membership(person, successor, since=merger)
        before = make_assignment(person, unit, make_decision(unit), until=merger)
        after = make_assignment(person, successor, None, since=merger)
        after.line_id, after.decision_id = before.line_id, before.decision_id
        db.session.flush()
        assert counting_on(successor, TODAY) is (unit is here.other_commune)


def test_a_change_by_a_new_paper_after_the_return_confirms_it_too(
    app: Flask, store: ScanStore
) -> None:
    here = Province()
    assignment = returned(here)
    newer = make_decision(here.commune, "16/QĐ-UBND")
    day = date(2024, 6, 25)
    command = ChangeAssignment(
        assignment_id=assignment.id,
        version=assignment.version,
        details=same_details(assignment, decision_id=newer.id),
        change_from=day,
    )
    change_assignment(system_actor(), command, MOMENT, store)
    assert counting_on(here.commune, day)
    assert not counting_on(here.commune, date(2024, 6, 24))


def test_an_assignment_ends_within_a_year_for_a_reason_of_three_hundred_characters(
    app: Flask,
) -> None:
    at = Commune()
    held = at.focal_point()
    last = TODAY + timedelta(days=366)

    def end(day: date, reason: str) -> Assignment:
        command = EndAssignment(
            assignment_id=held.id, version=held.version, ends_on=day, reason=reason, accept_gap=True
        )
        return end_assignment(at.actor, command, MOMENT)

    for day, reason, field in (
        (last + timedelta(days=1), "Nghỉ hưu", "ends_on"),
        (last, "n" * 301, "reason"),
    ):
        with pytest.raises(Invalid) as refused:
            end(day, reason)
        assert fields_of(refused) == {field}
    assert (end(last, "n" * 300).valid_to, held.end_reason) == (last, "n" * 300)


def test_who_may_record_nothing_is_not_told_whether_there_is_such_an_assignment(
    app: Flask,
) -> None:
    at = Commune()
    viewer = make_actor(Role.VIEWER, at.here.committee)
    for assignment_id in (at.focal_point().id, 999_999):
        with pytest.raises(NotAllowed):
            confirm_assignment(viewer, assignment_id, MOMENT)


def test_a_corrected_assignment_is_that_of_the_other_person_at_once(
    app: Flask, store: ScanStore
) -> None:
    at = Commune()
    held = at.focal_point()
    # Whoever writes for the first time in a transaction reads anew; the second time is meant.
    for holder in (at.colleague, at.member):
        given = details(holder, decision_id=None)
        corrected = at.correct(store, held, given, accept_gap=True)
        assert (corrected.person, corrected.decision) == (holder, None)
