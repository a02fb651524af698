"""Pages of units."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.domain.coverage import RequiredUnit
from registry.domain.errors import NotFound
from registry.domain.permissions import Action, Scope
from registry.domain.phones import mask_phone
from registry.domain.units.kinds import (
    FOUNDING_KINDS,
    KINDS_WITHOUT_MEMBERS,
    UnitKind,
)
from registry.domain.vietnamese.writing import format_phone
from registry.models.units import UnitContact
from registry.queries.assignments.absences import acting_names
from registry.queries.assignments.counting import not_counting
from registry.queries.assignments.lists import assignments_of_unit
from registry.queries.coverage.figures import Coverage, coverage
from registry.queries.coverage.history import steps_until, tallies_at_month_ends
from registry.queries.memberships import members_of
from registry.queries.people import phones_of
from registry.queries.units.details import (
    children_in,
    contact_of,
    counts_below,
    offices_held,
    past_names,
    topmost,
    units_above,
)
from registry.queries.units.left_over import left_over_body
from registry.queries.units.on_a_day import (
    UnitRow,
    path_on,
    search,
    search_ended,
    unit_on,
)
from registry.services.reorganisations import taking_back
from registry.services.units import contacts as service
from registry.services.units.naming import may_name
from registry.web.access import current_actor, requires
from registry.web.forms.showing import show_form
from registry.web.forms.submissions import saving
from registry.web.request import moment, today
from registry.web.seen_people import people_seen
from registry.web.shown_day import ShownDay, shown_day
from registry.web.units.changing import (
    said_of,
)
from registry.web.units.forms import ContactForm
from registry.web.units.past import past_of

SEARCH_LIMIT = 50
CHANGE_WORDS = "Đính chính, đổi tên, chuyển, giải thể"

blueprint = Blueprint("units", __name__)


@dataclass(frozen=True, slots=True)
class Child:
    """A unit in the list below another: how many stand below it, and who of them is covered.

    `required` is what it must have itself; `below_required` and `below_covered` count the units
    of the headline in its subtree.
    """

    row: UnitRow
    below: int
    required: RequiredUnit | None
    below_required: int
    below_covered: int


@dataclass(frozen=True, slots=True)
class KindGroup:
    """The units of one kind below another."""

    label: str
    children: Sequence[Child]

    @property
    def required(self) -> int:
        """How many of them must have a focal point."""
        return sum(child.required is not None for child in self.children)

    @property
    def covered(self) -> int:
        """How many of those have one."""
        return sum(
            child.required is not None and child.required.any_covered for child in self.children
        )


@blueprint.get("/don-vi")
@requires(Action.UNIT_SEE)
def index() -> ResponseReturnValue:
    """Show the tree from its top, or what a search finds."""
    scope = current_actor().require(Action.UNIT_SEE)
    day = shown_day()
    text = request.args.get("q", "").strip()[:200]
    if text:
        found = search(text, day.day, scope=scope, today=today(), limit=SEARCH_LIMIT + 1)
        return render_template(
            "units/index.html",
            day=day,
            text=text,
            found=found[:SEARCH_LIMIT],
            has_more=len(found) > SEARCH_LIMIT,
            ended=search_ended(text, day.day, scope=scope, today=today(), limit=SEARCH_LIMIT),
        )
    tops = topmost(scope, day.day)
    only = tops[0] if len(tops) == 1 else None
    counted = _coverage_below(only, day, scope) if only else None
    return render_template(
        "units/index.html",
        day=day,
        text="",
        tops=tops,
        only=only,
        counted=counted,
        groups=_groups(only, counted, day, scope) if only and counted else (),
    )


@blueprint.get("/don-vi/<int:unit_id>")
@requires(Action.UNIT_SEE)
def show(unit_id: int) -> ResponseReturnValue:
    """Show one unit on the day asked: who holds what, its members, what stands below, its past.

    A unit that has ended by then is shown as of its last day.
    """
    actor = current_actor()
    actor.require_on(Action.UNIT_SEE, path_on(unit_id, today()), unit_id)
    scope = actor.scope(Action.UNIT_SEE)
    day = shown_day()
    names = past_names(unit_id)
    if not names:
        raise NotFound
    past = past_of(unit_id, names, day, scope)
    unit = unit_on(unit_id, past.facts.day)
    if unit is None:
        return render_template("units/absent.html", day=day, past=past)
    facts = past.facts
    assignments = assignments_of_unit(unit_id, facts.day)
    members = members_of(unit_id, facts.day)
    counted = _coverage_below(unit, facts, scope)
    required = next((one for one in counted.units if one.id == unit_id), None)
    until = min(facts.day, today())
    groups = _groups(unit, counted, facts, scope)
    has_below = any(one.headline and one.id != unit_id for one in counted.units)
    return render_template(
        "units/show.html",
        day=day,
        past=past,
        unit=unit,
        above=[
            row
            for row in units_above(unit.path, facts.day)
            if scope.covers(path_on(row.id, today()), row.id)
        ],
        required=required,
        counted=counted,
        steps=steps_until(required, until) if required else (),
        month_ends=(tallies_at_month_ends(unit_id, until, scope, today()) if has_below else ()),
        assignments=assignments,
        why_not=not_counting(assignments, facts.day),
        acting=acting_names(assignments, facts.day),
        people=people_seen((row.person_id for row in assignments), facts.day),
        members=members,
        # Of today's people only: what is not dated is no fact of the day shown.
        phones=phones_of(
            [*(row.person_id for row in assignments), *(row.person_id for row in members)],
            actor.scope(Action.PERSON_SEE),
            today(),
        ),
        takes_members=unit.kind not in KINDS_WITHOUT_MEMBERS,
        groups=groups,
        contact=contact_of(unit_id),
        offices=offices_held(unit_id, facts.day),
        left_over=left_over_body(unit_id, facts.day),
        actions=[] if past.has_ended else _actions(unit, required),
        of_today=[
            (said_of(batch), batch.id)
            for batch in taking_back.changes_of_today(actor, unit_id, today())
        ],
        mask=mask_phone,
    )


def _actions(unit: UnitRow, required: RequiredUnit | None) -> list[tuple[str, str]]:
    """Return what the visitor may do with a unit, each with its address; the most wanted first.

    A unit that lacks its focal point needs an assignment before it needs anything else.
    """
    actor, path = current_actor(), path_on(unit.id, today())

    def may(action: Action) -> bool:
        return actor.scope(action).covers(path, unit.id)

    takes_members = unit.kind not in KINDS_WITHOUT_MEMBERS
    is_founding = unit.kind in FOUNDING_KINDS and may(Action.UNIT_CHANGE_TEAM)
    offered = [
        ("Thêm người", "people.register", takes_members and may(Action.MEMBERSHIP_EDIT)),
        ("Ghi phân công", "assignments.record", may(Action.ASSIGNMENT_RECORD)),
        ("Sửa liên hệ", "units.edit_contact", may(Action.UNIT_EDIT_CONTACT)),
        ("Lập đơn vị trực thuộc", "units.found_unit", is_founding),
        (CHANGE_WORDS, "units.change_unit", may_name(actor, unit, today())),
    ]
    actions = [(text, url_for(to, unit_id=unit.id)) for text, to, allowed in offered if allowed]
    if takes_members and may(Action.ROSTER_COMPOSE):
        actions.insert(2, ("Lập danh sách thành viên", url_for("rosters.start", unit=unit.id)))
    if required is not None and not required.any_covered:
        actions.sort(key=lambda action: action[0] != "Ghi phân công")
    return actions


@blueprint.route("/don-vi/<int:unit_id>/lien-he", methods=["GET", "POST"])
@requires(Action.UNIT_EDIT_CONTACT)
def edit_contact(unit_id: int) -> ResponseReturnValue:
    """Edit how a unit is reached."""
    current_actor().require_on(Action.UNIT_EDIT_CONTACT, path_on(unit_id, today()), unit_id)
    form = ContactForm()
    if save := saving(form):
        with save:
            service.edit_contact(
                current_actor(),
                service.EditContact(
                    unit_id=unit_id,
                    version=form.version.number,
                    phone=form.phone.data,
                    email=form.email.data,
                    address=form.address.data,
                    head_title=form.head_title.data,
                ),
                moment(),
            )
            return save.done(
                url_for("units.show", unit_id=unit_id), "Đã lưu thông tin liên hệ của đơn vị."
            )
    elif not form.is_submitted():
        _fill(form, contact_of(unit_id))
    return show_form("units/edit_contact.html", form, unit_id=unit_id, name=_name(unit_id))


def _fill(form: ContactForm, contact: UnitContact | None) -> None:
    form.version.data = contact.version if contact else service.NO_CONTACT_YET
    if contact is not None:
        form.phone.data = format_phone(contact.phone) if contact.phone else None
        form.email.data = contact.email
        form.address.data = contact.address
        form.head_title.data = contact.head_title


def _name(unit_id: int) -> str:
    """Return the unit's last name."""
    return past_names(unit_id)[0].period.name


def _coverage_below(unit: UnitRow, day: ShownDay, scope: Scope) -> Coverage:
    return coverage(unit, day.day, scope, today())


def _groups(unit: UnitRow, counted: Coverage, day: ShownDay, scope: Scope) -> list[KindGroup]:
    """Return what stands directly below a unit, kind by kind in the order of the kinds."""
    below = counts_below(unit.id, day.day)
    required: dict[int, list[RequiredUnit]] = {}
    own: dict[int, RequiredUnit] = {}
    for one in counted.units:
        own[one.id] = one
        inside = one.path.removeprefix(unit.path).split("/")
        if one.headline and len(inside) > 2:  # noqa: PLR2004 - "7/302/": deeper than a child
            required.setdefault(int(inside[0]), []).append(one)
    order = list(UnitKind)
    children = sorted(
        (
            Child(
                row,
                below.get(row.id, 0),
                own.get(row.id),
                len(required.get(row.id, ())),
                sum(one.any_covered for one in required.get(row.id, ())),
            )
            for row in children_in(unit.id, day.day, scope, today())
        ),
        key=lambda child: order.index(child.row.kind),
    )
    return [
        KindGroup(kind.label, list(members))
        for kind, members in groupby(children, key=lambda child: child.row.kind)
    ]
