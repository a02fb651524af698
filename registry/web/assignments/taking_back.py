"""The page on which an assignment entered by mistake today is taken out."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from registry.domain.errors import NotFound
from registry.domain.permissions import Action
from registry.queries.assignments.lists import seen_assignment
from registry.services.assignments.taking_back import TakeBackAssignment, take_back_assignment
from registry.web.access import current_actor, requires
from registry.web.assignments.forms import TakeBackForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import saving
from registry.web.request import moment, today
from registry.web.seen_units import unit_as_last_known

blueprint = Blueprint("mistaken_assignments", __name__)


@blueprint.route("/phan-cong/<int:assignment_id>/go-bo", methods=["GET", "POST"])
@requires(Action.ASSIGNMENT_RECORD)
def take_back(assignment_id: int) -> ResponseReturnValue:
    """Take out an assignment that was entered by mistake today."""
    scope = current_actor().scope(Action.ASSIGNMENT_RECORD)
    form = TakeBackForm()
    if save := saving(form):
        with save:
            command = TakeBackAssignment(
                assignment_id=assignment_id,
                version=form.version.number,
                accept_gap=form.accept_gap.data,
            )
            unit_id = take_back_assignment(current_actor(), command, moment())
            place = url_for("assignments.of_unit", unit_id=unit_id)
            return save.done(place, "Đã gỡ bỏ phân công ghi nhầm.")
    row = seen_assignment(assignment_id, scope, today())
    if row is None:
        raise NotFound
    form.version.data = str(row.version)
    unit = unit_as_last_known(row.unit_id, Action.ASSIGNMENT_RECORD)
    return show_form("assignments/take_back.html", form, row=row, unit=unit)
