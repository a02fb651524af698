"""The page on which the reviewing office says which assignments it compared with their papers."""

from itertools import groupby

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from registry.domain.permissions import Action
from registry.queries.assignments.rows import AssignmentRow
from registry.queries.decisions import decisions_seen
from registry.queries.paper_checks import unchecked_assignments
from registry.queries.parameters import default_day
from registry.services import paper_checks as service
from registry.web.access import current_actor, requires
from registry.web.assignments.forms import CheckForm, check_key
from registry.web.forms.fields import ButtonForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import once, saving
from registry.web.paging import PAGE_PARAMETER, window
from registry.web.request import moment, today

blueprint = Blueprint("paper_checks", __name__)

UNCHANGED = "Không có gì thay đổi: các phân công này đã được đối chiếu."


@blueprint.route("/phan-cong/doi-chieu", methods=["GET", "POST"])
@requires(Action.ROSTER_REVIEW)
def check() -> ResponseReturnValue:
    """List what nobody compared with its paper, paper by paper; record what was."""
    form = CheckForm()
    if save := saving(form):
        with save:
            count = service.check_against_paper(current_actor(), form.chosen, moment())
            here = url_for("paper_checks.check", page=request.args.get(PAGE_PARAMETER))
            said = f"Đã ghi đối chiếu văn bản của {count} phân công." if count else UNCHANGED
            return save.done(here, said)
    actor = current_actor()
    page = unchecked_assignments(
        actor.scope(Action.ROSTER_REVIEW),
        today(),
        default_day(today()),
        window(service.MOST_AT_ONCE),
    )
    return show_form(
        "assignments/check.html",
        form,
        page=page,
        check_key=check_key,
        chosen_lines=set(form.lines.data or ()),
        chosen_papers=set(form.papers.data or ()),
        papers=[(number, list(rows)) for number, rows in groupby(page.rows, _paper)],
        seen=decisions_seen(
            (row.decision_id for row in page.rows), actor.scope(Action.DECISION_SEE), today()
        ),
    )


def _paper(row: AssignmentRow) -> int | None:
    return row.decision_id


@blueprint.post("/phan-cong/<int:assignment_id>/doi-chieu/bo")
@requires(Action.ROSTER_REVIEW)
def take_back(assignment_id: int) -> ResponseReturnValue:
    """Let an assignment not be compared with its paper after all."""
    save = once(ButtonForm())
    assignment = service.take_back(current_actor(), assignment_id, moment())
    return save.done(
        url_for("assignments.of_unit", unit_id=assignment.unit_id),
        "Đã bỏ ghi đối chiếu văn bản. Phân công vẫn được tính như trước.",
    )
