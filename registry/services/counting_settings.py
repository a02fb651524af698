"""The visible settings of how coverage is counted (docs/adr/0007)."""

from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Invalid
from registry.domain.permissions import Action, Actor
from registry.models.base import db
from registry.models.parameters import Parameter
from registry.queries.parameters import CARRIED_OVER_GRACE, CONTRACT_WORKERS_COUNT
from registry.services.audit import Event, record

LONGEST_GRACE = 3660


def count_contract_workers(actor: Actor, moment: Moment, *, counted: bool) -> None:
    """Say whether a contract worker may count as chuyên trách."""
    _set(actor, CONTRACT_WORKERS_COUNT, "1" if counted else None, moment)


def set_carried_over_grace(actor: Actor, days: int, since: date, moment: Moment) -> None:
    """Let assignments carried over from a merged unit count for `days` only, 0: without end.

    It holds for figures of `since` and later. Raises Invalid for a number out of range.
    """
    if not 0 <= days <= LONGEST_GRACE:
        raise Invalid.on("days", f"Số ngày từ 0 (không giới hạn) đến {LONGEST_GRACE}.")
    _set(actor, CARRIED_OVER_GRACE, f"{days};{since.isoformat()}" if days else None, moment)


def _set(actor: Actor, name: str, value: str | None, moment: Moment) -> None:
    actor.require(Action.UNIT_REORGANISE)
    row = db.session.get(Parameter, name)
    before = row.value if row is not None else None
    if before == value:
        return
    if row is not None:
        db.session.delete(row)
        db.session.flush()
    if value is not None:
        db.session.add(Parameter(name=name, value=value))
        db.session.flush()
    details = {"before": before, "after": value}
    record(actor, Event(Deed.COVERAGE_SET, "parameters", name, details=details), moment)
