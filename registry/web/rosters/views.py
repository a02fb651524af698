"""Pages of member lists for whoever may see them (Plan 4660 IV.6)."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from registry.documents.rosters import roster_sheet
from registry.domain.audit.deeds import Deed
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Action
from registry.domain.rosters import RosterState, states_to_choose
from registry.formats.spreadsheet import table_xlsx
from registry.queries.offices import is_held
from registry.queries.paging import Window
from registry.queries.rosters.lists import RosterFilter, rosters_seen, waiting_for
from registry.services.audit import Event
from registry.web.access import current_actor, requires
from registry.web.exports import FileKind, hand_out, making_file
from registry.web.forms.choices import labelled
from registry.web.numbers import row_number
from registry.web.paging import window
from registry.web.request import today
from registry.web.rosters.desk import blueprint, shown
from registry.web.rosters.forms import VersionForm
from registry.web.rosters.pages import roster_page, seen_roster
from registry.web.tasks import asked_task

# How many of the lists that wait stand above all others; the rest is one link away.
LONGEST_WAITING = 10


@blueprint.get("")
@requires(Action.ROSTER_SEE)
def index() -> ResponseReturnValue:
    """List what waits for the reader, then every list in scope; or what one kind of work counts."""
    actor = current_actor()
    task = asked_task()
    wanted = RosterFilter(
        state=_state(request.args.get("trang_thai", "")),
        unit_id=request.args.get("don_vi", type=row_number),
        words=request.args.get("ten", "").strip()[:100],
        task=task,
    )
    return render_template(
        "rosters/index.html",
        state_choices=labelled(
            states_to_choose(districts_verify=is_held(OfficeFunction.VERIFYING, today()))
        ),
        waiting=waiting_for(actor, today(), Window(LONGEST_WAITING)),
        page=rosters_seen(actor, today(), wanted, window(50)),
        wanted=wanted,
        task=task,
    )


def _state(text: str) -> RosterState | None:
    return RosterState(text) if text in set(RosterState) else None


@blueprint.get("/<int:roster_id>")
@requires(Action.ROSTER_SEE)
def show(roster_id: int) -> ResponseReturnValue:
    """Show one list: where it stands, its lines in groups, what changed since the last approval."""
    page = roster_page(seen_roster(Action.ROSTER_SEE, roster_id))
    form = VersionForm(version=page.roster.version)
    return render_template("rosters/show.html", form=form, **shown(page))


@blueprint.get("/<int:roster_id>/excel")
@requires(Action.ROSTER_SEE)
@making_file()
def excel(roster_id: int) -> ResponseReturnValue:
    """Hand out a list as a workbook, and audit that it was taken away."""
    page = roster_page(seen_roster(Action.ROSTER_SEE, roster_id))
    sheet = roster_sheet(page.roster, page.unit_name, page.lines, page.decision, today())
    content = table_xlsx([sheet], as_of=today())
    number = page.roster.number
    details = {"number": number, "rows": len(page.lines)}
    event = Event(Deed.ROSTER_EXPORT, "rosters", roster_id, page.roster.unit_id, details)
    return hand_out(content, FileKind.XLSX, "danh-sach", roster_id, "so", number, event=event)
