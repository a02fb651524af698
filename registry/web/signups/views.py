"""Pages of self-registration: the public ones without an account, then the reviewer's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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

from registry.documents.signups import COLUMNS, SignupRow, signups_sheet
from registry.documents.tables import on_page
from registry.domain.audit.deeds import Deed
from registry.domain.clock import local_day
from registry.domain.errors import NotFound
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Action, Role
from registry.domain.signup_matching import MatchWarning
from registry.domain.signups import SignupState, check_open, example_on, notice_on
from registry.domain.typed_codes import WRONG_FORM_OF_CODE, read_code
from registry.domain.vietnamese.names import text_sort_key
from registry.formats.spreadsheet import table_xlsx
from registry.models.signups import Signup
from registry.queries.accounts import account_of_person
from registry.queries.signups import (
    OPEN_SIGNUP_STATES,
    PossiblePerson,
    counts_by_state,
    example_unit,
    joinable_unit,
    joinable_units,
    possible_people,
    reviewing_office,
    signup_in_scope,
    signups_in_scope,
    units_of,
    warnings_of,
)
from registry.queries.units.on_a_day import UnitRow, unit_on
from registry.services.audit import Event
from registry.services.signups import accepting, deciding, sending
from registry.web.access import current_actor, requires
from registry.web.exports import FileKind, hand_out, making_file
from registry.web.forms.choices import labelled, role_choices
from registry.web.forms.fields import ButtonForm
from registry.web.forms.showing import problems_on, show_form
from registry.web.forms.submissions import once, saving
from registry.web.limits import CARD_CHECK, SIGN_UP, SIGN_UP_STEP, limiter
from registry.web.numbers import row_number_or
from registry.web.password_links import post
from registry.web.request import moment, settings, today
from registry.web.signups.forms import (
    NEW_PERSON,
    AcceptForm,
    ApplicantForm,
    ReasonForm,
    SignupForm,
    StatusForm,
    UnitSearchForm,
)

blueprint = Blueprint("signups", __name__, url_prefix="/dang-ky")

INVITATION_SUBJECT = "Đăng ký tham gia Mạng lưới CĐS đã được chấp nhận"


# --- public ------------------------------------------------------------------------------------


@blueprint.get("")
@limiter.limit(SIGN_UP_STEP)
@requires(Action.SIGNUP_SUBMIT)
def find_unit() -> ResponseReturnValue:
    """Step 1: find one's unit."""
    form = UnitSearchForm(request.args)
    searched = bool(form.q.data) and form.validate()
    if "q" in request.args and not form.q.data:
        form.add_problem("q", "Nhập một phần tên đơn vị, ví dụ: binh minh.")
    units = joinable_units(form.q.data, today()) if searched else []
    return render_template(
        "signups/find_unit.html",
        form=form,
        units=units,
        searched=searched,
        example_unit=example_unit(today()) or "UBND phường",
    )


@blueprint.route("/don-vi/<int:unit_id>", methods=["GET", "POST"])
@limiter.limit(SIGN_UP_STEP)
@requires(Action.SIGNUP_SUBMIT)
def fill_in(unit_id: int) -> ResponseReturnValue:
    """Step 2: who one is; step 3, after it: check what was typed."""
    unit = _joinable(unit_id)
    form = SignupForm()
    if "change" in request.form:  # back from step 3: show what was typed, judge nothing
        return _kept(render_template("signups/fill_in.html", form=form, **_about(unit)))
    if form.validate_on_submit():
        with problems_on(form):
            applicant = sending.check_applicant(form.applicant())
            page = render_template(
                "signups/check.html", form=form, applicant=applicant, **_about(unit)
            )
            return _kept(page)
    return _kept(show_form("signups/fill_in.html", form, **_about(unit)))


@blueprint.post("/don-vi/<int:unit_id>/gui")
@limiter.limit(SIGN_UP)
@requires(Action.SIGNUP_SUBMIT)
def submit(unit_id: int) -> ResponseReturnValue:
    """Send the request; the answer is the same whoever is in the registry already."""
    unit = _joinable(unit_id)
    form = SignupForm()
    if save := saving(form):
        with save:
            command = sending.SubmitSignup(
                unit_id=unit_id, applicant=form.applicant(), submit_key=save.key_hash
            )
            signup = sending.submit(current_actor(), command, moment())
            return save.done(url_for("signups.status", reference_code=signup.reference_code))
    return _kept(show_form("signups/fill_in.html", form, **_about(unit)))


