"""What the desks of member lists share: whose turn it is, and that somebody may be faster."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for

from registry.documents.rosters import (
    ACTION_TONES,
    COLUMNS,
    PAGE_LINE_COLUMNS,
    ROSTER_TONES,
    ShownLine,
)
from registry.documents.tables import on_page
from registry.domain.errors import Conflict, Gone
from registry.domain.rosters import (
    TURNS,
    LineAction,
    LineOutcome,
    Step,
    check_takes_part_in_nothing,
    next_state,
    steps_from,
)
from registry.domain.tasks import Task
from registry.models.base import db
from registry.models.rosters import Roster
from registry.queries.paging import Window
from registry.queries.rosters.lists import (
    RosterFilter,
    involved_in,
    last_decided_of,
    rosters_seen,
    unit_name_until,
)
from registry.services.rosters import deciding as service
from registry.services.rosters.turns import RosterVersion
from registry.web.access import current_actor
from registry.web.forms.showing import undo
from registry.web.request import moment
from registry.web.rosters.forms import ApproveForm, ReviewForm, VerifyForm, VersionForm
from registry.web.rosters.pages import STEPS, RosterPage, roster_page, seen_roster

blueprint = Blueprint("rosters", __name__, url_prefix="/danh-sach")


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {
        "columns": on_page(COLUMNS),
        "line_columns": PAGE_LINE_COLUMNS,
        "state_tones": ROSTER_TONES,
        "action_tones": ACTION_TONES,
        "step_labels": STEPS,
    }


def list_at(step: Step, roster_id: int) -> Roster:
    """Return the list on which the reader is to take a step.

    Who only looks is led to the list's page when it waits for another step. Raises NotFound outside
    the scope, NotAllowed for who has to do with the list when the step is another's.
    """
    turn = TURNS[step]
    roster = seen_roster(turn.action, roster_id)
    if turn.by_another:
        check_takes_part_in_nothing(current_actor(), step, involved_in(roster))
    if request.method != "POST" and step not in steps_from(roster.state):
        abort(redirect(url_for("rosters.show", roster_id=roster_id)))
    return roster


@contextmanager
def told_when_changed(roster_id: int) -> Iterator[None]:
    """Answer with a page of its own when somebody was faster or the list is not the one shown."""
    try:
        yield
    except Gone:
        raise
    except Conflict as refusal:
        undo()
        page = render_template("rosters/changed.html", roster_id=roster_id, message=refusal.message)
        abort(make_response(page, 409))


def page_at(step: Step, roster_id: int) -> RosterPage:
    """Return what the page of a desk shows of a list.

    A form sent for a list that waits for another step, or was never submitted, is answered with the
    page that says so: the desk has nothing to show of it.
    """
    with told_when_changed(roster_id):
        roster = seen_roster(TURNS[step].action, roster_id)
        next_state(roster.state, step)
        return roster_page(roster)


def version_shown(form: VersionForm, roster_id: int) -> RosterVersion:
    """Return the list in the version that the form was filled from."""
    return RosterVersion(roster_id=roster_id, version=form.version.data or 0)


def send_back(
    form: VerifyForm | ReviewForm | ApproveForm, desk: Step, roster_id: int, remarks: dict[int, str]
) -> str:
    """Return the whole list from a desk, with the reason typed; say so in words."""
    command = service.SendBack(
        roster_id=roster_id,
        version=form.version.data or 0,
        desk=desk,
        reason=form.reason.data or "",
        remarks=remarks,
    )
    service.send_back(current_actor(), command, moment())
    return "Đã trả lại danh sách để đơn vị bổ sung."


def folded(
    entries: Iterable[Any], lines: dict[int, ShownLine], stands_out: Callable[[Any], bool]
) -> dict[str, Any]:
    """Return a form's rows to read, and those without a warning, to be folded.

    `unfolded` tells that one of the latter stands out all the same, or has something wrong.
    """
    rows = [entry.form for entry in entries if entry.form.line_id.data in lines]
    clean = [row for row in rows if not lines[row.line_id.data].is_flagged]
    return {
        "flagged": [row for row in rows if lines[row.line_id.data].is_flagged],
        "clean": clean,
        "unfolded": any(stands_out(row) or row.errors for row in clean),
    }


# The page of each desk, and the work that waits there.
_DESKS = {
    Step.VERIFY: ("rosters.verify", Task.ROSTERS_TO_VERIFY),
    Step.REVIEW: ("rosters.review", Task.ROSTERS_TO_REVIEW),
    Step.DECIDE: ("rosters.approve", Task.ROSTERS_TO_DECIDE),
}


def led_on(step: Step, roster_id: int, said: str) -> tuple[str, str]:
    """Return where a desk goes after a step, and what it says of the list it leaves.

    To the list that has waited longest there; to the list itself when no other waits.
    """
    endpoint, task = _DESKS[step]
    waiting = rosters_seen(current_actor(), moment().day, RosterFilter(task=task), Window(1))
    following = next(iter(waiting.rows), None)
    if following is None:
        return url_for("rosters.show", roster_id=roster_id), said
    left = db.session.get_one(Roster, roster_id)
    name = unit_name_until(left.unit_id, moment().day)
    left_behind = f"{name}, danh sách số {left.number}: {said}"
    following_words = f"Còn {waiting.total} danh sách chờ, dưới đây là danh sách chờ lâu nhất."
    return url_for(endpoint, roster_id=following.id), f"{left_behind} {following_words}"


def shown(page: RosterPage) -> dict[str, Any]:
    """Return what the page of one list shows beside its form."""
    return {
        "page": page,
        "last": last_decided_of(page.roster.unit_id, page.roster.number),
        "outcomes": LineOutcome,
        "actions": LineAction,
    }


def by_id(page: RosterPage) -> dict[int, ShownLine]:
    """Return the lines of a page by their number in the database, as forms name them."""
    return {line.row.id: line for line in page.lines}
