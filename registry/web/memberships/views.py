"""Pages of memberships."""

from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from registry.domain.errors import Invalid, NotFound
from registry.domain.memberships import MemberRole
from registry.domain.periods import days_later
from registry.domain.permissions import Action
from registry.models.memberships import Membership
from registry.queries.accounts import account_of_person
from registry.queries.memberships import approved_on, line_of, membership_by_id
from registry.queries.people import person_in_scope
from registry.queries.reorganisations.ahead import written_end
from registry.queries.resting_on import memberships_beside
from registry.queries.units.details import past_names
from registry.queries.units.on_a_day import path_on, search
from registry.services.memberships import changes as service
from registry.services.memberships.taking_back import TakeBackMembership, take_back_membership
from registry.web.access import current_actor, requires
from registry.web.forms.choices import role_choices
from registry.web.forms.fields import CORRECTION
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import saving
from registry.web.memberships.forms import (
    EditForm,
    EndForm,
    LeavingForm,
    TakeBackForm,
    TransferForm,
)
from registry.web.request import moment, today

blueprint = Blueprint("memberships", __name__)


@blueprint.route("/thanh-vien/<int:membership_id>/ket-thuc", methods=["GET", "POST"])
@requires(Action.MEMBERSHIP_EDIT)
def end(membership_id: int) -> ResponseReturnValue:
    """End a membership, naming the gap it leaves."""
    membership = _own(membership_id)
    form = EndForm()
    if save := saving(form):
        with save:
            ended = service.end(
                current_actor(),
                service.EndMembership(
                    membership_id=membership_id,
                    version=form.version.number,
                    valid_to=form.valid_to.data,
                    reason=form.reason.data,
                    hanging=form.hanging(),
                    accept_gap=form.accept_gap.data,
                ),
                moment(),
            )
            return save.done(_place(ended), "Đã ghi thôi tham gia.")
    elif not form.is_submitted():
        form.version.data = membership.version
    _ask_what_hangs(form, membership_id, form.valid_to.data)
    return show_form("memberships/end.html", form, **_context(membership_id))


@blueprint.route("/thanh-vien/<int:membership_id>/go-bo", methods=["GET", "POST"])
@requires(Action.MEMBERSHIP_EDIT)
def take_back(membership_id: int) -> ResponseReturnValue:
    """Take out a membership that was entered by mistake today."""
    membership = _own(membership_id)
    form = TakeBackForm()
    if save := saving(form):
        with save:
            command = TakeBackMembership(
                membership_id=membership_id,
                version=form.version.number,
                accept_gap=form.accept_gap.data,
            )
            record_went = take_back_membership(current_actor(), command, moment())
            along = " và hồ sơ lập cùng" if record_went else ""
            said = f"Đã gỡ bỏ tư cách thành viên ghi nhầm{along}."
            return save.done(_place(membership), said)
    form.version.data = membership.version
    return show_form(
        "memberships/take_back.html",
        form,
        record_goes=membership.person_id is not None
        and not memberships_beside(line_of(membership.line_id)),
        **_context(membership_id),
    )


def _ask_what_hangs(form: LeavingForm, membership_id: int, day: date | None) -> None:
    """Ask about what hangs on a membership, on the day typed or today."""
    membership = _own(membership_id)
    first_possible = days_later(membership.valid_from, 1)
    day = max(day or today(), first_possible)
    form.offer(service.to_be_asked(current_actor(), membership, day, today()))


@blueprint.route("/thanh-vien/<int:membership_id>/sua", methods=["GET", "POST"])
@requires(Action.MEMBERSHIP_EDIT)
def edit(membership_id: int) -> ResponseReturnValue:
    """Correct a membership, or change it from a day on."""
    membership = _own(membership_id)
    form = EditForm()
    if save := saving(form):
        with save:
            changed = _changed(form, membership_id)
            return save.done(_place(changed), "Đã lưu thông tin thành viên.")
    elif not form.is_submitted():
        form.version.data = membership.version
        form.role.data = membership.role.value
        form.organisation.data = membership.organisation
        form.is_main.data = membership.is_main
        form.valid_from.data = membership.valid_from
        form.valid_to.data = written_end(Membership, membership_id, membership.valid_to, today())
    context = _context(membership_id)
    form.role.choices = role_choices(context["unit"].kind)
    return show_form("memberships/edit.html", form, **context)


