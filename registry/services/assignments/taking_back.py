"""Take out an assignment that was entered by mistake today."""

from dataclasses import dataclass

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict
from registry.domain.permissions import Actor
from registry.models.base import db
from registry.queries.assignments.lists import confirmations_of, line_of
from registry.queries.coverage.spans import covered_days
from registry.queries.resting_on import resting_on_assignment
from registry.services.assignments.changes import CHANGED_MEANWHILE, own_assignment
from registry.services.assignments.periods import facts_of, record_deed
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.mistakes import refuse_unless_of_today, refuse_while_in_use
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.following import Whose, units_followed


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackAssignment:
    """An order to take out an assignment of today; `version` is the one shown with the form.

    `accept_gap`: the officer was told that the unit is left without focal point, and goes on.
    """

    assignment_id: int
    version: int
    accept_gap: bool = False


@one_at_a_time
def take_back_assignment(actor: Actor, command: TakeBackAssignment, moment: Moment) -> int:
    """Take out an assignment entered today in the actor's scope; return its unit.

    The decision it rests on stays: it may have been recorded rightly.

    Raises NotFound outside the scope, Conflict when it was saved meanwhile, Invalid when it was
    entered on another day, when something rests on it, or on `accept_gap` when the unit would lose
    its last focal point.
    """
    shown = own_assignment(actor, command.assignment_id, moment.day)
    if shown.version != command.version:
        raise Conflict(CHANGED_MEANWHILE)
    unit_id = shown.unit_id
    whose = Whose.party(shown.person_id, shown.section_id)
    with db.session.begin_nested(), units_followed(whose, moment.day):
        line = line_of(shown.line_id)
        assignment = line[0]
        refuse_unless_of_today(Deed.ASSIGNMENT_RECORD, "assignments", assignment.id, moment.day)
        refuse_while_in_use(resting_on_assignment(line))
        facts, covered = facts_of(assignment), covered_days([one.unit_id for one in line])
        for row in [*line, *confirmations_of(assignment.line_id)]:
            db.session.delete(row)
        db.session.flush()
        gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
        details = {name: value for name, value in facts.items() if value is not None}
        details |= accepted_gaps(gaps)
        record_deed(actor, Deed.ASSIGNMENT_TAKE_BACK, assignment, details, moment)
    return unit_id
