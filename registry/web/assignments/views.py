"""Pages of assignments."""

from datetime import date

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.documents.assignments import (
    ending_columns,
    ending_sheet,
    waiting_columns,
    waiting_sheet,
    waits_because,
)
from registry.documents.tables import on_page
from registry.domain.assignments import AbsenceKind, AssignmentRole
from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, NotFound
from registry.domain.permissions import Action
from registry.domain.tasks import Task
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_day
from registry.formats.spreadsheet import Sheet, table_xlsx
from registry.models.assignments import Assignment, AssignmentAbsence
from registry.models.decisions import Decision
from registry.queries.assignments.absences import (
    absence_to_change,
    absences_of_line,
    acting_names,
    others_to_act,
)
from registry.queries.assignments.counting import (
    focal_points_counting,
    given_by_law,
    not_counting,
)
from registry.queries.assignments.ending import Ending, by_month, endings, ends_soon, why_they_end
from registry.queries.assignments.holders import Holder
from registry.queries.assignments.lists import (
    WaitingFilter,
    assignments_of_unit,
    seen_assignment,
    waiting_for_decision,
)
from registry.queries.assignments.rows import AssignmentRow, in_order
from registry.queries.audit import done_on
from registry.queries.coverage.enterprise_staff import has_enterprise_staff
from registry.queries.coverage.records import vacancy_report
from registry.queries.coverage.required import is_required
from registry.queries.decisions import decisions_of_unit, decisions_seen
from registry.queries.paging import page_of_rows
from registry.queries.reorganisations.ahead import written_end
from registry.queries.units.on_a_day import UnitRow, path_on
from registry.services.assignments import changes as service
from registry.services.assignments.absences import TAKEN_BACK, set_absence
from registry.services.assignments.commands import (
    ChangeAssignment,
    CorrectAssignment,
    EndAssignment,
    RecordAssignment,
    SetAbsence,
)
from registry.services.assignments.oddities import warnings_about
from registry.services.audit import Event
from registry.web.access import current_actor, requires
from registry.web.assignments.forms import (
    NEW_DECISION,
    NO_DECISION,
    AbsenceForm,
    EditAssignmentForm,
    EndAssignmentForm,
    RecordAssignmentForm,
    WaitingForm,
    WithdrawForm,
    holder_value,
)
from registry.web.assignments.holders import offer_holders
from registry.web.exports import FileKind, hand_out, making_file
from registry.web.forms.decision_fields import accept_uploads
from registry.web.forms.fields import CORRECTION, ButtonForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import once, saving
from registry.web.numbers import row_number
from registry.web.paging import window
from registry.web.request import moment, settings, today
from registry.web.seen_people import people_seen
from registry.web.seen_units import unit_as_last_known
from registry.web.shown_day import shown_day
from registry.web.tasks import asked_task, scope_of

blueprint = Blueprint("assignments", __name__)

ABSENCE = "lan"  # the number of the absence to be changed


@blueprint.get("/don-vi/<int:unit_id>/phan-cong")
@requires(Action.ASSIGNMENT_SEE)
def of_unit(unit_id: int) -> ResponseReturnValue:
    """Show who holds which role of a unit: now, to come, and in the past."""
    unit = unit_as_last_known(unit_id, Action.ASSIGNMENT_SEE)
    rows = assignments_of_unit(unit_id, None)
    present = in_order(row for row in rows if row.period.contains(today()))
    why_not = not_counting(present, today())
    reported = vacancy_report(unit_id, today())
    may_record = _may(Action.ASSIGNMENT_RECORD, unit_id)
    ids = [row.id for row in rows] if may_record else []
    return render_template(
        "assignments/of_unit.html",
        unit=unit,
        people=people_seen(row.person_id for row in rows),
        counting=len(focal_points_counting(unit_id, today())),
        required=is_required(unit_id, today()),
        sections=(
            ("Đang hiệu lực", [row for row in present if row.id not in why_not]),
            ("Không được tính", [row for row in present if row.id in why_not]),
            ("Chưa đến ngày bắt đầu", [row for row in rows if row.valid_from > today()]),
            ("Đã kết thúc", [row for row in rows if row.valid_to and row.valid_to <= today()]),
        ),
        why_not=why_not,
        by_law=given_by_law(present, why_not, today()),
        acting=acting_names(present, today()),
        confirm_form=ButtonForm(),
        may_check=_may(Action.ROSTER_REVIEW, unit_id),
        take_back_check=ButtonForm(),
        recorded=_just_recorded(rows),
        may_record=may_record,
        of_today=done_on(Deed.ASSIGNMENT_RECORD, "assignments", ids, today()),
        may_record_support=may_record and _sees_enterprises(),
        reported=reported,
        withdraw=WithdrawForm(since=reported.isoformat() if reported else None),
    )


