"""The page on which a unit says that it has no focal point."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from registry.domain.permissions import Action
from registry.queries.coverage.records import vacancy_report
from registry.services import vacancy_reports as service
from registry.web.access import current_actor, requires
from registry.web.assignments.forms import VacancyForm, WithdrawForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import once, saving
from registry.web.request import moment, today
from registry.web.seen_units import unit_as_last_known

blueprint = Blueprint("vacancies", __name__)


@blueprint.route("/don-vi/<int:unit_id>/chua-bo-tri", methods=["GET", "POST"])
@requires(Action.ASSIGNMENT_RECORD)
def report(unit_id: int) -> ResponseReturnValue:
    """Let a unit report since when it has no focal point."""
    unit = unit_as_last_known(unit_id, Action.ASSIGNMENT_RECORD)
    form = VacancyForm()
    if save := saving(form):
        with save:
            service.report_vacancy(current_actor(), unit_id, form.since.data, moment())
            return save.done(
                url_for("assignments.of_unit", unit_id=unit_id),
                "Đã ghi: đơn vị báo chưa bố trí đầu mối.",
            )
    elif not form.is_submitted():
        form.since.data = today()
    return show_form("assignments/report_vacancy.html", form, unit=unit)


@blueprint.post("/don-vi/<int:unit_id>/chua-bo-tri/bo")
@requires(Action.ASSIGNMENT_RECORD)
def withdraw(unit_id: int) -> ResponseReturnValue:
    """Take the report back that the page showed."""
    unit_as_last_known(unit_id, Action.ASSIGNMENT_RECORD)
    form = WithdrawForm()
    save = once(form)
    place = url_for("assignments.of_unit", unit_id=unit_id)
    since = vacancy_report(unit_id, today())
    if since is None or since.isoformat() != form.since.data:  # somebody else was first
        return save.done(place, None, service.WITHDRAWN)
    service.withdraw_report(current_actor(), unit_id, since, moment())
    return save.done(place, "Đã rút báo cáo chưa bố trí đầu mối.")
