"""Annexes whose columns were guessed: the columns are confirmed, one annex after the other."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from registry.documents.reorganisations.problems import SHOWN_ON_PAGE
from registry.domain.errors import Conflict, Invalid
from registry.domain.permissions import Action
from registry.domain.vietnamese.writing import format_number
from registry.formats.annex import ReadAnnex, read_again
from registry.formats.annex_columns import MEANINGS
from registry.models.reorganisations import Reorganisation
from registry.services.reorganisations import annexes, batches
from registry.web.access import current_actor, requires
from registry.web.edge import apart
from registry.web.forms.decision_fields import accept_uploads
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import once, saving
from registry.web.reorganisations.desk import blueprint, read_annexes, sent_annexes
from registry.web.reorganisations.forms import AnnexesForm, ColumnsForm, VersionForm
from registry.web.request import moment, today
from registry.web.uploads import keep_read, kept, reads_first

_AGAIN = "again"


@blueprint.route(
    "/sap-xep-don-vi/<int:batch_id>/phu-luc/<int:annex_id>/cac-cot", methods=["GET", "POST"]
)
@requires(Action.UNIT_REORGANISE)
def confirm_columns(batch_id: int, annex_id: int) -> ResponseReturnValue:
    """Show what each column of an annex was taken for; put its rows in as somebody confirms."""
    form = ColumnsForm()
    again: ReadAnnex | None = kept(_AGAIN)
    if save := saving(form):
        with save:
            if again is None:
                raise Conflict(annexes.NO_ANNEX)
            if again.problems:
                raise Invalid.on("", _wrong(again))
            command = annexes.ConfirmColumns(
                batch_id=batch_id, annex_id=annex_id, fields=form.chosen, rows=again.rows
            )
            annexes.confirm_columns(current_actor(), command, moment())
            batch = batches.composed_batch(current_actor(), batch_id, today())
            said = f"Đã đọc {format_number(len(again.rows))} dòng của phụ lục {again.source}."
            return save.done(after_annexes(batch), said)
    batch = batches.composed_batch(current_actor(), batch_id, today())
    annex = annexes.annex_of(batch, annex_id)
    if not form.is_submitted():
        form.show({column.place: column.field for column in annex.columns})
    problems = again.problems if again is not None else ()
    return show_form(
        "reorganisations/confirm_columns.html",
        form,
        batch=batch,
        annex=annex,
        meanings=MEANINGS,
        chosen=form.chosen,
        wrong=problems[:SHOWN_ON_PAGE],
        wrong_count=len(problems),
    )


def _wrong(annex: ReadAnnex) -> str:
    return (
        f"Theo các cột đã chọn, phụ lục có {format_number(len(annex.problems))} chỗ cần sửa. Chọn "
        "lại cột; nếu chỗ sai ở trong tệp thì bỏ phụ lục này, sửa tệp rồi nạp lại."
    )


def after_annexes(batch: Reorganisation) -> str:
    """Return the page of the next annex that waits to be confirmed, else that of the batch."""
    waiting = next((annex for annex in batch.annexes if annex.confirmed_at is None), None)
    if waiting is None:
        return url_for("reorganisations.show", batch_id=batch.id)
    return url_for("reorganisations.confirm_columns", batch_id=batch.id, annex_id=waiting.id)


def _read_again() -> None:
    """Read an annex by the columns chosen, before the transaction."""
    asked = request.view_args or {}
    chosen = ColumnsForm().chosen
    found = apart(lambda: _table_of(asked["batch_id"], asked["annex_id"]), writes=False)
    if found is not None:
        name, cells = found
        keep_read(_AGAIN, lambda: read_again(name, cells, chosen))


def _table_of(batch_id: int, annex_id: int) -> tuple[str, list[list[object]]] | None:
    batch = batches.composed_batch(current_actor(), batch_id, today())
    annex = next((one for one in batch.annexes if one.id == annex_id), None)
    return (annex.name, annex.cells) if annex is not None else None


@blueprint.post("/sap-xep-don-vi/<int:batch_id>/phu-luc/<int:annex_id>/bo")
@requires(Action.UNIT_REORGANISE)
def remove_annex(batch_id: int, annex_id: int) -> ResponseReturnValue:
    """Take an annex out of its batch, with its rows."""
    save = once(VersionForm())
    name = annexes.remove_annex(current_actor(), batch_id, annex_id, moment())
    location = url_for("reorganisations.show", batch_id=batch_id)
    return save.done(location, f"Đã bỏ phụ lục {name} khỏi đợt sắp xếp.")


@blueprint.route("/sap-xep-don-vi/<int:batch_id>/nap-phu-luc", methods=["GET", "POST"])
@requires(Action.UNIT_REORGANISE)
def add_annexes(batch_id: int) -> ResponseReturnValue:
    """Put more annexes into a batch."""
    form = AnnexesForm()
    sent = sent_annexes()
    if save := saving(form):
        with save:
            sent.refuse_nothing()
            sent.refuse_wrong()
            annexes.add_annexes(current_actor(), batch_id, sent.rows, sent.guesses, moment())
            batch = batches.composed_batch(current_actor(), batch_id, today())
            said = f"Đã nạp thêm {format_number(len(sent.rows))} dòng." if sent.rows else None
            return save.done(after_annexes(batch), said)
    batch = batches.composed_batch(current_actor(), batch_id, today())
    return show_form(
        "reorganisations/add_annexes.html",
        form,
        batch=batch,
        wrong=sent.wrong[:SHOWN_ON_PAGE] if form.is_submitted() else [],
        wrong_count=len(sent.wrong),
    )


reads_first(confirm_columns, _read_again)
accept_uploads(blueprint, add_annexes, read=read_annexes)
