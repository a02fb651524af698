"""Pages of the reorganisation desk."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.documents.reorganisations.allocation import COLUMNS, AllocationRow, allocation_csv
from registry.documents.reorganisations.corrections import corrections_lost_in_words
from registry.documents.reorganisations.left_out import COLUMNS as LEFT_OUT_COLUMNS
from registry.documents.reorganisations.left_out import left_out_xlsx
from registry.documents.reorganisations.left_over import left_over_annex as document_of_left_over
from registry.documents.reorganisations.minutes import count_lines, kind_lines, minutes_of
from registry.documents.reorganisations.paper import (
    COUNT_COLUMNS,
    KIND_COLUMNS,
    ROW_COLUMNS,
    minutes_docx,
)
from registry.documents.reorganisations.picture import FATE_TONES, picture_of
from registry.documents.reorganisations.problems import SHOWN_ON_PAGE, problems_csv
from registry.documents.reorganisations.words import (
    BATCH_TONES,
    happened_at,
    shown_row,
)
from registry.documents.tables import on_page, only
from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, Invalid
from registry.domain.permissions import Action
from registry.domain.reorganisations.annex import How, RowProblem
from registry.domain.reorganisations.batches import BatchState
from registry.domain.reorganisations.questions import Item, Question
from registry.domain.reorganisations.summary import Summary
from registry.domain.reorganisations.wording import share_note
from registry.domain.tasks import Task
from registry.domain.vietnamese.names import text_sort_key
from registry.domain.vietnamese.writing import format_number
from registry.models.reorganisations import Reorganisation
from registry.queries.paging import page_of_rows
from registry.queries.reorganisations.leading import without_one_head
from registry.queries.reorganisations.results import transition_of
from registry.queries.reorganisations.scope import batches_seen, own_drafts
from registry.queries.reorganisations.waiting import waiting_for_a_plan
from registry.queries.units.former_names import named_after_ended
from registry.queries.units.left_over import LeftOver, left_over
from registry.queries.units.on_a_day import UnitRow, path_on, unit_on, units_by_id
from registry.services.audit import Event
from registry.services.decisions import oddities_of
from registry.services.reorganisations import (
    answering,
    applying,
    batches,
    composing,
    placing,
    undoing,
)
from registry.services.reorganisations.outcome import summary_of
from registry.web.access import current_actor, requires
from registry.web.exports import FileKind, hand_out, making_file
from registry.web.forms.decision_fields import accept_uploads
from registry.web.forms.fields import BaseForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import once, saving
from registry.web.numbers import row_number, row_number_or
from registry.web.paging import window
from registry.web.reorganisations.annexes import after_annexes
from registry.web.reorganisations.asked import (
    CHOOSE_A_UNIT,
    ROWS_SHOWN,
    answers_in,
    asked_by,
    lacks_a_unit,
    names_groups,
)
from registry.web.reorganisations.desk import (
    ANSWERS,
    Sent,
    blueprint,
    read_annexes,
    read_answers,
    sent_annexes,
)
from registry.web.reorganisations.forms import (
    AllocationForm,
    AnswerForm,
    CreateForm,
    RemoveForm,
    VersionForm,
)
from registry.web.reorganisations.row_form import ROW_DEEDS, TAKES_MORE, RowForm
from registry.web.reorganisations.rows import (
    dissolving,
    fill_like,
    fill_pickers,
    not_yet_in,
    typed_row,
)
from registry.web.request import moment, today
from registry.web.tasks import asked_task
from registry.web.uploads import kept

# What a batch begins with, and which unit a row to come is about.
LEFT_OVER, OLD_UNIT = "cho-ghi-nhan", "don-vi"
# The button that asks for what is wrong with annexes as a file.
ONLY_WRONG = "only_wrong"
# So much of each list the page of a dry run shows.
_UNITS_SHOWN, _PAIRS_SHOWN = 200, 1_000


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {
        "state_tones": BATCH_TONES,
        "row_columns": on_page(ROW_COLUMNS),
        "count_columns": on_page(COUNT_COLUMNS),
        "kind_columns": on_page(KIND_COLUMNS),
        "left_out_columns": on_page(LEFT_OUT_COLUMNS),
        "count_lines": count_lines,
        "kind_lines": kind_lines,
        "fate_tones": FATE_TONES,
        "share_note": share_note,
        "takes_more": TAKES_MORE,
        "happened_at": happened_at,
    }


# --- batches -------------------------------------------------------------------------------------


@blueprint.get("/sap-xep-don-vi")
@requires(Action.UNIT_REORGANISE)
def index() -> ResponseReturnValue:
    """List the batches of the scope, the latest day first, and what waits for one."""
    actor = current_actor()
    scope = actor.scope(Action.UNIT_REORGANISE)
    seen = batches_seen(scope, actor.account_id, today())
    task = asked_task()
    task = task if task is Task.BATCHES_COMPOSED else None
    shown = own_drafts(scope, actor.account_id, today()) if task else seen
    return render_template(
        "reorganisations/index.html",
        task=task,
        page=page_of_rows(window(50), shown),
        open=sum(batch.state is BatchState.COMPOSED for batch in seen),
        left_over=_left_over(),
        misnamed=named_after_ended(today(), current_actor().scope(Action.UNIT_REORGANISE)),
    )


@blueprint.route("/sap-xep-don-vi/moi", methods=["GET", "POST"])
@requires(Action.UNIT_REORGANISE)
def create() -> ResponseReturnValue:
    """Begin a batch, from annexes or empty; from what ended provinces left over when asked for."""
    form = CreateForm()
    bodies = _left_over() if LEFT_OVER in request.args else []
    form.offer_dissolving(bodies)
    sent = sent_annexes()
    if ONLY_WRONG in request.form:
        if sent.wrong:
            return _hand_out_wrong(sent.wrong)
        form.add_problem("files", "Không có chỗ nào cần sửa trong phụ lục đã chọn.")
    elif save := saving(form):
        if "dissolved" in form:
            chosen = [body for body in bodies if body.id in form.dissolved.data]
            sent = replace(sent, rows=[*sent.rows, *dissolving(chosen)])
        with save:
            sent.refuse_wrong()
            batch = composing.compose(current_actor(), _command(form, sent), moment())
            said = f"Đã lập đợt sắp xếp số {batch.id} với {format_number(len(sent.rows))} dòng."
            if sent.guesses:
                waiting = format_number(len(sent.guesses))
                said += f" Còn {waiting} phụ lục chờ xác nhận các cột."
            odd = oddities_of(batch.decision, today())
            return save.done(after_annexes(batch), said, *odd)
    return show_form(
        "reorganisations/create.html",
        form,
        wrong=sent.wrong[:SHOWN_ON_PAGE] if form.is_submitted() else [],
        wrong_count=len(sent.wrong),
        only_wrong=ONLY_WRONG,
        hows=list(How),
    )


def _left_over() -> Sequence[LeftOver]:
    return left_over(today(), current_actor().scope(Action.UNIT_REORGANISE))


@blueprint.get("/sap-xep-don-vi/cho-ghi-nhan")
@requires(Action.UNIT_REORGANISE)
@making_file()
def left_over_annex() -> ResponseReturnValue:
    """Hand out an annex to fill in: what ended provinces left over, what it became still empty."""
    bodies = _left_over()
    details = {"rows": len(bodies), "as_of": today()}
    event = Event(Deed.REORGANISATION_EXPORT, "reorganisations", None, details=details)
    content = document_of_left_over(bodies, today())
    return hand_out(content, FileKind.XLSX, "phu-luc-cho-ghi-nhan", today(), event=event)


@making_file()
def _hand_out_wrong(wrong: Sequence[RowProblem]) -> Response:
    event = Event(Deed.REORGANISATION_EXPORT, "reorganisations", None)
    content = problems_csv(wrong).encode()
    return hand_out(content, FileKind.CSV, "cho-can-sua", today(), event=event)


def _command(form: CreateForm, sent: Sent) -> composing.ComposeBatch:
    return composing.ComposeBatch(
        effective_on=form.effective_on.data,
        decision_number=form.number.data or "",
        rows=sent.rows,
        annexes=sent.guesses,
        create_missing=form.create_missing.data,
        known_from=form.known_from.data if form.create_missing.data else None,
        issued_on=form.issued_on.data,
    )


@blueprint.get("/sap-xep-don-vi/<int:batch_id>")
@requires(Action.UNIT_REORGANISE)
def show(batch_id: int) -> ResponseReturnValue:
    """Show a batch: its rows while it is composed, what became of units once it was applied."""
    batch = batches.seen_batch(current_actor(), batch_id, today())
    if batch.state is not BatchState.COMPOSED:
        return _result_page(batch, AnswerForm(formdata=None))
    form = VersionForm(version=batch.version)
    waiting = not_yet_in(batch, _left_over())
    return render_template(
        "reorganisations/show.html", form=form, waiting=waiting, **_rows_of(batch)
    )


def _rows_of(batch: Reorganisation) -> dict[str, Any]:
    page = page_of_rows(window(100), batch.rows)
    return {
        "batch": batch,
        "eve": batch.eve,
        "page": page.with_rows([shown_row(row) for row in page.rows]),
    }


def _result_page(batch: Reorganisation, form: AnswerForm) -> ResponseReturnValue:
    return show_form("reorganisations/result.html", form, **_rows_of(batch), **_result(batch))


def _result(batch: Reorganisation) -> dict[str, Any]:
    if batch.state is BatchState.UNDONE:
        return {
            "picture": None,
            "without_plan": (),
            "uncovered": (),
            "to_lead": (),
            "waiting": (),
        }
    kept = (batch.summary or Summary()).units
    without_plan = units_by_id(kept.without_plan, batch.effective_on)
    uncovered = units_by_id(kept.uncovered, batch.effective_on)
    return {
        "picture": picture_of(transition_of(batch), batch.effective_on).cut(_PAIRS_SHOWN),
        "without_plan": _by_name(without_plan.values()),
        "uncovered": _by_name(uncovered.values()),
        "to_lead": _by_name(_still_to_lead(kept.to_lead, batch.effective_on)),
        "most_units": _UNITS_SHOWN,
        "waiting": [one.question for one in waiting_for_a_plan(batch)],
    }


def _still_to_lead(unit_ids: Iterable[int], since: date) -> Iterable[UnitRow]:
    """Return the teams of which nobody has said since who leads them."""
    day = max(today(), since)
    return units_by_id(without_one_head(unit_ids, day), day).values()


def _by_name(units: Any) -> list[UnitRow]:
    return sorted(units, key=lambda unit: text_sort_key(unit.name))


@blueprint.route("/sap-xep-don-vi/<int:batch_id>/them-dong", methods=["GET", "POST"])
@requires(Action.UNIT_REORGANISE)
def add_row(batch_id: int) -> ResponseReturnValue:
    """Put in a row on screen: first what it does, then the units."""
    batch = batches.composed_batch(current_actor(), batch_id, today())
    deed = ROW_DEEDS.get(request.args.get("viec", ""))
    if deed is None:
        form: BaseForm = VersionForm()
        if form.is_submitted():
            form.add_problem("", "Trước hết, chọn việc cần làm.")
        old = _old_asked(batch)
        deeds = [one for one in ROW_DEEDS.values() if old is None or "old_id" in one.fields]
        return show_form(
            "reorganisations/choose_deed.html", form, batch=batch, deeds=deeds, old=old
        )
    form = RowForm()
    form.ask_for(deed)
    found = fill_pickers(form, batch)
    if not form.only_looks and (save := saving(form)):
        with save:
            typed = typed_row(form, deed, batch)
            row = composing.add_row(current_actor(), batch_id, typed, moment())
            return save.done(
                _after_row(form, batch_id, deed.key, row.id), f"Đã thêm dòng {row.number}."
            )
    batch = batches.composed_batch(current_actor(), batch_id, today())
    if not form.is_submitted():
        like = request.args.get("giong", type=row_number)
        content = next((row.content for row in batch.rows if row.id == like), None)
        old = _old_asked(batch)
        if content is not None:
            fill_like(form, content, batch)
        if old is not None and "old_id" in form:
            form.old_id.data = old.id
        found = fill_pickers(form, batch)
    return show_form("reorganisations/add_row.html", form, batch=batch, deed=deed, found=found)


def _old_asked(batch: Reorganisation) -> UnitRow | None:
    """Return the unit the address names for the row to come, when it is there on the eve.

    Whether it is the visitor's to choose, the choices of the form say.
    """
    unit_id = request.args.get(OLD_UNIT, type=row_number)
    scope = current_actor().scope(Action.UNIT_REORGANISE)
    if unit_id is None or not scope.covers(path_on(unit_id, today()), unit_id):
        return None
    return unit_on(unit_id, batch.eve)


def _after_row(form: RowForm, batch_id: int, deed: str, row_id: int) -> str:
    if form.once_more.data:
        return url_for("reorganisations.add_row", batch_id=batch_id, viec=deed, giong=row_id)
    return url_for("reorganisations.show", batch_id=batch_id)


@blueprint.post("/sap-xep-don-vi/<int:batch_id>/bo-dong")
@requires(Action.UNIT_REORGANISE)
def remove_row(batch_id: int) -> ResponseReturnValue:
    """Take a row out."""
    form = RemoveForm()
    save = once(form)
    composing.remove_row(current_actor(), batch_id, form.row_id.data or 0, moment())
    location = url_for("reorganisations.show", batch_id=batch_id)
    return save.done(location, "Đã bỏ 1 dòng.")


@blueprint.post("/sap-xep-don-vi/<int:batch_id>/bo")
@requires(Action.UNIT_REORGANISE)
def discard(batch_id: int) -> ResponseReturnValue:
    """Throw a composed batch away."""
    form = VersionForm()
    save = once(form)
    batches.composed_batch(current_actor(), batch_id, today(), form.version.data or 0)
    composing.discard(current_actor(), batch_id, moment())
    return save.done(
        url_for("reorganisations.index"),
        f"Đã bỏ đợt sắp xếp số {batch_id}. Đơn vị không thay đổi gì.",
    )


# --- dry run -------------------------------------------------------------------------------------


@blueprint.post("/sap-xep-don-vi/<int:batch_id>/chay-thu")
@requires(Action.UNIT_REORGANISE)
def try_out(batch_id: int) -> ResponseReturnValue:
    """Show what applying the batch would do; nothing is kept of it."""
    return _dry_run(batch_id, VersionForm(formdata=None))


@blueprint.post("/sap-xep-don-vi/<int:batch_id>/phan-bo")
@requires(Action.UNIT_REORGANISE)
def answer(batch_id: int) -> ResponseReturnValue:
    """Keep the answers where things go and who leads, then try the batch out with them."""
    batches.composed_batch(current_actor(), batch_id, today())
    form = AnswerForm()
    if not form.validate_on_submit():
        return _dry_run(batch_id, _refused("Có câu trả lời không đọc được. Chọn lại."))
    if lacks_a_unit(form):
        return _dry_run(batch_id, _refused(CHOOSE_A_UNIT))
    tried = None
    if names_groups(form):
        tried = applying.try_out(current_actor(), batch_id, moment())
    answers = answers_in(form, tried)
    changed = answering.answer(current_actor(), batch_id, answers, moment())
    flash(
        f"Đã lưu {format_number(changed)} câu trả lời." if changed else "Không có gì thay đổi.",
        "notice",
    )
    return _dry_run(batch_id, VersionForm(formdata=None))


@blueprint.post("/sap-xep-don-vi/<int:batch_id>/tep-phan-bo")
@requires(Action.UNIT_REORGANISE)
def upload_allocation(batch_id: int) -> ResponseReturnValue:
    """Keep the answers of an allocation file, then try the batch out with them."""
    batches.composed_batch(current_actor(), batch_id, today())
    form = AllocationForm()
    if not form.validate_on_submit():
        return _dry_run(batch_id, _refused(form.problems()[0].text))
    try:
        answers = kept(ANSWERS) or {}
    except Invalid as refusal:
        return _dry_run(batch_id, _refused(refusal.message))
    changed = answering.answer(current_actor(), batch_id, answers, moment())
    flash(
        f"Đã lưu {format_number(changed)} câu trả lời từ tệp phân bổ.",
        "success" if changed else "notice",
    )
    return _dry_run(batch_id, VersionForm(formdata=None))


@blueprint.post("/sap-xep-don-vi/<int:batch_id>/van-de")
@requires(Action.UNIT_REORGANISE)
@making_file()
def problems_file(batch_id: int) -> ResponseReturnValue:
    """Hand out all that stands against a batch: the page of a dry run shows the first of it."""
    outcome = applying.try_out(current_actor(), batch_id, moment())
    every = (*outcome.questions, *outcome.answered)
    text = problems_csv(_in_words(outcome.problems, every))
    return _hand_out(text.encode(), FileKind.CSV, "van-de-dot", batch_id)


@blueprint.post("/sap-xep-don-vi/<int:batch_id>/con-thieu")
@requires(Action.UNIT_REORGANISE)
@making_file()
def left_out_file(batch_id: int) -> ResponseReturnValue:
    """Hand out all that the annex leaves out: the page of a dry run shows the first of it."""
    outcome = applying.try_out(current_actor(), batch_id, moment())
    batch = batches.composed_batch(current_actor(), batch_id, today())
    content = left_out_xlsx(outcome.left_out, batch.decision.name, batch.effective_on)
    return _hand_out(content, FileKind.XLSX, "phu-luc-con-thieu-dot", batch_id)


@blueprint.post("/sap-xep-don-vi/<int:batch_id>/mau-phan-bo")
@requires(Action.UNIT_REORGANISE)
@making_file()
def allocation_template(batch_id: int) -> ResponseReturnValue:
    """Hand out the allocation file to fill in."""
    outcome = applying.try_out(current_actor(), batch_id, moment())
    batch = batches.composed_batch(current_actor(), batch_id, today())
    given = {one.item: one.target for one in batch.answers}
    text = allocation_csv(
        AllocationRow(one, one.noun.label, given.get(one.item, ""))
        for one in (*outcome.questions, *outcome.answered)
    )
    return _hand_out(text.encode(), FileKind.CSV, "phan-bo-dot", batch_id)


def _hand_out(content: bytes, kind: FileKind, name: str, batch_id: int) -> Response:
    event = Event(Deed.REORGANISATION_EXPORT, "reorganisations", batch_id)
    return hand_out(content, kind, name, batch_id, event=event)


@blueprint.post("/sap-xep-don-vi/<int:batch_id>/thuc-hien")
@requires(Action.UNIT_REORGANISE)
def apply(batch_id: int) -> ResponseReturnValue:
    """Apply the batch in the version tried out, or show why not."""
    form = VersionForm()
    if save := saving(form):
        with save:
            version = form.version.data or 0
            outcome = applying.apply(current_actor(), batch_id, moment(), version)
            if outcome.problems:
                return _dry_run(batch_id, _refused("Chưa thực hiện được: đợt còn vấn đề."))
            return save.done(
                url_for("reorganisations.show", batch_id=batch_id),
                f"Đã thực hiện đợt sắp xếp số {batch_id}: "
                f"thành lập {format_number(len(outcome.established))}, "
                f"tiếp tục tồn tại {format_number(len(outcome.continued))}, "
                f"kết thúc {format_number(len(outcome.ended))} đơn vị.",
            )
    return _dry_run(batch_id, form)


def _refused(message: str) -> VersionForm:
    form = VersionForm(formdata=None)
    form.add_problem("", message)
    return form


def _dry_run(batch_id: int, form: VersionForm) -> ResponseReturnValue:
    """Return the page of a dry run; `form` carries what was refused before."""
    outcome = applying.try_out(current_actor(), batch_id, moment())
    batch = batches.composed_batch(current_actor(), batch_id, today())
    form.version.data = batch.version
    every = (*outcome.questions, *outcome.answered)
    given = {one.item: one.target for one in batch.answers}
    problems = _in_words(outcome.problems[:SHOWN_ON_PAGE], every)
    places = {(problem.source, problem.row) for problem in problems}
    return show_form(
        "reorganisations/try_out.html",
        form,
        batch=batch,
        outcome=outcome,
        summary=summary_of(outcome),
        picture=picture_of(outcome.transition, batch.effective_on).cut(_PAIRS_SHOWN),
        eve=batch.eve,
        problems=problems,
        asked=asked_by(outcome, given),
        ending=sum(one.default is None for one in outcome.questions),
        stray=sorted(map(str, given.keys() - {one.item for one in every}))[:ROWS_SHOWN],
        given=given,
        rows={
            (row.source, row.number): shown_row(row)
            for row in batch.rows
            if (row.source, row.number) in places
        },
        most_units=_UNITS_SHOWN,
        allocation=AllocationForm(formdata=None),
        allocation_columns=only(COLUMNS, "label", "noun", "target"),
    )


def _in_words(problems: Iterable[RowProblem], questions: Iterable[Question]) -> list[RowProblem]:
    """Name the person, team or assignment of an answer that does not fit, instead of its key."""
    asked = {one.item: f"“{one.label}” của “{one.unit_name}”" for one in questions}
    return [
        replace(
            problem,
            item=None,
            message=problem.about(asked[problem.item]) if problem.item in asked else problem.text,
        )
        for problem in problems
    ]


# --- after ---------------------------------------------------------------------------------------


@blueprint.post("/sap-xep-don-vi/<int:batch_id>/phuong-an")
@requires(Action.UNIT_REORGANISE)
def place(batch_id: int) -> ResponseReturnValue:
    """Let what waits for a plan go on in the parts chosen."""
    batch = batches.seen_batch(current_actor(), batch_id, today())
    if batch.state is not BatchState.APPLIED:
        raise Conflict(placing.NOT_APPLIED)
    form = AnswerForm()
    if save := saving(form):
        with save:
            chosen = {
                Item.parse(row.form.item.data or ""): row_number_or(0, row.form.target.data) or 0
                for row in form.answers
                if row.form.target.data
            }
            placed = placing.place(current_actor(), batch_id, chosen, moment())
            location = url_for("reorganisations.show", batch_id=batch_id)
            if not placed:
                return save.done(location, "Chưa chọn đơn vị nào; không có gì thay đổi.")
            return save.done(location, f"Đã ghi phương án cho {format_number(placed)} mục.")
    return _result_page(batches.seen_batch(current_actor(), batch_id, today()), form)


@blueprint.route("/sap-xep-don-vi/<int:batch_id>/hoan-tac", methods=["GET", "POST"])
@requires(Action.UNIT_REORGANISE)
def undo(batch_id: int) -> ResponseReturnValue:
    """Take an applied batch back."""
    batches.seen_batch(current_actor(), batch_id, today())
    form = BaseForm()
    if save := saving(form):
        with save:
            undoing.undo(current_actor(), batch_id, moment())
            return save.done(
                url_for("reorganisations.show", batch_id=batch_id),
                f"Đã hoàn tác đợt sắp xếp số {batch_id}. Đơn vị trở lại như trước.",
            )
    batch = batches.seen_batch(current_actor(), batch_id, today())
    if batch.state is not BatchState.APPLIED:
        raise Conflict("Chỉ hoàn tác được đợt đã thực hiện và chưa hoàn tác.")
    lost = corrections_lost_in_words(batch, today())
    return show_form("reorganisations/undo.html", form, batch=batch, lost=lost)


@blueprint.get("/sap-xep-don-vi/<int:batch_id>/bien-ban")
@requires(Action.UNIT_REORGANISE)
@making_file()
def minutes(batch_id: int) -> ResponseReturnValue:
    """Hand out the minutes of an applied batch as a Word document."""
    batch = batches.seen_batch(current_actor(), batch_id, today())
    if batch.state is not BatchState.APPLIED:
        raise Conflict("Chỉ có biên bản của đợt đã thực hiện và chưa hoàn tác.")
    content = minutes_docx(minutes_of(batch, today()))
    return _hand_out(content, FileKind.DOCX, "bien-ban-sap-xep", batch_id)


accept_uploads(blueprint, create, read=read_annexes)
accept_uploads(blueprint, upload_allocation, read=read_answers)
