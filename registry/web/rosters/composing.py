"""The officer's desk: a unit's list is begun, composed and submitted."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from registry.documents.rosters import ShownLine
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Action
from registry.domain.rosters import Party, Step
from registry.domain.units.kinds import KINDS_WITHOUT_MEMBERS
from registry.domain.vietnamese.writing import format_number
from registry.models.rosters import Roster
from registry.queries.paging import page_of_rows
from registry.queries.rosters.lines import (
    Candidate,
    approved_members,
    party_of,
    people_to_add,
    units_to_add,
)
from registry.queries.rosters.lists import open_rosters_of
from registry.queries.units.names import kind_as_last_known
from registry.queries.units.on_a_day import UnitRow, path_on, search, subtree, unit_on
from registry.services.rosters import deciding as service
from registry.services.rosters import drafts
from registry.web.access import current_actor, requires
from registry.web.forms.choices import role_choices
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import once, saving
from registry.web.numbers import row_number
from registry.web.paging import PAGE_PARAMETER, window
from registry.web.request import moment, today
from registry.web.rosters.desk import (
    blueprint,
    by_id,
    list_at,
    shown,
    told_when_changed,
    version_shown,
)
from registry.web.rosters.forms import AddForm, ComposeForm, StartForm, VersionForm, party_key
from registry.web.rosters.pages import roster_page, seen_roster

UNITS_OFFERED = 30
CANDIDATES_OFFERED = 100
EVERYBODY = 1_000_000
LINES_AT_ONCE = 50


@blueprint.route("/moi", methods=["GET", "POST"])
@requires(Action.ROSTER_COMPOSE)
def start() -> ResponseReturnValue:
    """Begin a unit's next list."""
    form = StartForm()
    if not form.is_submitted():
        form.effective_from.data = today()
        form.unit_id.data = _unit_asked()
        for roster in open_rosters_of([form.unit_id.data] if form.unit_id.data else []):
            return redirect(url_for("rosters.show", roster_id=roster.id))
    units = _offered_units(form)
    form.unit_id.choices = [(unit.id, f"{unit.shown_name}{unit.place}") for unit in units]
    if len(units) == 1 and not form.is_submitted():
        form.unit_id.data = units[0].id
    if not form.find.data and (save := saving(form)):
        with save:
            command = drafts.StartRoster(
                unit_id=form.unit_id.data, effective_from=form.effective_from.data
            )
            roster = drafts.start(current_actor(), command, moment())
            said = (
                f"Đã lập danh sách số {roster.number} với {format_number(len(roster.lines))} dòng."
            )
            return save.done(url_for("rosters.compose", roster_id=roster.id), said)
    return show_form("rosters/start.html", form, hints=_hints(units))


def _unit_asked() -> int | None:
    """Return the unit the address names; raises NotFound for one that is not the visitor's."""
    unit_id = request.args.get("unit", type=row_number)
    if unit_id is not None:
        path = path_on(unit_id, today())
        current_actor().require_on(Action.ROSTER_COMPOSE, path, unit_id)
    return unit_id


def _offered_units(form: StartForm) -> list[UnitRow]:
    """Return the units to choose from: those found, else one's own; with the one chosen already."""
    scope = current_actor().scope(Action.ROSTER_COMPOSE)
    words, day = form.unit_query.data or "", today()
    if words:
        found = [answer.row for answer in search(words, day, scope=scope, today=day)]
    else:
        below = [unit for prefix in scope.prefixes for unit in subtree(prefix, day)]
        found = sorted(below, key=lambda unit: (unit.path.count("/"), unit.code, unit.name))
    offered = [unit for unit in found if unit.kind not in KINDS_WITHOUT_MEMBERS][:UNITS_OFFERED]
    chosen = unit_on(form.unit_id.data, day) if form.unit_id.data else None
    if chosen and scope.covers(chosen.path, chosen.id) and chosen not in offered:
        offered.insert(0, chosen)
    return offered


def _hints(units: Sequence[UnitRow]) -> dict[str, str]:
    return {
        str(roster.unit_id): f"Đang có danh sách số {roster.number}: {roster.state.label}"
        for roster in open_rosters_of(unit.id for unit in units)
    }


@blueprint.route("/<int:roster_id>/soan", methods=["GET", "POST"])
@requires(Action.ROSTER_COMPOSE)
def compose(roster_id: int) -> ResponseReturnValue:
    """Edit the lines of a draft; every button saves what was typed."""
    list_at(Step.SUBMIT, roster_id)
    form = ComposeForm()
    if save := saving(form):
        with save:
            command = drafts.SaveLines(
                roster_id=roster_id, version=form.version.data or 0, lines=_edits(form)
            )
            changed = drafts.save_lines(current_actor(), command, moment())
            if not (changed or form.goes_on()):
                flash("Không có gì thay đổi.", "notice")
            said = f"Đã lưu {format_number(changed)} dòng." if changed else None
            return save.done(_after_saving(form, roster_id), said)
    page = roster_page(seen_roster(Action.ROSTER_COMPOSE, roster_id))
    part = page_of_rows(window(LINES_AT_ONCE), page.lines)
    if not form.is_submitted():
        _fill_lines(form, page.roster.version, part.rows)
    roles = role_choices(kind_as_last_known(page.roster.unit_id, today()))
    return show_form(
        "rosters/compose.html", form, page=page, part=part, rows=by_id(page), roles=roles
    )