def _changed(form: EditForm, membership_id: int) -> Membership:
    if form.change_kind.data != CORRECTION:
        return service.change_from(
            current_actor(),
            service.ChangeMembership(
                membership_id=membership_id,
                version=form.version.number,
                role=MemberRole(form.role.data),
                organisation=form.organisation.data,
                is_main=form.is_main.data,
                day=form.change_from.data,
                accept_gap=form.accept_gap.data,
            ),
            moment(),
        )
    if form.valid_from.data is None:
        raise Invalid.on("valid_from", "Nhập ngày bắt đầu tham gia.")
    return service.correct(
        current_actor(),
        service.CorrectMembership(
            membership_id=membership_id,
            version=form.version.number,
            role=MemberRole(form.role.data),
            organisation=form.organisation.data,
            is_main=form.is_main.data,
            valid_from=form.valid_from.data,
            valid_to=form.valid_to.data,
            accept_gap=form.accept_gap.data,
        ),
        moment(),
    )


@blueprint.route("/thanh-vien/<int:membership_id>/chuyen", methods=["GET", "POST"])
@requires(Action.MEMBERSHIP_EDIT)
def transfer(membership_id: int) -> ResponseReturnValue:
    """Move a member to another unit of the actor's scope."""
    membership = _own(membership_id)
    if membership.person_id is None:
        raise NotFound("Chỉ chuyển được người, không chuyển được đơn vị thành viên.")
    form = TransferForm()
    hints = _offer_units(form)
    if "find" not in request.form and (save := saving(form)):
        with save:
            opened = service.transfer(
                current_actor(),
                service.TransferMember(
                    membership_id=membership_id,
                    version=form.version.number,
                    unit_id=form.unit_id.data,
                    role=MemberRole(form.role.data),
                    day=form.day.data,
                    is_secondment=form.is_secondment.data,
                    until=form.until.data,
                    successor_id=form.successor_id.data,
                    reason=form.reason.data or "",
                    hanging=form.hanging(),
                    accept_gap=form.accept_gap.data,
                ),
                moment(),
            )
            return save.done(_place(opened), "Đã chuyển đơn vị.")
    elif not form.is_submitted():
        form.version.data = membership.version
        form.role.data = MemberRole.MEMBER.value
    _ask_what_hangs(form, membership_id, form.day.data)
    return show_form("memberships/transfer.html", form, hints=hints, **_context(membership_id))


def _offer_units(form: TransferForm) -> dict[str, str]:
    """Fill the choices with the units found in the actor's scope; return their parents as hints."""
    if not form.unit_query.data:
        return {}
    scope = current_actor().scope(Action.MEMBERSHIP_EDIT)
    found = search(form.unit_query.data, today(), scope=scope, today=today())
    form.unit_id.choices = [(one.row.id, one.row.name) for one in found]
    form.offer_parts(form.unit_id.choices)
    chosen = next((one.row for one in found if str(one.row.id) == str(form.unit_id.data)), None)
    if chosen is not None:
        form.role.choices = role_choices(chosen.kind)
    return {str(one.row.id): one.row.parent_name or "" for one in found}


def _own(membership_id: int) -> Membership:
    """Return a membership of a unit in the actor's scope; raise NotFound otherwise."""
    membership = membership_by_id(membership_id)
    if membership is None:
        raise NotFound
    current_actor().require_on(
        Action.MEMBERSHIP_EDIT, path_on(membership.unit_id, today()), membership.unit_id
    )
    return membership


def _context(membership_id: int) -> dict[str, Any]:
    membership = _own(membership_id)
    return {
        "membership": membership,
        "person": membership.person,
        "unit": past_names(membership.unit_id)[0].period,
        "approved": approved_on(membership.line_id, today()),
        "has_account": membership.person_id is not None
        and account_of_person(membership.person_id) is not None,
        "back": _place(membership),
    }


def _place(membership: Membership) -> str:
    """Return where one goes from a membership: to the person while seen, or the unit."""
    scope = current_actor().scope(Action.PERSON_SEE)
    person_id = membership.person_id
    if person_id is not None and person_in_scope(person_id, scope, today(), today()) is not None:
        return url_for("people.show", person_id=membership.person_id)
    return url_for("units.show", unit_id=membership.unit_id)
