"""Take an applied batch back: replay its journal, unless something later rests on it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from sqlalchemy import delete

from registry.domain.audit.deeds import Deed, noun_label
from registry.domain.clock import Moment
from registry.domain.errors import Conflict
from registry.domain.permissions import Action, Actor, Scope
from registry.domain.reorganisations.batches import BatchState
from registry.models.base import db
from registry.models.reorganisations import Reorganisation
from registry.models.units import Unit, UnitPath, UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.reorganisations.journal import (
    journal_of,
    later_batches_on,
    rests_on,
    units_of_taken_away,
)
from registry.queries.units.periods import units_of_periods
from registry.queries.units.tree import subtree_ids
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.batches import seen_batch
from registry.services.reorganisations.journal import replay_backwards
from registry.services.reorganisations.later_batches import named_batches, with_later_batches
from registry.services.reorganisations.units import misplaced
from registry.services.units.paths import rebuild_paths_of

NOTHING: Mapping[str, object] = MappingProxyType({})


@one_at_a_time
def undo(actor: Actor, batch_id: int, moment: Moment) -> Reorganisation:
    """Take an applied batch back: every question then has the answer it had before.

    Raises Conflict, naming what, while something later depends on the units concerned.
    """
    batch = seen_batch(actor, batch_id, moment.day)
    if batch.state is not BatchState.APPLIED:
        raise Conflict("Chỉ hoàn tác được đợt đã thực hiện và chưa hoàn tác.")
    with db.session.begin_nested():
        put_back(batch, actor.scope(Action.UNIT_REORGANISE), moment.day)
    mark_undone(actor, batch, moment)
    return batch


def mark_undone(
    actor: Actor, batch: Reorganisation, moment: Moment, details: Mapping[str, object] = NOTHING
) -> None:
    """Note that a batch was put back, for callers that have authorised their own action."""
    batch.undone_at = moment.instant
    batch.undone_by_id = actor.account_id
    db.session.flush()
    event = Event(Deed.REORGANISATION_UNDO, "reorganisations", batch.id, details=details)
    record(actor, event, moment)


def put_back(batch: Reorganisation, scope: Scope, today: date) -> None:
    """Replay the journal of a batch, for callers that have authorised their own action.

    Raises Conflict as `undo`; a unit outside `scope` is not named.
    """
    changes = journal_of(batch.id)
    established = {change.row_id for change in changes if change.table_name == Unit.__tablename__}
    units = established | units_of_taken_away(batch.id)
    units |= units_of_periods(
        change.row_id for change in changes if change.table_name == UnitPeriod.__tablename__
    )
    later = later_batches_on(units, batch)
    if later:
        raise Conflict(
            f"Còn các đợt sắp xếp sau đó của cùng đơn vị: {named_batches(later)}. "
            "Hoàn tác các đợt đó rồi thực hiện lại."
        )
    dependent = rests_on(changes)
    if dependent:
        raise Conflict(
            "Không hoàn tác được: sau đợt này đã ghi thêm dữ liệu dựa vào kết quả của nó "
            f"({', '.join(noun_label(table) for table in dependent)}). Bỏ phần đó trước."
        )
    below = subtree_ids(units, batch.eve)
    _forget_paths(established)
    replay_backwards(changes)
    db.session.expire_all()
    living = (units | below) - established
    stands_no_more = misplaced(living, batch.effective_on, scope, today)
    if stands_no_more:
        (first,) = with_later_batches(stands_no_more[:1], batch.effective_on)
        raise Conflict(f"Không hoàn tác được. {first.message}")
    rebuild_paths_of(living)


def _forget_paths(unit_ids: set[int]) -> None:
    for ids in blocks(unit_ids):
        db.session.execute(delete(UnitPath).where(UnitPath.unit_id.in_(ids)))
