"""Pages of people."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.documents.people import PAGE_COLUMNS, people_sheet
from registry.documents.tables import on_page
from registry.documents.trainings import ATTENDED_COLUMNS
from registry.domain.audit.deeds import Deed, field_label
from registry.domain.errors import Invalid, NotFound
from registry.domain.identity_numbers import parse_citizen_id
from registry.domain.memberships import MemberRole
from registry.domain.people import change_words
from registry.domain.periods import Period
from registry.domain.permissions import EVERYTHING, Action
from registry.domain.phones import mask_phone
from registry.domain.tasks import Task
from registry.domain.vietnamese.writing import format_day, format_phone
from registry.formats.spreadsheet import table_xlsx
from registry.models.base import db
from registry.models.people import Person, PersonPeriod
from registry.queries.accounts import account_of_person
from registry.queries.assignments.counting import given_by_law, not_counting
from registry.queries.assignments.lists import assignments_of_person
from registry.queries.audit import done_on
from registry.queries.cards import live_cards
from registry.queries.memberships import PastMembership, belonging_of, membership_history
from registry.queries.people import (
    Likeness,
    PeopleFilter,
    all_people,
    changes_of,
    people,
    person_in_scope,
)
from registry.queries.person_periods import period_by_id, period_on, periods_of
from registry.queries.trainings import attended_by
from registry.queries.units.details import children_in, topmost, units_above
from registry.queries.units.on_a_day import UnitRow, ids_in_scope, path_on, unit_on
from registry.services import people as service
from registry.services import person_periods
from registry.services.audit import Event
from registry.services.citizen_numbers import other_bearer
from registry.web.access import current_actor, requires
from registry.web.exports import FileKind, hand_out, making_file
from registry.web.forms.choices import role_choices
from registry.web.forms.fields import CORRECTION, ButtonForm
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import saving
from registry.web.numbers import row_number, row_number_or
from registry.web.paging import window
from registry.web.people.forms import EditFactsForm, EditForm, PersonForm, RegisterForm
from registry.web.personal_keys import personal_keys
from registry.web.request import moment, today
from registry.web.shown_day import ShownDay, shown_day
from registry.web.tasks import asked_task, scope_of

UNIT_PARAMETER = "don-vi"
CREATE = "create"
_APPROVAL = {"co": True, "chua": False}

blueprint = Blueprint("people", __name__)


@blueprint.get("/nguoi")
@requires(Action.PERSON_SEE)
def index() -> ResponseReturnValue:
    """List the people of the actor's scope, narrowed by name, unit and approval."""
    scope = scope_of(_asked(), Action.PERSON_SEE)
    day = shown_day()
    unit = _chosen_unit(day.day)
    return render_template(
        "people/index.html",
        task=_asked(),
        columns=PAGE_COLUMNS,
        day=day,
        unit=unit,
        unit_options=_unit_options(unit, day.day),
        text=_text(),
        approval=request.args.get("phe-duyet", ""),
        page=people(scope, day.day, today(), _wanted(unit), window(50)),
        mask=mask_phone,
    )


@blueprint.get("/nguoi/tep-excel")
@requires(Action.PERSON_SEE)
@making_file()
def export() -> ResponseReturnValue:
    """Hand out the list as a workbook, telephones in full, and audit that it was taken away."""
    scope = scope_of(_asked(), Action.PERSON_SEE)
    day = shown_day()
    unit = _chosen_unit(day.day)
    rows = all_people(scope, day.day, today(), _wanted(unit))
    where = unit.name if unit else "Tất cả đơn vị trong phạm vi"
    content = table_xlsx([people_sheet(rows, where, day.day)], as_of=day.day)
    event = Event(
        Deed.PEOPLE_EXPORT,
        "people",
        None,
        unit_id=unit.id if unit else None,
        details={"rows": len(rows), "as_of": day.day},
    )
    return hand_out(content, FileKind.XLSX, "danh-sach-nguoi", day.day, event=event)


def _text() -> str:
    return request.args.get("q", "").strip()[:200]


def _chosen_unit(day: date) -> UnitRow | None:
    """Return the unit by whose subtree the list is narrowed.

    Raises NotFound when it is out of scope or does not exist on `day`.
    """
    unit_id = request.args.get(UNIT_PARAMETER, type=row_number)
    if unit_id is None:
        return None
    current_actor().require_on(Action.PERSON_SEE, path_on(unit_id, today()), unit_id)
    unit = unit_on(unit_id, day)
    if unit is None:
        raise NotFound(f"Đơn vị này không tồn tại vào ngày {format_day(day)}.")
    return unit


def _wanted(unit: UnitRow | None) -> PeopleFilter:
    return PeopleFilter(
        text=_text(),
        prefix=unit.path if unit else None,
        approved=_APPROVAL.get(request.args.get("phe-duyet", "")),
        without_phone=_asked() is not None,
    )


