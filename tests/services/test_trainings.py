"""Training: classes and attendance, counted for the unit held that day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Action, Actor, Role
from registry.domain.trainings import TrainingMode, TrainingResult
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.trainings import Topic, TrainingClass
from registry.queries.trainings import (
    attendances_of_class,
    attended_by,
    classes,
    possible_attendees,
)
from registry.services import trainings
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.people import make_member, make_membership, make_person
from tests.factories.units import Province, make_office, make_unit

DAY = date(2024, 6, 12)


def order(organiser_id: int) -> trainings.RecordClass:
    return trainings.RecordClass(
        course="Kỹ năng số",
        topic_codes=[],
        name="Lớp 01",
        starts_on=DAY,
        ends_on=DAY,
        place="Hội trường",
        mode=TrainingMode.IN_PERSON,
        organiser_id=organiser_id,
    )


def reviewer_of(here: Province) -> Actor:
    return make_actor(Role.REVIEWER, here.it_department)


def record_one(here: Province, actor: Actor) -> TrainingClass:
    return trainings.record_class(actor, order(here.it_department.id), MOMENT)


def attend(actor: Actor, class_id: int, *person_ids: int) -> list[int]:
    command = trainings.RecordAttendances(
        class_id=class_id, person_ids=person_ids, hours=Decimal(8), result=TrainingResult.COMPLETED
    )
    rows = trainings.record_attendances(actor, command, MOMENT)
    return [row.person_id for row in rows]


def test_a_class_is_recorded_once(app: Flask) -> None:
    here = Province()
    actor = reviewer_of(here)
    record_one(here, actor)
    with pytest.raises(Invalid) as refusal:
        record_one(here, actor)
    assert refusal.value.problems[0].field == "name"


def test_a_class_of_the_same_name_elsewhere_is_neither_told_nor_in_the_way(app: Flask) -> None:
    here, there = Province(), make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="99")
    department = make_unit("Sở Khoa học tỉnh Khác", UnitKind.DEPARTMENT, there)
    make_office(OfficeFunction.REVIEWING, there, department)
    record_one(here, reviewer_of(here))
    elsewhere = trainings.record_class(
        make_actor(Role.REVIEWER, department), order(department.id), MOMENT
    )
    assert elsewhere.organiser_id == department.id


def test_a_new_course_keeps_its_topics(app: Flask) -> None:
    here = Province()
    db.session.add(Topic(code="attt", name="An toàn thông tin"))
    command = replace(order(here.it_department.id), topic_codes=["attt"])
    created = trainings.record_class(reviewer_of(here), command, MOMENT)
    assert [topic.code for topic in created.course.topics] == ["attt"]


def test_an_unknown_topic_is_refused(app: Flask) -> None:
    here = Province()
    command = replace(order(here.it_department.id), topic_codes=["khong_co"])
    with pytest.raises(Invalid):
        trainings.record_class(reviewer_of(here), command, MOMENT)


def test_a_class_cannot_end_before_it_begins(app: Flask) -> None:
    here = Province()
    command = replace(order(here.it_department.id), ends_on=date(2024, 6, 11))
    with pytest.raises(Invalid) as refusal:
        trainings.record_class(reviewer_of(here), command, MOMENT)
    assert refusal.value.problems[0].field == "ends_on"


def test_a_class_begins_while_who_organises_it_is_there(app: Flask) -> None:
    here = Province()
    command = replace(order(here.it_department.id), starts_on=date(1900, 1, 1))
    with pytest.raises(Invalid) as refusal:
        trainings.record_class(reviewer_of(here), command, MOMENT)
    assert [problem.field for problem in refusal.value.problems] == ["ends_on", "starts_on"]


def test_nobody_chosen_is_no_attendance(app: Flask) -> None:
    here = Province()
    actor = reviewer_of(here)
    with pytest.raises(Invalid, match="Chọn ít nhất một người"):
        attend(actor, record_one(here, actor).id)


def test_a_class_lasts_a_year_at_most(app: Flask) -> None:
    here = Province()
    actor, command = reviewer_of(here), order(here.it_department.id)
    year = trainings.record_class(
        actor, replace(command, ends_on=DAY + timedelta(days=366)), MOMENT
    )
    assert year.ends_on == date(2025, 6, 13)
    longer = replace(command, name="Lớp 02", ends_on=DAY + timedelta(days=367))
    with pytest.raises(Invalid, match="quá một năm"):
        trainings.record_class(actor, longer, MOMENT)


def test_attendance_counts_for_the_unit_held_that_day_also_after_a_transfer(app: Flask) -> None:
    here = Province()
    actor = reviewer_of(here)
    person = make_person("Trần Văn Chuyển")
    make_membership(person, here.commune, until=date(2024, 6, 20))
    make_membership(person, here.far_commune, since=date(2024, 6, 20))
    created = record_one(here, actor)
    attend(actor, created.id, person.id)
    assert [row.unit_name for row in attended_by(person.id)] == ["Xã Bình Minh"]


def test_recording_somebody_twice_adds_nobody(app: Flask) -> None:
    here = Province()
    actor = reviewer_of(here)
    person = make_member("Trần Văn Một", here.commune)
    created = record_one(here, actor)
    assert attend(actor, created.id, person.id, person.id) == [person.id]
    assert attend(actor, created.id, person.id) == []


def test_somebody_without_a_unit_that_day_is_refused(app: Flask) -> None:
    here = Province()
    actor = reviewer_of(here)
    person = make_member("Trần Văn Sau", here.commune, since=date(2024, 6, 13))
    created = record_one(here, actor)
    with pytest.raises(Invalid):
        attend(actor, created.id, person.id)


def test_people_are_found_without_accents_and_no_more_once_recorded(app: Flask) -> None:
    here = Province()
    actor = reviewer_of(here)
    person = make_member("Nguyễn Văn Đạt", here.commune)
    created = record_one(here, actor)
    scope = actor.scope(Action.TRAINING_RECORD)
    found = possible_attendees("nguyen van d", created, scope, TODAY)
    assert [row.person_id for row in found] == [person.id]
    attend(actor, created.id, person.id)
    assert possible_attendees("nguyen van d", created, scope, TODAY) == []


def test_an_attendance_is_corrected_with_its_version_or_not_at_all(app: Flask) -> None:
    here = Province()
    actor = reviewer_of(here)
    person = make_member("Trần Văn Một", here.commune)
    created = record_one(here, actor)
    attend(actor, created.id, person.id)
    row = attendances_of_class(created.id, DAY, actor.scope(Action.TRAINING_SEE), TODAY)[0]
    command = trainings.CorrectAttendance(
        class_id=created.id,
        attendance_id=row.id,
        version=row.version,
        hours=Decimal(4),
        score=Decimal("8.5"),
        result=TrainingResult.NOT_COMPLETED,
    )
    corrected = trainings.correct_attendance(actor, command, MOMENT)
    assert (corrected.hours, corrected.score) == (Decimal(4), Decimal("8.5"))
    with pytest.raises(Conflict):
        trainings.correct_attendance(actor, command, MOMENT)


@pytest.mark.parametrize(
    ("field", "number", "accepted"),
    [
        ("hours", "0", False),
        ("hours", "0.5", True),
        ("hours", "999", True),
        ("hours", "999.1", False),
        ("score", "-0.01", False),
        ("score", "0", True),
        ("score", "100", True),
        ("score", "100.01", False),
    ],
)
def test_a_correction_takes_hours_and_a_score_up_to_their_limits(
    app: Flask, field: str, number: str, *, accepted: bool
) -> None:
    here = Province()
    actor = reviewer_of(here)
    person = make_member("Trần Văn Một", here.commune)
    created = record_one(here, actor)
    attend(actor, created.id, person.id)
    (row,) = attendances_of_class(created.id, DAY, actor.scope(Action.TRAINING_SEE), TODAY)
    values = {"hours": None, "score": None, field: Decimal(number)}
    command = trainings.CorrectAttendance(
        class_id=created.id,
        attendance_id=row.id,
        version=row.version,
        result=TrainingResult.COMPLETED,
        **values,
    )
    if accepted:
        corrected = trainings.correct_attendance(actor, command, MOMENT)
        assert getattr(corrected, field) == Decimal(number)
        return
    with pytest.raises(Invalid) as refusal:
        trainings.correct_attendance(actor, command, MOMENT)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_hours_out_of_range_are_refused(app: Flask) -> None:
    here = Province()
    actor = reviewer_of(here)
    person = make_member("Trần Văn Một", here.commune)
    created = record_one(here, actor)
    command = trainings.RecordAttendances(
        class_id=created.id,
        person_ids=[person.id],
        hours=Decimal(0),
        result=TrainingResult.COMPLETED,
    )
    with pytest.raises(Invalid):
        trainings.record_attendances(actor, command, MOMENT)


def test_an_attendance_recorded_by_mistake_is_taken_back(app: Flask) -> None:
    here = Province()
    actor = reviewer_of(here)
    person = make_member("Trần Văn Một", here.commune)
    created = record_one(here, actor)
    attend(actor, created.id, person.id)
    row = attendances_of_class(created.id, DAY, actor.scope(Action.TRAINING_SEE), TODAY)[0]
    trainings.remove_attendance(actor, created.id, row.id, MOMENT)
    assert attended_by(person.id) == []
    with pytest.raises(Conflict, match="có thể người khác vừa bỏ"):
        trainings.remove_attendance(actor, created.id, row.id, MOMENT)
    command = trainings.CorrectAttendance(
        class_id=created.id,
        attendance_id=row.id,
        version=1,
        hours=None,
        score=None,
        result=TrainingResult.COMPLETED,
    )
    with pytest.raises(Conflict, match="có thể người khác vừa bỏ"):
        trainings.correct_attendance(actor, command, MOMENT)


def test_an_attendance_is_taken_back_from_its_own_class_only(app: Flask) -> None:
    here = Province()
    actor = reviewer_of(here)
    person = make_member("Trần Văn Một", here.commune)
    created = record_one(here, actor)
    attend(actor, created.id, person.id)
    other = trainings.record_class(
        actor, replace(order(here.it_department.id), name="Lớp khác"), MOMENT
    )
    row = attendances_of_class(created.id, DAY, actor.scope(Action.TRAINING_SEE), TODAY)[0]
    with pytest.raises(Conflict):
        trainings.remove_attendance(actor, other.id, row.id, MOMENT)
    with pytest.raises(NotFound):
        trainings.remove_attendance(actor, 999_999, row.id, MOMENT)
    assert len(attended_by(person.id)) == 1


def test_an_officer_sees_a_class_only_through_the_own_people(app: Flask) -> None:
    here = Province()
    actor = reviewer_of(here)
    own = make_member("Trần Văn Nhà", here.commune)
    other = make_member("Trần Văn Khác", here.far_commune)
    created = record_one(here, actor)
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    scope = officer.scope(Action.TRAINING_SEE)
    attend(actor, created.id, other.id)
    assert classes(scope, TODAY) == []
    attend(actor, created.id, own.id)
    assert [row.attendees for row in classes(scope, TODAY)] == [1]
    seen = attendances_of_class(created.id, DAY, scope, TODAY)
    assert [row.person_id for row in seen] == [own.id]


def test_an_officer_records_no_training_and_a_foreign_organiser_reads_as_missing(
    app: Flask,
) -> None:
    here = Province()
    with pytest.raises(NotAllowed):
        record_one(here, make_actor(Role.UNIT_OFFICER, here.commune))
    with pytest.raises(NotFound):
        trainings.record_class(reviewer_of(here), order(999_999), MOMENT)
