"""The page on which a later paper is said to replace or revoke an earlier one."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from registry.domain.decisions import EndKind
from registry.domain.errors import NotFound
from registry.domain.permissions import Action
from registry.models.decisions import Decision
from registry.queries.decisions import seen_decision
from registry.queries.paper_ends import holders_on, papers_that_may_end
from registry.services import paper_ends as service
from registry.web.access import current_actor, requires
from registry.web.decisions.forms import EndPaperForm
from registry.web.forms.fields import ButtonForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import once, saving
from registry.web.request import moment, today

blueprint = Blueprint("paper_ends", __name__)


@blueprint.route("/quyet-dinh/<int:decision_id>/het-hieu-luc", methods=["GET", "POST"])
@requires(Action.ASSIGNMENT_RECORD)
def end(decision_id: int) -> ResponseReturnValue:
    """Record which later paper replaces or revokes this one, wholly or for some it names."""
    decision = _own(decision_id)
    form = EndPaperForm()
    scope = current_actor().scope(Action.ASSIGNMENT_RECORD)
    form.offer(
        papers_that_may_end(decision, scope, today()), holders_on(decision_id, scope, today())
    )
    if save := saving(form):
        with save:
            service.end_paper(
                current_actor(),
                service.EndPaper(
                    decision_id=decision_id,
                    by_id=form.by_id.data,
                    kind=EndKind(form.manner.data),
                    holders=form.chosen_holders,
                    accept_gap=form.accept_gap.data,
                ),
                moment(),
            )
            return save.done(
                url_for("decisions.show", decision_id=decision_id),
                "Đã ghi văn bản thay thế, bãi bỏ.",
            )
    return show_form("decisions/end.html", form, decision=_own(decision_id))


@blueprint.post("/quyet-dinh/<int:decision_id>/het-hieu-luc/<int:end_id>/bo")
@requires(Action.ASSIGNMENT_RECORD)
def take_back(decision_id: int, end_id: int) -> ResponseReturnValue:
    """Let it not be so after all."""
    save = once(ButtonForm())
    service.take_back_end(current_actor(), decision_id, end_id, moment())
    return save.done(
        url_for("decisions.show", decision_id=decision_id),
        "Đã bỏ ghi thay thế, bãi bỏ. Văn bản có hiệu lực như trước.",
    )


def _own(decision_id: int) -> Decision:
    scope = current_actor().scope(Action.ASSIGNMENT_RECORD)
    decision = seen_decision(decision_id, scope, today())
    if decision is None:
        raise NotFound
    return decision