def _asked() -> Task | None:
    return asked_task("people.index")


def _unit_options(unit: UnitRow | None, day: date) -> list[tuple[str, str]]:
    """Return the units one may narrow to next: above and including the chosen one, and below it."""
    scope = current_actor().scope(Action.PERSON_SEE)
    tops = topmost(scope, day)
    if unit is None:
        near = tops + (children_in(tops[0].id, day, scope, today()) if len(tops) == 1 else [])
    else:
        above = [row for row in units_above(unit.path, day) if _sees(row)]
        near = [*above, unit, *children_in(unit.id, day, scope, today())]
    return [("", "Tất cả"), *((str(row.id), f"{row.name}{row.place}") for row in near)]


def _sees(row: UnitRow) -> bool:
    scope = current_actor().scope(Action.PERSON_SEE)
    return scope.covers(path_on(row.id, today()), row.id)


@blueprint.get("/nguoi/<int:person_id>")
@requires(Action.PERSON_SEE)
def show(person_id: int) -> ResponseReturnValue:
    """Show one person who is, today or on the day shown, a member of a unit in scope."""
    day = shown_day()
    person = _visible(person_id, day)
    actor = current_actor()
    scope = actor.scope(Action.PERSON_SEE)
    editable = person_in_scope(person_id, actor.scope(Action.PERSON_EDIT), today(), today())
    reveals = person_in_scope(person_id, actor.scope(Action.CITIZEN_ID_REVEAL), today(), today())
    is_here = person_in_scope(person_id, scope, today(), today()) is not None
    story = _story(person_id, day.day)
    editing = ids_in_scope(
        (past.membership.unit_id for past in story["memberships"]),
        actor.scope(Action.MEMBERSHIP_EDIT),
        today(),
    )
    editable_memberships = {
        past.membership.id for past in story["memberships"] if past.membership.unit_id in editing
    }
    return render_template(
        "people/show.html",
        day=day,
        person=person,
        # What is not dated is told under the rights of today; of who left, the rest only.
        is_here=is_here,
        editable_memberships=editable_memberships,
        lasting=_lasting(story["memberships"]),
        of_today=done_on(Deed.MEMBERSHIP_OPEN, "memberships", editable_memberships, today()),
        may_edit=editable is not None,
        may_reveal=reveals is not None and person.citizen_id_encrypted is not None,
        same_number=other_bearer(actor, person, personal_keys(), today()),
        has_account=account_of_person(person_id) is not None,
        changes=changes_of(person_id, scope, today()) if is_here else [],
        change_words=change_words,
        field_label=field_label,
        form=ButtonForm(),
        **story,
    )


def _lasting(memberships: Iterable[PastMembership]) -> set[int]:
    """Return the memberships that are not over, by id; the end to come may yet be another."""
    rows = (past.membership for past in memberships)
    return {row.id for row in rows if row.valid_to is None or row.valid_to > today()}


def _story(person_id: int, day: date) -> dict[str, Any]:
    """Return what is dated of a person and of units in the visitor's scope.

    `elsewhere`: there is more, of units that are not his to see, and it is not told.
    """
    actor = current_actor()
    inside, outside = belonging_of(person_id, actor.scope(Action.PERSON_SEE), today())
    told = _told_story(
        person_id,
        day,
        lambda action, unit_ids: ids_in_scope(unit_ids, actor.scope(action), today()),
        membership_history(person_id, day, actor.scope(Action.PERSON_SEE), today()),
    )
    told["elsewhere"] = told["elsewhere"] or bool(outside)
    told["periods"] = [
        period
        for period in told["periods"]
        if any(days.overlaps(Period(period.valid_from, period.valid_to)) for days in inside)
    ]
    if not any(days.contains(day) for days in inside):
        told["period"] = None
    return told


def _own_story(person_id: int) -> dict[str, Any]:
    """Return everything dated that is stored of the one who is signed in."""
    memberships = membership_history(person_id, today(), EVERYTHING, today())
    return _told_story(person_id, today(), lambda _action, unit_ids: set(unit_ids), memberships)


def _told_story(
    person_id: int,
    day: date,
    seen: Callable[[Action, Iterable[int]], set[int]],
    memberships: list[PastMembership],
) -> dict[str, Any]:
    """Return what both the person's page and one's own record tell, of the units `seen`."""
    every = assignments_of_person(person_id, None)
    units = seen(Action.ASSIGNMENT_SEE, (row.unit_id for row in every))
    assignments = [row for row in every if row.unit_id in units]
    why_not = not_counting(assignments, today())
    attended = attended_by(person_id)
    counted_for = seen(Action.TRAINING_SEE, (row.unit_id for row in attended))
    trainings = [row for row in attended if row.unit_id in counted_for]
    return {
        "memberships": memberships,
        "period": period_on(person_id, day),
        "periods": periods_of(person_id)[::-1],
        "assignments": assignments,
        "why_not": why_not,
        "by_law": given_by_law(assignments, why_not, today()),
        "training_columns": on_page(ATTENDED_COLUMNS),
        "trainings": trainings,
        "elsewhere": len(assignments) < len(every) or len(trainings) < len(attended),
    }


