"""The deciding authority's desk: a list is approved line by line, or returned."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from registry.domain.permissions import Action
from registry.domain.rosters import LineOutcome, Step
from registry.queries.rosters.lists import deciding_office, usable_decisions
from registry.services.decisions import ScanStore
from registry.services.rosters import deciding as service
from registry.web.access import current_actor, requires
from registry.web.forms.decision_fields import accept_uploads, paper_label
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import saving
from registry.web.request import moment, settings, today
from registry.web.rosters.desk import blueprint, by_id, list_at, send_back, told_when_changed
from registry.web.rosters.forms import ApproveForm
from registry.web.rosters.pages import RosterPage, roster_page, seen_roster

# "?chon=khong-canh-bao": of the lines to decide on, tick those without a warning only.
TICKED, CLEAN_ONLY = "chon", "khong-canh-bao"


@blueprint.route("/<int:roster_id>/phe-duyet", methods=["GET", "POST"])
@requires(Action.ROSTER_APPROVE)
def approve(roster_id: int) -> ResponseReturnValue:
    """Decide on a list line by line, or return it."""
    roster = list_at(Step.DECIDE, roster_id)
    form = ApproveForm()
    office = deciding_office(roster.unit_id, today())
    form.decision_id.choices = [("", "Nhập quyết định mới")] + [
        (decision.id, paper_label(decision))
        for decision in (usable_decisions(office.id, today()) if office else [])
    ]
    if save := saving(form):
        with save, told_when_changed(roster_id):
            said = _decide(form, roster_id)
            return save.done(url_for("rosters.show", roster_id=roster_id), said)
    page = roster_page(seen_roster(Action.ROSTER_APPROVE, roster_id))
    if not form.is_submitted():
        form.issuer.data = office.shown_name if office else None
        _fill_outcomes(form, page)
    return show_form("rosters/approve.html", form, page=page, rows=by_id(page))


def _fill_outcomes(form: ApproveForm, page: RosterPage) -> None:
    """Tick every line, but those that cannot be carried out: their reason stands beside them."""
    form.version.data = page.roster.version
    form.content_hash.data = page.roster.content_hash
    clean_only = request.args.get(TICKED) == CLEAN_ONLY
    for line in [*page.flagged, *page.clean]:
        form.lines.append_entry(
            {
                "line_id": line.row.id,
                "approved": line.obstacle is None and not (clean_only and line.is_flagged),
                "remark": line.row.remark or line.obstacle,
            }
        )


def _decide(form: ApproveForm, roster_id: int) -> str:
    """Approve or return the list as typed, and say what came of it."""
    if form.return_list.data:
        return send_back(form, Step.DECIDE, roster_id, form.remarks())
    command = service.Approve(
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
    store = ScanStore(settings().files_folder, settings().scan_max_bytes)
    done = service.approve(current_actor(), command, moment(), store)
    lines = done.roster.lines
    approved = sum(line.outcome is LineOutcome.APPROVED for line in lines)
    left = len(lines) - approved
    said = f"Đã phê duyệt {approved}/{len(lines)} dòng."
    if left:
        said += f" {left} dòng không phê duyệt, lý do ghi bên dưới."
    if done.assignments_ended:
        said += f" Đã kết thúc {done.assignments_ended} phân công của người thôi tham gia."
    return said


accept_uploads(blueprint, approve)