def _kept(page: str | tuple[str, int]) -> Response:
    """Let the visitor's own browser keep a page he is typing in.

    Otherwise the Back button, or a reply lost on the way, would cost him what he typed.
    """
    response = make_response(page)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/trang-thai")
@limiter.limit(CARD_CHECK)
@requires(Action.SIGNUP_SUBMIT)
def find_status() -> ResponseReturnValue:
    """Ask for a request by its code."""
    form = StatusForm(request.args)
    if form.ma.data and read_code(form.ma.data) is None:
        form.add_problem("ma", WRONG_FORM_OF_CODE)
    elif form.ma.data:
        try:
            signup = sending.own_signup(current_actor(), form.ma.data)
        except NotFound as refusal:
            form.add_problem("ma", refusal.message)
        else:
            return redirect(url_for("signups.status", reference_code=signup.reference_code))
    elif "ma" in request.args:
        form.add_problem("ma", "Nhập mã hồ sơ đã ghi lại khi gửi đăng ký.")
    return show_form("signups/find_status.html", form)


@blueprint.get("/trang-thai/<reference_code>")
@limiter.limit(CARD_CHECK)
@requires(Action.SIGNUP_SUBMIT)
def status(reference_code: str) -> ResponseReturnValue:
    """Show what became of a request; whoever has the code learns nothing about the person."""
    signup = sending.own_signup(current_actor(), reference_code)
    return render_template(
        "signups/status.html", signup=signup, form=ApplicantForm(), **_of(signup)
    )


@blueprint.post("/trang-thai/<reference_code>/bo-sung")
@limiter.limit(SIGN_UP)
@requires(Action.SIGNUP_SUBMIT)
def complete(reference_code: str) -> ResponseReturnValue:
    """Send what the reviewer asked for."""
    form = ApplicantForm()
    if save := saving(form):
        with save:
            signup = sending.complete(current_actor(), reference_code, form.applicant(), moment())
            target = url_for("signups.status", reference_code=signup.reference_code)
            return save.done(target, "Đã gửi bổ sung.")
    signup = sending.own_signup(current_actor(), reference_code)
    return show_form("signups/status.html", form, signup=signup, **_of(signup))


def _joinable(unit_id: int) -> UnitRow:
    unit = joinable_unit(unit_id, today())
    if unit is None:
        raise NotFound("Đơn vị này không nhận đăng ký. Tìm lại đơn vị công tác.")
    return unit


def _about(unit: UnitRow) -> dict[str, object]:
    """Return what the page of step 2 and 3 says beside the form."""
    return {
        "unit": unit,
        "notice": notice_on(today()),
        "example": example_on(today()),
        "office": reviewing_office(unit.path, today()),
    }


def _of(signup: Signup) -> dict[str, Any]:
    """Return what may be told about a request to whoever has its code."""
    unit = units_of([signup], today()).get(signup.unit_id)
    return {
        "unit": unit,
        "office": reviewing_office(unit.path, today()) if unit else None,
        "sent_on": local_day(signup.submitted_at),
        "state_label": signup.state.label,
        "example": example_on(today()),
    }


# --- review ------------------------------------------------------------------------------------


@blueprint.get("/cho-xu-ly")
@requires(Action.SIGNUP_REVIEW)
def queue() -> ResponseReturnValue:
    """List requests of the office's territory, the oldest first."""
    narrowing = _narrowing(request.args)
    shown = _queue(narrowing)
    return render_template(
        "signups/queue.html",
        state_choices=labelled(SignupState),
        columns=on_page(COLUMNS),
        rows=shown.rows,
        state=narrowing.state,
        unit_id=narrowing.unit_id,
        warned=narrowing.warned,
        counts=counts_by_state(current_actor().scope(Action.SIGNUP_REVIEW), today()),
        units=sorted(shown.units.values(), key=lambda unit: text_sort_key(unit.located_name)),
    )


