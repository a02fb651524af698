"""What the desks of member lists share: whose turn it is, and that somebody may be faster."""

from collections.abc import Iterator
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
from registry.domain.errors import Conflict
from registry.domain.rosters import (
    TURNS,
    LineAction,
    LineOutcome,
    Step,
    check_not_submitter,
    steps_from,
)
from registry.models.base import db
from registry.models.rosters import Roster
from registry.queries.rosters.lists import last_decided_of, person_of_account
from registry.services.rosters import deciding as service
from registry.services.rosters.turns import RosterVersion
from registry.web.access import current_actor, forget_actor
from registry.web.request import moment
from registry.web.rosters.forms import ApproveForm, ReviewForm, VerifyForm, VersionForm
from registry.web.rosters.pages import STEPS, RosterPage, seen_roster

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
    the scope, NotAllowed for who submitted the list when the step is another's.
    """
    turn = TURNS[step]
    roster = seen_roster(turn.action, roster_id)
    if turn.by_another:
        submitter = person_of_account(roster.submitted_by_id)
        check_not_submitter(current_actor(), roster.submitted_by_id, submitter)
    if request.method != "POST" and step not in steps_from(roster.state):
        abort(redirect(url_for("rosters.show", roster_id=roster_id)))
    return roster


@contextmanager
def told_when_changed(roster_id: int) -> Iterator[None]:
    """Answer with a page of its own when somebody was faster or the list is not the one shown."""
    try:
        yield
    except Conflict as refusal:
        db.session.rollback()
        forget_actor()
        page = render_template("rosters/changed.html", roster_id=roster_id, message=refusal.message)
        abort(make_response(page, 409))


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
