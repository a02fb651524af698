"""Whose turn it is with a member list, that only one takes it, and what is noted of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CursorResult, update

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, DomainError, Gone, NotFound
from registry.domain.permissions import Actor, Scope
from registry.domain.rosters import TURNS, Step, check_takes_part_in_nothing, next_state
from registry.models.base import db
from registry.models.rosters import Roster
from registry.queries.rosters.lists import involved_in, roster_in, was_deleted
from registry.services.audit import Event, record

CHANGED = (
    "Danh sách đã thay đổi sau khi trang này được mở, nên chưa có gì được ghi. "
    "Mở lại danh sách để xem nội dung mới nhất."
)

DELETED = "Danh sách đang soạn này đã được xóa. Mở trang Danh sách để lập danh sách mới."


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterVersion:
    """A list in the version that was shown."""

    roster_id: int
    version: int


def taken(actor: Actor, step: Step, shown: RosterVersion, today: date) -> Roster:
    """Return the list on which the actor takes a step, claimed in the version that was shown.

    Raises NotAllowed when he may take the step nowhere, or has to do with the list himself and the
    step is another's; NotFound when there is no such list in his scope, Gone when it was deleted;
    Conflict when the list is not waiting for the step, or somebody was faster.
    """
    turn = TURNS[step]
    scope = actor.require(turn.action)
    roster = roster_in(shown.roster_id, scope, today)
    if roster is None:
        raise not_there(shown.roster_id, scope, today)
    if turn.by_another:
        check_takes_part_in_nothing(actor, step, involved_in(roster))
    next_state(roster.state, step)
    _claim(roster, shown.version)
    return roster


def not_there(roster_id: int, scope: Scope, today: date) -> DomainError:
    """Return the refusal of a number under which there is no list: deleted, or none in `scope`."""
    return Gone(DELETED) if was_deleted(roster_id, scope, today) else NotFound()


def _claim(roster: Roster, version: int) -> None:
    """Take the list in the version shown, so that of several who press at once exactly one goes on.

    Raises Conflict for everybody else: the version, which every step counts on, is the condition.
    """
    taken: CursorResult[Any] = db.session.execute(  # type: ignore[assignment] # an UPDATE's result
        update(Roster)
        .where(Roster.id == roster.id, Roster.version == version)
        .values(version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        raise Conflict(CHANGED)
    db.session.refresh(roster)


def record_step(
    actor: Actor, action: Deed, roster: Roster, moment: Moment, **details: object
) -> None:
    """Audit what was done with a list, with how many lines it then had."""
    known = {"number": roster.number, "lines": len(roster.lines)}
    event = Event(action, "rosters", roster.id, roster.unit_id, {**known, **details})
    record(actor, event, moment)
