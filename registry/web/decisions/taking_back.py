"""The page on which a paper recorded by mistake today is taken out."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from registry.domain.errors import NotFound
from registry.domain.permissions import Action
from registry.queries.decisions import seen_decision
from registry.services.mistaken_papers import take_back_decision
from registry.web.access import current_actor, requires
from registry.web.decisions.forms import TakeBackForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import saving
from registry.web.request import moment, today

blueprint = Blueprint("mistaken_papers", __name__)


@blueprint.route("/quyet-dinh/<int:decision_id>/go-bo", methods=["GET", "POST"])
@requires(Action.ASSIGNMENT_RECORD)
def take_back(decision_id: int) -> ResponseReturnValue:
    """Take out a paper that was recorded by mistake today."""
    form = TakeBackForm()
    if save := saving(form):
        with save:
            version = form.version.number
            unit_id = take_back_decision(current_actor(), decision_id, version, moment())
            place = url_for("decisions.of_unit", unit_id=unit_id)
            return save.done(place, "Đã gỡ bỏ văn bản ghi nhầm.")
    scope = current_actor().scope(Action.ASSIGNMENT_RECORD)
    decision = seen_decision(decision_id, scope, today())
    if decision is None:
        raise NotFound
    form.version.data = str(decision.version)
    return show_form("decisions/take_back.html", form, decision=decision)
