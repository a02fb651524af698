"""The page on which the reviewing office says which assignments it compared with their papers."""

from itertools import groupby
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from registry.domain.permissions import Action
from registry.queries.assignments.rows import AssignmentRow
from registry.queries.decisions import decisions_seen
from registry.queries.paper_checks import unchecked_assignments
from registry.queries.parameters import default_day
from registry.queries.units.on_a_day import UnitRow
from registry.services import paper_checks as service
from registry.web.access import current_actor, requires
from registry.web.assignments.forms import CheckForm, check_key
from registry.web.forms.fields import ButtonForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import once, saving
from registry.web.numbers import row_number
from registry.web.paging import PAGE_PARAMETER, window
from registry.web.request import moment, today
from registry.web.seen_people import people_seen
from registry.web.seen_units import unit_as_last_known

blueprint = Blueprint("paper_checks", __name__)

UNIT_PARAMETER = "don-vi"
LINES_SHOWN = 25
UNCHANGED = "Không có gì thay đổi: các phân công này đã được đối chiếu."


@blueprint.route("/phan-cong/doi-chieu", methods=["GET", "POST"])
@requires(Action.ROSTER_REVIEW)
def check() -> ResponseReturnValue:
    """List what nobody compared with its paper, of all units or one; record what was."""
    unit = _unit_asked()
    form = CheckForm()
    if save := saving(form):
        with save:
            count = service.check_against_paper(current_actor(), form.chosen, moment())
            kept: dict[str, Any] = {PAGE_PARAMETER: request.args.get(PAGE_PARAMETER)}
            if unit is not None:
                kept[UNIT_PARAMETER] = str(unit.id)
            said = f"Đã ghi đối chiếu văn bản của {count} phân công." if count else UNCHANGED
            return save.done(url_for("paper_checks.check", **kept), said)
    actor = current_actor()
    page = unchecked_assignments(
        actor.scope(Action.ROSTER_REVIEW),
        today(),
        default_day(today()),
        window(LINES_SHOWN),
        unit_id=unit.id if unit else None,
    )
    return show_form(
        "assignments/check.html",
        form,
        unit=unit,
        page=page,
        people=people_seen(row.person_id for row in page.rows),
        check_key=check_key,
        chosen_lines=set(form.lines.data or ()),
        chosen_papers=set(form.papers.data or ()),
        papers=[(number, list(rows)) for number, rows in groupby(page.rows, _paper)],
        seen=decisions_seen(
            (row.decision_id for row in page.rows), actor.scope(Action.DECISION_SEE), today()
        ),
    )


def _unit_asked() -> UnitRow | None:
    """Return the unit by which the list is narrowed; raises NotFound when it is out of scope."""
    unit_id = request.args.get(UNIT_PARAMETER, type=row_number)
    return None if unit_id is None else unit_as_last_known(unit_id, Action.ROSTER_REVIEW)


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