@blueprint.get("/cho-xu-ly/tep-excel")
@requires(Action.SIGNUP_REVIEW)
@making_file()
def export() -> ResponseReturnValue:
    """Hand out the list as a workbook, telephones in full, and audit that it was taken away."""
    day = today()
    shown = _queue(_narrowing(request.args))
    sheet = signups_sheet(shown.rows, day)
    event = Event(Deed.SIGNUP_EXPORT, "signups", None, details={"rows": len(shown.rows)})
    return hand_out(table_xlsx([sheet], as_of=day), FileKind.XLSX, "dang-ky", day, event=event)


@dataclass(frozen=True, slots=True)
class _Narrowing:
    """What the list is narrowed to; None narrows to nothing."""

    state: SignupState
    unit_id: int | None
    warned: bool | None


@dataclass(frozen=True, slots=True)
class _Queue:
    """The requests shown, and the units of all requests in that state."""

    rows: list[SignupRow]
    units: dict[int, UnitRow]


def _queue(narrowing: _Narrowing) -> _Queue:
    scope, day = current_actor().scope(Action.SIGNUP_REVIEW), today()
    in_state = signups_in_scope(scope, day, narrowing.state)
    shown = [signup for signup in in_state if narrowing.unit_id in (None, signup.unit_id)]
    # A decided request is not compared any more: its person is the match.
    warnings = warnings_of(shown, scope, day) if narrowing.state in OPEN_SIGNUP_STATES else {}
    if narrowing.warned is not None:
        shown = [signup for signup in shown if bool(warnings.get(signup.id)) == narrowing.warned]
    units = units_of(in_state, day)
    rows = [
        SignupRow(signup, units.get(signup.unit_id), warnings.get(signup.id, ()))
        for signup in shown
    ]
    return _Queue(rows, units)


def _narrowing(args: Mapping[str, str]) -> _Narrowing:
    """Read the queue's filters; what makes no sense counts as not given."""
    state = args.get("trang-thai", "")
    unit_id = args.get("don-vi", "")
    return _Narrowing(
        SignupState(state) if state in set(SignupState) else SignupState.RECEIVED,
        row_number_or(None, unit_id),
        {"co": True, "khong": False}.get(args.get("canh-bao", "")),
    )


@blueprint.get("/cho-xu-ly/<int:signup_id>")
@requires(Action.SIGNUP_REVIEW)
def review(signup_id: int) -> ResponseReturnValue:
    """Show one request beside whoever it may be, and the ways to decide it."""
    signup, warnings, people = _reviewed(signup_id)
    form = AcceptForm(version=signup.version, valid_from=today())
    _offer(form, people)
    if not warnings:
        form.attach.data = NEW_PERSON
    return _review_page(form, signup_id)


@blueprint.post("/cho-xu-ly/<int:signup_id>/chap-nhan")
@requires(Action.SIGNUP_REVIEW)
def accept(signup_id: int) -> ResponseReturnValue:
    """Accept a request, and show the link to set a password once."""
    form = AcceptForm()

    def offer_who_it_may_be() -> None:
        signup, _, people = _reviewed(signup_id)
        check_open(signup.state)
        _offer(form, people)

    if save := saving(form, ready=offer_who_it_may_be):
        with save:
            command = accepting.AcceptSignup(
                signup_id=signup_id,
                version=form.version.number,
                person_id=form.person_id,
                role=Role(form.role.data),
                member_role=MemberRole(form.member_role.data),
                valid_from=form.valid_from.data,
                take_over=frozenset(form.take_over.data or ()),
                successor_id=form.successor_id.data,
            )
            accepted = accepting.accept(
                current_actor(), command, settings().invitation_life, moment()
            )
            # The link is shown now and once; sending the form again leads back to the request.
            save.remember(url_for("signups.review", signup_id=signup_id))
            return _accepted_page(accepted)
    return _review_page(form, signup_id)


@blueprint.route("/cho-xu-ly/<int:signup_id>/yeu-cau-bo-sung", methods=["GET", "POST"])
@requires(Action.SIGNUP_REVIEW)
def ask_completion(signup_id: int) -> ResponseReturnValue:
    """Send a request back with what is missing."""
    form = ReasonForm()
    if save := saving(form):
        with save:
            deciding.ask_completion(current_actor(), _refusal(signup_id, form), moment())
            return save.done(
                url_for("signups.queue"),
                "Đã yêu cầu bổ sung. Người đăng ký xem lý do ở trang kết quả đăng ký.",
            )
    return _reason_page("signups/ask_completion.html", form, signup_id)


