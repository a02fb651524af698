"""Which batches somebody may see: rights are asked for today, whoever composed the batch."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from registry.domain.audit.deeds import Deed
from registry.domain.permissions import Scope
from registry.domain.reorganisations.batches import BatchState
from registry.domain.units.successions import SuccessionKind
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.reorganisations import (
    Reorganisation,
    ReorganisationAnnex,
    ReorganisationChange,
)
from registry.models.units import Succession, UnitPeriod
from registry.queries.audit import was_done
from registry.queries.reorganisations.batches import batches_where, composed_by
from registry.queries.reorganisations.journal import units_of_taken_away
from registry.queries.there_is import there_is
from registry.queries.units.on_a_day import in_force, paths_on


def is_seen(batch: Reorganisation, scope: Scope, account_id: int | None, today: date) -> bool:
    """Tell whether an account with `scope` may see a batch: all its units lie in there today.

    What a batch without units is about is the unit under which its decision is recorded. A draft
    with a row that names a unit nobody knows, or none that `scope` reaches, or with an annex of
    which nobody has said yet what it names, is seen by the account that composed it: where that
    decision lies in the scope, for the draft shows what was typed and nothing else (docs/adr/0030).
    """
    if scope.everything:
        return True
    if batch.state is not BatchState.COMPOSED:
        return not units_outside(units_touched(batch) or {_place(batch)}, scope, today)
    if units_outside(_units_chosen(batch), scope, today):
        return False
    unit_ids = _units_named(batch)
    if unit_ids and not units_outside(unit_ids, scope, today):
        return True
    composed_it = account_id is not None and batch.created_by_id == account_id
    return (composed_it or unit_ids == set()) and not units_outside([_place(batch)], scope, today)


def _place(batch: Reorganisation) -> int:
    return batch.decision.unit_id


def was_discarded(batch_id: int, scope: Scope, account_id: int | None, today: date) -> bool:
    """Tell whether a batch was discarded that the account composed or discarded: the audit knows.

    Of which units it named nothing is left, so others are told only where they see every batch, and
    the account only while the decision of the batch lies in its scope.
    """
    discarded, composed = (
        db.session.execute(
            select(AuditEvent.account_id, AuditEvent.unit_id).where(
                was_done(deed, "reorganisations", batch_id)
            )
        ).all()
        for deed in (Deed.REORGANISATION_DISCARD, Deed.REORGANISATION_COMPOSE)
    )
    if scope.everything or not discarded:
        return bool(discarded)
    places = {unit_id for _, unit_id in discarded if unit_id is not None}
    known = account_id is not None and account_id in {one for one, _ in [*discarded, *composed]}
    return known and bool(places) and not units_outside(places, scope, today)


def own_drafts(scope: Scope, account_id: int | None, today: date) -> list[Reorganisation]:
    """Return the drafts of an account, as far as it may still see them, the latest day first."""
    drafts = batches_where(composed_by(account_id, scope, today))
    return [batch for batch in drafts if is_seen(batch, scope, account_id, today)]


def batches_seen(scope: Scope, account_id: int | None, today: date) -> list[Reorganisation]:
    """Return the batches an account may see, the latest day first."""
    return [batch for batch in batches_where() if is_seen(batch, scope, account_id, today)]


def units_outside(unit_ids: Iterable[int], scope: Scope, today: date) -> set[int]:
    """Return those of the units that lie outside `scope`, rights being asked for today.

    A unit that ended without successor is judged by the one it stood under, one that is still to
    come by the one under which it will stand.
    """
    wanted = set(unit_ids)
    paths = paths_on(wanted, today)
    return {
        unit_id
        for unit_id in wanted
        if not scope.covers(paths.get(unit_id), unit_id)
        and not (
            unit_id not in paths
            and (_stood_inside(unit_id, scope, today) or _will_stand_inside(unit_id, scope, today))
        )
    }


def _will_stand_inside(unit_id: int, scope: Scope, today: date) -> bool:
    """Tell whether a unit whose first day is to come will stand under a unit of the scope."""
    first = db.session.execute(
        select(UnitPeriod.valid_from, UnitPeriod.parent_id)
        .where(UnitPeriod.unit_id == unit_id)
        .order_by(UnitPeriod.valid_from)
        .limit(1)
    ).first()
    if first is None or first.valid_from <= today or first.parent_id is None:
        return False
    return not units_outside([first.parent_id], scope, today)


def _stood_inside(unit_id: int, scope: Scope, today: date) -> bool:
    """Tell whether a unit that ended for good stood last under a unit of the scope."""
    succeeded = select(Succession.id).where(
        Succession.predecessor_id == unit_id, Succession.kind != SuccessionKind.REESTABLISHED
    )
    if there_is(succeeded):
        return False
    above = db.session.scalar(
        select(UnitPeriod.parent_id)
        .where(UnitPeriod.unit_id == unit_id, UnitPeriod.valid_to <= today)
        .order_by(UnitPeriod.valid_from.desc())
        .limit(1)
    )
    return above is not None and not units_outside([above], scope, today)


def units_touched(batch: Reorganisation) -> set[int]:
    """Return the units of which a batch that was applied wrote a period or a successor link.

    Also those of which it did no more than take a period away that an earlier batch of the day had
    written.
    """
    wrote = select(ReorganisationChange.row_id).where(
        ReorganisationChange.reorganisation_id == batch.id,
        ReorganisationChange.table_name == UnitPeriod.__tablename__,
    )
    found = set(db.session.scalars(select(UnitPeriod.unit_id).where(UnitPeriod.id.in_(wrote))))
    found.update(units_of_taken_away(batch.id))
    for pair in db.session.execute(
        select(Succession.predecessor_id, Succession.successor_id).where(
            Succession.reorganisation_id == batch.id
        )
    ):
        found.update(pair)
    return found


def _units_chosen(batch: Reorganisation) -> set[int]:
    """Return the units a batch's rows name by their id: chosen from a list, never typed."""
    contents = [row.content for row in batch.rows]
    return {one for said in contents for one in (said.old_id, said.new_parent_id) if one}


def _units_named(batch: Reorganisation) -> set[int] | None:
    """Return the units a batch's rows name, or None when one of them is not known.

    A unit is named by its id, by its code or by its name on the day before the batch. What an annex
    names is not known before its columns are confirmed.
    """
    waiting = select(ReorganisationAnnex.id).where(
        ReorganisationAnnex.reorganisation_id == batch.id,
        ReorganisationAnnex.confirmed_at.is_(None),
    )
    if there_is(waiting):
        return None
    found = _units_chosen(batch)
    codes: set[str] = set()
    names: set[str] = set()
    for said in (row.content for row in batch.rows):
        if said.old_id is not None:
            continue
        if said.old_code is not None:
            codes.add(said.old_code)
        elif said.old_name is not None:
            names.add(said.old_name)
    for column, wanted in ((UnitPeriod.official_code, codes), (UnitPeriod.name, names)):
        known = db.session.execute(
            select(column, UnitPeriod.unit_id).where(
                column.in_(sorted(wanted)), in_force(UnitPeriod, batch.eve)
            )
        ).all()
        if {word for word, _ in known} != wanted:
            return None
        found.update(unit_id for _, unit_id in known)
    return found
