"""Which batches an account may see: its own, and those whose every unit lies in its scope."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select

from registry.domain.audit.deeds import Deed
from registry.domain.permissions import Scope
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.reorganisations import Reorganisation
from registry.models.units import Succession, UnitPath, UnitPeriod
from registry.queries.audit import was_done
from registry.queries.blocks import blocks
from registry.queries.reorganisations.batches import all_batches
from registry.queries.units.on_a_day import in_force


def is_seen(batch: Reorganisation, scope: Scope, account_id: int | None, today: date) -> bool:
    """Tell whether an account may see a batch: it composed it, or may reorganise all its units.

    A row that names a unit nobody knows leaves the batch to the account that composed it.
    """
    if scope.everything or (account_id is not None and batch.created_by_id == account_id):
        return True
    unit_ids = _units_named(batch)
    return unit_ids is not None and not units_outside(unit_ids, scope, today)


def was_discarded(batch_id: int, scope: Scope, account_id: int | None) -> bool:
    """Tell whether a batch was discarded that the account composed or discarded: the audit knows.

    Of which units it named nothing is left, so others are told only where they see every batch.
    """
    discarded, composed = (
        db.session.scalars(
            select(AuditEvent.account_id).where(was_done(deed, "reorganisations", batch_id))
        ).all()
        for deed in (Deed.REORGANISATION_DISCARD, Deed.REORGANISATION_COMPOSE)
    )
    known = account_id is not None and account_id in {*discarded, *composed}
    return bool(discarded) and (scope.everything or known)


def batches_seen(scope: Scope, account_id: int | None, today: date) -> list[Reorganisation]:
    """Return the batches an account may see, the latest day first."""
    return [batch for batch in all_batches() if is_seen(batch, scope, account_id, today)]


def units_outside(unit_ids: Iterable[int], scope: Scope, today: date) -> set[int]:
    """Return those of the units that lie outside `scope`, rights being asked for today.

    A unit that ended without successor is judged by the one it stood under.
    """
    wanted = set(unit_ids)
    paths = _paths_on(wanted, today)
    return {
        unit_id
        for unit_id in wanted
        if not scope.covers(paths.get(unit_id), unit_id)
        and not (unit_id not in paths and _stood_inside(unit_id, scope, today))
    }


def _paths_on(unit_ids: Iterable[int], day: date) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(UnitPath.unit_id, UnitPath.path).where(
                UnitPath.unit_id.in_(block), in_force(UnitPath, day)
            )
        )
        found.update((unit_id, path) for unit_id, path in rows)
    return found


def _stood_inside(unit_id: int, scope: Scope, today: date) -> bool:
    """Tell whether a unit that ended for good stood last under a unit of the scope."""
    has_heir = select(Succession.id).where(Succession.predecessor_id == unit_id).limit(1)
    if db.session.scalar(has_heir) is not None:
        return False
    above = db.session.scalar(
        select(UnitPeriod.parent_id)
        .where(UnitPeriod.unit_id == unit_id, UnitPeriod.valid_to <= today)
        .order_by(UnitPeriod.valid_from.desc())
        .limit(1)
    )
    return above is not None and not units_outside([above], scope, today)


def _units_named(batch: Reorganisation) -> set[int] | None:
    """Return the units a batch's rows name, or None when one of them is not known.

    A unit is named by its id, by its code or by its name on the day before the batch.
    """
    found: set[int] = set()
    codes: set[str] = set()
    names: set[str] = set()
    for said in (row.content for row in batch.rows):
        found.update(unit_id for unit_id in (said.old_id, said.new_parent_id) if unit_id)
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