def _visible(person_id: int, day: ShownDay) -> Person:
    scope = current_actor().require(Action.PERSON_SEE)
    for asked in (today(), day.day):
        found = person_in_scope(person_id, scope, asked, today())
        if found is not None:
            return found[0]
    raise NotFound


@blueprint.get("/ho-so-cua-toi")
@requires(Action.OWN_RECORD_SEE)
def own() -> ResponseReturnValue:
    """Show what is stored about the one who is signed in, and nobody else."""
    person_id = current_actor().person_id
    if person_id is None:
        raise NotFound("Tài khoản này không gắn với người nào trong sổ.")
    person = db.session.get_one(Person, person_id)
    story = _own_story(person_id)
    return render_template(
        "people/own.html",
        person=person,
        current=[past for past in story["memberships"] if past.is_on(today())],
        cards=live_cards(past.membership.line_id for past in story["memberships"]),
        **story,
    )


@blueprint.post("/nguoi/<int:person_id>/so-cccd")
@requires(Action.CITIZEN_ID_REVEAL)
def reveal_citizen_id(person_id: int) -> ResponseReturnValue:
    """Show a citizen number in full; the service audits it."""
    number = service.reveal_citizen_id(current_actor(), person_id, personal_keys(), moment())
    found = person_in_scope(
        person_id, current_actor().scope(Action.CITIZEN_ID_REVEAL), today(), today()
    )
    response = make_response(
        render_template(
            "people/reveal_citizen_id.html", number=number, person=found[0] if found else None
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/nguoi/<int:person_id>/sua", methods=["GET", "POST"])
@requires(Action.PERSON_EDIT)
def edit(person_id: int) -> ResponseReturnValue:
    """Edit a person's record."""
    form = EditForm()
    person = _editable(person_id)
    if save := saving(form):
        with save:
            details = _details(form)
            command = service.EditPerson(
                person_id=person_id,
                version=form.version.number,
                details=details,
                forget_citizen_id=form.forget_citizen_id.data,
            )
            service.edit(current_actor(), command, personal_keys(), moment())
            location = url_for("people.show", person_id=person_id)
            return save.done(
                location, "Đã lưu hồ sơ.", *form.full_name.notices, *_warnings(details)
            )
    elif not form.is_submitted():
        _fill(form, person)
    return show_form("people/edit.html", form, person=_editable(person_id))


def _editable(person_id: int) -> Person:
    found = person_in_scope(
        person_id, current_actor().require(Action.PERSON_EDIT), today(), today()
    )
    if found is None:
        raise NotFound
    return found[0]


def _fill(form: EditForm, person: Person) -> None:
    form.version.data = person.version
    form.full_name.data = person.full_name
    form.birth_date.data = person.birth_date
    form.birth_year.data = None if person.birth_date else person.birth_year
    form.phone.data = format_phone(person.phone) if person.phone else None
    form.email.data = person.email


@blueprint.route("/nguoi/cong-tac/<int:period_id>/sua", methods=["GET", "POST"])
@requires(Action.PERSON_EDIT)
def edit_facts(period_id: int) -> ResponseReturnValue:
    """Correct what a person is by occupation in a period, or change it from a day on."""
    form = EditFactsForm()
    period = _editable_period(period_id)
    location = url_for("people.show", person_id=period.person_id)
    if save := saving(form):
        with save:
            _save_facts(form, period_id)
            return save.done(location, "Đã lưu thông tin công tác.")
    elif not form.is_submitted():
        form.version.data = period.version
        form.valid_from.data = period.valid_from
        form.show(period.facts)
    period = _editable_period(period_id)
    person = _editable(period.person_id)
    return show_form("people/edit_facts.html", form, period=period, person=person)


def _editable_period(period_id: int) -> PersonPeriod:
    period = period_by_id(period_id)
    if period is None:
        raise NotFound
    _editable(period.person_id)
    return period


def _save_facts(form: EditFactsForm, period_id: int) -> None:
    actor, version, facts = current_actor(), form.version.number, form.facts
    if form.change_kind.data != CORRECTION:
        change = person_periods.ChangeFacts(
            period_id=period_id,
            version=version,
            facts=facts,
            day=form.change_from.data,
            accept_gap=form.accept_gap.data,
        )
        person_periods.change_from(actor, change, moment())
        return
    if form.valid_from.data is None:
        raise Invalid.on("valid_from", "Nhập ngày bắt đầu của thông tin này.")
    correction = person_periods.CorrectFacts(
        period_id=period_id,
        version=version,
        facts=facts,
        valid_from=form.valid_from.data,
        accept_gap=form.accept_gap.data,
    )
    person_periods.correct(actor, correction, moment())


def _details(form: PersonForm) -> service.PersonDetails:
    return service.PersonDetails(
        full_name=form.full_name.data,
        phone=form.phone.data,
        email=form.email.data,
        birth_year=form.birth_year.data,
        birth_date=form.birth_date.data,
        citizen_id=form.citizen_id.data or None,
    )


def _warnings(details: service.PersonDetails) -> tuple[str, ...]:
    """Return what looks odd about a citizen number that was accepted."""
    if not details.citizen_id:
        return ()
    year = details.birth_date.year if details.birth_date else details.birth_year
    return tuple(parse_citizen_id(details.citizen_id, birth_year=year).warnings)


@blueprint.route("/don-vi/<int:unit_id>/them-nguoi", methods=["GET", "POST"])
@requires(Action.PERSON_EDIT)
def register(unit_id: int) -> ResponseReturnValue:
    """Register somebody of a unit: a new person, or one who is known already."""
    current_actor().require_on(Action.MEMBERSHIP_EDIT, path_on(unit_id, today()), unit_id)
    form = RegisterForm()
    if not form.is_submitted():
        form.valid_from.data = today()
    if save := saving(form):
        with save:
            person_id, said, warnings = _registered(form, unit_id)
            return save.done(_page_of(person_id, form.valid_from.data), said, *warnings)
    unit = unit_on(unit_id, today())
    if unit is None:
        raise NotFound
    form.role.choices = role_choices(unit.kind)
    form.offer_parts([unit_id])
    return show_form("people/register.html", form, unit=unit, hints=_offer_alike(form))


def _page_of(person_id: int, joins: date) -> str:
    """Return the address of a person's page on the day of joining, when that is to come.

    Before that day the person belongs to nobody's scope here, and the page would not be found.
    """
    kept: dict[str, Any] = {} if joins <= today() else ShownDay(joins, today()).kept
    return url_for("people.show", person_id=person_id, **kept)


def _registered(form: RegisterForm, unit_id: int) -> tuple[int, str, tuple[str, ...]]:
    """Write what the form orders; return who joined, new or known, what to say, and warnings."""
    role = MemberRole(form.role.data)
    answer = form.despite_likeness.data or ""
    known = row_number_or(None, answer)
    if known is not None:
        service.add_known(
            current_actor(),
            service.AddKnownPerson(
                person_id=known,
                unit_id=unit_id,
                role=role,
                organisation=form.organisation.data,
                valid_from=form.valid_from.data,
                successor_id=form.successor_id.data,
            ),
            moment(),
        )
        return known, "Đã thêm người đã có trong sổ vào đơn vị.", ()
    details = _details(form)
    person = service.register(
        current_actor(),
        service.RegisterPerson(
            unit_id=unit_id,
            details=details,
            facts=form.facts,
            role=role,
            organisation=form.organisation.data,
            valid_from=form.valid_from.data,
            despite_likeness=answer == CREATE,
            successor_id=form.successor_id.data,
        ),
        personal_keys(),
        moment(),
    )
    warnings = (*form.full_name.notices, *_warnings(details))
    return person.id, "Đã thêm 1 người vào đơn vị.", warnings


def _offer_alike(form: RegisterForm) -> dict[str, str]:
    """Offer those the service found alike as choices; return what tells them apart.

    Of somebody out of the actor's scope it says nothing.
    """
    if not form.despite_likeness.errors:
        return {}
    choices, hints = [], {}
    for one in service.known_already(current_actor(), _details(form), today()):
        key = str(one.person.id)
        choices.append((key, f"{one.person.full_name}, đã có trong sổ: thêm vào đơn vị"))
        hints[key] = _told(one.person, one)
    label = "Không phải ai trong số này: tạo hồ sơ mới" if choices else "Vẫn tạo hồ sơ mới"
    form.despite_likeness.choices = [*choices, (CREATE, label)]
    return hints


def _told(person: Person, likeness: Likeness) -> str:
    """Say what tells a person apart, and what made him look like the one described."""
    why = "Trùng số điện thoại" if likeness.same_phone else "Trùng họ tên"
    if likeness.similar and not likeness.same_phone:
        why = f"Họ tên gần giống: {likeness.similar}"
    born = f"sinh {person.birth_year}" if person.birth_year is not None else None
    facts = [fact for fact in (likeness.unit_name, likeness.job_title, born) if fact]
    return f"{why}. {', '.join(facts)}."