def _edits(form: ComposeForm) -> tuple[drafts.LineEdit, ...]:
    return tuple(
        drafts.LineEdit(
            line_id=row.form.line_id.data or 0,
            role=MemberRole(row.form.role.data),
            organisation=row.form.organisation.data,
            effective_from=row.form.effective_from.data,
            remove=row.form.remove.data,
        )
        for row in form.lines
    )


def _after_saving(form: ComposeForm, roster_id: int) -> str:
    if form.then_add.data:
        return url_for("rosters.add_lines", roster_id=roster_id)
    if form.then_check.data:
        return url_for("rosters.show", roster_id=roster_id)
    at = window(LINES_AT_ONCE)
    cursor = at.cursor
    if form.then_next.data:
        lines = seen_roster(Action.ROSTER_COMPOSE, roster_id).lines
        cursor = page_of_rows(at, lines).next or cursor
    shown_next: dict[str, Any] = {PAGE_PARAMETER: cursor} if cursor else {}
    return url_for("rosters.compose", roster_id=roster_id, **shown_next)


def _fill_lines(form: ComposeForm, version: int, lines: Sequence[ShownLine]) -> None:
    form.version.data = version
    for line in lines:
        form.lines.append_entry(
            {
                "line_id": line.row.id,
                "role": line.row.role.value,
                "organisation": line.row.organisation,
                "effective_from": line.row.effective_from,
            }
        )


@blueprint.route("/<int:roster_id>/them", methods=["GET", "POST"])
@requires(Action.ROSTER_COMPOSE)
def add_lines(roster_id: int) -> ResponseReturnValue:
    """Add people and units to a draft, or say which approved members change or leave."""
    roster = list_at(Step.SUBMIT, roster_id)
    form = AddForm()
    if not form.find.data and (save := saving(form)):
        with save:
            command = drafts.AddLines(
                roster_id=roster_id,
                version=form.version.data or 0,
                add=form.parties("add"),
                change=form.parties("change"),
                end=form.parties("end"),
                effective_from=form.effective_from.data,
            )
            added = drafts.add_lines(current_actor(), command, moment())
            return save.done(
                url_for("rosters.compose", roster_id=roster_id),
                f"Đã thêm {format_number(added)} dòng.",
            )
    if not form.is_submitted():
        form.version.data = roster.version
        form.effective_from.data = roster.lines[0].effective_from if roster.lines else today()
    return show_form("rosters/add_lines.html", form, **_who_may_join(roster_id, form))


def _who_may_join(roster_id: int, form: AddForm) -> dict[str, Any]:
    roster = seen_roster(Action.ROSTER_COMPOSE, roster_id)
    people, people_left = _candidates(people_to_add, roster, form)
    units, units_left = _candidates(units_to_add, roster, form)
    there = {party_of(line) for line in roster.lines}
    approved = [
        (Party(row.person_id, row.member_unit_id), row)
        for row in approved_members(roster.unit_id, today())
    ]
    return {
        "page": roster_page(roster),
        "kind": kind_as_last_known(roster.unit_id, today()),
        "people": people,
        "units": units,
        "people_left": people_left,
        "units_left": units_left,
        "approved": [(party_key(party), row) for party, row in approved if party not in there],
    }


def _candidates(
    find: Callable[[Roster, str, date, int], tuple[list[Candidate], int]],
    roster: Roster,
    form: AddForm,
) -> tuple[list[tuple[str, Candidate]], int]:
    """Return who is offered, and how many more there are; a search keeps those ticked before."""
    found, total = find(roster, form.words.data or "", today(), CANDIDATES_OFFERED)
    ticked = set(form.parties("add")) - {one.party for one in found}
    everybody = find(roster, "", today(), EVERYBODY)[0] if ticked else []
    kept = [one for one in everybody if one.party in ticked]
    return [(party_key(one.party), one) for one in kept + found], total - len(found)


@blueprint.post("/<int:roster_id>/xoa")
@requires(Action.ROSTER_COMPOSE)
def delete(roster_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    form = VersionForm()
    save = once(form)
    with told_when_changed(roster_id):
        drafts.delete(current_actor(), version_shown(form, roster_id), moment())
    return save.done(url_for("rosters.index"), "Đã xóa danh sách đang soạn.")


@blueprint.post("/<int:roster_id>/gui")
@requires(Action.ROSTER_COMPOSE)
def submit(roster_id: int) -> ResponseReturnValue:
    """Freeze a draft and hand it to the reviewing office."""
    form = VersionForm()
    save = once(form)
    with save, told_when_changed(roster_id):
        sent = service.submit(current_actor(), version_shown(form, roster_id), moment())
        return save.done(
            url_for("rosters.show", roster_id=roster_id),
            f"Đã gửi {format_number(len(sent.lines))} dòng để thẩm định. "
            "Nội dung gửi đi không sửa được nữa.",
        )
    page = roster_page(seen_roster(Action.ROSTER_COMPOSE, roster_id))
    form.version.data = page.roster.version
    return show_form("rosters/show.html", form, **shown(page))