def _just_recorded(rows: list[AssignmentRow]) -> AssignmentRow | None:
    """Return the row the address names as recorded a moment ago, to offer the next step."""
    number = request.args.get("ghi", type=row_number)
    return next((row for row in rows if row.id == number), None)


def _sees_enterprises() -> bool:
    return has_enterprise_staff(current_actor().scope(Action.ASSIGNMENT_RECORD), today())


def _may(action: Action, unit_id: int) -> bool:
    return current_actor().scope(action).covers(path_on(unit_id, today()), unit_id)


@blueprint.route("/don-vi/<int:unit_id>/phan-cong/moi", methods=["GET", "POST"])
@requires(Action.ASSIGNMENT_RECORD)
def record(unit_id: int) -> ResponseReturnValue:
    """Record an assignment, with the decision it rests on."""
    unit = unit_as_last_known(unit_id, Action.ASSIGNMENT_RECORD)
    form = RecordAssignmentForm()
    decisions = decisions_of_unit(unit_id)
    form.offer_decisions(decisions)
    if request.method == "GET":
        _prefill(form, unit, decisions)
    if not _is_search() and (save := saving(form)):
        with save:
            assignment = service.record_assignment(
                current_actor(),
                RecordAssignment(
                    unit_id=unit_id,
                    details=form.details(unit_id),
                    valid_from=form.valid_from.data,
                    valid_to=form.valid_to.data,
                    successor_id=form.successor_id.data,
                ),
                moment(),
                settings().scan_store,
            )
            warnings = warnings_about(assignment, today())
            return save.done(_page_of(assignment), "Đã ghi phân công.", *warnings)
    found = offer_holders(form, unit, form.valid_from.data)
    form.offer_parts([unit_id])
    return show_form("assignments/record.html", form, unit=unit, found=found)


def _page_of(assignment: Assignment) -> str:
    return url_for("assignments.of_unit", unit_id=assignment.unit_id, ghi=assignment.id)


def _is_search() -> bool:
    """Tell whether the form was sent to look for a person, not to be saved."""
    return "find" in request.form


def _prefill(form: RecordAssignmentForm, unit: UnitRow, decisions: list[Decision]) -> None:
    """Begin with what the link to this page says, and with today."""
    role = request.args.get("vai-tro", "")
    form.role.data = role if role in set(AssignmentRole) else AssignmentRole.FOCAL_POINT.value
    form.valid_from.data = _day_asked() or today()
    decision_id = request.args.get("quyet-dinh", type=row_number)
    if any(decision.id == decision_id for decision in decisions):
        form.decision_choice.data = f"d{decision_id}"
    elif not decisions:
        form.decision_choice.data = NEW_DECISION
    form.issuer.data = unit.shown_name


def _day_asked() -> date | None:
    try:
        return date.fromisoformat(request.args.get("tu-ngay", ""))
    except ValueError:
        return None


def _seen(assignment_id: int) -> AssignmentRow:
    row = seen_assignment(assignment_id, current_actor().scope(Action.ASSIGNMENT_RECORD), today())
    if row is None:
        raise NotFound
    return row


