"""Take out a paper that was recorded by mistake today, before anything was put on it."""

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.permissions import Actor
from registry.models.base import db
from registry.queries.resting_on import resting_on_decision
from registry.services.audit import Event, record
from registry.services.decisions import own_decision
from registry.services.mistakes import refuse_unless_of_today, refuse_while_in_use
from registry.services.one_at_a_time import one_at_a_time


@one_at_a_time
def take_back_decision(actor: Actor, decision_id: int, version: int, moment: Moment) -> int:
    """Take out a paper recorded today, as if it never had been; return its unit.

    Raises NotFound outside the scope, Conflict when somebody saved it meanwhile, Invalid when it
    was recorded on another day, or when anything rests on it: an assignment, a list, a scan.
    """
    decision = own_decision(actor, decision_id, version, moment.day)
    refuse_unless_of_today(Deed.DECISION_RECORD, "decisions", decision.id, moment.day)
    refuse_while_in_use(resting_on_decision(decision))
    unit_id, number = decision.unit_id, decision.number
    db.session.delete(decision)
    db.session.flush()
    event = Event(
        Deed.DECISION_TAKE_BACK, "decisions", decision_id, unit_id, details={"number": number}
    )
    record(actor, event, moment)
    return unit_id