@blueprint.route("/cho-xu-ly/<int:signup_id>/khong-chap-nhan", methods=["GET", "POST"])
@requires(Action.SIGNUP_REVIEW)
def decline(signup_id: int) -> ResponseReturnValue:
    """Decline a request with the reason."""
    form = ReasonForm()
    if save := saving(form):
        with save:
            deciding.decline(current_actor(), _refusal(signup_id, form), moment())
            return save.done(url_for("signups.queue"), "Đã ghi kết quả: không chấp nhận.")
    return _reason_page("signups/decline.html", form, signup_id)


@blueprint.post("/cho-xu-ly/<int:signup_id>/lien-ket")
@requires(Action.SIGNUP_REVIEW)
def renew_invitation(signup_id: int) -> ResponseReturnValue:
    """Make a new link for a person accepted earlier, when the first one was lost or ran out."""
    save = once(ButtonForm())
    invitation = accepting.renew_invitation(
        current_actor(), signup_id, settings().invitation_life, moment()
    )
    signup, _, _ = _reviewed(signup_id)
    link = post(invitation, INVITATION_SUBJECT)
    # The link is shown now and once; pressing the button again leads back to the request.
    save.remember(url_for("signups.review", signup_id=signup_id))
    return render_template(
        "signups/renew_invitation.html", signup=signup, link=link, invitation=invitation
    )


def _reviewed(signup_id: int) -> tuple[Signup, list[MatchWarning], list[PossiblePerson]]:
    """Return a request in the reviewer's scope, why it may be somebody known, and who that is."""
    actor = current_actor()
    scope = actor.scope(Action.SIGNUP_REVIEW)
    signup = signup_in_scope(signup_id, scope, today())
    if signup is None:
        raise NotFound
    if signup.state not in OPEN_SIGNUP_STATES:
        return signup, [], []
    warnings = warnings_of([signup], scope, today())[signup.id]
    return signup, warnings, possible_people(warnings, actor.scope(Action.PERSON_EDIT), today())


def _offer(form: AcceptForm, people: list[PossiblePerson]) -> None:
    form.attach.choices = [
        (NEW_PERSON, "Lập hồ sơ mới"),
        *(
            (str(candidate.person.id), f"Gắn vào hồ sơ đang có: {candidate.label}")
            for candidate in people
        ),
    ]


def _review_page(form: AcceptForm, signup_id: int) -> ResponseReturnValue:
    signup, warnings, people = _reviewed(signup_id)
    account = account_of_person(signup.person_id) if signup.person_id else None
    scope = current_actor().scope(Action.SIGNUP_REVIEW)
    told = _of(signup)
    if told["unit"] is not None:
        form.member_role.choices = role_choices(told["unit"].kind)
    if unit_on(signup.unit_id, today()) is None:
        form.offer_heirs(signup.unit_id)
    else:
        form.offer_parts([signup.unit_id])
    return show_form(
        "signups/review.html",
        form,
        signup=signup,
        is_open=signup.state in OPEN_SIGNUP_STATES,
        warnings=warnings,
        candidates=people,
        can_renew=account is not None and accepting.may_invite(account, scope, today()),
        renew_form=ButtonForm(),
        **told,
    )


def _reason_page(template: str, form: ReasonForm, signup_id: int) -> ResponseReturnValue:
    signup, _, _ = _reviewed(signup_id)
    if not form.is_submitted():
        form.version.data = signup.version
    return show_form(template, form, signup=signup, **_of(signup))


def _refusal(signup_id: int, form: ReasonForm) -> deciding.RefuseSignup:
    return deciding.RefuseSignup(
        signup_id=signup_id, version=form.version.number, reason=form.reason.data
    )


def _accepted_page(accepted: accepting.Accepted) -> ResponseReturnValue:
    invitation = accepted.invitation
    link = post(invitation, INVITATION_SUBJECT) if invitation else None
    return render_template(
        "signups/accept.html",
        accepted=accepted,
        invitation=invitation,
        link=link,
        **_of(accepted.signup),
    )
