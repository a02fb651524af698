"""Say up to which day the units are known to be true (the day figures are shown for by default)."""

from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Invalid
from registry.domain.permissions import Action, Actor
from registry.models.base import db
from registry.models.parameters import Parameter
from registry.queries.parameters import LAST_DAY, reference_first_day, reference_last_day
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time


@one_at_a_time
def set_last_known_day(actor: Actor, day: date | None, moment: Moment) -> bool:
    """Let the units be known up to `day`; None: up to today, whatever day that is.

    Tell whether that changed anything. Raises Invalid for a day to come or before the first one.
    """
    actor.require(Action.UNIT_REORGANISE)
    first = reference_first_day()
    if day is not None and (day > moment.day or (first is not None and day < first)):
        raise Invalid.on("day", "Ngày phải từ ngày đầu của số liệu đơn vị đến hôm nay.")
    before = reference_last_day()
    if before == day:
        return False
    row = db.session.get(Parameter, LAST_DAY)
    if row is not None:
        db.session.delete(row)
        db.session.flush()
    if day is not None:
        db.session.add(Parameter(name=LAST_DAY, value=day.isoformat()))
        db.session.flush()
    details = {"before": before, "after": day}
    record(actor, Event(Deed.UNIT_KNOWN_UNTIL, "parameters", LAST_DAY, details=details), moment)
    return True