@blueprint.route("/phan-cong/<int:assignment_id>/sua", methods=["GET", "POST"])
@requires(Action.ASSIGNMENT_RECORD)
def edit(assignment_id: int) -> ResponseReturnValue:
    """Correct an assignment, or change it from a day on."""
    row = _seen(assignment_id)
    form = EditAssignmentForm()
    decisions = decisions_of_unit(row.unit_id)
    form.offer_decisions(decisions)
    _offer_present_decision(form, row)
    if request.method == "GET":
        _fill(form, row)
    if not _is_search() and (save := saving(form)):
        with save:
            assignment = _save(form, row)
            return save.done(_page_of(assignment))
    stored = _seen(assignment_id)
    unit = unit_as_last_known(stored.unit_id, Action.ASSIGNMENT_RECORD)
    found = offer_holders(form, unit, form.change_from.data or form.valid_from.data, stored)
    return show_form(
        "assignments/edit.html",
        form,
        unit=unit,
        row=stored,
        found=found,
        saved_meanwhile=_saved_meanwhile(form, stored),
    )


def _offer_present_decision(form: EditAssignmentForm, row: AssignmentRow) -> None:
    """Keep the decision in force among the choices, also when it is another unit's."""
    if row.decision_id is not None and f"d{row.decision_id}" not in form.decision_choice.choices:
        present = (f"d{row.decision_id}", f"{row.decision_name} (đang ghi)")
        form.decision_choice.choices = [present, *form.decision_choice.choices.items()]


def _fill(form: EditAssignmentForm, row: AssignmentRow) -> None:
    form.holder.data = holder_value(Holder(row.person_id, row.section_id))
    form.role.data = row.role.value
    form.duty.data = row.duty.value
    form.concurrent_fields.data = row.concurrent_fields
    form.dedicated_basis.data = row.dedicated_basis
    form.valid_from.data = row.valid_from
    form.valid_to.data = _end(row)
    form.decision_choice.data = f"d{row.decision_id}" if row.decision_id else NO_DECISION
    form.version.data = str(row.version)
    form.days_shown.data = _days(row)


def _days(row: AssignmentRow) -> str:
    end = _end(row)
    return f"{row.valid_from.isoformat()}|{end.isoformat() if end else ''}"


def _end(row: AssignmentRow) -> date | None:
    """Return the end that was written; one that a reorganisation brings is no end of the duty."""
    return written_end(Assignment, row.id, row.valid_to, today())


def _save(form: EditAssignmentForm, row: AssignmentRow) -> Assignment:
    details = form.details(row.unit_id)
    version = form.version.number
    if form.change_kind.data == CORRECTION:
        assignment = service.correct_assignment(
            current_actor(),
            CorrectAssignment(
                assignment_id=row.id,
                version=version,
                details=details,
                valid_from=form.valid_from.data,
                valid_to=form.valid_to.data,
                accept_gap=form.accept_gap.data,
            ),
            moment(),
            settings().scan_store,
        )
        if assignment.version == version:
            flash("Không có nội dung nào khác với phân công đang lưu; chưa ghi gì thêm.", "notice")
            return assignment
        flash("Đã đính chính phân công.", "success")
    else:
        assignment = service.change_assignment(
            current_actor(),
            ChangeAssignment(
                assignment_id=row.id,
                version=version,
                details=details,
                change_from=form.change_from.data,
                accept_gap=form.accept_gap.data,
            ),
            moment(),
            settings().scan_store,
        )
        flash(
            f"Đã thay đổi phân công từ ngày {format_day(assignment.valid_from)}. "
            "Nội dung trước ngày đó được giữ trong lịch sử.",
            "success",
        )
    for warning in warnings_about(assignment, today()):
        flash(warning, "warning")
    return assignment


def _saved_meanwhile(form: EditAssignmentForm | EndAssignmentForm, stored: AssignmentRow) -> bool:
    """Tell whether the form began from an older version; the next sending then begins from this."""
    if form.version.data == str(stored.version):
        return False
    form.version.data = str(stored.version)
    if isinstance(form, EditAssignmentForm):
        form.days_shown.data = _days(stored)
    return True


