"""The deciding authority's desk: a list is approved line by line, or returned."""

from enum import StrEnum
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue

from registry.documents.rosters import ShownLine
from registry.domain.errors import Invalid
from registry.domain.permissions import Action
from registry.domain.rosters import LineOutcome, Step
from registry.domain.vietnamese.writing import format_number
from registry.models.base import db
from registry.models.decisions import Decision
from registry.queries.rosters.lists import deciding_office, usable_decisions
from registry.services.decisions import oddities_of
from registry.services.rosters import deciding as service
from registry.web.access import current_actor, requires
from registry.web.forms.decision_fields import accept_uploads, paper_label
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import saving
from registry.web.request import moment, settings, today
from registry.web.rosters.desk import (
    blueprint,
    by_id,
    folded,
    led_on,
    list_at,
    page_at,
    send_back,
    told_when_changed,
)
from registry.web.rosters.forms import ApproveForm
from registry.web.rosters.pages import RosterPage


class Choice(StrEnum):
    """Which lines a button ticks, without deciding on anything; `KEEP` leaves the ticks alone.

    A form's first button is also what the Enter key presses in a field: it must decide on nothing.
    """

    KEEP = "keep"
    CLEAN = "clean"
    ALL = "all"


@blueprint.route("/<int:roster_id>/phe-duyet", methods=["GET", "POST"])
@requires(Action.ROSTER_APPROVE)
def approve(roster_id: int) -> ResponseReturnValue:
    """Decide on a list line by line, or return it; then go on to the next list that waits."""
    roster = list_at(Step.DECIDE, roster_id)
    form = ApproveForm()
    office = deciding_office(roster.unit_id, today())
    form.decision_id.choices = [("", "Nhập quyết định mới")] + [
        (decision.id, paper_label(decision))
        for decision in (usable_decisions(office.id, today()) if office else [])
    ]
    if form.choose.data:
        _ask_for_scan_again(form)
    elif save := saving(form):
        with save, told_when_changed(roster_id):
            said, *oddities = _decide(form, roster_id)
            return save.done(*led_on(Step.DECIDE, roster_id, said), *oddities)
    elif form.is_submitted() and not form.return_list.data:
        with told_when_changed(roster_id):
            _name_all_problems(form, roster_id)
    page = page_at(Step.DECIDE, roster_id)
    if not form.is_submitted():
        form.issuer.data = office.shown_name if office else None
        _fill_outcomes(form, page)
    lines = by_id(page)
    if form.choose.data in set(Choice):
        _tick(form, lines, Choice(form.choose.data))
    return show_form(
        "rosters/approve.html", form, page=page, rows=lines, choices=Choice, **_chosen(form, lines)
    )


def _name_all_problems(form: ApproveForm, roster_id: int) -> None:
    """Put beside what is wrong with single fields what else stands in the approval's way."""
    try:
        service.check_approval(current_actor(), _command(form, roster_id), moment())
    except Invalid as refusal:
        for problem in refusal.problems:
            if problem.field not in form or not form[problem.field].errors:
                form.add_problem(problem.field, problem.message)


def _fill_outcomes(form: ApproveForm, page: RosterPage) -> None:
    """Tick every line, but those that cannot be carried out: their reason stands beside them."""
    form.version.data = page.roster.version
    form.content_hash.data = page.roster.content_hash
    for line in [*page.flagged, *page.clean]:
        form.lines.append_entry(
            {
                "line_id": line.row.id,
                "approved": line.obstacle is None,
                "remark": line.row.remark or line.obstacle,
            }
        )


def _tick(form: ApproveForm, lines: dict[int, ShownLine], choice: Choice) -> None:
    """Set the ticks a button asks for, and leave all that was typed as it is."""
    for entry in form.lines:
        line = lines.get(entry.form.line_id.data or 0)
        if choice is not Choice.KEEP and line is not None:
            entry.form.approved.data = line.obstacle is None and not (
                choice is Choice.CLEAN and line.is_flagged
            )


def _chosen(form: ApproveForm, lines: dict[int, ShownLine]) -> dict[str, Any]:
    """Return the rows to read and those to fold, how many are ticked, and the decision so far."""
    rows = folded(form.lines, lines, lambda row: not row.approved.data)
    named = dict(form.decision_id.choices).get(form.decision_id.data, "")
    return {
        **rows,
        "approved": sum(bool(row.approved.data) for row in (*rows["flagged"], *rows["clean"])),
        "decision_named": named if form.decision_id.data else form.number.data,
    }


def _ask_for_scan_again(form: ApproveForm) -> None:
    if getattr(form.scan.data, "filename", None):
        flash("Chọn lại tệp bản quét: trang vừa tải lại nên tệp chưa được lưu.", "notice")


def _decide(form: ApproveForm, roster_id: int) -> tuple[str, ...]:
    """Approve or return the list as typed; say what came of it, then what looks odd."""
    if form.return_list.data:
        return (send_back(form, Step.DECIDE, roster_id, form.remarks()),)
    command = _command(form, roster_id)
    store = settings().scan_store
    done = service.approve(current_actor(), command, moment(), store)
    roster = done.roster
    approved = sum(line.outcome is LineOutcome.APPROVED for line in roster.lines)
    left = len(roster.lines) - approved
    said = f"Đã phê duyệt {format_number(approved)}/{format_number(len(roster.lines))} dòng."
    if left:
        said += f" {format_number(left)} dòng không phê duyệt, lý do ghi trong danh sách."
    if done.assignments_ended:
        said += f" Đã kết thúc {format_number(done.assignments_ended)} phân công "
        said += "của người thôi tham gia."
    decided = db.session.get_one(Decision, roster.decision_id)
    return said, *oddities_of(decided, today())


def _command(form: ApproveForm, roster_id: int) -> service.Approve:
    return service.Approve(
        roster_id=roster_id,
        version=form.version.data or 0,
        content_hash=form.content_hash.data or "",
        approved=form.approved(),
        returned=form.returned(),
        reason=form.reason.data or "",
        decision_id=form.decision_id.data,
        new_decision=form.decision(),
        accept_gap=form.accept_gap.data,
    )


accept_uploads(blueprint, approve)
