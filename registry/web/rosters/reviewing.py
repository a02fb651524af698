"""The desks between the unit and the deciding authority: a list is verified and reviewed."""

from flask.typing import ResponseReturnValue

from registry.domain.permissions import Action
from registry.domain.rosters import Step
from registry.services.rosters import deciding as service
from registry.web.access import current_actor, requires
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import saving
from registry.web.request import moment
from registry.web.rosters.desk import (
    blueprint,
    by_id,
    folded,
    led_on,
    list_at,
    page_at,
    send_back,
    told_when_changed,
    version_shown,
)
from registry.web.rosters.forms import ReviewForm, VerifyForm


@blueprint.route("/<int:roster_id>/xac-nhan", methods=["GET", "POST"])
@requires(Action.ROSTER_VERIFY)
def verify(roster_id: int) -> ResponseReturnValue:
    """Confirm a list between the unit and the reviewing office, or return it."""
    list_at(Step.VERIFY, roster_id)
    form = VerifyForm()
    if save := saving(form):
        with save, told_when_changed(roster_id):
            if form.return_list.data:
                said = send_back(form, Step.VERIFY, roster_id, {})
            else:
                service.verify(current_actor(), version_shown(form, roster_id), moment())
                said = "Đã xác nhận. Danh sách chờ cơ quan thẩm định."
            return save.done(*led_on(Step.VERIFY, roster_id, said))
    page = page_at(Step.VERIFY, roster_id)
    if not form.is_submitted():
        form.version.data = page.roster.version
    return show_form("rosters/verify.html", form, page=page)


@blueprint.route("/<int:roster_id>/tham-dinh", methods=["GET", "POST"])
@requires(Action.ROSTER_REVIEW)
def review(roster_id: int) -> ResponseReturnValue:
    """Check a list, with remarks on lines, or return it."""
    list_at(Step.REVIEW, roster_id)
    form = ReviewForm()
    if save := saving(form):
        with save, told_when_changed(roster_id):
            if form.return_list.data:
                said = send_back(form, Step.REVIEW, roster_id, form.remarks())
            else:
                command = service.Review(
                    roster_id=roster_id, version=form.version.data or 0, remarks=form.remarks()
                )
                service.review(current_actor(), command, moment())
                said = "Đã thẩm định. Danh sách chờ phê duyệt."
            return save.done(*led_on(Step.REVIEW, roster_id, said))
    page = page_at(Step.REVIEW, roster_id)
    if not form.is_submitted():
        form.version.data = page.roster.version
        for line in [*page.flagged, *page.clean]:
            form.lines.append_entry({"line_id": line.row.id, "remark": line.row.remark})
    lines = by_id(page)
    return show_form(
        "rosters/review.html",
        form,
        page=page,
        rows=lines,
        **folded(form.lines, lines, lambda row: bool(row.remark.data)),
    )