@blueprint.route("/phan-cong/<int:assignment_id>/ket-thuc", methods=["GET", "POST"])
@requires(Action.ASSIGNMENT_RECORD)
def end(assignment_id: int) -> ResponseReturnValue:
    """End an assignment from a day on."""
    row = _seen(assignment_id)
    form = EndAssignmentForm()
    if request.method == "GET":
        form.version.data = str(row.version)
    if save := saving(form):
        with save:
            ended = service.end_assignment(
                current_actor(),
                EndAssignment(
                    assignment_id=assignment_id,
                    version=form.version.number,
                    ends_on=form.ends_on.data,
                    reason=form.reason.data,
                    accept_gap=form.accept_gap.data,
                ),
                moment(),
            )
            return save.done(
                url_for("assignments.of_unit", unit_id=ended.unit_id),
                f"Đã ghi kết thúc phân công từ ngày {format_day(form.ends_on.data)}.",
            )
    stored = _seen(assignment_id)
    counting = focal_points_counting(stored.unit_id, today())
    return show_form(
        "assignments/end.html",
        form,
        row=stored,
        unit=unit_as_last_known(stored.unit_id, Action.ASSIGNMENT_RECORD),
        is_last=[found.id for found in counting] == [stored.id],
        saved_meanwhile=_saved_meanwhile(form, stored),
    )


@blueprint.route("/phan-cong/<int:assignment_id>/tam-vang", methods=["GET", "POST"])
@requires(Action.ASSIGNMENT_RECORD)
def absence(assignment_id: int) -> ResponseReturnValue:
    """Record that a holder is away, or change an absence: that named, else the one not over yet."""
    row = _seen(assignment_id)
    number = request.args.get(ABSENCE, type=row_number)
    form = AbsenceForm()
    others = others_to_act(row)
    form.offer(others)
    if save := saving(form):
        with save:
            set_absence(
                current_actor(),
                SetAbsence(
                    assignment_id=assignment_id,
                    absence_id=number,
                    version=form.version.number,
                    kind=AbsenceKind(form.kind.data),
                    valid_from=form.valid_from.data,
                    valid_to=form.valid_to.data,
                    acting_id=form.acting_id(),
                    taken_back=form.taken_back.data,
                    accept_gap=form.accept_gap.data,
                ),
                moment(),
            )
            said = "Đã bỏ tạm vắng." if form.taken_back.data else "Đã ghi tạm vắng."
            return save.done(url_for("assignments.of_unit", unit_id=row.unit_id), said)
    stored = absence_to_change(row.line_id, number, today())
    if stored is None and number is not None:
        raise Conflict(TAKEN_BACK) if form.is_submitted() else NotFound
    if not form.is_submitted():
        _fill_absence(form, stored, others)
    return show_form(
        "assignments/absence.html",
        form,
        row=row,
        unit=unit_as_last_known(row.unit_id, Action.ASSIGNMENT_RECORD),
        stored=stored,
        others=others,
        earlier=[one for one in absences_of_line(row.line_id) if one is not stored],
    )


def _fill_absence(
    form: AbsenceForm, stored: AssignmentAbsence | None, others: list[AssignmentRow]
) -> None:
    form.version.data = str(stored.version if stored else 0)
    if stored is not None:
        form.kind.data = stored.kind.value
        form.valid_from.data, form.valid_to.data = stored.valid_from, stored.valid_to
        acting = (str(row.id) for row in others if row.line_id == stored.acting_line_id)
        form.acting.data = next(acting, "")


@blueprint.post("/phan-cong/<int:assignment_id>/tiep-tuc")
@requires(Action.ASSIGNMENT_RECORD)
def confirm(assignment_id: int) -> ResponseReturnValue:
    """Let an assignment go on from today, whose holder was no member and came back."""
    save = once(ButtonForm())
    confirmed = service.confirm_assignment(current_actor(), assignment_id, moment())
    return save.done(
        url_for("assignments.of_unit", unit_id=confirmed.unit_id),
        f"Đã xác nhận phân công tiếp tục từ ngày {format_day(today())}.",
    )


