"""Pages of cards."""

from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from registry.documents.cards import COLUMNS, cards_pdf, validity
from registry.documents.tables import on_page
from registry.domain.cards import code_hash
from registry.domain.clock import Moment, local_time
from registry.domain.errors import NotFound
from registry.domain.keyring import KeyName, VersionedKey
from registry.domain.permissions import Action, Actor
from registry.domain.typed_codes import WRONG_FORM_OF_CODE, grouped, read_code
from registry.domain.vietnamese.writing import format_day
from registry.formats.qr import qr_svgs
from registry.models.base import db
from registry.models.cards import Card
from registry.models.people import Person
from registry.queries.cards import card_holders, units_with_holders, valid_card
from registry.queries.units.on_a_day import UnitRow, unit_on
from registry.services import cards as service
from registry.web.access import current_actor, requires
from registry.web.cards.forms import LookUpForm, PrintForm, RevokeForm
from registry.web.exports import FileKind, hand_out_audited, making_file
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import saving
from registry.web.limits import CARD_CHECK, limiter
from registry.web.request import moment, settings, today
from registry.web.tasks import asked_task

blueprint = Blueprint("cards", __name__)

_Printing = Callable[[Actor, service.PrintCards, VersionedKey, Moment], service.PrintedCards]


@blueprint.get("/the")
@requires(Action.CARD_PRINT)
def index() -> ResponseReturnValue:
    """List the units whose approved members may carry a card."""
    task = asked_task()
    scope = current_actor().scope(Action.CARD_PRINT)
    rows = units_with_holders(scope, today(), only_unprinted=task is not None)
    return render_template("cards/index.html", columns=on_page(COLUMNS), rows=rows, task=task)


@blueprint.route("/the/don-vi/<int:unit_id>", methods=["GET", "POST"])
@requires(Action.CARD_PRINT)
def unit(unit_id: int) -> ResponseReturnValue:
    """Choose members of a unit and print their cards as a PDF."""
    row = unit_on(unit_id, today())
    if row is None or not current_actor().scope(Action.CARD_PRINT).covers(row.path, unit_id):
        raise NotFound
    form = PrintForm()
    if save := saving(form, again=lambda: _cards_of(form, row, service.print_again)):
        with save:
            answer = _cards_of(form, row, service.print_cards)
            save.remember(url_for("cards.unit", unit_id=unit_id))
            return answer
    chosen = set(form.line_ids.data or []) if form.is_submitted() else None
    return show_form(
        "cards/unit.html",
        form,
        unit=row,
        holders=card_holders(unit_id, today()),
        chosen=chosen,
    )


@making_file()
def _cards_of(form: PrintForm, row: UnitRow, printing: _Printing) -> Response:
    """Answer with the cards of the members chosen."""
    command = service.PrintCards(
        unit_id=row.id, line_ids=form.line_ids.data or [], base_url=settings().base_url
    )
    key = settings().required_secrets()[KeyName.CARD]
    printed = printing(current_actor(), command, key, moment())
    content = cards_pdf(printed.faces, printed.sheet)
    return hand_out_audited(content, FileKind.PDF, "the-thanh-vien", row.code, today())


@blueprint.route("/the/<int:card_id>/thu-hoi", methods=["GET", "POST"])
@requires(Action.CARD_REVOKE)
def revoke(card_id: int) -> ResponseReturnValue:
    """Withdraw a card."""
    card = db.session.get(Card, card_id)
    unit_id = service.unit_of_card(card, today()) if card is not None else None
    row = unit_on(unit_id, today()) if unit_id is not None else None
    scope = current_actor().scope(Action.CARD_REVOKE)
    if card is None or row is None or not scope.covers(row.path, row.id):
        raise NotFound
    person = db.session.get_one(Person, card.person_id)
    form = RevokeForm()
    if save := saving(form):
        with save:
            service.revoke(current_actor(), card_id, form.reason.data, moment())
            return save.done(
                url_for("cards.unit", unit_id=row.id),
                f"Đã thu hồi thẻ cấp ngày {format_day(card.issued_on)} của {person.full_name}, "
                f"{row.located_name}. Lần in sau sẽ cấp mã mới.",
            )
    code = grouped(service.code_of_card(card, settings().required_secrets()[KeyName.CARD]))
    return show_form("cards/revoke.html", form, unit=row, card=card, code=code, person=person)


@blueprint.get("/the-cua-toi")
@requires(Action.OWN_CARD_SEE)
def own() -> ResponseReturnValue:
    """Show the cards of the one who is signed in, to be shown on a phone or printed."""
    faces = service.own_card_faces(
        current_actor(), settings().base_url, settings().required_secrets()[KeyName.CARD], moment()
    )
    drawn = zip(qr_svgs([face.check_address for face, _ in faces]), faces, strict=True)
    response = make_response(
        render_template(
            "cards/own.html",
            check_page=f"{settings().base_url}{url_for('cards.look_up')}",
            cards=[
                {"face": face, "issued_on": issued_on, "validity": validity(face), "qr": qr}
                for qr, (face, issued_on) in drawn
            ],
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/t")
@limiter.limit(CARD_CHECK)
@requires(Action.CARD_CHECK)
def look_up() -> ResponseReturnValue:
    """Let a person type the code printed on a card."""
    form = LookUpForm(request.args)
    typed = form.ma.data or ""
    if code := read_code(typed):
        return redirect(url_for("cards.check", code=code), code=303)
    if typed:
        form.add_problem("ma", WRONG_FORM_OF_CODE)
    elif "ma" in request.args:
        form.add_problem("ma", "Nhập mã in dưới mã QR trên thẻ.")
    return show_form("cards/look_up.html", form)


@blueprint.get("/T/<code>")
@blueprint.get("/t/<code>")
@limiter.limit(CARD_CHECK)
@requires(Action.CARD_CHECK)
def check(code: str) -> ResponseReturnValue:
    """Say whether a card is valid; of a valid one name, role and unit, and nothing more.

    A revoked, an ended, an unknown and a misspelt code all read the same.
    """
    read = read_code(code)
    card = valid_card(code_hash(read), today()) if read else None
    return render_template(
        "cards/check.html",
        card=card,
        shown_code=grouped(read) if read and card else None,
        checked_at=local_time(moment().instant),
    )
