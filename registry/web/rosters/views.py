"""Pages of member lists (Plan 4660 IV.6)."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.documents.rosters import (
    COLUMNS,
    PAGE_LINE_COLUMNS,
    ShownLine,
    roster_sheet,
)
from registry.documents.tables import on_page
from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Action
from registry.domain.rosters import (
    LineAction,
    LineOutcome,
    Party,
    RosterState,
    Step,
    check_not_submitter,
)
from registry.domain.units.kinds import KINDS_WITHOUT_MEMBERS
from registry.formats.spreadsheet import table_xlsx
from registry.models.base import db
from registry.models.rosters import Roster
from registry.queries.rosters.lines import (
    Candidate,
    approved_members,
    party_of,
    people_to_add,
    units_to_add,
)
from registry.queries.rosters.lists import (
    RosterFilter,
    deciding_office,
    last_decided_of,
    open_rosters_of,
    person_of_account,
    rosters_in,
    usable_decisions,
    waiting_for,
)
from registry.queries.units.on_a_day import UnitRow, search, subtree, unit_on
from registry.services.audit import Event
from registry.services.decisions import ScanStore
from registry.services.rosters import deciding as service
from registry.services.rosters import drafts
from registry.web.access import current_actor, forget_actor, requires
from registry.web.exports import FileKind, hand_out
from registry.web.forms.choices import labelled
from registry.web.forms.decision_fields import accept_uploads, paper_label
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import Saving, once, saving
from registry.web.numbers import row_number
from registry.web.paging import window
from registry.web.request import moment, settings, today
from registry.web.rosters.forms import (
    AddForm,
    ApproveForm,
    ComposeForm,
    ReviewForm,
    StartForm,
    VerifyForm,
    VersionForm,
    party_key,
)
from registry.web.rosters.pages import (
    ACTION_TONES,
    ROSTER_TONES,
    STEPS,
    RosterPage,
    roster_page,
    seen_roster,
)

blueprint = Blueprint("rosters", __name__, url_prefix="/danh-sach")

UNITS_OFFERED = 30
CANDIDATES_OFFERED = 100
EVERYBODY = 1_000_000
# "?chon=khong-canh-bao": of the lines to decide on, tick those without a warning only.
TICKED, CLEAN_ONLY = "chon", "khong-canh-bao"


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {
        "columns": on_page(COLUMNS),
        "line_columns": PAGE_LINE_COLUMNS,
        "state_tones": ROSTER_TONES,
        "action_tones": ACTION_TONES,
        "step_labels": STEPS,
    }


@blueprint.get("")
@requires(Action.ROSTER_SEE)
def index() -> ResponseReturnValue:
    """List what waits for the reader, then every list in scope."""
    actor = current_actor()
    wanted = RosterFilter(
        state=_state(request.args.get("trang_thai", "")),
        unit_id=request.args.get("don_vi", type=row_number),
        words=request.args.get("ten", "").strip()[:100],
    )
    return render_template(
        "rosters/index.html",
        state_choices=labelled(RosterState),
        waiting=waiting_for(actor, today()),
        page=rosters_in(actor.scope(Action.ROSTER_SEE), today(), wanted, window(50)),
        wanted=wanted,
    )


def _state(text: str) -> RosterState | None:
    return RosterState(text) if text in set(RosterState) else None


@blueprint.route("/moi", methods=["GET", "POST"])
@requires(Action.ROSTER_COMPOSE)
def start() -> ResponseReturnValue:
    """Begin a unit's next list."""
    form = StartForm()
    if not form.is_submitted():
        form.effective_from.data = today()
        form.unit_id.data = request.args.get("unit", type=row_number)
        there = open_rosters_of([form.unit_id.data] if form.unit_id.data else [])
        for roster in there:
            seen_roster(Action.ROSTER_COMPOSE, roster.id)
            return redirect(url_for("rosters.show", roster_id=roster.id))
    units = _offered_units(form)
    form.unit_id.choices = [(unit.id, unit.shown_name) for unit in units]
    if len(units) == 1 and not form.is_submitted():
        form.unit_id.data = units[0].id
    if not form.find.data and (save := saving(form)):
        with save:
            command = drafts.StartRoster(
                unit_id=form.unit_id.data, effective_from=form.effective_from.data
            )
            roster = drafts.start(current_actor(), command, moment())
            said = f"Đã lập danh sách số {roster.number} với {len(roster.lines)} dòng."
            return save.done(url_for("rosters.compose", roster_id=roster.id), said)
    return show_form("rosters/start.html", form, hints=_hints(units))


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