@blueprint.get("/phan-cong/cho-quyet-dinh")
@requires(Action.ASSIGNMENT_SEE)
def waiting() -> ResponseReturnValue:
    """List what waits for a decision, as of a day."""
    form = WaitingForm(request.args)
    shown = shown_day()
    rows = _waiting(form, shown.day)
    page = page_of_rows(window(50), rows)
    carried_over = sum(row.is_carried_over(shown.day) for row in rows)
    why_not = not_counting(page.rows, shown.day)
    return render_template(
        "assignments/waiting.html",
        task=_asked(),
        page=page,
        people=people_seen(row.person_id for row in page.rows),
        counts={"undecided": len(rows) - carried_over, "carried_over": carried_over},
        columns=on_page(waiting_columns(shown.day, why_not)),
        reasons={row.id: waits_because(row, shown.day, why_not) for row in page.rows},
        filters=form,
        undecided=[row for row in page.rows if not row.is_carried_over(shown.day)],
        carried_over=[row for row in page.rows if row.is_carried_over(shown.day)],
        shown=shown,
    )


def _waiting(form: WaitingForm, day: date) -> list[AssignmentRow]:
    if not form.validate():
        return []
    task = _asked()
    return waiting_for_decision(
        scope_of(task, Action.ASSIGNMENT_SEE),
        today(),
        day,
        WaitingFilter(
            unit=form.q.data or "",
            kind=UnitKind(form.kind.data) if form.kind.data else None,
            role=AssignmentRole(form.role.data) if form.role.data else None,
            carried_over=None if task is None else task is Task.ASSIGNMENTS_CARRIED_OVER,
        ),
    )


def _asked() -> Task | None:
    return asked_task("assignments.waiting")


@blueprint.get("/phan-cong/cho-quyet-dinh.xlsx")
@requires(Action.ASSIGNMENT_SEE)
@making_file()
def waiting_excel() -> ResponseReturnValue:
    """Give the same list as a workbook."""
    day = shown_day().day
    rows = _waiting(WaitingForm(request.args), day)
    sheet = waiting_sheet(rows, day, not_counting(rows, day))
    return _workbook(sheet, len(rows), "cho-quyet-dinh", day)


def _workbook(sheet: Sheet, rows: int, name: str, day: date) -> ResponseReturnValue:
    details = {"rows": rows, "as_of": day}
    event = Event(Deed.ASSIGNMENT_EXPORT, "assignments", None, details=details)
    return hand_out(table_xlsx([sheet], as_of=day), FileKind.XLSX, name, day, event=event)


@blueprint.get("/phan-cong/sap-ket-thuc")
@requires(Action.ASSIGNMENT_SEE)
def ending() -> ResponseReturnValue:
    """List the focal points that are known to end within 90 days, by 30, 60 and 90."""
    shown = shown_day()
    page = page_of_rows(window(50), _ending(shown.day))
    papers = (one.row.decision_id for one in page.rows)
    return render_template(
        "assignments/ending.html",
        task=asked_task(),
        page=page,
        people=people_seen(one.row.person_id for one in page.rows),
        groups=by_month(page.rows, shown.day),
        columns=on_page(ending_columns(why_they_end(page.rows))),
        seen=decisions_seen(papers, current_actor().scope(Action.DECISION_SEE), today()),
        shown=shown,
    )


def _ending(day: date) -> list[Ending]:
    scope = scope_of(asked_task("assignments.ending"), Action.ASSIGNMENT_SEE)
    return endings(ends_soon(scope, today(), day), day)


@blueprint.get("/phan-cong/sap-ket-thuc.xlsx")
@requires(Action.ASSIGNMENT_SEE)
@making_file()
def ending_excel() -> ResponseReturnValue:
    """Give the same list as a workbook."""
    day = shown_day().day
    rows = _ending(day)
    sheet = ending_sheet(rows, day, why_they_end(rows))
    return _workbook(sheet, len(rows), "sap-ket-thuc", day)


accept_uploads(blueprint, record, edit)
