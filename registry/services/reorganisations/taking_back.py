"""Take an everyday change back the same day, for whoever may make it: a team founded by mistake."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.permissions import Action, Actor
from registry.domain.reorganisations.batches import BatchState
from registry.domain.units.kinds import EVERYDAY_KINDS
from registry.models.base import db
from registry.models.reorganisations import Reorganisation
from registry.queries.coverage.at_risk import served_from_below
from registry.queries.coverage.spans import covered_days
from registry.queries.reorganisations.batches import batch_by_id, batches_applied_on
from registry.queries.reorganisations.journal import batches_that_changed
from registry.queries.reorganisations.scope import units_outside, units_touched
from registry.queries.units.names import kind_as_last_known
from registry.queries.units.on_a_day import paths_on
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.undoing import mark_undone, put_back
from registry.services.units.naming import naming_action

NOT_TODAY = (
    "Chỉ gỡ bỏ được thay đổi ghi trong ngày hôm nay và chưa gỡ bỏ. Thay đổi ghi từ trước thì ghi "
    "thay đổi mới, hoặc đề nghị cơ quan thẩm định hoàn tác."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackChange:
    """An order to take back a change of today; `accept_gap`: the gap that was named is accepted."""

    batch_id: int
    accept_gap: bool = False


def changes_of_today(actor: Actor, unit_id: int, today: date) -> list[Reorganisation]:
    """Return the changes of a unit, or decided there, that were written today and may go again."""
    if not actor.may(Action.UNIT_CHANGE_TEAM):
        return []
    return [
        batch
        for batch in batches_applied_on(today)
        if unit_id in {batch.decision.unit_id, *units_touched(batch)}
        and _is_own(actor, batch, today)
    ]


def own_changes(actor: Actor, unit_id: int, today: date) -> list[Reorganisation]:
    """Return the changes of a unit that the actor may make himself, the latest day first."""
    found = batches_that_changed([unit_id], date.min).get(unit_id, [])
    return [batch for batch in reversed(found) if _is_own(actor, batch, today)]


def own_change(actor: Actor, batch_id: int, today: date) -> Reorganisation:
    """Return a change that the actor may make himself.

    Raises NotFound for one about units outside his scope, or that only a batch brings about.
    """
    batch = batch_by_id(batch_id)
    if batch is None or batch.state is BatchState.COMPOSED or not _is_own(actor, batch, today):
        raise NotFound
    return batch


def _is_own(actor: Actor, batch: Reorganisation, today: date) -> bool:
    """Tell whether a batch is an everyday change, of units that are all the actor's to change."""
    touched = units_touched(batch)
    by_right: dict[Action, set[int]] = defaultdict(set)
    kinds = {unit_id: kind_as_last_known(unit_id, today) for unit_id in touched}
    for unit_id, kind in kinds.items():
        by_right[naming_action(kind)].add(unit_id)
    is_everyday = len(batch.rows) == 1 or EVERYDAY_KINDS.issuperset(kinds.values())
    return (
        is_everyday
        and bool(touched)
        and all(
            not units_outside(units, actor.scope(right), today) for right, units in by_right.items()
        )
    )


@one_at_a_time
def take_back_change(actor: Actor, command: TakeBackChange, moment: Moment) -> Reorganisation:
    """Take back what was founded, renamed, moved or closed today, as if it had never been written.

    Raises NotFound as `own_change`, Invalid for a change of another day and on `accept_gap`,
    Conflict, naming what, while something later depends on the units concerned.
    """
    actor.require(Action.UNIT_CHANGE_TEAM)
    batch = own_change(actor, command.batch_id, moment.day)
    if batch.id not in {one.id for one in batches_applied_on(moment.day)}:
        raise Conflict(NOT_TODAY) if batch.undone_at else Invalid.on("", NOT_TODAY)
    covered = covered_days(_served_around(units_touched(batch), moment.day))
    with db.session.begin_nested():
        put_back(batch, actor.scope(Action.UNIT_CHANGE_TEAM), moment.day)
        gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
        mark_undone(actor, batch, moment, accepted_gaps(gaps))
    return batch


def _served_around(unit_ids: Iterable[int], day: date) -> set[int]:
    paths = paths_on(unit_ids, day).values()
    return {one for path in paths for one in served_from_below(path, day)}