@blueprint.get("/<int:roster_id>")
@requires(Action.ROSTER_SEE)
def show(roster_id: int) -> ResponseReturnValue:
    """Show one list: where it stands, its lines in groups, what changed since the last approval."""
    page = roster_page(seen_roster(Action.ROSTER_SEE, roster_id))
    return render_template(
        "rosters/show.html",
        page=page,
        form=VersionForm(version=page.roster.version),
        last=last_decided_of(page.roster.unit_id, page.roster.number),
        outcomes=LineOutcome,
        actions=LineAction,
    )


@blueprint.get("/<int:roster_id>/excel")
@requires(Action.ROSTER_SEE)
def excel(roster_id: int) -> ResponseReturnValue:
    """Hand out a list as a workbook, and audit that it was taken away."""
    page = roster_page(seen_roster(Action.ROSTER_SEE, roster_id))
    sheet = roster_sheet(page.roster, page.unit_name, page.lines, page.decision)
    content = table_xlsx([sheet], as_of=today())
    number = page.roster.number
    details = {"number": number, "rows": len(page.lines)}
    event = Event(Deed.ROSTER_EXPORT, "rosters", roster_id, page.roster.unit_id, details)
    return hand_out(content, FileKind.XLSX, "danh-sach", roster_id, "so", number, event=event)


# --- composing ---------------------------------------------------------------------------


@blueprint.route("/<int:roster_id>/soan", methods=["GET", "POST"])
@requires(Action.ROSTER_COMPOSE)
def compose(roster_id: int) -> ResponseReturnValue:
    """Edit the lines of a draft; every button saves what was typed."""
    roster = seen_roster(Action.ROSTER_COMPOSE, roster_id)
    form = ComposeForm()
    if save := saving(form):
        with save:
            command = drafts.SaveLines(
                roster_id=roster_id, version=form.version.data or 0, lines=_edits(form)
            )
            changed = drafts.save_lines(current_actor(), command, moment())
            if not (changed or form.then_add.data or form.then_check.data):
                flash("Không có gì thay đổi.", "notice")
            said = f"Đã lưu {changed} dòng." if changed else None
            return save.done(_after_saving(form, roster_id), said)
    if not form.is_submitted() and roster.state is not RosterState.DRAFT:
        return redirect(url_for("rosters.show", roster_id=roster_id))
    page = roster_page(seen_roster(Action.ROSTER_COMPOSE, roster_id))
    if not form.is_submitted():
        _fill_lines(form, page)
    return show_form("rosters/compose.html", form, page=page, rows=_by_id(page))


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
    return url_for("rosters.compose", roster_id=roster_id)


def _fill_lines(form: ComposeForm, page: RosterPage) -> None:
    form.version.data = page.roster.version
    for line in page.lines:
        form.lines.append_entry(
            {
                "line_id": line.row.id,
                "role": line.row.role.value,
                "organisation": line.row.organisation,
                "effective_from": line.row.effective_from,
            }
        )


def _by_id(page: RosterPage) -> dict[int, ShownLine]:
    return {line.row.id: line for line in page.lines}


