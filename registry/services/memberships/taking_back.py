"""Take out a membership that was entered by mistake today, with a record made along with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.permissions import Action, Actor
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.queries.assignments.belonging import days_of_belonging
from registry.queries.assignments.lists import assignments_of_person
from registry.queries.assignments.rows import AssignmentRow
from registry.queries.audit import done_on
from registry.queries.coverage.at_risk import served_by
from registry.queries.coverage.spans import covered_days
from registry.queries.memberships import line_of
from registry.queries.person_periods import periods_of
from registry.queries.resting_on import (
    memberships_beside,
    resting_on_membership,
    resting_on_person,
)
from registry.queries.units.on_a_day import path_on
from registry.services.audit import Event, record
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.memberships.changes import own_membership
from registry.services.memberships.periods import facts_of, give_main_to_another, record_deed
from registry.services.mistakes import refuse_unless_of_today, refuse_while_in_use
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.following import Whose, units_followed

# By which an assignment of today may rest on a membership of today.
_WRITTEN = (Deed.ASSIGNMENT_RECORD, Deed.ASSIGNMENT_CHANGE, Deed.ASSIGNMENT_CONFIRM)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackMembership:
    """An order to take out a membership of today; `version` is the one shown with the form.

    `accept_gap`: the actor was told which units are left without a focal point, and goes on.
    """

    membership_id: int
    version: int
    accept_gap: bool = False


@one_at_a_time
def take_back_membership(actor: Actor, command: TakeBackMembership, moment: Moment) -> bool:
    """Take out a membership entered today in the actor's scope, as if it had never been entered.

    Who then belongs nowhere, and never did, was registered by mistake as well: his record goes
    along. Tell whether it did.

    Raises NotFound outside the scope, Conflict when somebody saved it meanwhile, Invalid when it
    was entered on another day, when something rests on it or on the record, or on `accept_gap` when
    a unit would lose its last focal point.
    """
    shown = own_membership(actor, command.membership_id, command.version, moment.day)
    whose = Whose.party(shown.person_id, shown.member_unit_id)
    with db.session.begin_nested(), units_followed(whose, moment.day):
        line = line_of(shown.line_id)
        record_goes = _check(actor, line, moment)
        covered = covered_days(served_by(whose.people))
        membership, details = line[0], facts_of(line[0])
        _take_out(actor, line, moment)
        gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
        details |= accepted_gaps(gaps)
        record_deed(actor, Deed.MEMBERSHIP_TAKE_BACK, membership, details, moment)
        if record_goes and membership.person_id is not None:
            _take_out_record(actor, membership.person_id, membership.unit_id, moment)
    return record_goes


def _check(actor: Actor, line: Sequence[Membership], moment: Moment) -> bool:
    """Refuse what is older than today or has something resting on it.

    Tell whether the person's record goes along, as he belongs nowhere else and never did.
    """
    first, person_id = line[0], line[0].person_id
    refuse_unless_of_today(Deed.MEMBERSHIP_OPEN, "memberships", first.id, moment.day)
    resting = resting_on_membership(line)
    record_goes = person_id is not None and not memberships_beside(line)
    if record_goes and person_id is not None:
        actor.require_on(Action.PERSON_EDIT, path_on(first.unit_id, moment.day), first.unit_id)
        refuse_unless_of_today(Deed.PERSON_CREATE, "people", person_id, moment.day)
        resting += resting_on_person(person_id)
    refuse_while_in_use(sorted(set(resting)))
    return record_goes


def _take_out(actor: Actor, line: Sequence[Membership], moment: Moment) -> None:
    """Delete the rows; raise Invalid when an assignment written today holds by them alone.

    Where the person's main unit goes with them, one that stays becomes main.
    """
    first, person_id = line[0], line[0].person_id
    held = assignments_of_person(person_id, None) if person_id is not None else []
    before = days_of_belonging(held)
    for row in line:
        db.session.delete(row)
    db.session.flush()
    after = days_of_belonging(held)
    lost = [row for row in held if before[row.id] != after[row.id]]
    refuse_while_in_use(["assignments"] if _of_today(lost, moment) else [])
    if first.is_main and person_id is not None:
        give_main_to_another(actor, person_id, first.valid_from, moment)


def _of_today(rows: Sequence[AssignmentRow], moment: Moment) -> bool:
    ids = [row.id for row in rows]
    return any(done_on(deed, "assignments", ids, moment.day) for deed in _WRITTEN)


def _take_out_record(actor: Actor, person_id: int, unit_id: int, moment: Moment) -> None:
    for period in periods_of(person_id):
        db.session.delete(period)
    db.session.flush()
    db.session.delete(db.session.get_one(Person, person_id))
    db.session.flush()
    record(actor, Event(Deed.PERSON_TAKE_BACK, "people", person_id, unit_id=unit_id), moment)
