"""Pages of training."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.documents.tables import on_page
from registry.documents.trainings import ATTENDANCE_COLUMNS, CLASS_COLUMNS, CLASS_FACTS
from registry.domain.errors import Conflict, NotFound
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Action
from registry.domain.trainings import TrainingResult
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.trainings import TrainingClass
from registry.queries.offices import office_of
from registry.queries.parameters import home_unit
from registry.queries.trainings import (
    ClassRow,
    PossibleAttendee,
    all_topics,
    attendance_in,
    attendances_of_class,
    class_of,
    classes,
    course_names,
    possible_attendees,
)
from registry.queries.units.on_a_day import subtree, unit_on
from registry.services import trainings as service
from registry.web.access import current_actor, requires
from registry.web.forms.fields import ButtonForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import once, saving
from registry.web.request import moment, today
from registry.web.seen_people import people_seen
from registry.web.tasks import asked_task, scope_of
from registry.web.trainings.forms import (
    AttendanceForm,
    ClassForm,
    CorrectAttendanceForm,
    FindPeopleForm,
)

blueprint = Blueprint("trainings", __name__)

# Who holds classes: the kinds of units offered as organiser.
_ORGANISERS = (
    UnitKind.DEPARTMENT,
    UnitKind.SECTION,
    UnitKind.DISTRICT,
    UnitKind.MASS_ORGANISATION,
    UnitKind.ENTERPRISE,
)


@blueprint.get("/tap-huan")
@requires(Action.TRAINING_SEE)
def index() -> ResponseReturnValue:
    """List the classes."""
    task = asked_task()
    scope = scope_of(task, Action.TRAINING_SEE)
    rows = classes(scope, today(), only_without_attendance=task is not None)
    return render_template(
        "trainings/index.html", columns=on_page(CLASS_COLUMNS), rows=rows, task=task
    )


@blueprint.route("/tap-huan/moi", methods=["GET", "POST"])
@requires(Action.TRAINING_RECORD)
def create() -> ResponseReturnValue:
    """Record a class."""
    form = ClassForm()
    form.topics.choices = [(topic.code, topic.name) for topic in all_topics()]
    form.organiser.choices = _organisers()
    if save := saving(form):
        with save:
            created = service.record_class(current_actor(), form.command(), moment())
            return save.done(
                url_for("trainings.show", class_id=created.id),
                "Đã ghi lớp. Bây giờ ghi người tham dự.",
            )
    return show_form("trainings/create.html", form, courses=course_names())


def _organisers() -> list[tuple[int, str]]:
    """Offer the reviewing office first, then the others of the scope."""
    scope = current_actor().scope(Action.TRAINING_RECORD)
    home = home_unit(today())
    rows = subtree(home.path, today(), kinds=_ORGANISERS, scope=scope)
    office = office_of(OfficeFunction.REVIEWING, home.path, today())
    rows.sort(key=lambda row: office is None or row.id != office.id)
    return [(row.id, row.shown_name) for row in rows]


def _class_seen(class_id: int) -> ClassRow:
    found = classes(current_actor().scope(Action.TRAINING_SEE), today(), class_id)
    if not found:
        raise NotFound
    return found[0]


def _may_record(class_id: int) -> bool:
    """Tell whether the reader's scope organised the class: who only sent somebody records none."""
    scope = current_actor().scope(Action.TRAINING_RECORD)
    return class_of(class_id, scope, today()) is not None


def _class_to_record(class_id: int) -> ClassRow:
    if not _may_record(class_id):
        raise NotFound
    return _class_seen(class_id)


@blueprint.get("/tap-huan/<int:class_id>")
@requires(Action.TRAINING_SEE)
def show(class_id: int) -> ResponseReturnValue:
    """Show a class and who attended, as far as the scope reaches."""
    row = _class_seen(class_id)
    attendances = attendances_of_class(
        class_id, row.starts_on, current_actor().scope(Action.TRAINING_SEE), today()
    )
    return render_template(
        "trainings/show.html",
        columns=on_page(ATTENDANCE_COLUMNS),
        row=row,
        facts=CLASS_FACTS,
        organiser=unit_on(row.organiser_id, row.starts_on),
        may_record=_may_record(class_id),
        class_id=class_id,
        remove_form=ButtonForm(),
        attendances=attendances,
        people=people_seen(one.person_id for one in attendances),
    )


@blueprint.route("/tap-huan/<int:class_id>/diem-danh", methods=["GET", "POST"])
@requires(Action.TRAINING_RECORD)
def attend(class_id: int) -> ResponseReturnValue:
    """Find people and record that they attended."""
    row = _class_to_record(class_id)
    search = FindPeopleForm(request.args)
    form = AttendanceForm()
    if save := saving(form):
        with save:
            wanted = len(set(form.person_ids.data or []))
            added = service.record_attendances(
                current_actor(),
                service.RecordAttendances(
                    class_id=class_id,
                    person_ids=form.person_ids.data or [],
                    hours=form.hours.data,
                    result=TrainingResult(form.result.data),
                ),
                moment(),
            )
            said = f"Đã ghi {len(added)} người tham dự." if added else None
            answer = save.done(url_for("trainings.attend", class_id=class_id), said)
            if len(added) < wanted:
                there = wanted - len(added)
                flash(f"{there} người đã được ghi từ trước nên không ghi lại.", "notice")
            return answer
    return show_form(
        "trainings/attend.html",
        form,
        row=row,
        search=search,
        chosen=set(form.person_ids.data or []),
        found=_found(class_id, search.ten.data or ""),
    )


def _found(class_id: int, text: str) -> list[PossibleAttendee]:
    training_class = db.session.get_one(TrainingClass, class_id)
    scope = current_actor().scope(Action.TRAINING_RECORD)
    return possible_attendees(text, training_class, scope, today())


@blueprint.route(
    "/tap-huan/<int:class_id>/tham-du/<int:attendance_id>/dinh-chinh", methods=["GET", "POST"]
)
@requires(Action.TRAINING_RECORD)
def correct(class_id: int, attendance_id: int) -> ResponseReturnValue:
    """Correct one attendance."""
    row = _class_to_record(class_id)
    form = CorrectAttendanceForm()
    if save := saving(form):
        with save:
            service.correct_attendance(
                current_actor(),
                service.CorrectAttendance(
                    class_id=class_id,
                    attendance_id=attendance_id,
                    version=form.version.number,
                    hours=form.hours.data,
                    score=form.score.data,
                    result=TrainingResult(form.result.data),
                ),
                moment(),
            )
            return save.done(url_for("trainings.show", class_id=row.id), "Đã đính chính.")
    scope = current_actor().scope(Action.TRAINING_RECORD)
    attendance = attendance_in(class_id, attendance_id, scope, today())
    if attendance is None:
        raise Conflict(service.REMOVED) if form.is_submitted() else NotFound
    if not form.is_submitted():
        form.version.data = attendance.version
        form.hours.data, form.score.data = attendance.hours, attendance.score
        form.result.data = attendance.result.value
    return show_form(
        "trainings/correct.html",
        form,
        row=row,
        person=attendance.person,
    )


@blueprint.post("/tap-huan/<int:class_id>/tham-du/<int:attendance_id>/xoa")
@requires(Action.TRAINING_RECORD)
def remove(class_id: int, attendance_id: int) -> ResponseReturnValue:
    """Take back an attendance recorded by mistake."""
    save = once(ButtonForm())
    service.remove_attendance(current_actor(), class_id, attendance_id, moment())
    return save.done(url_for("trainings.show", class_id=class_id), "Đã bỏ một người khỏi lớp.")
