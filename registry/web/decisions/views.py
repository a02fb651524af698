"""Pages of decisions."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.documents.decisions import COLUMNS
from registry.documents.tables import on_page
from registry.domain.audit.deeds import Deed
from registry.domain.decisions import PaperForce, force_of
from registry.domain.errors import NotFound
from registry.domain.permissions import Action
from registry.domain.tasks import Task
from registry.models.decisions import Decision
from registry.queries.assignments.counting import not_counting
from registry.queries.assignments.lists import assignments_on_decision
from registry.queries.audit import done_on
from registry.queries.decisions import (
    decisions_of_unit,
    incomplete_decisions,
    rosters_on_decision,
    seen_decision,
)
from registry.queries.paper_ends import ends_of
from registry.queries.tasks import LACKS
from registry.queries.units.names import last_listed_names
from registry.queries.units.on_a_day import path_on, units_by_id
from registry.services import decisions as service
from registry.services.audit import Event
from registry.services.files import read_file
from registry.web.access import current_actor, requires
from registry.web.decisions.forms import (
    AttachScanForm,
    CorrectDecisionForm,
    RecordDecisionForm,
)
from registry.web.exports import hand_out_stored
from registry.web.forms.choices import labelled
from registry.web.forms.decision_fields import (
    accept_uploads,
    decision_typed,
    fill_paper,
    paper_values,
    uploaded_scan,
)
from registry.web.forms.fields import ButtonForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import saving
from registry.web.paging import window
from registry.web.request import moment, settings, today
from registry.web.seen_people import people_seen
from registry.web.seen_units import unit_as_last_known
from registry.web.tasks import asked_task

blueprint = Blueprint("decisions", __name__)

NOTHING_DIFFERS = "Không có nội dung nào khác với văn bản đang lưu; chưa ghi gì thêm."


def _seen(decision_id: int, action: Action) -> Decision:
    decision = seen_decision(decision_id, current_actor().scope(action), today())
    if decision is None:
        raise NotFound
    return decision


def _may_record(unit_id: int) -> bool:
    scope = current_actor().scope(Action.ASSIGNMENT_RECORD)
    return scope.covers(path_on(unit_id, today()), unit_id)


@blueprint.get("/don-vi/<int:unit_id>/van-ban")
@requires(Action.DECISION_SEE)
def of_unit(unit_id: int) -> ResponseReturnValue:
    """List the decisions recorded for a unit."""
    unit = unit_as_last_known(unit_id, Action.DECISION_SEE)
    return render_template(
        "decisions/of_unit.html",
        columns=on_page(COLUMNS),
        unit=unit,
        decisions=decisions_of_unit(unit_id),
        may_record=_may_record(unit_id),
    )


@blueprint.get("/van-ban-con-thieu")
@requires(Action.ASSIGNMENT_RECORD)
def incomplete() -> ResponseReturnValue:
    """List the decisions the visitor may complete: those without day, or those without scan."""
    task = asked_task() or Task.DECISIONS_WITHOUT_DAY
    scope = current_actor().scope(task.action)
    page = incomplete_decisions(LACKS[task], scope, today(), window(50))
    return render_template(
        "decisions/incomplete.html",
        columns=on_page(COLUMNS),
        task=task,
        choices=labelled(LACKS),
        page=page,
        names=last_listed_names((decision.unit_id for decision in page.rows), today()),
    )


@blueprint.route("/don-vi/<int:unit_id>/van-ban/moi", methods=["GET", "POST"])
@requires(Action.ASSIGNMENT_RECORD)
def record(unit_id: int) -> ResponseReturnValue:
    """Record a decision of a unit."""
    unit = unit_as_last_known(unit_id, Action.ASSIGNMENT_RECORD)
    form = RecordDecisionForm()
    if save := saving(form):
        with save:
            decision = service.record_decision(
                current_actor(), decision_typed(form, unit_id), moment(), settings().scan_store
            )
            return save.done(
                url_for("decisions.show", decision_id=decision.id),
                f"Đã ghi {decision.name}.",
                *service.oddities_of(decision, today()),
            )
    return show_form("decisions/record.html", form, unit=unit)


@blueprint.get("/quyet-dinh/<int:decision_id>")
@requires(Action.DECISION_SEE)
def show(decision_id: int) -> ResponseReturnValue:
    """Show a decision and everything that hangs on it, as far as the scope reaches."""
    decision = _seen(decision_id, Action.DECISION_SEE)
    actor = current_actor()
    assignments = assignments_on_decision(decision.id, actor.scope(Action.ASSIGNMENT_SEE), today())
    rosters = rosters_on_decision(decision.id, actor.scope(Action.ROSTER_SEE), today())
    return render_template(
        "decisions/show.html",
        decision=decision,
        of_another=not decision.is_own and force_of(decision.kind) is not PaperForce.NOTHING,
        unit=unit_as_last_known(decision.unit_id, Action.DECISION_SEE),
        assignments=assignments,
        people=people_seen(row.person_id for row in assignments),
        why_not=not_counting(assignments, today()),
        rosters=rosters,
        roster_units=units_by_id([roster.unit_id for roster in rosters], today()),
        may_correct=_may_record(decision.unit_id),
        of_today=_may_record(decision.unit_id)
        and decision.id in done_on(Deed.DECISION_RECORD, "decisions", [decision.id], today()),
        ends=ends_of(decision.id, actor.scope(Action.ASSIGNMENT_SEE), today()),
        take_back=ButtonForm(),
    )


@blueprint.route("/quyet-dinh/<int:decision_id>/dinh-chinh", methods=["GET", "POST"])
@requires(Action.ASSIGNMENT_RECORD)
def correct(decision_id: int) -> ResponseReturnValue:
    """Correct what a decision says, or complete what was not known."""
    decision = _seen(decision_id, Action.ASSIGNMENT_RECORD)
    form = CorrectDecisionForm()
    if request.method == "GET":
        fill_paper(form, decision)
        form.version.data = str(decision.version)
    if save := saving(form):
        with save:
            corrected = service.correct_decision(
                current_actor(),
                service.CorrectDecision(
                    decision_id=decision_id,
                    version=form.version.number,
                    accept_gap=form.accept_gap.data,
                    **paper_values(form),
                ),
                moment(),
            )
            location = url_for("decisions.show", decision_id=decision_id)
            if corrected.version == form.version.number:
                flash(NOTHING_DIFFERS, "notice")
                return save.done(location)
            said = f"Đã lưu {corrected.name}. Các phân công theo văn bản này giữ nguyên thời gian."
            return save.done(location, said, *service.oddities_of(corrected, today()))
    stored = _seen(decision_id, Action.ASSIGNMENT_RECORD)
    return show_form(
        "decisions/correct.html",
        form,
        decision=stored,
        saved_meanwhile=_saved_meanwhile(form, stored),
    )


def _saved_meanwhile(form: CorrectDecisionForm | AttachScanForm, stored: Decision) -> bool:
    """Tell whether the form began from an older version; the next sending then begins from this."""
    if form.version.data == str(stored.version):
        return False
    form.version.data = str(stored.version)
    form.version.raw_data = None
    return True


@blueprint.route("/quyet-dinh/<int:decision_id>/ban-quet", methods=["GET", "POST"])
@requires(Action.ASSIGNMENT_RECORD)
def attach_scan(decision_id: int) -> ResponseReturnValue:
    """Put a scan to a decision, or replace it."""
    decision = _seen(decision_id, Action.ASSIGNMENT_RECORD)
    form = AttachScanForm()
    if request.method == "GET":
        form.version.data = str(decision.version)
    if save := saving(form):
        with save:
            scan = uploaded_scan(form.scan) or service.Scan(name="", content=b"")
            attached = service.attach_scan(
                current_actor(),
                service.AttachScan(decision_id=decision_id, version=form.version.number, scan=scan),
                moment(),
                settings().scan_store,
            )
            return save.done(
                url_for("decisions.show", decision_id=decision_id),
                f"Đã lưu bản quét của {attached.name}.",
            )
    stored = _seen(decision_id, Action.ASSIGNMENT_RECORD)
    return show_form(
        "decisions/attach_scan.html",
        form,
        decision=stored,
        saved_meanwhile=_saved_meanwhile(form, stored),
    )


@blueprint.get("/quyet-dinh/<int:decision_id>/tep")
@requires(Action.DECISION_SEE)
def download(decision_id: int) -> ResponseReturnValue:
    """Hand out the scan as a file to save: never shown as a page of this site."""
    decision = _seen(decision_id, Action.DECISION_SEE)
    if decision.file is None:
        raise NotFound
    content = read_file(decision.file, settings().files_folder)
    event = Event(Deed.DECISION_EXPORT, "decisions", decision_id, unit_id=decision.unit_id)
    return hand_out_stored(content, decision.file, event=event)


accept_uploads(blueprint, record, attach_scan)
