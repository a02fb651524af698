"""The journal of a batch: what it wrote, and what was written later on top of that."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import Column, Table, and_, func, or_, select

from registry.models.base import Base, db, ready_alias
from registry.models.reorganisations import Reorganisation, ReorganisationChange
from registry.models.units import Succession, UnitPath, UnitPeriod
from registry.queries.blocks import blocks

_OWN = ready_alias(ReorganisationChange)


def journal_of(batch_id: int) -> list[ReorganisationChange]:
    """Return the journal of a batch in the order it was written."""
    return list(
        db.session.scalars(
            select(ReorganisationChange)
            .where(ReorganisationChange.reorganisation_id == batch_id)
            .order_by(ReorganisationChange.sequence)
        )
    )


def remembered_of(unit_id: int, period_ids: Collection[int]) -> list[ReorganisationChange]:
    """Return what journals that may still be replayed remember of the periods of a unit.

    Also of those that a batch took away, which are no longer among `period_ids`.
    """
    return list(
        db.session.scalars(
            select(ReorganisationChange)
            .join(Reorganisation, Reorganisation.id == ReorganisationChange.reorganisation_id)
            .where(
                Reorganisation.undone_at.is_(None),
                ReorganisationChange.table_name == UnitPeriod.__tablename__,
                or_(
                    ReorganisationChange.row_id.in_(sorted(period_ids)),
                    ReorganisationChange.before["unit_id"].as_integer() == unit_id,
                ),
            )
            .order_by(ReorganisationChange.id)
        )
    )


def units_of_taken_away(batch_id: int) -> set[int]:
    """Return the units of the periods that a batch took away, which no row tells of any more."""
    unit_id = ReorganisationChange.before["unit_id"].as_integer()
    return set(
        db.session.scalars(
            select(unit_id).where(
                ReorganisationChange.reorganisation_id == batch_id,
                ReorganisationChange.table_name == UnitPeriod.__tablename__,
                unit_id.is_not(None),
            )
        )
    )


def successions_of_batch(batch_id: int) -> list[Succession]:
    """Return the successor links a batch wrote."""
    return list(
        db.session.scalars(
            select(Succession)
            .where(Succession.reorganisation_id == batch_id)
            .order_by(Succession.predecessor_id, Succession.successor_id)
        )
    )


def later_batches_on(unit_ids: Iterable[int], batch: Reorganisation) -> list[Reorganisation]:
    """Return the batches applied later, not undone, that wrote periods of the same units."""
    # Batches are composed in one order and applied in another: the journal tells. Facts that are
    # carried over later are written into it as well (docs/adr/0013), but no more units.
    last_change = (
        select(func.max(_OWN.id))
        .where(_OWN.reorganisation_id == batch.id, _OWN.table_name == UnitPeriod.__tablename__)
        .scalar_subquery()
    )
    found: dict[int, Reorganisation] = {}
    period_ids: set[int] = set()
    for block in blocks(unit_ids):
        period_ids.update(
            db.session.scalars(select(UnitPeriod.id).where(UnitPeriod.unit_id.in_(block)))
        )
    for block in blocks(period_ids):
        rows = db.session.scalars(
            select(Reorganisation)
            .join(
                ReorganisationChange,
                and_(
                    ReorganisationChange.reorganisation_id == Reorganisation.id,
                    ReorganisationChange.table_name == UnitPeriod.__tablename__,
                    ReorganisationChange.row_id.in_(block),
                ),
            )
            .where(
                Reorganisation.undone_at.is_(None),
                ReorganisationChange.id > last_change,
            )
        )
        found.update((row.id, row) for row in rows)
    return [found[key] for key in sorted(found)]


def batches_that_changed(unit_ids: Iterable[int], since: date) -> dict[int, list[Reorganisation]]:
    """Return the applied batches effective on `since` or later that wrote periods, by unit."""
    found: dict[int, list[Reorganisation]] = defaultdict(list)
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(UnitPeriod.unit_id, Reorganisation.id)
            .join(
                ReorganisationChange,
                and_(
                    ReorganisationChange.table_name == UnitPeriod.__tablename__,
                    ReorganisationChange.row_id == UnitPeriod.id,
                ),
            )
            .join(Reorganisation, Reorganisation.id == ReorganisationChange.reorganisation_id)
            .where(
                UnitPeriod.unit_id.in_(block),
                Reorganisation.effective_on >= since,
                Reorganisation.applied_at.is_not(None),
                Reorganisation.undone_at.is_(None),
            )
            .group_by(UnitPeriod.unit_id, Reorganisation.id, Reorganisation.effective_on)
            .order_by(Reorganisation.effective_on, Reorganisation.id)
        )
        for unit_id, batch_id in rows:
            found[unit_id].append(db.session.get_one(Reorganisation, batch_id))
    return dict(found)


def rests_on(changes: Sequence[ReorganisationChange]) -> list[str]:
    """Return the tables that hold rows about what the journal inserted, and that it did not write.

    The cache of paths is left out.
    """
    inserted: dict[str, set[int]] = defaultdict(set)
    set_by: dict[tuple[str, str], set[int]] = defaultdict(set)
    for change in changes:
        if change.before is None:
            inserted[change.table_name].add(change.row_id)
        for name in change.before or ():
            set_by[change.table_name, name].add(change.row_id)
    found = set()
    for table, column, target in _references(inserted):
        key = next(iter(table.primary_key.columns))
        own = inserted.get(table.name, set()) | set_by[table.name, column.name]
        for block in blocks(inserted[target]):
            ids = db.session.scalars(select(key).where(column.in_(block)))
            if any(row_id not in own for row_id in ids):
                found.add(table.name)
    return sorted(found)


def _references(targets: Collection[str]) -> list[tuple[Table, Column[int], str]]:
    """Return the columns, with their tables, that refer to rows of one of the tables `targets`."""
    return [
        (table, foreign_key.parent, foreign_key.column.table.name)
        for table in Base.metadata.sorted_tables
        for foreign_key in table.foreign_keys
        if foreign_key.column.table.name in targets and table.name != UnitPath.__tablename__
    ]