@blueprint.route("/<int:roster_id>/them", methods=["GET", "POST"])
@requires(Action.ROSTER_COMPOSE)
def add_lines(roster_id: int) -> ResponseReturnValue:
    """Add people and units to a draft, or say which approved members change or leave."""
    roster = seen_roster(Action.ROSTER_COMPOSE, roster_id)
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
                url_for("rosters.compose", roster_id=roster_id), f"Đã thêm {added} dòng."
            )
    if not form.is_submitted():
        if roster.state is not RosterState.DRAFT:
            return redirect(url_for("rosters.show", roster_id=roster_id))
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
    command = service.RosterVersion(roster_id=roster_id, version=form.version.data or 0)
    try:
        drafts.delete(current_actor(), command, moment())
    except Conflict as refusal:
        return _changed(roster_id, refusal.message)
    return save.done(url_for("rosters.index"), "Đã xóa danh sách đang soạn.")


@blueprint.post("/<int:roster_id>/gui")
@requires(Action.ROSTER_COMPOSE)
def submit(roster_id: int) -> ResponseReturnValue:
    """Freeze a draft and hand it to the reviewing office."""
    form = VersionForm()
    save = once(form)
    command = service.RosterVersion(roster_id=roster_id, version=form.version.data or 0)

    def work() -> str:
        sent = service.submit(current_actor(), command, moment())
        return f"Đã gửi {len(sent.lines)} dòng để thẩm định. Nội dung gửi đi không sửa được nữa."

    if answer := _finish(save, roster_id, work):
        return answer
    page = roster_page(seen_roster(Action.ROSTER_COMPOSE, roster_id))
    form.version.data = page.roster.version
    return show_form(
        "rosters/show.html",
        form,
        page=page,
        last=last_decided_of(page.roster.unit_id, page.roster.number),
        outcomes=LineOutcome,
        actions=LineAction,
    )


# --- checking and deciding ---------------------------------------------------------------


@blueprint.route("/<int:roster_id>/xac-nhan", methods=["GET", "POST"])
@requires(Action.ROSTER_VERIFY)
def verify(roster_id: int) -> ResponseReturnValue:
    """Confirm a list between the unit and the reviewing office, or return it."""
    roster = _to_handle(Action.ROSTER_VERIFY, roster_id)
    form = VerifyForm()
    if save := saving(form):
        version = service.RosterVersion(roster_id=roster_id, version=form.version.data or 0)

        def work() -> str:
            if form.return_list.data:
                return _send_back(form, Step.VERIFY, roster_id, {})
            service.verify(current_actor(), version, moment())
            return "Đã xác nhận. Danh sách chờ cơ quan thẩm định."

        if answer := _finish(save, roster_id, work):
            return answer
    elif not form.is_submitted() and roster.state is not RosterState.SUBMITTED:
        return redirect(url_for("rosters.show", roster_id=roster_id))
    page = roster_page(seen_roster(Action.ROSTER_VERIFY, roster_id))
    if not form.is_submitted():
        form.version.data = page.roster.version
    return show_form("rosters/verify.html", form, page=page)


@blueprint.route("/<int:roster_id>/tham-dinh", methods=["GET", "POST"])
@requires(Action.ROSTER_REVIEW)
def review(roster_id: int) -> ResponseReturnValue:
    """Check a list, with remarks on lines, or return it."""
    roster = _to_handle(Action.ROSTER_REVIEW, roster_id)
    form = ReviewForm()
    if save := saving(form):

        def work() -> str:
            if form.return_list.data:
                return _send_back(form, Step.REVIEW, roster_id, form.remarks())
            command = service.Review(
                roster_id=roster_id, version=form.version.data or 0, remarks=form.remarks()
            )
            service.review(current_actor(), command, moment())
            return "Đã thẩm định. Danh sách chờ phê duyệt."

        if answer := _finish(save, roster_id, work):
            return answer
    elif not form.is_submitted() and roster.state not in {
        RosterState.SUBMITTED,
        RosterState.VERIFIED,
    }:
        return redirect(url_for("rosters.show", roster_id=roster_id))
    page = roster_page(seen_roster(Action.ROSTER_REVIEW, roster_id))
    if not form.is_submitted():
        form.version.data = page.roster.version
        for line in [*page.flagged, *page.clean]:
            form.lines.append_entry({"line_id": line.row.id, "remark": line.row.remark})
    return show_form("rosters/review.html", form, page=page, rows=_by_id(page))


