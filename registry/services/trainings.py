"""Training: recording classes and who attended. It counts for the unit held that day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound, Problem
from registry.domain.permissions import Action, Actor
from registry.domain.trainings import TrainingMode, TrainingResult
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import normalise
from registry.models.base import db
from registry.models.people import Person
from registry.models.trainings import Attendance, Course, TrainingClass
from registry.queries.memberships import main_unit_id
from registry.queries.trainings import (
    attendance_in,
    attendance_of,
    class_of,
    course_by_name,
    same_class,
    topics_with_codes,
)
from registry.queries.units.on_a_day import path_on, unit_on
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time

LONGEST_CLASS_DAYS = 366
MOST_HOURS = Decimal(999)
REMOVED = "Người này không còn trong lớp: có thể người khác vừa bỏ. Tải lại trang lớp để xem."
HIGHEST_SCORE = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordClass:
    """A class: a new course is made when its name is not known yet, with these topics."""

    course: str
    topic_codes: Sequence[str]
    name: str
    starts_on: date
    ends_on: date
    place: str | None
    mode: TrainingMode
    organiser_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAttendances:
    """These people attended, with the same hours and result; a score belongs to a single person."""

    class_id: int
    person_ids: Sequence[int]
    hours: Decimal | None
    result: TrainingResult


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAttendance:
    """What was recorded of one attendance was always otherwise (Đính chính)."""

    class_id: int
    attendance_id: int
    version: int
    hours: Decimal | None
    score: Decimal | None
    result: TrainingResult


@one_at_a_time
def record_class(actor: Actor, command: RecordClass, moment: Moment) -> TrainingClass:
    """Record a class.

    Raises Invalid for impossible days, an unknown topic, or a class already recorded; NotFound for
    an organiser outside the scope.
    """
    organiser_path = path_on(command.organiser_id, moment.day)
    actor.require_on(Action.TRAINING_RECORD, organiser_path, command.organiser_id)
    _check_class(command)
    course = course_by_name(command.course)
    if course is None:
        topics = topics_with_codes(list(command.topic_codes))
        if len(topics) < len(set(command.topic_codes)):
            raise Invalid.on("topics", "Có chuyên đề không còn trong danh mục. Chọn lại.")
        course = Course(name=command.course, topics=topics)
        db.session.add(course)
        db.session.flush()
        record(actor, Event(Deed.TRAINING_CREATE_COURSE, "courses", course.id), moment)
    elif same_class(course.id, command.name, command.starts_on, command.organiser_id):
        raise Invalid.on(
            "name",
            "Lớp này đã được ghi (cùng khóa, cùng tên, cùng đơn vị tổ chức, cùng ngày khai giảng).",
        )
    training_class = TrainingClass(
        course_id=course.id,
        name=command.name,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        place=command.place,
        mode=command.mode,
        organiser_id=command.organiser_id,
    )
    db.session.add(training_class)
    db.session.flush()
    record(
        actor,
        Event(
            Deed.TRAINING_CREATE_CLASS,
            "training_classes",
            training_class.id,
            unit_id=command.organiser_id,
            details={"starts_on": command.starts_on, "ends_on": command.ends_on},
        ),
        moment,
    )
    return training_class


def _check_class(command: RecordClass) -> None:
    texts = {"course": command.course, "name": command.name, "place": command.place}
    problems = [
        Problem(field, said)
        for field, text in texts.items()
        if text and (said := refusal_of(normalise(text)))
    ]
    if command.ends_on < command.starts_on:
        problems.append(Problem("ends_on", "Ngày kết thúc không được trước ngày khai giảng."))
    elif (command.ends_on - command.starts_on).days > LONGEST_CLASS_DAYS:
        problems.append(Problem("ends_on", "Lớp dài quá một năm. Kiểm tra lại năm của hai ngày."))
    if unit_on(command.organiser_id, command.starts_on) is None:
        problems.append(
            Problem(
                "starts_on",
                "Đơn vị tổ chức chưa có hoặc không còn vào ngày khai giảng. "
                "Kiểm tra lại ngày, hoặc chọn đơn vị khác.",
            )
        )
    if problems:
        raise Invalid(problems)


@one_at_a_time
def record_attendances(
    actor: Actor, command: RecordAttendances, moment: Moment
) -> list[Attendance]:
    """Record who attended; return the new rows, leaving out who was recorded already.

    Each counts for the person's main unit on the class's first day, which must lie in the scope.
    Raises Invalid when nobody is chosen or somebody had no unit that day.
    """
    training_class = _class_of(actor, command.class_id, moment.day)
    _check_hours(command.hours)
    if not command.person_ids:
        raise Invalid.on("person_ids", "Chọn ít nhất một người đã tham dự.")
    scope = actor.scope(Action.TRAINING_RECORD)
    added = []
    for person_id in dict.fromkeys(command.person_ids):
        person = db.session.get(Person, person_id)
        unit_id = main_unit_id(person_id, training_class.starts_on) if person else None
        if unit_id is None or not scope.covers(path_on(unit_id, moment.day), unit_id):
            raise Invalid.on(
                "person_ids",
                "Có người vừa chọn không thuộc đơn vị nào vào ngày khai giảng. Tìm và chọn lại.",
            )
        if attendance_of(training_class.id, person_id) is None:
            added.append(
                Attendance(
                    class_id=training_class.id,
                    person_id=person_id,
                    unit_id=unit_id,
                    hours=command.hours,
                    result=command.result,
                )
            )
    db.session.add_all(added)
    db.session.flush()
    if added:
        record(
            actor,
            Event(
                Deed.TRAINING_RECORD_ATTENDANCE,
                "training_classes",
                training_class.id,
                unit_id=training_class.organiser_id,
                details={"people": [row.person_id for row in added]},
            ),
            moment,
        )
    return added


@one_at_a_time
def correct_attendance(actor: Actor, command: CorrectAttendance, moment: Moment) -> Attendance:
    """Correct the hours, score or result of one attendance.

    Raises Conflict when somebody saved or removed it first, Invalid for numbers out of range.
    """
    row = _attendance_of(actor, command.class_id, command.attendance_id, moment.day)
    if row.version != command.version:
        raise Conflict("Người khác vừa sửa dòng này. Tải lại trang để xem rồi nhập lại.")
    _check_hours(command.hours)
    if command.score is not None and not 0 <= command.score <= HIGHEST_SCORE:
        raise Invalid.on("score", "Nhập điểm từ 0 đến 100.")
    before = {"hours": row.hours, "score": row.score, "result": row.result}
    row.hours, row.score, row.result = command.hours, command.score, command.result
    db.session.flush()
    record(
        actor,
        Event(
            Deed.TRAINING_CORRECT_ATTENDANCE,
            "attendances",
            row.id,
            unit_id=row.unit_id,
            personal={
                "before": before,
                "after": {"hours": row.hours, "score": row.score, "result": row.result},
            },
            person_id=row.person_id,
        ),
        moment,
    )
    return row


@one_at_a_time
def remove_attendance(actor: Actor, class_id: int, attendance_id: int, moment: Moment) -> None:
    """Take back an attendance recorded by mistake; the audit keeps who it was.

    Raises Conflict when somebody was faster.
    """
    row = _attendance_of(actor, class_id, attendance_id, moment.day)
    person_id, unit_id = row.person_id, row.unit_id
    db.session.delete(row)
    db.session.flush()
    record(
        actor,
        Event(
            Deed.TRAINING_REMOVE_ATTENDANCE,
            "training_classes",
            class_id,
            unit_id=unit_id,
            details={"person": person_id},
        ),
        moment,
    )


def _class_of(actor: Actor, class_id: int, today: date) -> TrainingClass:
    found = class_of(class_id, actor.require(Action.TRAINING_RECORD), today)
    if found is None:
        raise NotFound
    return found


def _attendance_of(actor: Actor, class_id: int, attendance_id: int, today: date) -> Attendance:
    """Return an attendance of a class of the actor's, when it counts for a unit of his scope."""
    _class_of(actor, class_id, today)
    scope = actor.scope(Action.TRAINING_RECORD)
    row = attendance_in(class_id, attendance_id, scope, today)
    if row is None:
        raise Conflict(REMOVED)
    return row


def _check_hours(hours: Decimal | None) -> None:
    if hours is not None and not 0 < hours <= MOST_HOURS:
        raise Invalid.on("hours", "Số giờ phải lớn hơn 0 và không quá 999.")