@blueprint.route("/<int:roster_id>/phe-duyet", methods=["GET", "POST"])
@requires(Action.ROSTER_APPROVE)
def approve(roster_id: int) -> ResponseReturnValue:
    """Decide on a list line by line, or return it."""
    roster = _to_handle(Action.ROSTER_APPROVE, roster_id)
    form = ApproveForm()
    office = deciding_office(roster.unit_id, today())
    form.decision_id.choices = [("", "Nhập quyết định mới")] + [
        (decision.id, paper_label(decision))
        for decision in (usable_decisions(office.id, today()) if office else [])
    ]
    if save := saving(form):
        if answer := _finish(save, roster_id, lambda: _approve(form, roster_id)):
            return answer
    elif not form.is_submitted() and roster.state is not RosterState.REVIEWED:
        return redirect(url_for("rosters.show", roster_id=roster_id))
    page = roster_page(seen_roster(Action.ROSTER_APPROVE, roster_id))
    if not form.is_submitted():
        form.issuer.data = office.shown_name if office else None
        _fill_outcomes(form, page)
    return show_form("rosters/approve.html", form, page=page, rows=_by_id(page))


def _fill_outcomes(form: ApproveForm, page: RosterPage) -> None:
    """Tick every line, but those that cannot be carried out: their reason stands beside them."""
    form.version.data = page.roster.version
    form.content_hash.data = page.roster.content_hash
    clean_only = request.args.get(TICKED) == CLEAN_ONLY
    for line in [*page.flagged, *page.clean]:
        form.lines.append_entry(
            {
                "line_id": line.row.id,
                "approved": line.obstacle is None and not (clean_only and line.is_flagged),
                "remark": line.row.remark or line.obstacle,
            }
        )


def _approve(form: ApproveForm, roster_id: int) -> str:
    if form.return_list.data:
        return _send_back(form, Step.DECIDE, roster_id, form.remarks())
    command = service.Approve(
        roster_id=roster_id,
        version=form.version.data or 0,
        content_hash=form.content_hash.data or "",
        approved=form.approved(),
        returned=form.returned(),
        reason=form.reason.data or "",
        decision_id=form.decision_id.data,
        new_decision=form.decision(),
        accept_gap=form.accept_gap.data,
    )
    store = ScanStore(settings().files_folder, settings().scan_max_bytes)
    roster = service.approve(current_actor(), command, moment(), store)
    approved = sum(line.outcome is LineOutcome.APPROVED for line in roster.lines)
    left = len(roster.lines) - approved
    said = f"Đã phê duyệt {approved}/{len(roster.lines)} dòng."
    return f"{said} {left} dòng không phê duyệt, lý do ghi bên dưới." if left else said


def _send_back(form: Any, desk: Step, roster_id: int, remarks: dict[int, str]) -> str:
    command = service.SendBack(
        roster_id=roster_id,
        version=form.version.data or 0,
        desk=desk,
        reason=form.reason.data or "",
        remarks=remarks,
    )
    service.send_back(current_actor(), command, moment())
    return "Đã trả lại danh sách để đơn vị bổ sung."


def _to_handle(action: Action, roster_id: int) -> Roster:
    """Return a list for a step that nobody takes on the list he submitted."""
    roster = seen_roster(action, roster_id)
    submitter = person_of_account(roster.submitted_by_id)
    check_not_submitter(current_actor(), roster.submitted_by_id, submitter)
    return roster


def _finish(save: Saving, roster_id: int, work: Callable[[], str]) -> ResponseReturnValue | None:
    """Run a step and lead to its list; None when the form must be shown again."""
    with save:
        try:
            return save.done(url_for("rosters.show", roster_id=roster_id), work())
        except Conflict as refusal:
            return _changed(roster_id, refusal.message)
    return None


def _changed(roster_id: int, message: str) -> tuple[str, int]:
    """Say that somebody was faster or the list is not the one shown."""
    db.session.rollback()
    forget_actor()
    return render_template("rosters/changed.html", roster_id=roster_id, message=message), 409


accept_uploads(blueprint, approve)
